"""A clip becomes sound: length, level, silence at the end, on every synthesiser there is."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest

from engines.music.score import (
    DEFAULT_BAND,
    Band,
    Clip,
    Meter,
    Note,
    Part,
    PartKind,
    TempoChange,
)
from engines.music.sound import render as sound
from engines.music.sound import soundfonts
from engines.music.sound.metronome import clicks
from engines.music.sound.patterns import choices
from engines.music.sound.performance import (
    DRUM_CHANNEL,
    Performance,
    Tone,
    melody_alone,
    with_part,
)
from engines.music.sound.synths import FluidSynth, TinySoundFont
from engines.music.sound.tone_synth import ToneSynth
from engines.protocol.errors import EngineError

RATE = 22050
CLIP = Clip(
    bars=2,
    tempo=120.0,
    chords=("C", "Am"),
    notes=tuple(Note(i * 4, 4, 60 + (0, 4, 7, 12)[i % 4]) for i in range(8)),
)


@pytest.fixture(autouse=True)
def _fresh_synths() -> Iterator[None]:
    sound._open.cache_clear()
    yield
    sound._open.cache_clear()


@pytest.fixture(params=[FluidSynth, TinySoundFont, ToneSynth], ids=lambda synth: synth.name)
def synth(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> type:
    """The only synthesiser that this test may use."""
    chosen: type = request.param
    if chosen is not ToneSynth:
        module = {"fluidsynth": "fluidsynth", "tinysoundfont": "tinysoundfont"}[chosen.name]
        pytest.importorskip(module, exc_type=ImportError)
    if chosen is not ToneSynth and soundfonts.find_soundfont() is None:
        pytest.skip("no SoundFont on this machine")
    monkeypatch.setattr(sound, "SYNTHS", () if chosen is ToneSynth else (chosen,))
    return chosen


def decibels(samples: np.ndarray) -> float:
    return 20 * np.log10(np.sqrt(np.mean(np.square(samples))) + 1e-12)


def test_length_level_and_silence_at_the_end(synth: type) -> None:
    samples = sound.render(CLIP, sample_rate=RATE)
    assert isinstance(sound.open_synth(None, RATE), synth)
    assert samples.dtype == np.float32
    assert samples.shape == (round((4.0 + sound.TAIL_SECONDS) * RATE), 2)
    assert np.isfinite(samples).all()
    assert np.abs(samples).max() == pytest.approx(10 ** (-1 / 20), rel=1e-3)  # -1 dBFS
    assert -30.0 < decibels(samples[: 4 * RATE]) < -9.0
    assert np.abs(samples[-RATE // 100 :]).max() < 1e-3
    assert decibels(samples[: RATE // 10]) > -40.0  # the first note is there at once


def test_every_beat_is_heard(synth: type) -> None:
    samples = sound.render(CLIP, sample_rate=RATE)
    beats = samples[: 4 * RATE].reshape(8, -1, 2)
    assert all(decibels(beat) > -35.0 for beat in beats)


def test_same_clip_same_samples(synth: type) -> None:
    first = sound.render(CLIP, sample_rate=RATE)
    sound.render(CLIP, melody_alone(40), RATE)
    np.testing.assert_array_equal(first, sound.render(CLIP, sample_rate=RATE))


def test_pitch_is_right(synth: type) -> None:
    """The strongest partial of a held A4 on an organ is 440 Hz or an octave of it."""
    clip = Clip(bars=1, tempo=60.0, chords=("A",), notes=(Note(0, 16, 69),))
    samples = sound.render(clip, melody_alone(19), RATE)[RATE : 3 * RATE, 0]
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    peak = np.fft.rfftfreq(len(samples), 1 / RATE)[spectrum.argmax()]
    assert min(abs(peak - 440.0 * k) / (440.0 * k) for k in (0.5, 1, 2, 4)) < 0.01


def test_chords_lie_under_the_melody(synth: type) -> None:
    """With the chords on, the melody still stands out by several decibels whatever plays it."""
    for program in (0, 40, 73):
        alone = sound.render(CLIP, melody_alone(program), RATE)
        both = sound.render(CLIP, with_part(DEFAULT_BAND, "melody", program=program), RATE)
        # What is left after the best-fitting copy of the melody is taken out.
        gain = np.vdot(alone, both) / np.vdot(alone, alone)
        rest = both - gain * alone
        assert 4.0 < decibels(gain * alone) - decibels(rest) < 14.0


@pytest.mark.parametrize("meter", ["4/4", "3/4"])
def test_every_pattern_sounds_and_none_is_too_loud(synth: type, meter: Meter) -> None:
    """Each alone and all together: as long as the bars and the tail, heard, and not clipped."""
    clip = Clip(bars=2, tempo=160.0, chords=("Dm7", "G7/B"), notes=CLIP.notes[:3], meter=meter)
    clip = msgspec.structs.replace(clip, tempos=(TempoChange(1, 120.0),))
    kinds: tuple[PartKind, ...] = ("chords", "bass", "drums")
    bands: list[Band] = [
        (Part(kind=kind, pattern=pattern.name, program=33 if kind == "bass" else 0),)
        for kind in kinds
        for pattern in choices(kind, meter)
    ]
    everybody = with_part(with_part(DEFAULT_BAND, "bass", on=True), "drums", on=True)
    for band in (*bands, everybody):
        samples = sound.render(clip, band, RATE)
        assert len(samples) == round((clip.seconds + sound.TAIL_SECONDS) * RATE)
        assert np.abs(samples).max() <= 1.0
        bars = samples[: round(clip.seconds * RATE)]
        first = round(clip.seconds_at(clip.bar_steps) * RATE)
        assert decibels(bars[:first]) > -40.0, band
        assert decibels(bars[first:]) > -40.0, band


def test_drums_are_drums(synth: type) -> None:
    """A kick is low, a hi-hat is high: no piano plays keys 36 and 42."""
    energy = []
    for key in (36, 42):
        tone = Tone(0.0, 0.2, key, 100, DRUM_CHANNEL)
        samples = sound.play(Performance((tone,), {DRUM_CHANNEL: 0}, 0.5), RATE)[: RATE // 2, 0]
        spectrum = np.abs(np.fft.rfft(samples)) ** 2
        split = round(1000 * len(samples) / RATE)
        energy.append(spectrum[split:].sum() / spectrum.sum())
    assert energy[0] < 0.4
    assert energy[1] > 0.9


def test_a_soundfont_without_a_kit_gets_the_built_in_drums(monkeypatch: pytest.MonkeyPatch) -> None:
    synth = sound.open_synth(None, RATE)
    monkeypatch.setattr(synth, "has_drums", False)
    tone = Tone(0.0, 0.2, 36, 100, DRUM_CHANNEL)
    performance = Performance((tone,), {DRUM_CHANNEL: 0}, 0.5)
    built_in = ToneSynth(RATE).play(performance, round((0.5 + sound.TAIL_SECONDS) * RATE))
    np.testing.assert_array_equal(sound.play(performance, RATE), built_in)


def test_a_part_is_as_loud_as_it_is_set() -> None:
    full = sound.render(CLIP, melody_alone(), RATE)
    half = sound.render(CLIP, with_part(melody_alone(), "melody", volume=0.5), RATE)
    np.testing.assert_allclose(half, 0.5 * full, atol=1e-6)
    chords = sound.render(CLIP, with_part(DEFAULT_BAND, "melody", on=False), RATE)
    shares = []
    for volume in (1.0, 0.25):
        both = sound.render(CLIP, with_part(DEFAULT_BAND, "chords", volume=volume), RATE)
        parts = np.stack([full.ravel(), chords.ravel()], axis=1)
        melody, under = np.linalg.lstsq(parts, both.ravel(), rcond=None)[0]
        shares.append(under / melody)
    assert shares[1] == pytest.approx(0.25 * shares[0], rel=0.02)
    assert not sound.render(CLIP, with_part(melody_alone(), "melody", volume=0.0), RATE).any()


def test_all_instruments_sound_on_the_built_in_synth() -> None:
    clip = Clip(bars=1, tempo=240.0, chords=("C",), notes=(Note(0, 8, 60), Note(8, 8, 67)))
    for program in range(0, 128, 8):
        performance = sound.perform(clip, melody_alone(program))
        samples = ToneSynth(RATE).play(performance, RATE)
        assert decibels(samples) > -40.0
        assert np.abs(np.diff(samples[:, 0])).max() < 1.0


def test_nothing_to_play_is_silence() -> None:
    silent = Clip(bars=1, tempo=120.0, chords=("N.C.",), notes=())
    assert not sound.render(silent, sample_rate=RATE).any()


def test_chords_alone_are_heard() -> None:
    empty = Clip(bars=1, tempo=120.0, chords=("C7",), notes=())
    samples = sound.render(empty, sample_rate=RATE)
    assert np.abs(samples).max() == pytest.approx(sound.PEAK, rel=1e-3)


def test_the_next_synth_serves_when_one_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    if soundfonts.find_soundfont() is None:
        pytest.skip("no SoundFont on this machine")
    monkeypatch.setitem(sys.modules, "fluidsynth", None)  # as if it were not installed
    pytest.importorskip("tinysoundfont")
    assert isinstance(sound.open_synth(None, RATE), TinySoundFont)
    sound._open.cache_clear()
    monkeypatch.setitem(sys.modules, "tinysoundfont", None)
    assert isinstance(sound.open_synth(None, RATE), ToneSynth)


def test_no_soundfont_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soundfonts, "SYSTEM_PATTERNS", ())
    monkeypatch.setattr(soundfonts, "bundled_soundfont", lambda: None)
    assert soundfonts.find_soundfont() is None
    assert np.abs(sound.render(CLIP, sample_rate=RATE)).max() > 0.5


def test_the_soundfont_inside_pretty_midi_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soundfonts, "SYSTEM_PATTERNS", ())
    found = soundfonts.find_soundfont()
    assert found is not None
    assert found.name == "TimGM6mb.sf2"


def test_a_broken_soundfont_is_refused_by_name(tmp_path: Path) -> None:
    wrong = tmp_path / "mine.sf2"
    with pytest.raises(EngineError, match=r"no SoundFont at .*mine\.sf2"):
        sound.render(CLIP, soundfont=wrong)
    wrong.write_text("not sound")
    with pytest.raises(EngineError, match=r"mine\.sf2 is not a SoundFont I can read"):
        sound.render(CLIP, soundfont=wrong)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"band": melody_alone(128)}, "instrument"),
        ({"sample_rate": 10}, "rate"),
        ({"band": with_part(DEFAULT_BAND, "chords", pattern="x")}, "x"),
    ],
)
def test_bad_arguments(change: dict[str, object], word: str) -> None:
    with pytest.raises(EngineError, match=word):
        sound.render(CLIP, **change)  # type: ignore[arg-type]


def test_threads_share_a_synth() -> None:
    expected = sound.render(CLIP, sample_rate=RATE)
    results: list[np.ndarray] = []

    def work() -> None:
        results.append(sound.render(CLIP, sample_rate=RATE))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(np.array_equal(result, expected) for result in results)


def test_eight_bars_are_ready_quickly() -> None:
    """Far below their own length; the window also renders ahead of the click."""
    clip = Clip(bars=8, tempo=110.0, chords=("C", "Am", "F", "G") * 2, notes=CLIP.notes)
    sound.render(clip)
    start = time.perf_counter()
    sound.render(clip)
    assert time.perf_counter() - start < 0.2 * clip.seconds


def test_metronome_clicks_on_every_beat() -> None:
    samples = clicks(CLIP, RATE)
    assert samples.shape == (4 * RATE, 2)
    beats = np.abs(samples[:, 0]).reshape(8, -1)
    assert (beats[:, : RATE // 20].max(axis=1) > 0.05).all()
    assert beats[:, RATE // 10 :].max() == 0.0
    assert beats[0].max() > beats[1].max()


def test_metronome_follows_meter_and_tempo() -> None:
    clip = Clip(
        bars=2, tempo=60.0, chords=(), notes=(), meter="3/4", tempos=(TempoChange(1, 120.0),)
    )
    samples = np.abs(clicks(clip, RATE)[:, 0])
    assert len(samples) == round(4.5 * RATE)
    loud = [samples[round(at * RATE) :][: RATE // 20].max() for at in (0, 1, 2, 3, 3.5, 4)]
    assert min(loud) > 0.05
    assert loud[0] == pytest.approx(loud[3])
    assert max(loud[1:3] + loud[4:]) < loud[0]
    assert samples[round(0.5 * RATE) : RATE].max() == 0.0


def test_a_single_note_can_be_heard() -> None:
    samples = sound.render_notes([60, 64], sample_rate=RATE)
    assert 0.3 < np.abs(samples).max() < sound.PEAK
