"""The measured quality of an inpainter, beside three ways to fill a hole without one.

The central square is the experiment of Pathak et al. 2016 (Context Encoders, arXiv 1604.07379,
table 1). Free forms cover 10 to 40% as strokes; scratches are hairlines, which is where classical
methods are hard to beat.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engines.data.masks import SCRATCH_SHARE, SHARE, draw_mask
from engines.data.photos import central_squares, load_photos
from engines.evaluate import sampling
from engines.evaluate.figures import Figure, flatten
from engines.evaluate.fill_sheet import write_fill_sheet
from engines.evaluate.fills import (
    BASELINES,
    Holes,
    decibel,
    difference,
    errors,
    fill_all,
    gradient_energy,
)
from engines.evaluate.pictures import Pictures
from engines.evaluate.stages import Hook, Stages
from engines.protocol.errors import bad_input
from engines.runtime.backend import Session, make_backend
from engines.tasks.generate import SEEDS, latent, to_pixels

if TYPE_CHECKING:
    from engines.evaluate.squeezenet import SqueezeNet

#: Fewer pictures than this say little: one picture moves the mean by a fifth of a decibel.
FEWEST = 20
#: What an inpainter must bring over Telea's method in a large hole.
GAIN_TARGET_DB = 1.0
#: Detail inside the hole over the real one's: below is blur, above is grain or a pattern.
DETAIL_TARGET = (0.3, 1.5)
#: Mean difference of two seeds' fills inside the hole, in percent of the range.
DIVERSITY_TARGET = 1.0
#: By kind of hole: the kind in :mod:`engines.data.masks`, and the shares.
HOLES = {
    "centre": ("centre", SHARE),
    "freeform": ("strokes", SHARE),
    "scratches": ("scratches", SCRATCH_SHARE),
}
FEATURE_BATCH = 16


@dataclass(frozen=True)
class Filled:
    """One kind of hole in all pictures, and what every method made of it.

    Attributes:
        kind: a key of :data:`HOLES`.
        holes: (N, H, W).
        fills: (N, H, W, 3) by method: the baselines and "model".
        again: the model's fills from other seeds.
    """

    kind: str
    holes: Holes
    fills: Mapping[str, Pictures]
    again: Pictures


def evaluate_inpainting(
    model_dir: Path,
    data: Path,
    *,
    samples: int | None = None,
    features: Path | None = None,
    seed: int = 0,
    sheet: Path | None = None,
    threads: int | None = None,
    progress: Hook | None = None,
) -> dict[str, Any]:
    """Fill holes in held-out pictures and measure the fills.

    Args:
        model_dir: the model's folder.
        data: the zip or folder it was trained on, or one of several zips.
        samples: how many held-out pictures at most, spread evenly; all of them by default.
        features: SqueezeNet 1.0's weights, for the distance in its features; left out without.
        seed: of holes and latents; picture ``i`` has the latents of seeds ``seed + i`` and
            ``seed + N + i``.
        sheet: where to write pictures with holes beside their fills.
        threads: for the network; all cores by default.
        progress: told ``(done, total, what)``.

    Returns:
        Figures by flat name (see :mod:`engines.evaluate.figures`), settings and notes; JSON-able.

    Raises:
        EngineError: bad_input or bad_model.
    """
    began = time.monotonic()
    model = sampling.find_model(model_dir, "inpaint")
    network = _features(features)
    session = make_backend("onnx", threads=threads).open(model)
    any_form = None in session.inputs["image"][2:]
    kinds = list(HOLES) if any_form else ["centre"]
    filling = {kind: f"Filling holes ({kind})" for kind in kinds}
    stages = Stages({"Reading pictures": 10, **dict.fromkeys(filling.values(), 20)}, progress)
    stages.begin("Reading pictures")
    real = load_held_out(data, model.card.size, samples)
    figures: list[Figure] = []
    filled: list[Filled] = []
    for kind in kinds:
        filled.append(fill(session, real, kind, seed, stages.begin(filling[kind])))
        figures += measure(filled[-1], real, network, varied=_latent(session) > 1)
    if sheet is not None:
        write_fill_sheet(sheet, real, [(one.holes, one.fills, one.again) for one in filled[:2]])
    stages.end()
    notes = [] if any_form else ["Only the central square: this network fills no other hole."]
    return {
        "task": "inpaint",
        "samples": len(real),
        "held_out": len(real),
        "size_px": int(real.shape[1]),
        "seed": seed,
        **flatten(figures),
        "notes": notes,
        "seconds": round(time.monotonic() - began, 1),
    }


def load_held_out(data: Path, size: int, most: int | None = None) -> Pictures:
    """Central squares of the held-out pictures of all sets, (N, size, size, 3).

    Raises:
        EngineError: bad_input when there are too few.
    """
    photos = [photo for one in load_photos(data, size, "held_out") for photo in one.photos]
    if most is not None and most < len(photos):
        photos = [photos[i] for i in np.linspace(0, len(photos) - 1, most).round().astype(int)]
    if len(photos) < FEWEST:
        raise bad_input(
            f"{len(photos)} held-out pictures are too few to measure on.",
            f"Give data that leaves at least {FEWEST}.",
        )
    return central_squares(photos, size)


def fill(
    session: Session,
    real: Pictures,
    kind: str,
    seed: int = 0,
    tick: Callable[[float], None] = lambda part: None,
) -> Filled:
    """Make holes of one kind and fill them in every way.

    Args:
        session: an open inpainter.
        real: (N, H, W, 3).
        kind: a key of :data:`HOLES`.
        seed: of holes and latents.
        tick: told the share that is done.
    """
    name, share = HOLES[kind]
    count, height, width, _ = real.shape
    holes = np.stack(
        [draw_mask(np.random.default_rng([seed, i]), height, width, (name,), share)
         for i in range(count)]
    )  # fmt: skip
    fills = {method: fill_all(way, real, holes) for method, way in BASELINES.items()}
    runs: list[Pictures] = []
    for start in (seed, seed + count):
        made = []
        for i in range(count):
            made.append(_run(session, real[i], holes[i], start + i))
            tick((len(runs) * count + i) / (2 * count))
        runs.append(np.stack(made))
    return Filled(kind, holes, {**fills, "model": runs[0]}, runs[1])


def measure(
    filled: Filled, real: Pictures, network: SqueezeNet | None = None, varied: bool = True
) -> list[Figure]:
    """Everything there is to say about one kind of hole.

    Args:
        filled: the fills.
        real: the pictures without holes.
        network: for the distance in features, or None.
        varied: the model has a latent, so that two seeds ought to differ.
    """
    kind, holes = filled.kind, filled.holes
    apart = {name: errors(fills, real, holes) for name, fills in filled.fills.items()}
    ratio = {name: decibel(squared) for name, (_, squared) in apart.items()}
    large = kind != "scratches"
    figures = [
        Figure(
            f"{kind}_psnr_over_telea_db",
            ratio["model"] - ratio["telea"],
            at_least=GAIN_TARGET_DB if large else None,
        )
    ]
    for name, (absolute, squared) in apart.items():
        figures += [
            Figure(f"{kind}_{name}_psnr_db", ratio[name]),
            Figure(f"{kind}_{name}_l1_percent", float(100 * absolute.mean())),
            Figure(f"{kind}_{name}_l2_percent", float(100 * squared.mean())),
        ]
    if large:
        figures += _look(filled, real)
    spread = difference(filled.fills["model"], filled.again, holes)
    least = DIVERSITY_TARGET if varied and large else None
    figures.append(Figure(f"{kind}_two_seeds_differ_percent", spread, at_least=least))
    kept = (filled.fills["model"] == real).all(axis=-1) | holes
    figures.append(Figure(f"{kind}_known_pixels_changed_share", float(1 - kept.mean()), at_most=0))
    if network is not None:
        for name, fills in filled.fills.items():
            value = 1000 * _looks_apart(network, fills, real)
            figures.append(Figure(f"{kind}_{name}_feature_distance_x1000", value, floor=0.0))
    return figures


def _look(filled: Filled, real: Pictures) -> list[Figure]:
    """Detail inside the hole, over the real one's."""
    whole = max(gradient_energy(real, filled.holes), 1.0)
    figures = []
    for name, fills in filled.fills.items():
        low, high = DETAIL_TARGET if name == "model" else (None, None)
        figures.append(
            Figure(
                f"{filled.kind}_{name}_gradient_energy_ratio",
                gradient_energy(fills, filled.holes) / whole,
                real=1.0,
                at_least=low,
                at_most=high,
            )
        )
    return figures


def _run(session: Session, picture: Pictures, hole: Holes, seed: int) -> Pictures:
    """The network's fill of one picture, (H, W, 3)."""
    mask = hole.astype(np.float32)[None, None]
    image = picture.transpose(2, 0, 1)[None].astype(np.float32) / np.float32(127.5) - 1
    outputs = session.run(image=image * (1 - mask), mask=mask, z=latent(session, seed % SEEDS))
    (filled,) = outputs.values()
    return to_pixels(filled[0])


def _latent(session: Session) -> int:
    return session.inputs["z"][-1] or 0


def _features(path: Path | None) -> SqueezeNet | None:
    if path is None:
        return None
    from engines.evaluate.squeezenet import SqueezeNet

    return SqueezeNet(path)


def _looks_apart(network: SqueezeNet, fills: Pictures, real: Pictures) -> float:
    """Mean distance of fills and originals in the network's features."""
    import torch

    total = 0.0
    for start in range(0, len(real), FEATURE_BATCH):
        pair = [
            torch.from_numpy(part[start : start + FEATURE_BATCH]).permute(0, 3, 1, 2) / 127.5 - 1
            for part in (fills, real)
        ]
        with torch.inference_mode():
            total += float(network.distance(*pair).sum())
    return total / len(real)
