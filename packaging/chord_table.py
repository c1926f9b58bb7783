"""Count how triads follow each other in songs, for the chord lane's suggestions.

    .venv/bin/python packaging/chord_table.py SONGS.zip [SONGS.zip ...]

Only the training songs are counted; every tenth was held out. Repeated chords are one.
"""

from __future__ import annotations

import json
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np

from engines.data.melodies import load_melodies
from engines.music.keys import scale_of
from engines.music.progressions import TABLE


def count(sources: list[Path]) -> dict[str, object]:
    """The table as the studio reads it."""
    follows = np.zeros((24, 24), int)
    names = []
    for source in sources:
        melodies = load_melodies(source)
        names.append(source.stem)
        for segment in melodies.training:
            root = scale_of(segment.triads)
            triads = [(t - root) % 12 + 12 * (t >= 12) for t in segment.triads]
            for one, other in pairwise(triads):
                follows[one, other] += one != other
    return {"songs": names, "follows": follows.tolist()}


def main() -> int:
    sources = [Path(name) for name in sys.argv[1:]]
    if not sources:
        print(__doc__)
        return 2
    text = json.dumps(count(sources)).replace("], [", "],\n[")
    TABLE.write_text(text + "\n", encoding="utf-8")
    print(f"{TABLE}: counted in {', '.join(source.name for source in sources)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
