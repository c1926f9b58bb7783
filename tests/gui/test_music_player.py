"""Playing without a sound device: it runs in time, loops, seeks, and says why it is silent."""

from __future__ import annotations

import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import mido
import numpy as np
import pretty_midi
import pytest
from pytestqt.qtbot import QtBot

from engines.music.score import DEFAULT_BAND, Clip, Note
from engines.music.sound.performance import with_part
from engines.protocol.errors import EngineError
from engines.protocol.messages import Request
from studio.media import outputs, synthesiser
from studio.media.midi import copy_to_drag, export_midi, read_midi
from studio.media.outputs import NO_DEVICE, NO_LIBRARY, SilentOutput, open_output
from studio.media.player import Player, Recording
from studio.media.sample_source import SampleSource
from studio.media.synthesiser import Order, Synthesiser, Voice

RATE = 1000
CLIP = Clip(bars=1, tempo=240.0, chords=("C",), notes=(Note(0, 8, 60), Note(8, 8, 64)))


def voiced(program: int) -> Voice:
    return Voice(with_part(DEFAULT_BAND, "melody", program=program))


def ramp(body: int = 100, tail: int = 20) -> np.ndarray:
    """Samples whose value tells their place."""
    return np.repeat(np.arange(body + tail, dtype=np.float32)[:, None], 2, axis=1)


def source(body: int = 100, tail: int = 20) -> SampleSource:
    made = SampleSource(None)
    made.load(Recording(ramp(body, tail), np.full((body, 2), 0.25, np.float32), body, RATE))
    made.begin(0)
    return made


def recording(seconds: float = 0.4, tail: float = 0.1) -> Recording:
    frames = round((seconds + tail) * RATE)
    samples = np.full((frames, 2), 0.1, np.float32)
    clicks = np.zeros((round(seconds * RATE), 2), np.float32)
    return Recording(samples, clicks, round(seconds * RATE), RATE)


@pytest.fixture
def player(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Player:
    monkeypatch.setattr(
        "studio.media.player.open_output",
        lambda rate, parent: SilentOutput(rate, NO_DEVICE, parent),
    )
    return Player()


# --- the stream ------------------------------------------------------------------------------


def test_plays_bars_and_tail_once_then_ends() -> None:
    stream = source()
    assert stream.take(70)[:, 0].tolist() == list(range(70))
    assert stream.take(70)[:, 0].tolist() == list(range(70, 120))
    assert len(stream.take(10)) == 0
    assert stream.bytesAvailable() == 0


def test_loop_has_no_gap_and_the_tail_rings_over_the_beginning() -> None:
    stream = source()
    stream.looping = True
    first, second = stream.take(100)[:, 0], stream.take(100)[:, 0]
    assert first.tolist() == list(range(100))
    assert second[:20].tolist() == [i + 100 + i for i in range(20)]
    assert second[20:].tolist() == list(range(20, 100))
    assert stream.bytesAvailable() > 0


def test_place_is_known_for_frames_taken_long_ago() -> None:
    stream = source()
    stream.begin(90)
    stream.looping = True
    stream.take(35)  # 90..99, then 0..24
    assert [stream.frame_at(n) for n in (0, 9, 10, 34)] == [90, 99, 0, 24]


def test_metronome_is_mixed_in_only_when_asked() -> None:
    stream = source()
    stream.clicking = True
    assert stream.take(1)[0, 0] == pytest.approx(0.25)
    stream.clicking = False
    assert stream.take(1)[0, 0] == pytest.approx(1.0)


def test_change_of_samples_goes_on_in_time() -> None:
    stream = source()
    stream.take(40)
    twice = Recording(ramp() * 2, np.zeros((100, 2), np.float32), 100, RATE)
    stream.swap(twice)  # 12 ms of one giving way to the other: 12 frames
    part = stream.take(14)[:, 0]
    assert part[0] == 40.0
    assert part[6] == pytest.approx(46 * (1 + 6 / 11))
    assert part[11:].tolist() == [102.0, 104.0, 106.0]
    stream.load(Recording(ramp() * 3, np.zeros((100, 2), np.float32), 100, RATE))
    assert stream.take(1)[0, 0] == 54 * 3


def test_device_reads_limited_bytes() -> None:
    stream = source()
    data = stream.read(8 * 4).data()
    assert np.frombuffer(data, np.float32).reshape(-1, 2)[:, 0].tolist() == [0.0, 1.0, 1.0, 1.0]


def test_an_empty_loop_does_not_hang() -> None:
    stream = SampleSource(None)
    stream.looping = True
    assert len(stream.take(10)) == 0


# --- the transport ---------------------------------------------------------------------------


def test_runs_silently_at_the_pace_of_time(qtbot: QtBot, player: Player) -> None:
    player.load(recording())
    places: list[float] = []
    player.moved.connect(places.append)
    with qtbot.waitSignal(player.silent) as told:
        player.play()
    assert told.args == [NO_DEVICE]
    start = time.monotonic()
    qtbot.waitUntil(lambda: player.position >= 0.3, timeout=2000)
    assert 0.2 < time.monotonic() - start < 1.0
    assert places == sorted(places)
    assert len(places) > 4
    qtbot.waitUntil(lambda: not player.playing, timeout=2000)
    assert player.position == 0.0  # back at the start, ready for the next time


def test_loops_until_stopped(qtbot: QtBot, player: Player) -> None:
    player.load(recording(0.1, 0.05))
    player.set_looping(True)
    turns: list[float] = []
    player.moved.connect(turns.append)
    player.play()
    qtbot.waitUntil(lambda: sum(b < a for a, b in pairwise(turns)) >= 2)
    assert player.playing
    player.stop()
    assert not player.playing
    assert max(turns) <= 0.1 + 1e-6


def test_stop_keeps_the_place_and_play_goes_on(qtbot: QtBot, player: Player) -> None:
    player.load(recording())
    player.play()
    qtbot.waitUntil(lambda: player.position > 0.1)
    player.stop()
    place = player.position
    player.play()
    qtbot.waitUntil(lambda: player.position > place)
    assert player.position < place + 0.2


def test_seek_while_it_plays(qtbot: QtBot, player: Player) -> None:
    player.load(recording(2.0))
    player.play()
    player.seek(1.5)
    assert player.position == 1.5
    qtbot.waitUntil(lambda: player.position > 1.55)
    player.seek(99.0)
    assert player.position == 2.0
    player.seek(-1.0)
    assert player.position == 0.0


def test_shorter_recording_brings_the_playhead_back(player: Player) -> None:
    player.load(recording(2.0))
    player.seek(1.5)
    player.load(recording(0.5))
    assert player.position == 0.0
    player.load(None)
    player.play()
    assert not player.playing


# --- the outputs -----------------------------------------------------------------------------


def test_no_device_is_an_ordinary_state(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/nowhere")
    output = open_output(44100)
    if output.reason == "":
        pytest.skip("this machine has a sound device that needs no server")
    assert isinstance(output, SilentOutput)
    assert output.reason in (NO_DEVICE, NO_LIBRARY)


def test_missing_sound_library_is_an_ordinary_state(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "PySide6.QtMultimedia", None)
    output = open_output(44100)
    assert isinstance(output, SilentOutput)
    assert "libpulse0" in output.reason


def test_sixteen_bit_devices_get_sixteen_bits() -> None:
    samples = np.array([[1.0, -1.0], [0.0, 0.5]], np.float32)
    values = np.frombuffer(outputs._as_int16(samples), "<i2").tolist()
    assert values == [32767, -32767, 0, 16383]


# --- the worker ------------------------------------------------------------------------------


def test_recordings_are_made_off_the_main_thread_and_kept(qtbot: QtBot) -> None:
    worker = Synthesiser()
    order = Order(CLIP, Voice())
    with qtbot.waitSignal(worker.rendered, timeout=20_000) as told:
        worker.ask(order)
        assert worker.busy
    assert told.args[0] == order
    made: Recording = told.args[1]
    assert made.length == made.rate  # one second: one bar of four beats at 240
    assert len(made.clicks) == made.length
    with qtbot.waitSignal(worker.rendered, timeout=20_000) as again:
        worker.ask(order)
    assert again.args[1] is made
    worker.close()


def test_only_the_newest_of_waiting_orders_is_made(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = Synthesiser()
    done: list[int] = []
    worker.rendered.connect(lambda order, _made: done.append(order.voice.program))
    for program in range(6):
        worker.ask(Order(CLIP, voiced(program)))
    qtbot.waitUntil(lambda: bool(done) and not worker.busy, timeout=20_000)
    assert done == [0, 5]
    worker.close()


def test_other_takes_are_made_while_nothing_else_is_wanted(qtbot: QtBot) -> None:
    worker = Synthesiser()
    done: list[int] = []
    worker.rendered.connect(lambda order, _made: done.append(order.voice.program))
    worker.prefetch([Order(CLIP, voiced(program)) for program in (1, 2, 3)])
    worker.ask(Order(CLIP, voiced(9)))
    qtbot.waitUntil(lambda: len(done) == 4 and not worker.busy, timeout=20_000)
    assert done == [1, 9, 2, 3]
    worker.close()


def test_a_broken_soundfont_is_told_in_a_sentence(qtbot: QtBot, tmp_path: Path) -> None:
    worker = Synthesiser()
    with qtbot.waitSignal(worker.failed, timeout=20_000) as told:
        worker.ask(Order(CLIP, Voice(soundfont=tmp_path / "gone.sf2")))
    assert "gone.sf2" in told.args[1]
    worker.close()


def test_an_unexpected_failure_is_told_too(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(synthesiser, "render", break_down)
    worker = Synthesiser()
    with qtbot.waitSignal(worker.failed, timeout=20_000) as told:
        worker.ask(Order(CLIP, Voice()))
    assert "could not be made" in told.args[1]
    worker.close()


def test_a_single_note(qtbot: QtBot) -> None:
    worker = Synthesiser()
    with qtbot.waitSignal(worker.noteRendered, timeout=20_000) as told:
        worker.ask_notes([60], Voice())
    assert np.abs(told.args[0]).max() > 0.1
    worker.close()


# --- files -----------------------------------------------------------------------------------


def test_exported_midi_opens_everywhere_and_carries_its_request(tmp_path: Path) -> None:
    path = tmp_path / "out.mid"
    request = Request(task="compose", model="melody-pop", seed=7, params={"bars": 1})
    export_midi(path, CLIP, request, voiced(73))
    file = mido.MidiFile(path)
    assert file.length == pytest.approx(CLIP.seconds)
    song = pretty_midi.PrettyMIDI(str(path))
    assert song.get_tempo_changes()[1][0] == pytest.approx(240.0)
    melody = song.instruments[0]
    assert melody.program == 73
    assert [note.pitch for note in melody.notes] == [60, 64]
    clip, found = read_midi(path)
    assert found == request
    assert clip.notes == CLIP.notes
    assert clip.chords == CLIP.chords


def test_every_drag_gets_a_file_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    first = copy_to_drag(CLIP, None, Voice(), "A")
    second = copy_to_drag(CLIP, None, Voice(), "A")
    assert first != second
    assert first.name == second.name == "Melody A C 240 bpm.mid"
    assert first.read_bytes() == second.read_bytes()


def test_files_that_are_no_midi_are_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "song.mid"
    with pytest.raises(EngineError, match=r"song\.mid cannot be read"):
        read_midi(path)
    path.write_bytes(b"MThd nonsense")
    with pytest.raises(EngineError, match="not a MIDI file"):
        read_midi(path)
    (tmp_path / "file").write_text("")
    with pytest.raises(EngineError, match="cannot be written"):
        export_midi(tmp_path / "file" / "out.mid", CLIP, None, Voice())
