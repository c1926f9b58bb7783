"""The demo, made by real commands from tiny models, and the commands that the set-up installs."""

from __future__ import annotations

import shutil
import subprocess
import sys
import wave
from pathlib import Path

import demo
import pytest
import tiny_models
from PIL import Image


@pytest.fixture
def tiny_assets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Shipped models that are tiny: two of pictures, and the one the melody asks for."""
    assets = tmp_path / "assets"
    models = assets / "models"
    tiny_models.make_generator(models, "tiny-a", seed=1)
    tiny_models.make_generator(models, "tiny-b", seed=2)
    tiny_models.make_generator(models, "tinier", size=8)
    tiny_models.make_composer(models, "melody-pop")
    monkeypatch.setenv("DUET_ASSETS", str(assets))
    monkeypatch.setenv("CI", "true")  # makes the sound library print where it was found
    return assets


def test_the_demo_leaves_pictures_a_melody_and_times(
    tiny_assets: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "duet-demo"
    assert demo.main([str(folder)]) == 0
    assert len(list((folder / "portraits" / "tiny-a").glob("*.png"))) == 16
    assert not (folder / "portraits" / "tinier").exists()
    with Image.open(folder / "portraits.png") as sheet:
        assert sheet.size == (8 * 16, 4 * 16)
    with Image.open(folder / "inpaint" / "filled.png") as filled:
        assert filled.size == (512, 512)
    assert (folder / "melody.mid").read_bytes().startswith(b"MThd")
    with wave.open(str(folder / "melody.wav")) as sound:
        assert sound.getnframes() / sound.getframerate() > 8 * 4 * 60 / 110
    told = capsys.readouterr().out.splitlines()
    assert sum(" s with start-up" in line for line in told) == 4
    assert any("no model called inpaint-photo" in line for line in told)
    before = sorted(folder.rglob("*"))
    assert demo.main([str(folder)]) == 0
    assert sorted(folder.rglob("*")) == before


def test_the_demo_fills_with_the_network_as_soon_as_there_is_one(
    tiny_assets: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny_models.make_inpainter(tiny_assets / "models", demo.INPAINTER)
    demo.make_fill(tmp_path)
    told = capsys.readouterr().out
    assert "filled by inpaint-photo" in told
    assert "smooth" not in told


def test_a_demo_that_cannot_be_made_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DUET_ASSETS", str(tmp_path / "empty"))
    assert demo.main([str(tmp_path / "duet-demo")]) == 1
    assert "The demo stopped: " in capsys.readouterr().err


def test_the_installed_command_answers() -> None:
    command = shutil.which("duet-engine", path=str(Path(sys.executable).parent))
    assert command, "duet-engine is not installed beside this Python"
    done = subprocess.run([command, "--help"], capture_output=True, text=True, check=True)
    assert "compose" in done.stdout
