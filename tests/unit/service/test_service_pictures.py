from __future__ import annotations

import errno
from pathlib import Path

import msgspec
import numpy as np
import pytest

from engines.protocol.frames import FrameReader, Pixels
from engines.protocol.messages import FrameRef
from engines.service import pictures
from engines.service.pictures import BlobPictures, MappedPictures, make_pictures
from studio.engine_client.blobs import Blobs
from studio.engine_client.client import FrameLostError


def noise(seed: int, height: int = 31, width: int = 17, channels: int = 3) -> Pixels:
    generator = np.random.default_rng(seed)
    return generator.integers(0, 256, (height, width, channels), np.uint8)


def test_results_are_exact_by_both_ways(tmp_path: Path) -> None:
    made = [noise(1), noise(2, 64, 64), noise(3, 9, 7, 4)]
    refs, blob = BlobPictures().results(made)
    blobs = Blobs()
    name = blobs.keep(blob)
    mapped, nothing = MappedPictures(tmp_path).results(made)

    assert nothing == b""
    for picture, ref, here in zip(made, refs, mapped, strict=True):
        there = blobs.read(msgspec.structs.replace(ref, path=name))
        np.testing.assert_array_equal(there, picture)
        np.testing.assert_array_equal(FrameReader().read(here), picture)


def test_big_live_pictures_travel_small() -> None:
    gradient = np.linspace(0, 255, 512).astype(np.uint8)
    picture = np.ascontiguousarray(np.broadcast_to(gradient[None, :, None], (512, 512, 3)))

    ref, blob = BlobPictures().passing(picture)

    assert ref.encoding == "jpeg"
    assert len(blob) < picture.nbytes / 20


def test_small_live_pictures_and_early_results_are_exact() -> None:
    assert BlobPictures().passing(noise(1, 64, 64))[0].encoding == "png"
    assert BlobPictures().preview(noise(1, 512, 512))[0].encoding == "png"
    assert BlobPictures().passing(noise(1, 512, 512, 4))[0].encoding == "png"


def test_the_ring_grows_with_the_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "RING_BYTES", 4_000)
    mapped = MappedPictures(tmp_path)
    big = noise(1, 60, 60)

    refs = [mapped.passing(big)[0] for _ in range(3)]

    np.testing.assert_array_equal(FrameReader().read(refs[0]), big)
    assert len(list(tmp_path.iterdir())) == 1


def test_each_jobs_results_have_their_own_file(tmp_path: Path) -> None:
    mapped = MappedPictures(tmp_path)
    first, _ = mapped.results([noise(1), noise(2)])
    second, _ = mapped.results([noise(3)])
    assert first[0].path == first[1].path != second[0].path
    assert mapped.results([]) == ([], b"")


def test_without_room_pictures_go_in_the_stream(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mapped = MappedPictures(tmp_path)

    def full(path: Path, capacity: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pictures, "FrameFile", full)

    refs, blob = mapped.results([noise(1)])
    assert refs[0].path == ""
    assert blob
    ref, blob = mapped.passing(noise(1, 2_000, 2_000))
    assert (ref.path, ref.encoding) == ("", "jpeg")
    assert isinstance(make_pictures(tmp_path), BlobPictures)
    assert isinstance(make_pictures(None), BlobPictures)


def test_blobs_are_let_go_oldest_first() -> None:
    blobs = Blobs()
    _, blob = BlobPictures().results([noise(1)])
    names = [blobs.keep(blob) for _ in range(20)]
    moved = [FrameRef(name, 0, len(blob), 17, 31, encoding="png") for name in names]

    with pytest.raises(FrameLostError, match="let go"):
        blobs.read(moved[0])
    np.testing.assert_array_equal(blobs.read(moved[-1]), noise(1))


def test_a_damaged_blob_is_a_lost_picture() -> None:
    blobs = Blobs()
    _, blob = BlobPictures().results([noise(1)])
    name = blobs.keep(blob[: len(blob) // 2])
    raw = FrameRef(name, 0, 5, 17, 31)
    with pytest.raises(FrameLostError):
        blobs.read(raw)
    with pytest.raises(FrameLostError):
        blobs.read(FrameRef(blobs.keep(b"nothing"), 0, 7, 17, 31, encoding="png"))
