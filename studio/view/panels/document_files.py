"""The document as a file: what its actions ask a person."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from studio.model.context import StudioContext
from studio.model.layers import State
from studio.view.panels.new_canvas import NewCanvas

_FOLDER = "image.document_folder"
#: Asks a person for a path; "" when they change their mind.
AskPath = Callable[[QWidget, str], str]

DOCUMENTS = "Duet documents (*.duet)"
EXPORTS = "PNG (*.png);;JPEG (*.jpg);;WebP (*.webp);;OpenRaster (*.ora)"
OPENS = (
    "Documents and pictures (*.duet *.ora *.png *.jpg *.jpeg *.webp *.tif *.tiff *.bmp *.gif);;"
    "All files (*)"
)


def ask_open(parent: QWidget, folder: str) -> str:
    """The system's dialog for opening."""
    return QFileDialog.getOpenFileName(parent, "Open", folder, OPENS)[0]


def ask_save(parent: QWidget, suggestion: str) -> str:
    """The system's dialog for saving a document."""
    return QFileDialog.getSaveFileName(parent, "Save", suggestion, DOCUMENTS)[0]


def ask_export(parent: QWidget, suggestion: str) -> str:
    """The system's dialog for a picture that other programs read."""
    return QFileDialog.getSaveFileName(parent, "Export the picture", suggestion, EXPORTS)[0]


def is_document(path: Path) -> bool:
    """Whether a file is a document by its name: it replaces what is open, as a layer it is none."""
    return path.suffix.lower() in (".duet", ".ora")


class DocumentFiles(QObject):
    """New, open, save and export."""

    def __init__(self, context: StudioContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._window = context, parent
        self.ask_open: AskPath = ask_open
        self.ask_save: AskPath = ask_save
        self.ask_export: AskPath = ask_export

    def reason_nothing(self) -> str:
        """Why there is nothing to save, or ""."""
        context = self._context
        empty = context.document.state.is_empty and not context.song.takes
        return "There is nothing to save yet." if empty else ""

    def reason_no_picture(self) -> str:
        """Why there is nothing to export, or ""."""
        empty = self._context.document.state.is_empty
        return "There is no picture yet: press G, or drop one." if empty else ""

    def new(self) -> None:
        """Ask for a size, then begin with an empty canvas."""
        NewCanvas(self._window.window(), self._begin).open_centred(120)

    def _begin(self, state: State) -> None:
        self._context.session.new(state)

    def open(self) -> None:
        """Ask for a file; it is the document from then on."""
        chosen = self.ask_open(self._window, self._folder())
        if chosen:
            self._remember(chosen)
            self._context.session.open(Path(chosen))

    def open_recent(self) -> None:
        """Choose among the files that were open last."""
        menu = QMenu(self._window)
        for path in self._context.session.recent.paths():
            entry = menu.addAction(path.name)
            entry.setToolTip(str(path))
            entry.triggered.connect(partial(self._context.session.open, path))
        if menu.isEmpty():
            menu.addAction("Nothing was open yet").setEnabled(False)
        menu.popup(self._window.mapToGlobal(self._window.rect().center()))

    def save(self) -> None:
        """Save to the document's file, or ask for one."""
        if not self._context.session.save():
            self.save_as()

    def save_as(self) -> None:
        """Ask for a file and save to it."""
        name = f"{self._context.session.title}.duet"
        chosen = self.ask_save(self._window, str(Path(self._folder()) / name))
        if chosen:
            self._remember(chosen)
            self._context.session.save_as(Path(chosen))

    def export(self) -> None:
        """Ask for a file and write the picture to it as its name asks for."""
        name = f"{self._context.session.title}.png"
        chosen = self.ask_export(self._window, str(Path(self._folder()) / name))
        if chosen:
            self._remember(chosen)
            path = Path(chosen)
            self._context.session.export(path if path.suffix else path.with_suffix(".png"))

    def _folder(self) -> str:
        places = QStandardPaths.StandardLocation
        documents = QStandardPaths.writableLocation(places.PicturesLocation)
        return str(self._context.settings.recall(_FOLDER, documents))

    def _remember(self, chosen: str) -> None:
        self._context.settings.remember(_FOLDER, str(Path(chosen).parent))
