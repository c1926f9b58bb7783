"""Every registered family, built tiny: shapes, gradients, configs."""

from __future__ import annotations

import json
from typing import Any

import pytest
import torch

from engines.nets.registry import FAMILIES, family
from engines.protocol.errors import EngineError

TINY: dict[str, dict[str, Any]] = {
    "dcgan": {"size": 16, "latent": 8, "generator": [8, 8], "discriminator": [8, 8]},
    "portrait": {
        "size": 16,
        "latent": 8,
        "style": 12,
        "generator": [8, 8],
        "discriminator": [8, 8],
    },
    "infogan": {
        "size": 16,
        "noise": 5,
        "categories": 3,
        "generator": [8, 8],
        "discriminator": [8, 8],
        "features": 8,
        "recognition": 8,
    },
    "midinet": {},
    "context_encoder": {
        "size": 32,
        "encoder": [4, 4, 8, 8, 8],
        "decoder": [8, 8, 4, 4],
        "discriminator": [4, 8],
    },
    "inpaint": {
        "size": 32,
        "latent": 6,
        "style": 8,
        "widths": [4, 4, 8],
        "dilations": [1, 2],
        "discriminator": [4, 8],
    },
}
PICTURES = [name for name, kin in FAMILIES.items() if kin.task == "generate"]


def build(name: str) -> tuple[Any, torch.nn.Module, torch.nn.Module]:
    kin = family(name)
    config = kin.parse(TINY[name])
    torch.manual_seed(0)
    return config, kin.generator(config), kin.discriminator(config)


def test_every_family_is_tested() -> None:
    assert TINY.keys() == FAMILIES.keys()


@pytest.mark.parametrize("name", FAMILIES)
def test_a_config_survives_json(name: str) -> None:
    kin = family(name)
    config = kin.parse(TINY[name])
    assert kin.parse(json.loads(kin.dump(config))) == config


@pytest.mark.parametrize("name", FAMILIES)
def test_an_impossible_config_is_a_bad_model(name: str) -> None:
    for values in ({"colour": 3}, {next(iter(TINY["dcgan"])): "huge"}):
        with pytest.raises(EngineError, match=f"no shape of the family {name}") as caught:
            family(name).parse(values)
        assert caught.value.kind == "bad_model"


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_come_out_and_gradients_come_back(name: str) -> None:
    config, generator, discriminator = build(name)
    pictures = generator(torch.randn(4, config.latent))
    assert pictures.shape == (4, 3, 16, 16)
    assert pictures.abs().max() <= 1
    logits = discriminator(pictures)
    assert logits.shape == (4,)
    logits.sum().backward()
    silent = [key for key, p in generator.named_parameters() if p.grad is None or not p.grad.any()]
    assert silent == []


@pytest.mark.parametrize("name", PICTURES)
def test_no_truncation_and_no_offset_change_nothing(name: str) -> None:
    config, generator, _ = build(name)
    generator.eval()
    z = torch.randn(2, config.latent)
    offset = torch.zeros(2, *family(name).offset(config))
    with torch.no_grad():
        assert torch.allclose(generator(z), generator(z, torch.ones(1), offset), atol=1e-6)


@pytest.mark.parametrize("name", PICTURES)
def test_full_truncation_leaves_one_picture(name: str) -> None:
    config, generator, _ = build(name)
    generator.eval()
    z = torch.randn(3, config.latent)
    if name == "infogan":  # truncation draws the noise to its mean, never the codes
        z[:, config.noise :] = z[0, config.noise :]
    with torch.no_grad():
        pictures = generator(z, torch.zeros(1))
        free = generator(torch.randn(3, config.latent))
    assert torch.allclose(pictures[0], pictures[1], atol=1e-6)
    assert not torch.allclose(free[0], free[1], rtol=0.1, atol=0)


def test_an_unknown_family_is_named() -> None:
    with pytest.raises(EngineError, match="'wishgan'"):
        family("wishgan")
