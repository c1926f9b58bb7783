"""Models as the rows of a Qt list."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from engines.protocol.messages import ModelInfo

AnyIndex = QModelIndex | QPersistentModelIndex
#: Whose data is the model itself.
INFO = Qt.ItemDataRole.UserRole


class ModelRows(QAbstractListModel):
    """One model a row; what it says in words, subclasses decide."""

    def __init__(self) -> None:
        super().__init__()
        self.models: tuple[ModelInfo, ...] = ()

    def set_models(self, models: Sequence[ModelInfo]) -> None:
        """Show others."""
        self.beginResetModel()
        self.models = tuple(models)
        self.endResetModel()

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        """How many there are."""
        return 0 if parent.isValid() else len(self.models)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The model, or what :meth:`words` says."""
        info = self.models[index.row()]
        return info if role == INFO else self.words(info, role)

    def words(self, info: ModelInfo, role: int) -> str | None:
        """What a model says in a role."""
        raise NotImplementedError
