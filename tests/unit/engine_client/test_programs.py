"""Which programs the window starts, from a checkout and from the packed folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from engines.protocol.paths import advice_for_training, is_frozen
from studio.engine_client import programs


def test_a_checkout_runs_its_own_python() -> None:
    assert not is_frozen()
    assert "pip install" in advice_for_training()
    assert programs.engine_command() == [sys.executable, "-m", "engines.cli"]
    assert programs.engine_service() == [sys.executable, "-m", "engines.service"]
    program = programs.window_program()
    assert program is not None
    assert program.is_file()
    told = subprocess.run(
        [*programs.engine_command(), "--help"], capture_output=True, text=True, check=True
    )
    assert "serve" in told.stdout


def test_a_python_without_duet_beside_it_is_no_program_to_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python3"))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert programs.window_program() is None
    script = tmp_path / "duet"
    script.write_text("#!/bin/sh")
    script.chmod(0o755)
    assert programs.window_program() == script


def test_the_packed_folder_runs_the_program_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "duet"))
    (program,) = programs.engine_command()
    assert Path(program).parent == tmp_path
    assert Path(program).stem == "duet-engine"
    assert programs.engine_service() == [program, "serve"]
    assert programs.window_program() == tmp_path / "duet"
    assert "pip" not in advice_for_training()
