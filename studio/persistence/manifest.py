"""What a ``.duet`` file says of itself beside the layers: ``duet/manifest.json``."""

from __future__ import annotations

from typing import Any

import msgspec

#: Goes up when older versions could not make sense of a file any more; see
#: :mod:`studio.persistence.migrations`.
FORMAT = 1


class LayerRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What OpenRaster has no word for, of one layer.

    Attributes:
        src: the member with its pixels; tells which layer of ``stack.xml`` this is.
        id: the layer's own.
        name: with characters that XML cannot hold.
        entry: the place of its pixels in the history.
        request: makes its pixels again, see :class:`engines.protocol.messages.Request`.
        exact: whether a member beside it holds its pixels as numbers.
    """

    src: str
    id: str = ""
    name: str = ""
    entry: str = ""
    request: dict[str, Any] | None = None
    exact: bool = False


class Corner(msgspec.Struct, frozen=True):
    """Where the left upper corner of a mask's picture lies."""

    x: int
    y: int


class SessionRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a document that was kept by itself belongs.

    Attributes:
        path: the file it was opened from or saved to; "" when it has none.
        title: what the window calls it.
        modified: whether it has changes that are not in that file.
        since: when the first of these changes was made, in seconds since the epoch.
        saved: when this was written, likewise.
    """

    path: str = ""
    title: str = ""
    modified: bool = False
    since: float = 0.0
    saved: float = 0.0


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The whole of it.

    Attributes:
        format: see :data:`FORMAT`.
        app: the version of Duet that wrote it.
        active: the id of the layer that is worked on.
        layers: from the lowest to the highest.
        mask: where ``duet/mask.png`` lies; None without a mask.
        selection: where ``duet/selection.png`` lies; None when nothing is selected.
        session: for documents that were kept by themselves.
        empty: whether there is no picture yet.
    """

    format: int = FORMAT
    app: str = ""
    active: str = ""
    layers: tuple[LayerRecord, ...] = ()
    mask: Corner | None = None
    selection: Corner | None = None
    session: SessionRecord | None = None
    empty: bool = False


class HistoryLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of ``duet/history.jsonl``: a result that is used in the document.

    Attributes:
        entry: its place in the history of the machine it was made on.
        request: makes it again.
        created: seconds since the epoch; 0 when unknown.
        note: what the engine had to say about it.
        thumbnail: the member with a small picture of it, or "".
    """

    entry: str
    request: dict[str, Any]
    created: float = 0.0
    note: str = ""
    thumbnail: str = ""
