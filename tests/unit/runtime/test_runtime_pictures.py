"""PNG files carry their request."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engines.protocol.errors import EngineError
from engines.protocol.messages import Request
from engines.runtime.pictures import read_png_request, write_png

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
