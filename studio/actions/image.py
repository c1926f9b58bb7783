"""What can be done in the Image mode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.actions.actions import Action
from studio.actions.document import document_actions

if TYPE_CHECKING:
    from studio.view.panels.image_page import ImagePage


def image_actions(page: ImagePage) -> list[Action]:
    """The actions of the Image mode."""
    return [*_making(page), *_choosing(page), *_files(page), *_view(page)]


def _making(page: ImagePage) -> list[Action]:
    model = page.model
    return [
        Action(
            id="image.generate",
            text="Generate",
            handler=page.generate,
            shortcut="G; Ctrl+Return",
            icon="sparkle",
            enabled_reason=model.reason_not_to_run,
            group="Image",
            help="Make new pictures with these settings.",
        ),
        Action(
            id="image.steer",
            text="Steer this picture with sliders",
            handler=page.steer,
            shortcut="J",
            icon="faders",
            enabled_reason=page.latent.reason_not_to_run,
            group="Image",
            help="Move the picture in view through its model's latent space.",
        ),
        Action(
            id="image.nearby",
            text="Make nearby pictures",
            handler=page.nearby,
            shortcut="Shift+J",
            icon="dots-nine",
            enabled_reason=page.latent.reason_not_to_run,
            group="Image",
            help="Eight pictures close to the one that is steered.",
        ),
        Action(
            id="image.direction",
            text="Make a direction from marked pictures",
            handler=page.mark,
            shortcut="Shift+D",
            icon="plus",
            enabled_reason=page.latent.reason_not_to_run,
            group="Image",
            help="Mark pictures that have something and pictures without: it becomes a slider.",
        ),
        Action(
            id="image.fill",
            text="Fill what the mask covers",
            handler=page.fill,
            shortcut="F",
            icon="bandaids",
            enabled_reason=page.inpaint.reason_not_to_run,
            group="Image",
            help="Invent what was there anew.",
        ),
        Action(
            id="image.cancel",
            text="Cancel what is being made",
            handler=page.desk.cancel,
            shortcut="Ctrl+.",
            icon="x",
            enabled_reason=lambda: "" if page.desk.busy else "Nothing is being made.",
            group="Image",
        ),
        Action(
            id="image.seed.roll",
            text="Roll a new seed",
            handler=lambda: page.desk.tool.seed.roll(),
            shortcut="N",
            icon="dice-five",
            group="Image",
        ),
        Action(
            id="image.seed.lock",
            text="Lock or unlock the seed",
            handler=lambda: page.desk.tool.seed.set_locked(not page.desk.tool.seed.locked),
            shortcut="L",
            icon="lock-simple",
            group="Image",
        ),
        Action(
            id="image.reuse",
            text="Use the settings of this picture",
            handler=page.reuse,
            shortcut="U",
            icon="sliders-horizontal",
            enabled_reason=page.reason_not_to_reuse,
            group="Image",
        ),
    ]


def _choosing(page: ImagePage) -> list[Action]:
    viewing = page.viewing

    def none_to_keep() -> str:
        nothing = viewing.source == "document" and not page.view.holds_open
        return "Nothing new is in view." if nothing else ""

    def none_to_discard() -> str:
        nothing = viewing.source == "document" and not viewing.candidates
        nothing = nothing and not page.view.holds_open and not page.marking.takes_clicks
        return "Nothing new is in view." if nothing else ""

    def no_candidates() -> str:
        return "" if viewing.candidates else "There are no candidates."

    return [
        Action(
            id="image.keep",
            text="Keep the picture in view",
            handler=page.keep,
            shortcut="Return; Enter",
            icon="check",
            enabled_reason=none_to_keep,
            group="Candidates",
        ),
        Action(
            id="image.discard",
            text="Put the candidates aside",
            handler=page.discard,
            shortcut="Esc",
            icon="x-circle",
            enabled_reason=none_to_discard,
            group="Candidates",
        ),
        Action(
            id="image.next",
            text="Next candidate",
            handler=lambda: viewing.step(1),
            shortcut=".",
            icon="arrow-right",
            enabled_reason=no_candidates,
            group="Candidates",
        ),
        Action(
            id="image.previous",
            text="Previous candidate",
            handler=lambda: viewing.step(-1),
            shortcut=",",
            icon="arrow-left",
            enabled_reason=no_candidates,
            group="Candidates",
        ),
    ]


def _files(page: ImagePage) -> list[Action]:
    files, documents = page.files, page.documents
    return [
        Action(
            id="document.new",
            text="New canvas",
            handler=documents.new,
            shortcut="Ctrl+N",
            icon="file-plus",
            group="Files",
        ),
        Action(
            id="document.open",
            text="Open a document or a picture",
            handler=documents.open,
            shortcut="Ctrl+O",
            icon="folder-open",
            group="Files",
        ),
        *document_actions(documents),
        Action(
            id="image.save",
            text="Export the picture",
            handler=page.export,
            shortcut="Ctrl+E",
            icon="export",
            enabled_reason=files.reason_not_to_save,
            group="Files",
            help="PNG, JPEG, WebP or OpenRaster; the request is saved inside.",
        ),
        Action(
            id="image.copy",
            text="Copy what is selected, or the picture",
            handler=files.copy,
            shortcut="Ctrl+C",
            icon="copy",
            enabled_reason=files.reason_not_to_save,
            group="Files",
            help="Of the active layer, where something is selected.",
        ),
        Action(
            id="image.copy_merged",
            text="Copy what is selected of all layers",
            handler=files.copy_merged,
            shortcut="Ctrl+Shift+C",
            icon="copy-simple",
            enabled_reason=files.reason_no_piece,
            group="Files",
        ),
        Action(
            id="image.cut",
            text="Cut out what is selected",
            handler=files.cut,
            shortcut="Ctrl+X",
            icon="scissors",
            enabled_reason=files.reason_not_to_cut,
            group="Files",
            help="Of the active layer.",
        ),
        Action(
            id="image.piece",
            text="Copy what is selected to a new layer",
            handler=files.piece_to_layer,
            shortcut="Ctrl+Shift+J",
            icon="stack-simple",
            enabled_reason=files.reason_no_piece,
            group="Files",
        ),
        Action(
            id="image.paste",
            text="Paste a picture as a layer",
            handler=files.paste,
            shortcut="Ctrl+V",
            icon="clipboard",
            group="Files",
        ),
        Action(
            id="image.open",
            text="Add a picture as a layer",
            handler=files.open,
            shortcut="Ctrl+Shift+V",
            icon="image",
            group="Files",
        ),
        Action(
            id="image.remove",
            text="Remove this picture from the history",
            handler=page.remove_shown,
            icon="trash",
            enabled_reason=page.reason_not_to_remove,
            group="Files",
        ),
        Action(
            id="image.filter",
            text="Filter the history",
            handler=page.focus_filter,
            shortcut="Ctrl+F",
            icon="magnifying-glass",
            group="Files",
        ),
    ]


def _view(page: ImagePage) -> list[Action]:
    view, settings = page.view, page.context.settings

    def precise() -> None:
        settings.choose(pixel_precise=not settings.choices.pixel_precise)

    def no_picture() -> str:
        return page.files.reason_not_to_save()

    return [
        Action(
            id="view.fit",
            text="Fit the picture",
            handler=view.fit,
            shortcut="Ctrl+0",
            icon="corners-out",
            enabled_reason=no_picture,
            group="View",
        ),
        Action(
            id="view.actual",
            text="Zoom to 100%",
            handler=lambda: view.set_zoom(1.0),
            shortcut="Ctrl+1",
            icon="frame-corners",
            enabled_reason=no_picture,
            group="View",
        ),
        Action(
            id="view.in",
            text="Zoom in",
            handler=lambda: view.zoom_by(1),
            shortcut="Ctrl++; Ctrl+=",
            icon="magnifying-glass-plus",
            enabled_reason=no_picture,
            group="View",
        ),
        Action(
            id="view.out",
            text="Zoom out",
            handler=lambda: view.zoom_by(-1),
            shortcut="Ctrl+-",
            icon="magnifying-glass-minus",
            enabled_reason=no_picture,
            group="View",
        ),
        Action(
            id="view.compare",
            text="Compare with the document, by a slider",
            handler=lambda: page.compare.set_on(not page.compare.on),
            shortcut="Y",
            icon="square-half",
            enabled_reason=page.compare.reason_not_to_compare,
            group="View",
            help="The document on the left, what is new on the right.",
        ),
        Action(
            id="view.precise",
            text="Show hard pixel edges, or smooth",
            handler=precise,
            shortcut="P",
            icon="grid-four",
            group="View",
        ),
    ]
