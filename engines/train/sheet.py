"""Pictures of a network as bytes, and many of them as one sheet."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

BATCH = 16


@torch.no_grad()
def drawn(network: nn.Module, latents: Tensor) -> NDArray[np.uint8]:
    """(N, H, W, 3) pictures, 8 bits, of (N, Z) latents."""
    device = next(network.parameters()).device
    pictures = torch.cat([network(z.to(device)) for z in latents.split(BATCH)])
    return to_bytes(pictures)


def to_bytes(pictures: Tensor) -> NDArray[np.uint8]:
    """(N, 3, H, W) in -1 .. 1 to (N, H, W, 3) in 0 .. 255, rounded."""
    scaled = ((pictures.float() + 1) * 127.5).round().clamp(0, 255).to(torch.uint8)
    return np.ascontiguousarray(scaled.permute(0, 2, 3, 1).cpu().numpy())


def tile(pictures: NDArray[np.uint8], columns: int) -> NDArray[np.uint8]:
    """Lay (N, H, W, 3) out in rows of ``columns``; N must be a multiple of it."""
    n, h, w, c = pictures.shape
    rows = pictures.reshape(n // columns, columns, h, w, c)
    return np.ascontiguousarray(rows.swapaxes(1, 2).reshape(n // columns * h, columns * w, c))
