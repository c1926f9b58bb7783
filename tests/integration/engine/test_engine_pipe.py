"""The engine process over a bare pipe: what it answers, in what order, and how it ends."""

from __future__ import annotations

import io
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from real_engine import PipeEngine, argv_running, gone, picture_request
from slow_models import make_slow_generator
from tiny_models import make_composer, make_generator

from engines.protocol.frames import FrameReader
from engines.protocol.messages import (
    Cancel,
    Done,
    Failed,
    Hello,
    ListModels,
    Live,
    LiveFailed,
    LiveFrame,
    Models,
    Preview,
    Progress,
    Ready,
    Request,
    SetThreads,
    Shutdown,
    Started,
    Submit,
)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="select() knows no pipes there")

SLOW = picture_request("slow-portraits", count=64)


@pytest.fixture(scope="module", autouse=True)
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Three models that compute nothing of interest, one of them slowly."""
    assets = tmp_path_factory.mktemp("assets")
    make_generator(assets / "models")
    make_composer(assets / "models")
    make_slow_generator(assets / "models")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DUET_ASSETS", str(assets))
        yield


@pytest.fixture(scope="module")
def long_lived(library: None) -> Iterator[PipeEngine]:
    with PipeEngine() as engine:
        yield engine


@pytest.fixture
def engine(long_lived: PipeEngine) -> PipeEngine:
    """One engine for all tests that leave it alive; nothing of the test before is on its way."""
    long_lived.send(ListModels())
    long_lived.until(Models)
    return long_lived


def test_says_hello_then_what_it_has_then_ready() -> None:
    with PipeEngine() as engine:
        hello = engine.receive().message
        models = engine.receive().message
        ready = engine.receive().message

        assert isinstance(hello, Hello)
        assert hello.pid == engine.process.pid
        assert isinstance(models, Models)
        assert {model.name for model in models.models} >= {"tiny-portraits", "tiny-melody"}
        assert isinstance(ready, Ready)


def test_the_same_request_gives_the_same_bytes_by_memory_and_by_stream(tmp_path: Path) -> None:
    request = Submit(job="a", request=picture_request(count=3))
    with PipeEngine("--frames", str(tmp_path)) as near, PipeEngine() as far:
        near.send(request, Submit(job="b", request=request.request))
        far.send(request)
        first, _ = near.until(Done)
        second, _ = near.until(Done)
        third, blob = far.until(Done)

        for a, b, c in zip(first.outputs, second.outputs, third.outputs, strict=True):
            picture = FrameReader().read(a.frame)
            sent = blob[c.frame.offset : c.frame.offset + c.frame.length]
            assert picture.shape == (16, 16, 3)
            np.testing.assert_array_equal(picture, FrameReader().read(b.frame))
            np.testing.assert_array_equal(picture, np.asarray(Image.open(io.BytesIO(sent))))
            assert a.request == b.request == c.request


def test_an_output_names_the_request_that_makes_it_again(tmp_path: Path) -> None:
    with PipeEngine("--frames", str(tmp_path)) as engine:
        engine.send(Submit(job="a", request=picture_request(count=3)))
        many, _ = engine.until(Done)
        engine.send(Submit(job="b", request=many.outputs[2].request))
        one, _ = engine.until(Done)

        read = FrameReader().read
        np.testing.assert_array_equal(read(one.outputs[0].frame), read(many.outputs[2].frame))


def test_a_job_tells_its_whole_life_in_order(engine: PipeEngine) -> None:
    engine.send(Submit(job="a", request=picture_request(count=3)))
    engine.until(Started)
    told = []
    while not isinstance(message := engine.receive().message, Done):
        told.append(message)

    assert [m.output.request.seed for m in told if isinstance(m, Preview)] == [3, 4, 5]
    progress = [m for m in told if isinstance(m, Progress)]
    assert (progress[-1].done, progress[-1].total, progress[-1].seconds_left) == (3, 3, 0.0)
    assert len(message.outputs) == 3
    assert message.seconds > 0.0


def test_a_melody_crosses_the_pipe(engine: PipeEngine) -> None:
    request = Request(
        task="compose", model="tiny-melody", params={"chords": "C Am", "bars": 2, "count": 1}
    )
    engine.send(Submit(job="a", request=request))
    done, blob = engine.until(Done)

    assert done.outputs[0].clip.chords == ("C", "Am")
    assert blob == b""


def test_sliders_are_answered_while_a_job_runs_and_only_the_newest(engine: PipeEngine) -> None:
    engine.send(Submit(job="slow", request=SLOW))
    engine.until(Preview)
    for burst in range(3):
        engine.send(
            *(Live(stamp=burst * 100 + i, request=picture_request(seed=i)) for i in range(1, 41))
        )
        stamps = []
        while not stamps or stamps[-1] != burst * 100 + 40:
            message = engine.receive().message
            assert not isinstance(message, Done), "the job was over before the slider's frame"
            if isinstance(message, LiveFrame):
                stamps.append(message.stamp)
        assert stamps == sorted(stamps)
        assert len(stamps) < 10
    engine.send(Cancel(job="slow"))
    failed, _ = engine.until(Failed)
    assert (failed.job, failed.kind) == ("slow", "cancelled")


def test_the_job_goes_on_under_a_flood_of_live_requests(engine: PipeEngine) -> None:
    engine.send(Submit(job="a", request=picture_request("slow-portraits", count=4)))
    stamp = 0
    while True:
        stamp += 1
        engine.send(Live(stamp=stamp, request=picture_request(seed=stamp)))
        if isinstance(engine.receive().message, Done):
            break
    assert stamp < 100


def test_cancelling_a_waiting_job_leaves_the_running_one_alone(engine: PipeEngine) -> None:
    engine.send(
        Submit(job="runs", request=picture_request("slow-portraits", count=6)),
        Submit(job="waits", request=picture_request()),
        Submit(job="last", request=picture_request()),
    )
    engine.until(Preview)
    engine.send(Cancel(job="waits"))
    failed, _ = engine.until(Failed)
    first, _ = engine.until(Done)
    second, _ = engine.until(Done)

    assert (failed.job, failed.kind) == ("waits", "cancelled")
    assert (first.job, len(first.outputs)) == ("runs", 6)
    assert second.job == "last"


def test_cancelling_the_running_job_lets_the_next_one_run(engine: PipeEngine) -> None:
    engine.send(Submit(job="runs", request=SLOW), Submit(job="next", request=picture_request()))
    engine.until(Preview)
    engine.send(Cancel(job="runs"), Cancel(job="runs"), Cancel(job="unknown"))
    failed, _ = engine.until(Failed)
    done, _ = engine.until(Done)

    assert (failed.job, failed.kind) == ("runs", "cancelled")
    assert done.job == "next"


def test_bad_requests_fail_with_a_sentence_and_the_engine_goes_on(engine: PipeEngine) -> None:
    engine.send(
        Submit(job="model", request=picture_request("tiny-portrait")),
        Submit(job="count", request=picture_request(count=0)),
        Submit(job="task", request=Request(task="paint", model="tiny-portraits")),
        Live(stamp=1, request=picture_request("nobody")),
        Submit(job="good", request=picture_request()),
    )
    live, _ = engine.until(LiveFailed)
    failures = [engine.until(Failed)[0] for _ in range(3)]
    done, _ = engine.until(Done)

    assert (live.stamp, live.kind) == (1, "bad_input")
    assert [(f.job, f.kind) for f in failures] == [
        ("model", "bad_input"),
        ("count", "bad_input"),
        ("task", "bad_input"),
    ]
    assert "tiny-portrait" in failures[0].message
    assert "tiny-portraits" in failures[0].advice
    assert done.job == "good"


def test_threads_can_be_changed_in_mid_job_without_changing_the_pictures(tmp_path: Path) -> None:
    with PipeEngine("--frames", str(tmp_path), "--threads", "2") as engine:
        engine.send(Submit(job="a", request=picture_request("slow-portraits", count=3)))
        engine.until(Preview)
        engine.send(SetThreads(threads=1, spin=False))
        first, _ = engine.until(Done)
        engine.send(Submit(job="b", request=picture_request("slow-portraits", count=3)))
        second, _ = engine.until(Done)

        read = FrameReader().read
        for a, b in zip(first.outputs, second.outputs, strict=True):
            np.testing.assert_array_equal(read(a.frame), read(b.frame))


def test_the_library_is_read_again_when_asked(engine: PipeEngine) -> None:
    made = Path(os.environ["DUET_ASSETS"]) / "models"
    make_generator(made, "new-portraits")
    engine.send(ListModels())
    after, _ = engine.until(Models)
    assert "new-portraits" in {model.name for model in after.models}


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
