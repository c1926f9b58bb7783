"""The canvas's tools, declared once: the rail, the keys and the options are built from these."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor

from engines.protocol.params import AnyParam, BoolParam, ChoiceParam, IntParam, Tool
from studio.model.paint.brush import BRUSH_PARAMS, Brush
from studio.model.param_values import ParamValues
from studio.model.settings import Settings

_MEMORY = "canvas.tools"

_FEATHER = IntParam(
    name="feather",
    label="Feather",
    help="Softens the edge, in pixels.",
    minimum=0,
    maximum=200,
    default=0,
    unit="px",
)
_COMBINE = ChoiceParam(
    name="combine",
    label="Selects",
    help="What becomes of what is selected already (Shift adds, Alt takes away).",
    choices=("replace", "add", "subtract", "intersect"),
    titles=("Anew", "More", "Less", "Common"),
    default="replace",
)
_TAKE_AWAY = BoolParam(
    name="take_away",
    label="Erase",
    help="Takes away from the mask (or hold Alt).",
    default=False,
)
_FLOOD = (
    IntParam(
        name="tolerance",
        label="Tolerance",
        help="How far a colour may differ from the one that was clicked, 0 to 255.",
        minimum=0,
        maximum=255,
        default=24,
    ),
    BoolParam(
        name="contiguous",
        label="Connected",
        help="Only what is connected to the place that was clicked.",
        default=True,
    ),
    BoolParam(
        name="merged",
        label="All layers",
        help="Looks at the picture as it is seen, not at the active layer alone.",
        default=True,
    ),
)


@dataclass(frozen=True)
class CanvasTool:
    """What the pointer does on the canvas.

    Attributes:
        id: stable; the key of remembered settings.
        title: its name.
        icon: a Phosphor name.
        shortcut: one key.
        help: the tooltip.
        params: what can be set.
        group: tools of a group stand together in the rail.
        defaults: where this tool's defaults differ from those of ``params``.
        brush: whether a ring shows its size, and [ ] change it.
    """

    id: str
    title: str
    icon: str
    shortcut: str
    help: str
    params: tuple[AnyParam, ...] = ()
    group: str = "paint"
    defaults: dict[str, Any] = field(default_factory=dict)
    brush: bool = False


CANVAS_TOOLS: tuple[CanvasTool, ...] = (
    CanvasTool("hand", "Hand", "hand", "H", "Drag to pan, double-click to fit.", group="view"),
    CanvasTool(
        "move",
        "Move",
        "arrows-out-cardinal",
        "V",
        "Drag the layer, its corners to scale, outside them to turn it. Enter applies.",
        group="view",
    ),
    CanvasTool(
        "brush",
        "Brush",
        "paint-brush",
        "B",
        "Paint on the layer. Shift+click draws a line, Ctrl+click picks a colour.",
        BRUSH_PARAMS,
        brush=True,
    ),
    CanvasTool(
        "eraser",
        "Eraser",
        "eraser",
        "E",
        "Erase from the layer.",
        BRUSH_PARAMS,
        brush=True,
    ),
    CanvasTool(
        "mask",
        "Mask brush",
        "bandaids",
        "M",
        "Paint over what you want replaced. Hold Alt to take away.",
        (BRUSH_PARAMS[0], BRUSH_PARAMS[1], _TAKE_AWAY, *BRUSH_PARAMS[2:]),
        defaults={"size": 24, "hardness": 0.9},
        brush=True,
    ),
    CanvasTool(
        "fill", "Fill", "paint-bucket", "K", "Fill what has one colour with another.", _FLOOD
    ),
    CanvasTool("pick", "Eyedropper", "eyedropper", "I", "Take a colour from the picture."),
    CanvasTool(
        "line", "Line", "line-segment", "O", "Draw a straight line.", BRUSH_PARAMS, brush=True
    ),
    CanvasTool(
        "rectangle",
        "Rectangle selection",
        "selection",
        "S",
        "Select a rectangle. Shift adds, Alt takes away.",
        (_COMBINE, _FEATHER),
        group="select",
    ),
    CanvasTool(
        "lasso",
        "Lasso",
        "polygon",
        "A",
        "Draw around what you want to select. Shift adds, Alt takes away.",
        (_COMBINE, _FEATHER),
        group="select",
    ),
    CanvasTool(
        "wand",
        "Magic wand",
        "magic-wand",
        "W",
        "Select what has one colour. Shift adds, Alt takes away.",
        (*_FLOOD, _COMBINE, _FEATHER),
        group="select",
    ),
    CanvasTool("crop", "Crop", "crop", "C", "Drag what shall remain. Enter crops.", group="select"),
)
TOOLS_BY_ID: dict[str, CanvasTool] = {tool.id: tool for tool in CANVAS_TOOLS}


class Toolbox(QObject):
    """Which tool is in hand, what each is set to, and the two colours.

    Signals:
        chosen: the id of the tool now in hand.
        changed: a setting or a colour changed.
    """

    chosen = Signal(str)
    changed = Signal()

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._current = "hand"
        self.colour, self.other = QColor("#1A1D23"), QColor("#FFFFFF")
        self.values: dict[str, ParamValues] = {}
        for tool in CANVAS_TOOLS:
            values = ParamValues(_as_tool(tool), self)
            values.restore(tool.defaults)
            values.changed.connect(lambda _name: self.changed.emit())
            self.values[tool.id] = values
        self._recall()

    @property
    def tool(self) -> CanvasTool:
        """The tool in hand."""
        return TOOLS_BY_ID[self._current]

    def choose(self, tool_id: str) -> None:
        """Take another tool in hand."""
        if tool_id != self._current:
            self._current = tool_id
            self.chosen.emit(tool_id)

    @property
    def settings(self) -> ParamValues:
        """The settings of the tool in hand."""
        return self.values[self._current]

    @property
    def brush(self) -> Brush:
        """The brush that the tool in hand paints with."""
        settings = self.settings.all()
        return Brush(**{param.name: settings[param.name] for param in BRUSH_PARAMS})

    def resize(self, notches: int) -> None:
        """A brush of another size: a tenth larger or smaller, by at least a pixel."""
        if self.tool.brush:
            size = int(self.settings["size"])
            self.settings.set("size", size + notches * max(1, size // 10))

    def set_colour(self, colour: QColor) -> None:
        """Paint in this colour."""
        if colour.isValid() and colour != self.colour:
            self.colour = colour
            self.changed.emit()

    def swap(self) -> None:
        """Exchange the two colours."""
        self.colour, self.other = self.other, self.colour
        self.changed.emit()

    def remember(self) -> None:
        """Leave everything for the next session."""
        state = {
            "colours": [self.colour.name(), self.other.name()],
            "values": {name: values.all() for name, values in self.values.items()},
        }
        self._settings.remember(_MEMORY, state)

    def _recall(self) -> None:
        state = self._settings.recall(_MEMORY, {})
        colours, stored = state.get("colours"), state.get("values")
        if isinstance(colours, list) and len(colours) == 2:
            known = [QColor(str(name)) for name in colours]
            if all(colour.isValid() for colour in known):
                self.colour, self.other = known
        for name, values in stored.items() if isinstance(stored, dict) else ():
            if name in self.values and isinstance(values, dict):
                self.values[name].restore(values)


def _as_tool(tool: CanvasTool) -> Tool:
    """The tool in the form that parameter controls are built from."""
    return Tool(
        task=tool.id,
        title=tool.title,
        verb=tool.title,
        mode="image",
        makes="picture",
        default_model="",
        params=tool.params,
    )
