"""The set-up script: what it asks of the system, when it does nothing, and what it says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import bootstrap
import pytest


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty checkout with the two lists, and no environment yet."""
    root = tmp_path / "checkout"
    (root / "packaging").mkdir(parents=True)
    (root / "pyproject.toml").write_text("[project]\nname = 'duet-studio'\n")
    (root / "packaging" / "constraints.txt").write_text("numpy==2.4.6\n")
    monkeypatch.setattr(bootstrap, "ROOT", root)
    monkeypatch.setattr(bootstrap, "VENV", root / ".venv")
    monkeypatch.setattr(bootstrap, "STAMP", root / ".venv" / "duet-stamp.json")
    monkeypatch.setattr(bootstrap, "CONSTRAINTS", root / "packaging" / "constraints.txt")
    return root


def put_stamp(extras: list[str]) -> None:
    """Leave what a finished set-up leaves."""
    python = bootstrap.in_venv("python")
    python.parent.mkdir(parents=True, exist_ok=True)
    python.touch()
    bootstrap.STAMP.write_text(
        json.dumps({"fingerprint": bootstrap.fingerprint(), "extras": extras})
    )


def fake_program(folder: Path, name: str, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a program of our own before the system's."""
    folder.mkdir(exist_ok=True)
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_an_old_python_is_refused_with_the_fix() -> None:
    with pytest.raises(
        bootstrap.SetupError, match=r"needs Python 3\.11 or newer.*3\.9\.2.*Install"
    ):
        bootstrap.check_python((3, 9, 2))
    bootstrap.check_python((3, 11, 0))
    bootstrap.check_python((4, 0, 0))


def test_the_script_parses_on_pythons_too_old_to_run_it(repository: Path) -> None:
    source = (repository / "packaging" / "bootstrap.py").read_text()
    compile(source, "bootstrap.py", "exec", dont_inherit=True)
    import ast

    ast.parse(source, feature_version=(3, 8))


def test_only_missing_packages_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = "libgl1 installed\nlibpulse0 config-files\nlibglib2.0-0t64 installed"
    fake_program(tmp_path / "bin", "dpkg-query", f"echo '{answer}'; exit 1", monkeypatch)
    wanted = ("libgl1", "libglib2.0-0", "libpulse0", "libfluidsynth3")
    assert bootstrap.missing_packages(wanted) == ["libpulse0", "libfluidsynth3"]


def test_without_dpkg_nothing_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert bootstrap.missing_packages(("libgl1",)) == []


def test_without_root_one_line_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fake_program(tmp_path / "bin", "dpkg-query", "exit 1", monkeypatch)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    bootstrap.install_packages(("libgl1", "xvfb"))
    line = "sudo apt-get install -y --no-install-recommends libgl1 xvfb"
    assert line in capsys.readouterr().out


def test_as_root_apt_installs_the_missing_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_program(tmp_path / "bin", "dpkg-query", "exit 1", monkeypatch)
    log = tmp_path / "log"
    fake_program(tmp_path / "bin", "apt-get", f'echo "$@" >> {log}', monkeypatch)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    bootstrap.install_packages(("libgl1",))
    assert log.read_text().splitlines() == [
        "update",
        "install -y --no-install-recommends libgl1",
    ]


def test_a_failing_apt_is_told_and_not_fatal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fake_program(tmp_path / "bin", "dpkg-query", "exit 1", monkeypatch)
    fake_program(tmp_path / "bin", "apt-get", "echo 'E: no lock' >&2; exit 100", monkeypatch)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    bootstrap.install_packages(("libgl1",))
    told = capsys.readouterr().out
    assert "E: no lock" in told
    assert "Going on without them" in told


def test_the_stamp_answers_for_fewer_extras_but_not_for_more(checkout: Path) -> None:
    assert not bootstrap.is_installed(())
    put_stamp(["dev", "train"])
    assert bootstrap.is_installed(())
    assert bootstrap.is_installed(("train", "dev"))
    put_stamp([])
    assert not bootstrap.is_installed(("train",))


@pytest.mark.parametrize("file", ["pyproject.toml", "packaging/constraints.txt"])
def test_a_changed_list_is_installed_again(checkout: Path, file: str) -> None:
    put_stamp([])
    with (checkout / file).open("a") as opened:
        opened.write("# changed\n")
    assert not bootstrap.is_installed(())


@pytest.mark.parametrize("text", ["", "[]", "null", "{", '{"fingerprint": 1}'])
def test_a_broken_stamp_counts_as_none(checkout: Path, text: str) -> None:
    put_stamp([])
    bootstrap.STAMP.write_text(text)
    assert not bootstrap.is_installed(())


def test_a_second_installation_starts_nothing(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_stamp([])
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("started a program"))
    monkeypatch.setattr(subprocess, "Popen", lambda *_, **__: pytest.fail("started a program"))
    started = time.monotonic()
    bootstrap.install(())
    assert time.monotonic() - started < 0.5


def test_a_new_environment_has_pip_and_a_broken_one_is_made_again(checkout: Path) -> None:
    broken = bootstrap.in_venv("python")
    broken.parent.mkdir(parents=True)
    broken.symlink_to("/nowhere/python3")
    bootstrap.make_venv()
    subprocess.run([broken, "-m", "pip", "--version"], check=True, capture_output=True)
    made = broken.stat().st_ctime_ns, (bootstrap.VENV / "pyvenv.cfg").stat().st_mtime_ns
    bootstrap.make_venv()
    again = broken.stat().st_ctime_ns, (bootstrap.VENV / "pyvenv.cfg").stat().st_mtime_ns
    assert again == made


def test_a_python_without_venv_is_told(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setattr(bootstrap, "install_packages", lambda _wanted: None)
    with pytest.raises(bootstrap.SetupError, match="apt-get install python3-venv"):
        bootstrap.make_venv()


def test_no_network_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "VENV", Path(sys.prefix))
    for name in [name for name in os.environ if name.upper().startswith("PIP_")]:
        monkeypatch.delenv(name)
    # Port 9 of this machine: nothing listens there.
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    with pytest.raises(bootstrap.SetupError, match=r"No package index answers.*PIP_INDEX_URL"):
        bootstrap.pip("--target", "/nonexistent", "a-package-that-nobody-made")


def test_a_failure_of_pip_itself_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "VENV", Path(sys.prefix))
    with pytest.raises(bootstrap.SetupError, match="pip could not install"):
        bootstrap.pip("--no-such-option")


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, False),
        ({"DISPLAY": ":0"}, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True),
        ({"DISPLAY": ""}, False),
    ],
)
def test_a_display_is_found_by_the_environment(
    variables: dict[str, str], expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert bootstrap.has_display() is expected


def test_the_command_line_reaches_the_right_command(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[str, list[str]]] = []

    def note(name: str) -> None:
        def called(arguments: list[str] | None = None) -> int:
            calls.append((name, arguments or []))
            return 0

        monkeypatch.setattr(bootstrap, name, called)

    for name in ("run_window", "run_demo", "run_tests"):
        note(name)
    for line in ([], ["song.duet"], ["demo"], ["test"], ["test", "-k", "wire"]):
        assert bootstrap.main(line) == 0
    assert calls == [
        ("run_window", []),
        ("run_window", ["song.duet"]),
        ("run_demo", []),
        ("run_tests", []),
        ("run_tests", ["-k", "wire"]),
    ]


def test_a_problem_is_one_sentence_and_exit_code_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_arguments: list[str]) -> int:
        raise bootstrap.SetupError("No index answers. Connect.")

    monkeypatch.setattr(bootstrap, "run_window", fail)
    assert bootstrap.main([]) == 1
    assert capsys.readouterr().err.strip() == "No index answers. Connect."


def test_the_submission_check_is_the_readme_command(repository: Path) -> None:
    lines = (repository / ".ci" / "run").read_text().splitlines()
    assert lines[-1] == "exec python3 packaging/bootstrap.py test"
