"""Q of a trained InfoGAN: reads codes off pictures, real ones too."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from engines.data.digits import Digits
from engines.evaluate.purity import Table, best_matching, contingency, purity
from engines.nets.infogan import Discriminator, InfoGANConfig
from engines.nets.registry import family
from engines.protocol.errors import bad_model
from engines.runtime.cards import TRAINING
from engines.runtime.library import Model

FAMILY = "infogan"
BATCH = 250


@dataclass(frozen=True)
class Codes:
    """Codes of N pictures.

    Attributes:
        category: (N,), the likeliest; zeros where the network has none.
        values: (N, continuous).
    """

    category: NDArray[np.int64]
    values: NDArray[np.float32]


@dataclass(frozen=True)
class Recogniser:
    """The network that reads, and what the recipe says of its training.

    Attributes:
        network: the trained discriminator, whose one head is Q.
        config: of both networks.
        recipe: the recipe as plain values.
        seen: pictures shown in training.
    """

    network: Discriminator
    config: InfoGANConfig
    recipe: dict[str, Any]
    seen: int = 0

    @property
    def seed(self) -> int:
        """Of the training run."""
        return int(self.recipe.get("schedule", {}).get("seed", 0))

    @property
    def information(self) -> float:
        """The weight of the information; 0 for the ablation."""
        return float(self.recipe.get("objective", {}).get("information", 1.0))

    @property
    def labels(self) -> tuple[str, ...]:
        """What the labels of the data mean, in their order."""
        return tuple(self.recipe.get("data", {}).get("labels", ()))

    @torch.no_grad()
    def read(self, pixels: NDArray[np.uint8]) -> Codes:
        """The codes of pictures (N, H, W, 1 or 3)."""
        found: list[tuple[Tensor, Tensor]] = []
        for start in range(0, len(pixels), BATCH):
            part = torch.from_numpy(np.ascontiguousarray(pixels[start : start + BATCH]))
            x = part.permute(0, 3, 1, 2).float() / 127.5 - 1
            answer = self.network.read(self.network.features(x.expand(-1, 3, -1, -1)))
            found.append((answer.choice, answer.mean))
        choice, mean = (torch.cat(parts) for parts in zip(*found, strict=True))
        if self.config.categories:
            return Codes(choice.argmax(dim=1).numpy(), mean.numpy())
        return Codes(np.zeros(len(pixels), np.int64), mean.numpy())


@dataclass(frozen=True)
class Found:
    """What the category of one network agrees with.

    Attributes:
        table: (categories, labels), held-out pictures.
        matching: the label of each category.
    """

    table: Table
    matching: list[int | None]

    @property
    def purity(self) -> float:
        """The share of pictures that their category names right."""
        return purity(self.table, self.matching)


def find_labels(network: Recogniser, digits: Digits) -> Found:
    """Which label each category means, by the pictures given."""
    category = network.read(digits.pixels[..., None]).category
    table = contingency(category, digits.labels, network.config.categories)
    return Found(table, best_matching(table))


def load_recogniser(model: Model) -> Recogniser:
    """Q of a model.

    Raises:
        EngineError: ``bad_model``, when it is of another family or its file is damaged.
    """
    if model.card.family != FAMILY:
        raise bad_model(
            f"{model.card.name} has no codes: it is of the family {model.card.family}.",
            f"Choose a model of the family {FAMILY}.",
        )
    try:
        with safe_open(model.path / TRAINING, framework="pt") as file:
            metadata = file.metadata() or {}
            state = {
                key.removeprefix("discriminator."): file.get_tensor(key).float()
                for key in file.keys()  # noqa: SIM118 - not a dict
                if key.startswith("discriminator.")
            }
        config: InfoGANConfig = family(FAMILY).parse(json.loads(metadata["config"]))
        network = Discriminator(config)
        network.load_state_dict(_whole_counts(state, network))
        recipe = tomllib.loads(metadata.get("recipe", ""))
    except (OSError, SafetensorError, KeyError, ValueError, RuntimeError) as error:
        reason = " ".join(str(error).split())
        raise bad_model(
            f"The {TRAINING} of {model.card.name} cannot be read: {reason}.",
            "Train the model again.",
        ) from error
    seen = model.card.training.images_seen
    return Recogniser(network.eval().requires_grad_(False), config, recipe, seen)


def _whole_counts(state: dict[str, Tensor], network: nn.Module) -> dict[str, Tensor]:
    """BatchNorm counts its batches in whole numbers."""
    wanted = network.state_dict()
    return {key: tensor.to(wanted[key].dtype) if key in wanted else tensor
            for key, tensor in state.items()}  # fmt: skip
