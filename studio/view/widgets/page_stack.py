"""A stack that is as large as the page in view, not as the largest of its pages."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QStackedWidget


class PageStack(QStackedWidget):
    """Where it scrolls, a long page that is hidden makes no room to scroll into."""

    def __init__(self) -> None:
        super().__init__()
        self.currentChanged.connect(lambda _index: self.updateGeometry())

    def sizeHint(self) -> QSize:
        """What the page in view would like."""
        page = self.currentWidget()
        return page.sizeHint() if page is not None else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        """What the page in view needs."""
        page = self.currentWidget()
        return page.minimumSizeHint() if page is not None else super().minimumSizeHint()

    def heightForWidth(self, width: int) -> int:
        """What the page in view needs when it is ``width`` px wide, -1 when that is all one.

        A scroll area asks for it as soon as any page has text that wraps.
        """
        page = self.currentWidget()
        return page.heightForWidth(width) if page is not None else -1
