"""Engines that do not start, start as another version, or start again."""

from __future__ import annotations

import os
import signal
import sys

import pytest
from pytestqt.qtbot import QtBot
from real_engine import argv_running, picture_request
from supervised import PATIENCE, process_id, wait_for_state

from studio.engine_client import supervisor as supervisor_module
from studio.engine_client.process_client import ProcessClient
from studio.engine_client.remote_client import RemoteClient
from studio.engine_client.supervisor import Supervisor
from studio.model.jobs import JobsModel

pytestmark = [
    pytest.mark.usefixtures("tiny_library"),
    pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="needs POSIX signals"),
]


TINY = picture_request()


def test_an_engine_that_cannot_start_is_given_up_in_words(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor_module, "PAUSES", (1, 1, 1))
    supervisor = Supervisor(lambda: ProcessClient(["/nowhere/engine"]))
    sentences: list[str] = []
    supervisor.down.connect(sentences.append)
    jobs = JobsModel(supervisor)
    job = jobs.add(TINY)

    supervisor.start()
    qtbot.waitUntil(lambda: len(sentences) == 4, timeout=PATIENCE)

    assert all("cannot be started" in sentence for sentence in sentences)
    assert "in vain" in sentences[-1]
    assert jobs.job(job.id).state == "pending"
    supervisor.use(ProcessClient)
    wait_for_state(qtbot, jobs, job, "done")
    jobs.close()
    supervisor.stop()


def test_the_last_words_of_an_engine_are_told(qtbot: QtBot) -> None:
    argv = argv_running("raise SystemExit('onnxruntime is not installed.')")
    client = ProcessClient(argv)
    with qtbot.waitSignal(client.down, timeout=PATIENCE) as caught:
        client.start()
    assert caught.args[0] == "The engine had to end: onnxruntime is not installed."


def test_a_program_that_is_no_engine_is_ended(qtbot: QtBot) -> None:
    client = ProcessClient([sys.executable, "-c", "print('Welcome to this machine!')"], local=False)
    with qtbot.waitSignal(client.down, timeout=PATIENCE) as caught:
        client.start()
    assert "cannot be understood" in caught.args[0]


OTHER = """
import engines.service.__main__ as service
from engines.protocol.messages import Hello
service.Hello = lambda **said: Hello(**said, protocol=99)
"""


def test_an_engine_of_another_version_is_refused(qtbot: QtBot) -> None:
    client = RemoteClient("far", argv=argv_running(OTHER))
    with (
        qtbot.assertNotEmitted(client.connected),
        qtbot.waitSignal(client.down, timeout=PATIENCE) as caught,
    ):
        client.start()
    assert "far speaks version 99" in caught.args[0]


LISTENING = """
import sys, engines.service.worker as worker
real = worker.Worker._set_threads
def set_threads(self, wanted):
    print("THREADS", wanted.threads, file=sys.stderr)
    real(self, wanted)
worker.Worker._set_threads = set_threads
"""


def test_what_was_set_is_told_to_the_next_engine(qtbot: QtBot) -> None:
    supervisor = Supervisor(lambda: ProcessClient(argv_running(LISTENING)))
    supervisor.set_threads(1, spin=False)

    def told() -> bool:
        return supervisor.client is not None and "THREADS 1" in supervisor.client.log_lines

    supervisor.start()
    qtbot.waitUntil(told, timeout=PATIENCE)
    with qtbot.waitSignal(supervisor.down, timeout=PATIENCE):
        os.kill(process_id(supervisor), signal.SIGKILL)
    qtbot.waitUntil(told, timeout=PATIENCE)
    supervisor.stop()


def test_starting_while_a_restart_is_planned_starts_one_engine(qtbot: QtBot) -> None:
    made: list[ProcessClient] = []

    def make() -> ProcessClient:
        made.append(ProcessClient())
        return made[-1]

    supervisor = Supervisor(make)
    supervisor.start()
    with qtbot.waitSignal(supervisor.down, timeout=PATIENCE):
        made[0].kill("Killed by a test.")
    with qtbot.waitSignal(supervisor.ready, timeout=PATIENCE):
        supervisor.start()
    assert len(made) == 2
    supervisor.stop()
