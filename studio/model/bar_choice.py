"""Which bars are meant: those of the loop, else the one the playhead is in; and their locks."""

from __future__ import annotations

from collections.abc import Iterable

from studio.model.playback import Playback
from studio.model.song import Song


class BarChoice:
    """Bars that are locked, and bars that an action is about.

    Args:
        song: whose locks.
        playback: whose loop and playhead.
    """

    def __init__(self, song: Song, playback: Playback) -> None:
        self._song, self._playback = song, playback

    @property
    def chosen(self) -> tuple[int, ...]:
        """The bars an action is about, counted from 0; none without a melody."""
        clip = self._song.clip
        if clip is None:
            return ()
        loop = self._playback.loop
        if loop is None:
            bar = int(self._playback.step) // clip.bar_steps
            return (min(bar, clip.bars - 1),)
        first, last = loop
        end = -(-last // clip.bar_steps)
        return tuple(range(first // clip.bar_steps, min(end, clip.bars)))

    @property
    def words(self) -> str:
        """The chosen bars as a person says them: "bar 3", "bars 3 to 4"."""
        bars = self.chosen
        if not bars:
            return "no bar"
        return f"bar {bars[0] + 1}" if len(bars) == 1 else f"bars {bars[0] + 1} to {bars[-1] + 1}"

    @property
    def locks(self) -> tuple[int, ...]:
        """The locked bars."""
        return self._song.state.locks

    def toggle(self, bars: Iterable[int] | None = None) -> None:
        """Lock these bars, or unlock them when all of them are locked; the chosen by default."""
        meant = set(self.chosen if bars is None else bars)
        locks = set(self.locks)
        self._song.set_locks(locks - meant if meant <= locks else locks | meant)

    def lock(self, bar: int, on: bool) -> None:
        """Lock or unlock one bar."""
        locks = set(self.locks)
        self._song.set_locks(locks | {bar} if on else locks - {bar})

    def invert(self) -> None:
        """Lock what is not locked and the other way round."""
        clip = self._song.clip
        if clip is not None:
            self._song.set_locks(set(range(clip.bars)) - set(self.locks))
