"""The piano roll: the melody over its bars, to look at, to listen into and to travel in."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from engines.music.score import STEPS_PER_BAR, STEPS_PER_BEAT, Clip, Note
from studio.view.bind import describe
from studio.view.theme import small_font, theme
from studio.view.widgets.roll_painter import (
    KEYBOARD,
    key_rect,
    note_at,
    note_rect,
    note_sounding,
    paint_grid,
    paint_keyboard,
    paint_note,
    paint_notes,
    paint_playhead,
    pitch_name,
)
from studio.view.widgets.roll_scale import RollScale

_ZOOM_STEP = 1.2


class PianoRoll(QAbstractScrollArea):
    """Shows a clip. Ctrl and the wheel zoom time, Ctrl+Shift rows; the wheel scrolls.

    The grid and the notes are drawn once into a picture; the playhead and the hover readout are
    laid over it, so that a frame of playback repaints a few columns only.

    Signals:
        touched: the pitch of a note or key that was pressed.
        sought: a double-click asks for the playhead: the step.
    """

    touched = Signal(int)
    sought = Signal(float)

    def __init__(self, scale: RollScale, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scale = scale
        self._clip: Clip | None = None
        self._chords: tuple[str, ...] = ()
        self._ground = QPixmap()
        self._playhead = 0.0
        self._following = False
        self._strayed = False  # a person scrolled away from the playhead
        self._hover: QPointF | None = None
        self._settling = False
        describe(self, "pianoRoll", "Piano roll", " ")
        self.setToolTip("")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        for bar in (self.horizontalScrollBar(), self.verticalScrollBar()):
            bar.valueChanged.connect(self._on_scrolled)
        scale.changed.connect(self._on_scale)
        theme.changed.connect(self._redraw)

    # --- what is shown ---------------------------------------------------------------------

    def show_clip(self, clip: Clip | None, chords: tuple[str, ...]) -> None:
        """Show a melody, or the empty bars of the chords that were written."""
        if clip == self._clip and chords == self._chords:
            return
        self._clip, self._chords = clip, chords
        self.scale.show_clip(clip, len(chords))
        self._redraw()
        self._say()

    def set_playhead(self, step: float, following: bool) -> None:
        """Move the playhead.

        Args:
            step: in steps from the start.
            following: turn the page when it leaves the view, unless a person scrolled away
                from it; then it is followed again once it comes back into view.
        """
        inside = 0.0 <= self.scale.x(step) < self.scale.width
        if inside or following != self._following:
            self._strayed = False
        self._following = following
        if following and not self._strayed:
            self.scale.follow(step)
        before, self._playhead = self._playhead, step
        self._update_columns(before)
        self._update_columns(step)

    @property
    def playhead(self) -> float:
        """The step of the playhead."""
        return self._playhead

    def readout(self) -> str:
        """Pitch, bar and beat under the pointer, or ""."""
        place = self._place(self._hover) if self._hover is not None else None
        if place is None:
            return ""
        step, pitch = place
        bar, rest = divmod(int(step), STEPS_PER_BAR)
        beat, sixteenth = divmod(rest, STEPS_PER_BEAT)
        return f"{pitch_name(pitch)}   bar {bar + 1} · {beat + 1}.{sixteenth + 1}"

    def note_center(self, index: int) -> QPointF:
        """The middle of a note of the clip in the viewport."""
        assert self._clip is not None
        return note_rect(self._clip.notes[index], self.scale).translated(KEYBOARD, 0).center()

    def _notes(self) -> tuple[Note, ...]:
        return self._clip.notes if self._clip is not None else ()

    def _say(self) -> None:
        if self._clip is None:
            self.setAccessibleDescription("No melody yet.")
            return
        names = ", ".join(pitch_name(note.pitch) for note in self._clip.notes[:32])
        self.setAccessibleDescription(f"{len(self._clip.notes)} notes: {names}")

    # --- painting --------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """The still picture, then what moves."""
        if self._ground.isNull():
            self._ground = self._draw_ground()
        painter = QPainter(self.viewport())
        ratio = self.viewport().devicePixelRatioF()
        rect = event.rect()
        source = QRectF(
            rect.x() * ratio, rect.y() * ratio, rect.width() * ratio, rect.height() * ratio
        )
        painter.drawPixmap(QRectF(rect), self._ground, source)
        painter.setClipRect(QRectF(KEYBOARD, 0, self.scale.width, self.scale.height))
        painter.translate(KEYBOARD, 0)
        self._paint_lit(painter)
        if self._clip is not None:
            paint_playhead(painter, self.scale.x(self._playhead), self.scale.height)
        painter.translate(-KEYBOARD, 0)
        painter.setClipping(False)
        self._paint_hover(painter)

    def _draw_ground(self) -> QPixmap:
        ratio = self.viewport().devicePixelRatioF()
        ground = QPixmap(self.viewport().size() * ratio)
        ground.setDevicePixelRatio(ratio)
        painter = QPainter(ground)
        painter.translate(KEYBOARD, 0)
        paint_grid(painter, self.scale, self._chords)
        paint_notes(painter, self.scale, self._notes())
        painter.translate(-KEYBOARD, 0)
        paint_keyboard(painter, self.scale)
        painter.end()
        return ground

    def _paint_lit(self, painter: QPainter) -> None:
        note = note_sounding(self._notes(), self._playhead) if self._playhead > 0 else None
        if note is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_note(painter, note_rect(note, self.scale), note, lit=True)

    def _paint_hover(self, painter: QPainter) -> None:
        place = self._place(self._hover) if self._hover is not None else None
        if place is None:
            return
        step, pitch = place
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(key_rect(pitch, self.scale), theme.color("control", 0.6))
        note = note_at(self._notes(), step, pitch)
        if note is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("text"), 1.5))
            painter.drawRoundedRect(note_rect(note, self.scale).translated(KEYBOARD, 0), 3, 3)
        self._paint_readout(painter)

    def _paint_readout(self, painter: QPainter) -> None:
        painter.setFont(small_font(12))
        area = self._readout_rect()
        painter.setPen(QPen(theme.color("hairline"), 1))
        painter.setBrush(theme.color("raised"))
        painter.drawRoundedRect(QRectF(area).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setPen(theme.color("text"))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self.readout())

    def _readout_rect(self) -> QRect:
        height = self.viewport().height()
        return QRect(KEYBOARD + 12, height - 36, 148, 24)

    # --- what must be painted again --------------------------------------------------------

    def _redraw(self) -> None:
        self._ground = QPixmap()
        self.viewport().update()

    def _update_columns(self, step: float) -> None:
        x = KEYBOARD + self.scale.x(step)
        self.viewport().update(QRect(int(x) - 6, 0, 13, self.viewport().height()))
        note = note_sounding(self._notes(), step)
        if note is not None:
            area = note_rect(note, self.scale).translated(KEYBOARD, 0)
            self.viewport().update(area.toAlignedRect().adjusted(-2, -2, 2, 2))

    def _on_scale(self) -> None:
        scale = self.scale
        self._settling = True
        for bar, whole, part, at in (
            (self.horizontalScrollBar(), scale.content_width, scale.width, scale.left),
            (self.verticalScrollBar(), scale.content_height, scale.height, scale.top),
        ):
            bar.setRange(0, max(0, round(whole - part)))
            bar.setPageStep(round(part))
            bar.setSingleStep(24)
            bar.setValue(round(at))
        self._settling = False
        self._redraw()

    def _on_scrolled(self) -> None:
        if not self._settling:
            self._stray()
            self.scale.scroll(self.horizontalScrollBar().value(), self.verticalScrollBar().value())

    # --- the hand --------------------------------------------------------------------------

    def _place(self, point: QPointF) -> tuple[float, int] | None:
        """Step and pitch under a point of the viewport, or None outside the bars."""
        step = self.scale.step(point.x() - KEYBOARD)
        if point.x() < KEYBOARD or step >= self.scale.steps:
            return None
        return step, self.scale.pitch(point.y())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep everything in view if it was."""
        size = self.viewport().size()
        self.scale.resize(size.width() - KEYBOARD, size.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A note or a key sounds."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        point = event.position()
        if point.x() < KEYBOARD:
            self.touched.emit(self.scale.pitch(point.y()))
            return
        place = self._place(point)
        note = note_at(self._notes(), *place) if place is not None else None
        if note is not None:
            self.touched.emit(note.pitch)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The playhead goes there."""
        place = self._place(event.position())
        if place is not None and self._clip is not None:
            self.sought.emit(place[0])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show what is under the pointer."""
        self._hover = event.position()
        place = self._place(self._hover)
        note = note_at(self._notes(), *place) if place is not None else None
        hand = note is not None or self._hover.x() < KEYBOARD
        shape = Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)
        self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer."""
        self._hover = None
        self.viewport().update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll; with Ctrl stretch time, with Ctrl+Shift stretch the rows."""
        delta = event.angleDelta()
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        notches = (delta.y() or delta.x()) / 120
        if ctrl and shift:
            self.scale.zoom_rows(_ZOOM_STEP**notches, event.position().y())
        elif ctrl:
            self.scale.zoom_steps(_ZOOM_STEP**notches, event.position().x() - KEYBOARD)
        else:
            sideways, down = delta.x() or (delta.y() if shift else 0), 0 if shift else delta.y()
            self.scale.scroll(self.scale.left - sideways, self.scale.top - down / 2)
        self._stray()
        event.accept()

    def _stray(self) -> None:
        self._strayed = self._following

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows scroll; the page's shortcuts come first."""
        moves = {
            Qt.Key.Key_Left: (-STEPS_PER_BAR * self.scale.step_width, 0.0),
            Qt.Key.Key_Right: (STEPS_PER_BAR * self.scale.step_width, 0.0),
            Qt.Key.Key_Up: (0.0, -3 * self.scale.row_height),
            Qt.Key.Key_Down: (0.0, 3 * self.scale.row_height),
        }
        if event.key() in moves:
            dx, dy = moves[Qt.Key(event.key())]
            self._stray()
            self.scale.scroll(self.scale.left + dx, self.scale.top + dy)
        else:
            event.ignore()

    def zoom(self, factor: float) -> None:
        """Stretch time around the middle of the view."""
        self.scale.zoom_steps(factor, self.scale.width / 2)

    def sizeHint(self) -> QSize:
        """The largest thing of the page."""
        return QSize(800, 420)
