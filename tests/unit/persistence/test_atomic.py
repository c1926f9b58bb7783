"""Files written beside and renamed, and what killed processes leave."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from studio.persistence.atomic import UNFINISHED, atomic_file, write_atomically

DAY = 24 * 3600


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "one.json"
    write_atomically(path, b"old")
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(path.parent.iterdir()) == [path]


def test_what_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    write_atomically(path, b"old")

    def fail() -> None:
        with atomic_file(path) as file:
            file.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_killed_process_left_goes_after_a_day(tmp_path: Path) -> None:
    abandoned, fresh, folder = (
        tmp_path / f"{UNFINISHED}{name}"
        for name in ("aaaaaaaa.json", "bbbbbbbb.json", "dddddddd.json")
    )
    for path in (abandoned, fresh):
        path.write_bytes(b"half")
    folder.mkdir()
    other = tmp_path / f"{UNFINISHED}backup.json"  # a person's own
    other.write_bytes(b"{}")
    for path in (abandoned, folder, other):
        os.utime(path, (time.time() - 2 * DAY,) * 2)
    write_atomically(tmp_path / "one.json", b"new")
    assert not abandoned.exists()
    assert fresh.exists()
    assert folder.exists()
    assert other.exists()
