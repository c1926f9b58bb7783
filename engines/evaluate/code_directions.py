"""The codes of an InfoGAN as directions: names from what was measured, for people to steer by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from engines.data.digits import holds_digits, load_digits
from engines.data.pictures import load_pictures
from engines.evaluate.factors import read_factors, spearman
from engines.evaluate.purity import Table
from engines.evaluate.recognition import Recogniser, find_labels, load_recogniser
from engines.nets.infogan import Generator
from engines.protocol.latent import Direction
from engines.runtime.directions import Way
from engines.runtime.library import Model
from engines.runtime.torch_backend import load_generator

#: Added to the chosen category's normal number, which itself never comes near it.
CHOSEN = 20.0
#: How far a slider moves a code beside the seed's own value, which lies between -1 and 1.
REACH = 2.0
#: The share of a category from which on a label is part of its name.
MUCH = 0.3
#: The rank correlation from which on a code is called after a factor.
FOLLOWS = 0.5
#: Pictures over which a code's effect is averaged.
PICTURES = 256

Floats = NDArray[np.float32]
Looks = dict[str, NDArray[np.float64]]


def find_codes(model: Model, data: Path) -> list[Way]:
    """The codes of a model, named by what held-out pictures say of them.

    A continuous code is called after a known factor where it follows one, else after what it
    changes most.

    Args:
        model: an InfoGAN.
        data: what it was trained on.

    Raises:
        EngineError: bad_input or bad_model.
    """
    ours, size = load_recogniser(model), model.card.size
    table: Table | None = None
    names: list[str] = []
    if holds_digits(data):
        digits = load_digits(data, size, "held_out")
        real = digits.pixels[..., None]
        table = find_labels(ours, digits).table if ours.config.categories else None
    else:
        pictures = load_pictures(data, size, "held_out")
        real = pictures.pixels
        factors = read_factors(data, pictures.names)
        names = _factor_names(ours.read(real).values.astype(np.float64), factors)
    return code_ways(ours, load_generator(model), real, table, names)


def _factor_names(
    values: NDArray[np.float64], factors: Mapping[str, NDArray[np.float64]]
) -> list[str]:
    """For each code the factor it follows best, where it follows one and better than others do."""
    if not factors:
        return []
    table = np.array([[abs(spearman(v, known)) for known in factors.values()] for v in values.T])
    names = [""] * len(table)
    for _ in range(min(table.shape)):
        code, factor = np.unravel_index(np.argmax(table), table.shape)
        if table[code, factor] < FOLLOWS:
            break
        names[code] = list(factors)[factor]
        table[code], table[:, factor] = 0.0, 0.0
    return names


def code_ways(
    ours: Recogniser,
    generator: nn.Module,
    real: NDArray[np.uint8],
    table: Table | None = None,
    factors: Sequence[str] = (),
) -> list[Way]:
    """One choice for the category, one slider for every continuous code.

    Args:
        ours: Q, and the recipe's names of labels.
        generator: of the same model.
        real: held-out pictures (N, H, W, 1 or 3), whose spread is the unit of an effect.
        table: how often each category met each label, where there are labels.
        factors: the name of each continuous code, where it is known; "" where not.
    """
    config = ours.config
    ways: list[Way] = []
    if config.categories:
        order, names = _named(ours, table)
        vectors = np.zeros((config.categories, 1, config.codes), np.float32)
        vectors[np.arange(config.categories), 0, order] = CHOSEN
        info = Direction(
            name="category", title="Kind", method="code", low=0.0, high=len(names) - 1.0,
            choices=names,
        )  # fmt: skip
        ways.append(Way(info, vectors))
    taken: list[str] = []
    for code in range(config.continuous):
        title, sign, note = _effect(generator, config.categories + code, real)
        known = factors[code] if code < len(factors) else ""
        if known:
            title, sign, note = known.capitalize(), 1.0, ""
        if title in taken:
            title = f"{title} {code + 1}"
        taken.append(title)
        vector = np.zeros((1, config.codes), np.float32)
        vector[0, config.categories + code] = sign
        info = Direction(
            name=f"code-{code + 1}", title=title, method="code", low=-REACH, high=REACH, note=note
        )
        ways.append(Way(info, vector))
    return ways


def _named(ours: Recogniser, table: Table | None) -> tuple[list[int], tuple[str, ...]]:
    """The categories in the order of their labels, and what each is called.

    A category is called after every label that much of it is: one that holds twos and threes says
    so, and two that hold sixes are told apart by a number.
    """
    count = ours.config.categories
    if table is None or table.shape[1] > len(ours.labels):
        return list(range(count)), tuple(f"Kind {row + 1}" for row in range(count))
    shares = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    called = [" or ".join(ours.labels[i] for i in np.flatnonzero(s >= MUCH)) for s in shares]
    order = sorted(range(count), key=lambda row: (not called[row], int(np.argmax(shares[row]))))
    names: list[str] = []
    for row in order:
        name = called[row] or f"Kind {row + 1}"
        again = sum(other == name or other.startswith(f"{name} (") for other in names)
        names.append(f"{name} ({again + 1})" if again else name)
    return order, tuple(names)


@torch.no_grad()
def _effect(generator: nn.Module, place: int, real: NDArray[np.uint8]) -> tuple[str, float, str]:
    """What a code changes most: its name, the sign that makes it grow, and a sentence."""
    assert isinstance(generator, Generator)
    config, fixed = generator.config, torch.Generator().manual_seed(0)
    z = torch.randn(PICTURES, config.latent, generator=fixed)
    codes, noise = generator.codes(z), z[:, : config.noise]
    ends = []
    for value in (-1.0, 1.0):
        codes[:, place] = value
        pictures = ((generator.from_codes(noise, codes) + 1) * 127.5).clamp(0, 255)
        ends.append(looks(pictures.permute(0, 2, 3, 1).numpy()))
    spread = {name: float(values.std()) for name, values in looks(real).items()}
    moved = {
        name: float((ends[1][name] - ends[0][name]).mean()) / max(spread[name], 1e-6)
        for name in spread
    }
    title = max(moved, key=lambda name: abs(moved[name]))
    note = f"From -1 to 1 it changes by {abs(moved[title]):.1f} of what real pictures spread."
    return title, 1.0 if moved[title] >= 0 else -1.0, note


def looks(pictures: NDArray[np.uint8] | Floats) -> Looks:
    """Slant, ink, width and height of light shapes on black, (N,) each.

    From the moments of the brightness: slant is how far the shape leans to the right for every
    pixel upwards, width and height are standard deviations, in pixels.

    Args:
        pictures: (N, H, W, C), 0 to 255.
    """
    ink = pictures.mean(axis=3, dtype=np.float64) / 255  # (N, H, W)
    total = ink.sum(axis=(1, 2)) + 1e-6
    rows, columns = np.arange(ink.shape[1]), np.arange(ink.shape[2])
    down, across = ink.sum(axis=2), ink.sum(axis=1)  # (N, H), (N, W)
    y = rows - (down @ rows / total)[:, None]  # (N, H)
    x = columns - (across @ columns / total)[:, None]  # (N, W)
    height = (down * y**2).sum(axis=1) / total
    width = (across * x**2).sum(axis=1) / total
    lean = -np.einsum("nhw,nh,nw->n", ink, y, x) / total
    return {
        "Slant": lean / (height + 1e-6),
        "Weight": total / ink[0].size,
        "Width": np.sqrt(width),
        "Height": np.sqrt(height),
    }
