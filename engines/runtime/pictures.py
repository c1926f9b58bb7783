"""Picture files that remember the request they came from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PIL import Image, UnidentifiedImageError
from PIL.PngImagePlugin import PngImageFile, PngInfo

from engines.protocol.errors import bad_input
from engines.protocol.messages import Request
from engines.runtime.files import replacing, unwritable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: The keyword of the iTXt chunk with the request as JSON.
CHUNK = "duet"


def write_png(path: Path, pixels: NDArray[np.uint8], request: Request) -> None:
    """Write a picture and its request, atomically.

    Args:
        path: where to; the folder must exist.
        pixels: (H, W, 3) RGB.
        request: what makes exactly this picture again.

    Raises:
        EngineError: ``bad_input``, when the disk refuses.
    """
    info = PngInfo()
    info.add_itxt(CHUNK, msgspec.json.encode(request).decode())
    try:
        with replacing(path) as temporary:
            Image.fromarray(pixels).save(temporary, format="PNG", pnginfo=info)
    except OSError as error:
        raise unwritable(path, error) from error


def read_png_request(path: Path) -> Request:
    """The request inside a picture that Duet made.

    Raises:
        EngineError: ``bad_input``, when the file is no PNG or holds no request.
    """
    try:
        with Image.open(path, formats=["PNG"]) as image:
            text = str(image.text.get(CHUNK, "")) if isinstance(image, PngImageFile) else ""
    except (OSError, UnidentifiedImageError, ValueError, SyntaxError) as error:
        raise bad_input(f"{path} is not a PNG picture that can be read.") from error
    if not text:
        raise bad_input(
            f"{path} holds no request.", "Only pictures made with Duet, and not edited, do."
        )
    try:
        return msgspec.json.decode(text, type=Request)
    except msgspec.MsgspecError as error:
        raise bad_input(f"The request in {path} cannot be read: {error}.") from error
