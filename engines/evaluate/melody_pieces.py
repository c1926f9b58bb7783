"""Pieces to measure: eight bars over their chords, real ones and newly written ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engines.data.melodies import Melodies
from engines.music.composer import Network, Wishes, normal_noise, write_bars
from engines.music.encoding import Restrike, Steps
from engines.music.metrics import Triads
from engines.protocol.errors import bad_input
from engines.protocol.params import resolve
from engines.protocol.tools import COMPOSE

BARS = 8


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
        temperature: see :func:`engines.music.temperature.perturbed`.
        restrike: where held notes are struck again.
    """

    smoothness: float
    in_key: float
    temperature: float
    restrike: Restrike


def default_decoding() -> Decoding:
    """What a person gets who changes nothing."""
    params = resolve(COMPOSE, {})
    names = ("smoothness", "in_key", "temperature", "restrike")
    return Decoding(**{name: params[name] for name in names})


#: The strongest pitch of every step, nothing added.
STRONGEST = Decoding(0.0, 0.0, 0.0, "never")


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
    wishes = Wishes(temperature=decoding.temperature)
    written = write_bars(
        network, noise, triads, decoding.smoothness, decoding.in_key, wishes=wishes
    )
    bars = list(written)
    steps = np.stack(bars, axis=1)  # (pieces, bars, 16)
    return [Piece(s, t) for s, t in zip(steps, progressions, strict=True)]
