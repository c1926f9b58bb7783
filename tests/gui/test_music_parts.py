"""The mixer with the mouse: who plays, what, how loud, on which device; every step undoable."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import msgspec
import pytest
from melodies import melody
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QComboBox, QScrollBar, QWidget
from pytestqt.qtbot import QtBot

from engines.music.score import DEFAULT_BAND
from engines.music.sound.performance import find_part
from studio.media import midi_ports
from studio.media.midi_ports import NO_LIBRARY, Ports
from studio.model.playback import Playback
from studio.model.settings import Settings
from studio.model.song import Song, SongState, Take
from studio.view.panels.parts_panel import PATTERNS_NOTE, THIS_COMPUTER, PartsPanel

LEFT = Qt.MouseButton.LeftButton


class Mixer:
    """A panel with the song and the undo stack under it."""

    def __init__(self, qtbot: QtBot) -> None:
        self.undo = QUndoStack()
        self.song = Song(self.undo)
        self.playback = Playback(self.song, Settings())
        self.song.load(SongState("C Am F G", 110.0, (Take(melody("C Am F G", 4)),)))
        self.panel = PartsPanel(self.song, self.playback)
        qtbot.addWidget(self.panel)
        self.panel.resize(280, self.panel.sizeHint().height())
        self.panel.show()


@pytest.fixture
def mixer(qtbot: QtBot) -> Iterator[Mixer]:
    made = Mixer(qtbot)
    yield made
    made.playback.close()


def test_a_part_is_switched_on_and_off_and_undone(qtbot: QtBot, mixer: Mixer) -> None:
    drums = mixer.panel.rows["drums"]
    assert not drums.on.isChecked()
    assert not drums.volume.isEnabled()
    assert "Switch them on" in drums.volume.toolTip()
    qtbot.mouseClick(drums.on, LEFT, pos=QPoint(8, drums.on.height() // 2))
    assert find_part(mixer.song.state.band, "drums").on
    assert drums.volume.isEnabled()
    assert mixer.undo.undoText() == "Switch drums on"
    mixer.undo.undo()
    assert mixer.song.state.band == DEFAULT_BAND
    assert not drums.on.isChecked()


def test_one_drag_of_a_volume_is_one_step_of_undo(qtbot: QtBot, mixer: Mixer) -> None:
    slider = mixer.panel.rows["chords"].volume
    middle = slider.height() // 2
    for ends in ((70, 40), (40, 20)):
        qtbot.mousePress(slider, LEFT, pos=QPoint(ends[0], middle))
        for x in range(ends[0], ends[1], -5):
            qtbot.mouseMove(slider, QPoint(x, middle))
        qtbot.mouseRelease(slider, LEFT, pos=QPoint(ends[1], middle))
    assert mixer.undo.count() == 2
    assert find_part(mixer.song.state.band, "chords").volume < 0.5
    mixer.undo.undo()
    mixer.undo.undo()
    assert mixer.song.state.band == DEFAULT_BAND
    assert slider.number() == 100


def test_an_instrument_and_a_pattern(qtbot: QtBot, mixer: Mixer) -> None:
    row = mixer.panel.rows["bass"]
    qtbot.mouseClick(row.on, LEFT, pos=QPoint(8, row.on.height() // 2))
    assert row.instrument is not None
    assert row.pattern is not None
    row.instrument.open_list()
    chooser = row.instrument._list
    assert chooser is not None
    qtbot.keyClicks(chooser.filter, "fretless")
    qtbot.keyClick(chooser.filter, Qt.Key.Key_Down)
    qtbot.keyClick(chooser.filter, Qt.Key.Key_Return)
    walking = row.pattern.findText("Walking")
    row.pattern.setCurrentIndex(walking)
    row.pattern.activated.emit(walking)
    bass = find_part(mixer.song.state.band, "bass")
    assert bass.pattern == "walking"
    assert row.instrument.text() == "Fretless bass"
    assert mixer.playback.voice.band == mixer.song.state.band


def test_in_three_four_the_waltzes_are_offered(mixer: Mixer) -> None:
    clip = msgspec.structs.replace(melody("C Am F G", 4), meter="3/4")
    mixer.song.load(SongState("C Am F G", 110.0, (Take(clip),)))
    box = mixer.panel.rows["drums"].pattern
    assert box is not None
    titles = [box.itemText(row) for row in range(box.count())]
    assert titles == ["Waltz", "Soft waltz"]
    assert box.currentText() == "Waltz"  # instead of the backbeat that was chosen
    assert find_part(mixer.song.state.band, "drums").pattern == "backbeat"


def test_patterns_are_called_patterns(mixer: Mixer) -> None:
    texts = [child.text() for child in mixer.panel.findChildren(QWidget) if hasattr(child, "text")]
    assert PATTERNS_NOTE in texts
    for kind in ("chords", "bass", "drums"):
        assert "pattern made from your chords" in mixer.panel.rows[kind].on.toolTip()


def test_every_control_has_a_name_and_fits(mixer: Mixer) -> None:
    kinds = (QAbstractButton, QAbstractSlider, QComboBox)
    names = []
    for widget in mixer.panel.findChildren(QWidget):
        if isinstance(widget, kinds) and not isinstance(widget.parent(), QComboBox):
            if isinstance(widget, QScrollBar) or widget.objectName().startswith("qt_"):
                continue
            names.append(widget.objectName())
            assert widget.objectName()
            assert widget.accessibleName()
            assert widget.toolTip()
            right = widget.mapTo(mixer.panel, QPoint(widget.width(), 0)).x()
            assert right <= mixer.panel.width()
    assert len(names) == len(set(names)) >= 15


def test_without_the_library_the_list_says_so(
    mixer: Mixer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rtmidi", None)
    mixer.panel.device.showPopup()
    mixer.panel.device.hidePopup()
    assert mixer.panel.said.isVisible()
    assert mixer.panel.said.text() == NO_LIBRARY
    assert mixer.panel.device.currentText() == THIS_COMPUTER


def test_a_device_that_is_gone_is_a_sentence(
    qtbot: QtBot, mixer: Mixer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mixer.playback, "devices", lambda: Ports(("Synth 1",)))
    mixer.panel.device.showPopup()
    mixer.panel.device.hidePopup()
    assert mixer.panel.device.findText("Synth 1") == 1
    with qtbot.waitSignal(mixer.playback.silent) as told:
        mixer.panel.device.activated.emit(1)
    assert any(word in told.args[0] for word in ("cannot be opened", "rtmidi", "no MIDI"))
    assert mixer.playback.device == ""
    assert mixer.panel.device.currentText() == THIS_COMPUTER
    assert midi_ports.list_ports("in").reason or midi_ports.list_ports("in").names
