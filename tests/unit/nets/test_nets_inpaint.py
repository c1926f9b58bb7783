"""Networks that fill holes: what they keep, what they ignore, what the latent changes."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from engines.nets.context_encoder import ChannelwiseLinear
from engines.nets.inpaint import Generator, InpaintConfig, smooth_fill
from engines.nets.registry import FAMILIES, family

TINY: dict[str, dict[str, Any]] = {
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
NAMES = [name for name, kin in FAMILIES.items() if kin.task == "inpaint"]


def build(name: str) -> tuple[int, torch.nn.Module, torch.nn.Module]:
    kin = family(name)
    config = kin.parse(TINY[name])
    torch.manual_seed(0)
    return kin.latent(config), kin.generator(config), kin.discriminator(config)


def holes(batch: int = 2, height: int = 32, width: int = 32) -> tuple[Tensor, Tensor]:
    image = torch.rand(batch, 3, height, width) * 2 - 1
    mask = torch.zeros(batch, 1, height, width)
    mask[:, :, height // 4 : -height // 4, width // 4 : -width // 4] = 1
    return image, mask


@pytest.mark.parametrize("name", NAMES)
def test_known_pixels_pass_and_the_holes_content_is_ignored(name: str) -> None:
    latent, generator, _ = build(name)
    generator.eval()
    image, mask = holes()
    z = torch.randn(2, latent)
    with torch.no_grad():
        filled = generator(image, mask, z)
        other = generator(torch.where(mask > 0, torch.rand_like(image), image), mask, z)
    assert filled.shape == image.shape
    assert filled.abs().max() <= 1
    assert torch.equal(filled * (1 - mask), image * (1 - mask))
    assert not torch.allclose(filled, image)
    assert torch.equal(filled, other)


@pytest.mark.parametrize("name", NAMES)
def test_every_weight_learns(name: str) -> None:
    latent, generator, discriminator = build(name)
    image, mask = holes(4)
    logits = discriminator(generator(image, mask, torch.randn(4, latent)), mask)
    assert logits.dim() == 3
    assert len(logits) == 4
    logits.square().sum().backward()
    for network in (generator, discriminator):
        silent = [k for k, p in network.named_parameters() if p.grad is None or not p.grad.any()]
        assert silent == []


def test_any_multiple_of_sixteen_is_filled() -> None:
    latent, generator, discriminator = build("inpaint")
    generator.eval()
    for height, width in ((16, 16), (48, 112)):
        image, mask = holes(1, height, width)
        with torch.no_grad():
            filled = generator(image, mask, torch.randn(1, latent))
            assert filled.shape == image.shape
            assert discriminator(filled, mask).dim() == 3


def test_the_latent_changes_the_fill_and_nothing_else() -> None:
    latent, generator, _ = build("inpaint")
    generator.eval()
    image, mask = holes(1)
    with torch.no_grad():
        one, other = (generator(image, mask, torch.randn(1, latent)) for _ in range(2))
    apart = (one - other).abs()
    assert apart.max() > 1e-4
    assert not (apart * (1 - mask)).any()


def test_the_context_encoder_fills_its_middle_and_ignores_the_latent() -> None:
    _, generator, _ = build("context_encoder")
    generator.eval()
    image, mask = torch.rand(1, 3, 32, 32), torch.ones(1, 1, 32, 32)
    mask[:, :, :4] = 0  # known, and far from the middle
    with torch.no_grad():
        filled = generator(image, mask, torch.zeros(1, 1))
        again = generator(image, mask, torch.ones(1, 1))
    assert torch.equal(filled, again)
    assert filled[:, :, 8:24, 8:24].any()
    filled[:, :, 8:24, 8:24] = 0
    assert not filled[:, :, 4:].any(), "what is masked beyond the middle stays mid-grey"


def test_channelwise_layers_connect_places_and_not_channels() -> None:
    layer = ChannelwiseLinear(3, 4)
    x = torch.randn(2, 3, 4, 4)
    expected = torch.stack(
        [x[:, c].flatten(1) @ layer.weight[c] + layer.bias[c] for c in range(3)], dim=1
    )
    assert torch.allclose(layer(x).flatten(2), expected, atol=1e-5)
    # m channels of n places: m n^2 weights and not m^2 n^4 (section 3.1).
    assert layer.weight.numel() == 3 * 16**2


def test_the_smooth_fill_continues_what_surrounds_a_hole() -> None:
    flat = torch.full((1, 3, 64, 64), 0.3)
    _, mask = holes(1, 64, 64)
    assert torch.allclose(smooth_fill(flat, mask), flat, atol=1e-4)
    slope = torch.linspace(-1, 1, 64).expand(1, 3, 64, 64)
    filled = smooth_fill(slope, mask)
    apart = ((filled - slope).abs() * mask).sum() / mask.sum() / 3
    flat_apart = (slope.abs() * mask).sum() / mask.sum() / 3
    assert apart < 0.75 * flat_apart
    assert torch.isfinite(smooth_fill(flat, torch.ones_like(mask))).all()


@pytest.mark.parametrize(
    "values", [{"size": 40}, {"widths": (0, 1, 1)}, {"dilations": ()}, {"discriminator": (4,)}]
)
def test_shapes_that_cannot_be_built_are_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        InpaintConfig(**values)


def test_it_starts_near_the_smooth_fill() -> None:
    torch.manual_seed(0)
    generator = Generator(InpaintConfig(**{**TINY["inpaint"], "widths": (4, 4, 8)})).eval()
    image, mask = holes(2)
    with torch.no_grad():
        apart = generator(image, mask, torch.randn(2, 6)) - smooth_fill(image, mask)
    assert (apart * mask).abs().mean() < 0.2
