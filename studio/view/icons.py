"""Phosphor icons from the font that qtawesome brings, drawn in the theme's colours.

The font is read directly: importing qtawesome itself loads eleven fonts and takes 0.2 s of the
window's first second.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap, QPixmapCache

from studio.view.theme import theme


@cache
def _font_files() -> tuple[Path, Path]:
    spec = find_spec("qtawesome")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("qtawesome, which carries the icons, is not installed")
    folder = Path(spec.origin).parent / "fonts"
    return next(folder.glob("phosphor-[0-9]*.ttf")), next(folder.glob("phosphor-charmap-*.json"))


@cache
def _charmap() -> dict[str, str]:
    table: dict[str, str] = json.loads(_font_files()[1].read_text(encoding="utf-8"))
    return {name: chr(int(code, 16)) for name, code in table.items()}


@cache
def _family() -> str:
    number = QFontDatabase.addApplicationFont(str(_font_files()[0]))
    return QFontDatabase.applicationFontFamilies(number)[0]


def paint_icon(
    painter: QPainter, rect: QRect, name: str, role: str = "text", size: int = 18
) -> None:
    """Draw an icon in the middle of ``rect``.

    Args:
        painter: where.
        rect: in logical pixels.
        name: the Phosphor name ("image", "arrow-counter-clockwise").
        role: a colour role of the theme.
        size: height in logical pixels.
    """
    painter.save()
    font = QFont(_family())
    font.setPixelSize(size)
    painter.setFont(font)
    painter.setPen(theme.color(role))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, _charmap()[name])
    painter.restore()


class _GlyphEngine(QIconEngine):
    """Paints a glyph at whatever size and theme is asked for."""

    def __init__(self, name: str, role: str, checked_role: str) -> None:
        super().__init__()
        self._name = name
        self._role = role
        self._checked_role = checked_role

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw it; disabled icons take the colour of controls."""
        side = min(rect.width(), rect.height())
        paint_icon(painter, rect, self._name, self._role_of(mode, state), side)

    def _role_of(self, mode: QIcon.Mode, state: QIcon.State) -> str:
        if mode == QIcon.Mode.Disabled:
            return "control"
        return self._checked_role if state == QIcon.State.On else self._role

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """The icon as a picture, drawn once: buttons ask for it whenever they are painted."""
        colour = theme.color(self._role_of(mode, state)).name()
        key = f"duet/{self._name}/{colour}/{size.width()}x{size.height()}"
        pixmap = QPixmap()
        if QPixmapCache.find(key, pixmap):
            return pixmap
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        QPixmapCache.insert(key, pixmap)
        return pixmap

    def clone(self) -> QIconEngine:
        """A copy, as QIcon asks for one."""
        return _GlyphEngine(self._name, self._role, self._checked_role)


def icon(name: str, role: str = "text", checked_role: str = "") -> QIcon:
    """An icon that follows the theme.

    Args:
        name: the Phosphor name without its prefix.
        role: its colour role.
        checked_role: the role when its button is checked; "" is the same.
    """
    if name not in _charmap():
        raise KeyError(f"Phosphor has no icon called {name!r}")
    return QIcon(_GlyphEngine(name, role, checked_role or role))
