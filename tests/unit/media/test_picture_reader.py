"""Pictures of every sort from outside: read as they are meant, or refused in a sentence."""

from __future__ import annotations

import contextlib
import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin
from PySide6.QtGui import QImage

from engines.protocol.errors import EngineError
from engines.protocol.messages import Request
from studio.media.images import encode_png, to_image
from studio.media.picture_reader import decode_picture, read_picture
from studio.media.png_text import SIGNATURE, chunk

RGB = np.random.default_rng(5).integers(0, 256, (21, 34, 3)).astype(np.uint8)
REQUEST = Request(task="generate", model="ö", seed=7)


def encoded(picture: Image.Image, form: str, **options: object) -> bytes:
    data = io.BytesIO()
    picture.save(data, form, **options)
    return data.getvalue()


def pixels(image: QImage) -> np.ndarray:
    """(H, W, 4), red first, alpha not multiplied in."""
    straight = image.convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(straight.constBits(), np.uint8).reshape(straight.height(), -1)
    return rows.reshape(straight.height(), straight.width(), 4).copy()


def seen(picture: Image.Image, form: str = "PNG", **options: object) -> np.ndarray:
    read = decode_picture(encoded(picture, form, **options), "a")
    assert read.image.format() == QImage.Format.Format_ARGB32_Premultiplied
    assert read.note == ""
    return pixels(read.image)


def refusal(data: bytes, name: str = "tree.png", limit: int = 1_000_000) -> str:
    with pytest.raises(EngineError) as caught:
        decode_picture(data, name, limit)
    assert caught.value.kind == "bad_input"
    assert caught.value.message.startswith(name)
    assert caught.value.advice
    return caught.value.message


@pytest.mark.parametrize(
    ("form", "options"),
    [("PNG", {}), ("BMP", {}), ("TIFF", {}), ("WEBP", {"lossless": True})],
)
def test_lossless_formats_give_the_same_pixels(form: str, options: dict) -> None:
    result = seen(Image.fromarray(RGB), form, **options)
    assert np.array_equal(result[..., :3], RGB)
    assert (result[..., 3] == 255).all()


def test_jpeg_and_gif_come_close() -> None:
    smooth = Image.fromarray(np.full((40, 30, 3), (10, 130, 250), np.uint8))
    for form in ("JPEG", "GIF"):
        assert np.abs(seen(smooth, form)[..., :3].astype(int) - (10, 130, 250)).max() <= 4


def test_every_grey_is_the_same_grey() -> None:
    ramp = np.arange(256, dtype=np.uint8)[None]
    sixteen = Image.fromarray(ramp.astype(np.uint16) * 257)
    floating = Image.fromarray(ramp.astype(np.float32) / 255)
    for picture, form in (
        (Image.fromarray(ramp), "PNG"),
        (sixteen, "PNG"),
        (sixteen, "TIFF"),
        (floating, "TIFF"),
    ):
        result = seen(picture, form)
        assert np.array_equal(result[..., 0], ramp)
        assert np.array_equal(result[..., 2], ramp)
    bits = Image.fromarray(RGB[..., 0] > 128)
    assert np.array_equal(seen(bits)[..., 1], np.where(RGB[..., 0] > 128, 255, 0))


def test_floats_outside_black_and_white_are_spread_and_said() -> None:
    values = np.array([[-2.0, np.nan, 0.0, 2.0, np.inf]], np.float32)
    read = decode_picture(encoded(Image.fromarray(values), "TIFF"), "a")
    assert pixels(read.image)[0, :, 0].tolist() == [0, 0, 128, 255, 255]
    assert "spread" in read.note


def test_alpha_and_palettes_are_kept() -> None:
    rgba = np.dstack([RGB, np.arange(34, dtype=np.uint8)[None].repeat(21, 0) * 7])
    result = seen(Image.fromarray(rgba))
    assert np.array_equal(result[..., 3], rgba[..., 3])
    assert np.array_equal(result[rgba[..., 3] == 0], np.zeros((21, 4), np.uint8))
    palette = Image.fromarray(RGB).quantize(16)
    expected = np.asarray(palette.convert("RGB"))
    assert np.array_equal(seen(palette)[..., :3], expected)
    assert (seen(palette, transparency=0)[..., 3] == 0).any()
    grey_alpha = Image.merge("LA", [Image.fromarray(RGB[..., 0]), Image.fromarray(rgba[..., 3])])
    assert np.array_equal(seen(grey_alpha)[..., 3], rgba[..., 3])


def test_cmyk_becomes_rgb() -> None:
    ink = Image.new("CMYK", (4, 4), (0, 255, 255, 0))
    assert seen(ink, "TIFF")[0, 0].tolist() == [255, 0, 0, 255]
    assert seen(ink, "JPEG", quality=100)[0, 0, 0] > 240


@pytest.mark.parametrize("orientation", range(1, 9))
def test_photographs_stand_upright(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    upright = np.zeros((16, 24, 3), np.uint8)
    upright[:8, :8] = 255  # a white corner, top left
    turns = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}[orientation]
    stored = Image.fromarray(upright)
    if turns is not None:
        stored = stored.transpose(Image.Transpose(turns))
    result = seen(stored, "JPEG", exif=exif, quality=95)
    assert result.shape[:2] == (16, 24)
    assert result[2, 2, 0] > 200
    assert result[12, 20, 0] < 50


def test_colour_profiles_are_followed_and_broken_ones_are_left_out() -> None:
    # Lab's own profile stands in for a foreign one: its numbers mean other colours.
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert np.array_equal(seen(Image.fromarray(RGB), icc_profile=srgb)[..., :3], RGB)
    for profile in (b"nonsense", srgb[:200], lab):
        read = decode_picture(encoded(Image.fromarray(RGB), "PNG", icc_profile=profile), "a")
        assert np.array_equal(pixels(read.image)[..., :3], RGB)
        assert "profile is broken" in read.note


def swapped_profile() -> bytes:
    """An sRGB profile whose red and green change places, under another name."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile = profile.replace("sRGB".encode("utf-16-be"), "swap".encode("utf-16-be"))
    profile = profile.replace(b"rXYZ", b"????").replace(b"gXYZ", b"rXYZ")
    return bytes(profile.replace(b"????", b"gXYZ"))


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
def test_a_profile_changes_colours_and_not_alpha(mode: str) -> None:
    green = Image.new("RGB", (3, 2), (0, 255, 0)).convert(mode)
    if mode == "RGBA":
        green.putalpha(128)
    result = seen(green, icc_profile=swapped_profile())
    assert result[0, 0, 0] > 250
    assert result[0, 0, 1] < 8
    assert result[0, 0, 3] == (128 if mode == "RGBA" else 255)


def test_of_a_film_the_first_frame_is_taken() -> None:
    frames = [Image.new("RGB", (5, 4), colour) for colour in ("red", "blue", "lime")]
    for form in ("GIF", "WEBP", "TIFF", "PNG"):
        options = {"lossless": True} if form == "WEBP" else {}
        data = encoded(frames[0], form, save_all=True, append_images=frames[1:], **options)
        read = decode_picture(data, "a")
        assert pixels(read.image)[0, 0].tolist() == [255, 0, 0, 255]
        assert read.note == "It has 3 frames: the first one was taken."


def test_the_request_comes_with_the_picture() -> None:
    png = encode_png(to_image(RGB), REQUEST)
    assert decode_picture(png, "a").request == REQUEST
    assert decode_picture(encode_png(to_image(RGB), None), "a").request is None


def test_a_request_from_another_version_does_not_keep_the_picture_away() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_itxt("duet", '{"task": 1}')
    read = decode_picture(encoded(Image.fromarray(RGB), "PNG", pnginfo=info), "a")
    assert read.request is None
    assert "cannot read" in read.note
    assert np.array_equal(pixels(read.image)[..., :3], RGB)


def test_content_counts_and_not_the_name(tmp_path: Path) -> None:
    path = tmp_path / "really-a-png.jpg"
    path.write_bytes(encoded(Image.fromarray(RGB), "PNG"))
    assert read_picture(path).image.width() == 34


@pytest.mark.parametrize("size", [(1, 1), (30_000, 10), (10, 30_000)])
def test_small_and_long_pictures_work(size: tuple[int, int]) -> None:
    assert (
        decode_picture(encoded(Image.new("RGB", size, "red"), "PNG"), "a").image.size().toTuple()
        == size
    )


def bomb(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    return SIGNATURE + body


def test_too_large_is_said_before_anything_is_decoded() -> None:
    assert "it has 2 megapixels, and 1 are the most" in refusal(bomb(2000, 1000))
    assert "3,600 megapixels, and 100 are the most" in refusal(bomb(60_000, 60_000), limit=10**8)
    assert "95 megapixels" in refusal(bomb(9_500, 10_000), limit=90_000_000)
    assert "40,000 pixels long" in refusal(bomb(40_000, 2))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is empty"),
        (b"%PDF-1.7 ...", "it is a PDF document"),
        (b"PK\x03\x04....", "it is a zip file"),
        (b"\n\n<svg xmlns=''>", "it is an SVG drawing"),
        (b"hello", "it is in no picture format that I know"),
        (b"\x89PNG\r\n\x1a\nhalf", "it ends after 12 bytes"),
    ],
)
def test_what_is_no_picture_is_named(data: bytes, reason: str) -> None:
    assert refusal(data) == f"tree.png is not a picture I can read: {reason}."


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF"])
def test_a_truncated_picture_is_refused(form: str) -> None:
    whole = encoded(Image.fromarray(np.repeat(RGB, 40, 1)), form)
    for share in (0.1, 0.5, 0.8):
        assert "is not a picture I can read" in refusal(whole[: int(len(whole) * share)])


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    for path in (tmp_path / "gone.png", tmp_path):
        with pytest.raises(EngineError, match="cannot be opened"):
            read_picture(path)


SAMPLES = {
    form: encoded(Image.fromarray(RGB).convert(mode), form, **options)
    for form, mode, options in (
        ("PNG", "RGBA", {}),
        ("JPEG", "RGB", {}),
        ("WEBP", "RGBA", {}),
        ("TIFF", "CMYK", {"compression": "tiff_lzw"}),
        ("BMP", "RGB", {}),
        ("GIF", "P", {}),
    )
}


@settings(max_examples=300)
@given(st.sampled_from(sorted(SAMPLES)), st.data())
def test_damaged_pictures_are_read_or_refused(form: str, data: st.DataObject) -> None:
    whole = bytearray(SAMPLES[form])
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, min(len(whole), 400) - 1))
        whole[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(len(whole) // 2, len(whole)))
    with contextlib.suppress(EngineError):
        decode_picture(bytes(whole[:cut]), "a.png", limit=1_000_000)


@given(st.binary(max_size=200), st.sampled_from([*SAMPLES.values(), b""]))
def test_any_bytes_are_read_or_refused(data: bytes, start: bytes) -> None:
    with contextlib.suppress(EngineError):
        decode_picture(start[:20] + data, "a.png", limit=1_000_000)
