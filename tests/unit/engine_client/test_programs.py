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
    assert programs.window_program().parent == Path(sys.executable).parent
    told = subprocess.run(
        [*programs.engine_command(), "--help"], capture_output=True, text=True, check=True
    )
    assert "serve" in told.stdout


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
