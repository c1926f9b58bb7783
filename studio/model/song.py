"""The melody a person is working on: a set of takes, one of them chosen, undoable throughout."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from engines.music.score import DEFAULT_BAND, Band, Clip
from engines.protocol.messages import Request
from studio.model.edits import Edit

#: Takes are called A, B, C, ... P; the tool makes no more than sixteen.
LETTERS = "ABCDEFGHIJKLMNOP"


@dataclass(frozen=True)
class Take:
    """One alternative.

    Attributes:
        clip: its notes and chords.
        request: makes exactly it again, or None for a foreign file.
        entry: its place in the history, or "".
        note: what the engine had to say about it.
    """

    clip: Clip
    request: Request | None = None
    entry: str = ""
    note: str = ""


@dataclass(frozen=True)
class SongState:
    """Everything of the song that undo brings back.

    Attributes:
        chords: the chord line as it was written; valid whenever it is here.
        tempo: beats a minute at the start, of all takes.
        takes: the alternatives, A first.
        selected: index of the one in view; 0 when there are none.
        job: where the takes come from, so that later results of the same job join them.
        band: who plays, and how.
        locks: bars that composing leaves as they are, sorted, counted from 0.
        fixed_chords: bars whose chord suggestions and progressions leave alone, sorted.
    """

    chords: str = ""
    tempo: float = 120.0
    takes: tuple[Take, ...] = ()
    selected: int = 0
    job: str = ""
    band: Band = DEFAULT_BAND
    locks: tuple[int, ...] = ()
    fixed_chords: tuple[int, ...] = ()


class Song(QObject):
    """Holds the song; every method that changes it pushes a command on the undo stack.

    Signals:
        changed: takes or selection, for whatever reason.
    """

    changed = Signal()

    def __init__(self, undo: QUndoStack, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._undo = undo
        self._state = SongState()

    @property
    def state(self) -> SongState:
        """The song as it is now."""
        return self._state

    @property
    def takes(self) -> tuple[Take, ...]:
        """The alternatives."""
        return self._state.takes

    @property
    def selected(self) -> int:
        """Index of the take in view."""
        return self._state.selected

    @property
    def take(self) -> Take | None:
        """The take in view, or None while there is none."""
        takes = self._state.takes
        return takes[self._state.selected] if takes else None

    @property
    def clip(self) -> Clip | None:
        """The melody in view, or None."""
        return self.take.clip if self.take is not None else None

    @property
    def letter(self) -> str:
        """The letter of the take in view."""
        return LETTERS[self._state.selected]

    def load(self, state: SongState) -> None:
        """Begin with a song (the last session's): nothing to undo."""
        self._put(state)

    def add_take(self, take: Take, job: str) -> None:
        """Take in one result; the first of a job replaces the takes before, the others join it.

        A result that is here already (its job was retried) is not taken in twice.

        Args:
            take: the result.
            job: results of one job that follow each other are undone together.
        """
        clip = msgspec.structs.replace(take.clip, tempo=self._state.tempo)
        take = replace(take, clip=clip)
        if job and job == self._state.job:
            if take.request is not None and take.request in (t.request for t in self.takes):
                return
            state = replace(self._state, takes=(*self.takes, take))
        else:
            state = replace(self._state, takes=(take,), selected=0, job=job)
        self._push("Compose", state, key=f"compose {job}")

    def open(self, takes: tuple[Take, ...], selected: int, chords: str) -> None:
        """Put other takes, and the chord line that belongs to them, in place of these."""
        tempo = takes[selected].clip.tempo
        state = SongState(chords, tempo, takes, selected, band=self._state.band)
        self._push("Open melody", state)

    def select(self, index: int) -> None:
        """Look at another take; one after the other count as one step of undo."""
        if 0 <= index < len(self.takes) and index != self.selected:
            self._push("Choose take", replace(self._state, selected=index), key="select")

    def set_chords(self, line: str) -> None:
        """Write another chord line; the takes stay as they are."""
        if line != self._state.chords:
            self._push("Change chords", replace(self._state, chords=line))

    def set_tempo(self, tempo: float) -> None:
        """Play all takes at another tempo; a drag of the control counts as one step of undo.

        Args:
            tempo: beats a minute.
        """
        if tempo == self._state.tempo:
            return
        takes = tuple(
            replace(take, clip=msgspec.structs.replace(take.clip, tempo=tempo))
            for take in self.takes
        )
        self._push("Change tempo", replace(self._state, takes=takes, tempo=tempo), key="tempo")

    def set_band(self, band: Band, text: str = "Change parts", key: str = "") -> None:
        """Play with other instruments, patterns or levels.

        Args:
            band: one part of every kind.
            text: what was done, for the undo menu.
            key: changes of one key that follow each other (a dragged volume) are one step.
        """
        if band != self._state.band:
            self._push(text, replace(self._state, band=band), key=key)

    def edit(self, text: str, clip: Clip, key: str = "") -> None:
        """Put an edited melody in the place of the take in view.

        What was written by hand is no longer what its request makes: the take keeps the request
        for its settings, and loses its place in the history.

        Args:
            text: what was done, for the undo menu.
            clip: the melody as it is now; its tempo becomes the song's.
            key: changes of one key that follow each other (a drag) are one step of undo.
        """
        take = self.take
        if take is None or clip == take.clip:
            return
        takes = list(self.takes)
        takes[self.selected] = replace(take, clip=clip, entry="", note="Edited by hand.")
        state = replace(self._state, takes=tuple(takes), tempo=clip.tempo)
        self._push(text, state, key=key)

    def set_locks(self, bars: Iterable[int]) -> None:
        """Lock these bars against composing, and no others."""
        locks = tuple(sorted(set(bars)))
        if locks != self._state.locks:
            self._push("Lock bars", replace(self._state, locks=locks), key="locks")

    def fix_chords(self, bars: Iterable[int]) -> None:
        """Hold the chords of these bars against suggestions and progressions."""
        fixed = tuple(sorted(set(bars)))
        if fixed != self._state.fixed_chords:
            self._push("Hold chords", replace(self._state, fixed_chords=fixed), key="fix")

    def _push(self, text: str, state: SongState, key: str = "") -> None:
        self._undo.push(Edit(self._put, text, self._state, state, key, within=math.inf))

    def _put(self, state: SongState) -> None:
        if state != self._state:
            self._state = state
            self.changed.emit()
