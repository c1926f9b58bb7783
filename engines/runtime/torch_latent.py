"""Descent in a latent space: the place whose picture is nearest to a given one.

Adam on the place itself (Zhu et al. 2016, arXiv 1609.03552, section 3.1; one place a level as in
Abdal et al. 2019, Image2StyleGAN, arXiv 1904.03189). Pictures are compared by their pixels at three
scales and by what the model's own discriminator sees in them, whose weights lie beside the model.
"""

from __future__ import annotations

import json
import math
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engines.protocol.errors import bad_input
from engines.protocol.paths import advice_for_training
from engines.runtime.backend import misfit
from engines.runtime.cards import TRAINING
from engines.runtime.latent import LatentSpace, noise

try:
    import torch
    from safetensors import SafetensorError, safe_open
    from safetensors.torch import load as load_tensors
    from torch import Tensor, nn
    from torch.nn import functional as F

    from engines.nets.registry import family
    from engines.nets.trunk import apart, trunk_maps, without_gradients
    from engines.runtime.torch_backend import load_generator
except ImportError as missing:
    raise bad_input(
        f"Searching a latent space needs gradients, and {missing.name} is not installed.",
        advice_for_training(),
    ) from missing

if TYPE_CHECKING:
    from engines.protocol.frames import Pixels
    from engines.runtime.library import Model

Floats = NDArray[np.float32]

#: Models whose networks are kept ready.
KEPT = 2
#: For torch on the CPU. Its threads wait busily for one another after every small operation: where
#: training held the cores, two took 27 s for the steps that one did in half a second.
THREADS = 1
#: Latents that the form of the space is measured on.
MEASURED = 4096
#: The least standard deviation along a principal axis, as a share of the greatest: what lies across
#: the places of a model is not what its pictures are made of.
NARROW = 0.05
#: Step length in standard deviations of places.
RATE = 0.06
#: Shares of a run in which the step length rises and falls (Karras et al. 2020, appendix D).
RISE, FALL = 0.05, 0.4
#: Weights of the loss: features, pixels, and the squared distance from the mean place.
FEATURES, PIXELS, PRIOR = 1.0, 2.0, 2e-3
SCALES = 3


class Step(NamedTuple):
    """Where a descent is.

    Attributes:
        number: steps done.
        place: (levels, width), the best one so far.
        loss: its loss.
    """

    number: int
    place: Floats
    loss: float


@dataclass(frozen=True, slots=True)
class Landscape:
    """A model's pictures as a function of places that can be differentiated.

    Attributes:
        generator: without gradients of its own.
        discriminator: the same; None where the model came without.
        mean: (levels, width).
        axes: (width, width), a row for each principal axis of places, as long as their standard
            deviation along it. Searching in these units keeps to what the model knows (Zhu et al.
            2020, arXiv 2012.09036, section 3: the P-norm space).
        back: its inverse.
        mapping: z to what all levels share of a place; None where that is z itself.
        z_width: length of z.
    """

    generator: nn.Module
    discriminator: nn.Module | None
    mean: Tensor
    axes: Tensor
    back: Tensor
    mapping: nn.Module | None
    z_width: int

    @property
    def device(self) -> torch.device:
        """Where it is computed."""
        return self.mean.device

    def place(self, deviations: Tensor) -> Tensor:
        """Standard deviations from the mean place, (B, levels, width), to places."""
        return self.mean + deviations @ self.axes

    def deviations(self, places: Tensor) -> Tensor:
        """Places (B, levels, width) to standard deviations from the mean place."""
        return (places - self.mean) @ self.back

    def mapped(self, z: Tensor) -> Tensor:
        """(B, z) to (B, width): what all levels of its place share."""
        return z if self.mapping is None else self.mapping(z)

    def render(self, places: Tensor) -> Tensor:
        """Places (B, levels, width) to pictures (B, 3, H, H) in -1 .. 1."""
        z = places.new_zeros(len(places), self.z_width)
        pictures: Tensor = self.generator(z, places.new_zeros(1), places - self.mean)
        return pictures

    def seen(self, pictures: Tensor) -> list[Tensor]:
        """What the discriminator sees in pictures; [] without one."""
        return trunk_maps(self.discriminator, pictures) if self.discriminator is not None else []

    def tensor(self, pixels: Pixels) -> Tensor:
        """(H, W, C) in 0 .. 255 to (1, C, H, W) in -1 .. 1."""
        floats = torch.from_numpy(pixels.astype(np.float32)).to(self.device) / 127.5 - 1
        return floats.permute(2, 0, 1)[None]


@torch.no_grad()
def picture_at(land: Landscape, place: Floats) -> Floats:
    """The picture of a place (levels, width): (3, H, H) in -1 .. 1."""
    picture: Floats = land.render(torch.from_numpy(place).to(land.device)[None])[0].cpu().numpy()
    return picture


_KNOWN: OrderedDict[tuple[str, str], Landscape] = OrderedDict()


def landscape(model: Model, space: LatentSpace) -> Landscape:
    """The landscape of a model, kept for the next time.

    Args:
        model: a generator.
        space: its latent space.

    Raises:
        EngineError: ``bad_model``, when one of its files is damaged.
    """
    torch.set_num_threads(THREADS)
    key = (str(model.path), model.card.weights)
    known = _KNOWN.get(key)
    if known is None:
        known = _KNOWN[key] = _made(model, space)
    _KNOWN.move_to_end(key)
    while len(_KNOWN) > KEPT:
        _KNOWN.popitem(last=False)
    return known


def _made(model: Model, space: LatentSpace) -> Landscape:
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    judge = load_discriminator(model) if TRAINING in model.card.files else None
    axes = torch.from_numpy(principal_axes(space))
    generator = without_gradients(load_generator(model)).to(device)
    mapping = generator.mapping if space.mapped else None
    assert mapping is None or isinstance(mapping, nn.Module)
    return Landscape(
        generator,
        None if judge is None else without_gradients(judge).to(device),
        torch.from_numpy(space.mean).to(device),
        axes.to(device),
        torch.linalg.inv(axes.double()).float().to(device),
        mapping,
        space.z_width,
    )


def principal_axes(space: LatentSpace) -> Floats:
    """See :attr:`Landscape.axes`. In a plain space all directions are alike."""
    if not space.mapped:
        return np.eye(space.width, dtype=np.float32)
    z = np.concatenate([noise(seed, space.z_width) for seed in range(MEASURED)])
    apart = space.of_noise(z)[:, 0] - space.mean[0]
    values, rows = np.linalg.eigh(np.cov(apart.astype(np.float64), rowvar=False))
    lengths = np.sqrt(np.maximum(values, 0))
    lengths = np.maximum(lengths, NARROW * lengths.max())
    return (rows.T * lengths[:, None]).astype(np.float32)


def load_discriminator(model: Model) -> nn.Module:
    """The discriminator that a model was trained against, in float32 on the CPU.

    Raises:
        EngineError: ``bad_model``, when the file is damaged or does not fit its family.
    """
    data, prefix = model.read(TRAINING), "discriminator."
    try:
        with safe_open(model.path / TRAINING, framework="pt") as file:
            metadata = file.metadata()
        kind = family(metadata["family"])
        network = kind.discriminator(kind.parse(json.loads(metadata["config"])))
        state = {
            name.removeprefix(prefix): tensor
            for name, tensor in load_tensors(data).items()
            if name.startswith(prefix)
        }
        network.load_state_dict(state)
    except (SafetensorError, KeyError, ValueError, RuntimeError) as error:
        raise misfit(model, TRAINING, " ".join(str(error).split())) from error
    return network.float()


def descent(
    land: Landscape, start: Floats, target: Pixels, steps: int, truncation: float = 1.0
) -> Iterator[Step]:
    """Go from a place towards the one whose picture is most like another.

    Args:
        land: of the model.
        start: (levels, width).
        target: (H, H, 3), of the model's size.
        steps: how many.
        truncation: pictures are made of ``mean + truncation * (place - mean)``.

    Yields:
        The state after every step.
    """
    wanted = land.tensor(target)
    seen = land.seen(wanted)
    # In standard deviations: a step is as far in every number that way.
    first = land.deviations(torch.from_numpy(start).to(land.device)[None])
    way = first.clone().requires_grad_(True)  # (1, levels, width)
    optimiser = torch.optim.Adam([way], lr=RATE, betas=(0.9, 0.99))
    best, least = first, math.inf
    for number in range(steps + 1):
        pictures = land.render(land.place(truncation * way))
        loss = unlikeness(land, pictures, wanted, seen)
        loss = loss + PRIOR * way.square().mean()
        if loss.item() < least:
            best, least = way.detach().clone(), loss.item()
        if number:  # the loss of where step ``number`` led
            yield Step(number, land.place(best)[0].cpu().numpy(), least)
        if number < steps:
            optimiser.param_groups[0]["lr"] = RATE * _pace(number / steps)
            (way.grad,) = torch.autograd.grad(loss, [way])
            optimiser.step()


def _pace(share: float) -> float:
    """The step length at a share of the run: it rises quickly and falls along half a cosine."""
    rise = min(1.0, (share + 0.01) / RISE)
    fall = min(1.0, (1 - share) / FALL)
    return rise * (0.5 - 0.5 * math.cos(math.pi * fall))


def unlikeness(land: Landscape, picture: Tensor, wanted: Tensor, seen: list[Tensor]) -> Tensor:
    """How far a picture is from a wanted one, (1, 3, H, H) each: pixels, and what is seen in them.

    ``seen`` is what :meth:`Landscape.seen` says of the wanted one; [] leaves it out.
    """
    loss = PIXELS * pixel_distance(picture, wanted)[0]
    return loss + FEATURES * apart(land.seen(picture), seen)[0] if seen else loss


def pixel_distance(x: Tensor, y: Tensor) -> Tensor:
    """Mean absolute difference of (B, 3, H, W), averaged over three scales: (B,)."""
    total = x.new_zeros(len(x))
    for scale in range(SCALES):
        if scale:
            x, y = F.avg_pool2d(x, 2), F.avg_pool2d(y, 2)
        total = total + (x - y).abs().mean(dim=(1, 2, 3)) / SCALES
    return total
