"""Picture files: read with care, written with the request they came from."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.PngImagePlugin import PngImageFile, PngInfo

from engines.protocol.errors import EngineError, bad_input
from engines.protocol.inputs import MOST_PIXELS
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
        pixels: (H, W, 3) RGB, or (H, W, 4) RGBA.
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


def read_picture(path: Path) -> NDArray[np.uint8]:
    """A picture of any usual format, upright: (H, W, 3), or (H, W, 4) when it is transparent.

    Raises:
        EngineError: ``bad_input``, naming the file and what is wrong with it.
    """
    with _opened(path) as image:
        return _pixels(_converted(path, image))


def read_mask(path: Path) -> NDArray[np.uint8]:
    """A mask from a picture file, (H, W): what is white, or painted on a transparent ground.

    Raises:
        EngineError: ``bad_input``, naming the file and what is wrong with it.
    """
    with _opened(path) as image:
        pixels = _pixels(_converted(path, image))
        if pixels.shape[2] == 4 and pixels[..., 3].min() < 255:
            return pixels[..., 3].copy()
        return _pixels(Image.fromarray(pixels[..., :3]).convert("L"))


def _pixels(image: Image.Image) -> NDArray[np.uint8]:
    import numpy as np

    return np.asarray(image)


def _opened(path: Path) -> Image.Image:
    """A file's head as a picture; its pixels are not decoded yet."""
    try:
        if not path.stat().st_size:
            raise _unreadable(path, "it is empty")
        with warnings.catch_warnings():  # our own limit is told in our own words
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(path)
    except UnidentifiedImageError as error:
        raise _unreadable(path, _what_it_is(path)) from error
    except Image.DecompressionBombError as error:
        raise _too_big(path) from error
    except OSError as error:
        if not error.strerror:  # Pillow's own, not the system's
            raise _unreadable(path, f"it is damaged or cut off ({error})") from error
        raise bad_input(f"Cannot read {path}: {error.strerror.lower()}.") from error
    except (ValueError, SyntaxError) as error:
        raise _unreadable(path, "it is damaged") from error
    if image.width * image.height > MOST_PIXELS:
        image.close()
        raise _too_big(path)
    return image


def _converted(path: Path, image: Image.Image) -> Image.Image:
    """Decode, turn upright, and bring to RGB or RGBA."""
    try:
        image.load()
        upright = ImageOps.exif_transpose(image)
        if upright.mode.startswith(("I", "F")):  # 16 bits and more: Pillow would cut, not scale
            upright = _eight_bits(upright)
        return upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except (OSError, ValueError, SyntaxError, IndexError) as error:
        raise _unreadable(path, f"it is damaged or cut off ({error})") from error


def _eight_bits(image: Image.Image) -> Image.Image:
    import numpy as np

    levels = np.asarray(image).astype(np.float32)
    most = 65535.0 if levels.max() > 255 else 255.0
    return Image.fromarray(np.clip(levels / most * 255 + 0.5, 0, 255).astype(np.uint8))


def _what_it_is(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(5)
    return "it is a PDF" if head == b"%PDF-" else "it is in no picture format that I know"


def _too_big(path: Path) -> EngineError:
    return bad_input(
        f"{path} has more than {MOST_PIXELS // 1_000_000} megapixels.", "Give a smaller picture."
    )


def _unreadable(path: Path, reason: str) -> EngineError:
    one_line = " ".join(reason.split())
    return bad_input(
        f"{path} is not a picture I can read: {one_line}.", "Export it again, or give another file."
    )
