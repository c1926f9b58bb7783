"""Draws the parts of a piano roll: keyboard, rows, chord tint, bar lines and notes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from engines.music.chords import SHARP_NAMES, parse_chord
from engines.music.score import STEPS_PER_BEAT, Note
from studio.view.theme import small_font, theme
from studio.view.widgets.roll_scale import RollScale

#: Width of the keyboard at the left edge.
KEYBOARD = 52

#: How much of the keyboard's width a black key takes.
_BLACK_KEY = 0.62
_BLACK = frozenset({1, 3, 6, 8, 10})
_NOTE_RADIUS = 3.0
#: Lines closer together than this are left out.
_LEAST_GAP = 7.0
#: Notes smaller than this are not labelled.
_LABEL_ROOM = (32.0, 13.0)


def pitch_name(pitch: int) -> str:
    """The name of a MIDI pitch: 60 is C4."""
    return f"{SHARP_NAMES[pitch % 12]}{pitch // 12 - 1}"


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
    return pitch % 12 in _BLACK


def note_rect(note: Note, scale: RollScale) -> QRectF:
    """Where a note is drawn, beside the keyboard."""
    gap = 1.0 if scale.step_width > 3.0 else 0.5
    return QRectF(
        scale.x(note.start) + gap,
        scale.y(note.pitch) + 1.0,
        max(2.0, note.length * scale.step_width - 2 * gap),
        max(2.0, scale.row_height - 2.0),
    )


def paint_grid(
    painter: QPainter,
    scale: RollScale,
    chords: Sequence[str],
    classes: Collection[int] = (),
    locks: Iterable[int] = (),
) -> None:
    """Rows, the tint of every bar's chord tones, beat and bar lines; the painter starts at step 0.

    Args:
        painter: its origin is the corner beside the keyboard.
        scale: what is in view.
        chords: one symbol a bar.
        classes: the scale's pitch classes, whose rows are lighter; the white keys when it has
            none or all.
        locks: bars that refuse edits; they are hatched.
    """
    end = min(scale.width, scale.x(scale.steps))
    light = frozenset(classes) if 0 < len(classes) < 12 else frozenset(range(12)) - _BLACK
    _paint_rows(painter, scale, end, light)
    _paint_tint(painter, scale, chords)
    _paint_locks(painter, scale, locks)
    _paint_lines(painter, scale, end)


def _visible_pitches(scale: RollScale) -> range:
    return range(scale.pitch(scale.height), scale.pitch(0.0) + 1)


def _paint_rows(painter: QPainter, scale: RollScale, end: float, light: Collection[int]) -> None:
    painter.fillRect(QRectF(0, 0, scale.width, scale.height), theme.color("canvas"))
    dark = mixed("canvas", "surface", 0.0 if theme.dark else 0.55)
    painter.fillRect(QRectF(0, 0, end, scale.height), dark)
    white = mixed("canvas", "surface", 0.5 if theme.dark else 1.0)
    edge = theme.color("hairline", 0.4)
    for pitch in _visible_pitches(scale):
        top = scale.y(pitch)
        if pitch % 12 in light:
            painter.fillRect(QRectF(0, top, end, scale.row_height), white)
        if pitch % 12 in (0, 5):  # where two white keys touch: below C and below F
            line = top + scale.row_height
            strong = theme.color("hairline") if pitch % 12 == 0 else edge
            painter.fillRect(QRectF(0, round(line) - 1, end, 1), strong)


def _paint_tint(painter: QPainter, scale: RollScale, chords: Sequence[str]) -> None:
    tone = theme.color("text", 0.055 if theme.dark else 0.075)
    root = theme.color("text", 0.1 if theme.dark else 0.125)
    for bar, symbol in enumerate(chords):
        left, right = scale.x(bar * scale.bar_steps), scale.x((bar + 1) * scale.bar_steps)
        if right < 0 or left > scale.width:
            continue
        chord = parse_chord(symbol)
        for pitch in _visible_pitches(scale):
            if pitch % 12 in chord.tones:
                color = root if pitch % 12 == chord.root else tone
                area = QRectF(left, scale.y(pitch), right - left, scale.row_height)
                painter.fillRect(area, color)


def _paint_locks(painter: QPainter, scale: RollScale, locks: Iterable[int]) -> None:
    """Hatching over the bars that stay as they are."""
    for bar in locks:
        left, right = scale.x(bar * scale.bar_steps), scale.x((bar + 1) * scale.bar_steps)
        if right >= 0 and left <= scale.width:
            area = QRectF(left, 0, right - left, scale.height)
            painter.fillRect(area, theme.color("canvas", 0.35))
            painter.fillRect(area, QBrush(theme.color("control", 0.4), Qt.BrushStyle.BDiagPattern))


def _paint_lines(painter: QPainter, scale: RollScale, end: float) -> None:
    colors = {
        scale.bar_steps: theme.color("control", 0.55),
        STEPS_PER_BEAT: theme.color("hairline", 0.8),
        1: theme.color("hairline", 0.4),
    }
    sizes = sorted(colors)
    finest = next((s for s in sizes if s * scale.step_width >= _LEAST_GAP), scale.bar_steps)
    first = max(0, int(scale.step(0.0)))
    last = min(scale.steps, int(scale.step(scale.width)) + 1)
    for step in range(first - first % finest, last + 1, finest):
        kind = next(size for size in colors if step % size == 0)
        x = round(scale.x(step))
        if 0 <= x <= end + 1:
            painter.fillRect(QRectF(x - (1 if x >= end else 0), 0, 1, scale.height), colors[kind])


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
    high = scale.row_height >= _LABEL_ROOM[1]
    for note in notes:
        rect = note_rect(note, scale)
        paint_note(painter, rect, note)
        if note in chosen:
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
    painter.setPen(QPen(theme.color("muted", 0.55), 1))
    painter.setBrush(theme.color("muted", 0.14))
    for note in notes:
        rect = note_rect(note, scale).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(rect, _NOTE_RADIUS, _NOTE_RADIUS)
    painter.restore()


def paint_note(painter: QPainter, rect: QRectF, note: Note, lit: bool = False) -> None:
    """One note; lit while it sounds."""
    strength = 0.4 + 0.6 * min(1.0, note.velocity / 90)
    color = theme.color("generator", strength)
    if lit:
        color = mixed("generator", "text", 0.55 if theme.dark else 0.4)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    radius = min(_NOTE_RADIUS, rect.height() / 3, rect.width() / 2)
    painter.drawRoundedRect(rect, radius, radius)


def paint_keyboard(painter: QPainter, scale: RollScale) -> None:
    """The piano at the left edge, every C labelled; quieter than the notes.

    Args:
        painter: its origin is the upper left corner of the keyboard.
        scale: what is in view.
    """
    white = mixed("window", "text", 0.66) if theme.dark else theme.color("surface")
    black = theme.color("window") if theme.dark else mixed("text", "surface", 0.22)
    gap = theme.color("window", 0.55) if theme.dark else theme.color("hairline")
    painter.fillRect(QRectF(0, 0, KEYBOARD, scale.height), white)
    painter.setFont(small_font())
    for pitch in _visible_pitches(scale):
        top, height = scale.y(pitch), scale.row_height
        if is_black(pitch):
            painter.fillRect(QRectF(0, top, KEYBOARD * _BLACK_KEY, height), black)
            middle = round(top + height / 2)
            painter.fillRect(QRectF(KEYBOARD * _BLACK_KEY, middle, KEYBOARD * 0.38, 1), gap)
        elif pitch % 12 in (0, 5):
            painter.fillRect(QRectF(0, round(top + height) - 1, KEYBOARD, 1), gap)
        if pitch % 12 == 0 and height >= 8:
            painter.setPen(theme.color("window") if theme.dark else theme.color("muted"))
            area = QRectF(0, top, KEYBOARD - 5, height)
            align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(area, align, pitch_name(pitch))
    painter.fillRect(QRectF(KEYBOARD - 1, 0, 1, scale.height), theme.color("hairline"))


def key_rect(pitch: int, scale: RollScale) -> QRectF:
    """Where a key can be seen, on the keyboard."""
    width = KEYBOARD * _BLACK_KEY if is_black(pitch) else KEYBOARD - 1
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
