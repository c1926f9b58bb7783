"""Everything the canvas's actions need: tools, edits, and the few questions they ask a person."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Qt
from PySide6.QtWidgets import QColorDialog, QFileDialog, QVBoxLayout, QWidget

from engines.protocol.errors import EngineError
from studio.model.area_edits import AreaEdits
from studio.model.context import StudioContext
from studio.model.layer_edits import LayerEdits
from studio.model.picture_edits import PictureEdits
from studio.model.toolbox import Toolbox
from studio.view.bind import describe
from studio.view.panels.canvas_area import CanvasArea
from studio.view.panels.canvas_size import ExtendCanvas, ScalePicture
from studio.view.widgets.popover import Popover

_FOLDER = "image.mask_folder"
AskPath = Callable[[QWidget, str], str]


def ask_mask_to_save(parent: QWidget, suggestion: str) -> str:
    """The system's dialog for saving a mask."""
    return QFileDialog.getSaveFileName(parent, "Save the mask", suggestion, "PNG (*.png)")[0]


def ask_mask_to_load(parent: QWidget, folder: str) -> str:
    """The system's dialog for opening a mask."""
    return QFileDialog.getOpenFileName(
        parent, "Load a mask", folder, "Pictures (*.png *.webp *.bmp *.tif *.jpg);;All files (*)"
    )[0]


class CanvasWork(QObject):
    """The canvas's edits and tools in one place.

    Attributes:
        toolbox: the tools and their settings.
        layers: edits of the layers.
        areas: edits of selection and mask.
        picture: edits of the whole picture.
        view: the canvas.
    """

    def __init__(self, context: StudioContext, toolbox: Toolbox, area: CanvasArea) -> None:
        super().__init__(area)
        self._context, self._area = context, area
        self.toolbox = toolbox
        self.layers = LayerEdits(context.document)
        self.areas = AreaEdits(context.document)
        self.picture = PictureEdits(context.document)
        self.view = area.view
        self.ask_save: AskPath = ask_mask_to_save
        self.ask_load: AskPath = ask_mask_to_load
        area.rail.colourRequested.connect(self.choose_colour)
        self.view.told.connect(lambda text: context.messages.show(text, level="warn"))

    def reason_no_picture(self) -> str:
        """Why there is nothing to work on, or ""."""
        empty = self._context.document.shown.is_empty
        return "There is no picture yet: press G, or drop one." if empty else ""

    def choose_colour(self) -> None:
        """Open the colours beside the rail."""
        popover = Popover(self._area.window())
        describe(popover, "colourChooser", "Colour")
        dialog = QColorDialog(self.toolbox.colour, popover)
        dialog.setWindowFlags(Qt.WindowType.Widget)  # a part of the panel, no window of its own
        dialog.setOptions(
            QColorDialog.ColorDialogOption.NoButtons
            | QColorDialog.ColorDialogOption.DontUseNativeDialog
            | QColorDialog.ColorDialogOption.NoEyeDropperButton
        )
        dialog.currentColorChanged.connect(self.toolbox.set_colour)
        column = QVBoxLayout(popover)
        column.setContentsMargins(4, 4, 4, 4)
        column.addWidget(dialog)
        dialog.show()
        popover.closed.connect(popover.deleteLater)
        popover.open_beside(self._area.rail.colours)

    def extend_canvas(self) -> None:
        """Ask how much room to make, and where."""
        size = self._context.document.state.size
        ExtendCanvas(self._area.window(), size, self.picture.extend).open_centred(120)

    def scale_picture(self) -> None:
        """Ask for another size."""
        size = self._context.document.state.size
        ScalePicture(self._area.window(), size, self.picture.scale).open_centred(120)

    # --- masks as files ------------------------------------------------------------------------

    def save_mask(self) -> None:
        """Ask for a place and write the mask: white is filled."""
        from studio.model.paint import coverage

        chosen = self.ask_save(self._area, str(Path(self._folder()) / "mask.png"))
        if not chosen:
            return
        path = Path(chosen).with_suffix(".png")
        state = self._context.document.state
        try:
            coverage.save(path, state.mask, state.rect)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            self._context.messages.show(f"{path.name} cannot be saved: {reason}.", level="bad")
            return
        self._context.settings.remember(_FOLDER, str(path.parent))
        self._context.messages.show(f"Saved {path.name}.")

    def load_mask(self) -> None:
        """Ask for a picture and take it as the mask."""
        from studio.model.paint import coverage

        chosen = self.ask_load(self._area, self._folder())
        if not chosen:
            return
        try:
            mask = coverage.load(Path(chosen))
        except EngineError as error:
            self._tell(error)
            return
        self.areas.set_mask(mask)
        self._context.settings.remember(_FOLDER, str(Path(chosen).parent))

    def _folder(self) -> str:
        places = QStandardPaths.StandardLocation
        pictures = QStandardPaths.writableLocation(places.PicturesLocation)
        return str(self._context.settings.recall(_FOLDER, pictures))

    def _tell(self, error: EngineError) -> None:
        self._context.messages.show(f"{error.message} {error.advice}".strip(), level="warn")
