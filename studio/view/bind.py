"""Small helpers that keep widgets honest: named, described, and never disabled without a reason."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QFrame, QLabel, QToolButton, QWidget

from studio.view.icons import icon

_W = TypeVar("_W", bound=QWidget)

REASON = "disabledReason"
#: Why what belongs to a switch cannot be used.
OFF = "Switch it on first."
_TIP = "plainToolTip"


def describe(widget: _W, name: str, accessible: str, tip: str = "") -> _W:
    """Give a control its objectName, accessible name and tooltip.

    Args:
        widget: returned as it is, for chaining.
        name: unique within its page, in camelCase.
        accessible: what a screen reader says.
        tip: the tooltip; the accessible name when empty.
    """
    widget.setObjectName(name)
    widget.setAccessibleName(accessible)
    widget.setProperty(_TIP, tip or accessible)
    widget.setToolTip(tip or accessible)
    return widget


def set_tip(widget: QWidget, tip: str) -> None:
    """Another tooltip, which a screen reader says too, unless a reason stands there now."""
    if widget.property(_TIP) != tip:
        widget.setProperty(_TIP, tip)
        if not widget.property(REASON):
            widget.setToolTip(tip)
            widget.setAccessibleDescription(tip)


def set_reason(widget: QWidget, reason: str) -> None:
    """Enable a control (reason "") or disable it and say why in its tooltip."""
    if widget.property(REASON) == reason:
        return
    if widget.property(_TIP) is None:
        widget.setProperty(_TIP, widget.toolTip())
    widget.setProperty(REASON, reason)
    widget.setEnabled(not reason)
    widget.setToolTip(reason or str(widget.property(_TIP)))
    widget.setAccessibleDescription(reason)


def key_text(key: str) -> str:
    """A key as the platform writes it and as it is printed on the keyboard."""
    native = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
    return (native or key).replace("Return", "Enter")


def with_keys(text: str, shortcut: str) -> str:
    """A tooltip with the first of an action's shortcuts behind it."""
    return f"{text}  ({key_text(shortcut.split('; ')[0])})" if shortcut else text


def look(widget: _W, role: str) -> _W:
    """Choose a look of the stylesheet; safe to call again with another role."""
    if widget.property("role") != role:
        widget.setProperty("role", role)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground, True)
    return widget


def label(text: str, role: str = "", wrap: bool = False) -> QLabel:
    """A text in one of the sheet's looks."""
    result = QLabel(text)
    result.setTextFormat(Qt.TextFormat.PlainText)
    result.setWordWrap(wrap)
    if role:
        result.setProperty("role", role)
    return result


def hairline(vertical: bool = False) -> QFrame:
    """A one-pixel line between regions."""
    line = QFrame()
    line.setProperty("role", "hairline")
    if vertical:
        line.setFixedWidth(1)
    else:
        line.setFixedHeight(1)
    return line


def tool_button(
    name: str, glyph: str, accessible: str, tip: str = "", checkable: bool = False
) -> QToolButton:
    """A quiet icon button, 28 px square, reachable by Tab."""
    button = QToolButton()
    button.setIcon(icon(glyph))
    button.setCheckable(checkable)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setFixedSize(28, 28)
    return describe(button, name, accessible, tip)
