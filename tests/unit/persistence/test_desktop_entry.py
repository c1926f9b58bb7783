"""Duet in the desktop's menu: by the standards, in the user's folders, and out again."""

from __future__ import annotations

import re
from configparser import RawConfigParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.persistence import desktop_entry


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    return tmp_path / "share"


def command_of(file: Path) -> str:
    parser = RawConfigParser(strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(file, encoding="utf-8")
    assert parser.sections() == ["Desktop Entry"]
    return parser["Desktop Entry"]["Exec"]


def files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_the_menu_opens_this_program_and_forgets_it(home: Path) -> None:
    program = Path("/opt/Duet studio/duet")
    assert not desktop_entry.is_there(program)
    desktop_entry.add(program)
    assert desktop_entry.is_there(program)
    assert not desktop_entry.is_there(Path("/elsewhere/duet"))
    entry = home / "applications" / "duet-studio.desktop"
    assert command_of(entry) == '"/opt/Duet studio/duet" %f'
    assert "@" not in entry.read_text(encoding="utf-8")
    desktop_entry.remove()
    assert not desktop_entry.is_there(program)
    own = {name for name in files_in(home) if "duet" in name}
    assert own == set()


def test_documents_are_known_by_their_name(home: Path) -> None:
    desktop_entry.add(Path("/usr/bin/duet"))
    root = ElementTree.parse(home / "mime" / "packages" / "duet-studio.xml").getroot()
    space = {"m": "http://www.freedesktop.org/standards/shared-mime-info"}
    (kind,) = root.findall("m:mime-type", space)
    assert kind.attrib["type"] == "application/x-duet"
    (pattern,) = kind.findall("m:glob", space)
    assert pattern.attrib["pattern"] == "*.duet"
    icon = home / "icons" / "hicolor" / "scalable" / "apps" / "duet-studio.svg"
    assert icon.read_bytes().lstrip().startswith(b"<")


def test_what_others_put_there_stays(home: Path) -> None:
    other = home / "applications" / "krita.desktop"
    other.parent.mkdir(parents=True)
    other.write_text("[Desktop Entry]\n")
    desktop_entry.add(Path("/usr/bin/duet"))
    desktop_entry.remove()
    desktop_entry.remove()  # what is gone already is no fault
    assert other.read_text() == "[Desktop Entry]\n"


def test_a_file_in_the_way_is_told_and_nothing_is_half_there(home: Path) -> None:
    home.mkdir()
    (home / "applications").write_text("not a folder")
    with pytest.raises(OSError):
        desktop_entry.add(Path("/usr/bin/duet"))
    assert not desktop_entry.is_there(Path("/usr/bin/duet"))
    assert files_in(home) == {"applications"}


def test_a_desktop_that_cannot_be_told_finds_out_by_itself(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = home.parent / "bin"
    tools.mkdir()
    (tools / "update-mime-database").write_text("not a program")
    (tools / "update-mime-database").chmod(0o755)
    monkeypatch.setenv("PATH", str(tools))
    desktop_entry.add(Path("/usr/bin/duet"))
    assert desktop_entry.is_there(Path("/usr/bin/duet"))


def test_a_folder_that_is_not_absolute_is_not_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "share")
    assert desktop_entry.data_home() == Path.home() / ".local" / "share"


@given(st.text(st.characters(min_codepoint=32, max_codepoint=0x17F), min_size=1, max_size=30))
def test_any_path_is_read_back_as_it_was(word: str) -> None:
    """By the standard's own steps: the value's escapes, field codes, then the quotes."""
    value = desktop_entry._quoted(word).replace("\\\\", "\\").replace("%%", "%")
    assert (value[0], value[-1]) == ('"', '"')
    inside = value[1:-1]
    assert not re.search(r'(?<!\\)(?:\\\\)*["`$]', inside)
    assert re.sub(r"\\(.)", r"\1", inside) == word
