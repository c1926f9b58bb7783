"""Draws the lane above the piano roll: ruler, loop, chords, locks, playhead."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from engines.music.score import STEPS_PER_BEAT
from studio.view.icons import paint_icon
from studio.view.theme import small_font, theme, ui_font

RULER, CHORDS = 22, 34
#: A bar's small buttons, and from which width on they have room beside the chord.
ICON = 20
LOCK_ROOM, AGAIN_ROOM = 44.0, 72.0
#: Bars narrower than this are numbered every second, fourth, ... time.
_NUMBER_ROOM = 28.0
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


@dataclass(frozen=True)
class BarLook:
    """How one bar is shown.

    Attributes:
        chord: its symbol.
        locked: composing leaves it.
        held: its chord is held.
        here: the playhead is in it.
        hovered: the pointer is over its chord.
        focused: the keyboard is on it.
        looped: it is inside the loop.
        tempo: another tempo that begins here, or 0.
    """

    chord: str
    locked: bool = False
    held: bool = False
    here: bool = False
    hovered: bool = False
    focused: bool = False
    looped: bool = False
    tempo: float = 0.0


def lock_rect(bar: QRectF) -> QRect:
    """Where a bar's padlock is; empty where there is no room."""
    if bar.width() < LOCK_ROOM:
        return QRect()
    top = bar.top() + (bar.height() - ICON) / 2
    return QRect(round(bar.right()) - ICON - 3, round(top), ICON, ICON)


def again_rect(bar: QRectF) -> QRect:
    """Where the button is that writes a bar again; empty where there is no room."""
    return lock_rect(bar).translated(-ICON, 0) if bar.width() >= AGAIN_ROOM else QRect()


def paint_bar(painter: QPainter, number: int, rect: QRectF, bar_steps: int, bar: BarLook) -> None:
    """One bar: its place on the ruler, and its chord.

    Args:
        painter: of the lane.
        number: counted from 0.
        rect: of the chord, below the ruler.
        bar_steps: steps of a bar.
        bar: how it is shown.
    """
    if bar.locked:
        painter.fillRect(rect, theme.color("raised"))
    if bar.hovered or (bar.here and not bar.locked):
        painter.fillRect(rect, theme.color("hover" if bar.hovered else "surface"))
    if bar.looped:
        painter.fillRect(QRectF(rect.left(), 0, rect.width(), RULER), theme.color("text", 0.16))
    edge = QRectF(round(rect.left()), 0, 1, RULER + CHORDS)
    painter.fillRect(edge, theme.color("hairline"))
    _paint_number(painter, number, rect, bar_steps, bar)
    _paint_chord(painter, rect, bar)
    _paint_buttons(painter, rect, bar)
    if bar.focused:
        painter.setPen(QPen(theme.color("text"), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect.adjusted(2, 2, -2, -3), 4, 4)


def _paint_buttons(painter: QPainter, rect: QRectF, bar: BarLook) -> None:
    lock, again = lock_rect(rect), again_rect(rect)
    if not lock.isEmpty() and (bar.locked or bar.hovered or bar.focused):
        name, role = ("lock-simple", "text") if bar.locked else ("lock-simple-open", "muted")
        paint_icon(painter, lock, name, role, 14)
    if not again.isEmpty() and not bar.locked and (bar.hovered or bar.focused):
        paint_icon(painter, again, "arrows-clockwise", "muted", 14)


def _paint_chord(painter: QPainter, rect: QRectF, bar: BarLook) -> None:
    """The symbol as large as its bar allows; underlined when it is held."""
    font = ui_font()
    font.setWeight(font.Weight.DemiBold)
    indent = 8.0 if rect.width() >= 48 else 4.0
    shown = bar.locked or bar.hovered or bar.focused
    lock = lock_rect(rect)
    taken = ICON + 3 if shown and not lock.isEmpty() else 0
    room = max(rect.width() - indent - 3 - taken, 10.0)
    for pixels in (15, 13, 11, 10):
        font.setPixelSize(pixels)
        if QFontMetricsF(font).horizontalAdvance(bar.chord) <= room:
            break
    font.setUnderline(bar.held)
    painter.setFont(font)
    painter.setPen(theme.color("text"))
    text = QFontMetricsF(font).elidedText(bar.chord, Qt.TextElideMode.ElideRight, room)
    painter.drawText(rect.adjusted(indent, 0, 0, -1), _LEFT, text)


def _paint_number(
    painter: QPainter, number: int, rect: QRectF, bar_steps: int, bar: BarLook
) -> None:
    every = 1
    while rect.width() * every < _NUMBER_ROOM:
        every *= 2
    if number % every == 0:
        painter.setFont(small_font(11))
        painter.setPen(theme.color("text" if bar.here else "muted"))
        area = QRectF(rect.left() + 8, 0, max(rect.width() * every - 8, 20), RULER)
        tempo = f"   {bar.tempo:g} bpm" if bar.tempo and rect.width() * every >= 80 else ""
        painter.drawText(area, _LEFT, f"{number + 1}{tempo}")
    if rect.width() < 48:
        return
    for step in range(STEPS_PER_BEAT, bar_steps, STEPS_PER_BEAT):
        x = rect.left() + step * rect.width() / bar_steps
        painter.fillRect(QRectF(round(x), RULER - 5, 1, 5), theme.color("hairline"))


def paint_marker(painter: QPainter, x: float, height: float) -> None:
    """The head of the playhead on the ruler, and its line below."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    x = round(x) + 0.25
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("text"))
    top = RULER - 11
    painter.drawPolygon([QPointF(x - 5, top), QPointF(x + 5, top), QPointF(x, RULER - 1)])
    painter.setPen(QPen(theme.color("text", 0.5), 1))
    painter.drawLine(QPointF(x, RULER), QPointF(x, height))
