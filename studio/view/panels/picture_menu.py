"""What can be done with a picture of the strip, at a press of the right button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu

from studio.view.icons import icon

if TYPE_CHECKING:
    from studio.view.panels.image_page import ImagePage


def open_picture_menu(page: ImagePage, entry_id: str, place: QPoint) -> None:
    """Look at a picture and offer what to do with it.

    Args:
        page: does it.
        entry_id: of the history.
        place: on the screen.
    """
    page.viewing.look_at(entry_id)
    menu = QMenu(page.canvas)
    for glyph, text, handler in (
        ("check", "Keep", page.viewing.keep),
        ("sliders-horizontal", "Use these settings", page.reuse),
        ("floppy-disk", "Save as PNG…", page.files.save),
        ("copy", "Copy", page.files.copy),
        ("trash", "Remove from the history", page.remove_shown),
    ):
        menu.addAction(icon(glyph), text, handler)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.popup(place)
