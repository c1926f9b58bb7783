"""Model folders of tiny random networks that torch and ONNX Runtime both open, with encoders."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import onnx
import torch
from safetensors.torch import save_file

from engines.nets.encoder import Encoder, EncoderConfig
from engines.nets.registry import family
from engines.runtime.cards import ENCODER, TRAINING, WEIGHTS, Card, read_card, write_card
from engines.runtime.encoder import Notes
from engines.runtime.torch_export import export_weights
from engines.train.publish_encoder import to_onnx

SIZE = 16
SHAPES: dict[str, dict[str, Any]] = {
    "portrait": {
        "size": SIZE, "latent": 6, "style": 10, "generator": [8, 6], "discriminator": [4, 8]
    },
    "dcgan": {
        "size": SIZE, "latent": 6, "generator": [8, 6], "discriminator": [4, 8],
        "discriminator_norm": False, "minibatch_stddev": True,
    },
    "infogan": {
        "size": SIZE, "noise": 5, "categories": 3, "generator": [8, 8], "discriminator": [8, 8],
        "features": 8, "recognition": 8,
    },
}  # fmt: skip


def make_latent_model(models: Path, kind: str = "portrait", *, judge: bool = True) -> Path:
    """A random model whose pictures differ from place to place.

    Args:
        models: the folder of models.
        kind: a key of :data:`SHAPES`, and the model's name.
        judge: whether the discriminator comes with it.

    Returns:
        the model's folder.
    """
    torch.manual_seed(0)
    kin = family(kind)
    config = kin.parse(SHAPES[kind])
    generator, discriminator = kin.generator(config), kin.discriminator(config)
    with torch.no_grad():  # a network that was not trained makes pictures that are nearly grey
        for name, weight in generator.named_parameters():
            if weight.ndim > 1 and (kind != "portrait" or name.startswith(("last", "colours"))):
                weight.mul_(8 if kind == "portrait" else 16)
    folder = models / kind
    folder.mkdir(parents=True)
    metadata = {"family": kind, "config": kin.dump(config)}
    save_file(_halves(generator.state_dict()), folder / WEIGHTS, metadata=metadata)
    if judge:
        named = {f"discriminator.{key}": value for key, value in discriminator.state_dict().items()}
        save_file(_halves(named), folder / TRAINING, metadata=metadata)
    levels = export_weights(folder)[1]
    card = Card(name=kind, title=kind, task="generate", family=kind, size=SIZE, levels=levels)
    write_card(folder, card)
    return folder


def make_encoder(folder: Path, within: float = 0.0) -> None:
    """Put a random encoder into a model's folder.

    Args:
        folder: the model's.
        within: what its file says its own pictures lie within.
    """
    card = read_card(folder)
    notes = Notes(weights=card.weights, within=within)
    onnx.save(to_onnx(make_network(folder), notes), str(folder / ENCODER))
    write_card(folder, card)


def make_network(folder: Path) -> Encoder:
    """The random encoder of a model's folder, rounded as its file rounds it."""
    kin = family(read_card(folder).family)
    levels, width = kin.offset(kin.parse(SHAPES[kin.name]))
    torch.manual_seed(1)
    config = EncoderConfig(size=SIZE, levels=levels, width=width, channels=(8, 8), hidden=8)
    network = Encoder(config).eval()
    network.load_state_dict({k: v.half().float() for k, v in network.state_dict().items()})
    return network


def _halves(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {
        key: (value.half() if value.is_floating_point() else value).contiguous()
        for key, value in state.items()
    }
