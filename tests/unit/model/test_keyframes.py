"""The walk as a part of the document: saved, opened, undone, brought back, never lost."""

from __future__ import annotations

import contextlib
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planes import plain
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QUndoStack
from pytestqt.qtbot import QtBot
from sessions import Desk, open_desk

from engines.protocol.errors import EngineError
from engines.protocol.latent import Key, Point
from studio.model.keyframes import (
    Keyframes,
    WalkRecord,
    decode_walk,
    encode_walk,
    record_of_settings,
)
from studio.model.layers import State, new_layer
from studio.model.project import Saved, read_state, write_state

KEYS = (Key(at=0.0, seed=1), Key(at=2.0, point=Point(moves={"smile": 1.5}), truncation=0.7))


@pytest.fixture
def desk(duet_data: Path, qtbot: QtBot) -> Iterator[Desk]:
    with open_desk(duet_data) as made:
        yield made


def walk(desk: Desk, keys: tuple[Key, ...] = KEYS) -> Keyframes:
    """The desk's keyframes, with some."""
    keyframes = desk.context.keyframes
    keyframes.edit("Keyframes", replace(keyframes.state, keys=keys, model="peeps"))
    return keyframes


def opened(desk: Desk, path: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(desk.session.opened):
        desk.session.open(path)


def saved(desk: Desk, path: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(desk.session.saved):
        desk.session.save_as(path)


def test_a_walk_is_saved_with_its_document_and_comes_back(
    desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    keyframes = walk(desk)
    keyframes.values.set("fps", 12)
    keyframes.values.set("seconds", 5.0)
    assert desk.session.modified
    saved(desk, tmp_path / "a.duet", qtbot)
    assert not desk.session.modified
    before = keyframes.record()
    desk.session.new()
    keyframes.values.set("fps", 30)
    assert keyframes.state.keys == ()
    opened(desk, tmp_path / "a.duet", qtbot)
    assert keyframes.record() == before
    assert (keyframes.state.model, keyframes.state.seconds) == ("peeps", 5.0)
    assert not desk.session.modified
    desk.context.undo.undo()  # what was done before it was opened is no step any more
    assert keyframes.record() == before


def test_how_a_walk_is_joined_is_a_step_of_undo_once_there_are_keyframes(desk: Desk) -> None:
    keyframes = desk.context.keyframes
    keyframes.values.set("fps", 12)
    assert not desk.session.modified  # a wish for the next walk
    walk(desk)
    keyframes.values.set("fps", 24)
    keyframes.values.set("loop", False)
    desk.context.undo.undo()
    assert (keyframes.values["fps"], keyframes.values["loop"]) == (24, True)
    desk.context.undo.undo()
    assert keyframes.values["fps"] == 12
    assert keyframes.state.keys == KEYS
    desk.context.undo.redo()
    assert keyframes.values["fps"] == 24


def test_keyframes_of_an_earlier_version_are_there_in_every_later_session(
    duet_data: Path, qtbot: QtBot
) -> None:
    with open_desk(duet_data) as first:
        first.paint()
    with zipfile.ZipFile(next((duet_data / "autosave").glob("*.duet"))) as old:
        members = {name: old.read(name) for name in old.namelist() if name != "duet/walk.json"}
    with zipfile.ZipFile(next((duet_data / "autosave").glob("*.duet")), "w") as new:
        for name, content in members.items():
            new.writestr(name, content)
    for session in range(2):
        with open_desk(duet_data) as later:
            if not session:  # what the timeline does where settings hold a walk
                kept = {"model": "peeps", "keys": [{"at": 0.0}, {"at": 1.0}]}
                later.context.keyframes.load(record_of_settings(kept))
            with qtbot.waitSignal(later.session.opened):
                later.session.start()
            assert len(later.context.keyframes.state.keys) == 2


def test_an_unsaved_walk_can_be_brought_back(desk: Desk) -> None:
    keyframes = walk(desk)
    desk.session.new()
    message = desk.context.messages.current
    assert message is not None
    assert (message.action_label, keyframes.state.keys) == ("Bring it back", ())
    assert message.callback is not None
    message.callback()
    assert keyframes.state.keys == KEYS
    assert desk.session.modified


def test_a_document_without_a_walk_is_brought_back_without_one(
    desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    record = WalkRecord(model="peeps", keys=[{"at": 1.0}])
    write_state(tmp_path / "b.duet", Saved(State(QSize(8, 8)), walk=record))
    desk.paint()
    opened(desk, tmp_path / "b.duet", qtbot)
    assert len(desk.context.keyframes.state.keys) == 1
    message = desk.context.messages.current
    assert message is not None
    assert message.callback is not None
    message.callback()
    assert desk.context.keyframes.state.keys == ()


def test_a_picture_leaves_the_walk_and_another_document_takes_its_place(
    desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    keyframes = walk(desk)
    layer = new_layer("a", plain("red", QRect(0, 0, 8, 8)))
    layer.plane.image(QRect(0, 0, 8, 8)).save(str(tmp_path / "a.png"))
    opened(desk, tmp_path / "a.png", qtbot)
    assert keyframes.state.keys == KEYS
    write_state(tmp_path / "b.duet", Saved(State(QSize(8, 8)).added(layer)))
    opened(desk, tmp_path / "b.duet", qtbot)
    assert keyframes.state.keys == ()


def test_the_next_session_has_the_walk(duet_data: Path, qtbot: QtBot) -> None:
    with open_desk(duet_data) as first:
        walk(first)
    with open_desk(duet_data) as second:
        second.session.start()
        qtbot.waitUntil(lambda: second.context.keyframes.state.keys == KEYS)


def test_a_walk_that_cannot_be_read_keeps_nobody_from_the_picture(tmp_path: Path) -> None:
    layer = new_layer("a", plain("red", QRect(0, 0, 8, 8)))
    record = WalkRecord(model="peeps", keys=[{"at": 1.0}])
    write_state(tmp_path / "a.duet", Saved(State(QSize(8, 8)).added(layer), walk=record))
    with (
        zipfile.ZipFile(tmp_path / "a.duet") as old,
        zipfile.ZipFile(tmp_path / "b.duet", "w") as new,
    ):
        for member in old.infolist():
            torn = member.filename == "duet/walk.json"
            with old.open(member) as content, new.open(member, "w") as target:
                target.write(b'{"keys": [{"at": -1}]}' if torn else content.read())
    read = read_state(tmp_path / "b.duet")
    assert (len(read.state.layers), read.walk) == (1, None)
    assert read.notes == ("Its walk cannot be read and was left out.",)


JSON = st.none() | st.booleans() | st.floats() | st.text(max_size=5)


def _as_walk(value: object) -> bytes:
    return json.dumps({"model": "m", "keys": value, "settings": {"fps": value}}).encode()


TIMES = st.lists(st.floats(0, 3600), unique=True, max_size=6)


@given(TIMES, st.integers(0, 2**32 - 1))
def test_any_walk_is_read_back_as_it_was(times: list[float], seed: int) -> None:
    first = Keyframes(QUndoStack())
    keys = tuple(Key(at=at, seed=seed) for at in sorted(times))
    first.edit("Keyframes", replace(first.state, keys=keys, model="peeps" if keys else ""))
    record = first.record()
    if record is None:
        assert not keys
        return
    second = Keyframes(QUndoStack())
    second.load(decode_walk(encode_walk(record), "a.duet"))
    assert second.state == first.state


@given(st.binary(max_size=200) | st.recursive(JSON, lambda inner: st.lists(inner)).map(_as_walk))
def test_no_content_breaks_the_reading(content: bytes) -> None:
    with contextlib.suppress(EngineError):
        Keyframes(QUndoStack()).load(decode_walk(content, "a.duet"))


@pytest.mark.parametrize(
    ("kept", "count"),
    [
        ({}, 0),
        ({"params": {"fps": 12}}, 0),
        ({"model": "peeps", "keys": [{"at": 0.0}, {"at": 1.0}], "params": {"fps": 12}}, 2),
        ({"model": "peeps", "keys": [{"at": "soon"}]}, 0),
        ({"model": 3, "keys": 4, "params": 5}, 0),
    ],
)
def test_what_earlier_versions_kept_with_the_settings_is_taken_over(
    kept: dict[str, object], count: int
) -> None:
    keyframes = Keyframes(QUndoStack())
    keyframes.load(record_of_settings(kept))
    assert len(keyframes.state.keys) == count
    if kept.get("params") == {"fps": 12}:
        assert keyframes.values["fps"] == 12
