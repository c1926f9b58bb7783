"""Pictures that came in the stream, kept until the window has taken them."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtGui import QImage

from engines.protocol.frames import FrameLostError, Pixels
from engines.protocol.messages import FrameRef

#: Blobs are let go oldest first beyond this many, and beyond this many bytes in all.
KEPT = 16
KEPT_BYTES = 256 * 2**20

_FORMATS = {3: QImage.Format.Format_RGB888, 4: QImage.Format.Format_RGBA8888}


class Blobs:
    """The last few blobs, each under a name that takes the place of a file's path."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._count = 0

    def keep(self, blob: bytes) -> str:
        """Keep a blob and name it; the newest one always stays."""
        self._count += 1
        name = f"blob:{self._count}"
        self._kept[name] = blob
        while len(self._kept) > 1 and self._too_much():
            self._kept.popitem(last=False)
        return name

    def holds(self, ref: FrameRef) -> bool:
        """Whether a picture came in the stream."""
        return ref.path.startswith("blob:")

    def read(self, ref: FrameRef) -> Pixels:
        """The picture, (H, W, channels).

        Raises:
            FrameLostError: it is no longer kept, or it is damaged.
        """
        try:
            data = self._kept[ref.path][ref.offset : ref.offset + ref.length]
        except KeyError:
            raise FrameLostError(f"{ref.path} was let go.") from None
        if ref.encoding == "raw":
            return _raw(data, ref)
        return _decoded(data, ref)

    def _too_much(self) -> bool:
        return len(self._kept) > KEPT or sum(map(len, self._kept.values())) > KEPT_BYTES


def _raw(data: bytes, ref: FrameRef) -> Pixels:
    import numpy as np  # late: the window opens without it

    try:
        pixels = np.frombuffer(data, np.uint8).reshape(ref.height, ref.width, ref.channels)
    except ValueError as error:
        raise FrameLostError(str(error)) from error
    return pixels.copy()


def _decoded(data: bytes, ref: FrameRef) -> Pixels:
    import numpy as np

    image = QImage.fromData(data)
    if (image.width(), image.height()) != (ref.width, ref.height) or ref.channels not in _FORMATS:
        raise FrameLostError(f"A picture of {len(data)} bytes cannot be decoded.")
    image = image.convertToFormat(_FORMATS[ref.channels])
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(ref.height, image.bytesPerLine())
    used = rows[:, : ref.width * ref.channels]  # lines are padded to 4 bytes
    return used.reshape(ref.height, ref.width, ref.channels).copy()
