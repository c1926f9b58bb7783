from __future__ import annotations

import tracemalloc
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.protocol.frames import FrameFile, FrameLostError, FrameReader, Pixels
from engines.protocol.messages import FrameRef


def noise(seed: int, height: int = 16, width: int = 16, channels: int = 3) -> Pixels:
    generator = np.random.default_rng(seed)
    return generator.integers(0, 256, (height, width, channels), np.uint8)


@pytest.fixture
def ring(tmp_path: Path) -> FrameFile:
    return FrameFile(tmp_path / "ring", 10_000)


def test_a_picture_comes_back_as_it_was(ring: FrameFile) -> None:
    picture = noise(1, 20, 30, 4)

    ref = ring.write(picture)
    copy = FrameReader().read(ref)

    assert (ref.height, ref.width, ref.channels, ref.length) == (20, 30, 4, 2400)
    assert copy.flags.owndata or copy.base is not None
    assert copy.flags.writeable
    np.testing.assert_array_equal(copy, picture)


def test_a_picture_that_is_not_contiguous(ring: FrameFile) -> None:
    picture = noise(1, 32, 32)[::2, ::-1]
    np.testing.assert_array_equal(FrameReader().read(ring.write(picture)), picture)


def test_an_overwritten_picture_is_lost_and_a_whole_one_is_not(ring: FrameFile) -> None:
    pictures = [noise(seed, 25, 40) for seed in range(7)]  # 3,000 bytes each: three fit
    refs = [ring.write(picture) for picture in pictures]
    reader = FrameReader()

    for ref in refs[:4]:
        with pytest.raises(FrameLostError, match="overwritten"):
            reader.read(ref)
    np.testing.assert_array_equal(reader.read(refs[6]), pictures[6])


@given(sizes=st.lists(st.tuples(st.integers(1, 40), st.integers(1, 40)), min_size=1, max_size=30))
def test_every_read_is_right_or_refused(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[tuple[int, int]]
) -> None:
    ring = FrameFile(tmp_path_factory.mktemp("ring") / "ring", 6_000)
    reader = FrameReader()
    written: list[tuple[FrameRef, Pixels]] = []
    for seed, (height, width) in enumerate(sizes):
        picture = noise(seed, height, width)
        written.append((ring.write(picture), picture))
        np.testing.assert_array_equal(reader.read(written[-1][0]), picture)
    for ref, picture in written:
        try:
            copy = reader.read(ref)
        except FrameLostError:
            continue
        np.testing.assert_array_equal(copy, picture)
    reader.close()
    ring.remove()


def test_writing_allocates_no_picture(ring: FrameFile) -> None:
    picture = noise(1, 50, 60)
    ring.write(picture)
    tracemalloc.start()
    for _ in range(100):
        ring.write(picture)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < picture.nbytes / 2


def test_a_picture_bigger_than_the_file_is_refused(ring: FrameFile) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        ring.write(noise(1, 100, 100))


@pytest.mark.parametrize(
    "changes",
    [
        {"offset": 9_000_000},
        {"offset": -4},
        {"offset": 0},
        {"length": 5},
        {"width": 4_000},
        {"encoding": "png"},
        {"path": "/nowhere/at/all"},
    ],
)
def test_a_nonsense_reference_is_refused(ring: FrameFile, changes: dict[str, object]) -> None:
    ref = msgspec.structs.replace(ring.write(noise(1)), **changes)
    with pytest.raises(FrameLostError):
        FrameReader().read(ref)


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other"
    path.write_bytes(bytes(10_000))
    with pytest.raises(FrameLostError, match="holds no pictures"):
        FrameReader().read(FrameRef(str(path), 64, 12, 2, 2))


def test_a_removed_file_is_lost_to_new_readers_only(ring: FrameFile) -> None:
    picture = noise(1)
    ref = ring.write(picture)
    early = FrameReader()
    early.read(ref)

    ring.remove()

    np.testing.assert_array_equal(early.read(ref), picture)
    with pytest.raises(FrameLostError, match="gone"):
        FrameReader().read(ref)


def test_no_room_on_the_disk_is_an_ordinary_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"(?i)space|large|invalid"):
        FrameFile(tmp_path / "ring", 2**55)
