"""Which epoch's pictures are looked at: the chosen one's, or for a while those before it learnt."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from studio.model.finetune import Finetune
from studio.model.finetune_lines import EpochRow


class EpochViewer(QObject):
    """Follows the chosen epoch.

    Signals:
        changed: another one is looked at.
    """

    changed = Signal()

    def __init__(self, model: Finetune, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._before = False
        model.changed.connect(self._on_model)

    @property
    def shown(self) -> EpochRow | None:
        """The epoch in view."""
        return self._model.epochs[0] if self._before and self._model.epochs else self._model.chosen

    def _on_model(self) -> None:
        if not self._model.epochs:
            self._before = False  # another training begins with its own epochs in view

    def toggle(self) -> None:
        """Show the model as it was, or the chosen epoch again."""
        self._before = not self._before
        self.changed.emit()

    def leave(self) -> None:
        """Back to the chosen epoch."""
        if self._before:
            self.toggle()
