"""What can be done with the whole picture: mirror, flatten, crop, extend, scale."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QMargins, QRectF, QSize, Qt

from engines.protocol.inputs import MOST_PIXELS
from studio.model.document import Document
from studio.model.layers import State
from studio.model.paint.permission import reason_not_to_paint


class PictureEdits:
    """The verbs of the picture, each an undoable step."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def reason_not_to_flip(self) -> str:
        """Why the active layer cannot be mirrored, or ""."""
        return reason_not_to_paint(self._document.state)

    def reason_one_layer(self) -> str:
        """Why there is nothing to flatten, or ""."""
        few = len(self._document.state.layers) < 2
        return "There is only one layer." if few else ""

    def reason_no_selection(self) -> str:
        """Why there is nothing to crop to, or ""."""
        return "" if self._document.state.selection is not None else "Nothing is selected."

    def flip(self, direction: Qt.Orientation) -> None:
        """Mirror the active layer, or what is selected of it."""
        from studio.model.paint import transform

        self._apply("Mirror", lambda state: transform.flip(state, direction))

    def mirror(self, direction: Qt.Orientation) -> None:
        """Mirror the whole picture."""
        from studio.model.paint import transform

        self._apply("Mirror the picture", lambda state: transform.mirrored(state, direction))

    def turn(self, clockwise: bool) -> None:
        """Turn the whole picture by a quarter."""
        from studio.model.paint import transform

        self._apply("Turn the picture", lambda state: transform.turned(state, clockwise))

    def merge_visible(self) -> None:
        """What is seen as one layer."""
        from studio.model.paint import stack

        self._apply("Merge visible layers", stack.merge_visible)

    def flatten(self) -> None:
        """The picture as its only layer."""
        from studio.model.paint import stack

        self._apply("Flatten", stack.flattened)

    def crop_to_selection(self) -> None:
        """The picture as large as the selection."""
        from studio.model.paint import transform

        selection = self._document.state.selection
        if selection is not None:
            box = selection.bounds()
            self._apply("Crop", lambda state: replace(transform.crop(state, box), selection=None))

    def extend(self, by: QMargins) -> str:
        """Room on the sides, which the mask then covers: press F and it is filled.

        Returns:
            Why it cannot be, or "".
        """
        from studio.model.paint import coverage, transform

        state = self._document.state
        rect = state.rect.marginsAdded(by)
        if rect.isEmpty() or rect == state.rect:
            return "" if rect == state.rect else "Nothing would be left of the picture."
        if reason := too_large(rect.size()):
            return reason
        larger = transform.resize_canvas(state, rect)
        old = state.rect.translated(by.left(), by.top())
        room = coverage.combine(
            coverage.from_rect(QRectF(larger.rect)), coverage.from_rect(QRectF(old)), "subtract"
        )
        mask = coverage.combine(larger.mask, room, "add") if larger.mask.tiles else room
        self._document.apply("Canvas size", replace(larger, mask=mask))
        return ""

    def scale(self, size: QSize) -> str:
        """The whole picture at another size; see :meth:`extend` for what is returned."""
        from studio.model.paint import transform

        if reason := too_large(size):
            return reason
        self._apply("Scale", lambda state: transform.scale_document(state, size))
        return ""

    def _apply(self, text: str, change: Callable[[State], State]) -> None:
        state = self._document.state
        changed = change(state)
        if changed is not state:
            self._document.apply(text, changed)


def too_large(size: QSize) -> str:
    """Why a picture cannot have that size, or ""."""
    if size.width() * size.height() <= MOST_PIXELS:
        return ""
    return f"{size.width():,} × {size.height():,} px is more than 100 megapixels: choose less."
