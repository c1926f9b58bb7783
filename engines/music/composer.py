"""Writing melodies bar after bar with a network that reads a chord and the bar before.

What a bar is decoded to is also what the next one hears: a real bar, one pitch a step, as in
training. Raw sigmoid values fed back would be something the network never saw.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engines.music.chords import chord_vectors
from engines.music.encoding import PITCHES, Roll, Steps, decode_steps, fit_window, one_hot
from engines.music.kept import heard_by_all
from engines.music.keys import outside_key
from engines.music.score import STEPS_PER_BAR, Note
from engines.music.temperature import perturbed

#: Cost of a step on a pitch outside key and chord, in nats at full strictness.
FOREIGN_COST = 5.0
#: What a bar holds where nothing sounds yet; no pitch.
SILENCE = 255
#: A pitch belongs to a network's register when it gets this share of what is sounded.
_IN_REGISTER = 1e-3

Array = NDArray[np.float32]
#: (z (B, n), chord (B, 13), previous (B, 1, 16, 128)) to a roll (B, 1, 16, 128) in [0, 1].
Network = Callable[[Array, Array, Array], Array]
#: Noise for one bar of every melody, (B, n), asked for bar by bar.
Noise = Callable[[], Array]
Pitches = tuple[int, int]

EVERY_PITCH: Pitches = (0, PITCHES - 1)


@dataclass(frozen=True)
class Wishes:
    """What is asked of new bars beside their chords.

    Attributes:
        bar_steps: how many of the network's sixteen steps a bar has.
        density: see :func:`engines.music.encoding.decode_steps`.
        temperature: see :func:`engines.music.temperature.perturbed`.
        allowed: lowest and highest pitch.
        register: lowest and highest pitch that the network knows.
        shift: semitones, whole octaves, from the network's pitches to those that sound.
        kept: bars that stand: their notes, counted from the bar's start.
    """

    bar_steps: int = STEPS_PER_BAR
    density: float = 0.0
    temperature: float = 0.0
    allowed: Pitches = EVERY_PITCH
    register: Pitches = EVERY_PITCH
    shift: int = 0
    kept: Mapping[int, Sequence[Note]] = field(default_factory=dict)


NO_WISHES = Wishes()


def write_bars(
    network: Network,
    noise: Noise,
    triads: NDArray[np.int64],
    smoothness: float = 0.0,
    in_key: float = 0.0,
    before: Steps | None = None,
    wishes: Wishes = NO_WISHES,
) -> Iterator[Steps]:
    """Write ``B`` melodies at once and hand over each bar as soon as it is there.

    Args:
        network: what writes a bar.
        noise: called once a bar, for those too that stand: the noise of a bar depends on its
            place alone.
        triads: (B, bars) numbers 0..23.
        smoothness: see :func:`engines.music.encoding.decode_steps`.
        in_key: 0 lets every note pass, 1 keeps strictly to key and chord.
        before: (B, 16) the bar that the melodies go on from; None opens with silence.
        wishes: what else is asked for.

    Yields:
        (B, bar_steps) pitches; of a bar that stands what is heard of it, which is
        :data:`SILENCE` before the first note of all.
    """
    count, bars = triads.shape
    last = None if before is None else before[:, -1].astype(np.int64)
    hears = before
    foreign = _foreign(triads, in_key)
    for bar in range(bars):
        z = noise()
        if bar in wishes.kept:
            hears = heard_by_all(wishes.kept[bar], last, count)
        else:
            previous = _hearing(hears, count, wishes)
            roll = network(z, chord_vectors(triads[:, bar]), previous[:, None])[:, 0]
            roll = perturbed(roll, z, wishes.temperature)
            after = wishes.kept[bar + 1][0].pitch if wishes.kept.get(bar + 1) else None
            cost = None if foreign is None else foreign[:, bar]
            hears = _decode(roll, smoothness, last, cost, after, wishes)
        if hears is None:
            yield np.full((count, wishes.bar_steps), SILENCE, np.uint8)
        else:
            steps = hears[:, : wishes.bar_steps]
            last = steps[:, -1].astype(np.int64)
            yield steps


def _foreign(triads: NDArray[np.int64], in_key: float) -> Array | None:
    """(B, bars, 12) cost of each pitch class, or None where nothing costs."""
    if in_key <= 0.0:
        return None
    known = {row.tobytes(): outside_key(row) for row in np.unique(triads, axis=0)}
    outside = np.stack([known[row.tobytes()] for row in triads])
    return (in_key * FOREIGN_COST * outside).astype(np.float32)


def _decode(
    roll: Roll,
    smoothness: float,
    last: NDArray[np.int64] | None,
    foreign: Array | None,
    after: int | None,
    wishes: Wishes,
) -> Steps:
    """All sixteen steps, as the next bar hears them; see :func:`write_bars`."""
    if wishes.shift:
        roll = _shifted(roll, wishes.shift)
    if after is not None:  # the bar behind stands: what it joins is the last step that sounds
        roll = roll[:, : wishes.bar_steps]
    steps = decode_steps(
        roll,
        smoothness,
        last,
        foreign,
        after=after,
        density=wishes.density,
        allowed=wishes.allowed,
    )
    missing = STEPS_PER_BAR - steps.shape[1]
    return steps if missing == 0 else np.pad(steps, ((0, 0), (0, missing)), mode="edge")


def _shifted(roll: Roll, semitones: int) -> Roll:
    moved = np.zeros_like(roll)
    if semitones > 0:
        moved[..., semitones:] = roll[..., :-semitones]
    else:
        moved[..., :semitones] = roll[..., -semitones:]
    return moved


def _hearing(steps: Steps | None, count: int, wishes: Wishes) -> Roll:
    """A bar as the network's input (B, 16, 128): in its register, or silence."""
    if steps is None:
        return np.zeros((count, STEPS_PER_BAR, PITCHES), np.float32)
    if wishes.shift == 0 and wishes.register == EVERY_PITCH:
        return one_hot(steps)
    own = steps.astype(np.int64) - wishes.shift
    low, high = wishes.register
    moves = [fit_window(bar, low, high) if _outside(bar, low, high) else 0 for bar in own]
    moved = own + np.array([move or 0 for move in moves])[:, None]
    return one_hot(np.clip(moved, *EVERY_PITCH).astype(np.uint8))


def _outside(bar: NDArray[np.int64], low: int, high: int) -> bool:
    return bool(bar.min() < low or bar.max() > high)


def sounded(network: Network, z_size: int) -> NDArray[np.float64]:
    """(128,) how a network spreads its notes over the pitches, summing to 1.

    Asked of every chord after silence, with noise of its own: it belongs to the network, not to
    a request.
    """
    z = normal_noise(0, z_size, 24)()
    silence = np.zeros((24, 1, STEPS_PER_BAR, PITCHES), np.float32)
    roll = network(z, chord_vectors(range(24)), silence)
    share = roll / np.maximum(roll.sum(axis=-1, keepdims=True), 1e-9)
    mass: NDArray[np.float64] = share.astype(np.float64).mean(axis=(0, 1, 2))
    return mass


def register_of(mass: NDArray[np.float64]) -> Pitches:
    """The lowest and the highest pitch of what :func:`sounded` found."""
    inside = np.flatnonzero(mass >= min(_IN_REGISTER, mass.max()))
    return int(inside[0]), int(inside[-1])


def octaves_into(mass: NDArray[np.float64], allowed: Pitches) -> int:
    """The shift, in semitones, that brings most of what is sounded between two pitches.

    Of shifts that do so equally well, to a hundredth, the smallest.
    """
    low, high = allowed
    fits = {
        shift: float(mass[max(low - shift, 0) : max(high - shift + 1, 0)].sum())
        for shift in range(-120, 121, 12)
    }
    most = max(fits.values())
    return min((shift for shift, fit in fits.items() if fit >= most - 0.01), key=abs)


def normal_noise(seed: int, size: int, count: int = 1) -> Noise:
    """Standard normal noise, drawn bar after bar from one generator of the seed.

    Args:
        seed: 0 .. 2**32 - 1.
        size: length of one draw.
        count: melodies written at once.
    """
    generator = np.random.Generator(np.random.PCG64(seed))
    return lambda: generator.standard_normal((count, size), dtype=np.float32)


def noise_of(seed: int, bars: int, size: int) -> Array:
    """(bars, size) the first draws of :func:`normal_noise`."""
    noise = normal_noise(seed, size)
    return np.concatenate([noise() for _ in range(bars)])


def walked(own: Array, kept_seeds: Sequence[int], variation: float) -> Array:
    """Noise on the way from the bars that are there to new ones (bars, size).

    Both are standard normal, and so is every place between them: the squares of their shares add
    up to 1.

    Args:
        own: (bars, size) the new noise.
        kept_seeds: for each bar the seed that wrote it, -1 for none; those keep their own.
        variation: 0 the old noise, 1 the new one.
    """
    bars, size = own.shape
    mixed = own.copy()
    for seed in set(kept_seeds) - {-1}:
        there = noise_of(seed, bars, size)
        chosen = [bar for bar, each in enumerate(kept_seeds[:bars]) if each == seed]
        old = np.float32(math.sqrt(1.0 - variation**2)) * there[chosen]
        mixed[chosen] = old + np.float32(variation) * own[chosen]
    return mixed
