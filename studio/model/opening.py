"""Any file of a document as a document, and a document as a file for other programs."""

from __future__ import annotations

from pathlib import Path

from engines.protocol.messages import Request
from studio.media.picture_reader import read_picture
from studio.media.picture_writer import Flat, Form, write_picture
from studio.model.layers import State
from studio.model.picture import Picture, placed
from studio.model.project import Saved, raster_of, read_state
from studio.persistence.archive import is_zip
from studio.persistence.open_raster import write_open_raster


def open_any(path: Path) -> Saved:
    """Read a document, or a picture as a document of one layer.

    Raises:
        EngineError: kind ``bad_input``, with a sentence about what is wrong with the file.
    """
    if is_zip(path) or path.suffix.lower() in (".duet", ".ora"):
        return read_state(path)
    read = read_picture(path)
    picture = Picture(read.image, read.request)
    notes = (read.note,) if read.note else ()
    return Saved(placed(State(), picture, path.stem), notes=notes)


def export_state(path: Path, state: State, form: Form | None = None) -> None:
    """Write the picture as PNG, JPEG, WebP or OpenRaster, as the name asks for.

    Raises:
        EngineError: kind ``bad_input``: the format is unknown, or cannot hold the picture.
        OSError: the disk refuses; the old file is as it was.
    """
    if path.suffix.lower() == ".ora":
        write_open_raster(path, raster_of(state))
        return
    seen = [layer for layer in state.layers if layer.visible and layer.opacity > 0]
    whole = (
        len(seen) == 1
        and seen[0].opacity == 1
        and seen[0].request is not None
        and seen[0].plane.bounds() == state.rect
    )
    requests: list[Request] = []
    for layer in seen:
        if layer.request is not None and layer.request not in requests:
            requests.append(layer.request)
    write_picture(path, Flat(state.size, state.flat, requests, whole), form)
