"""Draws what moves over a piano roll: notes, ghosts, playhead, the box that selects."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from engines.music.pitches import pitch_name
from engines.music.score import Note
from studio.view.theme import small_font, theme
from studio.view.widgets.roll_scale import RollScale

#: Width of the keyboard at the left edge.
KEYBOARD = 52

#: How much of the keyboard's width a black key takes.
BLACK_KEY = 0.62
#: Pitch classes of the black keys.
BLACK = frozenset({1, 3, 6, 8, 10})
_NOTE_RADIUS = 3.0
#: Notes narrower than this have no round corners; there are many of them.
_PLAIN = 8.0
#: Notes smaller than this are not labelled.
_LABEL_ROOM = (32.0, 13.0)


def mixed(first: str, second: str, share: float) -> QColor:
    """A colour between two roles of the theme; ``share`` 0 is the first, 1 the second."""
    a, b = theme.color(first), theme.color(second)
    return QColor.fromRgbF(
        a.redF() + share * (b.redF() - a.redF()),
        a.greenF() + share * (b.greenF() - a.greenF()),
        a.blueF() + share * (b.blueF() - a.blueF()),
    )


def is_black(pitch: int) -> bool:
    """Whether it is a black key of the piano."""
    return pitch % 12 in BLACK


def note_rect(note: Note, scale: RollScale) -> QRectF:
    """Where a note is drawn, beside the keyboard."""
    gap = 1.0 if scale.step_width > 3.0 else 0.5
    return QRectF(
        scale.x(note.start) + gap,
        scale.y(note.pitch) + 1.0,
        max(2.0, note.length * scale.step_width - 2 * gap),
        max(2.0, scale.row_height - 2.0),
    )


def paint_notes(
    painter: QPainter,
    scale: RollScale,
    notes: Iterable[Note],
    chosen: Collection[Note] = (),
) -> None:
    """The melody in the generator's colour; soft notes are paler, selected ones outlined.

    Args:
        painter: its origin is the corner beside the keyboard.
        scale: what is in view.
        notes: those in view.
        chosen: which are selected.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(small_font())
    ring = QPen(theme.color("text"), 1.5)
    ink = theme.color("on_generator")
    fills: dict[int, QColor] = {}  # a colour is made of text: once a velocity
    high = scale.row_height >= _LABEL_ROOM[1]
    for note in notes:
        rect = note_rect(note, scale)
        fill = fills.get(note.velocity) or fills.setdefault(note.velocity, note_color(note))
        _paint_body(painter, rect, fill)
        if note in chosen and rect.width() < _PLAIN:
            painter.fillRect(rect, ring.color())
            painter.fillRect(rect.adjusted(1.5, 1.5, -1.5, -1.5), fill)
        elif note in chosen:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(ring)
            inner = rect.adjusted(0.75, 0.75, -0.75, -0.75)
            painter.drawRoundedRect(inner, _NOTE_RADIUS - 0.75, _NOTE_RADIUS - 0.75)
        if high and rect.width() >= _LABEL_ROOM[0]:
            painter.setPen(ink)
            align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(rect.adjusted(4, 0, -2, 0), align, pitch_name(note.pitch))
    painter.restore()


def paint_ghosts(painter: QPainter, scale: RollScale, notes: Iterable[Note]) -> None:
    """Other notes behind the melody: their outlines, in no voice's colour."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.color("muted", 0.45), 1))
    painter.setBrush(theme.color("muted", 0.1))
    for note in notes:
        rect = note_rect(note, scale).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(rect, _NOTE_RADIUS, _NOTE_RADIUS)
    painter.restore()


def note_color(note: Note) -> QColor:
    """The generator's colour, paler for soft notes."""
    return theme.color("generator", 0.4 + 0.6 * min(1.0, note.velocity / 90))


def paint_lit(painter: QPainter, rect: QRectF) -> None:
    """The note that sounds."""
    _paint_body(painter, rect, mixed("generator", "text", 0.55 if theme.dark else 0.4))


def _paint_body(painter: QPainter, rect: QRectF, fill: QColor) -> None:
    if rect.width() < _PLAIN:
        painter.fillRect(rect, fill)
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    radius = min(_NOTE_RADIUS, rect.height() / 3, rect.width() / 2)
    painter.drawRoundedRect(rect, radius, radius)


def key_rect(pitch: int, scale: RollScale) -> QRectF:
    """Where a key can be seen, on the keyboard."""
    width = KEYBOARD * BLACK_KEY if is_black(pitch) else KEYBOARD - 1
    return QRectF(0, scale.y(pitch), width, scale.row_height)


def paint_playhead(painter: QPainter, x: float, height: float) -> None:
    """A thin line; its head is in the lane above."""
    painter.fillRect(QRectF(round(x), 0, 1, height), theme.color("text"))


def paint_box(painter: QPainter, scale: RollScale, box: tuple[float, float, int, int]) -> None:
    """The rectangle that selects.

    Args:
        painter: its origin is the corner beside the keyboard.
        scale: what is in view.
        box: first and last step, lowest and highest pitch.
    """
    first, last, low, high = box
    left, top = scale.x(first), scale.y(high)
    area = QRectF(left, top, scale.x(last) - left, scale.y(low) + scale.row_height - top)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(theme.color("text", 0.8), 1, Qt.PenStyle.DashLine))
    painter.setBrush(theme.color("text", 0.08))
    painter.drawRect(area)
