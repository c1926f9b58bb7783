"""The piano roll with 5,000 notes in a window: a frame of scrolling, dragging and playing."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from results import Figure
from screen import screen

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent, QPoint

    from engines.music.score import Clip

NOTES, FRAMES, WARM = 5_000, 300, 10
#: A frame at 60 a second.
FRAME_MS = 1000 / 60


def song(notes: int) -> Clip:
    """A melody of eighth notes without rests, or as many empty bars."""
    from engines.music.score import Clip, Note

    rng = random.Random(5)
    bars = NOTES // 8
    line = tuple(Note(2 * n, 2, 60 + rng.randrange(24), rng.randint(40, 120)) for n in range(notes))
    chords = ("C", "Am", "F", "G7") * (bars // 4 + 1)
    return Clip(bars=bars, tempo=120.0, chords=chords[:bars], notes=line)


class Score:
    """Chord lane, roll and velocity lane in a window, as the Music mode stacks them."""

    def __init__(self, notes: int) -> None:
        from PySide6.QtGui import QUndoStack
        from PySide6.QtWidgets import QVBoxLayout, QWidget

        from studio.model.note_editor import NoteEditor
        from studio.model.note_tools import NoteTools
        from studio.model.settings import Settings
        from studio.model.song import Song, Take
        from studio.view.widgets.chord_lane import ChordLane, LaneContent
        from studio.view.widgets.piano_roll import PianoRoll
        from studio.view.widgets.roll_scale import RollScale
        from studio.view.widgets.velocity_lane import VelocityLane

        self.window = QWidget()
        self.undo = QUndoStack()
        self.song = Song(self.undo)
        clip = song(notes)
        self.song.open((Take(clip),), 0, "C")
        self.editor = NoteEditor(self.song, lambda: clip, NoteTools(Settings()))
        self.scale = RollScale()
        self.roll, self.lane = PianoRoll(self.scale), ChordLane(self.scale)
        self.roll.edit_with(self.editor)
        self.velocities = VelocityLane(self.scale, self.editor)
        column = QVBoxLayout(self.window)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part, stretch in ((self.lane, 0), (self.roll, 1), (self.velocities, 0)):
            column.addWidget(part, stretch)
        self.lane.show_content(LaneContent(clip.chords))
        self.roll.show_clip(clip, clip.chords)
        self.window.resize(1280, 800)
        self.window.show()

    def close(self) -> None:
        """Take the window away."""
        self.window.close()
        self.window.deleteLater()


def frames(act: Callable[[int], object]) -> list[float]:
    """Milliseconds of every act with the painting that follows, sorted."""
    from PySide6.QtWidgets import QApplication

    QApplication.processEvents()
    taken = []
    for number in range(WARM + FRAMES):
        started = time.perf_counter()
        act(number)
        QApplication.processEvents()  # paints
        taken.append((time.perf_counter() - started) * 1e3)
    return sorted(taken[WARM:])


def pointer(score: Score, kind: QEvent.Type, place: QPoint) -> None:
    """A mouse event of the left button over the roll."""
    from PySide6.QtCore import QPointF, Qt
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QApplication

    view, left, none = score.roll.viewport(), Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    which = none if kind == QMouseEvent.Type.MouseMove else left
    point, there = QPointF(place), QPointF(view.mapToGlobal(place))
    event = QMouseEvent(kind, point, there, which, left, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(view, event)


def drag(score: Score, index: int) -> list[float]:
    """Frames of a drag of a note, and whatever is selected with it, in circles."""
    from PySide6.QtCore import QEvent, QPoint

    place = score.roll.note_center(index).toPoint()
    pointer(score, QEvent.Type.MouseButtonPress, place)

    def act(number: int) -> None:
        away = QPoint(number * 3 % 90, -(number * 5) % 120)
        pointer(score, QEvent.Type.MouseMove, place + away)

    taken = frames(act)
    steps = score.undo.index()
    pointer(score, QEvent.Type.MouseButtonRelease, place)
    assert score.undo.index() == steps + 1, "nothing was dragged"
    score.undo.undo()
    return taken


def scroll(score: Score) -> list[float]:
    """Frames of scrolling through it."""
    return frames(lambda number: score.scale.scroll(23.0 * number, score.scale.top))


def play(score: Score) -> list[float]:
    """Frames of the playhead, at 120 beats a minute."""

    def act(number: int) -> None:
        score.roll.set_playhead(number * 8 / 60, following=True)
        score.lane.set_playhead(number * 8 / 60, shown=True)

    return frames(act)


def measure() -> list[Figure]:
    """Median and slow tail of every kind of frame, and how it compares with an empty grid."""
    with screen():
        from studio.app import application

        app = application([])
        empty, full = Score(0), Score(NOTES)
        ground = statistics.median(scroll(empty))
        kinds: dict[str, Any] = {"scrolling": scroll(full)}
        full.scale.fit()
        kinds["playing"] = play(full)
        full.scale.fit()
        app.processEvents()
        kinds["dragging one note"] = drag(full, 20)
        full.editor.select_all()
        kinds["dragging all notes"] = drag(full, 20)
        for score in (empty, full):
            score.close()
        app.processEvents()
    return list(told(ground, kinds))


def told(ground: float, kinds: dict[str, list[float]]) -> Iterable[Figure]:
    """A row for every kind of frame."""
    for kind, taken in kinds.items():
        middle, slow = statistics.median(taken), taken[int(len(taken) * 0.99)]
        yield Figure(
            f"piano roll, a frame of {kind}, 5,000 notes, window 1280x800",
            f"{middle:.1f} ms (99%: {slow:.1f} ms), {middle / ground:.2f} x scrolling empty bars",
            "median at most 16.7 ms",
            middle <= FRAME_MS,
        )
