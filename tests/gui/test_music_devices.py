"""MIDI devices and keyboards: heard in order, unplugged, absent."""

from __future__ import annotations

import sys
import types

import pytest
from music_desk import Desk
from pytestqt.qtbot import QtBot

from engines.music.score import DEFAULT_BAND, Clip, Note
from engines.music.sound.performance import perform, with_part
from studio.media import midi_ports
from studio.media.midi_in import Keyboard
from studio.media.midi_out import MidiOut, Sequence
from studio.media.midi_ports import NO_DEVICE as NO_PORTS
from studio.media.midi_ports import NO_LIBRARY, NO_SYSTEM, list_ports


class Wire:
    """Takes down what is sent."""

    def __init__(self, broken: bool = False) -> None:
        self.sent: list[list[int]] = []
        self.broken = broken

    def send_message(self, message: list[int]) -> None:
        if self.broken:
            raise OSError("unplugged")
        self.sent.append(message)

    def struck(self, channel: int = 0) -> list[int]:
        return [message[1] for message in self.sent if message[0] == 0x90 | channel]


def test_a_performance_as_messages() -> None:
    clip = Clip(bars=1, tempo=60.0, chords=("C",), notes=(Note(0, 4, 60), Note(4, 4, 60, 50)))
    band = with_part(with_part(DEFAULT_BAND, "melody", program=4, volume=0.5), "drums", on=True)
    sequence = Sequence(perform(clip, band))
    assert (0xC0, 4) in sequence.setup
    assert (0xB0, 7, 50) in sequence.setup
    assert sequence.channels == (0, 1, 9)
    melody_only = [m for m in sequence.between(0.0, 9.0) if m[0] & 0x0F == 0]
    assert melody_only == [(0x90, 60, 90), (0x80, 60, 0), (0x90, 60, 50), (0x80, 60, 0)]
    assert sequence.between(1.0, 1.0) == []
    assert {m[0] for m in sequence.silence()} == {0xB0, 0xB1, 0xB9}


def test_a_device_hears_the_notes_in_order_and_is_silent_after_the_stop(
    qtbot: QtBot, desk: Desk
) -> None:
    playback, wire = desk.playback, Wire()
    playback._midi.attach(wire, "Synth 1")
    playback._play_on_device()
    assert playback.device == "Synth 1"
    playback.play()
    assert desk.song.clip is not None
    wanted = [note.pitch for note in desk.song.clip.notes]
    qtbot.waitUntil(lambda: len(wire.struck()) >= 20, timeout=10_000)
    playback.stop()
    assert wire.struck()[:20] == (wanted * 2)[:20]  # round the loop
    assert wire.sent[-1][1] == 123
    assert not playback.reason_silent
    playback.set_device("")
    assert playback.device == ""


def test_an_unplugged_device_is_a_sentence(qtbot: QtBot, desk: Desk) -> None:
    playback = desk.playback
    playback._midi.attach(Wire(broken=True), "Synth 1")
    playback._play_on_device()
    with qtbot.waitSignal(playback.silent) as told:
        playback.play()
    assert "Synth 1 went away" in told.args[0]
    assert playback.device == ""
    assert playback.playing


def system(names: list[str], works: bool = True) -> types.ModuleType:
    """The library as it is on a machine with these ports."""

    class Client(Wire):
        def __init__(self, name: str) -> None:
            super().__init__()
            if not works:
                raise RuntimeError("error creating ALSA sequencer client object.")

        def get_ports(self) -> list[str]:
            return names

        def delete(self) -> None:
            pass

    module = types.ModuleType("rtmidi")
    module.MidiIn = module.MidiOut = Client  # type: ignore[attr-defined]
    return module


@pytest.mark.parametrize(
    ("library", "reason"),
    [(None, NO_LIBRARY), (system([], works=False), NO_SYSTEM), (system([]), NO_PORTS)],
)
def test_no_devices_is_an_ordinary_state(
    monkeypatch: pytest.MonkeyPatch, library: types.ModuleType | None, reason: str
) -> None:
    monkeypatch.setitem(sys.modules, "rtmidi", library)
    for direction in ("in", "out"):
        assert list_ports(direction).reason == reason  # type: ignore[arg-type]
    assert MidiOut.ports() == Keyboard.ports() == midi_ports.Ports(reason=reason)
    assert reason.count(".") >= 2  # what is, and what to do


def test_ports_are_listed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rtmidi", system(["Synth", "Synth", "Keys"]))
    assert list_ports("out").names == ("Synth", "Keys")


def test_a_keyboard_tells_of_its_keys(qtbot: QtBot) -> None:
    keyboard = Keyboard()
    down: list[tuple[int, int]] = []
    up: list[int] = []
    keyboard.noteOn.connect(lambda pitch, velocity: down.append((pitch, velocity)))
    keyboard.noteOff.connect(up.append)
    for message in ([0x93, 60, 80], [0x90, 60, 0], [0x81, 62, 64], [0xB0, 7, 1], [0xF8], []):
        keyboard.feed(message)
    assert down == [(60, 80)]
    assert up == [60, 62]
    keyboard.close()
