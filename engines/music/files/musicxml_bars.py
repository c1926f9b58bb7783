"""Notes as a score's bars: voices without overlaps, and lengths that note heads can have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from engines.music.score import STEPS_PER_BEAT, Clip, Note

#: Sixteenths that one note head with at most one dot can last, the longest first.
HEADS = (16, 12, 8, 6, 4, 3, 2, 1)

#: Notes struck and let go together: first step, the step after the last, the notes.
Struck = tuple[int, int, tuple[Note, ...]]


def struck_together(notes: Iterable[Note], steps: int) -> list[Struck]:
    """The notes by start and end, sorted; what reaches behind ``steps`` is cut there."""
    together: dict[tuple[int, int], list[Note]] = defaultdict(list)
    for note in notes:
        if note.start < steps:
            together[note.start, min(note.end, steps)].append(note)
    return [(start, end, tuple(same)) for (start, end), same in sorted(together.items())]


def voices(groups: Iterable[Struck]) -> list[list[Struck]]:
    """Chains of groups that do not overlap, as few as can be; the groups sorted by start."""
    chains: list[list[Struck]] = []
    for group in groups:
        free = next((chain for chain in chains if chain[-1][1] <= group[0]), None)
        if free is None:
            chains.append([group])
        else:
            free.append(group)
    return chains


def by_bar(clip: Clip, chain: Iterable[Struck]) -> list[list[Struck]]:
    """For each bar of the clip the groups that sound in it; whole ones, not cut."""
    bars: list[list[Struck]] = [[] for _ in range(clip.bars)]
    for group in chain:
        start, end, _ = group
        for bar in range(start // clip.bar_steps, (end - 1) // clip.bar_steps + 1):
            bars[bar].append(group)
    return bars


def heads(begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Note heads that last from one step of a bar to another: place and length of each.

    On a beat the longest head that fits; between beats none that reaches over the next one,
    but for a quarter on the second eighth.
    """
    while begin < end:
        beyond = begin % STEPS_PER_BEAT
        room = end - begin
        if beyond and not (beyond == 2 and room == 4):
            room = min(room, STEPS_PER_BEAT - beyond)
        length = next(head for head in HEADS if head <= room)
        yield begin, length
        begin += length
