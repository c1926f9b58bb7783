"""Actions as data: a declaration makes the shortcut, the palette row and the line on the sheet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def always() -> str:
    """The reason of an action that is never disabled."""
    return ""


@dataclass(frozen=True)
class Action:
    """Something a person can do.

    Attributes:
        id: dotted and stable, for example ``image.generate``; also the QAction's object name.
        text: a verb in sentence case, as the palette shows it.
        handler: what happens.
        shortcut: portable key sequences ("Ctrl+S", "G"); several are separated by "; ".
        icon: a Phosphor name without its prefix ("image"), or "".
        enabled_reason: "" when it can be done now, else one sentence why not.
        group: its heading on the sheet of keys.
        help: one sentence for tooltips; "" shows ``text``.
        within: its shortcuts work only while this widget has the keyboard; None is the window.
    """

    id: str
    text: str
    handler: Callable[[], None]
    shortcut: str = ""
    icon: str = ""
    enabled_reason: Callable[[], str] = always
    group: str = "General"
    help: str = ""
    within: QWidget | None = None

    @property
    def keys(self) -> list[str]:
        """Its shortcuts one by one."""
        return [key for key in self.shortcut.split("; ") if key]
