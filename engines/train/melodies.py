"""Training on melodies: MidiNet's adversarial step, the sheet of melodies, the measured score."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from lightning_fabric import Fabric
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from engines.data.melodies import Bars, load_melodies
from engines.evaluate.melody_figures import quick_score
from engines.evaluate.melody_pieces import default_decoding, real_pieces, write_pieces
from engines.music.chords import chord_vectors
from engines.music.composer import Array, Network
from engines.music.encoding import PITCHES
from engines.nets import midinet
from engines.nets.registry import family
from engines.runtime.library import Library
from engines.train.ema import recount_statistics
from engines.train.melody_picture import draw_melodies, draw_melody
from engines.train.objectives import (
    mean_distance,
    mean_interval,
    mismatch,
    objective,
    straight_through,
)
from engines.train.recipe import Recipe
from engines.train.start import start_from
from engines.train.steps import average_over_processes, descend, make_pair, seed_step, set_rate

SHEET_ROWS, SHEET_COLUMNS, SHEET_HEIGHT = 8, 2, 72
MEASURED_PIECES = 100
#: Share of the bars that a gated generator is trained on with everything shown.
STABLE_SHARE = 0.5
SETTLE_BATCHES, SETTLE_BATCH = 8, 256
#: What a preview is written over: C Am F G, twice.
PREVIEW_TRIADS = np.array([0, 21, 5, 7] * 2)


@dataclass(frozen=True)
class Real:
    """One process's share of a batch.

    Attributes:
        bar: (B, 1, 16, 128) one-hot.
        chord: (B, 13).
        previous: (B, 1, 16, 128) one-hot, or zeros before an opening bar.
        creativity: (B, 1) in 0..1 that a gated generator is told for each, else None.
    """

    bar: Tensor
    chord: Tensor
    previous: Tensor
    creativity: Tensor | None = None


class MelodySteps:
    """Adversarial training on bars of melody (see :class:`engines.train.steps.Steps`).

    Args:
        recipe: of kind "melodies".
        source: zip or folder of songs.
        fabric: launched.
        library: where a model to start from is; the shipped and the user's models by default.
    """

    def __init__(
        self, recipe: Recipe, source: Path, fabric: Fabric, library: Library | None = None
    ) -> None:
        self.recipe, self.fabric = recipe, fabric
        kin = family(recipe.family)
        config = kin.parse(recipe.network)
        self.latent = kin.latent(config)
        self.sees_previous = config.previous_in_discriminator and config.hears_previous
        self.hears_chord = config.hears_chord
        self.gated = config.variant == "gated"
        self.melodies = load_melodies(source, *recipe.data.window)
        self.found = self.melodies.report.lines()
        self.bars = Bars(self.melodies.training)
        self.held_out = real_pieces(self.melodies, MEASURED_PIECES)
        self.chords = torch.from_numpy(chord_vectors(range(24)))
        torch.manual_seed(recipe.schedule.seed)  # every process starts from the same weights
        networks = kin.generator(config), kin.discriminator(config)
        for network in networks:
            midinet.initialise(network)
            network.to(fabric.device)
        if recipe.start_from:
            both = dict(zip(("generator", "discriminator"), networks, strict=True))
            start_from(recipe.start_from, both, library)
        self.pair = make_pair(*networks, recipe)
        self.networks, self.optimisers = self.pair.networks, self.pair.optimisers
        self.objective = objective(recipe.objective.name)

    def step(self, index: int, progress: float) -> dict[str, Tensor]:
        schedule, settings = self.recipe.schedule, self.recipe.objective
        seed_step(schedule.seed, index, self.fabric.global_rank)
        set_rate(self.optimisers.values(), self.recipe.optimiser, progress)
        for group in self.pair.discriminator_optimiser.param_groups:
            group["lr"] *= self.recipe.optimiser.discriminator
        real = self._real(index)
        self.pair.generator.train()
        report = self._discriminator_step(real)
        for _ in range(settings.generator_steps):
            report |= self._generator_step(real, progress)
        for network in (self.pair.generator, self.pair.discriminator):
            average_over_processes(self.fabric, network.buffers())
        self.pair.average.update(self.pair.generator, (index + 1) * schedule.batch, schedule.batch)
        return report

    def _real(self, index: int) -> Real:
        schedule = self.recipe.schedule
        return self._draw(
            np.random.default_rng([schedule.seed, index]),
            schedule.batch,
            slice(self.fabric.global_rank, None, self.fabric.world_size),
        )

    def _draw(self, rng: np.random.Generator, size: int, mine: slice = slice(None)) -> Real:
        batch, device = self.bars.draw(rng, size), self.fabric.device
        creativity = _creativity(rng, size)[mine].to(device) if self.gated else None
        bar = _one_hot(batch.bar[mine]).to(device)
        previous = _one_hot(batch.previous[mine]).to(device)
        opening = torch.from_numpy(batch.opening[mine]).to(device)
        chord = self.chords[torch.from_numpy(batch.triad[mine])].to(device)
        previous = previous.masked_fill(opening[:, None, None, None], 0.0)
        return Real(bar, chord, previous, creativity)

    def _fake(self, real: Real) -> Tensor:
        """A new bar after each real one's predecessor, over its chord."""
        z = torch.randn(len(real.bar), self.latent, device=real.bar.device)
        with self.fabric.autocast():
            roll = self.pair.generator(z, *_seen(real)).float()
        return straight_through(roll) if self.recipe.objective.straight_through else roll

    def _judge(self, bar: Tensor, chord: Tensor, real: Real) -> tuple[Tensor, Tensor]:
        with self.fabric.autocast():
            logits, features = self.pair.discriminator(bar, chord, real.previous)
        return logits.float(), features.float()

    def _discriminator_step(self, real: Real) -> dict[str, Tensor]:
        self.pair.discriminator.requires_grad_(True)
        with torch.no_grad():
            fake = self._fake(real)
        real_logits, _ = self._judge(real.bar, real.chord, real)
        fake_logits, _ = self._judge(fake, real.chord, real)
        loss = self.objective.discriminator(real_logits, fake_logits)
        if self.recipe.objective.mismatch:
            wrong = self._mismatched(real)
            wrong_logits, _ = self._judge(wrong.bar, wrong.chord, wrong)
            loss = loss + self.recipe.objective.mismatch * mismatch(wrong_logits)
        descend(self.fabric, self.pair.discriminator_optimiser, loss)
        told_apart = (real_logits > fake_logits).float().mean()
        return {"discriminator": loss.detach(), "told_apart": told_apart}

    def _mismatched(self, real: Real) -> Real:
        """Real bars over another bar's chord; where the bar before is seen, half after another.

        The neighbour in the batch lends them. By chance some lend what is right, as often as any
        chord follows any bar: the discriminator learns to be less than sure.
        """
        size = len(real.chord)
        chords = size if not self.sees_previous else size // 2 if self.hears_chord else 0
        chord = torch.cat([real.chord.roll(1, 0)[:chords], real.chord[chords:]])
        previous = torch.cat([real.previous[:chords], real.previous.roll(1, 0)[chords:]])
        return Real(real.bar, chord, previous)

    def _generator_step(self, real: Real, progress: float) -> dict[str, Tensor]:
        settings = self.recipe.objective
        self.pair.discriminator.requires_grad_(False)
        fake = self._fake(real)
        logits, features = self._judge(fake, real.chord, real)
        with torch.no_grad():
            real_logits, real_features = self._judge(real.bar, real.chord, real)
        loss = self.objective.generator(real_logits, logits)
        matching = mean_distance(real_features, features)
        total = (
            loss
            + settings.match_features * matching
            + settings.match_samples * mean_distance(real.bar, fake)
        )
        if settings.leaps and progress >= settings.leaps_from:
            total = total + settings.leaps * self._wider(real, fake)
        descend(self.fabric, self.pair.generator_optimiser, total)
        return {"generator": loss.detach(), "matching": matching.detach()}

    def _wider(self, real: Real, fake: Tensor) -> Tensor:
        """By how many semitones the intervals of generated bars are wider than those of real ones.

        Of bars that were shown everything: one that hears little gets away by trembling on a note.
        """
        shown = torch.ones(len(fake), dtype=torch.bool, device=fake.device)
        if real.creativity is not None:
            shown = real.creativity[:, 0] == 0
        return torch.relu(mean_interval(straight_through(fake[shown])) - mean_interval(real.bar))

    def settle(self) -> None:
        rng = np.random.default_rng(self.recipe.schedule.seed)
        noise = torch.Generator().manual_seed(self.recipe.schedule.seed)
        inputs: list[tuple[Tensor, ...]] = []
        for _ in range(SETTLE_BATCHES):
            real = self._draw(rng, SETTLE_BATCH)
            z = torch.randn(SETTLE_BATCH, self.latent, generator=noise).to(self.fabric.device)
            inputs.append((z, *_seen(real)))
        recount_statistics(self.pair.average.network, inputs)

    def sheet(self) -> NDArray[np.uint8]:
        count = SHEET_ROWS * SHEET_COLUMNS
        progressions = [self.held_out[i % len(self.held_out)].triads for i in range(count)]
        network, seed = as_network(self.pair.average.network), self.recipe.schedule.seed
        pieces = write_pieces(network, self.latent, progressions, default_decoding(), seed)
        low, high = self.recipe.data.window
        return draw_melodies([p.steps for p in pieces], SHEET_HEIGHT, low, high, SHEET_COLUMNS)

    def measure(self) -> dict[str, float]:
        network = as_network(self.pair.average.network)
        figures = quick_score(network, self.latent, self.held_out, MEASURED_PIECES)
        return {name: round(value, 4) for name, value in figures.items()}


def _seen(real: Real) -> tuple[Tensor, ...]:
    """What the generator is shown besides noise."""
    given = (real.chord, real.previous, real.creativity)
    return tuple(tensor for tensor in given if tensor is not None)


def _creativity(rng: np.random.Generator, size: int) -> Tensor:
    """(size, 1): none for half of the bars, since that is what most people will ask for."""
    asked = rng.random((size, 1), dtype=np.float32)
    return torch.from_numpy(np.where(rng.random((size, 1)) < STABLE_SHARE, 0.0, asked)).float()


def _one_hot(steps: NDArray[np.uint8]) -> Tensor:
    """(B, 16) pitches to (B, 1, 16, 128)."""
    return F.one_hot(torch.from_numpy(steps.astype(np.int64)), PITCHES).float().unsqueeze(1)


def as_network(generator: nn.Module) -> Network:
    """A torch generator as :mod:`engines.music.composer` calls it, with arrays."""
    device = next(generator.parameters()).device

    @torch.no_grad()
    def network(z: Array, chord: Array, previous: Array) -> Array:
        arrays = (torch.from_numpy(array).to(device) for array in (z, chord, previous))
        roll: Array = generator(*arrays).float().cpu().numpy()
        return roll

    return network


def preview_roll(generator: nn.Module, side: int) -> NDArray[np.uint8]:
    """A melody of eight bars as a square picture (side, side, 3)."""
    z_size = int(getattr(generator, "config").z_dim)  # noqa: B009  # a Module's attribute is Any
    (piece,) = write_pieces(
        as_network(generator), z_size, [PREVIEW_TRIADS], default_decoding(), seed=0
    )
    low, high = int(piece.steps.min()) - 2, int(piece.steps.max()) + 2
    picture = draw_melody(piece.steps, side, low, high)  # (side, 256, 3)
    columns = np.arange(side) * picture.shape[1] // side
    return np.ascontiguousarray(picture[:, columns])
