"""The pictures behind jobs and results: on disk by their hash, and back again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fake_engine import FakeEngine, flat_picture
from pytestqt.qtbot import QtBot

from engines.protocol.inputs import content_key
from engines.protocol.messages import Failed, Output, Request, Started, Submit
from studio.engine_client.inputs import InputGoneError, Inputs
from studio.model import input_store
from studio.model.context import StudioContext
from studio.model.history import History
from studio.model.input_store import InputStore
from studio.model.jobs import JobsModel
from studio.model.settings import Settings
from studio.model.wiring import Wiring

REQUEST = Request(task="inpaint", model="m", params={"count": 1})
IMAGE = np.arange(60, dtype=np.uint8).reshape(4, 5, 3)
MASK = np.eye(4, 5, dtype=np.uint8) * np.uint8(255)


@pytest.fixture
def store(qtbot: QtBot, tmp_path: Path) -> InputStore:
    return InputStore(tmp_path / "inputs")


@pytest.mark.parametrize("channels", [0, 3, 4])
def test_a_picture_outlives_the_session(tmp_path: Path, channels: int) -> None:
    shape = (4, 5, channels) if channels else (4, 5)
    pixels = np.arange(np.prod(shape), dtype=np.uint8).reshape(shape)
    first = InputStore(tmp_path / "inputs")
    key = first.put(pixels)
    first.close()
    np.testing.assert_array_equal(InputStore(tmp_path / "inputs").pixels(key), pixels)
    assert key == content_key(pixels)


def test_what_is_put_is_a_copy_and_is_written_once(store: InputStore, tmp_path: Path) -> None:
    mine = IMAGE.copy()
    key = store.put(mine)
    mine[:] = 0
    np.testing.assert_array_equal(store.pixels(key), IMAGE)
    store.flush()
    (file,) = (tmp_path / "inputs").iterdir()
    mark = file.stat().st_mtime_ns
    assert store.put(IMAGE) == key
    store.flush()
    assert file.stat().st_mtime_ns == mark


def test_pictures_on_the_disk_leave_the_memory_first(
    store: InputStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(input_store, "MEMORY_BYTES", 1000)
    keys = []
    for value in range(8):
        keys.append(store.put(flat_picture(16, value)))
        store.flush()
    assert len(store._kept) == 1
    assert [int(store.pixels(key)[0, 0, 0]) for key in keys] == list(range(8))


@pytest.mark.parametrize("damage", [b"", b"\x89PNG\r\n\x1a\n", None])
def test_a_damaged_file_is_a_picture_that_is_gone(tmp_path: Path, damage: bytes | None) -> None:
    first = InputStore(tmp_path / "inputs")
    key, other = first.put(IMAGE), first.put(IMAGE[::-1])
    first.close()
    file, another = (tmp_path / "inputs" / f"{each[7:]}.png" for each in (key, other))
    file.write_bytes(another.read_bytes() if damage is None else damage)
    with pytest.raises(InputGoneError):
        InputStore(tmp_path / "inputs").pixels(key)


def test_only_what_is_wanted_is_kept(store: InputStore, tmp_path: Path) -> None:
    keys = [store.put(flat_picture(4, value)) for value in range(3)]
    store.flush()
    store.prune({keys[1]})
    assert [path.stem for path in (tmp_path / "inputs").iterdir()] == [keys[1][7:]]
    with pytest.raises(InputGoneError):
        store.pixels(keys[0])
    assert store.put(flat_picture(4, 0)) == keys[0]
    store.flush()
    assert len(list((tmp_path / "inputs").iterdir())) == 2


def test_lent_pictures_are_neither_copied_nor_hashed_nor_kept_for_long() -> None:
    inputs = Inputs()
    image = inputs.lend(IMAGE)
    assert inputs.pixels(image) is IMAGE
    for _ in range(20):
        named = inputs.named(REQUEST, {"image": image, "mask": MASK}, live=True)
        assert named.inputs["image"] == image
        assert inputs.pixels(named.inputs["mask"]) is MASK
    assert len(inputs._lent) == 4
    for _ in range(4):
        inputs.lend(MASK)
    with pytest.raises(InputGoneError):
        inputs.pixels(image)


def test_a_job_names_its_pictures_and_the_client_has_them(qtbot: QtBot) -> None:
    engine = FakeEngine()
    jobs = JobsModel(engine)
    job = jobs.add(REQUEST, inputs={"image": IMAGE, "mask": MASK})
    assert job.request.inputs == {"image": content_key(IMAGE), "mask": content_key(MASK)}
    (sent,) = engine.sent_of(Submit)
    assert sent.request == job.request
    np.testing.assert_array_equal(engine.inputs.pixels(sent.request.inputs["mask"]), MASK)
    again = jobs.add(REQUEST, inputs=job.request.inputs)
    assert again.request == job.request


def test_the_queue_brings_its_pictures_over_a_restart(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "data" / "queue.json"
    first = JobsModel(FakeEngine(), path)
    job = first.add(REQUEST, inputs={"image": IMAGE, "mask": MASK})
    first.close()

    engine = FakeEngine()
    second = JobsModel(engine, path)
    (sent,) = engine.sent_of(Submit)
    assert sent.request == job.request
    np.testing.assert_array_equal(engine.inputs.pixels(sent.request.inputs["image"]), IMAGE)
    second.close()


def test_the_queue_on_disk_never_names_a_picture_that_is_not_there(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "queue.json"
    engine = FakeEngine()
    jobs = JobsModel(engine, path)
    seen: list[bool] = []
    real = input_store.write_atomically

    def slow(file: Path, content: bytes) -> None:
        seen.append(b"sha256" in path.read_bytes() if path.exists() else False)
        real(file, content)

    monkeypatch.setattr(input_store, "write_atomically", slow)
    jobs.add(REQUEST, inputs={"image": IMAGE, "mask": MASK})
    jobs.close()
    assert seen == [False, False]
    assert b"sha256" in path.read_bytes()


def test_pictures_go_when_neither_queue_nor_history_names_them(
    qtbot: QtBot, tmp_path: Path
) -> None:
    engine = FakeEngine()
    history = History(tmp_path / "history")
    jobs = JobsModel(engine, tmp_path / "queue.json")
    settings = Settings(None)
    wiring = Wiring(StudioContext(engine, jobs, history, settings))
    kept, lost = (jobs.add(REQUEST, inputs={"image": flat_picture(4, value)}) for value in (1, 2))
    engine.receive(Started(job=kept.id))
    output = Output(request=kept.request, box=(1, 2, 3, 4))
    history.add(output, flat_picture(4))
    for job in (kept, lost):
        engine.receive(Failed(job=job.id, kind="internal", message="It broke."))
    jobs.inputs.flush()
    assert len(list((tmp_path / "inputs").iterdir())) == 2

    jobs.clear_finished()

    assert [path.stem for path in (tmp_path / "inputs").iterdir()] == [
        kept.request.inputs["image"][7:]
    ]
    history.close()
    again = History(tmp_path / "history")
    assert again.entries()[0].box == (1, 2, 3, 4)
    assert again.inputs() == set(kept.request.inputs.values())
    jobs.close()
    del wiring


def test_a_piece_is_shown_with_what_is_around_it(qtbot: QtBot, tmp_path: Path) -> None:
    history = History(tmp_path / "history")
    piece = np.dstack([flat_picture(4, 200), np.zeros((4, 4), np.uint8)])
    entry = history.add(Output(request=REQUEST, box=(0, 0, 4, 4)), piece)
    history.flush()
    qtbot.waitUntil(lambda: history.path(entry) is not None)
    assert history.image(entry).pixelColor(0, 0).alpha() == 0
    assert history.thumbnail(entry).pixelColor(0, 0).getRgb() == (200, 200, 200, 255)
    history.close()
