"""Training on pictures with holes: one adversarial step, the sheet of fills, the measured score."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from lightning_fabric import Fabric
from numpy.typing import NDArray
from torch import Tensor, nn

from engines.evaluate.squeezenet import SqueezeNet
from engines.nets.registry import family
from engines.protocol.errors import bad_input
from engines.runtime.library import Library
from engines.train.ema import recount_statistics
from engines.train.filling import (
    detail,
    diversity,
    judged,
    patches_for_penalty,
    reconstruction,
    shortfall,
)
from engines.train.hole_batches import HoleBatches, Holes, joined
from engines.train.inpaint_picture import painted
from engines.train.objectives import objective
from engines.train.penalties import let_be_penalised, with_penalties
from engines.train.recipe import Recipe
from engines.train.sheet import tile, to_bytes
from engines.train.start import start_from
from engines.train.steps import average_over_processes, descend, make_pair, seed_step, set_rate

#: Of a batch, one in so many is filled a second time, and is looked at by the feature network.
TWICE = 4
SHEET, SHEET_COLUMNS = 16, 2
BATCH = 16  # where nothing is learned
SETTLE_BATCHES = 12
#: Decibels that a score loses for half or twice the detail, and for having no judge yet.
PER_DOUBLING, NOT_YET = 0.5, 100.0


class InpaintSteps:
    """Training on pictures with holes (see :class:`engines.train.steps.Steps`).

    Args:
        recipe: of kind "inpaint".
        source: zip or folder of pictures, or a folder of zips.
        fabric: launched.
        library: where a model to start from is; the shipped and the user's models by default.
    """

    def __init__(
        self, recipe: Recipe, source: Path, fabric: Fabric, library: Library | None = None
    ) -> None:
        self.recipe, self.fabric, self.settings = recipe, fabric, recipe.filling
        kin = family(recipe.family)
        config = kin.parse(recipe.network)
        self.features = _features(recipe, source, fabric.device)
        self.batches = HoleBatches(recipe, source, int(config.size), kin.latent(config), fabric)
        torch.manual_seed(recipe.schedule.seed)  # every process starts from the same weights
        networks = kin.generator(config), kin.discriminator(config)
        if recipe.start_from:
            names_of = ("generator", "discriminator")
            start_from(recipe.start_from, dict(zip(names_of, networks, strict=True)), library)
        for network in networks:
            network.to(fabric.device).to(memory_format=torch.channels_last)
        self.pair = make_pair(*networks, recipe)
        self.networks, self.optimisers = self.pair.networks, self.pair.optimisers
        self.objective = objective(recipe.objective.name)
        self.alone = False

    def step(self, index: int, progress: float) -> dict[str, Tensor]:
        schedule = self.recipe.schedule
        seed_step(schedule.seed, index, self.fabric.global_rank)
        set_rate(self.optimisers.values(), self.recipe.optimiser, progress)
        for group in self.pair.discriminator_optimiser.param_groups:
            group["lr"] *= self.recipe.optimiser.discriminator
        self.alone = progress < self.settings.alone
        holes = self.batches.draw(index)
        again = self._again(holes)
        self.pair.generator.train()
        both = joined(holes, again)
        with self.fabric.autocast():
            fills = self.pair.generator(both.real, both.mask, both.z)
        fills = fills.float()
        report: dict[str, Tensor] = {}
        real_logits: Tensor | None = None
        if self.settings.adversarial and not self.alone:
            report, real_logits = self._discriminator_step(
                holes, fills[: len(holes)].detach(), index
            )
        report |= self._generator_step(holes, again, both, fills, real_logits)
        for network in (self.pair.generator, self.pair.discriminator):
            average_over_processes(self.fabric, network.buffers())
        self.pair.average.update(self.pair.generator, (index + 1) * schedule.batch, schedule.batch)
        return report

    def _again(self, holes: Holes) -> Holes:
        """The first of the batch with other latents; none where nothing asks for two fills."""
        count = -(-len(holes) // TWICE) if self.settings.diversity and not self.alone else 0
        first = holes[:count]
        return Holes(first.real, first.mask, torch.randn_like(first.z))

    def _discriminator_step(
        self, holes: Holes, fills: Tensor, index: int
    ) -> tuple[dict[str, Tensor], Tensor]:
        settings, discriminator = self.recipe.objective, self.pair.discriminator
        discriminator.requires_grad_(True)
        real = holes.real.detach()
        let_be_penalised(settings, index, real, fills)
        with self.fabric.autocast():
            real_logits = discriminator(real, holes.mask).float()  # (B, h, w)
            fake_logits = discriminator(fills, holes.mask).float()
        where = judged(real_logits, holes.mask)
        loss = self.objective.discriminator(real_logits[where], fake_logits[where])
        report = {
            "discriminator": loss.detach(),
            "told_apart": (real_logits > fake_logits)[where].float().mean(),
        }
        loss, penalties = with_penalties(
            loss,
            settings,
            (real_logits, real),
            (fake_logits, fills),
            lambda logits: patches_for_penalty(logits, where),
        )
        report |= penalties
        descend(self.fabric, self.pair.discriminator_optimiser, loss)
        return report, real_logits.detach()

    def _generator_step(
        self, holes: Holes, again: Holes, both: Holes, fills: Tensor, real_logits: Tensor | None
    ) -> dict[str, Tensor]:
        settings, count = self.settings, len(holes)
        apart = reconstruction(fills, both.real, both.mask, settings)
        loss, report = settings.reconstruction * apart, {"reconstruction": apart.detach()}
        if real_logits is not None:
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
            batches = [self.batches.draw(index) for index in range(SETTLE_BATCHES)]
            recount_statistics(network, [(b.real, b.mask, b.z) for b in batches])

    def sheet(self) -> NDArray[np.uint8]:
        """Rows of: with its hole, filled, as it was."""
        holes = self.batches.held_out[:SHEET]
        holes = holes[: len(holes) // SHEET_COLUMNS * SHEET_COLUMNS]
        masked = painted(holes.real, holes.mask)
        cells = torch.stack([masked, self._fill(holes), holes.real], dim=1)  # (B, 3, 3, H, W)
        return tile(to_bytes(cells.flatten(0, 1)), 3 * SHEET_COLUMNS)

    def measure(self) -> dict[str, float]:
        """Peak signal-to-noise ratio inside the holes (decibel), and detail over the real one's.

        By the ratio alone the best weights of an adversarial run would be those that the
        discriminator has not touched yet: it prefers blur to detail that lies elsewhere. There the
        score takes off half a decibel for every halving or doubling of the detail, and weights from
        before the discriminator's first step never count as the best.
        """
        holes, fills = self.batches.held_out, self._fill(self.batches.held_out)
        squared = ((fills - holes.real) / 2 * holes.mask).square().sum(dim=(1, 2, 3))
        error = squared / (3 * holes.mask.sum(dim=(1, 2, 3)))
        decibel = float((-10 * error.clamp(min=1e-10).log10()).mean())
        ratio = detail(fills, holes.mask) / detail(holes.real, holes.mask).clamp(min=1e-6)
        score = decibel
        if self.settings.adversarial:
            score -= PER_DOUBLING * abs(float(ratio.clamp(min=1e-6).log2()))
        if self.alone:
            score -= NOT_YET
        figures = {"score": score, "hole_psnr_db": decibel, "detail": float(ratio)}
        return {name: round(value, 4) for name, value in figures.items()}


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
