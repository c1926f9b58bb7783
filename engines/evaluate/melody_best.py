"""Best of several: what a person gets who has eight takes written and keeps the best ranked."""

from __future__ import annotations

from collections.abc import Sequence

from engines.evaluate.melody_pieces import Decoding, Piece, write_pieces
from engines.music import ranking
from engines.music.composer import Network
from engines.music.metrics import Triads

TAKES = 8


def best_of(
    network: Network,
    z_size: int,
    progressions: Sequence[Triads],
    decoding: Decoding,
    seed: int,
    takes: int = TAKES,
) -> list[Piece]:
    """For each progression the best of ``takes`` melodies, from the seeds ``seed`` and on.

    Nothing of real songs is looked at: a melody is ranked as the window ranks it.
    """
    sets = [
        write_pieces(network, z_size, progressions, decoding, seed + take) for take in range(takes)
    ]
    rivals = zip(*sets, strict=True)
    return [each[ranking.best([judged(piece) for piece in each])] for each in rivals]


def judged(piece: Piece) -> ranking.Verdict:
    """What the window says of a melody."""
    return ranking.judge(piece.steps, piece.triads)
