"""The melody a person is working on: a set of takes, one of them chosen, undoable throughout."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from engines.music.bar_edits import Order, arranged, moved_marks
from engines.music.rebarring import rebarred
from engines.music.score import DEFAULT_BAND, Band, Clip, Meter, TempoChange
from engines.music.transposing import transposed
from engines.protocol.messages import Request
from engines.protocol.tools import COMPOSE
from studio.model.edits import Edit

#: Takes are called A, B, C, ... P; the tool makes no more than sixteen.
LETTERS = "ABCDEFGHIJKLMNOP"
#: Stands for the take before, where the number of a take is meant.
BEFORE = -1


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
        selected: index of the one in view, 0 when there are none; :data:`BEFORE` for the one
            that the takes are alternatives to.
        job: where the takes come from, so that later results of the same job join them.
        band: who plays, and how.
        locks: bars that composing leaves as they are, sorted, counted from 0.
        fixed_chords: bars whose chord suggestions and progressions leave alone, sorted.
        before: what was in view when the takes were asked for, until one is kept.
    """

    chords: str = ""
    tempo: float = 120.0
    takes: tuple[Take, ...] = ()
    selected: int = 0
    job: str = ""
    band: Band = DEFAULT_BAND
    locks: tuple[int, ...] = ()
    fixed_chords: tuple[int, ...] = ()
    before: Take | None = None


#: A song that nobody has begun.
FRESH = msgspec.convert(
    {p.name: p.default for p in COMPOSE.params if p.name in ("chords", "tempo")}, SongState
)


class Song(QObject):
    """Holds the song; every method that changes it pushes a command on the undo stack.

    Signals:
        changed: takes or selection, for whatever reason.
        loaded: it is another document's now.
    """

    changed = Signal()
    loaded = Signal()

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
        return _in_view(self._state)

    @property
    def clip(self) -> Clip | None:
        """The melody in view, or None."""
        return self.take.clip if self.take is not None else None

    @property
    def letter(self) -> str:
        """The letter of the take in view; "" for the one before."""
        return "" if self._state.selected == BEFORE else LETTERS[self._state.selected]

    def load(self, state: SongState) -> None:
        """Begin with a song (the last session's, a document's): nothing to undo."""
        self._put(state)
        self.loaded.emit()

    def begin_again(self) -> None:
        """A song that nobody has begun, in place of this one."""
        self._push("New song", replace(FRESH, band=self._state.band))

    def add_take(self, take: Take, job: str) -> None:
        """Take in one result; the first of a job replaces the takes before, the others join it.

        A result that is here already (its job was retried) is not taken in twice.

        Args:
            take: the result.
            job: results of one job that follow each other are undone together.
        """
        take = replace(take, clip=self._ours(take.clip))
        if job and job == self._state.job:
            if take.request is not None and take.request in (t.request for t in self.takes):
                return
            state = replace(self._state, takes=(*self.takes, take))
        else:
            state = replace(
                self._state,
                takes=(take,),
                selected=0,
                job=job,
                before=self.take,
                locks=tuple(bar for bar in self._state.locks if bar < take.clip.bars),
            )
        self._push("Compose", state, key=f"compose {job}")

    def _ours(self, clip: Clip) -> Clip:
        """A new clip at the song's tempo and in its key."""
        before = self.clip
        same = before is not None and before.meter == clip.meter
        tempos = () if before is None or not same else before.tempos
        return msgspec.structs.replace(
            clip,
            tempo=self._state.tempo,
            key=clip.key or (before.key if before is not None else ""),
            tempos=tuple(change for change in tempos if change.bar < clip.bars),
        )

    def open(self, takes: tuple[Take, ...], selected: int, chords: str) -> None:
        """Put other takes, and the chord line that belongs to them, in place of these."""
        tempo = takes[selected].clip.tempo
        state = SongState(chords, tempo, takes, selected, band=self._state.band)
        self._push("Open melody", state)

    def select(self, index: int) -> None:
        """Look at another take, or at the one before (:data:`BEFORE`).

        Listening to the takes of a job is one step of undo with the job itself.
        """
        there = 0 <= index < len(self.takes) or (index == BEFORE and self._state.before is not None)
        if there and index != self.selected:
            key = f"compose {self._state.job}" if self._state.job else "select"
            self._push("Choose take", replace(self._state, selected=index), key=key)

    def keep(self) -> None:
        """Go on with the take in view alone."""
        state, take = self._state, self.take
        if take is not None and (len(state.takes) > 1 or state.before is not None):
            kept = replace(state, takes=(take,), selected=0, before=None, job="")
            self._push("Keep a take", kept, key=f"compose {state.job}" if state.job else "")

    def discard(self) -> None:
        """Go back to what there was before the takes."""
        state = self._state
        if state.before is not None:
            old = replace(state, takes=(state.before,), selected=0, before=None, job="")
            self._push("Discard takes", old)

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
        state = self._changed(lambda clip: msgspec.structs.replace(clip, tempo=tempo))
        self._push("Change tempo", replace(state, tempo=tempo), key="tempo")

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
        edited = replace(take, clip=clip, entry="", note="Edited by hand.")
        if self.selected == BEFORE:
            state = replace(self._state, before=edited, tempo=clip.tempo)
        else:
            takes = list(self.takes)
            takes[self.selected] = edited
            state = replace(self._state, takes=tuple(takes), tempo=clip.tempo)
        self._push(text, state, key=key)

    def set_bar_chords(
        self, line: str, symbols: Mapping[int, str], text: str, key: str = ""
    ) -> None:
        """Change the chords of some bars, in the line and under every take.

        Args:
            line: the chord line as it is then.
            symbols: the new chords by bar.
            text: what was done, for the undo menu.
            key: changes of one key that follow each other are one step of undo.
        """
        state = self._changed(lambda clip: _with_chords(clip, symbols))
        self._push(text, replace(state, chords=line), key=key)

    def arrange(self, order: Order, line: str, text: str) -> None:
        """Put the bars in another order: of every take that has as many as the one in view.

        Args:
            order: see :func:`engines.music.bar_edits.arranged`.
            line: the chord line as it is then.
            text: what was done, for the undo menu.
        """
        bars = self.clip.bars if self.clip is not None else 0
        state = self._changed(lambda clip: arranged(clip, order) if clip.bars == bars else clip)
        locks, held = moved_marks(state.locks, order), moved_marks(state.fixed_chords, order)
        state = replace(state, chords=line, locks=locks, fixed_chords=held)
        take = _in_view(state)
        assert take is not None
        self._push(text, replace(state, tempo=take.clip.tempo))

    def rebar(self, meter: Meter, line: str) -> None:
        """Read the bars of every take in another meter; none stays locked, since bars are others.

        Args:
            meter: what a bar is from now on.
            line: the chord line as it is then.
        """
        state = self._changed(lambda clip: rebarred(clip, meter))
        state = replace(state, chords=line, locks=(), fixed_chords=())
        take = _in_view(state)
        assert take is not None
        self._push(f"Read in {meter}", replace(state, tempo=take.clip.tempo))

    def transpose(self, semitones: int, line: str) -> None:
        """Move every take and its chords; notes that would leave the range move the other way.

        Args:
            semitones: up, or down when negative.
            line: the chord line as it is then.
        """
        state = self._changed(lambda clip: transposed(clip, semitones))
        self._push(f"Transpose by {semitones:+d}", replace(state, chords=line))

    def set_key(self, key: str) -> None:
        """Say what key the song is in ("A minor"); "" leaves it to the chords."""
        state = self._changed(lambda clip: msgspec.structs.replace(clip, key=key))
        if state != self._state:
            self._push("Change key", state)

    def set_tempos(self, tempos: tuple[TempoChange, ...]) -> None:
        """Put the later tempi of all takes."""
        state = self._changed(lambda clip: msgspec.structs.replace(clip, tempos=tempos))
        if state != self._state:
            self._push("Change tempo", state, key="tempos")

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

    def _changed(self, change: Callable[[Clip], Clip]) -> SongState:
        """The state with every take's clip changed alike."""
        state = self._state
        takes = tuple(replace(take, clip=change(take.clip)) for take in state.takes)
        before = state.before
        if before is not None:
            before = replace(before, clip=change(before.clip))
        return replace(state, takes=takes, before=before)

    def _push(self, text: str, state: SongState, key: str = "") -> None:
        self._undo.push(Edit(self._put, text, self._state, state, key, math.inf, "music"))

    def _put(self, state: SongState) -> None:
        if state != self._state:
            self._state = state
            self.changed.emit()


def _in_view(state: SongState) -> Take | None:
    if state.selected == BEFORE:
        return state.before
    return state.takes[state.selected] if state.takes else None


def _with_chords(clip: Clip, symbols: Mapping[int, str]) -> Clip:
    chords = tuple(symbols.get(bar, symbol) for bar, symbol in enumerate(clip.chords))
    return msgspec.structs.replace(clip, chords=chords)
