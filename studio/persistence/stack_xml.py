"""OpenRaster's ``stack.xml``: what the layers are called and how they lie over one another.

As in the specification, version 0.0.3 (openraster.org). Reading declines document type
declarations, so that no entity is ever expanded.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

VERSION = "0.0.3"
_DEEPEST = 32
_MOST_LAYERS = 2_000


class StackError(ValueError):
    """What is wrong with a ``stack.xml``, as the middle of a sentence."""


@dataclass(frozen=True)
class StackLayer:
    """One layer's line.

    Attributes:
        name: with the names of the groups around it before it.
        src: the member with its pixels.
        x: of its left edge.
        y: of its top edge.
        opacity: 0 .. 1, that of the groups around it multiplied in.
        op: ``composite-op``.
        visible: whether it and every group around it is seen.
        locked: ``edit-locked``.
        selected: whether it is worked on.
    """

    name: str
    src: str
    x: int = 0
    y: int = 0
    opacity: float = 1.0
    op: str = "svg:src-over"
    visible: bool = True
    locked: bool = False
    selected: bool = False


@dataclass(frozen=True)
class Stack:
    """A whole ``stack.xml``.

    Attributes:
        width: of the picture in pixels.
        height: likewise.
        layers: from the highest to the lowest, as in the file.
        groups: how many groups were opened up.
    """

    width: int
    height: int
    layers: tuple[StackLayer, ...]
    groups: int = 0


def print_stack(stack: Stack) -> bytes:
    """The file's content."""
    lines = [
        "<?xml version='1.0' encoding='UTF-8'?>",
        f'<image version="{VERSION}" w="{stack.width}" h="{stack.height}" xres="72" yres="72">',
        "  <stack>",
        *(f"    <layer {_attributes(layer)}/>" for layer in stack.layers),
        "  </stack>",
        "</image>",
        "",
    ]
    return "\n".join(lines).encode("utf-8")


def printable(text: str) -> str:
    """Text without the characters that XML cannot hold."""
    kept = (c if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd"
            or c > "\uffff" else "\ufffd" for c in text)  # fmt: skip
    return "".join(kept)


def _attributes(layer: StackLayer) -> str:
    told = {
        "name": printable(layer.name),
        "src": layer.src,
        "x": str(layer.x),
        "y": str(layer.y),
        "opacity": repr(layer.opacity),
        "visibility": "visible" if layer.visible else "hidden",
        "composite-op": layer.op,
    }
    if layer.locked:
        told["edit-locked"] = "true"
    if layer.selected:
        told["selected"] = "true"
    entities = {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
    return " ".join(f"{key}={quoteattr(value, entities)}" for key, value in told.items())


# --- reading ---------------------------------------------------------------------------------


@dataclass
class _Element:
    tag: str
    attributes: dict[str, str]
    children: list[_Element] = field(default_factory=list)


def parse_stack(content: bytes) -> Stack:
    """Read the file's content; groups are opened up.

    Raises:
        StackError: it cannot be used.
    """
    root = _parse(content)
    stack = next((child for child in root.children if child.tag == "stack"), None)
    if root.tag != "image" or stack is None:
        raise StackError("its stack.xml holds no stack of layers")
    width, height = _whole(root, "w", -1), _whole(root, "h", -1)
    if width < 1 or height < 1:
        raise StackError("its stack.xml says no size")
    # The outermost stack is the picture itself and has no look of its own.
    whole = StackLayer("", "")
    layers = tuple(layer for child in stack.children for layer in _layers(child, whole))
    groups = sum(_groups(child) for child in stack.children)
    return Stack(width, height, layers, groups)


def _layers(element: _Element, around: StackLayer) -> Iterator[StackLayer]:
    if element.tag not in ("layer", "stack"):
        return
    told = element.attributes
    title = told.get("name", "") or ("Layer" if element.tag == "layer" else "Group")
    here = StackLayer(
        name=f"{around.name} / {title}" if around.name else title,
        src=told.get("src", ""),
        x=around.x + _whole(element, "x"),
        y=around.y + _whole(element, "y"),
        opacity=around.opacity * _share(told.get("opacity", "1")),
        op=told.get("composite-op", "svg:src-over").strip(),
        visible=around.visible and told.get("visibility", "visible").strip() != "hidden",
        locked=around.locked or told.get("edit-locked", "").strip() in ("true", "1"),
        selected=told.get("selected", "").strip() in ("true", "1"),
    )
    if element.tag == "layer":
        yield here
    for child in element.children:
        yield from _layers(child, here)


def _groups(element: _Element) -> int:
    return (element.tag == "stack") + sum(_groups(child) for child in element.children)


def _whole(element: _Element, name: str, default: int = 0) -> int:
    try:
        value = float(element.attributes.get(name, default))
        return max(-(10**9), min(round(value), 10**9))
    except (ValueError, OverflowError):
        return default


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 1.0
    return max(0.0, min(value, 1.0)) if math.isfinite(value) else 1.0


def _parse(content: bytes) -> _Element:
    parser = expat.ParserCreate()
    top = _Element("", {})
    path, count = [top], 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if len(path) > _DEEPEST or count > _MOST_LAYERS:
            raise StackError("its stack.xml holds more layers than any picture")
        element = _Element(tag, attributes)
        path[-1].children.append(element)
        path.append(element)

    def end(_tag: str) -> None:
        path.pop()

    def decline(*_declaration: Any) -> None:
        raise StackError("its stack.xml declares a document type, which may hide anything")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = decline
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        if isinstance(error, StackError):
            raise
        raise StackError("its stack.xml is damaged") from error
    return top.children[0]
