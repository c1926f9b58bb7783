"""PNG files carry their request; picture files of all kinds are read or complained about."""

from __future__ import annotations

import contextlib
import io
import struct
import tempfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from engines.protocol.errors import EngineError
from engines.protocol.messages import Request
from engines.runtime.pictures import read_mask, read_picture, read_png_request, write_png

REQUEST = Request(task="generate", model="peeps", seed=7, params={"count": 1, "truncation": 0.7})
PIXELS = np.arange(5 * 4 * 3, dtype=np.uint8).reshape(5, 4, 3)


def test_a_picture_comes_back_with_its_request(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    write_png(path, PIXELS, REQUEST)
    assert read_png_request(path) == REQUEST
    with Image.open(path) as image:
        assert np.array_equal(np.asarray(image), PIXELS)


def test_the_same_picture_is_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        write_png(tmp_path / name, PIXELS, REQUEST)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


@pytest.mark.parametrize("kind", ["plain", "text", "truncated", "other chunk", "missing"])
def test_files_without_a_request_are_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.png"
    if kind == "plain":
        Image.fromarray(PIXELS).save(path)
    elif kind == "text":
        path.write_text("hello", encoding="utf-8")
    elif kind == "truncated":
        write_png(path, PIXELS, REQUEST)
        path.write_bytes(path.read_bytes()[:40])
    elif kind == "other chunk":
        path.write_bytes(_png_with(b"duet\0not json"))
    with pytest.raises(EngineError, match=r"a\.png") as caught:
        read_png_request(path)
    assert caught.value.kind == "bad_input"


def _png_with(text: bytes) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    rows = chunk(b"IDAT", zlib.compress(b"\0\0\0\0"))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"tEXt", text) + rows + chunk(b"IEND", b"")


# --- reading ---------------------------------------------------------------------------------


def gradient(mode: str, size: tuple[int, int] = (20, 10)) -> Image.Image:
    return Image.linear_gradient("L").resize(size).convert(mode)


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.webp", "a.bmp", "a.gif", "a.tif"])
def test_usual_formats_are_read(tmp_path: Path, name: str) -> None:
    gradient("RGB").save(tmp_path / name)
    assert read_picture(tmp_path / name).shape == (10, 20, 3)
    assert read_mask(tmp_path / name).shape == (10, 20)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "I;16", "CMYK"])
def test_every_mode_becomes_eight_bits_of_rgb_or_rgba(tmp_path: Path, mode: str) -> None:
    path = tmp_path / ("a.tif" if mode == "CMYK" else "a.png")
    if mode == "I;16":
        levels = np.asarray(gradient("L")).astype(np.uint16) * 257
        Image.fromarray(levels).save(path)
    else:
        gradient(mode).save(path)
    pixels = read_picture(path)
    assert pixels.dtype == np.uint8
    assert pixels.shape == (10, 20, 4 if mode in ("LA", "RGBA") else 3)
    if mode in ("L", "I;16", "LA", "RGBA"):
        np.testing.assert_array_equal(pixels[..., 0], np.asarray(gradient("L")))


def test_a_photograph_is_turned_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    gradient("RGB").save(tmp_path / "a.jpg", exif=exif)
    assert read_picture(tmp_path / "a.jpg").shape == (20, 10, 3)


def test_a_mask_is_what_is_white_or_what_is_painted(tmp_path: Path) -> None:
    black = Image.new("RGBA", (4, 1), "black")
    black.putpixel((1, 0), (255, 255, 255, 255))
    black.save(tmp_path / "opaque.png")
    clear = Image.new("RGBA", (4, 1), (0, 0, 0, 0))
    clear.putpixel((2, 0), (200, 0, 0, 255))
    clear.save(tmp_path / "clear.png")
    assert read_mask(tmp_path / "opaque.png").tolist() == [[0, 255, 0, 0]]
    assert read_mask(tmp_path / "clear.png").tolist() == [[0, 0, 255, 0]]


def bomb(size: int = 10_001) -> bytes:
    """A PNG of a kilobyte that says it is so many pixels wide and high."""
    head = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def png_bytes(size: tuple[int, int] = (200, 100)) -> bytes:
    file = io.BytesIO()
    Image.effect_noise(size, 80).save(file, "PNG")
    return file.getvalue()


UNREADABLE = {
    "empty": (b"", "it is empty"),
    "cut off": (png_bytes()[:5000], "damaged or cut off"),
    "head only": (png_bytes()[:20], "is not a picture I can read"),
    "pdf": (b"%PDF-1.7\n" + bytes(100), "it is a PDF"),
    "text": (b"Hello there, this is no picture.", "in no picture format that I know"),
    "bomb": (bomb(), "has more than 100 megapixels"),
    "big bomb": (bomb(60_000), "has more than 100 megapixels"),
    "damaged": (png_bytes()[:400] + bytes(3000) + png_bytes()[3400:], "damaged or cut off"),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_cannot_be_read_is_told_in_a_sentence(tmp_path: Path, case: str) -> None:
    data, problem = UNREADABLE[case]
    path = tmp_path / "a.png"
    path.write_bytes(data)
    for read in (read_picture, read_mask):
        with pytest.raises(EngineError) as caught:
            read(path)
        assert caught.value.kind == "bad_input"
        assert str(path) in caught.value.message
        assert problem in caught.value.message
        assert caught.value.advice


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="no such file"):
        read_picture(tmp_path / "none.png")
    with pytest.raises(EngineError, match=r"is a directory|permission"):
        read_picture(tmp_path)


@given(st.binary(max_size=2000), st.integers(0, 2000))
def test_damage_is_never_a_fault_of_ours(noise: bytes, at: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.png"
        whole = png_bytes((20, 20))
        path.write_bytes(whole[:at] + noise + whole[at + len(noise) :])
        with contextlib.suppress(EngineError):
            read_picture(path)
