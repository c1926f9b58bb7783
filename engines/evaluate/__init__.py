"""Measured quality of trained models: one file a metric, every figure beside floor and target.

Nothing here calls a number FID: the weights that name needs are not to be had offline, and
numbers in other features cannot be compared with it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from engines.protocol.errors import bad_input

SAMPLES = 1000


def evaluate(
    model_dir: Path,
    data: Path,
    *,
    samples: int | None = None,
    features: Path | None = None,
    seed: int = 0,
    sheet: Path | None = None,
    threads: int | None = None,
    progress: Callable[[int, int, str], None] | None = None,
    beside: Sequence[Path] = (),
) -> dict[str, Any]:
    """Measure a model against data it was not trained on.

    Args:
        model_dir: the model's folder.
        data: what it was trained on, as zip or folder; its held-out tenth is compared with.
        samples: pictures or melodies to make; by default 1,000 pictures or 200 melodies. Of an
            inpainter: held-out pictures to fill at most; by default all of them.
        features: weights of SqueezeNet 1.0, for KID; for an inpainter, the distance of fills and
            originals; pictures only.
        seed: the same seed gives the same figures on the same machine.
        sheet: a PNG to write, with samples beside real pictures; pictures only.
        threads: for the networks; all cores by default.
        progress: told ``(done, total, what)``.
        beside: folders of other runs of the same network, measured too; models with codes only
            (`duet-engine evaluate` measures melody models one after another).

    Returns:
        Figures by flat name, JSON-able: see :class:`engines.evaluate.figures.Figure`.

    Raises:
        EngineError: bad_input or bad_model, naming what is wrong.
    """
    from engines.evaluate.sampling import find_model

    card = find_model(model_dir).card
    task = card.task
    if beside and card.family != "infogan":
        raise bad_input(f"{card.name} has no codes to compare.", "Leave --beside out.")
    if task == "compose":
        return _melodies(model_dir, data, samples, seed, features, sheet)
    if task == "inpaint":
        from engines.evaluate.inpainting import evaluate_inpainting

        return evaluate_inpainting(
            model_dir,
            data,
            samples=samples,
            features=features,
            seed=seed,
            sheet=sheet,
            threads=threads,
            progress=progress,
        )
    if card.family == "infogan":
        from engines.evaluate.codes import evaluate_codes

        return evaluate_codes(
            model_dir,
            data,
            samples=SAMPLES if samples is None else samples,
            features=features,
            seed=seed,
            sheet=sheet,
            threads=threads,
            progress=progress,
            beside=beside,
        )
    from engines.evaluate.portraits import evaluate_pictures

    return evaluate_pictures(
        model_dir,
        data,
        samples=SAMPLES if samples is None else samples,
        features=features,
        seed=seed,
        sheet=sheet,
        threads=threads,
        progress=progress,
    )


def _melodies(
    model_dir: Path,
    data: Path,
    pieces: int | None,
    seed: int,
    features: Path | None,
    sheet: Path | None,
) -> dict[str, Any]:
    """The melody side; options that make no sense there are refused."""
    from engines.evaluate import melody

    for name, value in (("features", features), ("sheet", sheet)):
        if value is not None:
            raise bad_input(
                f"{model_dir.name} writes melodies, which have no {name}.",
                f"Leave --{name} out.",
            )
    count = melody.PIECES if pieces is None else pieces
    return melody.evaluate(model_dir.resolve(), data, pieces=count, seed=seed)
