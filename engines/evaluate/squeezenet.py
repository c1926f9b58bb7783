"""SqueezeNet 1.0 (Iandola et al. 2016) as a source of features, from a file the user names.

Duet does not ship the weights. Any safetensors file with SqueezeNet's Caffe names will do:
``conv1``, ``fire2/conv1x1_1`` (squeeze), ``fire2/conv1x1_2`` and ``fire2/conv3x3_2`` (expand),
up to ``fire9``; the network reads BGR from 0 to 255 minus the ImageNet mean.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from engines.protocol.errors import bad_input

Pictures = NDArray[np.uint8]
Floats = NDArray[np.float32]

BGR_MEAN = (104.0, 117.0, 123.0)
#: Width pictures are brought to. The network was trained at 227; at 128 a picture of 64 px is
#: doubled and a thousand take a third of the time.
INPUT_PX = 128
#: Brings the mean square of a feature near 1, where the kernel of KID is neither flat nor steep.
SCALE = 1 / 20
BATCH = 50
#: The fire modules whose maps tell how alike two pictures look: edges, textures, parts of things.
DEPTHS = (2, 4, 8)


class SqueezeNet:
    """The network up to ``fire9``."""

    def __init__(self, path: Path) -> None:
        """Read the weights.

        Raises:
            EngineError: bad_input when the file is not SqueezeNet 1.0.
        """
        try:
            weights = load_file(path)
        except (OSError, SafetensorError) as error:
            raise bad_input(
                f"{path} cannot be read as safetensors ({error}).",
                "Give SqueezeNet 1.0's weights, or leave --features out.",
            ) from error
        self._weights = {name: value.float() for name, value in weights.items()}
        names = [f"{layer}.{kind}" for layer in _layers() for kind in ("weight", "bias")]
        missing = [name for name in names if name not in self._weights]
        if missing:
            raise bad_input(
                f"{path} has no {missing[0]}; it does not hold SqueezeNet 1.0.",
                "Give SqueezeNet 1.0's weights, or leave --features out.",
            )

    def features(self, pictures: Pictures) -> Floats:
        """(N, H, H, 3) RGB pictures: (N, 512), the mean of ``fire9`` over the picture, / 20."""
        parts = []
        with torch.inference_mode():
            for start in range(0, len(pictures), BATCH):
                x = torch.from_numpy(pictures[start : start + BATCH]).permute(0, 3, 1, 2).float()
                x = x.flip(1) - torch.tensor(BGR_MEAN)[:, None, None]  # (B, 3, H, H), BGR
                if x.shape[-1] != INPUT_PX:
                    x = F.interpolate(x, (INPUT_PX, INPUT_PX), mode="bilinear", antialias=True)
                parts.append(self._forward(x).mean(dim=(2, 3)) * SCALE)
        return torch.cat(parts).numpy()

    def distance(self, pictures: Tensor, others: Tensor) -> Tensor:
        """How differently two pictures look, (B,); gradients flow back to both.

        Squared distance of the features of every place, scaled to unit length, averaged over
        places and three depths: Zhang et al. 2018 (LPIPS, arXiv 1801.03924), equation 1, with
        equal weights for all channels.

        Args:
            pictures: (B, 3, H, W) RGB in -1 .. 1.
            others: the same.
        """
        total = pictures.new_zeros(len(pictures))
        for mine, theirs in zip(self._depths(pictures), self._depths(others), strict=True):
            apart = F.normalize(mine, dim=1) - F.normalize(theirs, dim=1)
            total = total + apart.square().sum(dim=1).mean(dim=(1, 2)) / len(DEPTHS)
        return total

    def spelled_out(self, pictures: Pictures) -> Tensor:
        """Vectors (N, K) whose squared distances are those of :meth:`distance`.

        For comparing many pictures with many others.

        Args:
            pictures: (N, H, H, 3) RGB; brought to :data:`INPUT_PX` first.
        """
        rows = []
        with torch.inference_mode():
            for start in range(0, len(pictures), BATCH):
                x = torch.from_numpy(pictures[start : start + BATCH]).permute(0, 3, 1, 2).float()
                if x.shape[-1] != INPUT_PX:
                    x = F.interpolate(x, (INPUT_PX, INPUT_PX), mode="bilinear", antialias=True)
                parts = []
                for maps in self._depths(x / 127.5 - 1):
                    places = maps.shape[2] * maps.shape[3]
                    parts.append(
                        F.normalize(maps, dim=1).flatten(1) / (places * len(DEPTHS)) ** 0.5
                    )
                rows.append(torch.cat(parts, dim=1))
        return torch.cat(rows)

    def to(self, device: torch.device) -> SqueezeNet:
        """The same network, its weights moved."""
        self._weights = {name: value.to(device) for name, value in self._weights.items()}
        return self

    def _depths(self, x: Tensor) -> list[Tensor]:
        """(B, 3, H, W) RGB in -1 .. 1 to the maps at :data:`DEPTHS`."""
        x = (x.flip(1) + 1) * 127.5 - x.new_tensor(BGR_MEAN)[:, None, None]
        maps: list[Tensor] = []
        self._forward(x, max(DEPTHS), maps)
        return [maps[number - 2] for number in DEPTHS]

    def _forward(self, x: Tensor, last: int = 9, maps: list[Tensor] | None = None) -> Tensor:
        """(B, 3, H, H): (B, 512, H / 16, H / 16) for all layers.

        Args:
            x: BGR, the mean subtracted.
            last: the fire module to stop after.
            maps: receives what every fire module gives.
        """
        x = F.relu(self._conv(x, "conv1", stride=2))
        for number in range(2, last + 1):
            if number in (2, 5, 9):
                x = F.max_pool2d(x, 3, 2, ceil_mode=True)
            x = self._fire(x, f"fire{number}")
            if maps is not None:
                maps.append(x)
        return x

    def _fire(self, x: Tensor, name: str) -> Tensor:
        """Squeeze to few channels, expand with 1x1 and 3x3 side by side."""
        x = F.relu(self._conv(x, f"{name}/conv1x1_1"))
        wide = [self._conv(x, f"{name}/conv1x1_2"), self._conv(x, f"{name}/conv3x3_2", padding=1)]
        return F.relu(torch.cat(wide, 1))

    def _conv(self, x: Tensor, name: str, stride: int = 1, padding: int = 0) -> Tensor:
        weight, bias = self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
        return F.conv2d(x, weight, bias, stride, padding)


def _layers() -> list[str]:
    """The names of all convolutions used."""
    ends = ("conv1x1_1", "conv1x1_2", "conv3x3_2")
    return ["conv1"] + [f"fire{number}/{end}" for number in range(2, 10) for end in ends]
