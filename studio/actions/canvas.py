"""What can be done on the canvas: tools, colours, selection, mask, layers and the view."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from studio.actions.actions import Action, always
from studio.model.toolbox import CANVAS_TOOLS

if TYPE_CHECKING:
    from studio.view.panels.canvas_work import CanvasWork


def _free(_key: str) -> str:
    return ""


def canvas_actions(work: CanvasWork, taken: Callable[[str], str] = _free) -> list[Action]:
    """The actions of the canvas.

    Args:
        work: what they do.
        taken: why a tool's key means something else now, or "".
    """
    return [
        *_tools(work, taken),
        *_selection(work),
        *_mask(work),
        *_layers(work),
        *_picture(work),
        *_view(work),
    ]


def _tools(work: CanvasWork, taken: Callable[[str], str]) -> list[Action]:
    toolbox = work.toolbox

    def hold(tool_id: str) -> Callable[[], None]:
        return lambda: toolbox.choose(tool_id)

    def reason(key: str) -> Callable[[], str]:
        return lambda: taken(key) or work.reason_no_picture()

    def no_brush() -> str:
        return "" if toolbox.tool.brush else "Take a brush in hand first: press B."

    return [
        *(
            Action(
                id=f"tool.{tool.id}",
                text=tool.title,
                handler=hold(tool.id),
                shortcut=tool.shortcut,
                icon=tool.icon,
                enabled_reason=reason(tool.shortcut),
                group="Tools",
                help=tool.help,
            )
            for tool in CANVAS_TOOLS
        ),
        Action(
            id="brush.smaller",
            text="Smaller brush",
            handler=lambda: toolbox.resize(-1),
            shortcut="[",
            icon="minus-circle",
            enabled_reason=no_brush,
            group="Tools",
        ),
        Action(
            id="brush.larger",
            text="Larger brush",
            handler=lambda: toolbox.resize(1),
            shortcut="]",
            icon="plus-circle",
            enabled_reason=no_brush,
            group="Tools",
        ),
        Action(
            id="colour.swap",
            text="Exchange the two colours",
            handler=toolbox.swap,
            shortcut="X",
            icon="swap",
            group="Tools",
        ),
        Action(
            id="colour.choose",
            text="Choose a colour",
            handler=work.choose_colour,
            icon="palette",
            enabled_reason=work.reason_no_picture,
            group="Tools",
        ),
    ]


def _selection(work: CanvasWork) -> list[Action]:
    edits = work.areas
    return [
        Action(
            id="select.all",
            text="Select everything",
            handler=edits.select_all,
            shortcut="Ctrl+A",
            icon="selection-all",
            enabled_reason=work.reason_no_picture,
            group="Selection",
        ),
        Action(
            id="select.none",
            text="Select nothing",
            handler=edits.select_none,
            shortcut="Ctrl+D",
            icon="selection-slash",
            enabled_reason=edits.reason_no_selection,
            group="Selection",
        ),
        Action(
            id="select.invert",
            text="Invert the selection",
            handler=edits.invert_selection,
            shortcut="Ctrl+I",
            icon="selection-inverse",
            enabled_reason=work.reason_no_picture,
            group="Selection",
        ),
        Action(
            id="select.mask",
            text="Make the selection the mask",
            handler=edits.selection_to_mask,
            shortcut="Shift+M",
            icon="selection-foreground",
            enabled_reason=edits.reason_no_selection,
            group="Selection",
        ),
        Action(
            id="select.clear",
            text="Clear what is selected",
            handler=edits.clear,
            shortcut="Delete",
            icon="backspace",
            enabled_reason=edits.reason_not_to_clear,
            group="Selection",
        ),
    ]


def _mask(work: CanvasWork) -> list[Action]:
    edits = work.areas

    def action(name: str, text: str, handler: Callable[[], None], key: str, glyph: str) -> Action:
        return Action(
            id=f"mask.{name}",
            text=text,
            handler=handler,
            shortcut=key,
            icon=glyph,
            enabled_reason=edits.reason_no_mask,
            group="Mask",
        )

    return [
        action("clear", "Clear the mask", edits.clear_mask, "Ctrl+Shift+M", "x-square"),
        action("invert", "Invert the mask", edits.invert_mask, "Ctrl+Shift+I", "selection-inverse"),
        action("grow", "Grow the mask", lambda: edits.grow_mask(4), "}", "arrows-out"),
        action("shrink", "Shrink the mask", lambda: edits.grow_mask(-4), "{", "arrows-in"),
        action("feather", "Soften the mask", lambda: edits.feather_mask(4), "", "drop-half"),
        action("save", "Save the mask as PNG", work.save_mask, "", "floppy-disk"),
        Action(
            id="mask.load",
            text="Load a mask",
            handler=work.load_mask,
            icon="folder-open",
            enabled_reason=work.reason_no_picture,
            group="Mask",
        ),
    ]


def _layers(work: CanvasWork) -> list[Action]:
    edits = work.layers

    def action(name: str, text: str, handler: Callable[[], None], key: str, glyph: str) -> Action:
        return Action(
            id=f"layer.{name}",
            text=text,
            handler=handler,
            shortcut=key,
            icon=glyph,
            enabled_reason=lambda: edits.reason(f"layer.{name}"),
            group="Layers",
        )

    return [
        action("add", "Add a layer", edits.add, "Ctrl+Shift+N", "plus"),
        action("duplicate", "Duplicate the layer", edits.duplicate, "Ctrl+Shift+D", "copy"),
        action("merge", "Merge with the layer below", edits.merge_down, "Ctrl+Shift+E", "stack"),
        action("delete", "Delete the layer", edits.delete, "Shift+Delete", "trash"),
        action("raise", "Move the layer up", lambda: edits.shift(1), "Ctrl+]", "caret-up"),
        action("lower", "Move the layer down", lambda: edits.shift(-1), "Ctrl+[", "caret-down"),
        action("hide", "Hide or show the layer", edits.toggle_visible, "Shift+H", "eye"),
        action("lock", "Lock or unlock the layer", edits.toggle_locked, "Shift+L", "lock-simple"),
        action("above", "Choose the layer above", lambda: edits.walk(1), "PgUp", "arrow-up"),
        action("below", "Choose the layer below", lambda: edits.walk(-1), "PgDown", "arrow-down"),
    ]


def _picture(work: CanvasWork) -> list[Action]:
    edits = work.picture
    across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical

    def action(
        name: str,
        text: str,
        handler: Callable[[], None],
        glyph: str,
        reason: Callable[[], str],
        key: str = "",
    ) -> Action:
        return Action(
            id=f"picture.{name}",
            text=text,
            handler=handler,
            shortcut=key,
            icon=glyph,
            enabled_reason=lambda: work.reason_no_picture() or reason(),
            group="Picture",
        )

    flip, one = edits.reason_not_to_flip, edits.reason_one_layer
    return [
        action("mirror", "Mirror the layer", lambda: edits.flip(across), "arrows-horizontal", flip),
        action("upend", "Flip the layer", lambda: edits.flip(down), "arrows-vertical", flip),
        action(
            "turn_right",
            "Turn the picture clockwise",
            lambda: edits.turn(True),
            "arrow-clockwise",
            always,
            "Ctrl+Shift+Right",
        ),
        action(
            "turn_left",
            "Turn the picture anticlockwise",
            lambda: edits.turn(False),
            "arrow-counter-clockwise",
            always,
            "Ctrl+Shift+Left",
        ),
        action(
            "mirror_all",
            "Mirror the picture",
            lambda: edits.mirror(across),
            "arrows-horizontal",
            always,
        ),
        action(
            "upend_all", "Flip the picture", lambda: edits.mirror(down), "arrows-vertical", always
        ),
        action("merge", "Merge visible layers", edits.merge_visible, "stack", one),
        action("flatten", "Flatten the picture", edits.flatten, "stack-simple", one),
        action(
            "crop",
            "Crop to the selection",
            edits.crop_to_selection,
            "crop",
            edits.reason_no_selection,
        ),
        action(
            "extend",
            "Change the canvas size",
            work.extend_canvas,
            "arrows-out-simple",
            always,
            "Ctrl+Alt+C",
        ),
        action("scale", "Scale the picture", work.scale_picture, "resize", always, "Ctrl+Alt+I"),
    ]


def _view(work: CanvasWork) -> list[Action]:
    view = work.view
    return [
        Action(
            id="view.left",
            text="Turn the view anticlockwise",
            handler=lambda: view.turn(-1),
            shortcut="Alt+Left",
            icon="arrow-counter-clockwise",
            enabled_reason=work.reason_no_picture,
            group="View",
        ),
        Action(
            id="view.right",
            text="Turn the view clockwise",
            handler=lambda: view.turn(1),
            shortcut="Alt+Right",
            icon="arrow-clockwise",
            enabled_reason=work.reason_no_picture,
            group="View",
        ),
    ]
