"""Files of other programs, damaged ones and hostile ones."""

from __future__ import annotations

import contextlib
import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pyora
import pyora.Render
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from planes import two_layers
from PySide6.QtGui import QImage

from engines.protocol.errors import EngineError
from studio.model.project import Saved, read_state, write_state
from studio.persistence import archive as archives
from studio.persistence.manifest import FORMAT
from studio.persistence.migrations import NewerError, migrated
from studio.persistence.stack_xml import StackError, parse_stack

LAYER = '<layer name="a" src="data/a.png" x="2" y="3"/>'


def png(size: tuple[int, int] = (4, 5), colour: str = "red") -> bytes:
    data = io.BytesIO()
    Image.new("RGB", size, colour).save(data, "PNG")
    return data.getvalue()


def xml(inside: str, attributes: str = 'w="20" h="10" version="0.0.3"') -> bytes:
    return f"<?xml version='1.0'?><image {attributes}><stack>{inside}</stack></image>".encode()


def written(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        for name, content in members.items():
            file.writestr(name, content)
    return path


def ora(path: Path, inside: str, **members: bytes) -> Path:
    content = {"mimetype": b"image/openraster", "stack.xml": xml(inside), "data/a.png": png()}
    return written(path, content | members)


def refusal(path: Path) -> str:
    with pytest.raises(EngineError) as caught:
        read_state(path)
    assert caught.value.kind == "bad_input"
    assert caught.value.message.startswith(path.name)
    assert caught.value.advice
    return caught.value.message


# --- other programs' files -------------------------------------------------------------------


def test_groups_are_opened_up(tmp_path: Path) -> None:
    inside = (
        '<stack name="faces" opacity="0.5" x="1" y="1" visibility="hidden">'
        '<layer name="top" src="data/a.png" opacity="0.5" composite-op="svg:screen"/>'
        f"{LAYER}</stack>"
        '<layer name="ground" src="data/a.png" selected="true" composite-op="krita:odd"/>'
    )
    read = read_state(ora(tmp_path / "a.ora", inside))
    names = [(x.name, x.opacity, x.mode, x.visible) for x in read.state.layers]
    assert names == [
        ("ground", 1.0, "normal", True),
        ("faces / a", 0.5, "normal", False),
        ("faces / top", 0.25, "screen", False),
    ]
    assert read.state.layers[1].plane.bounds().getRect() == (3, 4, 4, 5)
    assert read.state.layer is read.state.layers[0]
    assert read.state.size.toTuple() == (20, 10)
    assert len({x.id for x in read.state.layers}) == 3
    assert read.notes == (
        "Its groups were opened up: the layers stand one over the other.",
        "ground is laid over as Normal: krita:odd is unknown here.",
    )


def test_odd_attributes_take_their_defaults(tmp_path: Path) -> None:
    inside = '<layer src="data/a.png" x="far" y="1.6" opacity="nan" visibility="?"/><filter/>'
    layer = read_state(ora(tmp_path / "a.ora", inside)).state.layers[0]
    assert (layer.name, layer.opacity, layer.visible) == ("Layer", 1.0, True)
    assert layer.plane.bounds().getRect() == (0, 2, 4, 5)


def test_drawings_of_lines_are_left_out(tmp_path: Path) -> None:
    read = read_state(ora(tmp_path / "a.ora", f'<layer name="v" src="data/v.svg"/>{LAYER}'))
    assert [layer.name for layer in read.state.layers] == ["a"]
    assert "was left out" in read.notes[0]


def test_a_renamed_document_without_its_folder_is_read(tmp_path: Path) -> None:
    write_state(tmp_path / "a.duet", Saved(two_layers()))
    with zipfile.ZipFile(tmp_path / "a.duet") as file:
        kept = {n: file.read(n) for n in file.namelist() if not n.startswith("duet/")}
    state = read_state(written(tmp_path / "a.ora", kept)).state
    assert [layer.name for layer in state.layers] == ["ground", "patch"]
    assert state.active == state.layers[1].id


def test_another_library_reads_ours_and_we_read_its(tmp_path: Path) -> None:
    state = two_layers()
    state = state.changed(state.layers[1].id, mode="multiply", opacity=0.5)
    write_state(tmp_path / "a.duet", Saved(state))
    project = pyora.Project.load(str(tmp_path / "a.duet"))
    told = [(x.name, x.offsets, x.opacity, x.composite_op, x.visible) for x in project.iter_layers]
    assert project.dimensions == (300, 280)
    assert told == [
        ("ground", (0, 0), 1.0, "svg:src-over", True),
        ("patch", (200, 100), 0.5, "svg:multiply", True),
    ]
    flat = state.flat().convertToFormat(QImage.Format.Format_RGBA8888)
    ours = np.frombuffer(flat.constBits(), np.uint8).reshape(280, 300, 4).astype(int)
    theirs = np.asarray(pyora.Render.Renderer(project).render())
    assert np.abs(theirs - ours).max() <= 1  # composited by the other library
    project.save(str(tmp_path / "b.ora"))
    again = read_state(tmp_path / "b.ora").state
    assert [(x.name, x.mode, x.opacity) for x in again.layers] == [
        (x.name, x.mode, x.opacity) for x in state.layers
    ]
    assert again.flat() == state.flat()


# --- damaged and hostile ones ----------------------------------------------------------------


def test_what_is_wrong_is_said(tmp_path: Path) -> None:
    path = tmp_path / "tree.duet"
    assert "cannot be opened" in refusal(path)
    path.write_bytes(b"")
    assert "it is empty" in refusal(path)
    path.write_bytes(png())
    assert "it is no document of layers" in refusal(path)
    written(path, {"a.txt": b"hello"})
    assert "a zip file without layers" in refusal(path)
    ora(path, '<layer name="a" src="data/gone.png"/>')
    assert "data/gone.png is missing" in refusal(path)
    ora(path, '<layer name="a"/>')
    assert "says no picture" in refusal(path)
    ora(path, LAYER, **{"data/a.png": b"hello"})
    assert "its layer a is damaged" in refusal(path)
    ora(path, LAYER, **{"stack.xml": b"<image"})
    assert "its stack.xml is damaged" in refusal(path)
    ora(path, LAYER, **{"stack.xml": xml(LAYER, 'w="0" h="5"')})
    assert "says no size" in refusal(path)
    ora(path, LAYER, **{"stack.xml": xml(LAYER, 'w="90000" h="90000"')})
    assert "8,100 megapixels" in refusal(path)
    ora(path, LAYER, **{"duet/manifest.json": b"[]"})
    assert "manifest is damaged" in refusal(path)
    ora(path, LAYER, **{"duet/manifest.json": b'{"format": 99}'})
    assert "newer Duet (format 99)" in refusal(path)


@pytest.mark.parametrize("share", [0.05, 0.5, 0.95, 0.999])
def test_half_a_file_is_refused(tmp_path: Path, share: float) -> None:
    path = tmp_path / "a.duet"
    write_state(path, Saved(two_layers()))
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    assert "damaged or ends too early" in refusal(path)


@pytest.mark.parametrize("name", ["../evil.png", "/../etc/passwd", "a/../../b", "a\\b"])
def test_names_that_lead_outside_are_refused(tmp_path: Path, name: str) -> None:
    assert "outside of itself" in refusal(ora(tmp_path / "a.ora", LAYER, **{name: b"x"}))
    source = name.replace("\\", "&#92;")
    path = ora(tmp_path / "b.ora", f'<layer name="a" src="{source}"/>')
    assert "outside of itself" in refusal(path)


def test_bombs_are_refused_unopened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.ora"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("stack.xml", b" " * (5 << 20))
    assert "would unpack to 5,242,880 bytes" in refusal(path)
    monkeypatch.setattr(archives, "MOST_TOTAL", 1 << 20)
    assert "would unpack to more than" in refusal(path)
    monkeypatch.setattr(archives, "MOST_MEMBERS", 2)
    assert "holds more than 2 files" in refusal(ora(path, LAYER))


def test_entities_are_never_expanded() -> None:
    laugh = b'<!DOCTYPE image [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + xml("&b;")[21:]
    outside = b'<!DOCTYPE image SYSTEM "file:///etc/passwd">' + xml(LAYER)[21:]
    for content in (laugh, outside):
        with pytest.raises(StackError, match="declares a document type"):
            parse_stack(content)
    with pytest.raises(StackError, match="damaged"):
        parse_stack(xml("&b;"))
    with pytest.raises(StackError, match="more layers than any picture"):
        parse_stack(xml("<stack>" * 5000))
    with pytest.raises(StackError, match="more layers than any picture"):
        parse_stack(xml("<layer/>" * 5000))


def test_a_manifest_that_contradicts_the_layers_is_lived_with(tmp_path: Path) -> None:
    record = {"src": "data/a.png", "id": "x", "name": "b", "request": {"odd": 1}, "entry": "e"}
    manifest = {"format": 1, "app": "0", "active": "y", "layers": [record, record, record]}
    inside = LAYER + LAYER
    members = {"duet/manifest.json": json.dumps(manifest).encode(), "duet/song.json": b"{"}
    read = read_state(ora(tmp_path / "a.duet", inside, **members))
    first, second = read.state.layers
    assert first.id == "x"
    assert second.id != "x"
    assert (first.request, first.entry) == (None, "")
    assert read.song is None
    assert len(read.notes) == 2


# --- formats to come -------------------------------------------------------------------------


def test_older_formats_are_brought_up_step_by_step() -> None:
    steps = {1: lambda plain: {**plain, "b": plain["a"]}, 2: lambda plain: {**plain, "c": 3}}
    plain = {"format": 1, "a": 5}
    assert migrated(plain, steps, 3) == {"format": 3, "a": 5, "b": 5, "c": 3}
    assert plain == {"format": 1, "a": 5}
    assert migrated({"format": FORMAT}) == {"format": FORMAT}
    with pytest.raises(NewerError):
        migrated({"format": FORMAT + 1})
    for wrong in ({}, {"format": "1"}, {"format": 0}, {"format": True}):
        with pytest.raises(ValueError):
            migrated(wrong)


# --- anything --------------------------------------------------------------------------------

FREELY = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("whole") / "a.duet"
    write_state(path, Saved(two_layers(40, 30)))
    return path.read_bytes()


@FREELY
@given(st.data())
def test_any_damage_is_read_or_refused(tmp_path: Path, whole: bytes, data: st.DataObject) -> None:
    damaged = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 8))):
        damaged[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "a.duet"
    path.write_bytes(damaged)
    with contextlib.suppress(EngineError):
        read_state(path)


@FREELY
@given(st.data())
def test_any_member_may_be_damaged(tmp_path: Path, whole: bytes, data: st.DataObject) -> None:
    """Past the checksums: whole zips with mutated members."""
    with zipfile.ZipFile(io.BytesIO(whole)) as file:
        members = {name: bytearray(file.read(name)) for name in file.namelist()}
    content = members[data.draw(st.sampled_from(sorted(members)))]
    for _ in range(data.draw(st.integers(1, 4))):
        if data.draw(st.booleans()):
            del content[data.draw(st.integers(0, len(content))) :]
        place = data.draw(st.integers(0, len(content)))
        content[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=6))
    path = written(tmp_path / "a.duet", {name: bytes(value) for name, value in members.items()})
    with contextlib.suppress(EngineError):
        read_state(path)


PIECES = st.sampled_from(
    ["<stack>", "</stack>", "<layer ", "/>", ' src="data/a.png"', ' x="9"', ' opacity="1e999"',
     ' y="-1e300"', ' x="nan"', "&amp;", "&x;", "<!--", "-->", "<![CDATA[", "]]>", "<?a?>", "\0"]
)  # fmt: skip


@FREELY
@given(st.lists(PIECES | st.text(max_size=3), max_size=12))
def test_any_stack_is_read_or_refused(pieces: list[str]) -> None:
    with contextlib.suppress(StackError):
        parse_stack(xml("".join(pieces).encode("utf-8", "replace").decode()))
