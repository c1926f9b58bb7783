"""Playing a song without a window: loops, edits, count-in, tempo; MIDI devices and keyboards."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import msgspec
import numpy as np
import pytest
from music_desk import Desk, other
from PySide6.QtGui import QUndoStack
from pytestqt.qtbot import QtBot

from engines.music.score import DEFAULT_BAND, Clip, TempoChange
from engines.music.sound.metronome import count_in
from engines.music.sound.performance import with_part
from studio.media.player import Player
from studio.media.sample_source import Recording, SampleSource, silence
from studio.media.synthesiser import Order
from studio.model.playback import Playback
from studio.model.settings import Settings
from studio.model.song import Song, SongState, Take
from studio.model.song_file import decode_song, encode_song

RATE = 1000
#: A bar of it lasts a quarter of a second.


pytestmark = pytest.mark.usefixtures("silent")


def level(value: float, bars: int = 100, tail: int = 20) -> Recording:
    """A recording whose every sample is the same."""
    samples = np.full((bars + tail, 2), value, np.float32)
    return Recording(samples, np.full((bars, 2), 100.0, np.float32), bars, RATE)


def stream(recording: Recording, looping: bool = True) -> SampleSource:
    source = SampleSource(None)  # type: ignore[arg-type]
    source.load(recording)
    source.looping = looping
    source.begin(0)
    return source


# --- the stream ------------------------------------------------------------------------------


def test_a_region_is_looped_without_a_click() -> None:
    samples = np.repeat(np.arange(120, dtype=np.float32)[:, None], 2, axis=1)
    source = stream(Recording(samples, silence(100), 100, RATE))
    source.region = (40, 60)
    source.begin(40)
    heard = source.take(60)[:, 0]
    assert heard[:20].tolist() == list(range(40, 60))
    assert heard[20] == 40 + 60  # what would have followed, giving way within 12 ms
    assert heard[32:40].tolist() == list(range(52, 60))
    assert [source.frame_at(n) for n in (0, 19, 20, 39, 40)] == [40, 59, 40, 59, 40]


def test_a_region_behind_the_end_is_passed_over() -> None:
    source = stream(level(1.0))
    source.region = (200, 300)
    assert source.round() == (0, 100)
    source.region = (50, 300)
    assert source.round() == (50, 100)


def test_an_edit_waits_for_the_next_round() -> None:
    source = stream(level(1.0))
    source.take(30)
    source.swap_at_loop(level(2.0))
    assert set(source.take(70)[:, 0]) == {1.0}
    assert source.take(20)[:, 0].tolist() == [3.0] * 20  # the old one's tail rings over the new
    assert set(source.take(80)[:, 0]) == {2.0}
    source.swap_at_loop(level(4.0))
    source.looping = False  # then there is no next round to wait for
    assert source.take(13)[-1, 0] == 4.0


def test_clicks_count_in_before_the_first_frame() -> None:
    source = stream(level(1.0))
    source.begin(25, np.full((10, 2), 9.0, np.float32))
    assert source.take(12)[:, 0].tolist() == [9.0] * 10 + [1.0] * 2
    assert [source.frame_at(n) for n in (0, 9, 10, 11)] == [25, 25, 25, 26]
    assert [source.counting(n) for n in (0, 9, 10)] == [True, True, False]
    source.take(1000)
    assert set(source.take(400)[:, 0]) <= {1.0, 2.0}  # and not again at the loop


def test_where_a_device_plays_only_the_metronome_is_heard() -> None:
    source = stream(level(1.0))
    source.muted = source.clicking = True
    assert set(source.take(100)[:, 0]) == {100.0}


# --- the song --------------------------------------------------------------------------------


@pytest.fixture
def ready(qtbot: QtBot, desk: Desk) -> Callable[[], None]:
    """Waits until what is asked for is in the player."""
    playback = desk.playback

    def wait() -> None:
        qtbot.waitUntil(lambda: playback._order_heard == playback._order(), timeout=30_000)

    return wait


def test_a_loop_region_is_played_round(qtbot: QtBot, desk: Desk) -> None:
    playback = desk.playback
    playback.set_looping(False)
    playback.set_loop(16, 32)
    assert playback.looping
    assert playback.loop == (16, 32)
    steps: list[float] = []
    playback.moved.connect(steps.append)
    playback.play()
    qtbot.waitUntil(lambda: any(b < a for a, b in pairwise(steps)))
    playback.stop()
    assert min(steps) >= 16
    assert max(steps) <= 32
    playback.seek(60.0)
    playback.rewind()
    assert playback.step == 16
    playback.rewind()
    assert playback.step == 0
    playback.set_loop(16, None)
    assert playback.loop is None


def test_a_loop_ends_with_the_bars_it_was_about(desk: Desk) -> None:
    playback, song = desk.playback, desk.song
    clip = desk.song.takes[0].clip
    short = msgspec.structs.replace(clip, bars=clip.bars - 1, chords=clip.chords[:-1], notes=())
    playback.set_loop(clip.steps - 16, clip.steps)
    song.open((Take(short),), 0, "C")
    assert playback.loop is None
    playback.set_loop(0, 16)
    song.open((Take(msgspec.structs.replace(short, meter="3/4")),), 0, "C")
    assert playback.loop is None  # it would end in the middle of a bar
    assert desk.source.round() == (0, desk.heard.length)


def test_an_edit_is_heard_from_the_next_round_on(
    qtbot: QtBot, desk: Desk, ready: Callable[[], None]
) -> None:
    playback, song = desk.playback, desk.song
    playback.play()
    before = desk.heard
    assert song.clip is not None
    playback.seek(0.0)
    song.edit("Transpose", other(song.clip))
    ready()
    assert desk.source._pending is not None or desk.heard is not before
    qtbot.waitUntil(lambda: desk.heard is not before, timeout=10_000)
    assert desk.source._pending is None
    assert playback.playing


def test_another_take_band_or_tempo_is_heard_at_once(desk: Desk, ready: Callable[[], None]) -> None:
    playback, song = desk.playback, desk.song
    playback.play()
    changes: list[Callable[[], None]] = [
        lambda: song.select(1),
        lambda: song.set_band(with_part(song.state.band, "drums", on=True)),
        lambda: song.set_tempo(480.0),
    ]
    for change in changes:
        before = desk.heard
        change()
        ready()
        assert desk.heard is not before
        assert desk.source._pending is None
    assert playback.playing


def test_an_edit_while_nothing_plays_is_heard_at_once(
    desk: Desk, ready: Callable[[], None]
) -> None:
    before = desk.heard
    assert desk.song.clip is not None
    desk.song.edit("Transpose", other(desk.song.clip))
    ready()
    assert desk.heard is not before


def test_play_does_not_wait_long_for_an_edit(
    qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    playback, before = desk.playback, desk.heard
    asked: list[Order] = []
    monkeypatch.setattr(playback._synthesiser, "ask", asked.append)  # as if it took for ever
    assert desk.song.clip is not None
    desk.song.edit("Transpose", other(desk.song.clip, by=2))
    with qtbot.waitSignal(playback._player.playingChanged, timeout=5_000):
        playback.play()
    assert desk.heard is before
    playback._on_rendered(asked[-1], level(0.5))
    assert desk.heard is not before  # heard as soon as it is there
    monkeypatch.undo()


def test_play_waits_for_another_take(
    qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    playback = desk.playback
    monkeypatch.setattr(playback._synthesiser, "ask", lambda _order: None)
    desk.song.select(1)
    playback.play()
    playback._patience.timeout.emit()
    assert playback.playing
    assert not playback._player.playing
    monkeypatch.undo()


def test_a_bar_is_counted_in_and_the_playhead_waits(qtbot: QtBot, desk: Desk) -> None:
    playback = desk.playback
    playback.set_counting(True)
    playback.seek(16.0)
    playback.play()
    assert playback._player.counting_in
    assert playback.step == pytest.approx(16.0, abs=0.01)
    qtbot.waitUntil(lambda: not playback._player.counting_in, timeout=5_000)
    qtbot.waitUntil(lambda: playback.step > 16.5, timeout=5_000)


def test_the_count_follows_meter_and_tempo() -> None:
    clip = Clip(
        bars=2, tempo=60.0, chords=(), notes=(), meter="3/4", tempos=(TempoChange(1, 120.0),)
    )
    assert len(count_in(clip, 0.0, RATE)) == 3 * RATE
    assert len(count_in(clip, 12.0, RATE)) == 1.5 * RATE


def test_old_settings_seed_the_band_of_an_empty_song(qtbot: QtBot) -> None:
    settings = Settings()
    settings.remember("music.sound", {"program": 40, "chords": False, "pattern": "pulse"})
    song = Song(QUndoStack())
    playback = Playback(song, settings)
    melody_part, chords = song.state.band[:2]
    assert (melody_part.program, chords.on, chords.pattern) == (40, False, "pulse")
    playback.close()
    settings.remember("music.sound", {"program": 999, "chords": 3, "pattern": "polka"})
    song = Song(QUndoStack())
    playback = Playback(song, settings)
    assert song.state.band == DEFAULT_BAND
    playback.close()


def test_a_documents_band_comes_back_and_a_broken_one_is_mended() -> None:
    band = with_part(with_part(DEFAULT_BAND, "bass", on=True, volume=0.5), "drums", pattern="four")
    state = SongState("C", 120.0, band=band)
    assert decode_song(encode_song(state), "It").band == band
    odd = with_part(with_part(band, "bass", program=300, volume=7.0), "drums", pattern="polka")
    mended = decode_song(encode_song(SongState("C", 120.0, band=odd[1:])), "It").band
    assert [part.kind for part in mended] == ["melody", "chords", "bass", "drums"]
    assert (mended[2].on, mended[2].program, mended[2].volume) == (True, 33, 1.0)
    assert mended[3].pattern == "backbeat"


# --- MIDI devices ----------------------------------------------------------------------------


def test_a_player_without_sound_counts_nothing_in(qtbot: QtBot) -> None:
    player = Player()
    assert not player.counting_in
    assert player.round == (0.0, 0.0)
