"""How an engine ends, and what it survives: faults of the code, short memory, closed pipes."""

from __future__ import annotations

import signal
import time

import pytest
from real_engine import PipeEngine, argv_running, gone, picture_request

from engines.protocol.messages import (
    Done,
    Failed,
    Preview,
    Ready,
    Request,
    Shutdown,
    Submit,
)

pytestmark = pytest.mark.usefixtures("tiny_library")
SLOW = picture_request("slow-portraits", count=64)


NOISE = """
import os, sys, engines.tasks
real = engines.tasks.TASKS["generate"]
def noisy(request, context):
    print("from Python" * 1000)
    sys.stdout.write("more")
    os.write(1, b"from C" * 1000)
    os.system("echo from a child")
    assert sys.stdin.read() == ""
    return real(request, context)
engines.tasks.TASKS["generate"] = noisy
"""


def test_printing_does_not_reach_the_protocol() -> None:
    with PipeEngine(argv=argv_running(NOISE)) as engine:
        engine.send(Submit(job="a", request=picture_request()))
        done, _ = engine.until(Done)
        code, errors = engine.end()

        assert len(done.outputs) == 1
        assert code == 0
        assert "from Python" in errors
        assert "from C" in errors
        assert "from a child" in errors


FAULTY = """
import engines.tasks
real = engines.tasks.TASKS["generate"]
short = [{failures}]
def faulty(request, context):
    if request.seed != 0 and short[0]:
        short[0] -= 1
        raise {error}
    return real(request, context)
engines.tasks.TASKS["generate"] = faulty
"""


def faulty(error: str, failures: int) -> list[str]:
    return argv_running(FAULTY.format(error=error, failures=failures))


def test_a_fault_of_the_code_is_one_sentence_and_a_traceback_in_the_log() -> None:
    with PipeEngine(argv=faulty("ZeroDivisionError('by\\n zero')", 1)) as engine:
        engine.send(Submit(job="a", request=picture_request()))
        failed, _ = engine.until(Failed)
        engine.send(Submit(job="b", request=picture_request()))
        engine.until(Done)
        _, errors = engine.end()

        assert failed.kind == "internal"
        assert failed.message.endswith("ZeroDivisionError: by zero")
        assert failed.advice
        assert "Traceback" in errors


def test_short_memory_is_tried_again_with_room_made() -> None:
    with PipeEngine(argv=faulty("MemoryError", 1)) as engine:
        engine.send(Submit(job="a", request=picture_request(count=2)))
        done, _ = engine.until(Done)
        assert all("Memory ran short" in output.note for output in done.outputs)


def test_memory_that_stays_short_fails_the_job_only() -> None:
    with PipeEngine(argv=faulty("MemoryError", 2)) as engine:
        engine.send(
            Submit(job="a", request=picture_request()), Submit(job="b", request=picture_request())
        )
        failed, _ = engine.until(Failed)
        done, _ = engine.until(Done)
        assert (failed.job, failed.kind) == ("a", "out_of_memory")
        assert failed.advice
        assert done.job == "b"


SMALL_WIRE = """
import engines.protocol.wire as wire
wire.MAX_BLOB = 1_000
"""


def test_a_result_too_big_to_send_fails_its_job_only() -> None:
    with PipeEngine(argv=argv_running(SMALL_WIRE)) as engine:
        big = picture_request(count=10)
        melody = Request(task="compose", model="tiny-melody", params={"bars": 1, "count": 1})
        engine.send(Submit(job="big", request=big), Submit(job="small", request=melody))
        failed, _ = engine.until(Failed)
        done, _ = engine.until(Done)
        assert (failed.job, failed.kind) == ("big", "out_of_memory")
        assert "over the limit" in failed.message
        assert done.job == "small"


@pytest.mark.parametrize("busy", [False, True])
def test_ends_when_the_window_closes_the_pipe(busy: bool) -> None:
    with PipeEngine() as engine:
        engine.until(Ready)
        if busy:
            engine.send(Submit(job="slow", request=SLOW))
            engine.until(Preview)
        began = time.monotonic()
        code, _ = engine.end()
        assert code == 0
        assert time.monotonic() - began < 10.0


def test_ends_on_shutdown_though_the_pipe_stays_open() -> None:
    with PipeEngine() as engine:
        engine.until(Ready)
        engine.send(Shutdown())
        assert engine.process.wait(timeout=10) == 0


STUCK = """
import time, engines.tasks
def stuck(request, context):
    context.preview(real(request, context)[0])
    time.sleep(60 if request.seed else 0)
real = engines.tasks.TASKS["generate"]
engines.tasks.TASKS["generate"] = stuck
"""


def test_ends_under_work_that_does_not_stop() -> None:
    with PipeEngine(argv=argv_running(STUCK)) as engine:
        engine.send(Submit(job="a", request=picture_request()))
        engine.until(Preview)
        began = time.monotonic()
        code, _ = engine.end()
        assert code == 0
        assert time.monotonic() - began < 10.0


def test_nonsense_on_stdin_ends_it_with_a_word_in_the_log() -> None:
    with PipeEngine() as engine:
        engine.until(Ready)
        engine.write(b"GET / HTTP/1.1\r\n\r\n")
        code, errors = engine.end()
        assert code == 1
        assert "over the limit" in errors


def test_ctrl_c_in_the_terminal_is_the_windows_business() -> None:
    with PipeEngine() as engine:
        engine.until(Ready)
        engine.process.send_signal(signal.SIGINT)
        engine.send(Submit(job="a", request=picture_request()))
        engine.until(Done)
        assert not gone(engine.process.pid)


def test_the_engine_serves_without_qt_and_without_torch() -> None:
    code = """
import atexit, sys
heavy = ("PySide6", "shiboken6", "studio", "torch", "lightning_fabric")
def tell():
    print("LOADED", [name for name in heavy if name in sys.modules], file=sys.stderr)
atexit.register(tell)
"""
    melody = Request(task="compose", model="tiny-melody", params={"bars": 1, "count": 1})
    with PipeEngine(argv=argv_running(code)) as engine:
        engine.send(Submit(job="a", request=picture_request()), Submit(job="b", request=melody))
        engine.until(Done)
        engine.until(Done)
        code_at_end, errors = engine.end()
        assert code_at_end == 0
        assert "LOADED []" in errors
