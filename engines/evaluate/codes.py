"""What the codes of an InfoGAN are worth, beside the quality of its pictures.

Three questions: does the category name what people name (purity, on held-out pictures, of labels
that training never saw); do the continuous codes follow what is known of rendered pictures; and
can the codes be read off the generator's own pictures at all. Chen et al. 2016 (arXiv 1606.03657),
section 7.2, reports 5% of digits wrong by the category.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from engines.data.digits import Digits, holds_digits, load_digits
from engines.data.pictures import load_pictures
from engines.evaluate import sampling
from engines.evaluate.code_sheet import write_code_sheet
from engines.evaluate.factors import pearson, read_factors, spearman
from engines.evaluate.figures import Figure, flatten
from engines.evaluate.pictures import RealPictures, load_real
from engines.evaluate.portraits import measure
from engines.evaluate.recognition import Found, Recogniser, find_labels, load_recogniser
from engines.evaluate.stages import Hook, Stages
from engines.runtime.torch_backend import load_generator

PURITY_TARGET = 0.85
#: How many of the generator's own pictures are read.
READ_BACK = 2000
#: Training pictures that samples are compared with for copies; more would not fit in memory.
MOST_TRAINING = 10_000
STAGES = {"Reading pictures": 10, "Drawing samples": 20, "Reading codes": 20, "Comparing": 50}


def evaluate_codes(
    model_dir: Path,
    data: Path,
    *,
    samples: int = 1000,
    features: Path | None = None,
    seed: int = 0,
    sheet: Path | None = None,
    threads: int | None = None,
    progress: Hook | None = None,
    beside: Sequence[Path] = (),
) -> dict[str, Any]:
    """Measure the codes and the pictures.

    Args:
        model_dir: the model's folder.
        data: what it was trained on; its held-out part is read.
        samples: how many pictures to draw.
        features: SqueezeNet 1.0's weights, for KID; left out without.
        seed: of the samples and of everything random in the measuring.
        sheet: where to write what the codes do, beside held-out pictures.
        threads: for the networks; all cores by default.
        progress: told ``(done, total, what)``.
        beside: folders of the same network from other runs, whose category is measured too.

    Returns:
        Figures by flat name (see :mod:`engines.evaluate.figures`), settings and notes; JSON-able.

    Raises:
        EngineError: bad_input or bad_model.
    """
    began = time.monotonic()
    if threads is not None:
        torch.set_num_threads(threads)
    model = sampling.find_model(model_dir, "generate")
    ours = load_recogniser(model)
    stages = Stages(STAGES, progress)
    stages.begin("Reading pictures")
    digits = load_digits(data, model.card.size, "held_out") if holds_digits(data) else None
    real = load_real(data, model.card.size) if digits is None else _as_real(data, digits)
    drawn = sampling.draw(
        model, samples, seed=seed, threads=threads, tick=stages.begin("Drawing samples")
    )
    stages.begin("Reading codes")
    figures = _read_back(ours, load_generator(model), seed)
    notes: list[str] = []
    found: Found | None = None
    if digits is not None and ours.config.categories:
        found = find_labels(ours, digits)
        figures = _purity_figures(found, ours, digits, seed) + figures
        others = [load_recogniser(sampling.find_model(folder)) for folder in beside]
        figures += _run_figures([ours, *others], digits)
        notes.append(_words(found, ours))
    if digits is None:
        figures += _factor_figures(ours, data, model.card.size, seed)
    if sheet is not None:
        order = None if found is None else found.matching
        write_code_sheet(sheet, load_generator(model), real.held_out, digits, order)
    stages.begin("Comparing")
    looks = measure(drawn, real, features=features, seed=seed)
    stages.end()
    return {
        **{key: looks.pop(key) for key in ("task", "samples", "compared", "held_out", "training")},
        "size_px": model.card.size,
        "seed": seed,
        **flatten(figures),
        **looks,
        "notes": notes + looks["notes"],
        "seconds": round(time.monotonic() - began, 1),
    }


def _as_real(data: Path, held_out: Digits) -> RealPictures:
    """Labelled grey pictures as the measures of pictures take them."""
    training = load_digits(data, held_out.pixels.shape[1], "train").pixels
    some = training[:: max(1, -(-len(training) // MOST_TRAINING))]
    step = max(1, -(-len(held_out) // (MOST_TRAINING // 5)))
    return RealPictures(_coloured(some), _coloured(held_out.pixels[::step]))


def _coloured(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(N, H, W) to (N, H, W, 3)."""
    return np.repeat(pixels[..., None], 3, axis=3)


def _purity_figures(found: Found, ours: Recogniser, digits: Digits, seed: int) -> list[Figure]:
    """The headline, and the share of every label that its category catches."""
    shuffled = np.random.default_rng([seed, 5]).permutation(digits.labels)
    chance = find_labels(ours, Digits(digits.pixels, shuffled)).purity
    figures = [Figure("code_purity", found.purity, ceiling=chance, at_least=PURITY_TARGET)]
    totals = found.table.sum(axis=0)
    for label, total in enumerate(totals.tolist()):
        caught = found.table[found.matching.index(label), label] if label in found.matching else 0
        figures.append(Figure(f"code_purity_label_{label}", float(caught) / max(total, 1)))
    return figures


def _run_figures(runs: Sequence[Recogniser], digits: Digits) -> list[Figure]:
    """The purity of every run by its seed and length, and means over runs of one length.

    Runs without information are named so and stand apart.
    """
    figures: list[Figure] = []
    informed: dict[str, list[float]] = {}
    for run in runs if len(runs) > 1 else ():
        value, length = find_labels(run, digits).purity, f"at_{round(run.seen / 1000)}k"
        kind = "run" if run.information else "without_information"
        figures.append(Figure(f"code_purity_{kind}_seed_{run.seed}_{length}", value))
        if run.information:
            informed.setdefault(length, []).append(value)
    for length, values in informed.items():
        if len(values) > 1:
            figures.append(Figure(f"code_purity_runs_mean_{length}", float(np.mean(values))))
            figures.append(Figure(f"code_purity_runs_least_{length}", min(values)))
    return figures


def _words(found: Found, ours: Recogniser) -> str:
    """Which category is what, in a sentence."""
    names = ours.labels
    pairs = [
        f"{category}: {'nothing' if label is None else names[label] if names else label}"
        for category, label in enumerate(found.matching)
    ]
    return f"The categories, matched to labels: {', '.join(pairs)}."


def _read_back(ours: Recogniser, generator: torch.nn.Module, seed: int) -> list[Figure]:
    """How much of its codes Q reads off the generator's own pictures."""
    config = ours.config
    z = torch.randn(READ_BACK, config.latent, generator=torch.Generator().manual_seed(seed))
    with torch.no_grad():
        pictures = torch.cat([generator(part) for part in z.split(250)])
        given = generator.codes(z).numpy()  # type: ignore[operator]  # a Module's is a Tensor
    pixels = ((pictures + 1) * 127.5).round().clamp(0, 255).to(torch.uint8).permute(0, 2, 3, 1)
    read = ours.read(pixels.numpy())
    figures: list[Figure] = []
    if config.categories:
        right = read.category == given[:, : config.categories].argmax(axis=1)
        share = 1 / config.categories
        figures.append(Figure("category_read_back_share", float(right.mean()), ceiling=share))
    for code in range(config.continuous):
        put = given[:, config.categories + code].astype(np.float64)
        value = pearson(put, read.values[:, code].astype(np.float64))
        figures.append(Figure(f"code_{code + 1}_read_back_correlation", value, ceiling=0.0))
    return figures


def _factor_figures(ours: Recogniser, data: Path, size: int, seed: int) -> list[Figure]:
    """Absolute correlation of each code with each factor, on held-out pictures.

    The ceiling is the largest that the same pictures give with their rows shuffled.
    """
    held_out = load_pictures(data, size, "held_out")
    factors = read_factors(data, held_out.names)
    if not factors:
        return []
    values = ours.read(held_out.pixels).values.astype(np.float64)
    mixed = values[np.random.default_rng([seed, 6]).permutation(len(values))]
    figures: list[Figure] = []
    for name, known in factors.items():
        by_code = [abs(spearman(column, known)) for column in values.T]
        chance = max(abs(spearman(column, known)) for column in mixed.T)
        best = int(np.argmax(by_code))
        figures.append(Figure(f"{name}_best_code_spearman", by_code[best], ceiling=chance))
        figures.append(Figure(f"{name}_best_code_number", best + 1))
        for code, column in enumerate(values.T):
            stem = f"{name}_code_{code + 1}"
            figures.append(Figure(f"{stem}_spearman", by_code[code]))
            figures.append(Figure(f"{stem}_pearson", abs(pearson(column, known))))
    return figures
