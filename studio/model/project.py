"""Between the document and its file: a state's layers, masks and requests, song and walk."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

import msgspec
from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QImage

from engines.protocol.errors import EngineError
from engines.protocol.messages import Request
from studio.media.images import encode_png
from studio.media.strips import thumbnail_of
from studio.model.history import Entry
from studio.model.keyframes import WalkRecord, decode_walk, encode_walk
from studio.model.layers import BLEND_MODES, BLENDS, Layer, State, new_layer
from studio.model.plane import COVERAGE, Plane, opaque_box
from studio.model.song import SongState
from studio.model.song_file import decode_song, encode_song
from studio.persistence.known_members import KnownMembers
from studio.persistence.manifest import HistoryLine, LayerRecord, SessionRecord
from studio.persistence.project_file import HistoryItem, Project, read_project, write_project
from studio.persistence.raster import Raster, RasterLayer

log = logging.getLogger(__name__)

_BY_OP = {mode.svg: mode for mode in BLEND_MODES}
_THUMBNAIL = 96
_P = TypeVar("_P")


@dataclass(frozen=True, eq=False)
class Saved:
    """A document as a file holds it.

    Attributes:
        state: the layers.
        song: the Music mode's song; None when the file holds none.
        walk: the Latent tool's walk; None when the file holds none.
        session: where it belongs, when it was kept by itself.
        notes: what was read otherwise than it was meant, one sentence each.
    """

    state: State
    song: SongState | None = None
    session: SessionRecord | None = None
    walk: WalkRecord | None = None
    notes: tuple[str, ...] = field(default=())

    @property
    def is_empty(self) -> bool:
        """Whether nothing in it would be missed."""
        silent = self.song is None or not self.song.takes
        still = self.walk is None or not self.walk.keys
        return self.state.is_empty and silent and still


def write_state(
    path: Path,
    saved: Saved,
    entries: Iterable[Entry] = (),
    known: KnownMembers | None = None,
) -> None:
    """Write a document.

    Args:
        path: its file.
        saved: what to write; nothing in it ever changes, so that any thread may do it.
        entries: the history's, of the results that are used in it.
        known: which files hold which layers already; for one thread.

    Raises:
        OSError: the disk refuses; the old file is as it was.
    """
    state = saved.state
    write_project(
        path,
        Project(
            raster=raster_of(state),
            records=tuple(_record(layer) for layer in state.layers),
            active=state.active,
            mask=state.mask if state.mask.tiles else None,
            selection=state.selection,
            song=encode_song(saved.song) if saved.song is not None else b"",
            walk=encode_walk(saved.walk) if saved.walk is not None else b"",
            history=tuple(_history(saved, {entry.id: entry for entry in entries})),
            session=saved.session,
            is_empty=state.is_empty,
        ),
        known,
    )


def writing(
    saved: Saved, find: Callable[[str], Entry | None], known: KnownMembers | None = None
) -> Callable[[Path], None]:
    """What writes a document to a file, in any thread; the history is asked now.

    Args:
        saved: the document.
        find: the history's entry of an id.
        known: see :func:`write_state`.
    """
    used = {layer.entry for layer in saved.state.layers}
    used |= {take.entry for take in saved.song.takes} if saved.song is not None else set()
    entries = [entry for number in used if (entry := find(number)) is not None]
    return lambda path: write_state(path, saved, entries, known)


def read_state(path: Path) -> Saved:
    """Read a ``.duet`` file, or an OpenRaster file of another program.

    Raises:
        EngineError: kind ``bad_input``, with a sentence about what is wrong with the file.
    """
    project = read_project(path, _colour, _coverage)
    raster, notes = project.raster, list(project.raster.notes)
    layers = [
        _layer(layer, record, notes)
        for layer, record in zip(raster.layers, project.records, strict=True)
    ]
    layers = _with_own_ids(layers)
    active = project.active
    if layers and not project.app:
        active = layers[raster.selected].id  # the highest one when none is selected
    song = _part(project.song, decode_song, path, "melody", notes)
    walk = _part(project.walk, decode_walk, path, "walk", notes)
    mask = project.mask if project.mask is not None else Plane(COVERAGE)
    size = QSize() if project.is_empty else raster.size
    state = State(size, tuple(layers), active, project.selection, mask)
    return Saved(state, song, project.session, walk, tuple(dict.fromkeys(notes)))


def _part(
    content: bytes, decode: Callable[[bytes, str], _P], path: Path, what: str, notes: list[str]
) -> _P | None:
    """A part of the document beside its picture; one that cannot be read keeps nobody from it."""
    try:
        return decode(content, path.name) if content else None
    except EngineError as error:
        log.warning("%s", error)
        notes.append(f"Its {what} cannot be read and was left out.")
        return None


def raster_of(state: State) -> Raster[Plane]:
    """The document's layers as files know them."""
    layers = tuple(
        RasterLayer(
            layer.name,
            layer.plane,
            layer.opacity,
            BLENDS[layer.mode].svg,
            layer.visible,
            layer.locked,
        )
        for layer in state.layers
    )
    selected = next((i for i, layer in enumerate(state.layers) if layer.id == state.active), -1)
    size = state.size if not state.is_empty else QSize(1, 1)
    return Raster(size, layers, selected, state.flat)


def _record(layer: Layer) -> LayerRecord:
    request = msgspec.to_builtins(layer.request) if layer.request is not None else None
    name = layer.name.encode("utf-8", "replace").decode("utf-8")
    return LayerRecord(src="", id=layer.id, name=name, entry=layer.entry, request=request)


def _layer(layer: RasterLayer[Plane], record: LayerRecord, notes: list[str]) -> Layer:
    mode = _BY_OP.get(layer.op)
    if mode is None:
        notes.append(f"{layer.name} is laid over as Normal: {layer.op[:40]} is unknown here.")
    request = None
    if record.request is not None:
        try:
            request = msgspec.convert(record.request, Request)
        except msgspec.ValidationError as error:
            log.info("A layer's request cannot be read: %s", error)
            notes.append(f"The request of {layer.name} is one that this version cannot read.")
    ours = bool(record.id)
    return replace(
        new_layer(record.name if ours else layer.name, layer.pixels),
        id=record.id if ours else new_layer("").id,
        opacity=layer.opacity,
        mode=mode.id if mode is not None else "normal",
        visible=layer.visible,
        locked=layer.locked,
        request=request,
        entry=record.entry if request is not None else "",
    )


def _with_own_ids(layers: list[Layer]) -> list[Layer]:
    """No two layers with one id, whatever a file says."""
    seen: set[str] = set()
    result = []
    for layer in layers:
        own = layer if layer.id not in seen else replace(layer, id=new_layer("").id)
        seen.add(own.id)
        result.append(own)
    return result


def _colour(image: QImage, corner: QPoint) -> Plane:
    return _sparse(Plane.of(image, corner))


def _coverage(image: QImage, corner: QPoint) -> Plane:
    return _sparse(Plane.of(image, corner, COVERAGE))


def _sparse(plane: Plane) -> Plane:
    """Without the tiles that hold nothing."""
    tiles = {key: tile for key, tile in plane.tiles.items() if not opaque_box(tile).isEmpty()}
    return Plane(plane.kind, MappingProxyType(tiles))


def _history(saved: Saved, entries: dict[str, Entry]) -> Iterable[HistoryItem]:
    """Every result that is used, once, with a small picture of it."""
    told: set[str] = set()
    for layer in saved.state.layers:
        if layer.request is not None and layer.entry not in told:
            told.add(layer.entry)
            yield HistoryItem(_line(layer.entry, layer.request, entries), _thumbnail(layer.plane))
    for take in saved.song.takes if saved.song is not None else ():
        if take.request is not None and take.entry not in told:
            told.add(take.entry)
            yield HistoryItem(_line(take.entry, take.request, entries))


def _line(number: str, request: Request, entries: dict[str, Entry]) -> HistoryLine:
    entry = entries.get(number)
    return HistoryLine(
        entry=number,
        request=msgspec.to_builtins(request),
        created=entry.created if entry is not None else 0.0,
        note=entry.note if entry is not None else "",
    )


def _thumbnail(plane: Plane) -> bytes | None:
    rect = plane.bounds()
    if rect.isEmpty():
        return None
    return encode_png(thumbnail_of(plane.image, rect, _THUMBNAIL), None)
