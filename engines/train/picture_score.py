"""Measuring a picture generator while it trains, on pictures that were held out."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from engines.evaluate.likeness import Likeness
from engines.train.sheet import drawn

#: Apart from the seeds of everything else.
SEED = 9


class PictureScore:
    """Draws the same latents at every measurement, so that only the weights differ."""

    def __init__(
        self, training: NDArray[np.uint8], held_out: NDArray[np.uint8], latent: int
    ) -> None:
        """Prepare.

        Args:
            training: (N, H, H, 1 or 3), 8 bits.
            held_out: the same of pictures that are not trained on; possibly none.
            latent: length of the generator's noise.
        """
        self._likeness = Likeness(_coloured(training), _coloured(held_out), SEED)
        source = torch.Generator().manual_seed(SEED)
        self._latents = torch.randn(self._likeness.count, latent, generator=source)

    def figures(self, network: nn.Module) -> dict[str, float]:
        """See :meth:`engines.evaluate.likeness.Likeness.figures`."""
        return self._likeness.figures(drawn(network, self._latents))


def _coloured(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.repeat(pixels, 3, axis=3) if pixels.shape[3] == 1 else pixels
