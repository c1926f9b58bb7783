"""What the chord lane does: chords by a picker, locks, loops, tempi, and a menu for each bar."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QInputDialog, QMenu

from engines.music.chords import parse_chord
from engines.music.score import TempoChange
from engines.music.sound.voicing import voicings
from studio.model.compose import ComposeModel
from studio.view.icons import icon
from studio.view.widgets.chord_lane import ChordLane, LaneContent
from studio.view.widgets.chord_picker import ChordPicker


class LaneWork(QObject):
    """Ties a lane to the song."""

    def __init__(self, model: ComposeModel, lane: ChordLane) -> None:
        super().__init__(lane)
        self._model, self.lane = model, lane
        self._picker: ChordPicker | None = None
        self._bar = 0  # that the picker is about
        self.ask_tempo = _ask_tempo
        lane.sought.connect(model.playback.seek)
        lane.loopDrawn.connect(self._on_loop)
        lane.chordPressed.connect(self.open_picker)
        lane.lockPressed.connect(model.choice.lock)
        lane.againPressed.connect(lambda bar: model.write_again((bar,)))
        lane.menuRequested.connect(self._open_menu)
        for signal in (model.song.changed, model.chords.changed, model.playback.changed):
            signal.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the song as it is."""
        model = self._model
        state, clip = model.song.state, model.song.clip
        shown = tuple(str(chord) for chord in model.chords.shown())
        tempos = clip.tempos if clip is not None else ()
        self.lane.show_content(
            LaneContent(
                chords=shown,
                locks=state.locks if clip is not None else (),
                held=tuple(bar for bar in state.fixed_chords if bar < len(shown)),
                loop=model.playback.loop,
                tempos=tuple((change.bar, change.tempo) for change in tempos),
            )
        )
        if self._picker is not None and self._picker.isVisible():
            self._show_chord()

    # --- chords ----------------------------------------------------------------------------

    def open_picker(self, bar: int) -> None:
        """Choose the chord of a bar."""
        if self._picker is None:
            self._picker = ChordPicker(self.lane.window())
            self._picker.picked.connect(self._take_chord)
            self._picker.heldChanged.connect(self._hold)
        self._bar = bar
        self._show_chord()
        self._picker.open_for(self.lane, self.lane.bar_rect(bar), bar)

    def close_picker(self) -> None:
        """Leave the chord as it is: the mode goes out of view."""
        if self._picker is not None:
            self._picker.close_popover()

    def _show_chord(self) -> None:
        model, bar = self._model, self._bar
        shown = model.chords.shown()
        if self._picker is not None and bar < len(shown):
            held = bar in model.song.state.fixed_chords
            self._picker.show_chord(str(shown[bar]), held, model.chords.suggestions(bar))

    def _take_chord(self, symbol: str) -> None:
        self._model.chords.set_bar(self._bar, symbol)
        if not self._model.playback.playing:
            self._model.playback.touch(*voicings([parse_chord(symbol)])[0])

    def _hold(self, on: bool) -> None:
        held = set(self._model.song.state.fixed_chords)
        self._model.song.fix_chords(held | {self._bar} if on else held - {self._bar})

    # --- loops and tempi -------------------------------------------------------------------

    def _on_loop(self, first: int, end: int) -> None:
        clip, playback = self._model.song.clip, self._model.playback
        if clip is not None:
            steps = clip.bar_steps
            playback.set_loop(max(first, 0) * steps, end * steps if end > 0 else None)

    def change_tempo(self, bar: int) -> None:
        """Ask for the tempo from a bar on."""
        clip = self._model.song.clip
        if clip is None:
            return
        now = next((c.tempo for c in reversed(clip.tempos) if c.bar <= bar), clip.tempo)
        wanted = self.ask_tempo(self.lane, bar, now)
        if wanted is None:
            return
        if bar == 0:
            self._model.song.set_tempo(wanted)
            return
        others = [change for change in clip.tempos if change.bar != bar]
        self._model.song.set_tempos(tuple(sorted([*others, TempoChange(bar, wanted)])))

    def _steady(self, bar: int) -> None:
        clip = self._model.song.clip
        if clip is not None:
            self._model.song.set_tempos(tuple(c for c in clip.tempos if c.bar != bar))

    # --- the menu --------------------------------------------------------------------------

    def _open_menu(self, bar: int, place: QPoint) -> None:
        menu = self.menu(bar)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)

    def menu(self, bar: int) -> QMenu:
        """What can be done with a bar."""
        model = self._model
        menu = QMenu(self.lane)
        menu.addAction(icon("pencil-simple"), "Change the chord…", partial(self.open_picker, bar))
        clip = model.song.clip
        if clip is None:
            return menu
        locked = bar in model.choice.locks
        title = "Unlock this bar" if locked else "Lock this bar"
        menu.addAction(icon("lock-simple"), title, partial(model.choice.lock, bar, not locked))
        menu.addAction("Lock all other bars", partial(self._lock_others, bar))
        if not locked:
            again = partial(model.write_again, (bar,))
            menu.addAction(icon("arrows-clockwise"), "Write this bar again", again)
        menu.addSeparator()
        edits = model.bar_edits
        if not edits.reason_not_to_add():
            insert = partial(edits.insert, bar)
            menu.addAction(icon("plus"), "Insert an empty bar before it", insert)
            menu.addAction(icon("copy"), "Duplicate this bar", partial(edits.repeat, bar))
        if clip.bars > 1:
            menu.addAction(icon("trash"), "Delete this bar", partial(edits.delete, bar))
        menu.addSeparator()
        menu.addAction(icon("repeat"), "Loop this bar", partial(self._on_loop, bar, bar + 1))
        menu.addAction("Tempo from here…", partial(self.change_tempo, bar))
        if any(change.bar == bar for change in clip.tempos):
            menu.addAction("Keep the tempo before", partial(self._steady, bar))
        return menu

    def _lock_others(self, bar: int) -> None:
        clip = self._model.song.clip
        if clip is not None:
            self._model.song.set_locks(set(range(clip.bars)) - {bar})


def _ask_tempo(lane: ChordLane, bar: int, now: float) -> float | None:
    """The tempo a person gives, or None; refuses what cannot be played."""
    value, given = QInputDialog.getDouble(
        lane, "Tempo", f"Beats a minute from bar {bar + 1} on:", now, 30.0, 300.0, 1
    )
    return value if given else None
