"""Films of every format: whole or not there at all, and honest about what went wrong."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image

from engines.protocol.errors import EngineError
from engines.protocol.frames import Pixels
from engines.protocol.messages import Request
from engines.runtime import film, film_ffmpeg

SIZE, FPS, FRAMES = 32, 10, 7
REQUEST = Request(task="walk", model="none", params={"note": "a=b; #c \\ d"})
NAMES = ("film.mp4", "film.gif", "film.png", "film")


@pytest.fixture(autouse=True)
def _one_look_for_ffmpeg() -> Iterator[None]:
    film_ffmpeg.find.cache_clear()
    yield
    film_ffmpeg.find.cache_clear()


def no_ffmpeg(monkeypatch: pytest.MonkeyPatch) -> None:
    import imageio_ffmpeg

    film_ffmpeg.find.cache_clear()

    def nowhere() -> str:
        raise RuntimeError("no ffmpeg")

    monkeypatch.setattr(imageio_ffmpeg, "get_ffmpeg_exe", nowhere)


def frame(number: int, size: int = SIZE) -> Pixels:
    """A ramp whose brightness tells the number."""
    ramp = np.linspace(0, 60, size, dtype=np.uint8)
    return np.repeat((ramp[None, :, None] + 20 * number).repeat(size, 0), 3, axis=2)


def form(size: int = SIZE, fps: int = FPS) -> film.Form:
    return film.Form((size, size), fps, REQUEST)


def make(path: Path, size: int = SIZE, frames: int = FRAMES) -> None:
    with film.writing(path, form(size)) as writer:
        for number in range(frames):
            writer.write(frame(number, size))


def decoded(path: Path, size: int = SIZE) -> Pixels:
    """Every frame of a file, as ffmpeg sees it."""
    command = [film_ffmpeg.program(), "-v", "error", "-i", str(path), "-fps_mode", "passthrough",
               "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]  # fmt: skip
    data = subprocess.run(command, check=True, capture_output=True).stdout
    return np.frombuffer(data, np.uint8).reshape(-1, size, size, 3)


@pytest.mark.parametrize("name", ["film.mp4", "film.gif", "film.png"])
def test_a_film_holds_its_frames_in_order(tmp_path: Path, name: str) -> None:
    make(tmp_path / name)
    seen = decoded(tmp_path / name)
    assert len(seen) == FRAMES
    for number in range(FRAMES):
        assert abs(seen[number].astype(int) - frame(number).astype(int)).mean() < 4
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_an_animated_png_loses_nothing_and_carries_its_request(tmp_path: Path) -> None:
    make(tmp_path / "film.png")
    with Image.open(tmp_path / "film.png") as image:
        assert image.n_frames == FRAMES  # type: ignore[attr-defined]
        assert image.info["duration"] == 1000 / FPS
        assert msgspec.json.decode(str(image.info["duet"]), type=Request) == REQUEST
        for number in range(FRAMES):
            image.seek(number)
            np.testing.assert_array_equal(np.asarray(image.convert("RGB")), frame(number))


def test_a_gif_is_made_without_ffmpeg_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    no_ffmpeg(monkeypatch)
    make(tmp_path / "film.gif")
    with Image.open(tmp_path / "film.gif") as image:
        assert image.n_frames == FRAMES  # type: ignore[attr-defined]
        assert (image.info["loop"], image.info["duration"]) == (0, 100)
        for number in range(FRAMES):
            image.seek(number)
            seen = np.asarray(image.convert("RGB")).astype(int)
            assert abs(seen - frame(number)).mean() < 4


def test_a_folder_holds_numbered_pictures(tmp_path: Path) -> None:
    (tmp_path / "film").mkdir()  # an empty one is taken
    make(tmp_path / "film")
    names = sorted(file.name for file in (tmp_path / "film").iterdir())
    assert names == [f"frame-{number + 1:05d}.png" for number in range(FRAMES)]
    with Image.open(tmp_path / "film" / names[3]) as image:
        np.testing.assert_array_equal(np.asarray(image), frame(3))


def test_a_video_of_odd_size_is_padded_and_carries_its_request(tmp_path: Path) -> None:
    make(tmp_path / "film.mp4", size=33)
    assert decoded(tmp_path / "film.mp4", 34).shape[0] == FRAMES
    tags = subprocess.run(
        [film_ffmpeg.program(), "-v", "error", "-i", str(tmp_path / "film.mp4"), "-f",
         "ffmetadata", "-"], check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    line = next(line for line in tags.splitlines() if line.startswith("comment="))
    text = line.removeprefix("comment=")
    for sign in "=;#\\":
        text = text.replace(f"\\{sign}", sign)
    assert msgspec.json.decode(text, type=Request) == REQUEST
    head = (tmp_path / "film.mp4").read_bytes()
    assert head.index(b"moov") < head.index(b"mdat")  # it plays while it is still loaded


@pytest.mark.parametrize("name", NAMES)
def test_a_film_that_is_given_up_leaves_nothing(tmp_path: Path, name: str) -> None:
    def give_up() -> None:
        with film.writing(tmp_path / name, form()) as writer:
            writer.write(frame(0))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        give_up()
    assert not list(tmp_path.iterdir())


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 kB."""
    place = tmp_path / "disk"
    place.mkdir()
    if not hasattr(os, "geteuid") or os.geteuid():
        pytest.skip("only an administrator can make a small disk")
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("name", NAMES)
def test_a_full_disk_is_told_in_a_sentence(small_disk: Path, name: str) -> None:
    dice = np.random.Generator(np.random.PCG64(0))

    def fill() -> None:
        with film.writing(small_disk / name, form(128)) as writer:
            for _ in range(40):
                writer.write(dice.integers(0, 256, (128, 128, 3), dtype=np.uint8))

    with pytest.raises(EngineError, match="no space left on device") as told:
        fill()
    assert told.value.kind == "bad_input"
    assert not list(small_disk.iterdir())


@pytest.mark.parametrize("name", NAMES)
def test_a_place_that_cannot_be_written_to_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(EngineError, match="is not a folder"):
        film.check(tmp_path / "file" / name)


def test_what_cannot_be_a_film_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    (tmp_path / "full.mp4").mkdir()
    for name, fps, words in (
        ("film.webm", 30, "Cannot write a film as film.webm"),
        ("film.gif", 60, "cannot be played at 60"),
        ("full", 30, "not an empty folder"),
        ("full.mp4", 30, "is a folder"),
    ):
        with pytest.raises(EngineError, match=words):
            film.check(tmp_path / name, fps)
    with pytest.raises(EngineError, match="Where to write"):
        film.check(Path())
    no_ffmpeg(monkeypatch)
    with pytest.raises(EngineError, match=r"needs ffmpeg.*pip install imageio-ffmpeg.*\.gif"):
        film.check(tmp_path / "film.mp4")


def test_enlarging_is_smooth_and_exact_where_nothing_changes() -> None:
    small = frame(2)
    assert film.enlarged(small, SIZE) is small
    large = film.enlarged(small, 3 * SIZE)
    assert large.shape == (3 * SIZE, 3 * SIZE, 3)
    assert abs(np.diff(large[0, :, 0].astype(int))).max() <= 2
