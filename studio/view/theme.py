"""The theme: colour tokens from ``assets/themes``, and the palette and stylesheet made of them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from engines.protocol.paths import assets_dir
from studio.view.stylesheet import stylesheet

Choice = Literal["system", "dark", "light"]


@dataclass(frozen=True)
class Tokens:
    """One theme file.

    Attributes:
        name: "dark" or "light".
        dark: whether light text stands on a dark ground.
        color: "#RRGGBB" by role.
    """

    name: str
    dark: bool
    color: dict[str, str]


@cache
def load_tokens(name: str) -> Tokens:
    """Read ``assets/themes/<name>.toml``."""
    path = Path(assets_dir()) / "themes" / f"{name}.toml"
    with path.open("rb") as file:
        table = tomllib.load(file)
    return Tokens(table["name"], table["dark"], table["color"])


class Theme(QObject):
    """The theme in use. Widgets that paint ask :meth:`color` at paint time.

    Signals:
        changed: other colours from now on; painted widgets update themselves.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._choice: Choice = "system"
        self._tokens: Tokens | None = None
        self._following = False

    @property
    def tokens(self) -> Tokens:
        """The tokens in use."""
        if self._tokens is None:
            self._tokens = load_tokens("dark")
        return self._tokens

    @property
    def dark(self) -> bool:
        """Whether the dark theme is in use."""
        return self.tokens.dark

    def color(self, role: str, alpha: float = 1.0) -> QColor:
        """The colour of a role ("text", "generator", ...), ``alpha`` 0..1.

        Raises:
            KeyError: no theme has that role.
        """
        color = QColor(self.tokens.color[role])
        if alpha < 1.0:
            color.setAlphaF(alpha)
        return color

    def apply(self, choice: Choice) -> None:
        """Use a theme for the whole application; "system" follows the desktop from now on."""
        self._choice = choice
        hints = QGuiApplication.styleHints()
        if not self._following:
            self._following = True
            hints.colorSchemeChanged.connect(lambda _scheme: self._refresh())
        self._refresh()

    def _refresh(self) -> None:
        tokens = load_tokens(self._resolved())
        if tokens is self._tokens and self._applied():
            return
        self._tokens = tokens
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.setPalette(palette(tokens))
            app.setStyleSheet(stylesheet(tokens.color))
        self.changed.emit()

    def _applied(self) -> bool:
        app = QApplication.instance()
        return isinstance(app, QApplication) and bool(app.styleSheet())

    def _resolved(self) -> str:
        if self._choice != "system":
            return self._choice
        scheme = QGuiApplication.styleHints().colorScheme()
        return "light" if scheme == Qt.ColorScheme.Light else "dark"


def palette(tokens: Tokens) -> QPalette:
    """The Fusion palette of a theme; the stylesheet does the rest."""
    color = {role: QColor(value) for role, value in tokens.color.items()}
    roles = QPalette.ColorRole
    plan = {
        roles.Window: "window",
        roles.WindowText: "text",
        roles.Base: "field",
        roles.AlternateBase: "surface",
        roles.ToolTipBase: "raised",
        roles.ToolTipText: "text",
        roles.PlaceholderText: "muted",
        roles.Text: "text",
        roles.Button: "raised",
        roles.ButtonText: "text",
        roles.BrightText: "bad",
        roles.Link: "text",
        roles.LinkVisited: "text",
        roles.Highlight: "control",
        roles.HighlightedText: "field",
        roles.Accent: "control",
        roles.Light: "hover",
        roles.Midlight: "raised",
        roles.Mid: "hairline",
        roles.Dark: "window",
        roles.Shadow: "canvas",
    }
    result = QPalette()
    for role, token in plan.items():
        result.setColor(role, color[token])
    disabled = QPalette.ColorGroup.Disabled
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        result.setColor(disabled, role, color["control"])
    return result


def ui_font() -> QFont:
    """The system's UI font at 13 px."""
    font = QFont(QGuiApplication.font())
    font.setPixelSize(13)
    return font


def tabular(font: QFont) -> QFont:
    """The same font with figures of equal width."""
    copy = QFont(font)
    copy.setFeature(QFont.Tag("tnum"), 1)
    return copy


def small_font(pixels: int = 10) -> QFont:
    """The UI font for quiet labels, with figures of equal width."""
    font = tabular(ui_font())
    font.setPixelSize(pixels)
    return font


#: The one theme of the process.
theme = Theme()
