"""Draws the still part of a piano roll: rows, chord tint, locks, lines, and the keyboard beside."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter

from engines.music.chords import parse_chord
from engines.music.pitches import pitch_name
from engines.music.score import STEPS_PER_BEAT
from studio.view.theme import small_font, theme
from studio.view.widgets.roll_painter import (
    BLACK,
    BLACK_KEY,
    KEYBOARD,
    is_black,
    mixed,
)
from studio.view.widgets.roll_scale import RollScale

#: Lines closer together than this are left out.
_LEAST_GAP = 7.0
#: Pixels after which Qt's hatching repeats.
_HATCH = 8.0


@dataclass(frozen=True)
class GridLook:
    """What a grid shows besides its lines.

    Attributes:
        chords: one symbol a bar, whose tones tint the rows.
        classes: the scale's pitch classes, whose rows are lighter; those of the white keys when
            there are none or all twelve.
        locks: bars that refuse edits; they are hatched.
    """

    chords: tuple[str, ...] = ()
    classes: frozenset[int] = frozenset()
    locks: tuple[int, ...] = ()


def paint_grid(painter: QPainter, scale: RollScale, look: GridLook, area: QRectF) -> None:
    """Rows, the tint of every bar's chord tones, beat and bar lines.

    Everything stands at whole pixels of the content, so that parts painted one after the other
    fit together.

    Args:
        painter: its origin is the corner beside the keyboard.
        scale: what is in view.
        look: what to show.
        area: the part to paint, in the painter's coordinates.
    """
    painter.save()
    painter.setClipRect(area)
    end = min(scale.width, scale.x(scale.steps))
    pitches = range(scale.pitch(area.bottom()), scale.pitch(area.top()) + 1)
    painter.fillRect(area, theme.color("canvas"))
    _paint_rows(painter, scale, end, look, pitches)
    size = scale.bar_steps
    first = max(0, int(scale.step(area.left()) // size))
    last = min(scale.steps // size, int(scale.step(area.right()) // size) + 1)
    for bar in range(first, last):
        across = (scale.x(bar * size), size * scale.step_width)
        if bar < len(look.chords):
            _paint_tint(painter, scale, look.chords[bar], across, pitches)
        if bar in look.locks:
            _paint_lock(painter, scale, across)
    _paint_lines(painter, scale, end, area)
    painter.restore()


def _nearest(place: float) -> int:
    """The nearest whole pixel; of two the right one, wherever the view is."""
    return math.floor(place + 0.5)


def _paint_rows(
    painter: QPainter, scale: RollScale, end: float, look: GridLook, pitches: range
) -> None:
    known = 0 < len(look.classes) < 12
    light = look.classes if known else frozenset(range(12)) - BLACK
    painter.fillRect(
        QRectF(0, 0, end, scale.height),
        mixed("canvas", "surface", 0.0 if theme.dark else 0.55),
    )
    white = mixed("canvas", "surface", 0.5 if theme.dark else 1.0)
    strong, edge = theme.color("hairline"), theme.color("hairline", 0.4)
    for pitch in pitches:
        top = scale.y(pitch)
        if pitch % 12 in light:
            painter.fillRect(QRectF(0, top, end, scale.row_height), white)
        if pitch % 12 in (0, 5):  # where two white keys touch: below C and below F
            line = _nearest(top + scale.row_height) - 1
            painter.fillRect(QRectF(0, line, end, 1), strong if pitch % 12 == 0 else edge)


@lru_cache(maxsize=512)
def _tones(symbol: str) -> tuple[int, frozenset[int]]:
    """Root and pitch classes of a chord."""
    chord = parse_chord(symbol)
    return chord.root, frozenset(chord.tones)


def _paint_tint(
    painter: QPainter,
    scale: RollScale,
    symbol: str,
    across: tuple[float, float],
    pitches: range,
) -> None:
    color = theme.color("text", 0.055 if theme.dark else 0.075)
    strong = theme.color("text", 0.1 if theme.dark else 0.125)
    root, tones = _tones(symbol)
    for pitch in pitches:
        if pitch % 12 in tones:
            area = QRectF(across[0], scale.y(pitch), across[1], scale.row_height)
            painter.fillRect(area, strong if pitch % 12 == root else color)


def _paint_lock(painter: QPainter, scale: RollScale, across: tuple[float, float]) -> None:
    """Hatching over a bar that stays as it is."""
    area = QRectF(across[0], 0, across[1], scale.height)
    painter.fillRect(area, theme.color("canvas", 0.35))
    painter.setBrushOrigin(QPointF(-scale.left % _HATCH, -scale.top % _HATCH))
    painter.fillRect(area, QBrush(theme.color("control", 0.4), Qt.BrushStyle.BDiagPattern))


def _paint_lines(painter: QPainter, scale: RollScale, end: float, area: QRectF) -> None:
    colors = {
        scale.bar_steps: theme.color("control", 0.55),
        STEPS_PER_BEAT: theme.color("hairline", 0.8),
        1: theme.color("hairline", 0.4),
    }
    sizes = sorted(colors, reverse=True)
    finest = next(
        (s for s in reversed(sizes) if s * scale.step_width >= _LEAST_GAP), scale.bar_steps
    )
    first = max(0, int(scale.step(area.left() - 2)))
    last = min(scale.steps, int(scale.step(area.right() + 2)) + 1)
    for step in range(first - first % finest, last + 1, finest):
        kind = next(size for size in sizes if step % size == 0)
        x = _nearest(scale.x(step))
        if x <= end + 1:
            inside = x - (1 if step >= scale.steps else 0)
            painter.fillRect(QRectF(inside, 0, 1, scale.height), colors[kind])


def paint_keyboard(painter: QPainter, scale: RollScale, area: QRectF) -> None:
    """The piano at the left edge, every C labelled; quieter than the notes.

    Args:
        painter: its origin is the upper left corner of the keyboard.
        scale: what is in view.
        area: the part to paint.
    """
    painter.save()
    painter.setClipRect(area)
    white = mixed("window", "text", 0.66) if theme.dark else theme.color("surface")
    black = theme.color("window") if theme.dark else mixed("text", "surface", 0.22)
    gap = theme.color("window", 0.55) if theme.dark else theme.color("hairline")
    painter.fillRect(area, white)
    painter.setFont(small_font())
    for pitch in range(scale.pitch(area.bottom()), scale.pitch(area.top()) + 1):
        top, height = scale.y(pitch), scale.row_height
        if is_black(pitch):
            painter.fillRect(QRectF(0, top, KEYBOARD * BLACK_KEY, height), black)
            middle = _nearest(top + height / 2)
            painter.fillRect(QRectF(KEYBOARD * BLACK_KEY, middle, KEYBOARD * 0.38, 1), gap)
        elif pitch % 12 in (0, 5):
            painter.fillRect(QRectF(0, _nearest(top + height) - 1, KEYBOARD, 1), gap)
        if pitch % 12 == 0 and height >= 8:
            painter.setPen(theme.color("window") if theme.dark else theme.color("muted"))
            label = QRectF(0, top, KEYBOARD - 5, height)
            align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(label, align, pitch_name(pitch))
    painter.fillRect(QRectF(KEYBOARD - 1, 0, 1, scale.height), theme.color("hairline"))
    painter.restore()
