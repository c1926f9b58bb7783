"""How a page of the manual is set: room between paragraphs, headings, quiet tables, keys."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtGui import (
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextTable,
)

from studio.model.manual import ACTION
from studio.view.theme import theme, ui_font

_LINE_PERCENT = 140.0
#: Pixels of headings by their level, and of the room above and below a paragraph.
_HEADINGS, _ABOVE_HEADING = {1: 20, 2: 15}, 20
_BELOW, _BELOW_ITEM = 10, 4
_CELL_PADDING = 6


def dress(document: QTextDocument) -> None:
    """Set what Markdown says nothing about. The document is one that was just filled from it."""
    cursor = QTextCursor(document)
    for block in _blocks(document):
        _set_block(cursor, block)
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            _set_table(frame)
    _set_keys(cursor, document)


def _blocks(document: QTextDocument) -> Iterator[QTextBlock]:
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def _set_block(cursor: QTextCursor, block: QTextBlock) -> None:
    level = block.blockFormat().headingLevel()
    in_table = QTextCursor(block).currentTable() is not None
    room = QTextBlockFormat()
    room.setLineHeight(_LINE_PERCENT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    if not in_table:
        room.setTopMargin(_ABOVE_HEADING if level > 1 else 0)
        room.setBottomMargin(_BELOW_ITEM if block.textList() is not None else _BELOW)
    cursor.setPosition(block.position())
    cursor.mergeBlockFormat(room)
    if level:
        font = ui_font()
        font.setPixelSize(_HEADINGS.get(level, font.pixelSize()))
        font.setBold(True)
        look = QTextCharFormat()  # set, not merged: Markdown's own size would win
        look.setFont(font)
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        cursor.setCharFormat(look)


def _set_table(table: QTextTable) -> None:
    look = table.format()
    look.setBorder(1)
    look.setBorderCollapse(True)
    look.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    look.setBorderBrush(theme.color("hairline"))
    look.setCellPadding(_CELL_PADDING)
    look.setBottomMargin(_BELOW)
    table.setFormat(look)


def _set_keys(cursor: QTextCursor, document: QTextDocument) -> None:
    """Give links to actions the looks of keys."""
    look = QTextCharFormat()
    look.setBackground(theme.color("pressed"))
    look.setForeground(theme.color("text"))
    look.setFontUnderline(False)
    spots: list[tuple[int, int]] = []  # found first: a change parts the fragments anew
    for block in _blocks(document):
        pieces = block.begin()
        while not pieces.atEnd():
            piece = pieces.fragment()
            if piece.charFormat().anchorHref().startswith(ACTION):
                spots.append((piece.position(), piece.length()))
            pieces += 1
    for start, length in spots:
        cursor.setPosition(start)
        cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeCharFormat(look)
