"""Pictures with their request inside."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from engines.protocol.errors import EngineError
from engines.protocol.messages import Request
from studio.media.images import encode_png, read_image, read_request, save_png, to_image, to_pixels
from studio.media.png_text import text_of, with_text

PIXELS = np.random.default_rng(1).integers(0, 256, (13, 7, 3)).astype(np.uint8)
REQUEST = Request(task="generate", model="ö", seed=2**32 - 1, params={"truncation": 0.7})


def plain_png() -> bytes:
    return encode_png(to_image(PIXELS), None)


def test_pixels_go_to_qt_and_back() -> None:
    assert np.array_equal(to_pixels(to_image(PIXELS)), PIXELS)
    assert np.array_equal(to_pixels(to_image(PIXELS[::2, ::-1])), PIXELS[::2, ::-1])


def test_a_saved_picture_is_the_same_and_says_how(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    save_png(path, to_image(PIXELS), REQUEST)
    assert np.array_equal(to_pixels(read_image(path)), PIXELS)
    assert read_request(path) == REQUEST
    assert list(tmp_path.iterdir()) == [path]


def test_pillow_reads_our_text() -> None:
    picture = Image.open(io.BytesIO(with_text(plain_png(), "duet", '{"ö": 1}')))
    picture.load()
    assert picture.text["duet"] == '{"ö": 1}'
    assert np.array_equal(np.asarray(picture), PIXELS)


@pytest.mark.parametrize("kind", ["tEXt", "zTXt", "iTXt", "iTXt compressed"])
def test_text_of_other_writers_is_read(kind: str) -> None:
    info = PngImagePlugin.PngInfo()
    if kind.startswith("iTXt"):
        info.add_itxt("duet", "words", zip="compressed" in kind)
    else:
        info.add_text("duet", "words", zip=kind == "zTXt")
    data = io.BytesIO()
    Image.fromarray(PIXELS).save(data, "PNG", pnginfo=info)
    assert text_of(data.getvalue(), "duet") == "words"
    assert text_of(data.getvalue(), "other") is None


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    text_of(data, "duet")
    text_of(plain_png()[:40] + data, "duet")


@given(st.text(max_size=80))
def test_any_text_survives(text: str) -> None:
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        return
    assert text_of(with_text(plain_png(), "duet", text), "duet") == text


def test_a_text_that_unpacks_for_ever_is_left_out() -> None:
    body = b"duet\0\1\0\0\0" + zlib.compress(b"0" * (8 << 20))
    chunk = struct.pack(">I", len(body)) + b"iTXt" + body
    bomb = plain_png()[:-12] + chunk + struct.pack(">I", zlib.crc32(b"iTXt" + body))
    assert text_of(bomb + plain_png()[-12:], "duet") is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"task": 1}', '{"task":"generate"}'])
def test_a_request_that_makes_no_sense_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(with_text(plain_png(), "duet", text))
    with pytest.raises(EngineError, match=r"a\.png carries a request that this version cannot"):
        read_request(path)


def test_a_picture_is_known_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "really-a-png.jpg"
    path.write_bytes(plain_png())
    assert read_image(path).width() == 7


def test_a_truncated_picture_says_where_it_ends(tmp_path: Path) -> None:
    path = tmp_path / "tree.png"
    path.write_bytes(plain_png()[:12])
    with pytest.raises(EngineError) as caught:
        read_image(path)
    assert "tree.png is not a picture I can read: it ends after 12 bytes." in str(caught.value)
