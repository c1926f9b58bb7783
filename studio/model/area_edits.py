"""What can be done with the selection and the inpainting mask, each an undoable step."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from studio.model.document import Document
from studio.model.paint.permission import reason_not_to_paint
from studio.model.plane import COVERAGE, Plane


class AreaEdits:
    """The verbs of the two areas of a document."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def reason_no_selection(self) -> str:
        """Why there is nothing to do with a selection, or ""."""
        return "" if self._document.state.selection is not None else "Nothing is selected."

    def reason_no_mask(self) -> str:
        """Why there is nothing to do with a mask, or ""."""
        return "" if self._document.state.mask.tiles else "There is no mask: press M and paint one."

    def reason_not_to_clear(self) -> str:
        """Why what is selected cannot be cleared, or ""."""
        return self.reason_no_selection() or reason_not_to_paint(self._document.state)

    # --- the selection -------------------------------------------------------------------------

    def select_all(self) -> None:
        """The whole picture."""
        from studio.model.paint import coverage

        self._select(coverage.from_rect(QRectF(self._document.state.rect)), "Select everything")

    def select_none(self) -> None:
        """Nothing: painting is limited by nothing."""
        self._select(None, "Select nothing")

    def invert_selection(self) -> None:
        """What was not selected."""
        from studio.model.paint import coverage

        state = self._document.state
        if state.selection is None:
            self.select_all()
            return
        rest = coverage.invert(state.selection, state.rect)
        self._select(None if rest.is_empty else rest, "Invert the selection")

    def selection_to_mask(self) -> None:
        """Inpaint what is selected."""
        state = self._document.state
        if state.selection is not None:
            self._mask(state.selection, "Make the selection the mask")

    def clear(self, text: str = "Clear") -> None:
        """The active layer becomes transparent where it is selected.

        Args:
            text: what was done, for the undo menu.
        """
        state = self._document.state
        selection = state.selection
        if selection is None:
            return

        def erase(painter: QPainter) -> None:
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOut)
            selection.draw(painter, selection.extent())

        cleared = state.edited(state.active, lambda plane: plane.painted(selection.bounds(), erase))
        self._document.apply(text, cleared)

    # --- the mask ------------------------------------------------------------------------------

    def clear_mask(self) -> None:
        """Inpaint nothing."""
        self._mask(Plane(COVERAGE), "Clear the mask")

    def invert_mask(self) -> None:
        """Inpaint everything else."""
        from studio.model.paint import coverage

        state = self._document.state
        self._mask(coverage.invert(state.mask, state.rect), "Invert the mask")

    def grow_mask(self, by: int) -> None:
        """A wider mask, or a narrower one where ``by`` (pixels) is below 0."""
        from studio.model.paint import coverage

        mask = self._document.state.mask
        text = "Grow the mask" if by > 0 else "Shrink the mask"
        self._mask(coverage.grow(mask, by), text)

    def feather_mask(self, radius: int) -> None:
        """A mask with a softer edge."""
        from studio.model.paint import coverage

        self._mask(coverage.feather(self._document.state.mask, radius), "Soften the mask")

    def set_mask(self, mask: Plane) -> None:
        """A mask from a file."""
        self._mask(mask, "Load a mask")

    def _mask(self, mask: Plane, text: str) -> None:
        self._document.apply(text, replace(self._document.state, mask=mask))

    def _select(self, selection: Plane | None, text: str) -> None:
        state = self._document.state
        if selection is not state.selection:
            self._document.apply(text, replace(state, selection=selection))
