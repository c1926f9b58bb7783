"""How well pictures that a model has never seen are found again in its latent space.

The encoder's guess, and the guess searched from for 50 and for 200 steps, each compared with the
picture in the features of a network that none of them was trained on, beside the best of a thousand
random seeds: what a person gets by looking through samples.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from engines.data.pictures import load_pictures
from engines.evaluate import sampling
from engines.evaluate.figures import Figure, flatten
from engines.evaluate.pictures import Pictures
from engines.evaluate.sheet import HEADER, INK, PAPER, write_picture
from engines.evaluate.squeezenet import INPUT_PX, SqueezeNet
from engines.evaluate.stages import Hook, Stages
from engines.protocol.errors import bad_input
from engines.runtime.backend import make_backend
from engines.runtime.cards import ENCODER
from engines.runtime.device import default_threads
from engines.runtime.encoder import Encoder, distance, open_encoder
from engines.runtime.latent import LatentSpace
from engines.runtime.torch_latent import Landscape, descent, landscape
from engines.tasks.latent import Studio

Floats = NDArray[np.float32]

PICTURES, SEEDS = 50, 1000
#: Steps of the search, and the moments at which its best is looked at.
STEPS = (50, 200)
#: Of what 200 steps find, the share that must be nearer than the best seed.
AHEAD_TARGET = 0.95
STAGES = {"Reading pictures": 10, "Searching": 200, "Seeds": 60}
CHUNK = 25
#: Pictures on a sheet.
SHOWN = 10


@dataclass
class Way:
    """One way of finding pictures.

    Attributes:
        pictures: what it found.
        seconds: how long each took one processor core.
    """

    pictures: list[NDArray[np.uint8]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def add(self, picture: NDArray[np.uint8], seconds: float) -> None:
        """Note a find."""
        self.pictures.append(picture)
        self.seconds.append(seconds)


def evaluate_projection(
    model_dir: Path,
    data: Path,
    *,
    features: Path,
    samples: int = PICTURES,
    seed: int = 0,
    sheet: Path | None = None,
    threads: int | None = None,
    progress: Hook | None = None,
) -> dict[str, Any]:
    """Project held-out pictures and measure how near what was found is.

    Args:
        model_dir: the model's folder; it must have an encoder.
        data: the zip or folder it was trained on.
        features: SqueezeNet 1.0's weights.
        samples: how many pictures.
        seed: chooses the pictures; the first of the seeds that are compared with.
        sheet: where to write the first pictures beside what was found.
        threads: for the networks; all cores by default.
        progress: told ``(done, total, what)``.

    Returns:
        Figures by flat name, all beginning with ``projection``; JSON-able.

    Raises:
        EngineError: bad_input or bad_model.
    """
    model = sampling.find_model(model_dir, "generate")
    if ENCODER not in model.card.files:
        raise bad_input(
            f"The model {model.card.name!r} has no encoder.", "Train one: see CONTRIBUTING.md."
        )
    began = time.monotonic()
    stages = Stages(STAGES, progress)
    stages.begin("Reading pictures")
    net = SqueezeNet(features)
    real = _chosen(load_pictures(data, model.card.size, "held_out").pixels, samples, seed)
    count = threads or default_threads()
    session = make_backend("onnx", threads=count).open(model)
    studio = Studio(model, session, LatentSpace(model, session), {})
    tick = stages.begin("Searching")
    ways = {name: Way() for name in ("encoder", *(f"{steps}_steps" for steps in STEPS))}
    shape = (studio.space.levels, studio.space.width)
    encoder, land = open_encoder(model, shape, count), landscape(model, studio.space)
    if encoder is None:
        raise bad_input(
            f"The encoder of {model.card.name!r} is for other weights.", "Train one for these."
        )
    for number, picture in enumerate(real):
        _search(studio, encoder, land, picture, ways)
        tick((number + 1) / len(real))
    wanted = net.spelled_out(real)
    apart = {name: _apart(net, wanted, np.stack(way.pictures)) for name, way in ways.items()}
    tick = stages.begin("Seeds")
    started = time.process_time()
    nearest, apart["best_seed"] = _best_seeds(net, wanted, studio, seed, tick)
    seconds = {name: float(np.median(way.seconds)) for name, way in ways.items()}
    seconds["best_seed"] = time.process_time() - started
    if sheet is not None:
        columns = {name: np.stack(way.pictures) for name, way in ways.items()}
        write_picture(sheet, make_sheet({"real": real, **columns, "best_seed": nearest}))
    stages.end()
    return {
        "projection_pictures": len(real),
        "projection_seeds": SEEDS,
        "projection_seed": seed,
        **flatten(_figures(apart, seconds, real, ways)),
        "projection_measured_seconds": round(time.monotonic() - began, 1),
    }


def _chosen(pictures: Pictures, count: int, seed: int) -> Pictures:
    order = np.random.default_rng([seed, 6]).permutation(len(pictures))[:count]
    return pictures[np.sort(order)]


def _search(
    studio: Studio,
    encoder: Encoder,
    land: Landscape,
    picture: NDArray[np.uint8],
    ways: dict[str, Way],
) -> None:
    """One picture, every way; the clock is the processor's, which other programs do not turn."""
    began = time.process_time()
    place = encoder(picture)
    ways["encoder"].add(_rendered(studio, place), time.process_time() - began)
    for step in descent(land, place, picture, max(STEPS)):
        if step.number in STEPS:
            taken = time.process_time() - began
            ways[f"{step.number}_steps"].add(_rendered(studio, step.place), taken)


def _rendered(studio: Studio, place: Floats) -> NDArray[np.uint8]:
    return studio.render(place, np.zeros_like(place), 1.0)


def _apart(net: SqueezeNet, wanted: Any, pictures: Pictures) -> Floats:
    """Feature distance of each picture from the one it was made for, (N,)."""
    found: Floats = (net.spelled_out(pictures) - wanted).square().sum(dim=1).numpy()
    return found


def _best_seeds(
    net: SqueezeNet, wanted: Any, studio: Studio, seed: int, tick: Any
) -> tuple[Pictures, Floats]:
    """For each picture the nearest sample of :data:`SEEDS` seeds, and its distance."""
    least = np.full(len(wanted), np.inf, np.float32)
    size = studio.model.card.size
    nearest = np.zeros((len(wanted), size, size, 3), np.uint8)
    power = wanted.square().sum(dim=1)[:, None]  # (N, 1)
    for start in range(0, SEEDS, CHUNK):
        seeds = range(seed + start, seed + start + CHUNK)
        made = np.stack([_rendered(studio, studio.space.of_seed(each)) for each in seeds])
        theirs = net.spelled_out(made)
        squares = power + theirs.square().sum(dim=1) - 2 * wanted @ theirs.T  # (N, CHUNK)
        values, places = (each.numpy() for each in squares.min(dim=1))
        better = values < least
        least[better], nearest[better] = values[better], made[places[better]]
        tick((start + CHUNK) / SEEDS)
    return nearest, least


def _figures(
    apart: dict[str, Floats], seconds: dict[str, float], real: Pictures, ways: dict[str, Way]
) -> list[Figure]:
    last = f"{max(STEPS)}_steps"
    ahead = float((apart[last] < apart["best_seed"]).mean())
    ratio = float(apart["best_seed"].mean() / apart[last].mean())
    figures = [
        Figure(f"projection_{last}_ahead_of_best_seed_share", ahead, at_least=AHEAD_TARGET),
        Figure(f"projection_best_seed_over_{last}_ratio", ratio),
    ]
    for name, values in apart.items():
        figure = f"projection_{name}_squeezenet_{INPUT_PX}px_x1000"
        figures.append(Figure(figure, 1000 * float(values.mean())))
        figures.append(Figure(f"projection_{name}_seconds", seconds[name]))
    for name, way in ways.items():
        far = [distance(one, other) for one, other in zip(real, way.pictures, strict=True)]
        figures.append(Figure(f"projection_{name}_colour_distance", float(np.mean(far))))
    return figures


def make_sheet(columns: dict[str, Pictures]) -> Image.Image:
    """The first pictures, a column for each way, under their names."""
    count = min(SHOWN, *(len(each) for each in columns.values()))
    side = next(iter(columns.values())).shape[1]
    sheet = Image.new("RGB", (side * len(columns), HEADER + side * count), PAPER)
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(12)
    for place, (name, pictures) in enumerate(columns.items()):
        pen.text((place * side + 2, 6), name.replace("_", " "), fill=INK, font=font)
        for row in range(count):
            sheet.paste(Image.fromarray(pictures[row]), (place * side, HEADER + row * side))
    return sheet
