"""What the project says it needs, what it imports, and what is pinned: one and the same."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pin
import pytest
from packaging.requirements import Requirement

from studio.about import PARTS

#: Installed by the set-up script itself, see pyproject.toml.
BY_THE_SCRIPT = {"tinysoundfont"}
#: Chosen by a person who has it; the code works without.
OPTIONAL = {"openvino"}
#: Needed, and never imported by name.
INDIRECT = {
    "onnx": "torch.onnx writes with it",
    "onnxscript": "torch.onnx translates with it",
    "pretty-midi": "its sound bank is read where it lies",
    "pyside6-addons": "imported as PySide6, like its other half",
    "pyside6-essentials": "imported as PySide6",
    "qtawesome": "its icon font is read where it lies",
}
#: Where torch and its company may be imported.
TORCH_SIDE = (
    "engines/nets/",
    "engines/train/",
    "engines/evaluate/",
    "engines/discovery/",
    "engines/runtime/torch_",
)


def declared(repository: Path) -> dict[str, set[str]]:
    """The distributions of each extra ("base" for none), by normalised name."""
    project = tomllib.loads((repository / "pyproject.toml").read_text())["project"]
    lists = {"base": project["dependencies"], **project["optional-dependencies"]}
    return {
        extra: {pin.normal(Requirement(line).name) for line in lines}
        for extra, lines in lists.items()
    }


def imported(file: Path) -> Iterator[str]:
    """The top-level modules a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


def foreign_imports(repository: Path) -> Iterator[tuple[str, str]]:
    """Pairs of file and distribution, for everything from outside the standard library."""
    distributions = importlib.metadata.packages_distributions()
    for file in sorted([*repository.glob("engines/**/*.py"), *repository.glob("studio/**/*.py")]):
        for module in set(imported(file)) - set(sys.stdlib_module_names) - {"engines", "studio"}:
            names = {pin.normal(name) for name in distributions.get(module, [module])}
            yield file.relative_to(repository).as_posix(), sorted(names)[0]


def is_declared(name: str, lists: set[str]) -> bool:
    """Whether a distribution is in the lists; PySide6's modules come from either half."""
    return name in lists or (name.startswith("pyside6") and "pyside6-essentials" in lists)


def test_everything_imported_is_declared_where_it_is_used(repository: Path) -> None:
    extras = declared(repository)
    missing = set()
    for file, name in foreign_imports(repository):
        allowed = extras["base"] | BY_THE_SCRIPT | OPTIONAL
        if file.startswith(TORCH_SIDE) or "train" in file or "export" in file:
            allowed |= extras["train"] | extras["community"]
        if not is_declared(name, allowed):
            missing.add(f"{file} imports {name}")
    assert not missing


def test_everything_declared_is_used(repository: Path) -> None:
    extras = declared(repository)
    used = {name for _, name in foreign_imports(repository)} | set(INDIRECT)
    assert extras["base"] | extras["train"] <= used


def closure(names: set[str]) -> Iterator[tuple[str, str]]:
    """Name and version of what the named distributions need here, installed ones only."""
    seen: set[str] = set()
    waiting = list(names)
    while waiting:
        name = pin.normal(waiting.pop())
        if name in seen:
            continue
        seen.add(name)
        try:
            distribution = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        yield name, distribution.version
        for line in distribution.requires or []:
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                waiting.append(requirement.name)


def test_everything_installed_for_duet_is_pinned_at_its_version(repository: Path) -> None:
    pins = pin.read_pins((repository / "packaging" / "constraints.txt").read_text())
    wanted = set().union(*declared(repository).values()) | BY_THE_SCRIPT | {"setuptools"}
    found = dict(closure(wanted))
    assert found == {name: pins.get(name) for name in found}


def test_the_pins_keep_to_what_is_known_to_work(repository: Path) -> None:
    pins = pin.read_pins((repository / "packaging" / "constraints.txt").read_text())
    assert (pins["torch"], pins["torchvision"]) == ("2.14.1", "0.29.1")
    assert pins["pyside6-essentials"] == pins["pyside6-addons"] == pins["shiboken6"]
    assert tuple(map(int, pins["pyside6-addons"].split("."))) < (6, 12)
    assert "pyaudio" not in pins


def test_the_pins_satisfy_the_declarations(repository: Path) -> None:
    pins = pin.read_pins((repository / "packaging" / "constraints.txt").read_text())
    project = tomllib.loads((repository / "pyproject.toml").read_text())["project"]
    lists = [project["dependencies"], *project["optional-dependencies"].values()]
    for line in (line for lines in lists for line in lines):
        requirement = Requirement(line)
        assert requirement.specifier.contains(pins[pin.normal(requirement.name)]), line


@pytest.mark.parametrize("heading", ["base", "train", "community", "midi", "freeze", "dev"])
def test_the_readme_gives_a_reason_for_each(repository: Path, heading: str) -> None:
    rows = re.findall(r"^\| `([\w-]+)` \|", (repository / "README.md").read_text(), re.MULTILINE)
    assert declared(repository)[heading] <= {pin.normal(name) for name in rows}


def test_about_names_everything_that_comes_along(repository: Path) -> None:
    told = {pin.normal(part.package) for part in PARTS}
    assert declared(repository)["base"] | BY_THE_SCRIPT <= told | {"pyside6-addons"}
