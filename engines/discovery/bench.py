"""A model on the bench: places in its latent space, their pictures, and what its critic says."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load
from torch import nn

from engines.evaluate.pictures import Pictures
from engines.nets.registry import family
from engines.protocol.errors import EngineError, bad_input
from engines.runtime.backend import Session, make_backend
from engines.runtime.cards import TRAINING, WEIGHTS
from engines.runtime.latent import LatentSpace
from engines.runtime.library import Model
from engines.tasks.generate import to_pixels

Floats = NDArray[np.float32]

#: Pictures at a time: more gains nothing on a CPU. A multiple of the four that a minibatch's
#: spread is taken over, so that logits of one batch and the next compare.
BATCH = 16


@dataclass(frozen=True)
class Bench:
    """What is needed to try a latent space out.

    Attributes:
        model: which.
        space: its latent space.
        session: its open generator.
        critic: the discriminator it was trained against, or None where it is not kept.
    """

    model: Model
    space: LatentSpace
    session: Session
    critic: nn.Module | None

    def places(self, seeds: Sequence[int]) -> Floats:
        """(N, levels, width)."""
        return np.stack([self.space.of_seed(seed) for seed in seeds])

    def pictures(self, places: Floats) -> Pictures:
        """(N, levels, width) to (N, H, W, 3)."""
        made = []
        for start in range(0, len(places), BATCH):
            part = places[start : start + BATCH]
            image = self.session.run(
                z=np.zeros((len(part), self.space.z_width), np.float32),
                truncation=np.zeros(1, np.float32),
                offset=part - self.space.mean,
            )["image"]
            made += [to_pixels(one) for one in image]
        return np.stack(made)

    def logits(self, pictures: Pictures) -> Floats:
        """(N,): how real the critic takes each for; N a multiple of four."""
        assert self.critic is not None
        found = []
        with torch.inference_mode():
            for start in range(0, len(pictures), BATCH):
                x = torch.from_numpy(pictures[start : start + BATCH]).permute(0, 3, 1, 2)
                found.append(self.critic(x.float() / 127.5 - 1))
        return torch.cat(found).numpy()


def open_bench(model: Model, threads: int | None = None) -> Bench:
    """Put a model on the bench.

    Raises:
        EngineError: ``bad_input`` for a model that is steered by codes, ``bad_model``.
    """
    session = make_backend("onnx", threads=threads, spin=False).open(model)
    space = LatentSpace(model, session)
    if space.codes:
        raise bad_input(
            f"The model {model.card.name!r} is steered by its codes, which are its directions.",
            "Choose another model.",
        )
    return Bench(model, space, session, load_critic(model))


def load_critic(model: Model) -> nn.Module | None:
    """The discriminator of a model, or None where the model came without one."""
    try:
        tensors = load(model.read(TRAINING))
        config = json.loads(_metadata(model)["config"])
        kin = family(model.card.family)
        network = kin.discriminator(kin.parse(config))
        prefix = "discriminator."
        state = {k.removeprefix(prefix): t for k, t in tensors.items() if k.startswith(prefix)}
        network.load_state_dict(state)
    except (EngineError, SafetensorError, KeyError, ValueError, RuntimeError):
        return None
    return network.float().eval().requires_grad_(False)


def _metadata(model: Model) -> dict[str, str]:
    """What the file of weights says of itself."""
    data = model.read(WEIGHTS)
    length = int.from_bytes(data[:8], "little")
    found: dict[str, str] = json.loads(data[8 : 8 + length])["__metadata__"]
    return found
