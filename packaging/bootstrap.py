#!/usr/bin/env python3
"""Set Duet up in this checkout, and open it. Needs nothing but Python itself.

    python3 packaging/bootstrap.py [FILE]        install, then open the window
                                                 (with no display: make ./duet-demo instead)
    python3 packaging/bootstrap.py demo          install, then make ./duet-demo
    python3 packaging/bootstrap.py test [ARGS]   install everything, then run every check and the
                                                 tests; ARGS go to pytest
    python3 packaging/bootstrap.py freeze        install, then make ./dist/duet: a folder with both
                                                 programs that runs where there is no Python

Everything lands in .venv beside pyproject.toml, in the versions of packaging/constraints.txt.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
STAMP = VENV / "duet-stamp.json"
CONSTRAINTS = ROOT / "packaging" / "constraints.txt"
OLDEST = (3, 11)

#: What Qt, its sound and the synthesiser load at run time, by Debian's names.
WINDOW_PACKAGES = (
    "libgl1", "libegl1", "libxkbcommon0", "libglib2.0-0", "libdbus-1-3", "libfontconfig1",
    "fonts-dejavu-core", "libpulse0", "libxkbcommon-x11-0", "libxcb-cursor0", "libxcb-icccm4",
    "libxcb-keysyms1", "libxcb-shape0", "libfluidsynth3",
)  # fmt: skip
#: A screen for the tests of the window.
TEST_PACKAGES = ("xvfb",)
#: Test processes at once: each starts engines of its own.
MOST_WORKERS = 4

TEST_EXTRAS = ("train", "dev")

#: What pip prints when nothing answers; every package asked for exists, so "none" means that too.
OFFLINE_SIGNS = (
    "(from versions: none)", "Temporary failure in name resolution", "Name or service not known",
    "Network is unreachable", "NewConnectionError", "NameResolutionError", "ConnectTimeoutError",
    "ProxyError", "Connection refused",
)  # fmt: skip


class SetupError(Exception):
    """The set-up cannot go on; the text says why and what to do, for a person."""


def say(text: str) -> None:
    """One line on the screen, at once."""
    print(text, flush=True)


def check_python(version: tuple[int, ...] = sys.version_info[:3]) -> None:
    """Stop on a Python that is too old.

    Args:
        version: major, minor, micro.
    """
    if version[:2] < OLDEST:
        raise SetupError(
            f"Duet needs Python {OLDEST[0]}.{OLDEST[1]} or newer, and this is "
            f"{'.'.join(map(str, version))}. Install a newer one and start this file with it."
        )


# --- the system's packages --------------------------------------------------------------------


def missing_packages(wanted: tuple[str, ...]) -> list[str]:
    """Which of Debian's packages are not installed; none on a system without dpkg."""
    if not shutil.which("dpkg-query"):
        return []
    # Newer releases renamed some libraries: libglib2.0-0 is libglib2.0-0t64 there.
    names = [*wanted, *(f"{name}t64" for name in wanted)]
    query = ["dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\n", *names]
    lines = subprocess.run(query, capture_output=True, text=True, check=False).stdout.splitlines()
    there = {line.split()[0] for line in lines if line.endswith(" installed")}
    return [name for name in wanted if not {name, f"{name}t64"} & there]


def install_packages(wanted: tuple[str, ...]) -> None:
    """Install what is missing with apt as root, else print the one line that does."""
    missing = missing_packages(wanted)
    if not missing:
        return
    install = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        say(f"Duet wants these system libraries; install them with:\n  sudo {shlex.join(install)}")
        return
    say(f"Installing system libraries: {' '.join(missing)}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update"], install):
        done = subprocess.run(
            command,
            env=quiet,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        say(f"{done.stderr.strip()}\nGoing on without them; to try again:\n  {shlex.join(install)}")


# --- the environment --------------------------------------------------------------------------


def in_venv(name: str) -> Path:
    """The path of a program in the environment."""
    return (
        VENV
        / ("Scripts" if os.name == "nt" else "bin")
        / (f"{name}.exe" if os.name == "nt" else name)
    )


def fingerprint() -> str:
    """A hash of all that decides what gets installed: the two lists, and where they stand."""
    digest = hashlib.sha256(str(ROOT).encode())
    for file in (ROOT / "pyproject.toml", CONSTRAINTS):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def is_installed(extras: tuple[str, ...]) -> bool:
    """Whether the environment already holds Duet with these extras, as the lists stand now."""
    try:
        stamp = json.loads(STAMP.read_text())
        return (
            in_venv("python").exists()
            and stamp["fingerprint"] == fingerprint()
            and set(extras) <= set(stamp["extras"])
        )
    except (OSError, ValueError, KeyError, TypeError):
        return False


def make_venv() -> None:
    """Make .venv, or keep the one that stands when its Python starts."""
    python = in_venv("python")
    if python.exists():
        probe = [str(python), "-c", f"import sys, pip; sys.exit(sys.version_info[:2] < {OLDEST})"]
        if subprocess.run(probe, capture_output=True, check=False).returncode == 0:
            return
    if importlib.util.find_spec("ensurepip") is None:
        install_packages((f"python3.{sys.version_info[1]}-venv",))
        importlib.invalidate_caches()
    if importlib.util.find_spec("ensurepip") is None:
        raise SetupError(
            "This Python cannot make environments: its venv module is incomplete. "
            "Install it (Debian: sudo apt-get install python3-venv) and run this again."
        )
    say(f"Making {VENV}")
    subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)


def pip(*arguments: str) -> None:
    """Run the environment's pip with the pins; its output passes through.

    Raises:
        SetupError: pip failed; the sentence tells a missing network from the rest.
    """
    loud = [] if sys.stdout.isatty() else ["--quiet"]
    options = ["--disable-pip-version-check", "--prefer-binary", "--constraint", str(CONSTRAINTS)]
    command = [str(in_venv("python")), "-m", "pip", "install", *loud, *options, *arguments]
    environment = {**os.environ, "PIP_USER": "0"}
    environment.pop("PYTHONHOME", None)
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True, errors="replace"
    ) as process:
        assert process.stderr is not None
        told = []
        for line in process.stderr:
            told.append(line)
            sys.stderr.write(line)
    if process.returncode == 0:
        return
    if any(sign in line for line in told for sign in OFFLINE_SIGNS):
        raise SetupError(
            "No package index answers. Connect to the network, or name a mirror in PIP_INDEX_URL, "
            "and run this again."
        )
    raise SetupError("pip could not install what Duet needs; its lines above say why.")


def install(extras: tuple[str, ...]) -> None:
    """Bring .venv to what the lists say. A second call with the same lists does nothing.

    Args:
        extras: of pyproject.toml; what earlier calls asked for stays.
    """
    if is_installed(extras):
        return
    started = time.monotonic()
    make_venv()
    size = "torch too, which is a few gigabytes" if "train" in extras else "about 900 MB on disk"
    say(f"Installing Duet and what it needs into {VENV} ({size}; minutes, once)")
    STAMP.unlink(missing_ok=True)
    pip("setuptools")
    pip("--no-build-isolation", "--editable", f".[{','.join(extras)}]" if extras else ".")
    try:
        # Its metadata asks for pyaudio, which needs a compiler and which nothing here uses.
        pip("--no-deps", "tinysoundfont")
    except SetupError:
        say("Going on without tinysoundfont: Duet has a plainer synthesiser of its own.")
    STAMP.write_text(json.dumps({"fingerprint": fingerprint(), "extras": sorted(extras)}))
    say(f"Installed in {time.monotonic() - started:.0f} s")


# --- what the commands do ---------------------------------------------------------------------


def has_display() -> bool:
    """Whether a window can be shown."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform != "linux" or any(os.environ.get(name) for name in names)


def run_window(arguments: list[str]) -> int:
    """Open the window; on a machine without a display make the demo instead."""
    install_packages(WINDOW_PACKAGES)
    install(())
    if not has_display():
        say("There is no display here, so this makes the demo instead of opening the window.")
        return run_demo()
    return subprocess.run([in_venv("duet"), *arguments], check=False).returncode


def run_demo() -> int:
    """Make a sheet of portraits and a melody in ./duet-demo."""
    install_packages(WINDOW_PACKAGES)
    install(())
    demo = ROOT / "packaging" / "demo.py"
    return subprocess.run([in_venv("python"), demo, "duet-demo"], check=False).returncode


def run_freeze() -> int:
    """Make the folder that runs without Python."""
    install_packages(WINDOW_PACKAGES)
    install(("freeze",))
    plan = ROOT / "packaging" / "freeze" / "duet.spec"
    command = [str(in_venv("python")), "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    started = time.monotonic()
    code = subprocess.run([*command, str(plan)], cwd=ROOT, check=False).returncode
    if code:
        raise SetupError("PyInstaller could not make the folder; its lines above say why.")
    folder = ROOT / "dist" / "duet"
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    taken = time.monotonic() - started
    say(f"Made {folder} ({size / 1e6:.0f} MB) in {taken:.0f} s; start the program duet in it.")
    return 0


def screen() -> dict[str, str]:
    """The environment of the tests, where no window can pop up: pytest-xvfb's screens, or none."""
    environment = dict(os.environ)
    environment.pop("DISPLAY", None)
    environment.pop("WAYLAND_DISPLAY", None)
    real = sys.platform == "linux" and shutil.which("Xvfb")
    environment["QT_QPA_PLATFORM"] = "xcb" if real else "offscreen"
    return environment


def run_tests(arguments: list[str]) -> int:
    """Run the checks, each with its time, beside the tests, whose count closes.

    Tests wait a good deal, for timers and for other processes: the checks' minute fits in between.

    Args:
        arguments: passed on to pytest.
    """
    install_packages((*WINDOW_PACKAGES, *TEST_PACKAGES))
    install(TEST_EXTRAS)
    checks = {
        "ruff": ["ruff", "check", "."],
        "format": ["ruff", "format", "--check", "."],
        "types": ["mypy"],
        "imports": ["lint-imports", "--no-logo"],
    }
    # A file's tests stay together: what they share is made once.
    spread = ["-n", "auto", "--maxprocesses", str(MOST_WORKERS), "--dist", "loadfile"]
    tests = [str(in_venv("python")), "-m", "pytest", *spread, *arguments]
    with ThreadPoolExecutor(max_workers=1) as beside:
        results = [beside.submit(passes, name, *command) for name, command in checks.items()]
        code = subprocess.run(tests, cwd=ROOT, env=screen(), check=False).returncode
        failed = [name for name, passed in zip(checks, results, strict=True) if not passed.result()]
    if failed:
        print(f"These checks failed, see above: {', '.join(failed)}", file=sys.stderr)
    return code or int(bool(failed))


def passes(name: str, program: str, *rest: str) -> bool:
    """Run one check, and say at its end what it said itself and how long it took."""
    started = time.monotonic()
    command = [str(in_venv(program)), *rest]
    done = subprocess.run(
        command, cwd=ROOT, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    word, taken = "failed" if done.returncode else "passed", time.monotonic() - started
    say(f"\n{done.stdout}{name}: {word} in {taken:.1f} s")
    return done.returncode == 0


def main(arguments: list[str]) -> int:
    """Carry out the command line; the result is the exit code."""
    try:
        check_python()
        if arguments[:1] == ["test"]:
            return run_tests(arguments[1:])
        if arguments == ["demo"]:
            return run_demo()
        if arguments == ["freeze"]:
            return run_freeze()
        if arguments[:1] in (["-h"], ["--help"]):
            say(__doc__ or "")
            return 0
        return run_window(arguments)
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
