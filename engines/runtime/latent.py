"""A model's latent space in numpy: what a seed means there, and what the network is given for it.

Sliders, boards and timelines think in points; a network takes z, truncation and an offset for
every level. Three kinds of space stand between them:

- *mapped* (the family "portrait"): z goes through a mapping network first (StyleGAN, Karras et al.
  2019, section 2). Its three small layers are computed here, so that points can be mixed where
  mixing looks right. The network is then given truncation 0, which leaves its mean, and the rest
  as the offset.
- *plain* (the family "dcgan"): the latent is z itself.
- *codes* (the family "infogan"): z stays as the seed has it, and moves set the codes.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engines.protocol.errors import bad_input, bad_model
from engines.protocol.latent import Anchor, Point
from engines.runtime.backend import Session, width
from engines.runtime.cards import WEIGHTS

if TYPE_CHECKING:
    from engines.runtime.library import Model

Floats = NDArray[np.float32]

SEEDS = 2**32
#: Latents of seeds kept, so that a slider that is dragged maps nothing anew.
KEPT = 512
#: Families whose offset holds codes, not places.
CODES = frozenset({"infogan"})
#: The mapping network's layers in the weights of the family "portrait".
MAPPING = ("mapping.layers.1", "mapping.layers.3", "mapping.layers.5")
SLOPE = np.float32(0.2)


def noise(seed: int, length: int) -> Floats:
    """The noise that a seed stands for: (1, length) float32, standard normal."""
    generator = np.random.Generator(np.random.PCG64(seed % SEEDS))
    return generator.standard_normal((1, length), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Mapper:
    """The mapping network of the family "portrait": z to w.

    Attributes:
        layers: weight (out, in) and bias (out,) of each, LeakyReLU between them.
        mean: (width,), what truncation draws towards.
    """

    layers: tuple[tuple[Floats, Floats], ...]
    mean: Floats

    @classmethod
    def of(cls, tensors: Mapping[str, Floats]) -> Mapper:
        """From a model's weights."""
        full = {name: tensor.astype(np.float32) for name, tensor in tensors.items()}
        layers = tuple((full[f"{name}.weight"], full[f"{name}.bias"]) for name in MAPPING)
        return cls(layers, full["mapping.mean"])

    def __call__(self, z: Floats) -> Floats:
        """(B, latent) to (B, width)."""
        x = z / np.sqrt(np.square(z).mean(axis=1, keepdims=True) + np.float32(1e-8))
        for number, (weight, bias) in enumerate(self.layers):
            if number:
                x = np.where(x > 0, x, SLOPE * x)
            x = x @ weight.T + bias
        return x.astype(np.float32)


class LatentSpace:
    """One model's latent space.

    Attributes:
        levels: how many styles a picture has, coarsest first.
        width: length of each.
        codes: whether moves set codes and anchors stay what their seeds make them.
        mean: (levels, width): the place of the average picture.
    """

    def __init__(self, model: Model, session: Session) -> None:
        """The space of an open model.

        Raises:
            EngineError: ``bad_model``, when its weights are not those of its family.
        """
        levels, length = session.inputs["offset"][1:]
        self.levels, self.width = levels or 1, length or 0
        self.z_width = width(session, "z")
        self.codes = model.card.family in CODES
        self.weights = model.card.weights
        self._mapper = _mapper(model) if model.card.family == "portrait" else None
        base = self._mapper.mean if self._mapper is not None else np.zeros(self.width, np.float32)
        self.mean: Floats = np.broadcast_to(base, (self.levels, self.width)).astype(np.float32)
        self._seeds: OrderedDict[int, Floats] = OrderedDict()

    @property
    def mapped(self) -> bool:
        """Whether places are what a mapping network makes of z."""
        return self._mapper is not None

    @property
    def size(self) -> int:
        """How many numbers a place has."""
        return self.levels * self.width

    def of_seed(self, seed: int) -> Floats:
        """The place a seed stands for: (levels, width); of a space of codes (1, z)."""
        known = self._seeds.get(seed)
        if known is None:
            known = self._seeds[seed] = self.of_noise(noise(seed, self.z_width))[0]
            while len(self._seeds) > KEPT:
                self._seeds.popitem(last=False)
        return known

    def of_noise(self, z: Floats) -> Floats:
        """(B, z) to places (B, levels, width); of a space of codes (B, 1, z)."""
        w = self._mapper(z) if self._mapper is not None else z
        levels = 1 if self.codes else self.levels
        return np.broadcast_to(w[:, None], (len(w), levels, w.shape[1])).astype(np.float32)

    def place(self, point: Point, seed: int, truncation: float = 1.0) -> Floats:
        """Where a point lies, (levels, width), moves not counted; of a space of codes its z.

        Shares are of what lies between the average picture and an anchor. In a plain space a blend
        keeps the length that anchors have: the sum of independent normal numbers is divided by
        the root of its variance, or half-way pictures would be average ones (White 2016,
        "Sampling Generative Networks", section 3.1, says the same of straight lines).

        Raises:
            EngineError: ``bad_input``, for a vector of another model.
        """
        coarse = self._blend(point.anchors or (Anchor(seed=seed),))
        if point.fine and self.levels > 1:
            split = min(point.split, self.levels)
            coarse = np.concatenate([coarse[:split], self._blend(point.fine)[split:]])
        if self.codes:  # the network truncates its noise itself
            return coarse
        return self.mean + np.float32(truncation) * coarse

    def _blend(self, anchors: Sequence[Anchor]) -> Floats:
        """The weighted sum of the anchors' ways from the mean."""
        total = np.zeros((1, self.z_width) if self.codes else (self.levels, self.width), np.float32)
        centre = 0 if self.codes else self.mean
        for anchor in anchors:
            total = total + np.float32(anchor.weight) * (self._anchor(anchor) - centre)
        if self._mapper is None and all(not anchor.vector for anchor in anchors):
            power = sum(anchor.weight**2 for anchor in _merged(anchors))
            total = total / np.float32(max(power, 1e-6) ** 0.5)
        return total

    def _anchor(self, anchor: Anchor) -> Floats:
        if not anchor.vector:
            return self.of_seed(anchor.seed)
        if self.codes or len(anchor.vector) != self.size:
            raise bad_input(
                f"A place of {len(anchor.vector)} numbers does not belong to this model, whose "
                f"places have {self.size}.",
                "Choose the model it was made with.",
            )
        return np.array(anchor.vector, np.float32).reshape(self.levels, self.width)

    def arrays(self, place: Floats, move: Floats, truncation: float) -> dict[str, Floats]:
        """What the network is given for a place (levels, width) moved by (levels, width)."""
        if self.codes:  # the place is a z: see _blend
            return {
                "z": place,
                "truncation": np.array([truncation], np.float32),
                "offset": move[None],
            }
        return {
            "z": np.zeros((1, self.z_width), np.float32),
            "truncation": np.zeros(1, np.float32),
            "offset": (place - self.mean + move)[None],
        }


def _merged(anchors: Sequence[Anchor]) -> list[Anchor]:
    """One anchor a seed: the same noise twice is not independent."""
    shares: dict[int, float] = {}
    for anchor in anchors:
        shares[anchor.seed] = shares.get(anchor.seed, 0.0) + anchor.weight
    return [Anchor(seed=seed, weight=share) for seed, share in shares.items()]


def _mapper(model: Model) -> Mapper:
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        return Mapper.of(load(model.read(WEIGHTS)))
    except (SafetensorError, KeyError, json.JSONDecodeError) as error:
        raise bad_model(
            f"The {WEIGHTS} of the model {model.card.name!r} has no mapping network: {error}.",
            "Install the model again.",
        ) from error
