"""Pictures of every colour model as sRGB with 8 bits a channel, a band of rows at a time.

Whole-picture conversions of 100 megapixels would hold four copies of it; a band holds a few rows.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from PIL import Image

log = logging.getLogger(__name__)

#: Rows converted at once.
_BAND = 256
#: Modes of 16 bits a pixel, in either order of bytes.
_SIXTEEN = ("I;16", "I;16L", "I;16B", "I;16N")
#: Modes that hold numbers instead of brightness; they are spread over black to white if need be.
_NUMBERS = ("I", "F")

BROKEN_PROFILE = "Its colour profile is broken and was left out."
SPREAD = "Its values were spread from black to white."

#: Makes RGB or RGBA, 8 bits each, of a band.
_Convert = Callable[["Image.Image"], "Image.Image"]


def to_srgb(picture: Image.Image) -> tuple[QImage, list[str]]:
    """A decoded picture for the document, and what there is to say about the conversion.

    Args:
        picture: of any mode Pillow knows; loaded.
    """
    import numpy as np

    convert, notes = _converter(picture)
    width, height = picture.size
    result = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    if result.isNull():
        raise MemoryError
    target = np.frombuffer(result.bits(), np.uint8).reshape(height, result.bytesPerLine())
    for top in range(0, height, _BAND):
        band = convert(picture.crop((0, top, width, min(top + _BAND, height))))
        pixels = band.convert("RGBA").tobytes()
        straight = QImage(pixels, width, band.height, 4 * width, QImage.Format.Format_RGBA8888)
        ready = straight.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
        rows = np.frombuffer(ready.constBits(), np.uint8).reshape(band.height, -1)
        target[top : top + band.height, : 4 * width] = rows[:, : 4 * width]
        del rows
    del target
    return result, notes


def _converter(picture: Image.Image) -> tuple[_Convert, list[str]]:
    if picture.mode in _SIXTEEN:
        return _from_sixteen, []
    if picture.mode in _NUMBERS:
        return _from_numbers(picture)
    profile = picture.info.get("icc_profile")
    if not isinstance(profile, bytes) or not profile:
        return _same, []
    try:
        return _from_profile(picture, profile), []
    except _profile_faults() as error:
        log.info("A colour profile was left out: %s", error)
        return _same, [BROKEN_PROFILE]


def _same(band: Image.Image) -> Image.Image:
    return band


def _from_sixteen(band: Image.Image) -> Image.Image:
    import numpy as np
    from PIL import Image

    values = np.asarray(band).astype(np.uint32)
    return Image.fromarray(((values * 255 + 32767) // 65535).astype(np.uint8))


def _from_numbers(picture: Image.Image) -> tuple[_Convert, list[str]]:
    """0..1 or 0..65535 count as black to white; other ranges are spread."""
    import numpy as np
    from PIL import Image

    values = np.asarray(picture)
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
    full = 65535.0 if picture.mode == "I" else 1.0
    spread = low < 0 or high > full
    start, reach = (low, (high - low) or 1.0) if spread else (0.0, full)

    def convert(band: Image.Image) -> Image.Image:
        finite = np.nan_to_num(np.asarray(band, np.float64), nan=start, posinf=high, neginf=low)
        return Image.fromarray(
            np.clip((finite - start) / reach * 255 + 0.5, 0, 255).astype(np.uint8)
        )

    return convert, [SPREAD] if spread else []


def _from_profile(picture: Image.Image, profile: bytes) -> _Convert:
    """Through the embedded profile; alpha goes by unchanged."""
    from PIL import Image, ImageCms

    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    if ImageCms.getProfileDescription(source).strip().lower().startswith("srgb"):
        return _same
    transparent = picture.has_transparency_data
    mode = picture.mode if picture.mode in ("L", "CMYK", "RGB") else "RGB"
    if picture.mode == "LA":
        mode = "L"
    transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")

    def convert(band: Image.Image) -> Image.Image:
        plain = band.convert("RGBA").convert("RGB") if band.mode in ("P", "PA") else band
        colours = ImageCms.applyTransform(
            plain if plain.mode == mode else plain.convert(mode), transform
        )
        assert isinstance(colours, Image.Image)
        if transparent:
            colours.putalpha(band.convert("RGBA").getchannel("A"))
        return colours

    # A profile may fit its header and fail at work: find out before the first band.
    convert(picture.crop((0, 0, 1, 1)))
    return convert


def _profile_faults() -> tuple[type[Exception], ...]:
    from PIL import ImageCms

    return (ImageCms.PyCMSError, OSError, ValueError, TypeError, KeyError)
