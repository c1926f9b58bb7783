from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from studio.engine_client import frame_folder


@pytest.fixture(autouse=True)
def parent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(frame_folder, "_parent", lambda: tmp_path)
    return tmp_path


def test_a_folder_for_this_user_only() -> None:
    folder = frame_folder.make()
    assert folder.is_dir()
    if os.name == "posix":
        assert folder.stat().st_mode & 0o077 == 0
    frame_folder.remove(folder)
    assert not folder.exists()
    frame_folder.remove(folder)


@pytest.mark.skipif(os.name != "posix", reason="leftovers are swept on POSIX only")
def test_leftovers_of_dead_windows_are_removed_and_others_are_not(parent: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    names = [f"duet-frames-{dead.pid}-x", f"duet-frames-{os.getpid()}-y", "duet-frames-z", "other"]
    for name in names:
        (parent / name).mkdir()
        (parent / name / "ring-1").write_bytes(b"x")

    made = frame_folder.make()

    left = {folder.name for folder in parent.iterdir()}
    assert left == {*names[1:], made.name}
