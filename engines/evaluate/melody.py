"""The measured quality of a melody model: 200 pieces of 8 bars over progressions it never saw.

Every figure of :mod:`engines.music.metrics` stands beside the same figure of held-out songs in
the same form and of random notes (the ceiling). The best of eight takes, a Markov chain over the
same chords and the last-level-only network are measured as the default is.
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
from engines.evaluate.markov import Markov
from engines.evaluate.melody_best import best_of
from engines.evaluate.melody_figures import TARGETS, means, overlap, overlaps, score
from engines.evaluate.melody_pieces import (
    BARS,
    STRONGEST,
    Decoding,
    Piece,
    default_decoding,
    real_pieces,
    write_pieces,
)
from engines.music.composer import Network
from engines.music.metrics import copies_of, random_steps, shape_of
from engines.runtime.cards import WEIGHTS

PIECES = 200
#: Features of :data:`COMPARED` in which a network must be nearer to real songs than the chain.
AHEAD = 6
#: Sets of pieces that the chain writes: from one to the next an overlap differs by 0.02.
CHAINS = 5


@dataclass(frozen=True)
class Yardsticks:
    """What every set of pieces is held against.

    Attributes:
        real: held-out pieces.
        noise: random notes over the measured progressions.
        known: the bars of the training songs, without their key.
        seed: of what is drawn.
    """

    real: list[Piece]
    noise: list[Piece]
    known: set[bytes]
    seed: int


def evaluate_network(
    network: Network,
    z_size: int,
    melodies: Melodies,
    pieces: int = PIECES,
    seed: int = 0,
    creative: Network | None = None,
) -> dict[str, Any]:
    """All figures of a network; see :func:`evaluate`.

    ``creative`` is the same network with chord and previous bar at the last level only.
    """
    real = real_pieces(melodies, pieces)
    progressions = [real[i % len(real)].triads for i in range(pieces)]
    rng = np.random.default_rng(seed)
    noise = [Piece(random_steps(rng, BARS, melodies.low, melodies.high), t) for t in progressions]
    known = {shape_of(bar) for segment in melodies.training for bar in segment.steps}
    against, chosen = Yardsticks(real, noise, known, seed), default_decoding()

    ours = write_pieces(network, z_size, progressions, chosen, seed)
    figures = _beside_real("", ours, chosen, against, TARGETS)
    strongest = write_pieces(network, z_size, progressions, STRONGEST, seed)
    figures += _beside_real("plain_", strongest, STRONGEST, against)
    figures += _alone("best_", best_of(network, z_size, progressions, chosen, seed), against)
    if creative is not None:
        written = write_pieces(creative, z_size, progressions, chosen, seed)
        figures += _alone("creative_", written, against)
    chain = Markov(melodies.training, melodies.low, melodies.high)
    rivals = [[chain.write(triads, rng) for triads in progressions] for _ in range(CHAINS)]
    figures += _alone("markov_", rivals[0], against)
    figures += _ahead(ours, rivals, against)
    return flatten(figures) | {"pieces": pieces} | asdict(chosen)


def _beside_real(
    prefix: str,
    ours: Sequence[Piece],
    decoding: Decoding,
    against: Yardsticks,
    targets: Mapping[str, tuple[float | None, float | None]] | None = None,
) -> list[Figure]:
    """Every figure of a set beside that of held-out songs and of random notes."""
    restrike, real, noise = decoding.restrike, against.real, against.noise
    mine, theirs, chance = (means(group, restrike, against.seed) for group in (ours, real, noise))
    figures = []
    for name, value in mine.items():
        least, most = (targets or {}).get(name, (None, None))
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
    if targets:
        figures.append(Figure("score", score(mine, area)))
    copies, of_real, by_chance = (_copied(group, against) for group in (ours, real, noise))
    name = f"{prefix}copies_of_training_bars"
    return [*figures, Figure(name, copies, real=of_real, ceiling=by_chance)]


def _alone(prefix: str, ours: Sequence[Piece], against: Yardsticks) -> list[Figure]:
    """The figures of a set decoded as by default, which stand beside those without a prefix."""
    restrike = default_decoding().restrike
    found = means(ours, restrike, against.seed)
    found["overlap_with_real"] = overlap(ours, against.real, restrike)
    found["copies_of_training_bars"] = _copied(ours, against)
    return [Figure(prefix + name, value) for name, value in found.items()]


def _ahead(
    ours: Sequence[Piece], rivals: Sequence[Sequence[Piece]], against: Yardsticks
) -> list[Figure]:
    """Feature by feature, whose distribution is nearer to that of held-out songs.

    Of the chain's sets the mean: one set alone is ahead or behind by chance.
    """
    restrike = default_decoding().restrike
    mine, *chains = (overlaps(group, against.real, restrike) for group in (ours, *rivals))
    theirs = {name: float(np.mean([chain[name] for chain in chains])) for name in mine}
    ahead = sum(mine[name] > theirs[name] for name in mine)
    return [
        *(Figure(f"overlap_{name}", area) for name, area in mine.items()),
        *(Figure(f"markov_overlap_{name}", area) for name, area in theirs.items()),
        Figure("features_ahead_of_markov", ahead, at_least=AHEAD),
    ]


def _copied(pieces: Sequence[Piece], against: Yardsticks) -> float:
    return float(np.mean([copies_of(piece.steps, against.known) for piece in pieces]))


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
        ``*_ceiling`` of random notes, and the target where there is one. The same names with
        ``plain_``: for the strongest pitch of every step; ``best_``: the best of eight takes;
        ``creative_``: chord and previous bar at the last level only, of a network that can be
        told; ``markov_``: of the chain of :mod:`engines.evaluate.markov`. ``overlap_*``: the
        overlap feature by feature.

    Raises:
        EngineError: ``bad_model`` or ``bad_input``.
    """
    from engines.runtime.backend import make_backend, width
    from engines.runtime.library import Library

    library = Library([model_dir.parent])
    session = make_backend("onnx").open(library.get(model_dir.name, "compose"))
    low, high = _window(model_dir)
    gated = "creativity" in session.inputs

    def at(creativity: float) -> Network:
        def network(
            z: NDArray[np.float32], chord: NDArray[np.float32], previous: NDArray[np.float32]
        ) -> NDArray[np.float32]:
            given = {"z": z, "chord": chord, "previous": previous}
            if gated:
                given["creativity"] = np.full((len(z), 1), creativity, dtype=np.float32)
            return session.run(**given)["roll"]

        return network

    return evaluate_network(
        at(0.0),
        width(session, "z"),
        load_melodies(data, low, high),
        pieces,
        seed,
        at(1.0) if gated else None,
    )
