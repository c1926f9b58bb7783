"""A model's encoder: from a picture of any size to a first guess of its place, without torch.

``encoder.onnx`` lies beside the model's other files, where there is one. It belongs to the weights
it was trained against, which its metadata name, and tells how far from their guesses real pictures
of the model's kind lie: what lies further is not what the model knows.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engines.protocol.errors import bad_input
from engines.runtime.backend import misfit
from engines.runtime.cards import ENCODER

if TYPE_CHECKING:
    from engines.protocol.frames import Pixels
    from engines.runtime.library import Model

log = logging.getLogger(__name__)

Floats = NDArray[np.float32]

#: The key of :class:`Notes` in the metadata of the file.
KEY = "duet"
#: The least side of a picture: below, there is nothing in it to find.
LEAST = 8
#: A picture's halvings that are compared beside itself.
SCALES = 3


class Notes(msgspec.Struct, frozen=True, kw_only=True):
    """What an encoder's file says of itself.

    Attributes:
        weights: the short hash of the model's weights that it was trained against.
        within: 19 of 20 held-out pictures of the model's kind lie within this distance of what
            their guessed places give; 0 where that was not measured.
        recipe: file name of the recipe.
    """

    weights: str
    within: float = 0.0
    recipe: str = ""


@dataclass(frozen=True, slots=True)
class Encoder:
    """An open encoder.

    Attributes:
        session: ONNX Runtime's.
        notes: what its file says of itself.
    """

    session: Any
    notes: Notes

    def __call__(self, pixels: Pixels) -> Floats:
        """The place (levels, width) of a picture (size, size, 3)."""
        image = (pixels.astype(np.float32) / np.float32(127.5) - 1).transpose(2, 0, 1)[None]
        place: Floats = self.session.run(["place"], {"image": image})[0][0]
        return place


def open_encoder(model: Model, shape: tuple[int, int], threads: int) -> Encoder | None:
    """The encoder of a model, or None where it has none for its present weights.

    Args:
        model: whose.
        shape: levels and width of its places.
        threads: for the network.

    Raises:
        EngineError: ``bad_model``, when the file is damaged or is no encoder of such places.
    """
    if ENCODER not in model.card.files:
        return None
    from engines.runtime.onnx_backend import OnnxBackend

    session = OnnxBackend(threads, spin=False).load(model, ENCODER)
    text = session.get_modelmeta().custom_metadata_map.get(KEY, "")
    try:
        notes = msgspec.json.decode(text, type=Notes)
    except msgspec.MsgspecError as error:
        raise misfit(model, ENCODER, f"it does not say what it is for ({error})") from error
    if notes.weights != model.card.weights:
        log.warning("The encoder of %s is for other weights: it is left out.", model.card.name)
        return None
    side = model.card.size
    given = [list(node.shape[1:]) for node in (*session.get_inputs(), *session.get_outputs())]
    if given != [[3, side, side], list(shape)]:
        raise misfit(model, ENCODER, f"it takes and gives {given}")
    return Encoder(session, notes)


def fitted(picture: Pixels, size: int, box: tuple[int, int, int] | None = None) -> Pixels:
    """A square of a picture at a model's size, (size, size, 3), what is transparent white.

    Args:
        picture: (H, W, 3 or 4).
        size: pixels along one side.
        box: left, top and side of the square; None for the largest one in the middle.

    Raises:
        EngineError: ``bad_input``, for a square outside the picture, or with nothing to see in it.
    """
    height, width = picture.shape[:2]
    side = min(height, width)
    left, top, side = box or ((width - side) // 2, (height - side) // 2, side)
    if left < 0 or top < 0 or left + side > width or top + side > height:
        raise bad_input(
            f"The square of {side} pixels at {left}, {top} leaves the picture, "
            f"which is {width}x{height}.",
            "Choose one inside it.",
        )
    if side < LEAST:
        raise bad_input(
            f"The square to look at has a side of {side}: too little to find anything in.",
            f"Give a picture of at least {LEAST}x{LEAST} pixels.",
        )
    square = picture[top : top + side, left : left + side]
    image = Image.fromarray(over_white(square))
    method = Image.Resampling.LANCZOS if side >= size else Image.Resampling.BICUBIC
    return np.asarray(image if side == size else image.resize((size, size), method))


def over_white(picture: Pixels) -> Pixels:
    """(H, W, 3 or 4) to (H, W, 3)."""
    if picture.shape[2] == 3:
        return np.ascontiguousarray(picture)
    share = picture[..., 3:].astype(np.float32) / np.float32(255)
    mixed = picture[..., :3] * share + np.float32(255) * (1 - share)
    return np.rint(mixed).astype(np.uint8)


def distance(one: Pixels, other: Pixels) -> float:
    """How far apart two pictures (H, H, 3) are, 0 to 1.

    The mean absolute difference of their colours, averaged over three scales: it needs no network,
    and so is the same wherever it is measured.
    """
    apart = one.astype(np.float32) - other.astype(np.float32)
    total = 0.0
    for scale in range(SCALES):
        total += float(np.abs(apart).mean()) / 255 / SCALES
        if scale + 1 < SCALES and len(apart) % 2 == 0:
            apart = apart.reshape(len(apart) // 2, 2, len(apart) // 2, 2, 3).mean(axis=(1, 3))
    return total
