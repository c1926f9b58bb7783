"""The document a person works on: one state after the other, each change undoable."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QRegion, QUndoStack

from studio.model.edits import Edit
from studio.model.layers import State


class Document(QObject):
    """Holds the state, and a preview in its place while something is tried out.

    Signals:
        changed: the region of the picture that looks different; also while something is tried
            out. An empty region says that only the layers' names, locks or the selection changed.
        edited: another state is in place (done, undone or redone), not only tried out.
    """

    changed = Signal(QRegion)
    edited = Signal()

    def __init__(self, undo: QUndoStack, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._undo = undo
        self._state = State()
        self._preview: State | None = None

    @property
    def state(self) -> State:
        """What the document is."""
        return self._state

    @property
    def shown(self) -> State:
        """What is seen: the document, or what is being tried out in its place."""
        return self._state if self._preview is None else self._preview

    @property
    def trying(self) -> bool:
        """Whether something is tried out."""
        return self._preview is not None

    def apply(self, text: str, state: State, merge: str = "") -> None:
        """Put another state in place, undoably.

        Args:
            text: what was done, for the undo menu: "Brush stroke".
            state: made from :attr:`state`.
            merge: steps with the same word that follow each other quickly are undone as one.
        """
        self.preview(None)
        if state is not self._state:
            self._undo.push(Edit(self._put, text, self._state, state, merge))

    def preview(self, state: State | None, region: QRegion | None = None) -> None:
        """Show a state without keeping it; None goes back to the document.

        Args:
            state: what to show.
            region: where it differs from what is shown now, when that is known (a brush).
        """
        if state is self._preview:
            if state is not None and region is not None:
                self.changed.emit(region)
            return
        before = self.shown
        self._preview = state
        self.changed.emit(before.changes(self.shown) if region is None else region)

    def amend(self, state: State) -> None:
        """Put a state in place that follows from the present one by itself; nothing to undo."""
        if state is not self._state:
            self._put(state)

    def activate(self, layer_id: str) -> None:
        """Paint on another layer from now on; nothing to undo."""
        if layer_id != self._state.active and self._state.find(layer_id) is not None:
            self._state = replace(self._state, active=layer_id)
            self.changed.emit(QRegion())
            self.edited.emit()

    def load(self, state: State) -> None:
        """Begin with a document (a file, the last session's): nothing to undo."""
        self._undo.clear()
        self._put(state)

    def _put(self, state: State) -> None:
        before = self.shown
        self._state, self._preview = state, None
        self.changed.emit(before.changes(state))
        self.edited.emit()
