"""Editing the melody on the piano roll with the pointer: every drag, and what undo brings back."""

from __future__ import annotations

from itertools import pairwise

import msgspec
import pytest
from melodies import melody
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent, QUndoStack, QWheelEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from engines.music.score import Clip, Note
from studio.model.note_clipboard import MIME
from studio.model.note_editor import NoteEditor
from studio.model.note_tools import NoteTools
from studio.model.settings import Settings
from studio.model.song import Song, Take
from studio.view.theme import theme
from studio.view.widgets.piano_roll import PianoRoll
from studio.view.widgets.roll_painter import KEYBOARD, note_rect
from studio.view.widgets.roll_scale import RollScale
from studio.view.widgets.velocity_lane import VelocityLane

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NONE = Qt.KeyboardModifier.NoModifier
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
PLAN = Clip(bars=4, tempo=100.0, chords=("C", "Am", "F", "G"), notes=())


class Desk(QWidget):
    """A song with its roll and velocity lane, in a window of its own."""

    def __init__(self, clip: Clip | None) -> None:
        super().__init__()
        self.undo = QUndoStack(self)
        self.song = Song(self.undo, self)
        if clip is not None:
            self.song.open((Take(clip),), 0, "C Am F G")
            self.undo.clear()
        self.editor = NoteEditor(self.song, lambda: PLAN, NoteTools(Settings(), self), self)
        self.editor.tools.set_grid(1)
        self.scale = RollScale(self)
        self.roll = PianoRoll(self.scale)
        self.roll.edit_with(self.editor)
        self.lane = VelocityLane(self.scale, self.editor)
        self.said: list[str] = []
        self.editor.refused.connect(self.said.append)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.roll, 1)
        column.addWidget(self.lane)
        self.resize(1000, 640)
        self.song.changed.connect(self.show_song)
        self.show_song()

    def show_song(self) -> None:
        clip = self.song.clip
        chords = clip.chords if clip is not None else PLAN.chords
        self.roll.show_clip(clip, chords, self.song.state.locks, still=clip is not None)

    @property
    def notes(self) -> tuple[Note, ...]:
        """The song's notes; the roll shows the same."""
        clip = self.song.clip
        notes = clip.notes if clip is not None else ()
        assert self.roll.index.notes == notes
        for before, after in pairwise(notes):
            assert before.end <= after.start
        return notes

    def at(self, step: float, pitch: int) -> QPoint:
        """A place of the grid in the roll's viewport: the middle of the row."""
        y = self.scale.y(pitch) + self.scale.row_height / 2
        return QPointF(KEYBOARD + self.scale.x(step), y).toPoint()

    def drag(
        self,
        *way: QPoint,
        keys: Qt.KeyboardModifier = NONE,
        button: Qt.MouseButton = LEFT,
    ) -> None:
        """Press at the first place, go through the others, release at the last."""
        drag_over(self.roll.viewport(), way, keys, button)


def send(
    target: QWidget,
    kind: QEvent.Type,
    place: QPoint,
    keys: Qt.KeyboardModifier = NONE,
    button: Qt.MouseButton = LEFT,
) -> None:
    """A mouse event that knows which button is held, which qtbot's moves do not say."""
    moves, ends = kind == QEvent.Type.MouseMove, kind == QEvent.Type.MouseButtonRelease
    nothing = Qt.MouseButton.NoButton
    which, held = (nothing if moves else button), (nothing if ends else button)
    point, there = QPointF(place), QPointF(target.mapToGlobal(place))
    QApplication.sendEvent(target, QMouseEvent(kind, point, there, which, held, keys))


def drag_over(
    target: QWidget,
    way: tuple[QPoint, ...],
    keys: Qt.KeyboardModifier = NONE,
    button: Qt.MouseButton = LEFT,
) -> None:
    """Press, go along, release."""
    send(target, QEvent.Type.MouseButtonPress, way[0], keys, button)
    for before, after in pairwise(way):
        for part in (0.5, 1.0):
            send(target, QEvent.Type.MouseMove, before + (after - before) * part, keys, button)
    send(target, QEvent.Type.MouseButtonRelease, way[-1], keys, button)


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    theme.apply("dark")
    return shown(qtbot, melody(bars=4))


def shown(qtbot: QtBot, clip: Clip | None) -> Desk:
    made = Desk(clip)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


def middle(desk: Desk, note: Note) -> QPoint:
    return note_rect(note, desk.scale).translated(KEYBOARD, 0).center().toPoint()


def edge(desk: Desk, note: Note, right: bool) -> QPoint:
    rect = note_rect(note, desk.scale).translated(KEYBOARD, 0)
    return QPointF(rect.right() - 2 if right else rect.left() + 2, rect.center().y()).toPoint()


def undone_and_redone(desk: Desk, before: tuple[Note, ...]) -> None:
    """One step back is exactly what there was, one forth exactly what there is."""
    after = desk.notes
    assert after != before
    desk.undo.undo()
    assert desk.notes == before
    desk.undo.redo()
    assert desk.notes == after


def test_draw_a_note_over_others(desk: Desk) -> None:
    before = desk.notes
    desk.editor.tools.choose("draw")
    heard: list[int] = []
    desk.roll.touched.connect(heard.append)
    desk.drag(desk.at(6.5, 70), desk.at(9.5, 70))
    drawn = Note(6, 4, 70)
    assert drawn in desk.notes
    assert Note(4, 2, before[1].pitch) in desk.notes  # cut short
    assert Note(10, 2, before[2].pitch) in desk.notes  # lost its beginning
    assert heard == [70]
    assert desk.editor.selection == {drawn}
    undone_and_redone(desk, before)


def test_a_click_draws_one_place_of_the_grid_snapped(desk: Desk) -> None:
    desk.editor.tools.choose("draw")
    desk.editor.tools.set_grid(4)
    desk.editor.tools.set_snap("chord")
    desk.drag(desk.at(18.5, 70))  # over A minor
    assert Note(16, 4, 69) in desk.notes


def test_the_first_note_makes_a_melody_of_the_planned_bars(qtbot: QtBot) -> None:
    desk = shown(qtbot, None)
    desk.drag(desk.at(16.5, 72), desk.at(19.5, 72))
    clip = desk.song.clip
    assert clip is not None
    assert clip == msgspec.structs.replace(PLAN, notes=(Note(16, 4, 72),))
    desk.undo.undo()
    assert desk.song.clip is None


def test_move_a_note_and_only_along_one_axis(desk: Desk) -> None:
    before, note = desk.notes, desk.notes[5]
    place = middle(desk, note)
    there = desk.at(0, note.pitch + 3) - desk.at(0, note.pitch)
    along = QPoint(round(2 * desk.scale.step_width), 0)
    heard: list[int] = []
    desk.roll.touched.connect(heard.append)
    desk.drag(place, place + along + there)
    moved = Note(note.start + 2, 4, note.pitch + 3)
    assert moved in desk.notes
    assert heard[0] == note.pitch
    assert heard[-1] == note.pitch + 3
    undone_and_redone(desk, before)
    desk.undo.undo()
    desk.drag(place, place + along + there, keys=SHIFT)
    assert Note(note.start, 4, note.pitch + 3) in desk.notes


def test_alt_drags_a_copy(desk: Desk) -> None:
    before, note = desk.notes, desk.notes[-1]
    place = middle(desk, note)
    by = QPoint(round(-8 * desk.scale.step_width), 0)
    desk.drag(place, place + by, keys=ALT)
    assert {note, Note(note.start - 8, 4, note.pitch)} <= set(desk.notes)
    undone_and_redone(desk, before)


def test_resize_both_edges_under_their_cursor(qtbot: QtBot, desk: Desk) -> None:
    before, note = desk.notes, desk.notes[5]
    two = QPoint(round(2 * desk.scale.step_width), 0)
    assert desk.roll.hand is not None
    for place, shape in (
        (edge(desk, note, True), Qt.CursorShape.SizeHorCursor),
        (edge(desk, note, False), Qt.CursorShape.SizeHorCursor),
        (middle(desk, note), Qt.CursorShape.SizeAllCursor),
    ):
        qtbot.mouseMove(desk.roll.viewport(), place)
        assert desk.roll.hand.cursor(QPointF(place)) == shape
    desk.drag(edge(desk, note, True), edge(desk, note, True) + two)
    assert Note(note.start, 6, note.pitch) in desk.notes
    assert Note(note.end + 2, 2, before[6].pitch) in desk.notes
    undone_and_redone(desk, before)
    desk.undo.undo()
    desk.drag(edge(desk, note, False), edge(desk, note, False) - two)
    assert Note(note.start - 2, 6, note.pitch) in desk.notes
    undone_and_redone(desk, before)


def test_erase_with_the_right_button_and_the_eraser(desk: Desk) -> None:
    before = desk.notes
    desk.drag(middle(desk, before[3]), button=RIGHT)
    assert desk.notes == before[:3] + before[4:]
    undone_and_redone(desk, before)
    desk.undo.undo()
    desk.editor.tools.choose("erase")
    desk.drag(middle(desk, before[0]), middle(desk, before[1]), middle(desk, before[2]))
    assert desk.notes == before[3:]
    undone_and_redone(desk, before)


def test_a_box_selects_shift_adds_and_delete_goes_by_the_editor(desk: Desk) -> None:
    before = desk.notes
    desk.drag(desk.at(0.1, 80), desk.at(8.0, 59))
    assert desk.editor.selection == set(before[:2])
    desk.drag(desk.at(15.9, 80), desk.at(17.0, 59), keys=SHIFT)
    assert desk.editor.selection == {*before[:2], before[3], before[4]}
    desk.drag(middle(desk, before[0]), keys=CTRL)
    assert before[0] not in desk.editor.selection
    desk.editor.tools.choose("draw")
    desk.drag(desk.at(0.1, 80), desk.at(8.0, 59), keys=SHIFT)  # no note is drawn
    assert desk.notes == before
    desk.editor.delete()
    assert desk.notes == (before[2], *before[5:])
    undone_and_redone(desk, before)


def test_a_selection_moves_together_and_a_click_leaves_one(desk: Desk) -> None:
    before = desk.notes
    desk.editor.select(before[8:12])
    place = middle(desk, before[9])
    desk.drag(place, place + QPoint(0, round(-12 * desk.scale.row_height)))
    assert [n.pitch for n in desk.notes[8:12]] == [n.pitch + 12 for n in before[8:12]]
    undone_and_redone(desk, before)
    desk.undo.undo()
    desk.editor.select(before[8:12])
    desk.drag(place)
    assert desk.editor.selection == {before[9]}


def test_alt_on_a_key_selects_its_pitch(qtbot: QtBot, desk: Desk) -> None:
    key = desk.at(0, 64)
    qtbot.mouseClick(desk.roll.viewport(), LEFT, ALT, QPoint(10, key.y()))
    assert desk.editor.selection == {note for note in desk.notes if note.pitch == 64}
    assert desk.editor.selection


def test_escape_lets_a_drag_go(qtbot: QtBot, desk: Desk) -> None:
    before = desk.notes
    place = middle(desk, before[2])
    viewport = desk.roll.viewport()
    send(viewport, QEvent.Type.MouseButtonPress, place)
    send(viewport, QEvent.Type.MouseMove, place + QPoint(0, -60))
    assert desk.roll.index.notes != before
    qtbot.keyClick(desk.roll, Qt.Key.Key_Escape)
    send(viewport, QEvent.Type.MouseButtonRelease, place)
    assert desk.notes == before
    assert not desk.undo.canUndo()


def test_velocities_are_dragged_painted_and_scaled(desk: Desk) -> None:
    before, lane = desk.notes, desk.lane

    def place(note: Note, velocity: int) -> QPoint:
        rect = lane.bar_rect(Note(note.start, note.length, note.pitch, velocity))
        return QPointF(rect.center().x(), rect.top()).toPoint()

    drag_over(lane, (place(before[2], 90), place(before[2], 30)))
    assert abs(desk.notes[2].velocity - 30) <= 2
    assert desk.notes[3:] == before[3:]
    undone_and_redone(desk, before)
    desk.undo.undo()
    drag_over(lane, (place(before[0], 20), place(before[7], 120)))
    painted = [note.velocity for note in desk.notes[:8]]
    assert painted == sorted(painted)
    assert painted[-1] - painted[0] > 90
    assert desk.notes[8:] == before[8:]
    assert not desk.editor.selection
    undone_and_redone(desk, before)
    desk.undo.undo()
    desk.editor.select(before[:3])
    drag_over(lane, (place(before[1], 90), place(before[1], 45)))
    assert all(abs(note.velocity - 45) <= 2 for note in desk.notes[:3])
    assert desk.notes[3:] == before[3:]


def test_the_wheel_changes_velocity_in_one_step(desk: Desk) -> None:
    before = desk.notes
    place = QPointF(middle(desk, before[4]))
    for _ in range(3):
        event = QWheelEvent(
            place, desk.roll.viewport().mapToGlobal(place), QPoint(), QPoint(0, 120),
            Qt.MouseButton.NoButton, CTRL, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(desk.roll.viewport(), event)
    assert desk.notes[4].velocity == before[4].velocity + 15
    undone_and_redone(desk, before)


def test_a_locked_bar_refuses(desk: Desk) -> None:
    desk.song.set_locks([2])
    before = desk.notes
    sentence = "Bar 3 is locked. Unlock it first (L)."
    desk.drag(middle(desk, before[9]), middle(desk, before[9]) + QPoint(0, -80))
    assert desk.said == [sentence]
    desk.drag(middle(desk, before[7]), middle(desk, before[9]))  # from bar 2 into it
    assert desk.said == [sentence] * 2
    kept = before[8:12]
    assert set(kept) <= set(desk.notes)
    desk.editor.tools.choose("draw")
    desk.drag(desk.at(34.5, 80), desk.at(36.5, 80))
    desk.drag(middle(desk, before[9]), button=RIGHT)
    assert desk.said == [sentence] * 4
    desk.editor.select_all()
    desk.editor.climb(1)
    assert desk.said == [sentence] * 5
    assert set(kept) <= set(desk.notes)


def test_notes_travel_between_two_windows(qtbot: QtBot, desk: Desk) -> None:
    other = shown(qtbot, None)
    desk.editor.select(desk.notes[4:7])
    desk.editor.copy()
    assert QGuiApplication.clipboard().mimeData().hasFormat(MIME)
    other.editor.paste(3.7)
    copied = [Note(n.start - 16 + 3, n.length, n.pitch) for n in desk.notes[4:7]]
    assert list(other.notes) == copied
    assert other.editor.selection == set(copied)
    other.undo.undo()
    assert other.song.clip is None
    before = desk.notes
    desk.editor.cut()
    undone_and_redone(desk, before)
    QGuiApplication.clipboard().setText("no notes")
    other.editor.paste(0)
    assert other.said == ["There are no notes on the clipboard. Copy some first."]


def test_three_four_has_bars_of_twelve_steps(qtbot: QtBot) -> None:
    notes = tuple(Note(4 * beat, 4, 72) for beat in range(12))
    clip = Clip(bars=4, tempo=90, chords=("C", "F", "G", "C"), notes=notes, meter="3/4")
    desk = shown(qtbot, clip)
    qtbot.mouseMove(desk.roll.viewport(), desk.at(13.5, 72))
    qtbot.waitUntil(lambda: desk.roll.readout() == "C5   bar 2 · 1.2")
    desk.editor.select_bars([1])
    assert [note.start for note in sorted(desk.editor.selection)] == [12, 16, 20]
    desk.editor.tools.choose("draw")
    desk.editor.tools.set_snap("chord")
    desk.drag(desk.at(12.5, 70))  # over F
    assert Note(12, 1, 69) in desk.notes
