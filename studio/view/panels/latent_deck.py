"""What lies under the canvas while the Latent tool is in use: one instrument at a time."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from studio.model.settings import Settings
from studio.view.bind import describe, hairline, look, tool_button
from studio.view.icons import icon

_MEMORY = "image.deck"


class LatentDeck(QWidget):
    """A row of tabs; the one in use shows its page under it, and pressed again folds it away.

    Signals:
        shownChanged: another instrument, or none, is seen.
    """

    shownChanged = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        look(self, "window")
        self._settings = settings
        self._pages: dict[str, tuple[QPushButton, QWidget]] = {}
        kept = settings.recall(_MEMORY, {})
        self._page = str(kept.get("page", ""))
        self._open = kept.get("open") is True
        self._tabs = QHBoxLayout()
        self._tabs.setContentsMargins(8, 4, 8, 4)
        self._tabs.setSpacing(4)
        self._tabs.addStretch(1)
        self.fold = tool_button("deckFold", "caret-up", "Show the instruments")
        self.fold.clicked.connect(lambda: self._show(self._page, not self._open))
        self._tabs.addWidget(self.fold)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(hairline())
        self._column.addLayout(self._tabs)

    def add_page(self, title: str, widget: QWidget, tip: str = "") -> None:
        """Take in one more instrument.

        Args:
            title: the word on its tab.
            widget: as high as it wants to be; it is hidden while another is in use.
            tip: what it is for.
        """
        tab = look(QPushButton(title), "tab")
        tab.setCheckable(True)
        describe(tab, f"deck{title}", title, tip)
        tab.clicked.connect(lambda: self._press(title))
        self._tabs.insertWidget(len(self._pages), tab)
        self._pages[title] = (tab, widget)
        self._column.addWidget(widget)
        if self._page not in self._pages:
            self._page = title
        self._refresh()

    def open_page(self, title: str) -> None:
        """Show an instrument."""
        self._show(title, True)

    @property
    def is_open(self) -> bool:
        """Whether an instrument is seen, not only its tab."""
        return self._open

    def _press(self, title: str) -> None:
        self._show(title, not (self._open and self._page == title))

    def _show(self, title: str, shown: bool) -> None:
        self._page, self._open = title, shown
        self._settings.remember(_MEMORY, {"page": title, "open": shown})
        self._refresh()

    def _refresh(self) -> None:
        for title, (tab, widget) in self._pages.items():
            used = self._open and title == self._page
            tab.setChecked(used)
            widget.setVisible(used)
        self.fold.setIcon(icon("caret-down" if self._open else "caret-up"))
        words = "Fold it away" if self._open else "Show the instruments"
        describe(self.fold, "deckFold", words, f"{words}.")
        self.shownChanged.emit()
