"""The engine process over a bare pipe: what it answers, in what order, and how it ends."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from real_engine import PipeEngine, picture_request
from tiny_models import make_generator

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
    Started,
    Submit,
)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="select() knows no pipes there")

pytestmark = pytest.mark.usefixtures("tiny_library")
SLOW = picture_request("slow-portraits", count=64)


@pytest.fixture(scope="module")
def long_lived(tiny_library: None) -> Iterator[PipeEngine]:
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
