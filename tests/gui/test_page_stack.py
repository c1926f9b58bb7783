"""A stack of pages in a scroll area is as long as the page in view."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from studio.view.widgets.page_stack import PageStack


def page(*texts: str) -> QWidget:
    made = QWidget()
    column = QVBoxLayout(made)
    for text in texts:
        label = QLabel(text)
        label.setWordWrap(True)
        column.addWidget(label)
    return made


def test_a_long_page_that_is_hidden_leaves_nothing_to_scroll(qtbot: QtBot) -> None:
    stack, area = PageStack(), QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(stack)
    short, long = page("A word."), page(*["Many words that wrap. " * 20] * 9)
    for one in (short, long):
        stack.addWidget(one)
    qtbot.addWidget(area)
    area.resize(240, 160)
    area.show()
    qtbot.waitExposed(area)
    stack.setCurrentWidget(long)
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() > 0)
    stack.setCurrentWidget(short)
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() == 0)
