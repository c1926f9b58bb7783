"""What tests of a supervised engine wait for."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from studio.engine_client.supervisor import Supervisor
from studio.model.job import Job
from studio.model.jobs import JobsModel

PATIENCE = 30_000  # ms


def process_id(engine: Supervisor) -> int:
    assert engine.client is not None
    return engine.client.process_id


def wait_for_state(qtbot: QtBot, jobs: JobsModel, job: Job, state: str) -> Job:
    qtbot.waitUntil(lambda: jobs.job(job.id).state == state, timeout=PATIENCE)
    return jobs.job(job.id)
