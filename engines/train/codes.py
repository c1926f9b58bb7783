"""Training on pictures with codes to be found: InfoGAN's step, the sheet of codes.

Chen et al. 2016 (arXiv 1606.03657), equation 6 and appendix C. Both networks descend on the
information: the discriminator's trunk learns to see what the codes do, the generator to show it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from lightning_fabric import Fabric
from numpy.typing import NDArray
from torch import Tensor

from engines.data.digits import load_pixels
from engines.evaluate.code_sheet import code_pictures, laid_out
from engines.nets import infogan
from engines.nets.registry import family
from engines.protocol.errors import bad_input
from engines.runtime.library import Library
from engines.train.augment import augment
from engines.train.information import disagreement, draw_codes, losses
from engines.train.objectives import objective
from engines.train.order import batch_indices
from engines.train.penalties import let_be_penalised, with_penalties
from engines.train.picture_score import PictureScore
from engines.train.pictures import settle_generator
from engines.train.recipe import Recipe
from engines.train.start import forget_judgement, start_from
from engines.train.steps import average_over_processes, descend, make_pair, seed_step, set_rate

#: What each colour adds to grey (ITU-R BT.601, as Pillow has it).
LUMA = np.array([0.299, 0.587, 0.114], np.float32)


class CodeSteps:
    """Adversarial training with information (see :class:`engines.train.steps.Steps`).

    Args:
        recipe: of kind "codes".
        source: labelled grey pictures (:mod:`engines.data.digits`), or a zip or folder of pictures.
        fabric: launched.
        library: where a model to start from is; the shipped and the user's models by default.
    """

    def __init__(
        self, recipe: Recipe, source: Path, fabric: Fabric, library: Library | None = None
    ) -> None:
        self.recipe, self.fabric, self.source = recipe, fabric, source
        kin = family(recipe.family)
        if kin.config is not infogan.InfoGANConfig:
            raise bad_input(
                f"The recipe {recipe.name} wants codes, and the family {kin.name} has none.",
                "Take the family infogan, or data of the kind pictures.",
            )
        self.config: infogan.InfoGANConfig = kin.parse(recipe.network)
        self.pixels = torch.from_numpy(self._load("train"))
        torch.manual_seed(recipe.schedule.seed)  # every process starts from the same weights
        self.generator = infogan.Generator(self.config)
        self.discriminator = infogan.Discriminator(self.config)
        if recipe.start_from:
            pair = {"generator": self.generator, "discriminator": self.discriminator}
            start_from(recipe.start_from, pair, library)
        if recipe.undecided:
            forget_judgement(self.discriminator)
        for network in (self.generator, self.discriminator):
            network.to(fabric.device).to(memory_format=torch.channels_last)
        self.pair = make_pair(self.generator, self.discriminator, recipe)
        self.networks, self.optimisers = self.pair.networks, self.pair.optimisers
        self.objective = objective(recipe.objective.name)
        self.latent = self.config.latent
        self._score: PictureScore | None = None

    def _load(self, part: str, least: int = 1) -> NDArray[np.uint8]:
        pixels = load_pixels(self.source, self.config.size, part, least)
        if self.config.grey and pixels.shape[3] == 3:
            return (pixels @ LUMA).round().astype(np.uint8)[..., None]
        return pixels

    def step(self, index: int, progress: float) -> dict[str, Tensor]:
        schedule, fabric = self.recipe.schedule, self.fabric
        seed_step(schedule.seed, index, fabric.global_rank)
        set_rate(self.optimisers.values(), self.recipe.optimiser, progress)
        for group in self.pair.discriminator_optimiser.param_groups:
            group["lr"] *= self.recipe.optimiser.discriminator
        real = self._real(index)
        noise = torch.randn(len(real), self.config.noise, device=real.device)
        codes = draw_codes(self.config, len(real), real.device)
        self.generator.train()
        with fabric.autocast():
            fake = self.generator.from_codes(noise, codes)
        fake = fake[:, : real.shape[1]].float()  # of three equal channels one will do
        report, real_logits = self._discriminator_step(real, fake.detach(), codes, index)
        report |= self._generator_step(real_logits, fake, codes)
        for network in (self.generator, self.discriminator):
            average_over_processes(fabric, network.buffers())
        self.pair.average.update(self.generator, (index + 1) * schedule.batch, schedule.batch)
        return report

    def _real(self, index: int) -> Tensor:
        """This process's share of the batch, (B, 1 or 3, H, W) in -1 .. 1.

        Where Q must agree with itself, the second half is the first again.
        """
        schedule, twice = self.recipe.schedule, bool(self.recipe.objective.agreement)
        batch = schedule.batch // (1 + twice)
        picked = batch_indices(len(self.pixels), batch, index, schedule.seed)
        mine = np.tile(picked[self.fabric.global_rank :: self.fabric.world_size], 1 + twice)
        shown = self.pixels[torch.from_numpy(mine)].to(self.fabric.device)
        pictures = shown.permute(0, 3, 1, 2).float() / 127.5 - 1  # channels last in memory
        return pictures

    def _discriminator_step(
        self, real: Tensor, fake: Tensor, codes: Tensor, index: int
    ) -> tuple[dict[str, Tensor], Tensor]:
        settings, network = self.recipe.objective, self.discriminator
        self.pair.let_discriminator_learn()
        real = augment(real, self.recipe.data.augment)
        fake = augment(fake, self.recipe.data.augment)
        let_be_penalised(settings, index, real, fake)
        with self.fabric.autocast():
            real_features, features = network.features(real), network.features(fake)
            real_logits = network.judge(real_features).float()
            fake_logits = network.judge(features).float()
            if not settings.information:  # Q learns for itself: the trunk belongs to the critic
                real_features, features = real_features.detach(), features.detach()
            answer, of_real = network.read(features), network.read(real_features)
        adversarial = self.objective.discriminator(real_logits, fake_logits)
        told = losses(answer, codes, self.config)
        loss = adversarial + sum(told.values()) * (settings.information or 1.0)
        if settings.agreement:
            told["agreement"] = disagreement(*of_real.choice.float().softmax(dim=1).chunk(2))
            loss = loss + settings.agreement * told["agreement"]
        report = {
            "discriminator": adversarial.detach(),
            "told_apart": (real_logits > fake_logits).float().mean(),
            **{name: value.detach() for name, value in told.items()},
        }
        loss, penalties = with_penalties(loss, settings, (real_logits, real), (fake_logits, fake))
        report |= penalties
        descend(self.fabric, self.pair.discriminator_optimiser, loss)
        return report, real_logits.detach()

    def _generator_step(
        self, real_logits: Tensor, fake: Tensor, codes: Tensor
    ) -> dict[str, Tensor]:
        """Descend on the pictures the discriminator has just learned from."""
        settings, network = self.recipe.objective, self.discriminator
        network.requires_grad_(False)
        with self.fabric.autocast():
            features = network.features(augment(fake, self.recipe.data.augment))
            logits = network.judge(features).float()
            adversarial = self.objective.generator(real_logits, logits)
            loss = adversarial
            if settings.information:
                told = losses(network.read(features), codes, self.config)
                loss = loss + sum(told.values()) * settings.information
        descend(self.fabric, self.pair.generator_optimiser, loss)
        return {"generator": adversarial.detach()}

    def settle(self) -> None:
        seed = self.recipe.schedule.seed
        settle_generator(self.pair.average.network, self.config.latent, seed)

    def sheet(self) -> NDArray[np.uint8]:
        return laid_out(code_pictures(self.pair.average.network, self.recipe.schedule.seed + 1))

    def measure(self) -> dict[str, float]:
        if self._score is None:
            held_out = self._load("held_out", least=0)
            self._score = PictureScore(self.pixels.numpy(), held_out, self.latent)
        return self._score.figures(self.pair.average.network)
