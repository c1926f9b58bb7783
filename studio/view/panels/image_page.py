"""The Image mode: canvas, candidates and history, and the Generate tool."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QMenu

from studio.actions.actions import Action
from studio.actions.image import image_actions
from studio.model.context import StudioContext
from studio.model.generate import GenerateModel
from studio.view.icons import icon
from studio.view.mode import ModePage
from studio.view.panels.canvas_area import CanvasArea
from studio.view.panels.generate_panel import GenerateFooter, GeneratePanel
from studio.view.panels.picture_files import PictureFiles
from studio.view.panels.picture_strip import PictureStrip
from studio.view.panels.zoom_bar import ZoomBar
from studio.view.widgets.model_picker import load_preview

_INVITATION = "Press once, and the generator draws somebody who never existed."
_PICTURES = {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".ora"}


class ImagePage(ModePage):
    """Ties the Generate model to its views."""

    def __init__(self, context: StudioContext) -> None:
        super().__init__(context)
        self.model = GenerateModel(context, self)
        self.canvas = CanvasArea(_INVITATION, "Make a portrait", "Make the first portraits.  (G)")
        self.view = self.canvas.view
        self.files = PictureFiles(context, self.model, self.canvas)
        self.content = self.canvas
        self.keyboard = self.view
        self.controls = GeneratePanel(context, self.model)
        self.panel = self.controls
        self.footer = GenerateFooter(context, self.model)
        self.pictures = PictureStrip(context, self.model, self.files.mime_of)
        self.strip = self.pictures
        self.zoom = ZoomBar(self.view, context.settings)
        self.topbar = self.zoom
        self._connect()
        self._show_precision()
        self._refresh()

    def _connect(self) -> None:
        model = self.model
        self.canvas.invited.connect(model.generate)
        self.view.dragOut.connect(self.files.drag_shown)
        self.pictures.menuRequested.connect(self._menu)
        self.controls.about.acted.connect(self._act)
        model.shownChanged.connect(self._refresh)
        model.candidatesChanged.connect(self._hint)
        for signal in (model.changed, model.candidatesChanged):
            signal.connect(self.actionsChanged)
        self.context.models.changed.connect(self._refresh)
        self.context.settings.changed.connect(lambda _name: self._show_precision())

    # --- the mode --------------------------------------------------------------------------

    def actions(self) -> list[Action]:
        return image_actions(self)

    def activate(self) -> None:
        self.model.set_active(True)

    def deactivate(self) -> None:
        self.model.set_active(False)
        self.model.remember()
        self.files.close()

    def accepts(self, path: str) -> bool:
        return Path(path).suffix.lower() in _PICTURES

    def open_file(self, path: str) -> None:
        self.files.open_path(path)

    # --- what actions do -------------------------------------------------------------------

    def reuse(self) -> None:
        """Set the controls to the picture in view."""
        shown = self.model.shown
        if shown is None or shown.request is None:
            return
        caveat = self.model.apply(shown.request)
        text = f"The controls are set to seed {shown.request.seed}."
        self.context.messages.show(f"{text} {caveat}".strip(), level="warn" if caveat else "info")

    def reason_not_to_reuse(self) -> str:
        """Why the picture in view has no settings, or ""."""
        shown = self.model.shown
        return "" if shown is not None and shown.request is not None else "No picture is in view."

    def remove_shown(self) -> None:
        """Take the picture in view out of the history."""
        self.pictures.remove(self.model.selected)

    def reason_not_to_remove(self) -> str:
        """Why the picture in view cannot be removed, or ""."""
        return "" if self.model.selected else "The picture in view is not in the history."

    def focus_filter(self) -> None:
        """Type to filter the history."""
        self.pictures.open_filter()

    # --- what is shown ---------------------------------------------------------------------

    def _refresh(self) -> None:
        shown = self.model.shown
        self.canvas.set_empty(shown is None, self.model.reason_not_to_generate())
        if shown is not None:
            self.view.set_image(shown.image)
            self.view.setAccessibleDescription(self._title_text())
        else:
            self._tease()
        self._hint()
        self.zoom.set_reason(self.files.reason_not_to_save())
        title = self._title_text()
        if title != self.title:
            self.title = title
            self.titleChanged.emit(title)
        self.actionsChanged.emit()

    def _tease(self) -> None:
        info = self.model.model_info
        self.canvas.set_teaser(load_preview(info.preview) if info is not None else QImage())

    def _title_text(self) -> str:
        shown = self.model.shown
        if shown is None:
            return "New picture"
        if shown.request is None:
            return "Picture"
        info = self.context.models.get(shown.request.model)
        return f"{info.title if info else shown.request.model} · {shown.request.seed}"

    def _hint(self) -> None:
        model = self.model
        if model.shown is None or model.source == "document":
            self.canvas.set_hint("")
        elif model.source == "candidate":
            ids = [entry.id for entry in model.candidates]
            here = ids.index(model.selected) + 1 if model.selected in ids else 1
            total = len(ids) + model.pending
            self.canvas.set_hint(f"Candidate {here} of {total}  ·  Enter keeps  ·  Esc discards")
        else:
            names = {"live": "Live preview", "history": "From the history", "file": "From a file"}
            self.canvas.set_hint(f"{names[model.source]}  ·  Enter keeps  ·  Esc goes back")

    def _show_precision(self) -> None:
        self.view.set_pixel_precise(self.context.settings.choices.pixel_precise)

    def _act(self, action_id: str) -> None:
        for action in self.actions():
            if action.id == action_id and not action.enabled_reason():
                action.handler()

    def _menu(self, entry_id: str, place: QPoint) -> None:
        self.model.look_at(entry_id)
        menu = QMenu(self.canvas)
        for glyph, text, handler in (
            ("check", "Keep", self.model.keep),
            ("sliders-horizontal", "Use these settings", self.reuse),
            ("floppy-disk", "Save as PNG…", self.files.save),
            ("copy", "Copy", self.files.copy),
            ("trash", "Remove from the history", self.remove_shown),
        ):
            menu.addAction(icon(glyph), text, handler)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)


def build(context: StudioContext) -> ImagePage:
    """The Image mode's page."""
    return ImagePage(context)
