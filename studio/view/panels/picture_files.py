"""Pictures in and out of the studio: save, copy, drag, drop."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, QRect, QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices, QDrag, QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from engines.protocol.errors import EngineError
from engines.protocol.messages import Request
from studio.media.images import save_png
from studio.media.picture_reader import ReadPicture
from studio.model.context import StudioContext
from studio.model.cuttings import Cuttings
from studio.model.messages import Level
from studio.model.picture import Picture
from studio.model.plane import COLOUR
from studio.model.viewing import Viewing
from studio.view.entry_mime import name_entries

_FOLDER = "image.folder"
#: Left, top, width and height of a piece, for pasting it where it was.
_PLACE = "application/x-duet-place"
_EMPTY = "The active layer holds nothing there: choose another layer, or copy all layers."
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

    def __init__(
        self,
        context: StudioContext,
        viewing: Viewing,
        take_settings: Callable[[Request], str | None],
        parent: QWidget,
    ) -> None:
        """Work for the canvas.

        Args:
            context: the window's.
            viewing: what is in view.
            take_settings: sets a tool to a request and returns what to beware of; None where no
                tool makes a picture from settings of that kind alone.
            parent: whose dialogs they are.
        """
        super().__init__(parent)
        self._context, self._viewing, self._window = context, viewing, parent
        self._take_settings = take_settings
        self._cuttings = Cuttings(viewing.document)
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
        """Put what is selected of the active layer on the clipboard, or the picture in view."""
        if not self.reason_no_piece():
            self._take_piece(self._cuttings.copied(), "What is selected is on the clipboard.")
        elif self._viewing.shown is not None:
            QGuiApplication.clipboard().setImage(self._viewing.shown.image)
            self._context.messages.show("The picture is on the clipboard.")

    def copy_merged(self) -> None:
        """Put what is selected of all layers on the clipboard."""
        self._take_piece(
            self._cuttings.copied(merged=True), "What is selected is on the clipboard."
        )

    def cut(self) -> None:
        """Move what is selected of the active layer to the clipboard."""
        self._take_piece(self._cuttings.cut(), "What was selected is on the clipboard.")

    def piece_to_layer(self) -> None:
        """Make a layer of what is selected of the active one."""
        if not self._cuttings.to_layer():
            self._context.messages.show(_EMPTY, level="warn")

    def reason_no_piece(self) -> str:
        """Why there is no piece of the document to copy, or ""."""
        if self._viewing.source != "document":
            return "Keep the picture in view first (Enter), or put it aside (Esc)."
        return self._cuttings.reason_no_selection()

    def reason_not_to_cut(self) -> str:
        """Why nothing can be cut out of the document, or ""."""
        return self.reason_no_piece() or self._cuttings.reason_not_to_cut()

    def _take_piece(self, piece: Picture | None, told: str) -> None:
        if piece is None:
            self._context.messages.show(_EMPTY, level="warn")
            return
        mime = QMimeData()
        mime.setImageData(piece.image)
        mime.setData(_PLACE, " ".join(map(str, piece.box or ())).encode())
        QGuiApplication.clipboard().setMimeData(mime)
        self._context.messages.show(told)

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

    def open_paths(self, chosen: Sequence[str]) -> None:
        """Add pictures as layers, the first below; a single one is shown first."""
        if len(chosen) == 1:
            self.open_path(chosen[0])
        for path in map(Path, chosen if len(chosen) > 1 else ()):
            self._context.session.read_picture(path, partial(self._add_read, path))

    def _add_read(self, path: Path, read: ReadPicture) -> None:
        self._viewing.add(Picture(read.image, read.request, note=read.note, name=path.stem))
        if read.note:
            self._context.messages.show(f"{path.name}: {read.note}", level="warn")

    def _show_read(self, path: Path, read: ReadPicture) -> None:
        request = read.request
        caveat = self._take_settings(request) if request is not None else None
        picture = Picture(read.image, request, note=read.note, name=path.stem)
        if caveat is not None or not self._viewing.document.state.is_empty:
            self._viewing.try_out(picture, "file")
        else:
            self._viewing.add(picture)  # there is nothing to compare it with
        made = ""
        if request is not None and caveat is not None:
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
            image = QGuiApplication.clipboard().image().convertToFormat(COLOUR)
            self._viewing.add(Picture(image, name="Pasted", box=self._place_of(mime, image)))
        elif files:
            self.open_paths(files)
        else:
            self._context.messages.show("There is no picture on the clipboard.", level="warn")

    def _place_of(self, mime: QMimeData, image: QImage) -> tuple[int, int, int, int] | None:
        """Where a piece of ours was; None for what is to be fitted in, or would not be seen."""
        told = re.match(rb"(-?\d{1,6}) (-?\d{1,6}) ", bytes(mime.data(_PLACE).data()))
        if told is None or self._viewing.document.state.is_empty:
            return None
        place = QRect(int(told[1]), int(told[2]), image.width(), image.height())
        seen = place.intersects(self._viewing.document.state.rect)
        return (place.x(), place.y(), place.width(), place.height()) if seen else None

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
