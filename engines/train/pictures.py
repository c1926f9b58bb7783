"""Training on pictures: one adversarial step, the sheet of samples."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from lightning_fabric import Fabric
from numpy.typing import NDArray
from torch import Tensor, nn

from engines.data.attributes import ATTRIBUTES, read_attributes, rows_of
from engines.data.pictures import load_pictures
from engines.nets import portrait
from engines.nets.registry import family
from engines.protocol.errors import bad_input
from engines.runtime.library import Library
from engines.train.augment import augment
from engines.train.ema import recount_statistics
from engines.train.objectives import objective
from engines.train.order import Often, batch_indices, places_shown
from engines.train.penalties import let_be_penalised, with_penalties
from engines.train.picture_score import PictureScore
from engines.train.recipe import Recipe
from engines.train.sheet import drawn, tile
from engines.train.start import forget_judgement, start_from
from engines.train.steps import average_over_processes, descend, make_pair, seed_step, set_rate

SHEET = 8  # rows and columns
SETTLE_BATCHES, SETTLE_BATCH = 12, 64
CENTRE_SAMPLES = 4096


class PictureSteps:
    """Adversarial training on pictures (see :class:`engines.train.steps.Steps`).

    Args:
        recipe: of kind "pictures".
        source: zip or folder of pictures.
        fabric: launched.
        library: where a model to start from is; the shipped and the user's models by default.
    """

    def __init__(
        self, recipe: Recipe, source: Path, fabric: Fabric, library: Library | None = None
    ) -> None:
        self.recipe, self.fabric, self.source = recipe, fabric, source
        kin = family(recipe.family)
        config = kin.parse(recipe.network)
        self.latent = kin.latent(config)
        pictures = load_pictures(source, config.size)
        self.pixels = torch.from_numpy(pictures.pixels)
        self.places = _places(source, pictures.names, recipe.data.often)
        torch.manual_seed(recipe.schedule.seed)  # every process starts from the same weights
        generator, discriminator = kin.generator(config), kin.discriminator(config)
        if recipe.start_from:
            networks = {"generator": generator, "discriminator": discriminator}
            start_from(recipe.start_from, networks, library)
        if recipe.undecided:
            forget_judgement(discriminator)
        self.pair = make_pair(
            generator.to(fabric.device).to(memory_format=torch.channels_last),
            discriminator.to(fabric.device).to(memory_format=torch.channels_last),
            recipe,
        )
        self.networks, self.optimisers = self.pair.networks, self.pair.optimisers
        self.objective = objective(recipe.objective.name)
        fixed = torch.Generator().manual_seed(recipe.schedule.seed + 1)
        self.fixed = torch.randn(SHEET * SHEET, self.latent, generator=fixed)
        self._score: PictureScore | None = None

    def step(self, index: int, progress: float) -> dict[str, Tensor]:
        schedule, fabric = self.recipe.schedule, self.fabric
        seed_step(schedule.seed, index, fabric.global_rank)
        set_rate(self.optimisers.values(), self.recipe.optimiser, progress)
        real = self._real(index)
        self.pair.generator.train()
        with fabric.autocast():
            fake = self.pair.generator(torch.randn(len(real), self.latent, device=real.device))
        fake = fake.float()
        report, real_logits = self._discriminator_step(real, fake.detach(), index)
        report |= self._generator_step(real_logits, fake)
        for network in (self.pair.generator, self.pair.discriminator):
            average_over_processes(fabric, network.buffers())
        self.pair.average.update(self.pair.generator, (index + 1) * schedule.batch, schedule.batch)
        return report

    def _real(self, index: int) -> Tensor:
        """This process's share of the batch, (B, 3, H, W) in -1 .. 1."""
        schedule = self.recipe.schedule
        picked = batch_indices(len(self.places), schedule.batch, index, schedule.seed)
        mine = self.places[picked][self.fabric.global_rank :: self.fabric.world_size]
        batch = self.pixels[torch.from_numpy(mine)].to(self.fabric.device)
        return batch.permute(0, 3, 1, 2).float() / 127.5 - 1  # channels last in memory

    def _discriminator_step(
        self, real: Tensor, fake: Tensor, index: int
    ) -> tuple[dict[str, Tensor], Tensor]:
        settings, discriminator = self.recipe.objective, self.pair.discriminator
        self.pair.let_discriminator_learn()
        real = augment(real, self.recipe.data.augment)
        fake = augment(fake, self.recipe.data.augment)
        let_be_penalised(settings, index, real, fake)
        with self.fabric.autocast():
            real_logits = discriminator(real).float()
            fake_logits = discriminator(fake).float()
        loss = self.objective.discriminator(real_logits, fake_logits)
        report = {
            "discriminator": loss.detach(),
            "told_apart": (real_logits > fake_logits).float().mean(),
        }
        loss, penalties = with_penalties(loss, settings, (real_logits, real), (fake_logits, fake))
        report |= penalties
        descend(self.fabric, self.pair.discriminator_optimiser, loss)
        return report, real_logits.detach()

    def _generator_step(self, real_logits: Tensor, fake: Tensor) -> dict[str, Tensor]:
        """Descend on the pictures the discriminator has just learned from.

        The real logits are those of the discriminator's step: they only weigh the pairs here, and
        one step of age saves a tenth of the time.
        """
        self.pair.discriminator.requires_grad_(False)
        with self.fabric.autocast():
            logits = self.pair.discriminator(augment(fake, self.recipe.data.augment)).float()
        loss = self.objective.generator(real_logits, logits)
        descend(self.fabric, self.pair.generator_optimiser, loss)
        return {"generator": loss.detach()}

    def settle(self) -> None:
        settle_generator(self.pair.average.network, self.latent, self.recipe.schedule.seed)

    def sheet(self) -> NDArray[np.uint8]:
        return tile(drawn(self.pair.average.network, self.fixed), SHEET)

    def measure(self) -> dict[str, float]:
        if self._score is None:
            size = self.pixels.shape[1]
            held_out = load_pictures(self.source, size, "held_out", least=0).pixels
            self._score = PictureScore(self.pixels.numpy(), held_out, self.latent)
        return self._score.figures(self.pair.average.network)


def _places(source: Path, names: Sequence[str], often: Often) -> NDArray[np.int64]:
    """The pictures of one epoch (:func:`engines.train.order.places_shown`)."""
    if not often:
        return np.arange(len(names))
    by_file = read_attributes(source)
    if by_file is None:
        raise bad_input(
            f"{source} has no {ATTRIBUTES}, by which the recipe shows some pictures more often.",
            "Add one, or remove `often` from the recipe.",
        )
    return places_shown(rows_of(by_file, names), often)


def settle_generator(network: nn.Module, latent: int, seed: int) -> None:
    """Measure anew what belongs to other weights than the average's: statistics, mean latent."""
    device = next(network.parameters()).device
    source = torch.Generator().manual_seed(seed)
    recount_statistics(
        network,
        [
            (torch.randn(SETTLE_BATCH, latent, generator=source).to(device),)
            for _ in range(SETTLE_BATCHES)
        ],
    )
    if isinstance(network, portrait.Generator):
        network.centre(torch.randn(CENTRE_SAMPLES, latent, generator=source).to(device))
