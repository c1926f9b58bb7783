"""A discriminator's trunk as a source of features: what its maps say of a picture, layer by layer.

Features of the very pictures a model makes, in a file that comes with it: Larsen et al. 2016
(arXiv 1512.09300, section 2.3) were the first to measure likeness in a discriminator.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engines.nets.layers import MinibatchStddev, ResidualDown


def trunk_maps(discriminator: nn.Module, x: Tensor) -> list[Tensor]:
    """The maps of every halving but the last, which knows realness more than looks.

    Args:
        discriminator: of the families "portrait" or "dcgan", whose blocks are one sequence.
        x: (B, 3, H, W) in -1 .. 1.

    Returns:
        (B, C, H / 2, W / 2), (B, C', H / 4, W / 4), ...
    """
    maps: list[Tensor] = []
    first = getattr(discriminator, "first", None)
    if isinstance(first, nn.Module):
        x = F.leaky_relu(first(x), 0.2)
        maps.append(x)
    blocks = discriminator.blocks
    assert isinstance(blocks, nn.Sequential)
    for block in blocks:
        if isinstance(block, MinibatchStddev):  # would compare a picture with its neighbours
            break
        x = block(x)
        if isinstance(block, ResidualDown | nn.LeakyReLU):
            maps.append(x)
    return maps[:-1] or maps


def apart(mine: list[Tensor], theirs: list[Tensor]) -> Tensor:
    """How differently two pictures look to a trunk, (B,), 0 to 2.

    One minus the cosine of the features of every place, averaged over places and maps: Zhang et
    al. 2018 (LPIPS, arXiv 1801.03924), equation 1, with equal weights.
    """
    total = mine[0].new_zeros(len(mine[0]))
    for one, other in zip(mine, theirs, strict=True):
        alike = F.cosine_similarity(one, other, dim=1, eps=1e-6)  # (B, H, W)
        total = total + (1 - alike).mean(dim=(1, 2)) / len(mine)
    return total


def without_gradients(network: nn.Module) -> nn.Module:
    """For inference only: no gradients of its own, those of its input flow on; channels last."""
    return network.eval().requires_grad_(False).to(memory_format=torch.channels_last)
