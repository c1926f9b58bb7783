"""Sound files by their ending: what is in them, and what happens where none can be written."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engines.music.files.sound_files import write_sound
from engines.protocol.errors import EngineError

RATE = 22_050
_T = np.arange(RATE // 2, dtype=np.float32) / RATE
SOUND = np.stack([np.sin(880 * np.pi * _T), 0.25 * np.sin(660 * np.pi * _T)], axis=1)


@pytest.mark.parametrize("name", ["tune.wav", "tune.flac", "TUNE.FLAC"])
def test_the_file_holds_the_samples(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    write_sound(path, SOUND, RATE)
    data, rate = soundfile.read(path, dtype="int16")
    assert rate == RATE
    np.testing.assert_array_equal(data, np.round(SOUND * 32767).astype(np.int16))
    assert soundfile.info(path).format == path.suffix[1:].upper()
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_a_wav_is_read_by_pythons_own_reader(tmp_path: Path) -> None:
    write_sound(tmp_path / "tune.wav", SOUND, RATE)
    with wave.open(str(tmp_path / "tune.wav")) as file:
        assert file.getparams()[:4] == (2, 2, RATE, len(SOUND))


@pytest.mark.parametrize("suffix", [".wav", ".flac"])
def test_overload_is_limited_not_wrapped(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"loud{suffix}"
    write_sound(path, np.array([[2.0, -2.0]], np.float32), RATE)
    assert soundfile.read(path, dtype="int16")[0].tolist() == [[32767, -32767]]


def test_flac_is_smaller(tmp_path: Path) -> None:
    for suffix in (".wav", ".flac"):
        write_sound(tmp_path / f"tune{suffix}", SOUND, RATE)
    assert (tmp_path / "tune.flac").stat().st_size < (tmp_path / "tune.wav").stat().st_size / 1.2


def test_an_old_file_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "tune.flac"
    path.write_text("old")
    write_sound(path, SOUND, RATE)
    assert soundfile.info(path).frames == len(SOUND)


@pytest.mark.parametrize("name", ["tune.mp3", "tune", "tune.mid"])
def test_another_ending_is_refused_in_words(tmp_path: Path, name: str) -> None:
    with pytest.raises(EngineError, match=r"\.wav or \.flac") as error:
        write_sound(tmp_path / name, SOUND, RATE)
    assert error.value.kind == "bad_input"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", [".wav", ".flac"])
def test_an_unwritable_place_is_one_sentence_and_nothing_half_written(
    tmp_path: Path, suffix: str
) -> None:
    with pytest.raises(EngineError, match="cannot be written"):
        write_sound(tmp_path / "nowhere" / f"out{suffix}", SOUND, RATE)
    (tmp_path / f"taken{suffix}").mkdir()
    with pytest.raises(EngineError, match="cannot be written"):
        write_sound(tmp_path / f"taken{suffix}", SOUND, RATE)
    assert [p.name for p in tmp_path.iterdir()] == [f"taken{suffix}"]
