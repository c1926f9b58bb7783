"""OpenRaster files: layers as PNG files in a zip, which Krita, GIMP and MyPaint open too.

As in the specification, version 0.0.3 (openraster.org).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QImage

from engines.protocol.errors import EngineError
from engines.protocol.inputs import MOST_PIXELS
from studio.media.images import encode_png
from studio.media.picture_reader import check_size, decode_picture
from studio.media.plane_png import numbers_of, write_colour, write_numbers
from studio.media.strips import Strips
from studio.persistence.archive import Archive, ArchiveWriter, new_archive, open_archive
from studio.persistence.known_members import KnownMembers, Member
from studio.persistence.raster import Hold, P, Raster, RasterLayer
from studio.persistence.stack_xml import Stack, StackError, StackLayer, parse_stack, print_stack

MIMETYPE = b"image/openraster"
#: Pixels of all layers together: 4 GB in memory.
MOST_LAYER_PIXELS = 1_000_000_000
_MOST_XML = 4 << 20
_THUMBNAIL = 256
_NOTHING = QRect(0, 0, 1, 1)


def write_open_raster(path: Path, raster: Raster[P]) -> None:
    """Write a file.

    Raises:
        OSError: the disk refuses; the old file is as it was.
    """
    with new_archive(path) as archive:
        write_raster(archive, raster)


def read_open_raster(path: Path, hold: Hold[P]) -> Raster[P]:
    """Read a file of anybody's.

    Raises:
        EngineError: kind ``bad_input``, with a sentence about what is wrong with it.
    """
    with open_archive(path) as archive:
        return read_raster(archive, hold)


# --- writing ---------------------------------------------------------------------------------


def write_raster(
    archive: ArchiveWriter, raster: Raster[P], known: KnownMembers | None = None
) -> list[Member]:
    """Write every member that OpenRaster asks for.

    Args:
        archive: the file.
        raster: the picture.
        known: what other files hold of it already.

    Returns:
        The layers' members, from the lowest to the highest.
    """
    archive.put("mimetype", MIMETYPE, packed=False)
    written, lines = [], []
    for place, layer in enumerate(raster.layers):
        source = f"data/layer{place}.png"
        held = known.find(layer.pixels) if known is not None else None
        if known is not None and held is not None:
            member = _copied(archive, layer.pixels, source, held, known)
        else:
            member = _written(archive, layer.pixels, source)
        written.append(member)
        lines.append(_line(layer, member, place == raster.selected))
    _write_flat(archive, raster)
    stack = Stack(raster.size.width(), raster.size.height(), tuple(reversed(lines)))
    archive.put("stack.xml", print_stack(stack))
    return written


def _written(archive: ArchiveWriter, pixels: P, source: str) -> Member:
    rect = pixels.bounds()
    if rect.isEmpty():
        rect = _NOTHING  # there must be a picture
    with archive.member(source) as file:
        exact = write_colour(file, pixels.image, rect)
    if not exact:
        with archive.member(_numbers_name(source), packed=True) as file:
            write_numbers(file, pixels.image, rect)
    return Member(source, rect, not exact)


def _copied(
    archive: ArchiveWriter, pixels: P, source: str, held: Member, known: KnownMembers
) -> Member:
    with archive.member(source) as file:
        known.copy(pixels, held.src, file)
    if held.has_numbers:
        with archive.member(_numbers_name(source), packed=True) as file:
            known.copy(pixels, _numbers_name(held.src), file)
    return replace(held, src=source)


def _numbers_name(source: str) -> str:
    return f"duet/exact/{Path(source).stem}.rgba"


def _line(layer: RasterLayer[P], member: Member, selected: bool) -> StackLayer:
    return StackLayer(
        name=layer.name,
        src=member.src,
        x=member.rect.x(),
        y=member.rect.y(),
        opacity=layer.opacity,
        op=layer.op,
        visible=layer.visible,
        locked=layer.locked,
        selected=selected,
    )


def _write_flat(archive: ArchiveWriter, raster: Raster[P]) -> None:
    """The picture as it is seen, whole and small; the small one is gathered from its bands."""
    whole = QRect(QPoint(0, 0), raster.size)
    assert raster.flat is not None
    draw, strips = raster.flat, Strips(raster.size, _THUMBNAIL)

    def seen(rect: QRect) -> QImage:
        image = draw(rect)
        strips.add(rect.top(), image)
        return image

    with archive.member("mergedimage.png") as file:
        write_colour(file, seen, whole)
    archive.put("Thumbnails/thumbnail.png", encode_png(strips.thumbnail(), None), packed=False)


# --- reading ---------------------------------------------------------------------------------


def read_raster(archive: Archive, hold: Hold[P], exact: Collection[str] = ()) -> Raster[P]:
    """Read the layers of a file of anybody's.

    Args:
        archive: the file.
        hold: makes a layer's pixels.
        exact: the members whose numbers are in a member beside them.

    Raises:
        EngineError: kind ``bad_input``.
    """
    if "stack.xml" not in archive:
        raise archive.damaged("it is a zip file without layers")
    try:
        stack = parse_stack(archive.read("stack.xml", _MOST_XML))
    except StackError as error:
        raise archive.damaged(str(error)) from error
    check_size(archive.name, stack.width, stack.height, MOST_PIXELS, MOST_PIXELS)
    layers, notes, room = [], [], MOST_LAYER_PIXELS
    for line in stack.layers:
        if line.src.lower().endswith(".svg"):
            notes.append(f"{line.name} is a drawing of lines and was left out.")
            continue
        image = _pixels(archive, line, line.src in exact)
        room -= image.width() * image.height()
        if room < 0:
            raise archive.damaged("its layers are too large for any memory")
        pixels = hold(image, QPoint(line.x, line.y))
        layers.append(
            RasterLayer(
                line.name, pixels, line.opacity, line.op, line.visible, line.locked, line.src
            )
        )
    chosen = [line.selected for line in stack.layers if not line.src.lower().endswith(".svg")]
    if stack.groups:
        notes.append("Its groups were opened up: the layers stand one over the other.")
    layers.reverse()
    selected = len(layers) - 1 - chosen.index(True) if True in chosen else -1
    size = QSize(stack.width, stack.height)
    return Raster(size, tuple(layers), selected, None, tuple(notes))


def _pixels(archive: Archive, line: StackLayer, exact: bool) -> QImage:
    if not line.src:
        raise archive.damaged(f"its layer {line.name[:40]} says no picture")
    if max(abs(line.x), abs(line.y)) > 10**8:
        raise archive.damaged(f"its layer {line.name[:40]} lies far outside of it")
    try:
        content = archive.read(line.src)
        image = decode_picture(content, line.src, MOST_LAYER_PIXELS, MOST_LAYER_PIXELS).image
        if exact:
            numbers = archive.read(_numbers_name(line.src))
            return numbers_of(numbers, image.width(), image.height())
    except (EngineError, ValueError) as error:
        if isinstance(error, EngineError) and error.message.startswith(archive.name):
            raise
        raise archive.damaged(f"its layer {line.name[:40]} is damaged") from error
    return image
