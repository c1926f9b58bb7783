"""Contexts share what is open and keep jobs apart."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import tiny_models

from engines.protocol.errors import EngineError
from engines.runtime import context as contexts
from engines.runtime.cancel import CancelFlag
from engines.runtime.context import Context, Sessions
from engines.runtime.library import Library
from engines.runtime.onnx_backend import OnnxBackend


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tiny_models.make_models(tmp_path / "models")


@pytest.fixture
def context(models: Path) -> Context:
    return Context(Library([models]), OnnxBackend(threads=1))


def test_a_model_is_opened_once_for_all_jobs(context: Context) -> None:
    first = context.session("tiny-portraits")
    assert context.session("tiny-portraits") is first
    assert context.for_job(CancelFlag()).session("tiny-portraits") is first


def test_a_model_replaced_on_the_disk_is_opened_again(context: Context, models: Path) -> None:
    first = context.session("tiny-portraits")
    shutil.rmtree(models / "tiny-portraits")
    tiny_models.make_generator(models, "tiny-portraits", seed=9)
    assert context.session("tiny-portraits") is not first


def test_another_back_end_opens_everything_again(context: Context) -> None:
    first = context.session("tiny-portraits")
    context.sessions.use(OnnxBackend(threads=2, spin=False))
    assert context.session("tiny-portraits") is not first
    assert context.backend.name == "onnx"


def test_the_least_recently_used_is_closed(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contexts, "KEPT_OPEN", 1)
    first = context.session("tiny-portraits")
    melody = context.session("tiny-melody")
    assert context.session("tiny-melody") is melody
    assert context.session("tiny-portraits") is not first


def test_cancelling_one_job_leaves_the_other_alone(context: Context) -> None:
    stop = CancelFlag()
    one, other = context.for_job(stop), context.for_job(CancelFlag())
    stop.cancel()
    assert stop.is_set
    other.check_cancelled()
    with pytest.raises(EngineError) as caught:
        one.check_cancelled()
    assert caught.value.kind == "cancelled"


def test_progress_reaches_its_job_only(models: Path) -> None:
    heard: list[tuple[str, int]] = []
    base = Context(Library([models]), Sessions(OnnxBackend(threads=1)))
    base.for_job(CancelFlag(), lambda done, total, note: heard.append(("a", done))).progress(1, 2)
    base.for_job(CancelFlag(), lambda done, total, note: heard.append(("b", done))).progress(2, 2)
    base.progress(3, 3)
    assert heard == [("a", 1), ("b", 2)]
