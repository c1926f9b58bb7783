"""One chord a bar from chords that come anywhere: Duet's songs have one a bar."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from operator import itemgetter

from engines.music.chords import NO_CHORD


def bar_chords(changes: Iterable[tuple[float, str]], bar_steps: int, bars: int) -> tuple[str, ...]:
    """The chord that sounds longest in each bar, the earlier of two that sound as long.

    Args:
        changes: where a chord begins, in steps from the start, and its symbol; it sounds until
            the next. Places are rounded to steps; of several at one the first counts.
        bar_steps: steps of a bar.
        bars: how many there are.

    Returns:
        (bars,) symbols; :data:`NO_CHORD` only where nothing else sounds.
    """
    by_step: dict[int, str] = {}
    for step, symbol in sorted(((round(place), s) for place, s in changes), key=itemgetter(0)):
        by_step.setdefault(step, symbol)
    held = next((by_step[step] for step in reversed(by_step) if step < 0), NO_CHORD)
    later = [(step, symbol) for step, symbol in by_step.items() if step >= 0]
    coming = iter([*later, (bars * bar_steps, NO_CHORD)])
    place, symbol = next(coming)
    line: list[str] = []
    for bar in range(bars):
        sounding: defaultdict[str, int] = defaultdict(int)
        at, end = bar * bar_steps, (bar + 1) * bar_steps
        while place < end:
            sounding[held] += place - at
            at, held = max(place, at), symbol
            place, symbol = next(coming)
        sounding[held] += end - at
        heard = {symbol: steps for symbol, steps in sounding.items() if symbol != NO_CHORD}
        longest = max(heard.values(), default=0)
        line.append(next((s for s, steps in heard.items() if steps == longest > 0), NO_CHORD))
    return tuple(line)
