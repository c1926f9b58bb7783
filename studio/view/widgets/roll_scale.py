"""Where steps and pitches are on the screen: one scale for the piano roll and the chord lane."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from engines.music.score import STEPS_PER_BAR, Clip

PITCHES = 128

#: Pixels of a sixteenth-note step and of a semitone row.
STEP_RANGE = (1.5, 48.0)
ROW_RANGE = (5.0, 32.0)

#: What fits is chosen within narrower limits, so that notes keep a pleasant shape.
_FIT_STEP_LEAST = 3.2
_FIT_ROWS_LEAST = 26
_FIT_ROW_MOST = 20.0


class RollScale(QObject):
    """Zoom and scroll position. Everything is in logical pixels of the area beside the keyboard.

    Signals:
        changed: something moved or has another size.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.bar_steps = STEPS_PER_BAR
        self.steps = 8 * STEPS_PER_BAR
        self.step_width = 8.0
        self.row_height = 16.0
        self.left = 0.0
        self.top = 0.0
        self.width = 800.0
        self.height = 400.0
        self._clip: Clip | None = None
        self._fitted = True
        self._told: tuple[float, ...] = ()

    # --- conversions -----------------------------------------------------------------------

    def x(self, step: float) -> float:
        """Left edge of a step."""
        return step * self.step_width - self.left

    def step(self, x: float) -> float:
        """The step under a place, with its fraction."""
        return (x + self.left) / self.step_width

    def y(self, pitch: float) -> float:
        """Upper edge of a pitch's row; high pitches are at the top."""
        return (PITCHES - 1 - pitch) * self.row_height - self.top

    def pitch(self, y: float) -> int:
        """The pitch whose row is at a place, 0..127."""
        row = int((y + self.top) // self.row_height)
        return max(0, min(PITCHES - 1, PITCHES - 1 - row))

    @property
    def content_width(self) -> float:
        """Pixels of all steps."""
        return self.steps * self.step_width

    @property
    def content_height(self) -> float:
        """Pixels of all rows."""
        return PITCHES * self.row_height

    # --- changes ---------------------------------------------------------------------------

    def resize(self, width: float, height: float) -> None:
        """The area has another size; a view that showed everything still does."""
        self.width, self.height = max(1.0, width), max(1.0, height)
        if self._fitted:
            self.fit()
        else:
            self._settle()

    def show_clip(
        self,
        clip: Clip | None,
        bars: int,
        bar_steps: int = STEPS_PER_BAR,
        still: bool = False,
    ) -> None:
        """Show another clip; the view moves only when its length or register asks for it.

        Args:
            clip: the melody, or None.
            bars: how many bars there are without one.
            bar_steps: steps of such a bar.
            still: it is the same melody after an edit, which must not move under the hand.
        """
        self.bar_steps = clip.bar_steps if clip is not None else bar_steps
        steps = clip.steps if clip is not None else bars * bar_steps
        same_length = steps == self.steps
        self._clip, self.steps = clip, steps
        moves = not still and (self._fitted or not self._in_view(clip))
        if moves or not same_length:
            self.fit()
        else:
            self._settle()

    def fit(self) -> None:
        """All bars in the width, the melody's register in the height."""
        self._fitted = True
        self.step_width = min(max(self.width / self.steps, _FIT_STEP_LEAST), STEP_RANGE[1])
        low, high = _register(self._clip)
        rows = max(high - low + 7, _FIT_ROWS_LEAST)
        self.row_height = min(max(self.height / rows, 9.0), _FIT_ROW_MOST)
        self.left = 0.0
        middle = (low + high) / 2
        self.top = (PITCHES - 0.5 - middle) * self.row_height - self.height / 2
        self._settle()

    def zoom_steps(self, factor: float, x: float) -> None:
        """Stretch time around a place."""
        step = self.step(x)
        least = max(STEP_RANGE[0], min(self.width / self.steps, STEP_RANGE[1]))
        self.step_width = min(max(self.step_width * factor, least), STEP_RANGE[1])
        self._fitted = False
        self.left = step * self.step_width - x
        self._settle()

    def zoom_rows(self, factor: float, y: float) -> None:
        """Stretch the rows around a place."""
        row = (y + self.top) / self.row_height
        self.row_height = min(max(self.row_height * factor, ROW_RANGE[0]), ROW_RANGE[1])
        self._fitted = False
        self.top = row * self.row_height - y
        self._settle()

    def scroll(self, left: float, top: float) -> None:
        """Put the corner somewhere; beyond the ends nothing moves."""
        left = max(0.0, min(left, self.content_width - self.width))
        top = max(0.0, min(top, self.content_height - self.height))
        if (left, top) != (self.left, self.top):
            self.left, self.top = left, top
            self._fitted = False
            self._settle()

    def follow(self, step: float) -> None:
        """Turn the page when the playhead has left the view."""
        x = self.x(step)
        if not 0.0 <= x < self.width and self.content_width > self.width:
            self.left = self.left + x - 0.05 * self.width
            self._settle()

    def _settle(self) -> None:
        self.left = max(0.0, min(self.left, self.content_width - self.width))
        self.top = max(0.0, min(self.top, self.content_height - self.height))
        place = (self.left, self.top, self.width, self.height)
        now = (*place, self.step_width, self.row_height, self.steps, self.bar_steps)
        if now != self._told:
            self._told = now
            self.changed.emit()

    def _in_view(self, clip: Clip | None) -> bool:
        if clip is None or not clip.notes:
            return True
        low, high = _register(clip)
        return self.y(high) >= 0.0 and self.y(low) + self.row_height <= self.height


def _register(clip: Clip | None) -> tuple[int, int]:
    """Lowest and highest pitch of a clip; the two octaves around C5 for none."""
    pitches = [note.pitch for note in clip.notes] if clip is not None else []
    return (min(pitches), max(pitches)) if pitches else (60, 83)
