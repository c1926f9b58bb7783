"""``duet-engine`` as a real process: what it loads, how it ends, what it leaves behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import tiny_models
from PIL import Image

from engines.protocol.tools import TOOLS

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = [sys.executable, "-m", "engines.cli"]
HEAVY = ("torch", "PySide6", "onnx", "lightning_fabric", "scipy", "pretty_midi", "cv2")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Where the tools' default models are tiny."""
    assets = tmp_path_factory.mktemp("assets")
    tiny_models.make_generator(assets / "models", TOOLS["generate"].default_model)
    tiny_models.make_composer(assets / "models", TOOLS["compose"].default_model)
    tiny_models.make_inpainter(assets / "models", TOOLS["inpaint"].default_model)
    return {**os.environ, "DUET_ASSETS": str(assets), "PYTHONPATH": str(ROOT)}


def run(
    environment: dict[str, str], *arguments: object, folder: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *(str(argument) for argument in arguments)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def loaded(environment: dict[str, str], *arguments: object) -> set[str]:
    """The modules a command has imported by its end."""
    code = (
        "import json, sys\n"
        "from engines.cli import main\n"
        "code = main(sys.argv[1:])\n"
        "print(json.dumps(sorted(sys.modules)), file=sys.stderr)\n"
        "sys.exit(code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *(str(argument) for argument in arguments)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return set(json.loads(done.stderr.splitlines()[-1]))


def test_pictures_are_made_without_torch(environment: dict[str, str], tmp_path: Path) -> None:
    modules = loaded(environment, "generate", "--out", tmp_path / "a.png")
    assert (tmp_path / "a.png").exists()
    assert "onnxruntime" in modules
    assert not modules & set(HEAVY)


def test_melodies_are_written_without_torch(environment: dict[str, str], tmp_path: Path) -> None:
    modules = loaded(environment, "compose", "--bars", 1, "--out", tmp_path / "a.mid")
    assert (tmp_path / "a.mid").exists()
    assert not modules & set(HEAVY)


def test_holes_are_filled_without_torch(environment: dict[str, str], tmp_path: Path) -> None:
    photo, mask, out = (tmp_path / f"{name}.png" for name in ("photo", "mask", "out"))
    Image.effect_noise((60, 40), 30).save(photo)
    Image.new("L", (60, 40)).save(mask)
    command = ("inpaint", photo, "--mask", mask, "--out", out)
    refused = run(environment, *command)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.count("\n") == 1
    assert not out.exists()
    holes = Image.new("L", (60, 40))
    holes.paste(255, (20, 10, 40, 30))
    holes.save(mask)
    modules = loaded(environment, *command)
    assert out.exists()
    assert modules & set(HEAVY) == {"cv2"}


def test_listing_and_help_load_no_back_end(environment: dict[str, str]) -> None:
    assert not loaded(environment, "models") & {*HEAVY, "onnxruntime", "numpy", "PIL"}
    assert not loaded(environment, "--help") & {*HEAVY, "onnxruntime", "numpy", "PIL", "msgspec"}


def test_one_object_on_stdout_and_nothing_on_stderr(
    environment: dict[str, str], tmp_path: Path
) -> None:
    done = run(environment, "generate", "--count", 2, "--out", tmp_path, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert len(json.loads(done.stdout)["outputs"]) == 2


def test_an_unwritable_output_is_refused_before_computing(
    environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"")
    for command, name in (("generate", "a.png"), ("compose", "a.mid")):
        done = run(environment, command, "--out", tmp_path / "file" / name)
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1
        assert "is not a folder" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_read_only_folder_is_refused(environment: dict[str, str], tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("an administrator may write everywhere")
    tmp_path.chmod(0o555)
    done = run(environment, "generate", "--out", tmp_path / "a.png")
    tmp_path.chmod(0o755)
    assert done.returncode == 2
    assert "permission denied" in done.stderr


def test_an_interrupt_ends_with_code_3_and_leaves_nothing(
    environment: dict[str, str], tmp_path: Path
) -> None:
    pipe = tmp_path / "request.json"
    os.mkfifo(pipe)
    process = subprocess.Popen(
        [*PROGRAM, "generate", "--request", str(pipe), "--out", str(tmp_path / "a.png")],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        # A suite started in the background ignores interrupts, and so would what it starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    # Opening the pipe waits until the process reads from it: then it is surely at work.
    with pipe.open("w"):
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 3
    assert err == "duet-engine: Cancelled.\n"
    assert [path.name for path in tmp_path.iterdir()] == ["request.json"]


def test_a_reader_that_goes_away_is_no_fault(environment: dict[str, str]) -> None:
    read, write = os.pipe()
    os.close(read)
    process = subprocess.Popen(
        [*PROGRAM, "models"], env=environment, stdout=write, stderr=subprocess.PIPE, text=True
    )
    os.close(write)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")


def test_a_terminal_without_greek_gets_escapes(environment: dict[str, str]) -> None:
    done = run({**environment, "PYTHONIOENCODING": "ascii"}, "generate", "--help")
    assert done.returncode == 0
    assert "\\u03c8" in done.stdout
