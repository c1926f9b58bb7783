"""Data are known again by what they hold, not by what a system left among them."""

from __future__ import annotations

from pathlib import Path

from engines.data.fingerprint import fingerprint


def test_a_change_is_seen_and_a_system_s_file_is_not(tmp_path: Path) -> None:
    folder = tmp_path / "songs"
    (folder / "more").mkdir(parents=True)
    (folder / "a.mid").write_bytes(b"12")
    (folder / "more" / "b.mid").write_bytes(b"345")
    first = fingerprint(folder)
    for name in (".DS_Store", "Thumbs.db", "more/.hidden"):
        (folder / name).write_bytes(b"x")
    (folder / "empty").mkdir()
    assert fingerprint(folder) == first
    (folder / "a.mid").write_bytes(b"123")
    changed = fingerprint(folder)
    (folder / "c.mid").write_bytes(b"")
    assert len({first, changed, fingerprint(folder)}) == 3


def test_a_zip_is_known_by_its_size(tmp_path: Path) -> None:
    packed = tmp_path / "songs.zip"
    packed.write_bytes(b"PK")
    first = fingerprint(packed)
    packed.write_bytes(b"PK more")
    assert fingerprint(packed) != first
