"""Training on pictures with holes: one adversarial step, the sheet of fills, the measured score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from lightning_fabric import Fabric
from numpy.typing import NDArray
from torch import Tensor, nn

from engines.data.masks import draw_mask
from engines.data.photos import PhotoSet, central_squares, crop, load_photos, share_of_sets
from engines.evaluate.squeezenet import SqueezeNet
from engines.nets.registry import family
from engines.protocol.errors import bad_input
from engines.train.ema import recount_statistics
from engines.train.filling import (
    diversity,
    judged,
    patches_for_penalty,
    reconstruction,
    shortfall,
)
from engines.train.inpaint_picture import painted
from engines.train.objectives import objective, zero_centred_penalty
from engines.train.order import batch_indices
from engines.train.pictures import tile, to_bytes
from engines.train.recipe import Recipe
from engines.train.start import start_from
from engines.train.steps import average_over_processes, descend, make_pair, seed_step, set_rate

#: Of a batch, one in so many is filled a second time, and is looked at by the feature network.
TWICE = 4
SHEET, SHEET_COLUMNS = 16, 2
MEASURED = 64  # held-out pictures of every set
BATCH = 16  # where nothing is learned
SETTLE_BATCHES = 12


@dataclass(frozen=True)
class Holes:
    """One process's share of a batch.

    Attributes:
        real: (B, 3, size, size) in -1 .. 1, channels last in memory.
        mask: (B, 1, size, size), 1 in the holes.
        z: (B, latent).
    """

    real: Tensor
    mask: Tensor
    z: Tensor

    def __getitem__(self, part: slice) -> Holes:
        return Holes(self.real[part], self.mask[part], self.z[part])

    def __len__(self) -> int:
        return len(self.real)


class InpaintSteps:
    """Training on pictures with holes (see :class:`engines.train.steps.Steps`).

    Args:
        recipe: of kind "inpaint".
        source: zip or folder of pictures, or a folder of zips.
        fabric: launched.
    """

    def __init__(self, recipe: Recipe, source: Path, fabric: Fabric) -> None:
        self.recipe, self.fabric, self.settings = recipe, fabric, recipe.filling
        kin = family(recipe.family)
        config = kin.parse(recipe.network)
        self.size, self.latent = int(config.size), kin.latent(config)
        self.features = _features(recipe, source, fabric.device)
        self.sets = load_photos(source, self.size)
        names = [one.name for one in self.sets]
        self.shares = share_of_sets(names, recipe.data.shares, source)
        torch.manual_seed(recipe.schedule.seed)  # every process starts from the same weights
        networks = kin.generator(config), kin.discriminator(config)
        if recipe.start_from:
            names_of = ("generator", "discriminator")
            start_from(recipe.start_from, dict(zip(names_of, networks, strict=True)))
        for network in networks:
            network.to(fabric.device).to(memory_format=torch.channels_last)
        self.pair = make_pair(*networks, recipe.optimiser, recipe.schedule.ema_half_life)
        self.networks, self.optimisers = self.pair.networks, self.pair.optimisers
        self.objective = objective(recipe.objective.name)
        self.held_out = self._held_out(load_photos(source, self.size, "held_out"))

    def step(self, index: int, progress: float) -> dict[str, Tensor]:
        schedule = self.recipe.schedule
        seed_step(schedule.seed, index, self.fabric.global_rank)
        set_rate(self.optimisers.values(), self.recipe.optimiser, progress)
        for group in self.pair.discriminator_optimiser.param_groups:
            group["lr"] *= self.recipe.optimiser.discriminator
        holes = self._holes(index)
        again = self._again(holes)
        self.pair.generator.train()
        both = _joined(holes, again)
        with self.fabric.autocast():
            fills = self.pair.generator(both.real, both.mask, both.z)
        fills = fills.float()
        report: dict[str, Tensor] = {}
        real_logits = torch.empty(0)
        if self.settings.adversarial:
            report, real_logits = self._discriminator_step(
                holes, fills[: len(holes)].detach(), index
            )
        report |= self._generator_step(holes, again, both, fills, real_logits)
        for network in (self.pair.generator, self.pair.discriminator):
            average_over_processes(self.fabric, network.buffers())
        self.pair.average.update(self.pair.generator, (index + 1) * schedule.batch, schedule.batch)
        return report

    def _holes(self, index: int) -> Holes:
        schedule, data = self.recipe.schedule, self.recipe.data
        rng = np.random.default_rng([schedule.seed, index])
        chosen = rng.choice(len(self.sets), schedule.batch, p=self.shares)
        seeds = rng.integers(2**63, size=schedule.batch)
        orders = [
            batch_indices(len(one), schedule.batch, index, schedule.seed) for one in self.sets
        ]
        mine = range(self.fabric.global_rank, schedule.batch, self.fabric.world_size)
        pictures, masks = [], []
        for place in mine:
            own = np.random.default_rng(seeds[place])
            which = int(chosen[place])
            photo = self.sets[which].photos[orders[which][place]]
            pictures.append(crop(photo, self.size, own))
            masks.append(draw_mask(own, self.size, self.size, data.masks, data.hole))
        return self._to_device(
            np.stack(pictures), np.stack(masks), torch.randn(len(mine), self.latent)
        )

    def _to_device(self, pictures: NDArray[np.uint8], masks: NDArray[np.bool_], z: Tensor) -> Holes:
        device = self.fabric.device
        real = torch.from_numpy(pictures).to(device).permute(0, 3, 1, 2).float() / 127.5 - 1
        return Holes(real, torch.from_numpy(masks).to(device)[:, None].float(), z.to(device))

    def _again(self, holes: Holes) -> Holes:
        """The first of the batch with other latents; none where nothing asks for two fills."""
        count = -(-len(holes) // TWICE) if self.settings.diversity else 0
        first = holes[:count]
        return Holes(first.real, first.mask, torch.randn_like(first.z))

    def _discriminator_step(
        self, holes: Holes, fills: Tensor, index: int
    ) -> tuple[dict[str, Tensor], Tensor]:
        settings, discriminator = self.recipe.objective, self.pair.discriminator
        discriminator.requires_grad_(True)
        penalised = settings.gamma > 0 and index % settings.lazy == 0
        real = holes.real.detach().requires_grad_(penalised and "r1" in settings.penalties)
        fills = fills.requires_grad_(penalised and "r2" in settings.penalties)
        with self.fabric.autocast():
            real_logits = discriminator(real, holes.mask).float()  # (B, h, w)
            fake_logits = discriminator(fills, holes.mask).float()
        where = judged(real_logits, holes.mask)
        loss = self.objective.discriminator(real_logits[where], fake_logits[where])
        report = {
            "discriminator": loss.detach(),
            "told_apart": (real_logits > fake_logits)[where].float().mean(),
        }
        for name, logits, inputs in (("r1", real_logits, real), ("r2", fake_logits, fills)):
            if inputs.requires_grad:
                penalty = zero_centred_penalty(patches_for_penalty(logits, where), inputs)
                loss = loss + penalty * (settings.gamma / 2 * settings.lazy)
                report[name] = penalty.detach()
        descend(self.fabric, self.pair.discriminator_optimiser, loss)
        return report, real_logits.detach()

    def _generator_step(
        self, holes: Holes, again: Holes, both: Holes, fills: Tensor, real_logits: Tensor
    ) -> dict[str, Tensor]:
        settings, count = self.settings, len(holes)
        apart = reconstruction(fills, both.real, both.mask, settings)
        loss, report = settings.reconstruction * apart, {"reconstruction": apart.detach()}
        if settings.adversarial:
            self.pair.discriminator.requires_grad_(False)
            with self.fabric.autocast():
                logits = self.pair.discriminator(fills[:count], holes.mask).float()
            where = judged(logits, holes.mask)
            adversarial = self.objective.generator(real_logits[where], logits[where])
            loss = loss + settings.adversarial * adversarial
            report["generator"] = adversarial.detach()
        if len(again):
            pairs = slice(len(again))
            distance = diversity(fills[pairs], fills[count:], again.mask, holes.z[pairs], again.z)
            loss = loss + settings.diversity * shortfall(distance, settings.spread)
            report["diversity"] = distance.detach().mean()
        if self.features is not None:
            # A part of the batch: it costs as much as the generator.
            some = slice(-(-count // TWICE))
            with self.fabric.autocast():
                looks = self.features.distance(fills[some], holes.real[some]).float().mean()
            loss = loss + settings.features * looks
            report["features"] = looks.detach()
        descend(self.fabric, self.pair.generator_optimiser, loss)
        return report

    def _held_out(self, sets: Sequence[PhotoSet]) -> Holes:
        """The same held-out pictures, holes and latents for every sheet and measurement."""
        data, seed = self.recipe.data, self.recipe.schedule.seed
        chosen = [
            one.photos[place]
            for one in sets
            for place in np.linspace(0, len(one) - 1, min(len(one), MEASURED)).round().astype(int)
        ]
        rng = np.random.default_rng([seed, 1, 2])
        order = rng.permutation(len(chosen))
        masks = [draw_mask(rng, self.size, self.size, data.masks, data.hole) for _ in chosen]
        z = torch.randn(len(chosen), self.latent, generator=torch.Generator().manual_seed(seed + 1))
        squares = central_squares([chosen[i] for i in order], self.size)
        return self._to_device(squares, np.stack(masks), z)

    @torch.no_grad()
    def _fill(self, holes: Holes) -> Tensor:
        """The average network's fills (B, 3, size, size)."""
        starts = range(0, len(holes), BATCH)
        parts = [holes[start : start + BATCH] for start in starts]
        network = self.pair.average.network
        return torch.cat([network(part.real, part.mask, part.z).float() for part in parts])

    def settle(self) -> None:
        """Count the BatchNorm statistics anew on training pictures, where there are any."""
        network = self.pair.average.network
        if any(isinstance(module, nn.BatchNorm2d) for module in network.modules()):
            torch.manual_seed(self.recipe.schedule.seed)
            batches = [self._holes(index) for index in range(SETTLE_BATCHES)]
            recount_statistics(network, [(b.real, b.mask, b.z) for b in batches])

    def sheet(self) -> NDArray[np.uint8]:
        """Rows of: with its hole, filled, as it was."""
        holes = self.held_out[:SHEET]
        holes = holes[: len(holes) // SHEET_COLUMNS * SHEET_COLUMNS]
        masked = painted(holes.real, holes.mask)
        cells = torch.stack([masked, self._fill(holes), holes.real], dim=1)  # (B, 3, 3, H, W)
        return tile(to_bytes(cells.flatten(0, 1)), 3 * SHEET_COLUMNS)

    def measure(self) -> dict[str, float]:
        """Peak signal-to-noise ratio inside the holes, averaged over pictures, in decibel."""
        holes = self.held_out
        squared = ((self._fill(holes) - holes.real) / 2 * holes.mask).square().sum(dim=(1, 2, 3))
        error = squared / (3 * holes.mask.sum(dim=(1, 2, 3)))
        decibel = float((-10 * error.clamp(min=1e-10).log10()).mean())
        return {"score": round(decibel, 4), "hole_psnr_db": round(decibel, 4)}


def _joined(one: Holes, other: Holes) -> Holes:
    if not len(other):
        return one
    pairs = ((one.real, other.real), (one.mask, other.mask), (one.z, other.z))
    return Holes(*(torch.cat(pair) for pair in pairs))


def _features(recipe: Recipe, source: Path, device: torch.device) -> SqueezeNet | None:
    """The feature network that a recipe asks for.

    Raises:
        EngineError: kind ``bad_input``, when its weights are not there.
    """
    settings = recipe.filling
    if not settings.features:
        return None
    place = source if source.is_dir() else source.parent
    path = place / settings.weights  # an absolute path stays as it is
    if not settings.weights or not path.is_file():
        raise bad_input(
            f"The recipe {recipe.name} asks for feature weights, and there are none at {path}.",
            "Put the file there, or set features = 0 in a copy of the recipe.",
        )
    return SqueezeNet(path).to(device)
