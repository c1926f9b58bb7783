"""The measured quality of a melody model: 200 pieces of 8 bars over progressions it never saw.

Every figure of :mod:`engines.music.metrics` stands beside the same figure of held-out songs in
the same form and of random notes (the ceiling). Harmony is also judged over wrong
chords: the piece's own in another order, and another piece's.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open

from engines.data.melodies import WINDOW, Melodies, load_melodies
from engines.evaluate.figures import Figure, flatten
from engines.music.composer import Network, normal_noise, write_bars
from engines.music.encoding import Restrike, Steps
from engines.music.metrics import (
    Triads,
    chord_tone_or_resolved_ratio,
    copies_of,
    distinct_bars,
    exchanged_triads,
    measure,
    overlapping_area,
    random_steps,
    shape_of,
    shuffled_triads,
)
from engines.protocol.errors import bad_input
from engines.protocol.params import COMPOSE, resolve
from engines.runtime.cards import WEIGHTS

PIECES, BARS = 200, 8

#: Smallest and largest value that meet the target, by figure of the default decoding.
TARGETS: Mapping[str, tuple[float | None, float | None]] = {
    "scale_consistency": (0.95, None),
    "chord_tone_or_resolved_ratio": (0.72, None),
    "chord_gain_over_shuffled": (0.10, None),
    "chord_gain_over_exchanged": (0.10, None),
    "mean_interval": (None, 4.0),
    "notes_per_bar": (3.0, 7.0),
    "copies_of_previous_bar": (None, 0.15),
}
#: Figures of which a whole distribution can be compared with that of real songs.
COMPARED = (
    "pitch_class_entropy",
    "scale_consistency",
    "groove_consistency",
    "notes_per_bar",
    "mean_interval",
    "pitch_range",
    "chord_tone_or_resolved_ratio",
    "pitch_consonance",
)


@dataclass(frozen=True)
class Piece:
    """Eight bars over their chords.

    Attributes:
        steps: (8, 16) pitches.
        triads: (8,) 0..23.
    """

    steps: Steps
    triads: Triads


@dataclass(frozen=True)
class Decoding:
    """How a network's rolls become notes.

    Attributes:
        smoothness: see :func:`engines.music.encoding.decode_steps`.
        in_key: see :func:`engines.music.composer.write_bars`.
        restrike: where held notes are struck again.
    """

    smoothness: float
    in_key: float
    restrike: Restrike


def default_decoding() -> Decoding:
    """What a person gets who changes nothing."""
    params = resolve(COMPOSE, {})
    return Decoding(params["smoothness"], params["in_key"], params["restrike"])


#: The strongest pitch of every step, nothing added.
PLAIN = Decoding(0.0, 0.0, "never")


def real_pieces(melodies: Melodies, count: int) -> list[Piece]:
    """Up to ``count`` held-out pieces, spread evenly over the songs.

    Raises:
        EngineError: kind ``bad_input``, when the data hold none.
    """
    found = [Piece(steps, triads) for steps, triads in melodies.pieces()]
    if not found:
        raise bad_input(
            "The data hold no eight bars in a row to measure against.",
            "Give the data set that the model was trained on.",
        )
    return [found[i * len(found) // count] for i in range(min(count, len(found)))]


def write_pieces(
    network: Network, z_size: int, progressions: Sequence[Triads], decoding: Decoding, seed: int
) -> list[Piece]:
    """One new melody over each progression."""
    noise = normal_noise(seed, z_size, len(progressions))
    triads = np.stack(progressions)
    bars = list(write_bars(network, noise, triads, decoding.smoothness, decoding.in_key))
    steps = np.stack(bars, axis=1)  # (pieces, bars, 16)
    return [Piece(s, t) for s, t in zip(steps, progressions, strict=True)]


def means(pieces: Sequence[Piece], restrike: Restrike, seed: int) -> dict[str, float]:
    """Every figure, averaged over pieces, and what only a whole set has."""
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


def overlap(ours: Sequence[Piece], theirs: Sequence[Piece], restrike: Restrike) -> float:
    """Mean overlapping area 0..1 of the distributions of :data:`COMPARED`."""
    a, b = spread(ours, restrike), spread(theirs, restrike)
    return float(np.mean([overlapping_area(a[name], b[name]) for name in COMPARED]))


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


def evaluate_network(
    network: Network, z_size: int, melodies: Melodies, pieces: int = PIECES, seed: int = 0
) -> dict[str, Any]:
    """All figures of a network; see :func:`evaluate`."""
    real = real_pieces(melodies, pieces)
    progressions = [real[i % len(real)].triads for i in range(pieces)]
    rng = np.random.default_rng(seed)
    noise = [Piece(random_steps(rng, BARS, melodies.low, melodies.high), t) for t in progressions]
    known = {shape_of(bar) for segment in melodies.training for bar in segment.steps}
    figures: list[Figure] = []
    for prefix, decoding in (("", default_decoding()), ("plain_", PLAIN)):
        ours = write_pieces(network, z_size, progressions, decoding, seed)
        figures += _figures(prefix, ours, real, noise, decoding.restrike, seed)
        mine, theirs, chance = (_copied(group, known) for group in (ours, real, noise))
        figures.append(
            Figure(f"{prefix}copies_of_training_bars", mine, real=theirs, ceiling=chance)
        )
    chosen = default_decoding()
    flat = flatten(figures)
    return flat | {"pieces": pieces} | asdict(chosen)


def _figures(
    prefix: str,
    ours: Sequence[Piece],
    real: Sequence[Piece],
    noise: Sequence[Piece],
    restrike: Restrike,
    seed: int,
) -> list[Figure]:
    mine, theirs, chance = (means(group, restrike, seed) for group in (ours, real, noise))
    figures = []
    for name, value in mine.items():
        least, most = (None, None) if prefix else TARGETS.get(name, (None, None))
        figures.append(
            Figure(
                prefix + name,
                value,
                real=theirs[name],
                ceiling=chance[name],
                at_least=least,
                at_most=most,
            )
        )
    area, far = overlap(ours, real, restrike), overlap(noise, real, restrike)
    halves = overlap(real[::2], real[1::2], restrike) if len(real) > 1 else 1.0
    figures.append(Figure(f"{prefix}overlap_with_real", area, floor=halves, ceiling=far))
    if not prefix:
        figures.append(Figure("score", score(mine, area)))
    return figures


def _copied(pieces: Sequence[Piece], known: set[bytes]) -> float:
    return float(np.mean([copies_of(piece.steps, known) for piece in pieces]))


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


def _window(model_dir: Path) -> tuple[int, int]:
    """The pitches a model was trained on, from the recipe inside its weights."""
    with safe_open(model_dir / WEIGHTS, framework="numpy") as file:
        data = tomllib.loads(file.metadata()["recipe"])["data"]
    low, high = data.get("window", WINDOW)
    return low, high


def evaluate(model_dir: Path, data: Path, pieces: int = PIECES, seed: int = 0) -> dict[str, Any]:
    """The measured quality of a melody model.

    Args:
        model_dir: the model's folder.
        data: the data set it was trained on; every tenth song was held out, and only those count.
        pieces: how many melodies to write.
        seed: of noise and baselines.

    Returns:
        For each figure its value with the default decoding, ``*_real`` of held-out songs,
        ``*_ceiling`` of random notes, and the target where there is one; ``plain_*`` the same for
        the strongest pitch of every step.

    Raises:
        EngineError: ``bad_model`` or ``bad_input``.
    """
    from engines.runtime.backend import make_backend, width
    from engines.runtime.library import Library

    library = Library([model_dir.parent])
    session = make_backend("onnx").open(library.get(model_dir.name, "compose"))
    low, high = _window(model_dir)

    def network(
        z: NDArray[np.float32], chord: NDArray[np.float32], previous: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        return session.run(z=z, chord=chord, previous=previous)["roll"]

    return evaluate_network(
        network, width(session, "z"), load_melodies(data, low, high), pieces, seed
    )
