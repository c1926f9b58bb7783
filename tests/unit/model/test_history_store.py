"""Results are on the disk when they are made, and come back whatever happened in between."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engines.music.score import Clip, Note
from engines.protocol.messages import Output, Request
from studio.media.images import read_request
from studio.model.history import History


def request(seed: int) -> Request:
    return Request(task="generate", model="m", seed=seed, params={"count": 1})


def picture(value: int) -> np.ndarray:
    return np.full((16, 24, 3), value, np.uint8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "history"


def fill(history: History, count: int) -> None:
    for number in range(count):
        history.add(Output(request=request(number)), picture(number), group="job")
    history.flush()


def test_everything_comes_back_newest_first(folder: Path) -> None:
    first = History(folder)
    fill(first, 3)
    first.close()
    second = History(folder)
    assert [entry.request.seed for entry in second.entries()] == [2, 1, 0]
    newest = second.entries()[0]
    assert (newest.width, newest.height, newest.group) == (24, 16, "job")
    assert second.image(newest).pixelColor(3, 3).red() == 2
    assert read_request(second.path(newest)) == newest.request


def test_a_melody_is_kept_as_it_is(folder: Path) -> None:
    clip = Clip(bars=1, tempo=96.0, chords=("Am",), notes=(Note(0, 4, 60),))
    first = History(folder)
    first.add(Output(request=request(1), clip=clip))
    first.close()
    (entry,) = History(folder).entries(pictures=False)
    assert entry.clip == clip
    assert not entry.is_picture


def test_a_picture_can_be_had_before_it_is_written(folder: Path) -> None:
    history = History(folder)
    entry = history.add(Output(request=request(1)), picture(9))
    assert history.image(entry).pixelColor(0, 0).red() == 9
    history.close()


@pytest.mark.parametrize("rest", [b'{"type":"added","ent', b"\xff\xfe garbage\n", b"[]\n"])
def test_a_torn_line_loses_itself_only(folder: Path, rest: bytes) -> None:
    history = History(folder)
    fill(history, 2)
    history.close()
    with (folder / "index.jsonl").open("ab") as file:
        file.write(rest)
    after = History(folder)
    assert len(after.entries()) == 2
    fill(after, 1)
    after.close()
    assert len(History(folder).entries()) == 3


def test_removing_can_be_undone_and_is_final_after_a_restart(folder: Path) -> None:
    history = History(folder)
    fill(history, 2)
    first, second = history.entries()
    history.remove(first.id)
    history.remove(second.id)
    history.restore(first.id)
    history.close()
    again = History(folder)
    assert again.entries() == [first]
    assert [path.name for path in folder.glob("*.png")] == [first.file]


def test_a_lost_picture_file_is_an_empty_picture(folder: Path) -> None:
    history = History(folder)
    fill(history, 1)
    history.close()
    (path,) = folder.glob("*.png")
    path.unlink()
    again = History(folder)
    assert again.image(again.entries()[0]).isNull()


def test_a_disk_that_refuses_is_said_and_the_picture_is_kept(folder: Path, qtbot: QtBot) -> None:
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("a file where the folder should be")
    history = History(folder)
    with qtbot.waitSignal(history.failed) as told:
        entry = history.add(Output(request=request(1)), picture(5))
    assert told.args[0].startswith("The history cannot be written to the disk:")
    assert history.image(entry).pixelColor(0, 0).red() == 5
    history.close()
