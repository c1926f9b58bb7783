"""Masks as grey pictures: white is covered."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QRect
from PySide6.QtGui import QImage, QImageReader, QImageWriter

from engines.protocol.errors import bad_input
from studio.model.paint.pixels import coverage_of, covered, seen
from studio.model.plane import COVERAGE, Plane
from studio.persistence.atomic import write_atomically


def to_picture(plane: Plane, rect: QRect) -> QImage:
    """A grey picture of a plane's coverage in a rectangle."""
    array = covered(plane, rect)
    grey = QImage.Format.Format_Grayscale8
    return QImage(array.data, rect.width(), rect.height(), rect.width(), grey).copy()


def from_picture(image: QImage, at: QPoint | None = None) -> Plane:
    """The coverage that a picture shows: its alpha when any of it is transparent, else its grey."""
    if image.hasAlphaChannel():
        alpha = image.convertToFormat(COVERAGE)
        if bool((seen(alpha) < 255).any()):
            return coverage_of(seen(alpha), at or QPoint())
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    return coverage_of(seen(grey), at or QPoint())


def save(path: Path, plane: Plane, rect: QRect) -> None:
    """Write a grey PNG.

    Raises:
        OSError: the disk refuses.
        ValueError: the rectangle is empty.
    """
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not QImageWriter(buffer, b"png").write(to_picture(plane, rect)):
        raise ValueError("an empty mask cannot be saved")
    write_atomically(path, bytes(data.data()))


def load(path: Path) -> Plane:
    """Read a picture file as coverage, with its corner at 0, 0.

    Raises:
        EngineError: kind ``bad_input``, when it cannot be read.
    """
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    image = reader.read()
    if image.isNull():
        raise bad_input(
            f"{path.name} is not a picture I can read: {reader.errorString().rstrip('.')}.",
            "Choose a PNG, JPEG or WebP picture.",
        )
    return from_picture(image)
