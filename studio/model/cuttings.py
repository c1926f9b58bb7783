"""Pieces of the picture: what is selected, copied, cut, and made a layer."""

from __future__ import annotations

from studio.model.area_edits import AreaEdits
from studio.model.document import Document
from studio.model.layers import new_layer
from studio.model.picture import Picture
from studio.model.plane import Plane


class Cuttings:
    """The verbs of what is selected of a document."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._areas = AreaEdits(document)

    def copied(self, merged: bool = False) -> Picture | None:
        """What is selected, and where it was; None where it holds nothing.

        Args:
            merged: of all layers as they are seen, not of the active one.
        """
        piece = self._piece(merged)
        if piece is None or piece.is_empty:
            return None
        box = piece.bounds()
        place = (box.x(), box.y(), box.width(), box.height())
        return Picture(piece.image(box), box=place, name="Piece")

    def reason_not_to_cut(self) -> str:
        """Why nothing can be cut out, or ""."""
        return self._areas.reason_not_to_clear()

    def cut(self) -> Picture | None:
        """What is selected of the active layer, which loses it."""
        piece = self.copied() if not self.reason_not_to_cut() else None
        if piece is not None:
            self._areas.clear("Cut")
        return piece

    def reason_no_selection(self) -> str:
        """Why there is no piece to copy, or ""."""
        return self._areas.reason_no_selection()

    def to_layer(self) -> bool:
        """A new layer of what is selected of the active one; False where that is empty."""
        state, piece = self._document.state, self._piece()
        if state.layer is None or piece is None or piece.is_empty:
            return False
        layer = new_layer(f"{state.layer.name} piece", piece)
        self._document.apply("Copy to a layer", state.added(layer, above=state.active))
        return True

    def _piece(self, merged: bool = False) -> Plane | None:
        from studio.model.paint.layering import inside

        state = self._document.state
        if state.selection is None or state.layer is None:
            return None
        return inside(Plane.of(state.flat()) if merged else state.layer.plane, state.selection)
