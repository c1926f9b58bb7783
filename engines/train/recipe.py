"""A recipe: everything that decides what a training run does, read from one TOML file."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Literal

import msgspec

from engines.data.masks import SHARE
from engines.data.melodies import WINDOW
from engines.protocol.errors import bad_input


class Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is trained on.

    Attributes:
        kind: "pictures", "melodies", "inpaint" for pictures with holes, "codes" for pictures
            that a network learns to describe by codes of its own, or "encoder" for the way back
            from pictures to the places of a model that is already trained.
        source: what the shipped weights were trained on, for the card.
        credit: lines the card must carry.
        augment: DiffAugment policy, any of "affine", "color", "cutout", "lean", "tint" and
            "translation".
        window: lowest and highest MIDI pitch; segments of a song move by octaves to fit in.
        shares: inpainting only; how often each set of a folder of zips is shown, by the name of
            its zip; 1 for those that are not named.
        often: pictures only; how often those with a value of an attribute are shown, by attribute
            and value, beside 1 for the rest: for what a generator makes too seldom or too often.
        masks: inpainting only; kinds of holes, keys of :data:`engines.data.masks.KINDS`.
        hole: inpainting only; least and most of a picture that a hole takes.
        shown: the licence lets a picture of the data stand in the model's preview.
        labels: codes only; what the labels of the data mean, in their order. Training never sees a
            label: they name the categories that were found, and measure them.
    """

    kind: Literal["pictures", "melodies", "inpaint", "codes", "encoder"]
    source: str = ""
    credit: tuple[str, ...] = ()
    augment: tuple[Literal["affine", "color", "cutout", "lean", "tint", "translation"], ...] = ()
    window: tuple[int, int] = WINDOW
    shares: dict[str, float] = {}
    often: dict[str, dict[str, float]] = {}
    masks: tuple[Literal["strokes", "boxes", "half", "centre", "scratches"], ...] = (
        "strokes", "boxes", "half", "centre",
    )  # fmt: skip
    hole: tuple[float, float] = SHARE
    shown: bool = False
    labels: tuple[str, ...] = ()


class Filling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an inpainter's generator descends besides the adversarial loss.

    Attributes:
        adversarial: weight of the adversarial loss; 0 trains no discriminator.
        alone: share of the run, from its start, that has no adversarial loss and no diversity: what
            is where is learned first, and several times faster without them.
        reconstruction: weight of the distance between fill and original inside the hole.
        norm: that distance: "l1" or "l2".
        band: breadth in pixels of the rim of a hole where the distance counts more.
        band_weight: how much more.
        diversity: weight of the shortfall of two fills of one hole from ``spread``.
        spread: how far two fills should lie apart: the mean over the hole of the absolute
            difference, of pictures from -1 to 1 averaged over 4x4 pixels.
        features: weight of the distance in SqueezeNet's features.
        weights: the file of those features: a path, or a name in the folder of the data.
    """

    adversarial: float = 1.0
    alone: float = 0.0
    reconstruction: float = 1.0
    norm: Literal["l1", "l2"] = "l1"
    band: int = 0
    band_weight: float = 10.0
    diversity: float = 0.0
    spread: float = 0.1
    features: float = 0.0
    weights: str = ""


class Encoding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an encoder learns from, at every step: the schedule's batch of samples, and these.

    Attributes:
        bank: samples of the generator that are drawn once and shown again and again.
        rendered: how many of a step's samples are rendered again from the place that was guessed.
        real: pictures of the data a step, which have no known place and are rendered too.
        latent: weight of the distance between places, in standard deviations.
        pixels: weight of the distance between pictures.
    """

    bank: int = 8192
    rendered: int = 4
    real: int = 8
    latent: float = 1.0
    pixels: float = 4.0


class Objective(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The two losses and the discriminator's penalty.

    Attributes:
        name: a key of :data:`engines.train.objectives.OBJECTIVES`.
        gamma: weight of the zero-centred gradient penalties; 0 for none.
        penalties: "r1" on real samples, "r2" on generated ones.
        lazy: steps between penalties; the weight is multiplied by it.
        generator_steps: generator steps to every discriminator step.
        match_features: weight of the distance between the mean features of real and fake.
        match_samples: weight of the distance between the mean real and the mean fake sample.
        leaps: melodies only; weight of the semitones by which the mean interval of generated bars
            is wider than that of real ones. Beware: going to and fro between two pitches in
            sixteenths satisfies it, and melody-pop came out better without.
        leaps_from: share of the run, from its start, after which leaps count; melodies that are
            still noise would escape them by standing still.
        mismatch: melodies only; weight of telling the discriminator that a real bar over another
            bar's chord (or after another bar) is wrong too.
        straight_through: melodies only; the discriminator sees the strongest pitch of each step
            as 1, as it will be heard.
        information: codes only; weight of what the picture should tell about its codes. With 0 the
            generator is not asked for any, and Q alone learns to read what there is.
        agreement: codes only; weight of Q saying the same category of a real picture augmented
            twice, and every category as often. A batch then shows half as many pictures, each in
            two ways. 0 for the published InfoGAN, whose Q learns from made pictures only.
    """

    name: str = "rpgan"
    gamma: float = 1.0
    penalties: tuple[Literal["r1", "r2"], ...] = ("r1", "r2")
    lazy: int = 8
    generator_steps: int = 1
    match_features: float = 0.0
    match_samples: float = 0.0
    leaps: float = 0.0
    leaps_from: float = 0.0
    mismatch: float = 0.0
    straight_through: bool = False
    information: float = 1.0
    agreement: float = 0.0


class Optimiser(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Adam for both networks.

    Attributes:
        rate: learning rate at the start.
        final_rate: learning rate at the end, approached along half a cosine; 0 keeps ``rate``.
        betas: Adam's two.
        discriminator: melodies, inpainting and codes; the discriminator's rate as a multiple of the
            generator's (two time-scale updates, Heusel et al. 2017, arXiv 1706.08500).
        frozen: pictures and codes; how many of the discriminator's highest resolutions stay as they
            are, where few pictures would make it forget what edges look like (Mo, Cho, Shin 2020,
            "Freeze the Discriminator", arXiv 2002.10964).
    """

    rate: float = 2e-4
    final_rate: float = 0.0
    betas: tuple[float, float] = (0.0, 0.99)
    discriminator: float = 1.0
    frozen: int = 0


class Schedule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long and how often.

    Attributes:
        samples: real samples shown in the whole run.
        batch: samples a step, over all processes.
        report: samples between two reports (losses, sample sheet).
        save: samples between two checkpoints.
        measure: samples between two measurements of quality, 0 for never; the best is kept.
        ema_half_life: samples after which an average has forgotten half; the average starts with
            5% of what it has seen (Karras et al. 2020, "Training GANs with Limited Data").
        ema_ramp: false for an average that is slow from the start, because it starts from weights
            that are worth keeping.
        precision: "auto" takes bf16 where the processor computes in it.
        seed: decides weights, order and noise.
    """

    samples: int
    batch: int = 32
    report: int = 16_000
    save: int = 32_000
    measure: int = 0
    ema_half_life: int = 20_000
    ema_ramp: bool = True
    precision: Literal["auto", "fp32", "bf16"] = "auto"
    seed: int = 0


class Recipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One model, from data to weights.

    Attributes:
        name: the model's name in the library.
        title: the name people see.
        summary: one sentence about it.
        family: a key of :data:`engines.nets.registry.FAMILIES`, or "encoder".
        licence: of the weights.
        network: the family's config; of an encoder, what its model does not decide.
        filling: inpainting only.
        encoding: encoders only.
        start_from: a model of the library whose two networks are the start; "" for noise. The
            model whose places an encoder finds.
        undecided: pictures and codes; the discriminator that it starts from keeps what it sees, but
            not how it judges: that was about other pictures.
        inherits: the model takes over the directions of the one that it starts from.
        text: the file itself, for the card's hash and the weights' metadata.
    """

    name: str
    title: str
    summary: str
    family: str
    data: Data
    schedule: Schedule
    licence: str = "MIT"
    network: dict[str, Any] = {}
    start_from: str = ""
    undecided: bool = False
    inherits: bool = False
    objective: Objective = Objective()
    filling: Filling = Filling()
    encoding: Encoding = Encoding()
    optimiser: Optimiser = Optimiser()
    text: str = ""

    @property
    def sha256(self) -> str:
        """Hash of the file, so that a card can say which version of a recipe made it."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def parse(text: str, where: str) -> Recipe:
    """Read a recipe from TOML text; ``where`` names it in errors.

    Raises:
        EngineError: kind ``bad_input``, naming the file and the fault.
    """
    try:
        recipe = msgspec.toml.decode(text, type=Recipe)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise bad_input(
            f"{where} is not a recipe I can read: {error}.",
            "Compare it with the recipes that come with Duet.",
        ) from error
    return msgspec.structs.replace(recipe, text=text)


def load(path: Path) -> Recipe:
    """Read a recipe file.

    Raises:
        EngineError: kind ``bad_input``, when the file is missing or at fault.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise bad_input(f"I cannot read the recipe {path}: {error}.") from error
    return parse(text, str(path))
