"""The Image mode: canvas, candidates and history, and the Generate tool."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engines.protocol.messages import Request
from studio.actions.actions import Action
from studio.actions.canvas import canvas_actions
from studio.actions.image import image_actions
from studio.actions.walk import walk_actions
from studio.model.arithmetic_board import BoardModel
from studio.model.bring_in import BringIn
from studio.model.context import StudioContext
from studio.model.generate import GenerateModel
from studio.model.inpaint import InpaintModel
from studio.model.latent import LatentModel
from studio.model.marking import Marking
from studio.model.range_sheet import RangeSheet
from studio.model.renderings import Renderings
from studio.model.sketch import SketchModel
from studio.model.toolbox import Toolbox
from studio.model.viewing import Viewing
from studio.model.walk import WalkModel
from studio.model.walk_stage import LatentStage
from studio.view.mode import ModePage
from studio.view.panels.arithmetic_board import ArithmeticBoard
from studio.view.panels.canvas_area import CanvasArea
from studio.view.panels.canvas_work import CanvasWork
from studio.view.panels.document_files import DocumentFiles, is_document
from studio.view.panels.generate_panel import GeneratePanel, PictureFacts
from studio.view.panels.inpaint_panel import InpaintPanel
from studio.view.panels.latent_deck import LatentDeck
from studio.view.panels.latent_panel import LatentPanel
from studio.view.panels.layers_panel import LayersPanel
from studio.view.panels.picture_files import PictureFiles
from studio.view.panels.picture_menu import open_picture_menu
from studio.view.panels.picture_strip import PictureStrip
from studio.view.panels.picture_words import hint_of, title_of
from studio.view.panels.tool_desk import Place, ToolDesk
from studio.view.panels.walk_panel import WalkPanel
from studio.view.panels.zoom_bar import ZoomBar
from studio.view.widgets.canvas.compare import CompareSlider
from studio.view.widgets.model_picker import load_preview

_INVITATION = "Press once, and the generator draws somebody who never existed."
_PICTURES = {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".ora", ".duet"}


class ImagePage(ModePage):
    """Ties the Generate model to its views."""

    def __init__(self, context: StudioContext) -> None:
        super().__init__(context)
        self.viewing = Viewing(context, self)
        self.model = GenerateModel(context, self.viewing, self)
        self.inpaint = InpaintModel(context, self.viewing, self)
        self.latent = LatentModel(context, self.viewing, self)
        self.marking = Marking(context, self.latent, self)
        self.sketch = SketchModel(context, self.viewing, self.latent, self)
        self.bring_in = BringIn(context, self.latent, self)
        self.renderings = Renderings(context.client, self)
        self.board = BoardModel(context, self.latent, self.renderings, self)
        self.walk = WalkModel(context, LatentStage(self.latent), self.renderings, self)
        self._told: tuple[object, ...] = ()
        self.toolbox = Toolbox(context.settings, self)
        self.canvas = CanvasArea(
            context.document,
            self.toolbox,
            _INVITATION,
            "Make a portrait",
            "Make the first portraits.  (G)",
        )
        self.view = self.canvas.view
        self.compare = CompareSlider(self.view, context.document)
        self.work = CanvasWork(context, self.toolbox, self.canvas)
        self.documents = DocumentFiles(context, self.canvas)
        self.files = PictureFiles(context, self.viewing, self.take_settings, self.canvas)
        self.content = self._over_deck()
        self.keyboard = self.view
        self.controls = GeneratePanel(context, self.model)
        self.about = PictureFacts(context)
        self.layers = LayersPanel(context.document, self.work.layers)
        self.lower = self.layers
        self._build_tools()
        self.pictures = PictureStrip(context, self.viewing, self.files.mime_of, self.marking)
        self.strip = self.pictures
        self.zoom = ZoomBar(self.view, self.compare, context.settings)
        self.topbar = self.zoom
        self._connect()
        self._show_precision()
        self._refresh()

    def _build_tools(self) -> None:
        context = self.context
        sheet = RangeSheet(self.latent, self.renderings, self)
        self.steering = LatentPanel(
            context, self.latent, self.marking, self.sketch, self.bring_in, sheet
        )
        filling = InpaintPanel(context, self.inpaint)
        new, keep = "Make new pictures with these settings.", "Keep the picture in view as a layer."
        self.desk = ToolDesk(
            (
                Place(self.model, self.controls, "G", "G", new),
                Place(self.latent, self.steering, "J", "Enter", keep),
                Place(self.inpaint, filling, "F", "F", "Fill what the mask covers."),
            ),
            self.about,
            self,
        )
        self.panel, self.footer = self.desk.side, self.desk.footers
        self.desk.used.connect(self._on_tool)
        self.desk.use(self.model)

    def _over_deck(self) -> QWidget:
        """The canvas over the Latent tool's instruments."""
        self.deck = LatentDeck(self.context.settings)
        self.deck.add_page(
            "Arithmetic", ArithmeticBoard(self.board), "Add and take away what pictures have."
        )
        self.timeline = WalkPanel(self.context, self.walk)
        self.deck.add_page("Walk", self.timeline, "Move from picture to picture, as a film.")
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.canvas, 1)
        column.addWidget(self.deck)
        return content

    def _on_tool(self) -> None:
        """Another tool is in use: its instruments come, and the others' go."""
        steering = self.desk.tool is self.latent
        self.layers.set_compact(steering)
        self.marking.set_in_view(steering)
        self.deck.setVisible(steering)
        self.partsResized.emit()
        if self.desk.tool is self.inpaint and self.view.isVisible():
            self.toolbox.choose("mask")

    def _connect(self) -> None:
        model = self.model
        self.canvas.invited.connect(model.run)
        self.view.masked.connect(self.inpaint.masked)
        self.toolbox.chosen.connect(self._on_canvas_tool)
        self.view.begun.connect(self._on_begun)
        self.view.dragOut.connect(self.files.drag_shown)
        self.view.compared.connect(self.viewing.compare)
        self.compare.changed.connect(self.actionsChanged)
        self.layers.acted.connect(self._act)
        self.pictures.menuRequested.connect(partial(open_picture_menu, self))
        self.about.acted.connect(self._act)
        self.viewing.shownChanged.connect(self._on_shown)
        self.viewing.candidatesChanged.connect(self._hint)
        for tool in self.desk.models:
            tool.changed.connect(self.actionsChanged)
        self.viewing.candidatesChanged.connect(self.actionsChanged)
        self.marking.changed.connect(self.actionsChanged)
        self.marking.changed.connect(self._hint)
        self.latent.changed.connect(self.walk.changed)
        self.walk.changed.connect(self.actionsChanged)
        self.deck.shownChanged.connect(self.actionsChanged)
        self.sketch.changed.connect(self._on_sketch)
        self.context.models.changed.connect(self._refresh)
        self.context.session.changed.connect(self._refresh)
        self.context.settings.changed.connect(lambda _name: self._show_precision())

    # --- the mode --------------------------------------------------------------------------

    @property
    def chapter(self) -> str:
        return self.desk.tool.tool.task

    def actions(self) -> list[Action]:
        return [
            *image_actions(self),
            *walk_actions(self.timeline),
            *canvas_actions(self.work, self.timeline.taken),
        ]

    def activate(self) -> None:
        self.desk.set_in_view(True)

    def deactivate(self) -> None:
        self.desk.set_in_view(False)
        self.desk.remember()
        self.board.remember()
        self.walk.remember()
        self.toolbox.remember()
        self.files.close()

    def accepts(self, path: str) -> bool:
        return Path(path).suffix.lower() in _PICTURES

    def open_file(self, path: str) -> None:
        if is_document(Path(path)):
            self.context.session.open(Path(path))
        else:
            self.files.open_path(path)

    def open_files(self, paths: Sequence[str]) -> int:
        pictures = [path for path in paths if not is_document(Path(path))]
        if len(pictures) < len(paths):
            return super().open_files([path for path in paths if path not in pictures])
        self.files.open_paths(pictures)
        return len(pictures)

    def _on_begun(self) -> None:
        """What is worked on is what is seen: a candidate becomes a layer.

        A fill goes when its mask is painted on, and a draft of one always.
        """
        shown, source, tool = self.viewing.shown, self.viewing.source, self.toolbox.tool.id
        if tool == "pick":
            return
        if tool == "mask":
            self.inpaint.superseded()
        if self.sketch.paints:
            self.viewing.back()  # to the layer that follows
            return
        if source == "document" or shown is None:
            self.inpaint.touched()
            return
        made = shown.request is not None and shown.request.task == self.inpaint.tool.task
        fill = made and source != "file"  # a picture of its own, whatever made it
        if fill and (source == "live" or tool == "mask"):
            self.inpaint.touched()
            self.viewing.back()
        else:
            self.viewing.keep()

    def _on_sketch(self) -> None:
        """Who wants to paint needs a brush in hand."""
        if self.sketch.on and self.toolbox.tool.id not in ("brush", "eraser", "line", "fill"):
            self.toolbox.choose("brush")

    def _on_canvas_tool(self, tool_id: str) -> None:
        """The mask brush belongs to inpainting."""
        if tool_id == "mask" and self.desk.tool is not self.inpaint:
            self.desk.use(self.inpaint)

    # --- what actions do -------------------------------------------------------------------

    def generate(self) -> None:
        """Generate, whichever tool was in use."""
        self.desk.use(self.model)
        self.model.run()

    def steer(self) -> None:
        """Take the picture in view into the latent space, or go on where the tool stood."""
        shown = self.viewing.shown
        self.desk.use(self.latent)
        if shown is not None and shown.request is not None and self.viewing.source != "live":
            self.latent.steer(shown.request)
        self.latent.preview()

    def nearby(self) -> None:
        """Pictures close to the one that is steered."""
        self.desk.use(self.latent)
        self.latent.neighbours()

    def mark(self) -> None:
        """Mark pictures for a direction of one's own."""
        self.desk.use(self.latent)
        self.marking.begin()

    def fill(self) -> None:
        """Inpaint, whichever tool was in use."""
        self.desk.use(self.inpaint)
        self.inpaint.run()

    def export(self) -> None:
        """Write the document as a picture, or the candidate in view with its request."""
        if self.viewing.source == "document":
            self.documents.export()
        else:
            self.files.save()

    def keep(self) -> None:
        """Apply what a canvas tool holds open, else keep the candidate in view.

        A live fill is a draft that nothing can repeat: it is filled in full, to choose from, unless
        that is under way.
        """
        if self.view.finish():
            return
        if self.viewing.source == "live" and self.desk.tool is self.inpaint:
            self.inpaint.fill_draft()
        else:
            self.viewing.keep()

    def discard(self) -> None:
        """Put back what a canvas tool holds open, leave marking, or put the candidates aside."""
        if self.view.abandon():
            return
        if self.marking.takes_clicks:
            self.marking.leave()
        else:
            self.inpaint.put_aside()
            self.viewing.discard()

    def reuse(self) -> None:
        """Set the controls of the tool that made the picture in view."""
        shown = self.viewing.shown
        request = shown.request if shown is not None else None
        maker = self.desk.maker_of(request) if request is not None else None
        if request is not None and maker is not None:
            caveat = self.desk.apply(request, maker)
            text = f"The controls are set to seed {request.seed}. {caveat}".strip()
            self.context.messages.show(text, level="warn" if caveat else "info")

    def take_settings(self, request: Request) -> str | None:
        """Set the tool that makes a picture from settings alone; None if there is none.

        Returns:
            A sentence when it cannot be repeated exactly here, else "".
        """
        maker = self.desk.maker_of(request)
        if maker is None or maker is self.inpaint:
            return None
        return self.desk.apply(request, maker)

    def reason_not_to_reuse(self) -> str:
        """Why the picture in view has no settings, or ""."""
        shown = self.viewing.shown
        if shown is None or shown.request is None:
            return "No picture is in view."
        known = self.desk.maker_of(shown.request) is not None
        return "" if known else "No tool's settings make this picture."

    def remove_shown(self) -> None:
        """Take the picture in view out of the history."""
        self.pictures.remove(self.viewing.selected)

    def reason_not_to_remove(self) -> str:
        """Why the picture in view cannot be removed, or ""."""
        return "" if self.viewing.selected else "The picture in view is not in the history."

    def focus_filter(self) -> None:
        """Type to filter the history."""
        self.pictures.open_filter()

    # --- what is shown ---------------------------------------------------------------------

    def _on_shown(self) -> None:
        """Say what is new; of a frame after another nothing but the picture is."""
        shown, title = self.viewing.shown, title_of(self.viewing, self.context)
        told = (self.viewing.source, self.desk.tool, title, self.about.known(shown))
        if self.viewing.source != "live" or told != self._told:
            self._told = told
            self._refresh()

    def _refresh(self) -> None:
        shown, title = self.viewing.shown, title_of(self.viewing, self.context)
        self.about.show_picture(shown)
        self.canvas.set_empty(shown is None, self.model.reason_not_to_run())
        if shown is not None:
            self.view.setAccessibleDescription(title)
        else:
            self._tease()
        self._hint()
        self.zoom.set_reason(self.files.reason_not_to_save())
        self.zoom.show_compare()
        if title != self.title:
            self.title = title
            self.titleChanged.emit(title)
        self.actionsChanged.emit()

    def _tease(self) -> None:
        info = self.model.model_info
        self.canvas.set_teaser(load_preview(info.preview) if info is not None else QImage())

    def _hint(self) -> None:
        filling = self.desk.tool is self.inpaint
        marking = self.marking.takes_clicks
        busy = self.context.session.busy
        self.canvas.set_hint(busy or hint_of(self.viewing, marking, filling, self.inpaint.filling))

    def _show_precision(self) -> None:
        self.view.set_pixel_precise(self.context.settings.choices.pixel_precise)

    def _act(self, action_id: str) -> None:
        for action in self.actions():
            if action.id == action_id and not action.enabled_reason():
                action.handler()


def build(context: StudioContext) -> ImagePage:
    """The Image mode's page."""
    return ImagePage(context)
