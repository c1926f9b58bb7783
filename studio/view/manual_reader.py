"""The manual in the window: chapters to choose and search, and keys in the text that work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QTextBrowser, QTextEdit, QVBoxLayout

from studio.model.context import StudioContext
from studio.model.manual import ACTION, Chapter, chapters, mode_of
from studio.view.bind import describe, label
from studio.view.manual_page import dress
from studio.view.theme import theme, ui_font
from studio.view.widgets.filter_field import FilterField
from studio.view.widgets.popover import Popover

if TYPE_CHECKING:
    from studio.view.main_window import MainWindow

_LIST_WIDTH, _TOP = 208, 72
_LARGEST, _ROOM = (940, 720), (80, 120)
_MARGIN = 24


class ManualReader(Popover):
    """Chapters at the left, the one in view at the right."""

    def __init__(self, window: MainWindow, context: StudioContext) -> None:
        super().__init__(window)
        self.setObjectName("manual")
        self._window, self._context = window, context
        self._shown: tuple[Chapter, ...] = ()
        self.search = FilterField("Search the manual", _LIST_WIDTH)
        describe(self.search, "manualSearch", "Search the manual", "Chapters with all your words.")
        self.list = describe(QListWidget(), "manualChapters", "Chapters", "What there is to read.")
        self.list.setFixedWidth(_LIST_WIDTH)
        self.text = describe(QTextBrowser(), "manualText", "Manual", "")
        self.text.setOpenLinks(False)
        self.text.document().setDocumentMargin(_MARGIN)
        self.text.document().setDefaultFont(ui_font())
        self._lay_out()
        self.search.textChanged.connect(lambda _text: self._fill())
        self.search.entered.connect(self.text.setFocus)
        self.search.left.connect(self.close_popover)
        self.list.currentRowChanged.connect(self._show)
        self.text.anchorClicked.connect(self._follow)
        theme.changed.connect(self._show_again)  # a method, which ends with the window

    def _lay_out(self) -> None:
        side = QVBoxLayout()
        side.setSpacing(12)
        side.addWidget(label("Manual", "title"))
        side.addWidget(self.search)
        side.addWidget(self.list, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 16, 8, 16)
        row.setSpacing(8)
        row.addLayout(side)
        row.addWidget(self.text, 1)

    def open_at(self, name: str) -> None:
        """Show a chapter."""
        room = self._window.size()
        self.setFixedSize(
            min(_LARGEST[0], room.width() - _ROOM[0]), min(_LARGEST[1], room.height() - _ROOM[1])
        )
        self.search.clear()
        self._fill()
        names = [chapter.name for chapter in self._shown]
        self.list.setCurrentRow(names.index(name) if name in names else 0)
        self.open_centred(_TOP)
        self._opener = self._window.top_bar.manual  # a press on it closes, as on any opener
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def _fill(self) -> None:
        """List the chapters that have the words; the one in view stays if it can."""
        row = self.list.currentRow()
        before = self._shown[row] if 0 <= row < len(self._shown) else None
        self._shown = tuple(c for c in chapters() if c.has(self.search.text()))
        self.list.blockSignals(True)
        self.list.clear()
        self.list.addItems([chapter.title for chapter in self._shown])
        self.list.blockSignals(False)
        self.list.setCurrentRow(self._shown.index(before) if before in self._shown else 0)
        if not self._shown:
            self.text.setMarkdown("No chapter has these words.")

    def _show(self, row: int) -> None:
        if not 0 <= row < len(self._shown):
            return
        self.text.setMarkdown(self._shown[row].text)
        dress(self.text.document())
        self._mark_words()

    def _show_again(self) -> None:
        self._show(self.list.currentRow())

    def _mark_words(self) -> None:
        """Mark what is searched for, and bring the first of it into view."""
        marks: list[QTextEdit.ExtraSelection] = []
        for word in self.search.text().split():
            found = self.text.document().find(word)
            while not found.isNull():
                mark = QTextEdit.ExtraSelection()
                mark.cursor = found
                mark.format.setBackground(theme.color("warn", 0.35))
                marks.append(mark)
                found = self.text.document().find(word, found)
        self.text.setExtraSelections(marks)
        if marks:
            first = min(marks, key=lambda mark: mark.cursor.position()).cursor
            first.clearSelection()
            self.text.setTextCursor(first)
            self.text.ensureCursorVisible()

    def _follow(self, url: QUrl) -> None:
        """Do what a key in the text does, in the mode where it works."""
        name = url.toString().removeprefix(ACTION)
        self.close_popover()
        registry = self._window.registry
        if all(action.id != name for action in registry.all()):
            self._window.show_mode(mode_of(name))
        reason = registry.get(name).enabled_reason()
        if reason:
            self._context.messages.show(reason)
        else:
            registry.trigger(name)
