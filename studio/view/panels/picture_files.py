"""Pictures in and out of the studio: save, copy, drag, drop."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices, QDrag, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from engines.protocol.errors import EngineError
from studio.media.images import save_png
from studio.media.picture_reader import ReadPicture
from studio.model.context import StudioContext
from studio.model.generate import GenerateModel
from studio.model.messages import Level
from studio.model.picture import Picture
from studio.model.plane import COLOUR
from studio.view.entry_mime import name_entries

_FOLDER = "image.folder"
#: Asks a person for a path; "" when they change their mind.
AskPath = Callable[[QWidget, str], str]


def ask_save_path(parent: QWidget, suggestion: str) -> str:
    """The system's dialog for saving a PNG."""
    return QFileDialog.getSaveFileName(parent, "Save picture", suggestion, "PNG picture (*.png)")[0]


def ask_open_path(parent: QWidget, folder: str) -> str:
    """The system's dialog for opening a picture."""
    return QFileDialog.getOpenFileName(
        parent, "Add a picture", folder, "Pictures (*.png *.jpg *.webp *.tif *.bmp);;All files (*)"
    )[0]


def file_name(picture: Picture) -> str:
    """What a picture's file is called: model and seed."""
    if picture.request is None:
        return "picture.png"
    return f"{picture.request.model}-{picture.request.seed}.png"


class PictureFiles(QObject):
    """Carries out what the page's actions say about files."""

    def __init__(self, context: StudioContext, model: GenerateModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._model, self._window = context, model, parent
        self._viewing = model.viewing
        self.ask_save: AskPath = ask_save_path
        self.ask_open: AskPath = ask_open_path
        self._outgoing: tempfile.TemporaryDirectory[str] | None = None

    def reason_not_to_save(self) -> str:
        """Why there is nothing to save, copy or drag, or ""."""
        return "" if self._viewing.shown is not None else "There is no picture yet: press G."

    # --- out -------------------------------------------------------------------------------

    def save(self) -> None:
        """Ask for a place and save the picture in view with its request."""
        picture = self._viewing.shown
        if picture is None:
            return
        chosen = self.ask_save(self._window, str(Path(self._folder()) / file_name(picture)))
        if not chosen:
            return
        path = Path(chosen)
        if path.suffix.lower() != ".png":
            path = path.with_name(path.name + ".png")
        try:
            save_png(path, picture.image, picture.request)
        except EngineError as error:
            self._tell(error)
            return
        self._context.settings.remember(_FOLDER, str(path.parent))
        self._context.messages.show(
            f"Saved {path.name}.",
            "Open its folder",
            lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent))),
        )

    def copy(self) -> None:
        """Put the picture in view on the clipboard."""
        picture = self._viewing.shown
        if picture is not None:
            QGuiApplication.clipboard().setImage(picture.image)
            self._context.messages.show("The picture is on the clipboard.")

    def mime_of(self, keys: Sequence[str]) -> QMimeData:
        """What dragged tiles carry: PNG files with names that say what they are, and their ids."""
        pictures = []
        for key in keys:
            entry = self._context.history.get(key)
            if entry is not None and entry.is_picture:
                image = self._context.history.image(entry)
                pictures.append(Picture(image, entry.request, entry.id))
        mime = self._mime(pictures)
        name_entries(mime, [picture.entry for picture in pictures])
        return mime

    def drag_shown(self) -> None:
        """Drag the picture in view out of the window."""
        picture = self._viewing.shown
        if picture is None:
            return
        drag = QDrag(self._window)
        drag.setMimeData(self._mime([picture]))
        drag.exec()

    def _mime(self, pictures: Sequence[Picture]) -> QMimeData:
        mime = QMimeData()
        if self._outgoing is None:
            self._outgoing = tempfile.TemporaryDirectory(prefix="duet-outgoing-")
        urls = []
        for picture in pictures:
            path = Path(self._outgoing.name) / file_name(picture)
            try:
                save_png(path, picture.image, picture.request)
            except EngineError as error:
                self._tell(error)
                continue
            urls.append(QUrl.fromLocalFile(str(path)))
            mime.setImageData(picture.image)
        mime.setUrls(urls)
        return mime

    # --- in --------------------------------------------------------------------------------

    def open(self) -> None:
        """Ask for a picture that Duet saved."""
        chosen = self.ask_open(self._window, self._folder())
        if chosen:
            self.open_path(chosen)

    def open_path(self, chosen: str) -> None:
        """Show a picture from a file as a layer; one that Duet made sets the controls too."""
        path = Path(chosen)
        self._context.session.read_picture(path, partial(self._show_read, path))

    def _show_read(self, path: Path, read: ReadPicture) -> None:
        request = read.request
        mine = request is not None and request.task == self._model.tool.task
        picture = Picture(read.image, request if mine else None, note=read.note, name=path.stem)
        caveat = self._model.apply(request) if request is not None and mine else ""
        if mine or not self._viewing.document.state.is_empty:
            self._viewing.try_out(picture, "file")
        else:
            self._viewing.add(picture)  # there is nothing to compare it with
        made = ""
        if request is not None and mine:
            made = f"{path.name} was made with seed {request.seed}; the controls are set to it."
        words = [made, caveat, read.note]
        if any(words):
            level: Level = "warn" if caveat or read.note else "info"
            self._context.messages.show(" ".join(word for word in words if word), level=level)

    def paste(self) -> None:
        """Add the picture on the clipboard, or the file that was copied, as a layer."""
        mime = QGuiApplication.clipboard().mimeData()
        files = [url.toLocalFile() for url in mime.urls() if url.isLocalFile()]
        if mime.hasImage():
            image = QGuiApplication.clipboard().image()
            self._viewing.add(Picture(image.convertToFormat(COLOUR), name="Pasted"))
        elif files:
            self.open_path(files[0])
        else:
            self._context.messages.show("There is no picture on the clipboard.", level="warn")

    def close(self) -> None:
        """Delete the files of finished drags."""
        if self._outgoing is not None:
            self._outgoing.cleanup()
            self._outgoing = None

    def _folder(self) -> str:
        places = QStandardPaths.StandardLocation
        pictures = QStandardPaths.writableLocation(places.PicturesLocation)
        return str(self._context.settings.recall(_FOLDER, pictures))

    def _tell(self, error: EngineError) -> None:
        self._context.messages.show(f"{error.message} {error.advice}".strip(), level="warn")
