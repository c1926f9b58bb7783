"""What a task hands back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engines.music.score import Clip
    from engines.protocol.messages import Request


@dataclass(frozen=True, slots=True)
class Result:
    """One picture, melody or file. Exactly one of ``pixels``, ``clip`` and ``file`` is set.

    Attributes:
        request: the request that makes exactly this result again (count 1, its own seed,
            every parameter spelled out, the hash of the weights that made it).
        pixels: (H, W, 3) uint8, RGB, rows top to bottom; (H, W, 4) when there is a box.
        clip: the melody.
        file: what was written, for results that are too long to be handed over.
        note: one sentence worth telling, or "".
        box: where a piece of the request's picture belongs, as in
            :class:`engines.protocol.messages.Output`.
    """

    request: Request
    pixels: NDArray[np.uint8] | None = field(default=None, compare=False)
    clip: Clip | None = None
    file: str = ""
    note: str = ""
    box: tuple[int, int, int, int] | None = None

    def __post_init__(self) -> None:
        if [self.pixels is None, self.clip is None, not self.file].count(False) != 1:
            raise ValueError("a result holds either pixels or a clip or a file")
