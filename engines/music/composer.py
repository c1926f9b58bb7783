"""Writing melodies bar after bar with a network that reads a chord and the bar before.

What a bar is decoded to is also what the next one hears: a real bar, one pitch a step, as in
training. Raw sigmoid values fed back would be something the network never saw.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from engines.music.chords import chord_vectors
from engines.music.encoding import PITCHES, Roll, Steps, decode_steps, one_hot
from engines.music.keys import outside_key
from engines.music.score import STEPS_PER_BAR

#: Cost of a step on a pitch outside key and chord, in nats at full strictness.
FOREIGN_COST = 5.0

Array = NDArray[np.float32]
#: (z (B, n), chord (B, 13), previous (B, 1, 16, 128)) to a roll (B, 1, 16, 128) in [0, 1].
Network = Callable[[Array, Array, Array], Array]
#: Noise for one bar of every melody, (B, n), asked for bar by bar.
Noise = Callable[[], Array]


def write_bars(
    network: Network,
    noise: Noise,
    triads: NDArray[np.int64],
    smoothness: float = 0.0,
    in_key: float = 0.0,
    before: Steps | None = None,
) -> Iterator[Steps]:
    """Write ``B`` melodies at once and hand over each bar as soon as it is there.

    Args:
        network: what writes a bar.
        noise: called once a bar.
        triads: (B, bars) numbers 0..23.
        smoothness: see :func:`engines.music.encoding.decode_steps`.
        in_key: 0 lets every note pass, 1 keeps strictly to key and chord.
        before: (B, 16) the bar that the melodies go on from; None opens with silence.

    Yields:
        (B, 16) pitches.
    """
    previous: Roll = (
        np.zeros((len(triads), STEPS_PER_BAR, PITCHES), np.float32)
        if before is None
        else one_hot(before)
    )
    last = None if before is None else before[:, -1].astype(np.int64)
    foreign = None
    if in_key > 0.0:
        outside = np.stack([outside_key(progression) for progression in triads])
        foreign = (in_key * FOREIGN_COST * outside).astype(np.float32)  # (B, bars, 12)
    for bar in range(triads.shape[1]):
        roll = network(noise(), chord_vectors(triads[:, bar]), previous[:, None])[:, 0]
        cost = None if foreign is None else foreign[:, bar]
        steps = decode_steps(roll, smoothness, last, cost)
        yield steps
        previous, last = one_hot(steps), steps[:, -1].astype(np.int64)


def normal_noise(seed: int, size: int, count: int = 1) -> Noise:
    """Standard normal noise, drawn bar after bar from one generator of the seed.

    Args:
        seed: 0 .. 2**32 - 1.
        size: length of one draw.
        count: melodies written at once.
    """
    generator = np.random.Generator(np.random.PCG64(seed))
    return lambda: generator.standard_normal((count, size), dtype=np.float32)
