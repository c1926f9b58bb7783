"""DCGAN as Radford et al. 2016 wrote it, and the shared layers."""

from __future__ import annotations

from types import UnionType

import pytest
import torch
from torch import nn

from engines.nets.dcgan import DCGANConfig, Discriminator, Generator
from engines.nets.layers import MinibatchStddev, PixelNorm


def kinds(module: nn.Module, kind: type[nn.Module] | UnionType) -> list[nn.Module]:
    return [m for m in module.modules() if isinstance(m, kind)]


def test_the_default_is_the_papers_architecture() -> None:
    config = DCGANConfig()
    generator, discriminator = Generator(config), Discriminator(config)
    for net, convolution in ((generator, nn.ConvTranspose2d), (discriminator, nn.Conv2d)):
        found = kinds(net, convolution)
        assert all(m.stride == (2, 2) for m in found if m.padding == (1, 1))
        assert not kinds(net, nn.MaxPool2d | nn.AvgPool2d)
    assert len(kinds(generator, nn.BatchNorm2d)) == 4, "all but the output layer"
    assert len(kinds(discriminator, nn.BatchNorm2d)) == 3, "all but the input and output layers"
    assert all(m.negative_slope == 0.2 for m in kinds(discriminator, nn.LeakyReLU))
    assert not kinds(generator, nn.LeakyReLU)


def test_weights_start_normal_with_the_papers_deviation() -> None:
    torch.manual_seed(0)
    weights = [m.weight for m in kinds(Generator(DCGANConfig()), nn.ConvTranspose2d)]
    assert torch.cat([w.flatten() for w in weights]).std().item() == pytest.approx(0.02, rel=0.05)


@pytest.mark.parametrize(
    "wrong", [{"size": 48}, {"size": 4}, {"generator": (8, 8)}, {"discriminator": (8,) * 5}]
)
def test_shapes_that_do_not_fit_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"size must|channel counts"):
        DCGANConfig(**wrong)  # type: ignore[arg-type]


def test_minibatch_stddev_sees_a_collapsed_batch() -> None:
    layer = MinibatchStddev(group=4)
    alike = layer(torch.randn(1, 2, 4, 4).expand(8, 2, 4, 4))
    varied = layer(torch.randn(8, 2, 4, 4))
    assert alike.shape == (8, 3, 4, 4)
    assert alike[:, 2].abs().max() < 1e-3
    assert varied[:, 2].min() > 0.3


def test_minibatch_stddev_is_twice_differentiable_on_a_collapsed_batch() -> None:
    x = torch.zeros(4, 2, 4, 4, requires_grad=True)
    (gradient,) = torch.autograd.grad(MinibatchStddev()(x).sum(), x, create_graph=True)
    gradient.square().sum().backward()
    assert x.grad is not None
    assert x.grad.isfinite().all()


def test_pixel_norm_gives_unit_mean_square() -> None:
    y = PixelNorm()(5 * torch.randn(3, 64))
    assert torch.allclose(y.square().mean(dim=1), torch.ones(3), atol=1e-4)
