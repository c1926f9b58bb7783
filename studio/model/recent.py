"""The files that were opened or saved lately."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.model.settings import Settings

MOST = 12
_KEY = "files.recent"


class RecentFiles(QObject):
    """Newest first, remembered over sessions; files that are gone are left out.

    Signals:
        changed: another list.
    """

    changed = Signal()

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings

    def paths(self) -> list[Path]:
        """Those that are there now."""
        return [path for path in self._known() if path.is_file()]

    def add(self, path: Path) -> None:
        """A file was opened or saved."""
        newest = path.absolute()
        others = [other for other in self.paths() if other != newest]
        self._keep([newest, *others])

    def forget(self, path: Path) -> None:
        """A file could not be opened, or a person wants it off the list."""
        self._keep([other for other in self._known() if other != path.absolute()])

    def clear(self) -> None:
        """Forget all of them."""
        self._keep([])

    def _known(self) -> list[Path]:
        return [Path(name) for name in self._settings.recall(_KEY, []) if isinstance(name, str)]

    def _keep(self, paths: list[Path]) -> None:
        if paths != self._known():
            self._settings.remember(_KEY, [str(path) for path in paths[:MOST]])
            self.changed.emit()
