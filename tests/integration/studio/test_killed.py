"""Real processes, killed while they save and while they work: no document is ever lost."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from sessions import open_desk

HELPERS = Path(__file__).parents[2] / "helpers"


def command(task: str, path: Path) -> list[str]:
    return [sys.executable, str(HELPERS / "sessions.py"), task, str(path)]


def environment(repository: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": f"{repository}{os.pathsep}{HELPERS}"}


@contextmanager
def working(repository: Path, data: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that paints and keeps; killed when the block ends."""
    process = subprocess.Popen(
        command("work", data), stdout=subprocess.PIPE, text=True, env=environment(repository)
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "kept\n"
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_fifty_kills_in_mid_save_lose_nothing(repository: Path, tmp_path: Path) -> None:
    run = subprocess.run(
        command("save", tmp_path / "a.duet"),
        capture_output=True,
        text=True,
        env=environment(repository),
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert int(run.stdout) >= 20  # so many were in the middle of it


def test_after_a_kill_the_work_is_offered_and_comes_back(
    qtbot: QtBot, repository: Path, tmp_path: Path
) -> None:
    # While it runs, its document is its own.
    with working(repository, tmp_path), open_desk(tmp_path) as other:
        other.session.start()
        assert other.told == ""
    with open_desk(tmp_path) as desk:
        desk.session.start()
        assert desk.told == "Duet ended unexpectedly: your work was kept."
        assert desk.document.state.is_empty
        with qtbot.waitSignal(desk.session.opened):
            desk.context.messages.act()
        assert desk.document.state.layers[0].name == "stroke 0"
        assert desk.session.modified
        names = [path.name for path in (tmp_path / "autosave").iterdir()]
        assert any(name.startswith("crashed-") for name in names)  # until it is in our own place
        qtbot.waitUntil(lambda: not list((tmp_path / "autosave").glob("crashed-*")), timeout=20_000)
    with open_desk(tmp_path) as desk:
        with qtbot.waitSignal(desk.session.opened):
            desk.session.start()
        assert desk.document.state.layers[0].name == "stroke 0"
        assert desk.told == ""


def test_what_was_offered_and_not_wanted_is_not_offered_again(
    qtbot: QtBot, repository: Path, tmp_path: Path
) -> None:
    with working(repository, tmp_path):
        pass
    with open_desk(tmp_path) as desk:
        desk.session.start()
        assert "ended unexpectedly" in desk.told
    with open_desk(tmp_path) as desk:
        desk.session.start()
        assert desk.told == ""
    assert len(list((tmp_path / "autosave").glob("aside-*.duet"))) == 1


def test_a_crash_after_a_crash_keeps_the_offer(
    qtbot: QtBot, repository: Path, tmp_path: Path
) -> None:
    with working(repository, tmp_path):
        pass
    left = list((tmp_path / "autosave").glob("[!.]*.duet"))
    with working(repository, tmp_path):  # is offered the first one's work, and is killed too
        pass
    with open_desk(tmp_path) as desk:
        desk.session.start()
        assert "ended unexpectedly" in desk.told
        assert (tmp_path / "autosave" / f"crashed-{left[0].name}").exists()
