"""Bend a model's last layers until one place of it gives one picture.

Pivotal tuning (Roich, Mokady, Bermano, Cohen-Or 2021, arXiv 2106.05744): the place that a search
found stays, the generator moves, and places elsewhere are held to what they showed before. Here the
first layers stay, which lay out what the others draw and colour: directions keep their meaning.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engines.protocol.errors import bad_input
from engines.protocol.paths import advice_for_training

try:
    import onnxscript  # noqa: F401  torch writes ONNX files through it
    import torch
    from safetensors import safe_open
    from torch import Tensor, nn

    from engines.runtime.torch_export import encoder_for, export_weights, save_half
    from engines.runtime.torch_latent import PIXELS, Landscape, pixel_distance, unlikeness
except ImportError as missing:
    raise bad_input(
        f"Tuning a model needs gradients, and {missing.name} is not installed.",
        advice_for_training(),
    ) from missing

from engines.runtime import files
from engines.runtime.cards import ENCODER, SHORT_HASH, WEIGHTS

if TYPE_CHECKING:
    from pathlib import Path

    from engines.protocol.frames import Pixels
    from engines.runtime.library import Model

Floats = NDArray[np.float32]

#: Step length of the weights.
RATE = 1e-3
#: Blocks this far along are among the last layers, and so are the layers of these names.
LATE, LAST = 0.3, ("colours.", "last.")
#: Places that are held to what they showed, at every step, and how strongly.
HELD, LOCALITY = 2, 2.0
#: The nearest of them lies this share of the way from the picture's place to a random one.
NEAREST = 0.2


class Bent(NamedTuple):
    """How far a tuning has come.

    Attributes:
        number: steps done.
        land: the model as it is now; the same networks at every step.
    """

    number: int
    land: Landscape


def last_layers(generator: nn.Module) -> list[nn.Parameter]:
    """The weights that move: of all blocks but the first third, the last layer, and the colours."""
    named = dict(generator.named_parameters())
    blocks = {int(name.split(".")[1]) for name in named if name.startswith("blocks.")}
    late = [f"blocks.{number}." for number in blocks if number > LATE * max(blocks)]
    return [weight for name, weight in named.items() if name.startswith((*late, *LAST))]


def tuning(land: Landscape, place: Floats, target: Pixels, steps: int, seed: int) -> Iterator[Bent]:
    """Bend a copy of a model's generator towards a picture.

    Args:
        land: of the model; it stays as it is.
        place: (levels, width), whose picture shall become ``target``.
        target: (H, H, 3), of the model's size.
        steps: how many.
        seed: decides the places that are held.

    Yields:
        The state after every step.
    """
    bent = replace(land, generator=copy.deepcopy(land.generator))
    weights = last_layers(bent.generator)
    for weight in weights:
        weight.requires_grad_(True)
    optimiser = torch.optim.Adam(weights, lr=RATE, betas=(0.9, 0.99))
    pivot = torch.from_numpy(place).to(land.device)[None]
    wanted = land.tensor(target)
    seen = land.seen(wanted)
    noise = torch.Generator().manual_seed(seed)
    for number in range(1, steps + 1):
        loss = unlikeness(land, bent.render(pivot), wanted, seen)
        held = _elsewhere(land, pivot, noise)
        with torch.no_grad():
            before = land.render(held)
        strayed = pixel_distance(bent.render(held), before).mean()
        optimiser.zero_grad(set_to_none=True)
        (loss + LOCALITY * PIXELS * strayed).backward()
        optimiser.step()
        yield Bent(number, bent)


def _elsewhere(land: Landscape, pivot: Tensor, noise: torch.Generator) -> Tensor:
    """Places on the way from the pivot to random ones, (HELD, levels, width)."""
    z = torch.randn(HELD, land.z_width, generator=noise).to(land.device)
    share = NEAREST + (1 - NEAREST) * torch.rand(HELD, 1, 1, generator=noise).to(land.device)
    return pivot.lerp(land.mapped(z)[:, None].expand_as(pivot.expand(HELD, -1, -1)), share)


def write_networks(generator: nn.Module, model: Model, folder: Path) -> None:
    """Write a generator as ``model`` keeps its own, and the model's encoder for it."""
    with safe_open(model.path / WEIGHTS, framework="numpy") as file:
        metadata = file.metadata()
    save_half(folder / WEIGHTS, generator.state_dict(), metadata)
    export_weights(folder)
    if ENCODER in model.card.files:
        weights = files.sha256(folder / WEIGHTS)[:SHORT_HASH]
        files.write_bytes(folder / ENCODER, encoder_for(model.read(ENCODER), weights))
