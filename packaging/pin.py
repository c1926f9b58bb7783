"""Write constraints.txt: the exact version of everything that is installed.

Run it with the environment's Python after changing the dependencies:

    .venv/bin/python packaging/pin.py

Pins of packages that are not installed here (another extra, another platform) are kept.
"""

from __future__ import annotations

import importlib.metadata
import re
from pathlib import Path

CONSTRAINTS = Path(__file__).with_name("constraints.txt")

#: Never pinned: Duet itself, and the installer that comes with Python.
OURS = {"duet-studio", "pip"}

HEADER = """\
# The exact version of everything that bootstrap.py installs, dependencies of dependencies
# included. Written by packaging/pin.py. torch and torchvision must be a matching pair: another
# torchvision dies on import ("operator torchvision::nms does not exist").
"""


def normal(name: str) -> str:
    """The name of a distribution as an index compares it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_pins(text: str) -> dict[str, str]:
    """The pins of a constraints file, by normalised name."""
    lines = (line.split("#")[0].strip() for line in text.splitlines())
    pairs = (line.split("==", 1) for line in lines if "==" in line)
    return {normal(name.strip()): version.strip() for name, version in pairs}


def installed() -> dict[str, str]:
    """What stands in this environment, by normalised name."""
    found = {normal(d.metadata["Name"]): d.version for d in importlib.metadata.distributions()}
    return {name: version for name, version in found.items() if name not in OURS}


def main() -> None:
    """Write the file and say how many pins it holds."""
    pins = read_pins(CONSTRAINTS.read_text()) if CONSTRAINTS.exists() else {}
    pins |= installed()
    CONSTRAINTS.write_text(HEADER + "".join(f"{n}=={v}\n" for n, v in sorted(pins.items())))
    print(f"{len(pins)} pins in {CONSTRAINTS}")


if __name__ == "__main__":
    main()
