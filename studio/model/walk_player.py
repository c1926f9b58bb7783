"""The playhead of a walk: scrubbed or playing, every frame made live by the engine."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from engines.protocol.messages import LiveFailed
from studio.model.live import LivePreview
from studio.model.picture import Picture

if TYPE_CHECKING:
    from studio.model.context import StudioContext
    from studio.model.walk import WalkModel

#: A frame that is not answered within this is asked for again.
_PATIENCE_S = 1.0


class WalkPlayer(QObject):
    """Where the playhead is, and the pictures of the moments it passes.

    Playing follows the clock, whatever the engine can do: a frame that is late is left out.

    Signals:
        moved: the playhead, to a time in seconds.
        changed: it plays, or no more.
        shown: a Picture, of the moment of the playhead.
    """

    moved = Signal(float)
    changed = Signal()
    shown = Signal(object)

    def __init__(self, context: StudioContext, walk: WalkModel) -> None:
        super().__init__(walk)
        self._context, self._walk = context, walk
        self._moment = 0.0
        self._asked: float | None = None  # when the frame was asked for that is not there yet
        self._late = False  # the clock has asked for another frame meanwhile
        self._begun = (0.0, 0.0)  # the clock and the playhead when playing began
        self._live = LivePreview(context.client, self)
        self._live.shown.connect(self._on_frame)
        self._live.failed.connect(self._on_failed)
        self._clock = QTimer(self)
        self._clock.timeout.connect(self._tick)

    # --- the playhead ------------------------------------------------------------------------

    @property
    def moment(self) -> float:
        """Where the playhead is, in seconds."""
        return self._moment

    @property
    def playing(self) -> bool:
        """Whether it plays."""
        return self._clock.isActive()

    def seek(self, moment: float) -> None:
        """Put the playhead on the frame nearest to a moment, and show it."""
        at = self._walk.grid.snapped(moment)
        self._begun = (time.monotonic(), at)
        self.put(at)
        self._look(at)

    def put(self, moment: float) -> None:
        """Put the playhead somewhere without showing it."""
        if moment != self._moment:
            self._moment = moment
            self.moved.emit(moment)

    def step(self, frames: int) -> None:
        """Go some frames on, or back."""
        self.pause()
        self.seek(self._moment + frames / self._walk.grid.fps)

    def toggle(self) -> None:
        """Play, or stop where it is."""
        if self.playing:
            self.pause()
        elif not self._walk.reason_not_to_play():
            at_end = not self._walk.looping and self._moment >= self._walk.grid.last
            self._begun = (time.monotonic(), 0.0 if at_end else self._moment)
            self._clock.start(self._interval())
            self.changed.emit()

    def pause(self) -> None:
        """Stop where it is."""
        if self.playing:
            self._clock.stop()
            self.put(self._walk.grid.snapped(self._moment))
            self.changed.emit()

    def follow(self) -> None:
        """The walk is another: keep to its frames."""
        self._clock.setInterval(self._interval())
        if not self.playing:
            self.put(self._walk.grid.snapped(self._moment))

    def refresh(self) -> None:
        """Show the moment of the playhead again."""
        if not self.playing:
            self._look(self._moment)

    def stop(self) -> None:
        """Stop, and drop the frames that are on their way."""
        self.pause()
        self._live.stop()
        self._asked = None

    def _interval(self) -> int:
        return max(1, round(1000 / self._walk.grid.fps))

    def _tick(self) -> None:
        if self._walk.reason_not_to_play():
            self.pause()
            return
        clock, start = self._begun
        moment, grid = start + time.monotonic() - clock, self._walk.grid
        if self._walk.looping:
            moment %= grid.seconds
        elif moment >= grid.last:
            self.put(grid.last)
            self._look(grid.last)
            self.pause()
            return
        self.put(moment)
        self._late = self._asked is not None and time.monotonic() - self._asked < _PATIENCE_S
        if not self._late:
            self._look(moment)

    # --- pictures ----------------------------------------------------------------------------

    def _look(self, moment: float) -> None:
        if not self._walk.reason_not_to_play() and self._context.models.known:
            self._asked = time.monotonic()
            self._live.ask(self._walk.request(moment=moment))

    def _on_frame(self, picture: Picture) -> None:
        request = picture.request
        if request is not None and request.task == self._walk.tool.task:
            self._asked = None
            self.shown.emit(picture)
            if self.playing and self._late:
                self._tick()  # what the clock says now, not at its next stroke

    def _on_failed(self, failed: LiveFailed) -> None:
        self._asked = None
        self.pause()
        text = f"{failed.message} {failed.advice}".strip()
        self._context.messages.show(text, level="bad")
