"""The measured quality of a picture generator, against real pictures it was not trained on."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from engines.evaluate import duplicates, sampling
from engines.evaluate.colours import intersection
from engines.evaluate.figures import Figure, flatten
from engines.evaluate.pictures import Pictures, RealPictures, load_real
from engines.evaluate.sheet import write_sheet
from engines.evaluate.sliced_wasserstein import sliced_wasserstein
from engines.evaluate.spectrum import spectrum
from engines.evaluate.stages import Hook, Stages
from engines.protocol.errors import bad_input

#: Sets of training pictures, each as large as the held-out one, over which the floor is averaged.
FLOOR_DRAWS = 2
DISTANCE_RATIO_TARGET = 2.5
#: Energy at the highest frequencies over the data's: below is smear, above is grain or a pattern.
SHARPNESS_TARGET = (2 / 3, 3 / 2)
FEWEST_SAMPLES = 20

#: Share of the whole time that each stage takes, roughly, for the progress.
STAGES = {
    "Reading pictures": 10,
    "Drawing samples": 10,
    "Sliced Wasserstein distance": 40,
    "Nearest pictures": 5,
    "Attributes": 30,
    "Features": 60,
}


def evaluate_pictures(
    model_dir: Path,
    data: Path,
    *,
    samples: int = 1000,
    features: Path | None = None,
    seed: int = 0,
    sheet: Path | None = None,
    threads: int | None = None,
    progress: Hook | None = None,
) -> dict[str, Any]:
    """Draw samples and measure them.

    Args:
        model_dir: the model's folder.
        data: the zip or folder it was trained on.
        samples: how many to draw.
        features: SqueezeNet 1.0's weights, for KID; left out without.
        seed: of the samples and of everything random in the measuring.
        sheet: where to write 100 samples beside 100 held-out pictures.
        threads: for the networks; all cores by default.
        progress: told ``(done, total, what)``.

    Returns:
        Figures by flat name (see :mod:`engines.evaluate.figures`), settings and notes; JSON-able.

    Raises:
        EngineError: bad_input or bad_model.
    """
    if samples < FEWEST_SAMPLES:
        raise bad_input(
            f"{samples} samples are too few to measure.", f"Draw at least {FEWEST_SAMPLES}."
        )
    model = sampling.find_model(model_dir, "generate")
    stages = Stages(STAGES if features else {k: v for k, v in STAGES.items() if k != "Features"})
    stages.hook = progress
    tick = stages.begin("Reading pictures")
    real = load_real(data, model.card.size)
    tick = stages.begin("Drawing samples")
    drawn = sampling.draw(model, samples, seed=seed, threads=threads, tick=tick)
    if threads is not None:
        import torch

        torch.set_num_threads(threads)
    if sheet is not None:
        write_sheet(sheet, drawn, real.held_out)
    return measure(drawn, real, features=features, seed=seed, stages=stages)


def measure(
    samples: Pictures,
    real: RealPictures,
    *,
    features: Path | None = None,
    seed: int = 0,
    stages: Stages | None = None,
) -> dict[str, Any]:
    """Everything there is to say about one set of samples.

    Args:
        samples: (N, H, H, 3).
        real: pictures of the same size.
        features: see :func:`evaluate_pictures`.
        seed: of everything random.
        stages: where to report progress.
    """
    began = time.monotonic()
    stages = stages or Stages(STAGES)
    rng = np.random.default_rng([seed, 4])
    count = min(len(samples), len(real.held_out))
    compared = _Compared(samples, real, count, rng)

    stages.begin("Sliced Wasserstein distance")
    figures = _distance_figures(compared, seed) + _look_figures(compared)
    stages.begin("Nearest pictures")
    figures += _copy_figures(samples, real)
    notes: list[str] = []
    if any(real.training_rows):
        from engines.evaluate.attributes import measure_attributes

        tick = stages.begin("Attributes")
        found = measure_attributes(real, samples, seed=seed, tick=tick)
        figures += found.figures
        notes += found.notes
    else:
        notes.append("Attributes were not counted: the pictures have no attributes.jsonl.")
    if features is not None:
        figures += _feature_figures(compared, features, seed, stages.begin("Features"))
    stages.end()
    return {
        "task": "generate",
        "samples": len(samples),
        "compared": count,
        "held_out": len(real.held_out),
        "training": len(real.training),
        "size_px": int(real.held_out.shape[1]),
        "seed": seed,
        **flatten(figures),
        "notes": notes,
        "seconds": round(time.monotonic() - began, 1),
    }


class _Compared:
    """Sets of equal size: what distances compare.

    Attributes:
        held_out: the reference.
        samples: what is measured.
        floors: sets of training pictures, real against real.
        noise: independent uniform pixels.
    """

    def __init__(
        self, samples: Pictures, real: RealPictures, count: int, rng: np.random.Generator
    ) -> None:
        self.held_out = _some(real.held_out, count, rng)
        self.samples = samples[:count]
        order = rng.permutation(len(real.training))
        draws = max(1, min(FLOOR_DRAWS, len(order) // count))
        cuts = [order[i * count : (i + 1) * count] for i in range(draws)]
        self.floors = [real.training[np.sort(cut)] for cut in cuts]
        self.noise = rng.integers(0, 256, self.held_out.shape, dtype=np.uint8)


def _some(pictures: Pictures, count: int, rng: np.random.Generator) -> Pictures:
    """``count`` of them, chosen by chance, in their order."""
    return pictures[np.sort(rng.permutation(len(pictures))[:count])]


def _distance_figures(sets: _Compared, seed: int) -> list[Figure]:
    """Sliced Wasserstein distances; the ratio to the floor comes first."""
    others = {"samples": sets.samples, "noise": sets.noise}
    others |= {f"floor {i}": pictures for i, pictures in enumerate(sets.floors)}
    found = sliced_wasserstein(sets.held_out, others, seed=seed)
    figures = []
    for width in found["samples"]:
        floor = float(np.mean([found[f"floor {i}"][width] for i in range(len(sets.floors))]))
        value, ceiling = found["samples"][width], found["noise"][width]
        name = f"sliced_wasserstein_{width}px_x1000"
        figures.append(Figure(name, value, floor=floor, ceiling=ceiling))
    mean = Figure(
        "sliced_wasserstein_mean_x1000",
        float(np.mean([figure.value for figure in figures])),
        floor=float(np.mean([figure.floor or 0.0 for figure in figures])),
        ceiling=float(np.mean([figure.ceiling or 0.0 for figure in figures])),
    )
    floor, ceiling = mean.floor or 1.0, mean.ceiling or 0.0
    ratio = Figure(
        "sliced_wasserstein_floor_ratio",
        mean.value / floor,
        floor=1.0,
        ceiling=ceiling / floor,
        at_most=DISTANCE_RATIO_TARGET,
    )
    return [ratio, mean, *figures]


def _look_figures(sets: _Compared) -> list[Figure]:
    """Sharpness, checkerboard and colours."""
    real, ours = spectrum(sets.held_out), spectrum(sets.samples)
    train, noise = spectrum(sets.floors[0]), spectrum(sets.noise)
    low, high = SHARPNESS_TARGET
    return [
        Figure("spectrum_slope", ours.slope, real=real.slope, floor=train.slope),
        Figure(
            "high_frequency_energy_ratio",
            ours.high / real.high,
            floor=train.high / real.high,
            ceiling=noise.high / real.high,
            at_least=low,
            at_most=high,
        ),
        Figure(
            "nyquist_energy_ratio",
            ours.nyquist / real.nyquist,
            floor=train.nyquist / real.nyquist,
            ceiling=noise.nyquist / real.nyquist,
            at_most=high,
        ),
        Figure(
            "colour_histogram_intersection",
            intersection(sets.samples, sets.held_out),
            floor=intersection(sets.floors[0], sets.held_out),
            ceiling=intersection(sets.noise, sets.held_out),
        ),
    ]


def _copy_figures(samples: Pictures, real: RealPictures) -> list[Figure]:
    """Memorising and repetition."""
    small = duplicates.thumbnails(samples)
    known = duplicates.thumbnails(real.training)
    unseen = duplicates.thumbnails(real.held_out)
    ours, theirs = duplicates.nearest(small, known), duplicates.nearest(unseen, known)
    ours_full = duplicates.distances(samples, real.training[ours.place])
    theirs_full = duplicates.distances(real.held_out, real.training[theirs.place])
    limit = duplicates.near_threshold(theirs.distance)
    full_limit = duplicates.near_threshold(theirs_full)
    near = duplicates.near_duplicates(ours.distance, limit, ours_full, full_limit)
    chance = duplicates.near_duplicates(theirs.distance, limit, theirs_full, full_limit)
    repeat_limit = duplicates.repeat_threshold(known)
    repeated = duplicates.count_repeated(small, repeat_limit)
    return [
        Figure(
            "nearest_training_distance_median_8bit",
            float(np.median(ours.distance)),
            real=float(np.median(theirs.distance)),
        ),
        Figure(
            "nearest_training_distance_percentile1_8bit",
            float(np.quantile(ours.distance, 0.01)),
            real=limit,
        ),
        Figure("near_duplicate_share", float(near.mean()), floor=float(chance.mean()), ceiling=1.0),
        Figure("repeated_samples_in_200", repeated, at_most=0.0),
        Figure("repeated_sample_threshold_8bit", repeat_limit),
    ]


def _feature_figures(
    sets: _Compared, path: Path, seed: int, tick: Callable[[float], None]
) -> list[Figure]:
    """KID, precision and recall in SqueezeNet's features."""
    from engines.evaluate.kid import kid, precision_recall
    from engines.evaluate.squeezenet import INPUT_PX, SqueezeNet

    net = SqueezeNet(path)
    inputs = (sets.held_out, sets.samples, sets.floors[0], sets.noise)
    found = []
    for place, pictures in enumerate(inputs):
        found.append(net.features(pictures))
        tick((place + 1) / len(inputs))
    real, ours, train, noise = found
    (value, spread), (floor, floor_spread) = kid(real, ours, seed=seed), kid(real, train, seed=seed)
    mine, base = precision_recall(real, ours), precision_recall(real, train)
    chance = precision_recall(real, noise)
    name = f"squeezenet_{INPUT_PX}px"
    return [
        Figure(f"kid_{name}_x1000", value, floor=floor, ceiling=kid(real, noise, seed=seed)[0]),
        Figure(f"kid_{name}_x1000_standard_deviation", spread, floor=floor_spread),
        Figure(f"precision_{name}", mine[0], floor=base[0], ceiling=chance[0]),
        Figure(f"recall_{name}", mine[1], floor=base[1], ceiling=chance[1]),
    ]
