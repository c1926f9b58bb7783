"""Bars inserted, repeated and deleted, with their chords, in every take."""

from __future__ import annotations

from engines.music.bar_edits import EMPTY, Order, arranged
from engines.music.chords import parse_chord, print_chords
from engines.music.progressions import shortened
from engines.music.rebarring import rebarred
from engines.music.score import Meter
from engines.music.voice import MAX_BARS
from studio.model.bar_choice import BarChoice
from studio.model.song import Song

_NO_MELODY = "There is no melody yet: compose one first."


class BarEdits:
    """What is done with the bars that are meant.

    Args:
        song: whose bars.
        choice: which of them.
    """

    def __init__(self, song: Song, choice: BarChoice) -> None:
        self._song, self._choice = song, choice

    def reason_not_to_add(self, count: int = 1) -> str:
        """Why no more bars can be had, or ""."""
        clip = self._song.clip
        if clip is None:
            return _NO_MELODY
        full = clip.bars + count > MAX_BARS
        return f"A song has {MAX_BARS} bars at the most." if full else ""

    def reason_not_to_repeat(self) -> str:
        """Why the bars that are meant cannot be repeated, or ""."""
        return self.reason_not_to_add(len(self._choice.chosen))

    def reason_not_to_delete(self) -> str:
        """Why the bars that are meant cannot go, or ""."""
        clip = self._song.clip
        if clip is None:
            return _NO_MELODY
        every = len(self._choice.chosen) == clip.bars
        return "A song has one bar at the least." if every else ""

    def insert(self, bar: int | None = None) -> None:
        """An empty bar before this one; before those that are meant by default."""
        bars = self._meant(bar)
        if bars and not self.reason_not_to_add():
            old = self._old()
            self._put([*old[: bars[0]], EMPTY, *old[bars[0] :]], "Insert a bar")

    def append(self) -> None:
        """An empty bar at the end."""
        if not self.reason_not_to_add():
            self._put([*self._old(), EMPTY], "Add a bar")

    def repeat(self, bar: int | None = None) -> None:
        """This bar once more behind itself; those that are meant by default."""
        bars = self._meant(bar)
        if bars and not self.reason_not_to_add(len(bars)):
            old, end = self._old(), bars[-1] + 1
            self._put([*old[:end], *bars, *old[end:]], f"Duplicate {_words(bars)}")

    def delete(self, bar: int | None = None) -> None:
        """Take this bar out; those that are meant by default."""
        bars = self._meant(bar)
        left = [old for old in self._old() if old not in bars]
        if bars and left:
            self._put(left, f"Delete {_words(bars)}")

    def rebar(self) -> None:
        """Read the song in the other meter: a file said the wrong one, or none."""
        clip = self._song.clip
        if clip is not None:
            meter: Meter = "3/4" if clip.meter == "4/4" else "4/4"
            chords = [parse_chord(symbol) for symbol in rebarred(clip, meter).chords]
            self._song.rebar(meter, print_chords(shortened(chords)))

    def _meant(self, bar: int | None) -> tuple[int, ...]:
        return self._choice.chosen if bar is None else (bar,)

    def _old(self) -> list[int | None]:
        clip = self._song.clip
        return list(range(clip.bars)) if clip is not None else []

    def _put(self, order: Order, text: str) -> None:
        clip = self._song.clip
        assert clip is not None
        chords = [parse_chord(symbol) for symbol in arranged(clip, order).chords]
        self._song.arrange(order, print_chords(shortened(chords)), text)


def _words(bars: tuple[int, ...]) -> str:
    return "a bar" if len(bars) == 1 else f"{len(bars)} bars"
