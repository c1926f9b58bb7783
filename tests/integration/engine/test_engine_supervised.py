"""The window's end with real engines that crash, hang, and lose their window."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from real_engine import ROOT, gone, picture_request
from supervised import PATIENCE, process_id, wait_for_state

from engines.protocol.messages import Done, LiveFrame, Output
from studio.engine_client.client import FrameLostError, Pixels
from studio.engine_client.process_client import ProcessClient
from studio.engine_client.programs import engine_service
from studio.engine_client.remote_client import RemoteClient
from studio.engine_client.supervisor import Supervisor
from studio.model.job import Job
from studio.model.jobs import JobsModel

SLOW = picture_request("slow-portraits", count=64)
TINY = picture_request()

pytestmark = [
    pytest.mark.usefixtures("tiny_library"),
    pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="needs POSIX signals"),
]


def wait_for_results(qtbot: QtBot, jobs: JobsModel, job: Job, count: int = 1) -> None:
    qtbot.waitUntil(lambda: jobs.job(job.id).results >= count, timeout=PATIENCE)


def test_kill_9_in_mid_job(qtbot: QtBot, engine: Supervisor, jobs: JobsModel) -> None:
    sentences: list[str] = []
    engine.down.connect(sentences.append)
    handed: list[Output] = []
    jobs.resultReady.connect(lambda job, output, pixels: handed.append(output))
    victim, waiting = jobs.add(SLOW), jobs.add(TINY)
    wait_for_results(qtbot, jobs, victim, 2)
    first = process_id(engine)

    os.kill(first, signal.SIGKILL)
    failed = wait_for_state(qtbot, jobs, victim, "failed")
    done = wait_for_state(qtbot, jobs, waiting, "done")

    assert "killed from outside" in failed.message
    assert failed.advice
    assert len(sentences) == 1
    assert sentences[0].endswith("started again.")
    assert done.results == 1
    assert failed.results >= 2, "what was made before the crash is kept"
    assert sum(output.request.model == SLOW.model for output in handed) == failed.results
    assert process_id(engine) != first
    again = jobs.add(TINY)
    wait_for_state(qtbot, jobs, again, "done")
    assert jobs.job(victim.id).state == "failed", "the job that died is not run again by itself"
    with qtbot.waitSignal(engine.liveFrame, timeout=PATIENCE):
        engine.live(TINY)


def test_retry_runs_the_failed_job_again(qtbot: QtBot, engine: Supervisor, jobs: JobsModel) -> None:
    job = jobs.add(picture_request("slow-portraits", count=4))
    wait_for_results(qtbot, jobs, job)
    os.kill(process_id(engine), signal.SIGKILL)
    wait_for_state(qtbot, jobs, job, "failed")

    jobs.retry(job.id)

    assert wait_for_state(qtbot, jobs, job, "done").results == 4


def test_cancelling_waiting_and_running_jobs(
    qtbot: QtBot, engine: Supervisor, jobs: JobsModel
) -> None:
    running, waiting, last = jobs.add(SLOW), jobs.add(TINY), jobs.add(TINY)
    wait_for_results(qtbot, jobs, running)
    first = process_id(engine)

    jobs.cancel(waiting.id)

    assert jobs.job(waiting.id).state == "cancelled", "a waiting job ends at once"
    assert jobs.job(running.id).state == "running"
    had = jobs.job(running.id).results
    wait_for_results(qtbot, jobs, running, had + 1)
    jobs.cancel(running.id)
    wait_for_state(qtbot, jobs, running, "cancelled")
    wait_for_state(qtbot, jobs, last, "done")
    assert jobs.job(waiting.id).state == "cancelled"
    assert process_id(engine) == first


def test_an_engine_that_does_not_stop_is_ended(
    qtbot: QtBot, engine: Supervisor, jobs: JobsModel
) -> None:
    running, waiting = jobs.add(SLOW), jobs.add(TINY)
    wait_for_results(qtbot, jobs, running)
    first = process_id(engine)

    os.kill(first, signal.SIGSTOP)
    jobs.cancel(running.id)
    cancelled = wait_for_state(qtbot, jobs, running, "cancelled")

    assert "did not stop when asked" in cancelled.message
    wait_for_state(qtbot, jobs, waiting, "done")
    assert gone(first)


def test_pictures_are_the_same_from_here_and_from_far_away(qtbot: QtBot) -> None:
    request = picture_request(count=3)
    near, far = ProcessClient(), RemoteClient("far", argv=engine_service())
    made: dict[str, list[Pixels]] = {}

    def read(client: ProcessClient, done: Done) -> None:
        made[done.job] = [client.picture(output.frame) for output in done.outputs if output.frame]

    for name, client in (("near", near), ("far", far)):
        client.done.connect(lambda done, client=client: read(client, done))
        client.start()
        client.submit(name, request)
    qtbot.waitUntil(lambda: len(made) == 2, timeout=PATIENCE)
    with qtbot.waitSignal(far.liveFrame, timeout=PATIENCE) as caught:
        far.live(request)
    live: LiveFrame = caught.args[0]
    assert live.output.frame is not None

    np.testing.assert_array_equal(made["near"], made["far"])
    np.testing.assert_array_equal(far.picture(live.output.frame), made["near"][0])
    for client in (near, far):
        client.stop()


def test_live_frames_carry_their_stamp_and_the_last_one_always_comes(
    qtbot: QtBot, engine: Supervisor
) -> None:
    frames: list[LiveFrame] = []
    engine.liveFrame.connect(frames.append)
    with qtbot.waitSignal(engine.ready, timeout=PATIENCE):
        pass

    stamps = {engine.live(picture_request(seed=seed)): seed for seed in range(200)}
    last = max(stamps)
    qtbot.waitUntil(lambda: bool(frames) and frames[-1].stamp == last, timeout=PATIENCE)

    seen = [frame.stamp for frame in frames]
    assert seen == sorted(set(seen))
    assert len(seen) < 200
    assert all(frame.output.request.seed == stamps[frame.stamp] for frame in frames)


def test_a_live_request_before_the_engine_is_up_is_answered(
    qtbot: QtBot, engine: Supervisor
) -> None:
    with qtbot.waitSignal(engine.liveFrame, timeout=PATIENCE) as caught:
        engine.live(picture_request(seed=1))
        newest = engine.live(picture_request(seed=2))
    assert caught.args[0].stamp == newest


def test_a_picture_of_an_engine_that_is_gone_is_lost_not_wrong(
    qtbot: QtBot, engine: Supervisor
) -> None:
    with qtbot.waitSignal(engine.liveFrame, timeout=PATIENCE) as caught:
        engine.live(TINY)
    frame = caught.args[0].output.frame
    engine.picture(frame)
    with qtbot.waitSignal(engine.down, timeout=PATIENCE):
        os.kill(process_id(engine), signal.SIGKILL)
    with pytest.raises(FrameLostError):
        engine.picture(frame)


def test_the_folder_of_pictures_does_not_outlive_the_engine(
    qtbot: QtBot, engine: Supervisor
) -> None:
    with qtbot.waitSignal(engine.liveFrame, timeout=PATIENCE) as caught:
        engine.live(TINY)
    folder = Path(caught.args[0].output.frame.path).parent
    assert folder.is_dir()
    with qtbot.waitSignal(engine.down, timeout=PATIENCE):
        os.kill(process_id(engine), signal.SIGKILL)
    assert not folder.exists()


def test_files_of_results_are_deleted_when_they_have_been_read(
    qtbot: QtBot, engine: Supervisor, jobs: JobsModel
) -> None:
    folders: set[Path] = set()
    engine.done.connect(lambda done: folders.add(Path(done.outputs[0].frame.path).parent))
    added = [jobs.add(TINY) for _ in range(8)]
    wait_for_state(qtbot, jobs, added[-1], "done")
    (folder,) = folders
    assert len(list(folder.glob("results-*"))) <= 4


WINDOW = """
import sys
from PySide6.QtCore import QCoreApplication
from engines.protocol.messages import Request
from studio.engine_client.supervisor import Supervisor

app = QCoreApplication([])
engine = Supervisor()
engine.preview.connect(lambda _: print(engine.client.process_id, flush=True))
engine.start()
engine.submit("slow", Request(task="generate", model="slow-portraits", params={"count": 64}))
app.exec()
"""


def test_the_engine_ends_when_its_window_is_killed(qtbot: QtBot) -> None:
    window = subprocess.Popen(
        [sys.executable, "-c", WINDOW],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert window.stdout
    process = int(window.stdout.readline())
    assert not gone(process)
    window.kill()
    window.wait()
    window.stdout.close()
    qtbot.waitUntil(lambda: gone(process), timeout=PATIENCE)


QUEUE = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from engines.protocol.messages import Request
from studio.engine_client.supervisor import Supervisor
from studio.model.jobs import JobsModel

app = QCoreApplication([])
engine = Supervisor()
jobs = JobsModel(engine, Path(sys.argv[1]))
jobs.jobChanged.connect(lambda job: print(job.state, flush=True))
for model in ("slow-portraits", "tiny-portraits"):
    jobs.add(Request(task="generate", model=model, params={"count": 64}))
engine.start()
app.exec()
"""


def test_the_queue_outlives_a_killed_window(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "queue.json"
    window = subprocess.Popen(
        [sys.executable, "-c", QUEUE, str(path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert window.stdout
    assert window.stdout.readline() == b"running\n"
    qtbot.waitUntil(lambda: b'"running"' in path.read_bytes(), timeout=PATIENCE)
    window.kill()
    window.wait()
    window.stdout.close()

    engine = Supervisor()
    jobs = JobsModel(engine, path)
    ran, waited = jobs.jobs()
    assert (ran.state, waited.state) == ("failed", "pending")
    assert "ended while this was running" in ran.message
    engine.start()
    wait_for_state(qtbot, jobs, waited, "done")
    assert jobs.job(ran.id).state == "failed"
    jobs.close()
    engine.stop()


def test_stopping_does_not_make_the_window_wait(qtbot: QtBot) -> None:
    client = ProcessClient()
    with qtbot.waitSignal(client.ready, timeout=PATIENCE):
        client.start()
    process = client.process_id
    with qtbot.assertNotEmitted(client.down):
        client.stop()
    assert gone(process)
