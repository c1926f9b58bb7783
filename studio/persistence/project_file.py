"""The document on disk: a ``.duet`` file is an OpenRaster file with a folder ``duet/`` in it.

Renamed to ``.ora`` it opens in Krita and GIMP; what only Duet knows is in that folder.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic

import msgspec
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage

from engines import __version__
from engines.protocol.errors import EngineError, bad_input
from studio.media.picture_reader import decode_picture
from studio.media.plane_png import coverage_of, write_coverage
from studio.persistence.archive import FAULTS, Archive, ArchiveWriter, new_archive, open_archive
from studio.persistence.known_members import KnownMembers
from studio.persistence.manifest import (
    Corner,
    HistoryLine,
    LayerRecord,
    Manifest,
    SessionRecord,
)
from studio.persistence.migrations import NewerError, migrated
from studio.persistence.open_raster import MOST_LAYER_PIXELS, read_raster, write_raster
from studio.persistence.raster import Hold, P, Raster

log = logging.getLogger(__name__)

SUFFIX = ".duet"
_MANIFEST, _MASK, _SELECTION = "duet/manifest.json", "duet/mask.png", "duet/selection.png"
_SONG, _WALK, _HISTORY = "duet/song.json", "duet/walk.json", "duet/history.jsonl"
_MOST_JSON = 64 << 20
_NOTHING = QRect(0, 0, 1, 1)


@dataclass(frozen=True, eq=False)
class HistoryItem:
    """A result that is used in the document, and a small picture of it (None for melodies)."""

    line: HistoryLine
    thumbnail: bytes | None = None


@dataclass(frozen=True, eq=False)
class Project(Generic[P]):
    """Everything in a ``.duet`` file.

    Attributes:
        raster: the layers.
        records: what else there is to say of each layer, in the same order.
        active: the id of the layer that is worked on.
        mask: coverage; None without one.
        selection: coverage; None when nothing is selected.
        song: the Music mode's song as JSON, or b"".
        walk: the Latent tool's walk as JSON, or b"".
        history: the results that are used in the document.
        session: see :class:`SessionRecord`.
        is_empty: whether there is no picture yet; OpenRaster knows no such thing.
        app: the version of Duet that wrote the file; "" for another program's.
    """

    raster: Raster[P]
    records: tuple[LayerRecord, ...] = ()
    active: str = ""
    mask: P | None = None
    selection: P | None = None
    song: bytes = b""
    walk: bytes = b""
    history: tuple[HistoryItem, ...] = field(default=())
    session: SessionRecord | None = None
    is_empty: bool = False
    app: str = ""


# --- writing ---------------------------------------------------------------------------------


def write_project(path: Path, project: Project[P], known: KnownMembers | None = None) -> None:
    """Write a document; its old file stays until the new one is whole.

    Args:
        path: the file.
        project: the document.
        known: what other files hold of it already; it learns of this one.

    Raises:
        OSError: the disk refuses; the old file is as it was.
    """
    if known is not None:
        try:
            _write(path, project, known)
            return
        except FAULTS as error:
            log.info("%s is written afresh: %s", path, error)
            known.clear()  # a file that was copied from may have been touched
    _write(path, project, known)


def _write(path: Path, project: Project[P], known: KnownMembers | None) -> None:
    with new_archive(path) as archive:
        written = write_raster(archive, project.raster, known)
        manifest = Manifest(
            app=__version__,
            active=project.active,
            layers=tuple(
                msgspec.structs.replace(record, src=member.src, exact=member.has_numbers)
                for record, member in zip(project.records, written, strict=True)
            ),
            mask=_write_coverage(archive, _MASK, project.mask),
            selection=_write_coverage(archive, _SELECTION, project.selection),
            session=project.session,
            empty=project.is_empty,
        )
        if project.song:
            archive.put(_SONG, project.song)
        if project.walk:
            archive.put(_WALK, project.walk)
        _write_history(archive, project.history)
        archive.put(_MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
    if known is not None:
        pixels = (layer.pixels for layer in project.raster.layers)
        known.remember(path, zip(pixels, written, strict=True))


def _write_coverage(archive: ArchiveWriter, name: str, plane: P | None) -> Corner | None:
    if plane is None:
        return None
    rect = plane.bounds()
    if rect.isEmpty():
        rect = _NOTHING
    with archive.member(name) as file:
        write_coverage(file, plane.image, rect)
    return Corner(rect.x(), rect.y())


def _write_history(archive: ArchiveWriter, history: tuple[HistoryItem, ...]) -> None:
    lines = []
    for place, item in enumerate(history):
        line = item.line
        if item.thumbnail is not None:
            name = f"duet/thumbnails/{place}.png"
            archive.put(name, item.thumbnail, packed=False)
            line = msgspec.structs.replace(line, thumbnail=name)
        lines.append(msgspec.json.encode(line) + b"\n")
    if lines:
        archive.put(_HISTORY, b"".join(lines))


# --- reading ---------------------------------------------------------------------------------


def read_project(path: Path, hold: Hold[P], hold_coverage: Hold[P]) -> Project[P]:
    """Read a document, or an OpenRaster file of another program.

    Args:
        path: the file.
        hold: makes a layer's pixels.
        hold_coverage: makes a mask's or a selection's.

    Raises:
        EngineError: kind ``bad_input``, with a sentence about what is wrong with the file.
    """
    with open_archive(path) as archive:
        manifest = _manifest(archive)
        exact = {record.src for record in manifest.layers if record.exact}
        raster = read_raster(archive, hold, exact)
        known = {record.src: record for record in manifest.layers}
        records = tuple(known.get(layer.src, LayerRecord(src="")) for layer in raster.layers)

        def coverage(name: str, corner: Corner | None) -> P | None:
            if corner is None:
                return None
            image = _coverage(archive, name)
            return hold_coverage(image, QPoint(corner.x, corner.y))

        return Project(
            raster=raster,
            records=records,
            active=manifest.active,
            mask=coverage(_MASK, manifest.mask),
            selection=coverage(_SELECTION, manifest.selection),
            song=archive.read(_SONG, _MOST_JSON) if _SONG in archive else b"",
            walk=archive.read(_WALK, _MOST_JSON) if _WALK in archive else b"",
            history=tuple(_history(archive)),
            session=manifest.session,
            is_empty=manifest.empty,
            app=manifest.app,
        )


def read_session(path: Path) -> SessionRecord | None:
    """Where a document that was kept by itself belongs, without reading its pixels.

    Raises:
        EngineError: kind ``bad_input``.
    """
    with open_archive(path) as archive:
        return _manifest(archive).session


def _manifest(archive: Archive) -> Manifest:
    if _MANIFEST not in archive:
        return Manifest()
    try:
        plain = json.loads(archive.read(_MANIFEST, _MOST_JSON))
        if not isinstance(plain, dict):
            raise ValueError("no object")
        return msgspec.convert(migrated(plain), Manifest)
    except NewerError as error:
        raise bad_input(
            f"{archive.name} was written by a newer Duet ({error}).",
            "Update Duet, or rename the file to .ora in another program to see its layers.",
        ) from error
    except (ValueError, RecursionError) as error:  # msgspec's and json's errors are such
        raise archive.damaged("its manifest is damaged") from error


def _coverage(archive: Archive, name: str) -> QImage:
    content = archive.read(name)
    try:
        most = MOST_LAYER_PIXELS
        return coverage_of(decode_picture(content, name, most, most).image)
    except EngineError as error:
        raise archive.damaged(f"{name} in it is damaged") from error


def _history(archive: Archive) -> list[HistoryItem]:
    """The lines that can be read: a record of what was, which keeps nobody from the picture."""
    if _HISTORY not in archive:
        return []
    items = []
    for text in archive.read(_HISTORY, _MOST_JSON).splitlines():
        try:
            items.append(HistoryItem(msgspec.json.decode(text, type=HistoryLine)))
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
    return items
