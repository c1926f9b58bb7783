"""What can be measured of a melody, on the network's form: a pitch a step, a triad a bar.

Arguments everywhere: ``steps`` is (bars, 16) MIDI pitches, ``triads`` is (bars,) numbers 0..23
(0..11 major, 12..23 minor). A note is a stretch of equal pitches across bar lines, since that is
what is heard when nothing is struck again. Definitions after Yang & Lerch 2018 and the MidiNet
and JazzGAN papers; scale consistency and groove as muspy names them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from engines.music.chords import triad_tones
from engines.music.encoding import Restrike, Steps, notes_from_steps
from engines.music.keys import MAJOR_SCALE
from engines.music.score import STEPS_PER_BAR

Triads = NDArray[np.int64]

MINOR_SCALE = (0, 2, 3, 5, 7, 8, 10)
CONSONANT = (0, 3, 4, 7, 8, 9)
FOURTH = 5
#: Farthest that a tone outside the chord may lie from the one that resolves it, in semitones.
RESOLVING = 2
#: So many returns in sixteen steps are a tremble.
TREMBLING = 5


def runs(steps: Steps) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pitches and lengths in steps of the notes."""
    flat = steps.reshape(-1).astype(np.int64)
    starts = np.flatnonzero(np.concatenate([[True], flat[1:] != flat[:-1]]))
    return flat[starts], np.diff(np.append(starts, len(flat)))


def pitch_class_entropy(steps: Steps) -> float:
    """Shannon entropy of the notes' pitch classes, 0..3.585 bits."""
    share = np.bincount(runs(steps)[0] % 12, minlength=12) / len(runs(steps)[0])
    share = share[share > 0]
    return float(abs((share * np.log2(share)).sum()))


def scale_consistency(steps: Steps) -> float:
    """Largest share of notes inside one of the 24 major and natural minor scales, 0..1."""
    counts = np.bincount(runs(steps)[0] % 12, minlength=12)
    inside = [
        sum(counts[(root + tone) % 12] for tone in scale)
        for root in range(12)
        for scale in (MAJOR_SCALE, MINOR_SCALE)
    ]
    return float(max(inside) / counts.sum())


def onsets(
    steps: Steps, restrike: Restrike = "never", triads: Triads | None = None
) -> NDArray[np.bool_]:
    """(bars, 16) where a note begins, held notes being struck again as ``restrike`` says."""
    begins = np.zeros(steps.size, dtype=np.bool_)
    chords = () if triads is None else triads.tolist()
    for note in notes_from_steps(steps.reshape(-1), restrike, chords):
        begins[note.start] = True
    return begins.reshape(-1, STEPS_PER_BAR)


def groove_consistency(begins: NDArray[np.bool_]) -> float:
    """1 - mean Hamming distance of neighbouring bars' onsets / 16; 1.0 for a single bar.

    Only the bars there are: muspy counts one more when the last note ends on the bar line.
    """
    return 1.0 if len(begins) < 2 else float(1.0 - (begins[1:] != begins[:-1]).mean())


def notes_per_bar(begins: NDArray[np.bool_]) -> float:
    """Notes divided by bars."""
    return float(begins.sum() / len(begins))


def mean_duration(begins: NDArray[np.bool_]) -> float:
    """Mean length of a note in sixteenths; there are no rests."""
    return float(begins.size / begins.sum())


def duration_entropy(begins: NDArray[np.bool_]) -> float:
    """Shannon entropy of the notes' lengths in steps, in bits; 0 when all are equally long."""
    starts = np.flatnonzero(begins.reshape(-1))
    share = np.unique(np.diff(np.append(starts, begins.size)), return_counts=True)[1] / len(starts)
    return float(abs((share * np.log2(share)).sum()))


def pitch_range(steps: Steps) -> float:
    """Semitones between the lowest and the highest note."""
    return float(int(steps.max()) - int(steps.min()))


def mean_interval(steps: Steps) -> float:
    """Mean absolute interval of neighbouring notes in semitones; 0 when there is one note."""
    pitches = runs(steps)[0]
    return float(np.abs(np.diff(pitches)).mean()) if len(pitches) > 1 else 0.0


def _on_chord(steps: Steps, triads: Triads) -> NDArray[np.bool_]:
    tones = np.array([triad_tones(int(triad)) for triad in triads])  # (bars, 3)
    on: NDArray[np.bool_] = (steps[:, :, None].astype(np.int64) % 12 == tones[:, None, :]).any(-1)
    return on


def chord_tone_ratio(steps: Steps, triads: Triads) -> float:
    """CTR: share of steps that sound a tone of their bar's triad."""
    return float(_on_chord(steps, triads).mean())


def chord_tone_or_resolved_ratio(steps: Steps, triads: Triads) -> float:
    """CTnCTR = (c + p) / (c + n).

    Counted by steps: c on a chord tone, n off it, p those of n whose next different pitch is a
    chord tone (of the bar where that pitch begins) at most two semitones away.
    """
    on = _on_chord(steps, triads).reshape(-1)
    flat = steps.reshape(-1).astype(np.int64)
    lengths = runs(steps)[1]
    next_start = np.repeat(np.cumsum(lengths), lengths)  # where the next note begins, per step
    has_next = next_start < len(flat)
    following = np.minimum(next_start, len(flat) - 1)
    near = np.abs(flat[following] - flat) <= RESOLVING
    resolved = ~on & has_next & on[following] & near
    return float((on.sum() + resolved.sum()) / len(flat))


def pitch_consonance(steps: Steps, triads: Triads) -> float:
    """PCS: mean over steps and chord tones of +1 consonant, 0 fourth, -1 otherwise."""
    tones = np.array([triad_tones(int(triad)) for triad in triads])
    interval = (steps[:, :, None].astype(np.int64) - tones[:, None, :]) % 12  # (bars, 16, 3)
    score = np.where(np.isin(interval, CONSONANT), 1, np.where(interval == FOURTH, 0, -1))
    return float(score.mean())


def copies_of_previous(steps: Steps) -> float:
    """Share of bars, from the second on, that equal the bar before."""
    if len(steps) < 2:
        return 0.0
    return float((steps[1:] == steps[:-1]).all(axis=1).mean())


def copies_of(steps: Steps, known: set[bytes]) -> float:
    """Share of bars that stand in ``known``, in any key (see :func:`shape_of`)."""
    return float(np.mean([shape_of(bar) in known for bar in steps]))


def shape_of(bar: Steps) -> bytes:
    """A bar without its key: pitches relative to the first."""
    return (bar.astype(np.int64) - int(bar[0])).astype(np.int8).tobytes()


def distinct_bars(pieces: Sequence[Steps]) -> float:
    """Distinct bars divided by all bars of all pieces, 0..1."""
    bars = [bar.tobytes() for piece in pieces for bar in piece]
    return len(set(bars)) / len(bars)


def trembling_bars(steps: Steps) -> float:
    """Share of bars that tremble: go to another pitch and back at once, five times or more.

    Small intervals made this way please :func:`mean_interval` and nobody who listens; songs have
    none.
    """
    back = (steps[:, 2:] == steps[:, :-2]) & (steps[:, 1:-1] != steps[:, :-2])
    return float((back.sum(axis=1) >= TREMBLING).mean())


def sixteenths(begins: NDArray[np.bool_]) -> float:
    """Share of notes that last a single step."""
    starts = np.flatnonzero(begins.reshape(-1))
    return float((np.diff(np.append(starts, begins.size)) == 1).mean())


#: Figures of one piece's pitches.
OF_STEPS: Mapping[str, Callable[[Steps], float]] = {
    "pitch_class_entropy": pitch_class_entropy,
    "scale_consistency": scale_consistency,
    "pitch_range": pitch_range,
    "mean_interval": mean_interval,
    "copies_of_previous_bar": copies_of_previous,
    "trembling_bars": trembling_bars,
}
#: Figures of its rhythm.
OF_ONSETS: Mapping[str, Callable[[NDArray[np.bool_]], float]] = {
    "groove_consistency": groove_consistency,
    "notes_per_bar": notes_per_bar,
    "mean_duration": mean_duration,
    "duration_entropy": duration_entropy,
    "sixteenths": sixteenths,
}
#: Figures of its pitches over its chords.
OVER_CHORDS: Mapping[str, Callable[[Steps, Triads], float]] = {
    "chord_tone_ratio": chord_tone_ratio,
    "chord_tone_or_resolved_ratio": chord_tone_or_resolved_ratio,
    "pitch_consonance": pitch_consonance,
}


def measure(steps: Steps, triads: Triads, restrike: Restrike = "never") -> dict[str, float]:
    """Every figure of one piece, by name."""
    begins = onsets(steps, restrike, triads)
    return (
        {name: of(steps) for name, of in OF_STEPS.items()}
        | {name: of(begins) for name, of in OF_ONSETS.items()}
        | {name: of(steps, triads) for name, of in OVER_CHORDS.items()}
    )


def overlapping_area(ours: Sequence[float], theirs: Sequence[float], points: int = 512) -> float:
    """Overlap 0..1 of two sets of figures, as Gaussian kernel densities (Yang & Lerch 2018).

    Bandwidth by Scott's rule, one for both, from the spread of ``theirs``.
    """
    a, b = np.asarray(ours, dtype=np.float64), np.asarray(theirs, dtype=np.float64)
    width = max(float(b.std()), 1e-3) * len(b) ** -0.2
    grid = np.linspace(min(a.min(), b.min()) - 4 * width, max(a.max(), b.max()) + 4 * width, points)
    cell = grid[1] - grid[0]
    densities = [
        np.exp(-0.5 * ((grid[:, None] - x[None, :]) / width) ** 2).sum(axis=1) for x in (a, b)
    ]
    shares = [density / (density.sum() * cell) for density in densities]
    return float(np.minimum(*shares).sum() * cell)


def random_steps(rng: np.random.Generator, bars: int, low: int, high: int) -> Steps:
    """A baseline: a uniform random pitch of ``low..high`` at every step, (bars, 16)."""
    return rng.integers(low, high + 1, size=(bars, STEPS_PER_BAR)).astype(np.uint8)


def shuffled_triads(rng: np.random.Generator, all_triads: Sequence[Triads]) -> list[Triads]:
    """A baseline: every piece is judged over its own chords in another order.

    Key and chord vocabulary stay, so only a melody that follows each bar's chord fits its own
    better.
    """
    return [rng.permutation(triads) for triads in all_triads]


def exchanged_triads(rng: np.random.Generator, all_triads: Sequence[Triads]) -> list[Triads]:
    """A baseline: every piece is judged over the chords of another one, drawn at random."""
    count = len(all_triads)
    order = rng.permutation(count)
    following = np.empty(count, dtype=np.int64)
    following[order] = np.roll(order, 1)  # one ring through all: nobody keeps their own
    return [all_triads[index] for index in following.tolist()]
