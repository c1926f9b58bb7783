"""A picture in view, and how it becomes a layer of the document."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Literal

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QImage

from engines.protocol.messages import Request
from studio.model.layers import Layer, State, new_layer
from studio.model.plane import Plane

Source = Literal["document", "candidate", "live", "history", "file"]


class Picture:
    """A picture and where it comes from.

    Attributes:
        request: makes exactly it again, or None for a painted or foreign picture.
        entry: its place in the history, or "" when it has none (yet).
        note: what the engine had to say about it.
        size: in pixels.
        box: (left, top, width, height) of a piece of the document it was made for; None for a
            picture of its own.
        name: what its layer is called when no request says; a file's name without its ending.
    """

    def __init__(
        self,
        image: QImage | Callable[[], QImage],
        request: Request | None = None,
        entry: str = "",
        note: str = "",
        size: QSize | None = None,
        box: tuple[int, int, int, int] | None = None,
        name: str = "",
    ) -> None:
        """Hold it.

        Args:
            image: its pixels, or what draws them when somebody asks; ``size`` is given then.
            request: see above.
            entry: see above.
            note: see above.
            size: of a picture that is not drawn yet.
            box: see above.
            name: see above.
        """
        self._image, self.box, self.name = image, box, name
        self.request, self.entry, self.note = request, entry, note
        self.size = image.size() if isinstance(image, QImage) else size or QSize()

    @cached_property
    def image(self) -> QImage:
        """Its pixels."""
        return self._image if isinstance(self._image, QImage) else self._image()


def picture_of(state: State) -> Picture | None:
    """A document as one picture; its request when it is one untouched generated layer."""
    if state.is_empty:
        return None
    only = state.layers[0] if len(state.layers) == 1 else None
    plain = only is not None and only.visible and only.opacity == 1.0
    if only is None or not plain:
        return Picture(state.flat, size=state.size)
    return Picture(state.flat, only.request, only.entry, size=state.size)


def placed(state: State, picture: Picture, name: str) -> State:
    """The document with a picture as a layer on top: the first one gives the document its size.

    A later one is fitted into the document and lies in its middle; a piece lies in its box.
    """
    image = picture.image
    if state.is_empty:
        layer = layer_of(name, Plane.of(image), picture)
        return State(size=image.size(), layers=(layer,), active=layer.id)
    if picture.box is not None:
        plane = Plane.of(image, QPoint(*picture.box[:2]))
        return state.added(layer_of(name, plane, picture))
    room = state.size
    if image.size() != room:
        image = image.scaled(
            room, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
    corner = QPoint((room.width() - image.width()) // 2, (room.height() - image.height()) // 2)
    return state.added(layer_of(name, Plane.of(image, corner), picture), above=state.active)


def layer_of(name: str, plane: Plane, picture: Picture) -> Layer:
    """A layer that says where its pixels come from."""
    return new_layer(name, plane, request=picture.request, entry=picture.entry)
