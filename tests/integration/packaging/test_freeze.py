"""The folder that runs without Python: made by its plan, used by both programs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.skipif(
        find_spec("PyInstaller") is None, reason="the extra freeze is not installed"
    ),
    pytest.mark.timeout(900),
]


@pytest.fixture(scope="module")
def folder(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packed folder, moved away from the checkout it was made of."""
    place = tmp_path_factory.mktemp("frozen")
    command = [
        sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN",
        "--workpath", str(place / "work"), "--distpath", str(place),
        str(repository / "packaging" / "freeze" / "duet.spec"),
    ]  # fmt: skip
    subprocess.run(command, cwd=repository, check=True, capture_output=True)
    return (place / "duet").rename(place / "elsewhere")


def run(folder: Path, program: str, *arguments: str, data: Path) -> str:
    """What a program says on stdout, where there is no Python to be found."""
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL"))},
        "PATH": "/usr/bin:/bin",
        "DUET_DATA": str(data),
    }
    done = subprocess.run(
        [str(folder / program), *arguments],
        cwd=data,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_window_opens_and_its_engine_makes_a_picture(folder: Path, tmp_path: Path) -> None:
    told = json.loads(run(folder, "duet", "--self-test", data=tmp_path).splitlines()[-1])
    assert (told["ok"], told["problem"]) == (True, "")


def test_pictures_and_melodies_are_made_by_command(folder: Path, tmp_path: Path) -> None:
    run(folder, "duet-engine", "generate", "--model", "portraits-toons-128", "--seed", "5",
        "--out", "a.png", data=tmp_path)  # fmt: skip
    run(folder, "duet-engine", "compose", "--chords", "C Am F G", "--bars", "4", "--seed", "5",
        "--out", "a.wav", data=tmp_path)  # fmt: skip
    assert (tmp_path / "a.png").stat().st_size > 1000
    assert (tmp_path / "a.wav").stat().st_size > 100_000


def test_nothing_is_packed_that_may_not_be(folder: Path) -> None:
    packed = {path.name for path in folder.rglob("*")}
    assert not {name for name in packed if name.endswith(".sf2")}  # GPL: found, never copied
    assert "training.safetensors" not in packed
    assert "torch" not in packed
    assert "duet-studio.desktop" in packed
