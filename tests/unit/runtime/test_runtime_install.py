"""Models from elsewhere come into the library whole, or not at all and with a sentence."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pytest
from command_line import run
from tiny_models import make_models

from engines.protocol.errors import EngineError
from engines.protocol.paths import user_models_dir
from engines.runtime import install as installing
from engines.runtime.install import install
from engines.runtime.library import Library


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library([tmp_path / "shipped", tmp_path / "home"])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Some model of somebody's."""
    models = make_models(tmp_path / "theirs")
    return next(path.parent for path in sorted(models.rglob("card.toml")))


def kept(library: Library) -> list[str]:
    return sorted(path.name for path in library.home.iterdir()) if library.home.is_dir() else []


def refused(source: Path, library: Library) -> str:
    with pytest.raises(EngineError) as caught:
        install(source, library)
    assert kept(library) == []
    return str(caught.value)


def test_a_folder_is_copied_without_what_is_no_model_s(library: Library, folder: Path) -> None:
    (folder / "setup.py").write_text("import os")
    card = install(folder, library)
    assert card.name == folder.name
    assert library.get(card.name).card == card
    assert not (library.home / card.name / "setup.py").exists()
    with pytest.raises(EngineError, match="There is a model called"):
        install(folder, library)


@pytest.mark.parametrize("within", ["", "some/folder/"])
def test_a_zip_is_taken_from_wherever_the_card_is(
    library: Library, folder: Path, tmp_path: Path, within: str
) -> None:
    packed = tmp_path / "model.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for file in folder.iterdir():
            archive.write(file, f"{within}{file.name}")
        archive.writestr("../../outside.txt", "a trap")
    install(packed, library)
    assert kept(library) == [folder.name]
    assert not list(tmp_path.rglob("outside.txt"))


def test_what_is_no_model_is_refused(library: Library, folder: Path, tmp_path: Path) -> None:
    assert "There is no folder or zip" in refused(tmp_path / "nowhere", library)
    assert "it has no card.toml" in refused(tmp_path, library)
    (tmp_path / "a.zip").write_bytes(b"%PDF-1.7")
    assert "is no zip I can read" in refused(tmp_path / "a.zip", library)
    card = (folder / "card.toml").read_text()
    (folder / "card.toml").write_text(card.replace(f'"{folder.name}"', '"../evil"', 1))
    assert "calls its model '../evil'" in refused(folder, library)
    (folder / "card.toml").write_bytes(b"\xff\xfe")
    assert "The card.toml of" in refused(folder, library)


def test_a_damaged_model_is_refused(library: Library, folder: Path, tmp_path: Path) -> None:
    network = folder / "model.onnx"
    network.write_bytes(network.read_bytes()[:-1] + b"?")
    assert "model.onnx" in refused(folder, library)
    network.unlink()
    assert "model.onnx" in refused(folder, library)


def test_a_zip_that_unpacks_to_too_much_is_refused(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(installing, "LARGEST", 5_000)
    (folder / "model.safetensors").write_bytes(bytes(10_000))
    packed = Path(shutil.make_archive(str(tmp_path / "model"), "zip", folder))
    assert "The model.safetensors of" in refused(packed, library)


def test_the_command_adds_and_lists(duet_data: Path, folder: Path) -> None:
    code, out, _ = run("models", "--add", folder, "--json")
    told = json.loads(out)
    assert (code, told["added"]) == (0, folder.name)
    assert folder.name in [model["name"] for model in told["models"]]
    assert (user_models_dir() / folder.name / "card.toml").is_file()
    code, _, err = run("models", "--add", folder)
    assert (code, "There is a model called" in err) == (2, True)
