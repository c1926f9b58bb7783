"""What is asked of a set of pieces: their mean figures, their likeness to real ones, one score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from engines.evaluate.melody_pieces import Piece, default_decoding, write_pieces
from engines.music.composer import Network
from engines.music.encoding import Restrike
from engines.music.metrics import (
    chord_tone_or_resolved_ratio,
    distinct_bars,
    exchanged_triads,
    measure,
    overlapping_area,
    shuffled_triads,
)

#: Smallest and largest value that meet the target, by figure of the default decoding.
TARGETS: Mapping[str, tuple[float | None, float | None]] = {
    "scale_consistency": (0.97, None),
    "chord_tone_or_resolved_ratio": (0.75, None),
    "chord_gain_over_shuffled": (0.10, None),
    "chord_gain_over_exchanged": (0.10, None),
    "mean_interval": (None, 3.5),
    "notes_per_bar": (3.5, 6.0),
    "copies_of_previous_bar": (None, 0.15),
    "trembling_bars": (None, 0.02),
    "sixteenths": (None, 0.25),
}
#: Figures of which a whole distribution can be compared with that of real songs.
COMPARED = (
    "pitch_class_entropy",
    "scale_consistency",
    "groove_consistency",
    "notes_per_bar",
    "duration_entropy",
    "mean_interval",
    "pitch_range",
    "chord_tone_or_resolved_ratio",
    "pitch_consonance",
)


def means(pieces: Sequence[Piece], restrike: Restrike, seed: int) -> dict[str, float]:
    """Every figure, averaged over pieces, and what only a whole set has.

    Harmony is also judged over wrong chords: the piece's own in another order, and another
    piece's.
    """
    rows = spread(pieces, restrike)
    found = {name: float(np.mean(values)) for name, values in rows.items()}
    found["distinct_bars"] = distinct_bars([piece.steps for piece in pieces])
    own = found["chord_tone_or_resolved_ratio"]
    triads = [piece.triads for piece in pieces]
    rng = np.random.default_rng(seed)
    for name, wrong in (
        ("shuffled", shuffled_triads(rng, triads)),
        ("exchanged", exchanged_triads(rng, triads)),
    ):
        fits = [
            chord_tone_or_resolved_ratio(piece.steps, t)
            for piece, t in zip(pieces, wrong, strict=True)
        ]
        found[f"chord_gain_over_{name}"] = own - float(np.mean(fits))
    return found


def spread(pieces: Sequence[Piece], restrike: Restrike) -> dict[str, list[float]]:
    """Every figure of every piece, by name."""
    rows = [measure(piece.steps, piece.triads, restrike) for piece in pieces]
    return {name: [row[name] for row in rows] for name in rows[0]}


def overlaps(
    ours: Sequence[Piece], theirs: Sequence[Piece], restrike: Restrike
) -> dict[str, float]:
    """Overlapping area 0..1 of the two distributions of each of :data:`COMPARED`."""
    a, b = spread(ours, restrike), spread(theirs, restrike)
    return {name: overlapping_area(a[name], b[name]) for name in COMPARED}


def overlap(ours: Sequence[Piece], theirs: Sequence[Piece], restrike: Restrike) -> float:
    """The mean of :func:`overlaps`."""
    return float(np.mean(list(overlaps(ours, theirs, restrike).values())))


def score(figures: Mapping[str, float], overlap_with_real: float) -> float:
    """One number to choose checkpoints by: likeness to real songs less what targets miss.

    A target missed by a tenth of itself costs 0.1, as much as a tenth of all distributions.
    """
    missed = 0.0
    for name, (least, most) in TARGETS.items():
        value = figures[name]
        if least is not None and value < least:
            missed += (least - value) / least
        if most is not None and value > most:
            missed += (value - most) / most
    return overlap_with_real - missed


def quick_score(
    network: Network, z_size: int, real: Sequence[Piece], pieces: int, seed: int = 0
) -> dict[str, float]:
    """The figures that training watches, with "score" and "overlap" among them."""
    decoding = default_decoding()
    progressions = [real[i % len(real)].triads for i in range(pieces)]
    ours = write_pieces(network, z_size, progressions, decoding, seed)
    figures = means(ours, decoding.restrike, seed)
    area = overlap(ours, real, decoding.restrike)
    return figures | {"overlap": area, "score": score(figures, area)}
