from __future__ import annotations

import threading

from engines.protocol.messages import ListModels, Live, Request, SetThreads, Submit
from engines.runtime.cancel import CancelFlag
from engines.service.inbox import Inbox, Job, Look, Urgent

REQUEST = Request(task="generate", model="m")


def job(name: str) -> Job:
    return Job(Submit(job=name, request=REQUEST))


def live(stamp: int) -> Look:
    return Look(Live(stamp=stamp, request=REQUEST))


def started(taken: Urgent | tuple[Job, CancelFlag] | None) -> tuple[str, CancelFlag]:
    assert isinstance(taken, tuple)
    return taken[0].submit.job, taken[1]


def test_jobs_come_in_order() -> None:
    inbox = Inbox()
    for name in "abc":
        inbox.submit(job(name))
    assert [started(inbox.take())[0] for _ in range(3)] == ["a", "b", "c"]


def test_what_is_urgent_comes_before_jobs_and_only_the_newest_of_it() -> None:
    inbox = Inbox()
    inbox.submit(job("a"))
    for stamp in range(1, 6):
        inbox.put(live(stamp))
    inbox.put(SetThreads(threads=1))
    inbox.put(SetThreads(threads=2))
    inbox.put(ListModels())

    assert inbox.take() == ListModels()
    assert inbox.take() == SetThreads(threads=2)
    assert inbox.take() == live(5)
    assert started(inbox.take())[0] == "a"


def test_a_cancelled_waiting_job_is_gone_and_the_running_one_is_not_asked_to_stop() -> None:
    inbox = Inbox()
    inbox.submit(job("runs"))
    inbox.submit(job("waits"))
    inbox.submit(job("next"))
    _, flag = started(inbox.take())

    assert inbox.cancel("waits")

    assert not flag.is_set
    assert started(inbox.take())[0] == "next"


def test_cancelling_the_running_job_raises_its_flag_only() -> None:
    inbox = Inbox()
    inbox.submit(job("runs"))
    inbox.submit(job("next"))
    _, flag = started(inbox.take())

    assert not inbox.cancel("runs")

    assert flag.is_set
    assert not started(inbox.take())[1].is_set


def test_a_late_cancel_touches_nothing() -> None:
    inbox = Inbox()
    inbox.submit(job("over"))
    inbox.submit(job("runs"))
    inbox.take()
    _, flag = started(inbox.take())

    assert not inbox.cancel("over")
    assert not inbox.cancel("never heard of")
    assert not flag.is_set


def test_between_steps_only_what_was_asked_for_is_taken() -> None:
    inbox = Inbox()
    inbox.put(live(1))
    assert inbox.take_urgent((ListModels, SetThreads)) is None
    assert inbox.take_urgent() == live(1)
    assert inbox.take_urgent() is None


def test_closing_stops_the_running_job_and_wakes_the_worker() -> None:
    inbox = Inbox()
    inbox.submit(job("runs"))
    inbox.submit(job("never"))
    _, flag = started(inbox.take())
    inbox.close()
    assert flag.is_set
    assert inbox.take() is None
    assert inbox.take_urgent() is None


def test_a_waiting_worker_is_woken() -> None:
    inbox = Inbox()
    taken: list[object] = []
    worker = threading.Thread(target=lambda: taken.append(inbox.take()))
    worker.start()
    inbox.put(live(1))
    worker.join(timeout=10)
    assert taken == [live(1)]
