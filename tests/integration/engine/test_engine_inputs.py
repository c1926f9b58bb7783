"""Requests that carry pictures, with real engines: near and far, killed and restarted."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot
from real_engine import ROOT, PipeEngine, argv_running
from slow_models import make_slow_inpainter
from tiny_models import make_generator, make_inpainter

from engines.protocol.frames import FrameFile, FrameReader, Pixels
from engines.protocol.inputs import content_key
from engines.protocol.messages import (
    Attach,
    Done,
    Failed,
    FrameRef,
    Live,
    LiveFailed,
    Output,
    Ready,
    Request,
    Submit,
)
from engines.protocol.wire import encode
from studio.engine_client.outbox import Outbox, png
from studio.engine_client.process_client import ProcessClient
from studio.engine_client.programs import engine_service
from studio.engine_client.remote_client import RemoteClient
from studio.engine_client.supervisor import AHEAD, Supervisor
from studio.model.job import Job
from studio.model.jobs import JobsModel
from studio.model.live import LivePreview
from studio.model.picture import Picture

PATIENCE = 30_000  # ms

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="needs POSIX signals")


@pytest.fixture(scope="module", autouse=True)
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    assets = tmp_path_factory.mktemp("assets")
    make_generator(assets / "models")
    make_inpainter(assets / "models")
    make_slow_inpainter(assets / "models")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DUET_ASSETS", str(assets))
        yield


def picture(seed: int = 0, size: int = 150) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (size, size, 3)).astype(np.uint8)


def mask(size: int = 150, hole: int = 40) -> Pixels:
    pixels = np.zeros((size, size), np.uint8)
    pixels[30 : 30 + hole, 30 : 30 + hole] = 255
    return pixels


INPUTS = {"image": picture(), "mask": mask()}
REQUEST = Request(task="inpaint", model="tiny-inpaint", seed=3, params={"count": 2})
#: A hole that takes so many tiles that there is time to act.
SLOW = Request(task="inpaint", model="slow-inpaint", seed=3, params={"count": 16})
BIG = {"image": picture(1, 500), "mask": mask(500, 400)}


def named(request: Request, inputs: dict[str, Pixels]) -> Request:
    keys = {name: content_key(pixels) for name, pixels in inputs.items()}
    return Request(
        **{**{f: getattr(request, f) for f in request.__struct_fields__}, "inputs": keys}
    )


# --- the engine over a bare pipe -------------------------------------------------------------


def attach_mapped(engine: PipeEngine, folder: Path, inputs: dict[str, Pixels]) -> list[Path]:
    paths = []
    for name, pixels in inputs.items():
        file = FrameFile(folder / f"test-{name}", pixels.nbytes)
        cube = pixels if pixels.ndim == 3 else pixels[..., None]
        engine.send(Attach(key=content_key(pixels), frame=file.write(cube)))
        file.close()
        paths.append(file.path)
    return paths


def attach_blob(engine: PipeEngine, inputs: dict[str, Pixels]) -> None:
    for pixels in inputs.values():
        data = png(pixels)
        height, width = pixels.shape[:2]
        channels = pixels.shape[2] if pixels.ndim == 3 else 1
        ref = FrameRef("", 0, len(data), width, height, channels, "png")
        engine.write(encode(Attach(key=content_key(pixels), frame=ref), data))


def test_the_same_fill_by_memory_and_by_stream(tmp_path: Path) -> None:
    submit = Submit(job="a", request=named(REQUEST, INPUTS))
    with PipeEngine("--frames", str(tmp_path)) as near, PipeEngine() as far:
        paths = attach_mapped(near, tmp_path, INPUTS)
        attach_blob(far, INPUTS)
        near.send(submit)
        far.send(submit)
        first, _ = near.until(Done)
        second, blob = far.until(Done)
        assert not any(path.exists() for path in paths), "the engine deletes what it has read"
        assert len(first.outputs) == 2
        for a, b in zip(first.outputs, second.outputs, strict=True):
            sent = blob[b.frame.offset : b.frame.offset + b.frame.length]
            made = FrameReader().read(a.frame)
            np.testing.assert_array_equal(made, np.asarray(Image.open(io.BytesIO(sent))))
            assert a.box == b.box
            assert made.shape == (a.box[3], a.box[2], 4)
            assert a.request.inputs == submit.request.inputs


def test_a_picture_that_is_not_there_is_bad_input_and_the_engine_goes_on(tmp_path: Path) -> None:
    unknown = named(REQUEST, {"image": picture(9), "mask": INPUTS["mask"]})
    with PipeEngine("--frames", str(tmp_path)) as engine:
        engine.until(Ready)
        engine.send(Submit(job="a", request=unknown))
        failures: list[Failed | LiveFailed] = [engine.until(Failed)[0]]
        engine.send(Live(stamp=1, request=unknown))
        failures.append(engine.until(LiveFailed)[0])
        for failure in failures:
            assert failure.kind == "bad_input"
            assert "image of this request is not here" in failure.message
            assert failure.advice
        attach_mapped(engine, tmp_path, INPUTS)
        engine.send(Submit(job="b", request=named(REQUEST, INPUTS)))
        assert engine.until(Done)[0].job == "b"


BROKEN = [
    FrameRef("/etc/passwd", 64, 300, 10, 10, 3),
    FrameRef("FOLDER/none", 64, 300, 10, 10, 3),
    FrameRef("", 0, 20, 10, 10, 3, "png"),
    FrameRef("", 0, 20, 60_000, 60_000, 3, "png"),
]


@pytest.mark.parametrize("ref", BROKEN)
def test_a_broken_attachment_fails_its_request_only(tmp_path: Path, ref: FrameRef) -> None:
    ref = FrameRef(ref.path.replace("FOLDER", str(tmp_path)), *list(_fields(ref))[1:])
    request = named(REQUEST, INPUTS)
    with PipeEngine("--frames", str(tmp_path)) as engine:
        engine.write(
            encode(Attach(key=request.inputs["image"], frame=ref), b"no PNG at all.......")
        )
        engine.send(Submit(job="a", request=request))
        assert engine.until(Failed)[0].kind == "bad_input"
        attach_mapped(engine, tmp_path, INPUTS)
        engine.send(Submit(job="b", request=request))
        assert engine.until(Done)[0].job == "b"
    assert Path("/etc/passwd").exists()


def _fields(ref: FrameRef) -> Iterator[object]:
    return (getattr(ref, name) for name in ref.__struct_fields__)


def test_a_job_keeps_its_pictures_while_others_come(tmp_path: Path) -> None:
    code = "import engines.protocol.inputs as i; i.Shelf.__init__.__defaults__ = (1,)"
    with PipeEngine("--frames", str(tmp_path), argv=argv_running(code)) as engine:
        attach_mapped(engine, tmp_path, INPUTS)
        engine.send(Submit(job="a", request=named(REQUEST, INPUTS)))
        for seed in range(6):
            attach_mapped(engine, tmp_path, {f"other-{seed}": picture(10 + seed)})
        engine.send(Submit(job="b", request=named(REQUEST, INPUTS)))
        assert engine.until(Done)[0].job == "a"
        assert engine.until(Failed)[0].job == "b"


# --- the window's end ------------------------------------------------------------------------


@pytest.fixture
def engine(qtbot: QtBot) -> Iterator[Supervisor]:
    supervisor = Supervisor()
    supervisor.start()
    yield supervisor
    supervisor.stop()


def wait_for_state(qtbot: QtBot, jobs: JobsModel, job: Job, state: str) -> Job:
    qtbot.waitUntil(lambda: jobs.job(job.id).state == state, timeout=PATIENCE)
    return jobs.job(job.id)


def process_id(engine: Supervisor) -> int:
    assert engine.client is not None
    return engine.client.process_id


def listen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys of the pictures that are sent from now on."""
    sent: list[str] = []
    real = Outbox._attach

    def attach(self: Outbox, key: str, pixels: Pixels) -> None:
        sent.append(key)
        real(self, key, pixels)

    monkeypatch.setattr(Outbox, "_attach", attach)
    return sent


def test_fills_are_the_same_from_here_and_from_far_away(qtbot: QtBot) -> None:
    made: dict[str, list[Pixels]] = {"near": [], "far": []}
    clients = {"near": ProcessClient(), "far": RemoteClient("far", argv=engine_service())}
    for name, client in clients.items():
        jobs = JobsModel(client)
        jobs.resultReady.connect(lambda job, output, pixels, name=name: made[name].append(pixels))
        client.start()
        with qtbot.waitSignal(client.connected, timeout=PATIENCE):
            pass
        job = jobs.add(REQUEST, inputs=INPUTS)
        wait_for_state(qtbot, jobs, job, "done")
        jobs.close()
        client.stop()
    assert len(made["near"]) == 2
    for near, far in zip(made["near"], made["far"], strict=True):
        np.testing.assert_array_equal(near, far)


def test_what_an_engine_has_is_not_sent_again_and_the_next_one_gets_it(
    qtbot: QtBot, engine: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = listen(monkeypatch)
    jobs = JobsModel(engine)
    first = jobs.add(REQUEST, inputs=INPUTS)
    wait_for_state(qtbot, jobs, first, "done")
    again = jobs.add(REQUEST, inputs={"image": INPUTS["image"], "mask": mask(hole=20)})
    wait_for_state(qtbot, jobs, again, "done")
    image = first.request.inputs["image"]
    assert sent == [image, first.request.inputs["mask"], again.request.inputs["mask"]]
    with qtbot.waitSignal(engine.down, timeout=PATIENCE):
        os.kill(process_id(engine), signal.SIGKILL)
    third = jobs.add(REQUEST, inputs=INPUTS)
    wait_for_state(qtbot, jobs, third, "done")
    assert sent.count(image) == 2
    jobs.close()


def test_kill_9_in_mid_job_with_pictures(qtbot: QtBot, engine: Supervisor, tmp_path: Path) -> None:
    jobs = JobsModel(engine, tmp_path / "queue.json")
    victim = jobs.add(SLOW, inputs=BIG)
    waiting = [jobs.add(REQUEST, inputs={**INPUTS, "image": picture(n)}) for n in range(AHEAD + 3)]
    qtbot.waitUntil(lambda: jobs.job(victim.id).progress > 3, timeout=PATIENCE)

    os.kill(process_id(engine), signal.SIGKILL)

    assert wait_for_state(qtbot, jobs, victim, "failed").advice
    for job in waiting:
        assert wait_for_state(qtbot, jobs, job, "done").results == 2
    assert jobs.job(victim.id).state == "failed"
    jobs.retry(victim.id)
    qtbot.waitUntil(lambda: jobs.job(victim.id).progress > 3, timeout=PATIENCE)
    jobs.cancel(victim.id)
    wait_for_state(qtbot, jobs, victim, "cancelled")
    jobs.close()


def test_cancelling_one_that_was_not_handed_over_yet(qtbot: QtBot, engine: Supervisor) -> None:
    jobs = JobsModel(engine)
    running = jobs.add(SLOW, inputs=BIG)
    added = [jobs.add(REQUEST, inputs=INPUTS) for _ in range(AHEAD + 2)]
    qtbot.waitUntil(lambda: jobs.job(running.id).progress > 0, timeout=PATIENCE)
    jobs.cancel(added[-1].id)
    assert jobs.job(added[-1].id).state == "cancelled"
    jobs.cancel(running.id)
    for job in added[:-1]:
        wait_for_state(qtbot, jobs, job, "done")
    assert jobs.job(added[-1].id).state == "cancelled"
    jobs.close()


def test_a_picture_that_is_nowhere_fails_its_job_with_a_sentence(
    qtbot: QtBot, engine: Supervisor
) -> None:
    jobs = JobsModel(engine)
    lost = jobs.add(named(REQUEST, INPUTS))
    failed = wait_for_state(qtbot, jobs, lost, "failed")
    assert "not kept any more" in failed.message
    assert failed.advice
    job = jobs.add(REQUEST, inputs=INPUTS)
    wait_for_state(qtbot, jobs, job, "done")
    live = LivePreview(engine)
    with qtbot.waitSignal(live.failed, timeout=PATIENCE):
        live.ask(named(REQUEST, {"image": picture(7), "mask": mask()}))
    jobs.close()


def test_live_looks_send_the_picture_once_and_each_mask(
    qtbot: QtBot, engine: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with qtbot.waitSignal(engine.ready, timeout=PATIENCE):
        pass
    sent = listen(monkeypatch)
    live = LivePreview(engine)
    seen: list[Picture] = []
    live.shown.connect(seen.append)
    image = live.lend(BIG["image"])
    draft = Request(task="inpaint", model="tiny-inpaint", params={"count": 1, "detail": "draft"})
    for hole in range(10, 60):
        live.ask(draft, {"image": image, "mask": mask(500, hole)})
    wanted = max(live._asked)
    with qtbot.waitSignal(
        engine.liveFrame, timeout=PATIENCE, check_params_cb=lambda frame: frame.stamp == wanted
    ):
        pass
    assert sent.count(image) == 1
    assert len(sent) == 51
    assert all(key.startswith("live:") for key in sent)
    assert seen[-1].box is not None
    assert seen[-1].image.size().width() == seen[-1].box[2]


def test_a_live_picture_lost_with_its_engine_is_sent_to_the_next(
    qtbot: QtBot, engine: Supervisor
) -> None:
    live = LivePreview(engine)
    image = live.lend(INPUTS["image"])
    for _ in range(2):
        with qtbot.waitSignal(live.shown, timeout=PATIENCE):
            live.ask(REQUEST, {"image": image, "mask": mask()})
        with qtbot.waitSignal(engine.down, timeout=PATIENCE):
            os.kill(process_id(engine), signal.SIGKILL)


QUEUE = """
import sys
from pathlib import Path
import numpy as np
from PySide6.QtCore import QCoreApplication
from engines.protocol.messages import Request
from studio.engine_client.supervisor import Supervisor
from studio.model.jobs import JobsModel

app = QCoreApplication([])
engine = Supervisor()
jobs = JobsModel(engine, Path(sys.argv[1]))
jobs.jobChanged.connect(lambda job: print(job.progress, flush=True))
image = np.random.default_rng(0).integers(0, 256, (500, 500, 3)).astype(np.uint8)
mask = np.zeros((500, 500), np.uint8)
mask[30:430, 30:430] = 255
for model, count in (("slow-inpaint", 16), ("tiny-inpaint", 1)):
    request = Request(task="inpaint", model=model, params={"count": count})
    jobs.add(request, inputs={"image": image, "mask": mask})
engine.start()
app.exec()
"""


def test_the_queue_and_its_pictures_outlive_a_killed_window(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "queue.json"
    window = subprocess.Popen(
        [sys.executable, "-c", QUEUE, str(path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert window.stdout
    while int(window.stdout.readline()) < 3:
        pass
    qtbot.waitUntil(lambda: b'"running"' in path.read_bytes(), timeout=PATIENCE)
    window.kill()
    window.wait()
    window.stdout.close()

    engine = Supervisor()
    jobs = JobsModel(engine, path)
    results: list[Output] = []
    jobs.resultReady.connect(lambda job, output, pixels: results.append(output))
    ran, waited = jobs.jobs()
    assert (ran.state, waited.state) == ("failed", "pending")
    engine.start()
    wait_for_state(qtbot, jobs, waited, "done")
    assert results[0].request.inputs == waited.request.inputs
    jobs.retry(ran.id)
    qtbot.waitUntil(lambda: jobs.job(ran.id).progress > 3, timeout=PATIENCE)
    jobs.cancel(ran.id)
    wait_for_state(qtbot, jobs, ran, "cancelled")
    jobs.close()
    engine.stop()
