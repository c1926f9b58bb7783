"""The document's file: the same bytes come back, whatever is in it."""

from __future__ import annotations

import io
import json
import os
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from planes import bytes_of, mask, plain, two_layers
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QImage

from engines.music.score import Clip, Note
from engines.protocol.messages import Request
from studio.media.plane_png import Draw, write_colour
from studio.model.layers import BLEND_MODES, State, new_layer
from studio.model.plane import COLOUR, COVERAGE, Plane
from studio.model.project import Saved, read_state, write_state
from studio.model.song import SongState, Take
from studio.persistence import open_raster
from studio.persistence.known_members import KnownMembers
from studio.persistence.manifest import SessionRecord

REQUEST = Request(task="generate", model="peeps", seed=9, params={"truncation": 0.7})
CLIP = Clip(bars=2, tempo=110.0, chords=("C", "Am"), notes=(Note(0, 4, 60), Note(4, 4, 64, 70)))


def same(first: State, second: State) -> None:
    """Fail unless two states are equal to the byte."""
    assert first.size == second.size or (first.is_empty and second.is_empty)
    assert first.active == second.active
    for mine, theirs in zip(first.layers, second.layers, strict=True):
        for name in ("id", "name", "opacity", "mode", "visible", "locked", "request", "entry"):
            assert getattr(mine, name) == getattr(theirs, name), name
        same_plane(mine.plane, theirs.plane)
    same_plane(first.mask, second.mask)
    assert (first.selection is None) == (second.selection is None)
    if first.selection is not None and second.selection is not None:
        same_plane(first.selection, second.selection)


def same_plane(first: Plane, second: Plane) -> None:
    assert first.kind == second.kind
    assert first.bounds() == second.bounds()
    if not first.bounds().isEmpty():
        box = first.bounds()
        assert np.array_equal(bytes_of(first, box), bytes_of(second, box))


def colours(numbers: np.ndarray, at: QPoint) -> Plane:
    """A plane with exactly these bytes (H, W, 4), alpha last and multiplied in."""
    height, width = numbers.shape[:2]
    image = QImage(numbers.tobytes(), width, height, 4 * width, COLOUR)
    return Plane.of(image, at)


def round_trip(state: State, path: Path) -> State:
    write_state(path, Saved(state))
    return read_state(path).state


def test_every_colour_there_is_survives(tmp_path: Path) -> None:
    alpha, colour = np.meshgrid(np.arange(256), np.arange(256))
    numbers = np.stack([colour, colour // 2, colour // 3, alpha], -1).astype(np.uint8)
    numbers[colour > alpha] = 0
    state = State(QSize(256, 256)).added(new_layer("all", colours(numbers, QPoint(0, 0))))
    same(round_trip(state, tmp_path / "a.duet"), state)
    with zipfile.ZipFile(tmp_path / "a.duet") as archive:
        assert not [name for name in archive.namelist() if "exact" in name]


def test_numbers_that_are_no_colours_survive_too(tmp_path: Path) -> None:
    numbers = np.full((3, 5, 4), 200, np.uint8)
    numbers[..., 3] = 7
    state = State(QSize(9, 9)).added(new_layer("odd", colours(numbers, QPoint(2, 1))))
    same(round_trip(state, tmp_path / "a.duet"), state)
    with zipfile.ZipFile(tmp_path / "a.duet") as archive:
        assert "duet/exact/layer0.rgba" in archive.namelist()


def test_an_empty_document_stays_empty(tmp_path: Path) -> None:
    assert round_trip(State(), tmp_path / "a.duet").is_empty
    same(round_trip(State(QSize(3, 2)), tmp_path / "a.duet"), State(QSize(3, 2)))


def test_a_layer_may_reach_far_beyond_any_picture(tmp_path: Path) -> None:
    spot = QRect(0, 0, 5, 6)
    red, blue = plain("red", spot).image(spot), plain("blue", spot).image(spot)
    wide = Plane.of(red, QPoint(-20_000, -9)).with_image(blue, QPoint(20_000, 5))
    state = State(QSize(30, 30)).added(new_layer("wide", wide))
    read = round_trip(state, tmp_path / "a.duet")
    assert read.layers[0].plane.bounds() == wide.bounds()
    for spot in (QRect(-20_000, -9, 5, 6), QRect(20_000, 5, 5, 6)):
        assert read.layers[0].plane.image(spot) == wide.image(spot)


def test_requests_song_and_place_survive(tmp_path: Path) -> None:
    layer = new_layer(
        "made\n<&\"'\x00\t", plain("#80ff0000", QRect(-5, -7, 20, 20)), request=REQUEST
    )
    state = State(QSize(10, 10)).added(replace(layer, entry="20260101-1"))
    state = replace(state, selection=Plane(COVERAGE), mask=mask([[0, 255, 3], [9, 0, 0]], -1, 4))
    song = SongState("C Am", 110.0, (Take(CLIP, REQUEST, "x"), Take(CLIP)), 1, "job")
    place = SessionRecord(
        path="/home/a/tree.duet", title="tree", modified=True, since=1.0, saved=9.0
    )
    write_state(tmp_path / "a.duet", Saved(state, song, place))
    read = read_state(tmp_path / "a.duet")
    same(read.state, state)
    assert (read.song, read.session, read.notes) == (song, place, ())
    with zipfile.ZipFile(tmp_path / "a.duet") as archive:
        lines = [json.loads(line) for line in archive.read("duet/history.jsonl").splitlines()]
        assert [line["entry"] for line in lines] == ["20260101-1", "x"]
        assert lines[0]["request"]["seed"] == 9
        small = Image.open(io.BytesIO(archive.read(lines[0]["thumbnail"])))
        assert small.size == (20, 20)


NUMBERS = st.integers(0, 255)
PATCH = st.tuples(
    st.integers(-300, 300), st.integers(-300, 300), st.integers(1, 40), st.integers(1, 40),
    st.integers(0, 2**32 - 1),
)  # fmt: skip


def patch(spec: tuple[int, ...], kind: QImage.Format) -> Plane:
    x, y, width, height, seed = spec
    generator = np.random.default_rng(seed)
    if kind == COVERAGE:
        return mask(generator.integers(0, 256, (height, width)).tolist(), x, y)
    return colours(generator.integers(0, 256, (height, width, 4)).astype(np.uint8), QPoint(x, y))


@st.composite
def states(draw: st.DrawFn) -> State:
    state = State(QSize(draw(st.integers(1, 600)), draw(st.integers(1, 600))))
    for _ in range(draw(st.integers(0, 3))):
        plane = patch(draw(PATCH), COLOUR) if draw(st.booleans()) else Plane()
        state = state.added(
            new_layer(
                draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=12)),
                plane,
                opacity=draw(st.floats(0, 1)),
                mode=draw(st.sampled_from(BLEND_MODES)).id,
                visible=draw(st.booleans()),
                locked=draw(st.booleans()),
            )
        )
    if state.layers:
        state = replace(state, active=draw(st.sampled_from(["", *(x.id for x in state.layers)])))
    choice = draw(st.sampled_from(["none", "empty", "some"]))
    selection = {"none": None, "empty": Plane(COVERAGE)}.get(
        choice, patch((1, 2, 3, 4, 5), COVERAGE)
    )
    return replace(state, mask=patch(draw(PATCH), COVERAGE), selection=selection)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(states())
def test_any_document_survives(tmp_path: Path, state: State) -> None:
    same(round_trip(state, tmp_path / "a.duet"), state)


def test_the_file_is_an_open_raster_file_to_the_letter(tmp_path: Path) -> None:
    """By hand against the specification, version 0.0.3: file layout, stack.xml, thumbnails."""
    state = two_layers(700, 280)
    state = state.changed(state.layers[1].id, opacity=0.5, mode="multiply", locked=True)
    write_state(tmp_path / "a.duet", Saved(state))
    raw = (tmp_path / "a.duet").read_bytes()
    assert raw[30:38] == b"mimetype"
    assert raw[38:54] == b"image/openraster"
    with zipfile.ZipFile(tmp_path / "a.duet") as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type, first.extra) == ("mimetype", 0, b"")
        image = ElementTree.fromstring(archive.read("stack.xml"))
        assert image.tag == "image"
        assert image.get("version") == "0.0.3"
        assert (image.get("w"), image.get("h")) == ("700", "280")
        top, bottom = image.findall("./stack/layer")
        assert (top.get("name"), top.get("x"), top.get("y")) == ("patch", "200", "100")
        assert top.get("composite-op") == "svg:multiply"
        assert float(top.get("opacity")) == 0.5
        assert top.get("edit-locked") == "true"
        assert top.get("selected") == "true"
        assert bottom.get("visibility") == "visible"
        for layer, size in ((top, (90, 90)), (bottom, (700, 280))):
            assert Image.open(io.BytesIO(archive.read(layer.get("src")))).size == size
        merged = Image.open(io.BytesIO(archive.read("mergedimage.png")))
        assert (merged.size, merged.mode) == ((700, 280), "RGBA")
        flat = state.flat().convertToFormat(QImage.Format.Format_RGBA8888)
        assert merged.tobytes() == bytes(flat.constBits())
        small = Image.open(io.BytesIO(archive.read("Thumbnails/thumbnail.png")))
        assert small.size == (256, 102)
        assert small.getpixel((5, 50))[2] > 190  # the ground is blue


def test_equal_documents_give_equal_files(tmp_path: Path) -> None:
    state = two_layers()
    for name in ("a.duet", "b.duet"):
        write_state(tmp_path / name, Saved(state))
    assert (tmp_path / "a.duet").read_bytes() == (tmp_path / "b.duet").read_bytes()
    assert sorted(path.name for path in tmp_path.glob("*")) == ["a.duet", "b.duet"]


def test_layers_that_a_file_holds_are_copied_from_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoded: list[QRect] = []

    def write(file: IO[bytes], draw: Draw, rect: QRect, *texts: object) -> bool:
        encoded.append(rect)
        return write_colour(file, draw, rect)

    monkeypatch.setattr(open_raster, "write_colour", write)
    known, state = KnownMembers(), two_layers()
    odd = np.full((3, 5, 4), 200, np.uint8)
    odd[..., 3] = 7
    state = state.added(new_layer("odd", colours(odd, QPoint(9, 9))))
    write_state(tmp_path / "a.duet", Saved(state), known=known)
    assert len(encoded) == 4  # three layers and the whole
    changed = state.without(state.layers[0].id).added(new_layer("new", plain("red", state.rect)))
    write_state(tmp_path / "b.duet", Saved(changed), known=known)
    assert len(encoded) == 6
    same(read_state(tmp_path / "b.duet").state, changed)
    write_state(tmp_path / "b.duet", Saved(changed), known=known)  # onto the file it copies from
    assert len(encoded) == 7
    same(read_state(tmp_path / "b.duet").state, changed)
    # A file that was touched, is damaged or gone is not copied from.
    for harm in (
        lambda path: path.write_bytes(b"other"),
        lambda path: path.unlink(),
        lambda path: damage_unseen(path),
    ):
        write_state(tmp_path / "c.duet", Saved(state), known=known)
        harm(tmp_path / "c.duet")
        write_state(tmp_path / "d.duet", Saved(state), known=known)
        same(read_state(tmp_path / "d.duet").state, state)


def damage_unseen(path: Path) -> None:
    """Turn one byte of a layer, so that neither size nor date tells."""
    told = path.stat()
    with path.open("r+b") as file:
        file.seek(200)
        byte = file.read(1)
        file.seek(200)
        file.write(bytes([byte[0] ^ 255]))
    os.utime(path, ns=(told.st_atime_ns, told.st_mtime_ns))


def test_a_disk_that_refuses_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = two_layers()
    write_state(tmp_path / "a.duet", Saved(state))
    before = (tmp_path / "a.duet").read_bytes()

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_state(tmp_path / "a.duet", Saved(State()))
    assert (tmp_path / "a.duet").read_bytes() == before
    assert [path.name for path in tmp_path.glob("*.duet")] == ["a.duet"]
