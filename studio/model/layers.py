"""The layers of a document as values: what there is, and every way to change it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QImage, QPainter, QRegion

from engines.protocol.messages import Request
from studio.model.plane import COLOUR, COVERAGE, Plane

_Mode = QPainter.CompositionMode


@dataclass(frozen=True)
class BlendMode:
    """A way to lay a layer over what is below.

    Attributes:
        id: as in the studio's own data.
        title: as people read it.
        qt: how Qt calls it.
        svg: how OpenRaster's ``composite-op`` calls it.
    """

    id: str
    title: str
    qt: QPainter.CompositionMode
    svg: str


BLEND_MODES: tuple[BlendMode, ...] = (
    BlendMode("normal", "Normal", _Mode.CompositionMode_SourceOver, "svg:src-over"),
    BlendMode("multiply", "Multiply", _Mode.CompositionMode_Multiply, "svg:multiply"),
    BlendMode("screen", "Screen", _Mode.CompositionMode_Screen, "svg:screen"),
    BlendMode("overlay", "Overlay", _Mode.CompositionMode_Overlay, "svg:overlay"),
    BlendMode("darken", "Darken", _Mode.CompositionMode_Darken, "svg:darken"),
    BlendMode("lighten", "Lighten", _Mode.CompositionMode_Lighten, "svg:lighten"),
    BlendMode("color-dodge", "Colour dodge", _Mode.CompositionMode_ColorDodge, "svg:color-dodge"),
    BlendMode("color-burn", "Colour burn", _Mode.CompositionMode_ColorBurn, "svg:color-burn"),
    BlendMode("hard-light", "Hard light", _Mode.CompositionMode_HardLight, "svg:hard-light"),
    BlendMode("soft-light", "Soft light", _Mode.CompositionMode_SoftLight, "svg:soft-light"),
    BlendMode("difference", "Difference", _Mode.CompositionMode_Difference, "svg:difference"),
    BlendMode("add", "Add", _Mode.CompositionMode_Plus, "svg:plus"),
)
BLENDS: dict[str, BlendMode] = {mode.id: mode for mode in BLEND_MODES}


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer.

    Attributes:
        id: its own for as long as it lives, through undo and files.
        name: as the list shows it.
        plane: its pixels, in the document's coordinates; some may lie outside the picture.
        opacity: 0 .. 1.
        mode: a key of :data:`BLENDS`.
        visible: whether it is seen.
        locked: whether painting on it is refused.
        request: makes its first pixels again; None for painted or foreign ones.
        entry: the place of those pixels in the history, or "".
    """

    id: str
    name: str
    plane: Plane = field(default_factory=Plane)
    opacity: float = 1.0
    mode: str = "normal"
    visible: bool = True
    locked: bool = False
    request: Request | None = None
    entry: str = ""

    def looks_like(self, other: Layer) -> bool:
        """Whether both are composited alike, their pixels aside."""
        mine = (self.opacity, self.mode, self.visible)
        return mine == (other.opacity, other.mode, other.visible)


def new_layer(name: str, plane: Plane | None = None, **known: object) -> Layer:
    """A layer with an id of its own."""
    return replace(Layer(uuid.uuid4().hex[:12], name, plane or Plane()), **known)  # type: ignore[arg-type]


@dataclass(frozen=True, eq=False)
class State:
    """A whole document at one moment. Nothing in it changes: commands swap whole states.

    Attributes:
        size: of the picture in pixels.
        layers: from the lowest to the highest.
        active: the id of the layer that is painted on, or "".
        selection: what painting is limited to; None for everything.
        mask: what inpainting fills.
    """

    size: QSize = field(default_factory=QSize)
    layers: tuple[Layer, ...] = ()
    active: str = ""
    selection: Plane | None = None
    mask: Plane = field(default_factory=lambda: Plane(COVERAGE))

    @property
    def rect(self) -> QRect:
        """The picture."""
        return QRect(QPoint(0, 0), self.size)

    @property
    def is_empty(self) -> bool:
        """Whether there is no picture yet."""
        return self.size.isEmpty()

    @property
    def layer(self) -> Layer | None:
        """The active layer."""
        return self.find(self.active)

    def find(self, layer_id: str) -> Layer | None:
        """The layer of that id."""
        return next((layer for layer in self.layers if layer.id == layer_id), None)

    def index(self, layer_id: str) -> int:
        """The layer's place, 0 for the lowest.

        Raises:
            KeyError: there is none of that id.
        """
        for place, layer in enumerate(self.layers):
            if layer.id == layer_id:
                return place
        raise KeyError(layer_id)

    # --- every change of the stack -----------------------------------------------------------

    def added(self, layer: Layer, above: str = "") -> State:
        """With another layer above the one of that id (on top by default), which is active then."""
        place = self.index(above) + 1 if above else len(self.layers)
        layers = (*self.layers[:place], layer, *self.layers[place:])
        return replace(self, layers=layers, active=layer.id)

    def without(self, layer_id: str) -> State:
        """Without one layer; the one below it is active then."""
        place = self.index(layer_id)
        layers = (*self.layers[:place], *self.layers[place + 1 :])
        active = self.active
        if active == layer_id:
            active = layers[max(0, place - 1)].id if layers else ""
        return replace(self, layers=layers, active=active)

    def changed(self, layer_id: str, **changes: object) -> State:
        """With some of a layer's attributes changed; other pixels are no request's any more."""
        if "plane" in changes:
            changes = {"request": None, "entry": "", **changes}
        place = self.index(layer_id)
        layer = replace(self.layers[place], **changes)  # type: ignore[arg-type]
        return replace(self, layers=(*self.layers[:place], layer, *self.layers[place + 1 :]))

    def edited(self, layer_id: str, change: Callable[[Plane], Plane]) -> State:
        """With a layer's pixels changed."""
        layer = self.layers[self.index(layer_id)]
        return self.changed(layer_id, plane=change(layer.plane))

    def moved(self, layer_id: str, to: int) -> State:
        """With a layer at another place of the stack, 0 for the lowest."""
        layer = self.layers[self.index(layer_id)]
        others = [other for other in self.layers if other is not layer]
        place = max(0, min(to, len(others)))
        return replace(self, layers=(*others[:place], layer, *others[place:]))

    def duplicated(self, layer_id: str) -> State:
        """With a copy of a layer above it."""
        layer = self.layers[self.index(layer_id)]
        copy = new_layer(f"{layer.name} copy")
        return self.added(replace(layer, id=copy.id, name=copy.name), above=layer_id)

    def merged_down(self, layer_id: str) -> State:
        """With a layer drawn onto the one below it, as it is seen there; that one's mode stays.

        Raises:
            KeyError: it is the lowest, or there is none of that id.
        """
        place = self.index(layer_id)
        if place == 0:
            raise KeyError(layer_id)
        upper, lower = self.layers[place], self.layers[place - 1]
        box = upper.plane.extent().united(lower.plane.extent())
        both = (replace(lower, visible=True), replace(upper, visible=True))
        plane = Plane.of(flatten(both, box), box.topLeft()) if not box.isEmpty() else None
        merged = replace(
            lower, plane=plane or Plane(), opacity=1.0, visible=True, request=None, entry=""
        )
        layers = (*self.layers[: place - 1], merged, *self.layers[place + 1 :])
        return replace(self, layers=layers, active=merged.id)

    def flat(self, rect: QRect | None = None) -> QImage:
        """The picture as it is seen, or a part of it; transparent where nothing is."""
        return flatten(self.layers, self.rect if rect is None else rect)

    def changes(self, other: State) -> QRegion:
        """Where two states can look different: their layers together, and their masks."""
        if self.size != other.size:
            return QRegion(self.rect.united(other.rect))
        mine = {layer.id: layer for layer in self.layers}
        theirs = {layer.id: layer for layer in other.layers}
        region = QRegion()
        for layer_id in mine.keys() | theirs.keys():
            here, there = mine.get(layer_id), theirs.get(layer_id)
            if here is None or there is None or not here.looks_like(there):
                for layer in (here, there):
                    region += QRegion(layer.plane.extent()) if layer is not None else QRegion()
            else:
                region += here.plane.changes(there.plane)
        order = [layer.id for layer in self.layers if layer.id in theirs]
        if order != [layer.id for layer in other.layers if layer.id in mine]:
            region += QRegion(self.rect)
        return (region + self.mask.changes(other.mask)).intersected(self.rect)


def flatten(layers: tuple[Layer, ...], rect: QRect) -> QImage:
    """Layers drawn over one another, from the first on, inside a rectangle."""
    image = QImage(rect.size(), COLOUR)
    if rect.isEmpty():
        return image
    image.fill(0)
    painter = QPainter(image)
    for layer in layers:
        if layer.visible and layer.opacity > 0:
            painter.setOpacity(layer.opacity)
            painter.setCompositionMode(BLENDS[layer.mode].qt)
            layer.plane.draw(painter, rect, -rect.topLeft())
    painter.end()
    return image
