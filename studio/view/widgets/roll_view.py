"""What the piano roll shows: a melody over its bars, painted again only where something changed."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from engines.music.note_picks import key_classes
from engines.music.pitches import pitch_name
from engines.music.score import STEPS_PER_BAR, STEPS_PER_BEAT, Clip, Note
from studio.view.bind import look
from studio.view.theme import small_font, theme
from studio.view.widgets.roll_grid import GridLook
from studio.view.widgets.roll_ground import RollGround
from studio.view.widgets.roll_notes import MANY, NoteIndex
from studio.view.widgets.roll_painter import (
    KEYBOARD,
    key_rect,
    note_rect,
    paint_box,
    paint_ghosts,
    paint_lit,
    paint_notes,
    paint_playhead,
)
from studio.view.widgets.roll_scale import RollScale


class RollView(QAbstractScrollArea):
    """Shows a clip, its playhead and what is under the pointer.

    The grid is drawn once into a picture. Notes, playhead and hover readout are laid over it where
    something changed, so that a frame of playback or of a drag paints a few notes only.
    """

    def __init__(self, scale: RollScale, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scale = scale
        self.index = NoteIndex()
        self._clip: Clip | None = None
        self._look = GridLook()
        self._chosen: frozenset[Note] = frozenset()
        self._ghosts: tuple[NoteIndex, ...] = ()
        self._box: tuple[float, float, int, int] | None = None
        self._ground = RollGround(scale)
        self._playhead = 0.0
        self._follow = True
        self._following = False
        self._strayed = False  # a person scrolled away from the playhead
        self._hover: QPointF | None = None
        self._settling = False
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setCornerWidget(look(QWidget(), "window"))  # where both scroll bars meet
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        for bar in (self.horizontalScrollBar(), self.verticalScrollBar()):
            bar.valueChanged.connect(self._on_scrolled)
        scale.changed.connect(self._on_scale)
        theme.changed.connect(self._redraw)

    # --- what is shown ---------------------------------------------------------------------

    def show_clip(
        self,
        clip: Clip | None,
        chords: tuple[str, ...],
        locks: tuple[int, ...] = (),
        bar_steps: int = STEPS_PER_BAR,
        still: bool = False,
    ) -> None:
        """Show a melody, or the empty bars of the chords that were written.

        Args:
            clip: the melody, or None.
            chords: one symbol a bar.
            locks: bars that refuse edits.
            bar_steps: steps of a bar while there is no melody.
            still: it is the same melody after an edit, which must not move under the hand.
        """
        key = clip.key if clip is not None else ""
        look = GridLook(chords, key_classes(key, chords), locks)
        if clip == self._clip and look == self._look and bar_steps == self.scale.bar_steps:
            return
        if look != self._look:
            self.viewport().update()
        self._clip, self._look = clip, look
        self.scale.show_clip(clip, len(chords), bar_steps, still)
        self.show_notes(clip.notes if clip is not None else (), self._chosen)
        self._say()

    def show_notes(self, notes: tuple[Note, ...], chosen: frozenset[Note] = frozenset()) -> None:
        """Show these notes of the clip, perhaps in the middle of a drag.

        Args:
            notes: sorted by start, no two overlap.
            chosen: which are selected.
        """
        fresh = NoteIndex(notes)
        dirty = fresh.changes(self.index)
        if len(dirty) <= MANY:
            dirty = (*dirty, *(chosen ^ self._chosen))
        self.index, self._chosen = fresh, chosen
        self._update_notes(dirty)

    def set_ghosts(self, *voices: tuple[Note, ...]) -> None:
        """Draw other melodies faintly behind this one; none to draw none.

        Args:
            voices: of each its notes, sorted by start, no two overlapping.
        """
        if [index.notes for index in self._ghosts] != list(voices):
            self._ghosts = tuple(NoteIndex(notes) for notes in voices)
            self.viewport().update()

    def set_box(self, box: tuple[float, float, int, int] | None) -> None:
        """Draw a selecting rectangle: first and last step, lowest and highest pitch; or none."""
        self._box = box
        self.viewport().update()

    def set_follow(self, on: bool) -> None:
        """Turn pages with the playhead, or leave the view where it is."""
        self._follow = on

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
        if following and self._follow and not self._strayed:
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
        place = self.place(self._hover) if self._hover is not None else None
        if place is None:
            return ""
        step, pitch = place
        bar, rest = divmod(int(step), self.scale.bar_steps)
        beat, sixteenth = divmod(rest, STEPS_PER_BEAT)
        return f"{pitch_name(pitch)}   bar {bar + 1} · {beat + 1}.{sixteenth + 1}"

    def note_center(self, index: int) -> QPointF:
        """The middle of a note of the clip in the viewport."""
        assert self._clip is not None
        return note_rect(self._clip.notes[index], self.scale).translated(KEYBOARD, 0).center()

    def _say(self) -> None:
        if self._clip is None:
            self.setAccessibleDescription("No melody yet.")
            return
        names = ", ".join(pitch_name(note.pitch) for note in self._clip.notes[:32])
        self.setAccessibleDescription(f"{len(self._clip.notes)} notes: {names}")

    # --- places ------------------------------------------------------------------------------

    def place(self, point: QPointF) -> tuple[float, int] | None:
        """Step and pitch under a point of the viewport, or None outside the bars."""
        step = self.scale.step(point.x() - KEYBOARD)
        if point.x() < KEYBOARD or step >= self.scale.steps:
            return None
        return step, self.scale.pitch(point.y())

    def zoom(self, factor: float) -> None:
        """Stretch time around the middle of the view."""
        self.scale.zoom_steps(factor, self.scale.width / 2)

    def sizeHint(self) -> QSize:
        """The largest thing of the page."""
        return QSize(800, 420)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep everything in view if it was."""
        size = self.viewport().size()
        self.scale.resize(size.width() - KEYBOARD, size.height())

    # --- painting --------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """The still picture, then what moves, as far as it is in the part to paint."""
        ratio = self.viewport().devicePixelRatioF()
        ground = self._ground.picture(self.viewport().size(), ratio, self._look)
        painter = QPainter(self.viewport())
        rect = event.rect()
        source = QRectF(
            rect.x() * ratio, rect.y() * ratio, rect.width() * ratio, rect.height() * ratio
        )
        painter.drawPixmap(QRectF(rect), ground, source)
        painter.setClipRect(QRectF(KEYBOARD, 0, self.scale.width, self.scale.height))
        painter.translate(KEYBOARD, 0)
        self._paint_notes(painter, rect)
        if self._box is not None:
            paint_box(painter, self.scale, self._box)
        if self._clip is not None:
            paint_playhead(painter, self.scale.x(self._playhead), self.scale.height)
        painter.translate(-KEYBOARD, 0)
        painter.setClipping(False)
        self._paint_hover(painter)

    def _paint_notes(self, painter: QPainter, rect: QRect) -> None:
        first = self.scale.step(rect.left() - KEYBOARD - 2)
        last = self.scale.step(rect.right() - KEYBOARD + 3)
        for ghosts in self._ghosts:
            paint_ghosts(painter, self.scale, ghosts.between(first, last))
        paint_notes(painter, self.scale, self.index.between(first, last), self._chosen)
        lit = self.index.sounding(self._playhead) if self._playhead > 0 else None
        if lit is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_lit(painter, note_rect(lit, self.scale))

    def _paint_hover(self, painter: QPainter) -> None:
        place = self.place(self._hover) if self._hover is not None else None
        if place is None:
            return
        step, pitch = place
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(key_rect(pitch, self.scale), theme.color("control", 0.6))
        note = self.index.at(step, pitch)
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
        self._ground.forget()
        self.viewport().update()

    def _update_columns(self, step: float) -> None:
        x = KEYBOARD + self.scale.x(step)
        self.viewport().update(QRect(int(x) - 6, 0, 13, self.viewport().height()))
        note = self.index.sounding(step)
        if note is not None:
            self.viewport().update(self._around(note))

    def _update_notes(self, notes: tuple[Note, ...]) -> None:
        """Paint where notes are or were; everything when they are many."""
        if len(notes) > MANY:
            self.viewport().update()
            return
        area = QRect()
        for note in notes:
            area |= self._around(note)
        if not area.isNull():
            self.viewport().update(area)

    def _around(self, note: Note) -> QRect:
        area = note_rect(note, self.scale).translated(KEYBOARD, 0)
        return area.toAlignedRect().adjusted(-2, -2, 2, 2)

    def _update_hover(self) -> None:
        """The key, the outlined note and the readout."""
        place = self.place(self._hover) if self._hover is not None else None
        if place is None:
            return
        viewport = self.viewport()
        viewport.update(key_rect(place[1], self.scale).toAlignedRect())
        viewport.update(self._readout_rect().adjusted(-1, -1, 1, 1))
        note = self.index.at(*place)
        if note is not None:
            viewport.update(self._around(note))

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
        self.viewport().update()

    def _stray(self) -> None:
        self._strayed = self._following

    def _on_scrolled(self) -> None:
        if not self._settling:
            self._stray()
            self.scale.scroll(self.horizontalScrollBar().value(), self.verticalScrollBar().value())
