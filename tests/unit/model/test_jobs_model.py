from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest
from fake_engine import FakeEngine, flat_picture, single
from pytestqt.qtbot import QtBot

from engines.protocol.messages import (
    Cancel,
    Done,
    Failed,
    FrameRef,
    Output,
    Preview,
    Progress,
    Request,
    Started,
    Submit,
)
from studio.model.job import Job
from studio.model.jobs import JobsModel

REQUEST = Request(task="generate", model="m", seed=7, params={"count": 3})
PICTURES = [flat_picture(8, value) for value in (1, 2, 3)]


@pytest.fixture
def engine(qtbot: QtBot) -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "queue.json"


def crash(jobs: JobsModel) -> None:
    """End a session as a crash does: nobody says goodbye, the lock goes with the process."""
    assert jobs._file is not None
    jobs._file.close()


def running(engine: FakeEngine, jobs: JobsModel) -> Job:
    job = jobs.add(REQUEST)
    engine.receive(Started(job=job.id))
    return jobs.job(job.id)


def preview(engine: FakeEngine, job: Job, index: int, finished: bool = True) -> Preview:
    output = engine.output(single(REQUEST, index), PICTURES[index])
    return Preview(job=job.id, output=output, finished=finished)


def test_a_job_from_click_to_results(engine: FakeEngine) -> None:
    jobs = JobsModel(engine)
    states: list[str] = []
    results: list[tuple[Output, np.ndarray]] = []
    jobs.jobChanged.connect(lambda job: states.append(job.state))
    jobs.resultReady.connect(lambda job, output, pixels: results.append((output, pixels)))

    job = jobs.add(REQUEST)
    assert engine.sent == [Submit(job=job.id, request=REQUEST)]
    assert jobs.active_count() == 1
    engine.finish(job.id, list(PICTURES))

    done = jobs.job(job.id)
    assert (done.state, done.results, done.fraction) == ("done", 3, 1.0)
    assert done.finished >= done.created > 0.0
    assert [output.request.seed for output, _ in results] == [7, 8, 9]
    for (_, pixels), picture in zip(results, PICTURES, strict=True):
        np.testing.assert_array_equal(pixels, picture)
    assert states[0] == "running"
    assert states[-1] == "done"
    assert jobs.active_count() == 0


def test_results_come_once_and_when_they_are_made(engine: FakeEngine) -> None:
    jobs = JobsModel(engine)
    seeds: list[int] = []
    jobs.resultReady.connect(lambda job, output, pixels: seeds.append(output.request.seed))
    job = running(engine, jobs)

    engine.receive(preview(engine, job, 0))
    engine.receive(preview(engine, job, 1))
    assert seeds == [7, 8]
    engine.receive(preview(engine, job, 1))
    engine.finish(job.id, list(PICTURES))

    assert seeds == [7, 8, 9]
    assert jobs.job(job.id).results == 3


def test_a_failed_job_keeps_what_it_made_and_says_why(engine: FakeEngine) -> None:
    jobs = JobsModel(engine)
    job = running(engine, jobs)
    engine.receive(preview(engine, job, 0))

    engine.receive(Failed(job=job.id, kind="internal", message="It broke.", advice="Retry."))

    failed = jobs.job(job.id)
    assert (failed.state, failed.results) == ("failed", 1)
    assert (failed.message, failed.advice) == ("It broke.", "Retry.")
    assert failed.can_retry


def test_rough_looks_are_not_results(engine: FakeEngine) -> None:
    jobs = JobsModel(engine)
    looks: list[int] = []
    jobs.previewReady.connect(lambda job, output, pixels: looks.append(int(pixels[0, 0, 0])))
    job = running(engine, jobs)

    engine.receive(preview(engine, job, 1, finished=False))

    assert looks == [2]
    assert jobs.job(job.id).results == 0


def test_a_result_lost_on_the_way_is_not_called_done(engine: FakeEngine) -> None:
    jobs = JobsModel(engine)
    job = running(engine, jobs)
    lost = Output(request=REQUEST, frame=FrameRef("test", 999, 192, 8, 8))
    engine.receive(Preview(job=job.id, output=lost))
    assert jobs.job(job.id).state == "running", "it comes once more at the end"

    engine.receive(Done(job=job.id, outputs=[lost], seconds=0.1))

    assert jobs.job(job.id).state == "failed"
    assert "1 of 1 results" in jobs.job(job.id).message


def test_cancelling_asks_the_engine_and_waits_for_its_answer(engine: FakeEngine) -> None:
    jobs = JobsModel(engine)
    job = running(engine, jobs)
    jobs.cancel(job.id)
    assert engine.sent_of(Cancel) == [Cancel(job=job.id)]
    assert jobs.job(job.id).state == "running"

    engine.receive(Failed(job=job.id, kind="cancelled", message="Cancelled."))

    assert jobs.job(job.id).state == "cancelled"
    jobs.cancel(job.id)
    assert len(engine.sent_of(Cancel)) == 1


def test_messages_of_other_lives_change_nothing(engine: FakeEngine) -> None:
    jobs = JobsModel(engine)
    job = running(engine, jobs)
    engine.receive(Failed(job=job.id, kind="cancelled", message="Cancelled."))
    before = jobs.jobs()

    engine.finish(job.id, list(PICTURES))
    for message in (
        Started(job="?"),
        Progress(job="?", done=1, total=2),
        Preview(job="?", output=Output(request=REQUEST)),
        Done(job="?", outputs=[], seconds=0.0),
        Failed(job="?", kind="internal", message=""),
    ):
        engine.receive(message)

    assert jobs.jobs() == before


def test_retry_starts_over_under_the_same_id(engine: FakeEngine) -> None:
    jobs = JobsModel(engine)
    job = running(engine, jobs)
    jobs.retry(job.id)
    assert len(engine.sent_of(Submit)) == 1, "a job that runs is not retried"
    engine.receive(preview(engine, job, 0))
    engine.receive(Failed(job=job.id, kind="internal", message="It broke."))

    jobs.retry(job.id)
    again = jobs.job(job.id)
    assert (again.state, again.message, again.results, again.progress) == ("pending", "", 0, 0)
    engine.finish(job.id, list(PICTURES))
    assert (jobs.job(job.id).state, jobs.job(job.id).results) == ("done", 3)


def test_clearing_leaves_what_is_not_over(engine: FakeEngine) -> None:
    jobs = JobsModel(engine)
    removed: list[str] = []
    jobs.jobRemoved.connect(removed.append)
    over, waits = jobs.add(REQUEST), jobs.add(REQUEST)
    engine.finish(over.id, list(PICTURES))

    jobs.remove(waits.id)
    jobs.clear_finished()

    assert removed == [over.id]
    assert [job.id for job in jobs.jobs()] == [waits.id]


def test_progress_and_notes_reach_the_row(engine: FakeEngine) -> None:
    jobs = JobsModel(engine)
    job = running(engine, jobs)
    engine.receive(Progress(job=job.id, done=1, total=4, seconds_left=3.0, note="Tile 1"))
    row = jobs.job(job.id)
    assert (row.fraction, row.seconds_left, row.note) == (0.25, 3.0, "Tile 1")
    output = engine.output(REQUEST, PICTURES[0], "Other weights.")
    engine.receive(Done(job=job.id, outputs=[output, output], seconds=1.5))
    row = jobs.job(job.id)
    assert (row.note, row.seconds) == ("Other weights.", 1.5)


# --- the disk ------------------------------------------------------------------------------


def test_waiting_jobs_wait_again_after_a_crash_and_the_running_one_has_failed(
    engine: FakeEngine, path: Path
) -> None:
    jobs = JobsModel(engine, path)
    over, ran, waited = (jobs.add(REQUEST) for _ in range(3))
    engine.finish(over.id, list(PICTURES))
    engine.receive(Started(job=ran.id))
    crash(jobs)

    later = FakeEngine()
    restored = JobsModel(later, path)

    assert [job.state for job in restored.jobs()] == ["done", "failed", "pending"]
    assert later.sent == [Submit(job=waited.id, request=REQUEST)]
    interrupted = restored.job(ran.id)
    assert interrupted.message
    assert interrupted.can_retry
    restored.close()


def test_after_an_orderly_end_everything_unfinished_runs_next_time(
    engine: FakeEngine, path: Path
) -> None:
    jobs = JobsModel(engine, path)
    ran, waited = running(engine, jobs), jobs.add(REQUEST)
    engine.receive(Progress(job=ran.id, done=1, total=3))
    jobs.close()

    later = FakeEngine()
    restored = JobsModel(later, path)

    assert [job.state for job in restored.jobs()] == ["pending", "pending"]
    assert restored.job(ran.id).progress == 0
    assert [message.job for message in later.sent_of(Submit)] == [ran.id, waited.id]
    restored.close()


def test_after_closing_the_engine_changes_nothing(engine: FakeEngine, path: Path) -> None:
    jobs = JobsModel(engine, path)
    job = running(engine, jobs)
    jobs.close()
    engine.finish(job.id, list(PICTURES))
    assert jobs.job(job.id).state == "running"


def test_every_change_reaches_the_disk(qtbot: QtBot, engine: FakeEngine, path: Path) -> None:
    jobs = JobsModel(engine, path)
    job = jobs.add(REQUEST)

    def stored() -> str:
        rows = msgspec.json.decode(path.read_bytes())["jobs"] if path.exists() else []
        return rows[0]["state"] if rows else ""

    qtbot.waitUntil(lambda: stored() == "pending")
    engine.receive(Started(job=job.id))
    qtbot.waitUntil(lambda: stored() == "running")
    engine.finish(job.id, list(PICTURES))
    qtbot.waitUntil(lambda: stored() == "done")
    jobs.close()
    assert sorted(file.name for file in path.parent.iterdir()) == ["queue.json"]


@pytest.mark.parametrize("damage", [b"", b"{", b'{"version": 1, "jobs": [{"id": 3}]}', b"\xff\x00"])
def test_a_damaged_queue_is_set_aside_and_the_window_opens(
    engine: FakeEngine, path: Path, damage: bytes
) -> None:
    path.parent.mkdir()
    path.write_bytes(damage)

    jobs = JobsModel(engine, path)

    assert jobs.jobs() == []
    assert path.with_suffix(".unreadable").read_bytes() == damage
    jobs.add(REQUEST)
    jobs.close()
    again = JobsModel(FakeEngine(), path)
    assert len(again.jobs()) == 1
    again.close()


def test_a_second_window_leaves_the_queue_of_the_first_alone(
    engine: FakeEngine, path: Path
) -> None:
    first = JobsModel(engine, path)
    first.add(REQUEST)
    other = FakeEngine()
    second = JobsModel(other, path)
    assert second.jobs() == []
    assert other.sent == []
    second.add(REQUEST)
    second.close()
    first.close()

    restored = JobsModel(FakeEngine(), path)
    assert len(restored.jobs()) == 1
    restored.close()


def test_a_lock_left_by_a_dead_process_is_no_hindrance(engine: FakeEngine, path: Path) -> None:
    path.parent.mkdir()
    # As QLockFile writes it: process, program, host. No process has this number.
    import socket

    lock = path.with_name("queue.json.lock")
    lock.write_text(f"4194305\nduet\n{socket.gethostname()}\n\n")
    jobs = JobsModel(engine, path)
    assert jobs._file is not None
    assert jobs._file.owned
    jobs.close()


def test_only_so_many_ended_jobs_are_kept(
    engine: FakeEngine, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.model.queue_file.KEPT_ENDED", 3)
    jobs = JobsModel(engine, path)
    for _ in range(6):
        engine.finish(jobs.add(REQUEST).id, list(PICTURES))
    jobs.add(REQUEST)
    jobs.close()
    restored = JobsModel(FakeEngine(), path)
    assert [job.state for job in restored.jobs()] == ["done"] * 3 + ["pending"]
    restored.close()
