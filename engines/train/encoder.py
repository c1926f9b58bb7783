"""Training an encoder: from a generator's own samples back to their places, and real pictures too.

A sample's place is known, so the guess is compared with it directly; a real picture's is not, so
the guess is rendered and the pictures are compared (Zhu et al. 2016, arXiv 1609.03552, equation 4;
the mixture of both as in Zhu et al. 2020, arXiv 2004.00049, section 3.1).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch
from lightning_fabric import Fabric
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim import Adam, Optimizer

from engines.data.pictures import load_pictures
from engines.nets import portrait
from engines.nets.encoder import Encoder, EncoderConfig
from engines.nets.registry import family
from engines.protocol.errors import bad_input
from engines.runtime.library import Library, Model
from engines.runtime.torch_backend import load_generator
from engines.runtime.torch_latent import pixel_distance
from engines.train.ema import Average
from engines.train.order import batch_indices
from engines.train.recipe import Recipe
from engines.train.sheet import tile, to_bytes
from engines.train.steps import average_over_processes, descend, seed_step, set_rate

BANK_BATCH = 64
SHEET = 8  # columns: a row of pictures above a row of what their places give


class EncoderSteps:
    """Training of an encoder (see :class:`engines.train.steps.Steps`).

    Args:
        recipe: of kind "encoder"; ``start_from`` names the model.
        source: zip or folder of real pictures.
        fabric: launched.
    """

    def __init__(self, recipe: Recipe, source: Path, fabric: Fabric) -> None:
        self.recipe, self.fabric, self.settings = recipe, fabric, recipe.encoding
        self.model = encodable(recipe.start_from)
        self.generator = load_generator(self.model).to(fabric.device)
        self.generator = self.generator.to(memory_format=torch.channels_last)
        config = encoder_config(recipe, self.generator, self.model.card.family)
        self.real = torch.from_numpy(load_pictures(source, config.size).pixels)
        self.bank = Bank(self.generator, self.settings.bank, recipe.schedule.seed)
        torch.manual_seed(recipe.schedule.seed)  # every process starts from the same weights
        self.encoder = Encoder(config)
        self.bank.measure(self.encoder)
        self.encoder = self.encoder.to(fabric.device).to(memory_format=torch.channels_last)
        self.average = Average(self.encoder, recipe.schedule.ema_half_life)
        settings = recipe.optimiser
        parameters = self.encoder.parameters()
        self.optimiser = Adam(parameters, lr=settings.rate, betas=settings.betas, fused=True)
        self.networks: dict[str, nn.Module] = {
            "encoder": self.encoder,
            "average": self.average.network,
        }
        self.optimisers: dict[str, Optimizer] = {"encoder": self.optimiser}

    def step(self, index: int, progress: float) -> dict[str, Tensor]:
        schedule, settings, fabric = self.recipe.schedule, self.settings, self.fabric
        seed_step(schedule.seed, index, fabric.global_rank)
        set_rate(self.optimisers.values(), self.recipe.optimiser, progress)
        picked = self._mine(len(self.bank.pixels), schedule.batch, index)
        samples, places = self.bank.pixels[picked], self.bank.places[picked].to(fabric.device)
        real = self.real[self._mine(len(self.real), settings.real, index)]
        pictures = to_floats(torch.cat([samples, real]).to(fabric.device))
        self.encoder.train()
        with fabric.autocast():
            guess = self.encoder.deviations(jitter(pictures)).float()
        known = (places - self.encoder.mean) / self.encoder.spread
        latent = (guess[: len(samples)] - known).square().mean()
        again = slice(len(samples) - settings.rendered, None)
        guessed = self.encoder.mean + self.encoder.spread * guess[again]
        pixels = pixel_distance(render(self.generator, guessed), pictures[again]).mean()
        descend(fabric, self.optimiser, settings.latent * latent + settings.pixels * pixels)
        average_over_processes(fabric, self.encoder.buffers())
        self.average.update(self.encoder, (index + 1) * schedule.batch, schedule.batch)
        return {"latent": latent.detach(), "pixels": pixels.detach()}

    def _mine(self, count: int, batch: int, index: int) -> Tensor:
        """This process's share of a batch."""
        picked = batch_indices(count, batch, index, self.recipe.schedule.seed)
        return torch.from_numpy(picked[self.fabric.global_rank :: self.fabric.world_size])

    def settle(self) -> None:
        """Nothing: an encoder has no statistics of its batches."""

    @torch.no_grad()
    def sheet(self) -> NDArray[np.uint8]:
        rows = []
        for pixels in (self.bank.pixels[:SHEET], self.real[:SHEET]):
            pictures = to_floats(pixels.to(self.fabric.device))
            rows += [pictures, render(self.generator, self.average.network(pictures))]
        return tile(to_bytes(torch.cat(rows)), SHEET)

    def measure(self) -> dict[str, float]:
        return {}


class Bank:
    """Samples of a generator, kept.

    Drawing a sample costs several times what an encoder's step on it does.

    Attributes:
        pixels: (N, size, size, 3), 8 bits.
        places: (N, levels, width).
    """

    def __init__(self, generator: nn.Module, count: int, seed: int) -> None:
        source = torch.Generator().manual_seed(seed + 1)
        length, device = z_width(generator), next(generator.parameters()).device
        pixels, places = [], []
        for start in range(0, count, BANK_BATCH):
            z = torch.randn(min(BANK_BATCH, count - start), length, generator=source)
            place = places_of(generator, z.to(device))
            places.append(place.cpu())
            pixels.append(torch.from_numpy(to_bytes(render(generator, place))))
        self.pixels, self.places = torch.cat(pixels), torch.cat(places)

    def measure(self, encoder: Encoder) -> None:
        """Tell an encoder the mean and the spread of places."""
        encoder.mean.copy_(self.places.mean(dim=0))
        encoder.spread.copy_(self.places.std(dim=0).clamp(min=1e-4))


def encodable(name: str, library: Library | None = None) -> Model:
    """The model whose places an encoder shall find.

    Raises:
        EngineError: ``bad_input``, for a model that has no places to find.
    """
    model = (library or Library()).get(name, "generate")
    if model.card.family == "infogan":
        raise bad_input(
            f"The model {name!r} is steered by its codes: its pictures have no places to find.",
            "Choose another model in the recipe's start_from.",
        )
    return model


def encoder_config(recipe: Recipe, generator: nn.Module, kind: str) -> EncoderConfig:
    """The encoder's shape: what fits the model, and the rest from the recipe.

    Raises:
        EngineError: ``bad_input``, for a shape that cannot be.
    """
    config: Any = generator.config
    levels, width = family(kind).offset(config)
    fitting = {"size": config.size, "levels": levels, "width": width}
    try:
        return msgspec.convert({**recipe.network, **fitting}, EncoderConfig)
    except (msgspec.ValidationError, ValueError) as error:
        raise bad_input(
            f"The [network] of the recipe {recipe.name!r} is no encoder's: {error}.",
            "Compare it with the encoder recipes that come with Duet.",
        ) from error


def z_width(generator: nn.Module) -> int:
    """Length of a generator's z."""
    config: Any = generator.config
    return int(config.latent)


@torch.no_grad()
def places_of(generator: nn.Module, z: Tensor) -> Tensor:
    """(B, latent) to places (B, levels, width)."""
    if isinstance(generator, portrait.Generator):
        return generator.styles(z).contiguous()
    return z[:, None]


def render(generator: nn.Module, places: Tensor) -> Tensor:
    """Places (B, levels, width) to pictures (B, 3, size, size) in -1 .. 1, with gradients.

    The network is asked as the runtime asks it (see :mod:`engines.runtime.latent`).
    """
    mean = generator.mapping.mean if isinstance(generator, portrait.Generator) else 0
    z = places.new_zeros(len(places), z_width(generator))
    return generator(z, places.new_zeros(1), places - mean)


def to_floats(pixels: Tensor) -> Tensor:
    """(B, H, W, 3) in 0 .. 255 to (B, 3, H, W) in -1 .. 1, channels last in memory."""
    return pixels.permute(0, 3, 1, 2).float() / 127.5 - 1


def jitter(x: Tensor) -> Tensor:
    """What photographs and scans do to a picture, a little of each, to every other picture.

    Brightness, contrast, a tint, grain, and half a step of shift; the place stays what it was.

    Args:
        x: (B, 3, H, W) in -1 .. 1.
    """
    b, _, h, _ = x.shape
    changed = x * (1 + 0.15 * _normal(x, 1)) + 0.08 * _normal(x, 1) + 0.05 * _normal(x, 3)
    changed = changed + 0.03 * torch.randn_like(x)
    most = max(1, h // 32)
    down, right = (int(n) for n in torch.randint(-most, most + 1, (2,)))
    padded = F.pad(changed, (most, most, most, most), mode="replicate")
    changed = padded[..., most + down : most + down + h, most + right : most + right + h]
    keep = (torch.arange(b) % 2 == 0).to(x.device)[:, None, None, None]
    return torch.where(keep, x, changed).clamp(-1, 1)


def _normal(x: Tensor, channels: int) -> Tensor:
    return torch.randn(len(x), channels, 1, 1, device=x.device)
