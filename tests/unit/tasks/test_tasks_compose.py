"""Composing by request: seeds, chords, bars, takes, and being stopped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from tiny_models import make_composer, make_models

from engines.music.files.midi import from_midi, to_midi
from engines.protocol.errors import EngineError
from engines.protocol.messages import Request
from engines.runtime.backend import make_backend
from engines.runtime.context import Context
from engines.runtime.library import Library
from engines.runtime.results import Result
from engines.tasks import run

CREATIVE = "tiny-creative"


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    make_models(folder)
    make_composer(folder, CREATIVE, creative=True)
    return folder


def context(models: Path, **hooks: Any) -> Context:
    return Context(Library([models]), make_backend("onnx", threads=1), **hooks)


def request(seed: int = 5, **params: Any) -> Request:
    return Request(task="compose", model="tiny-melody", seed=seed, params=params)


def test_a_take_has_the_bars_chords_and_tempo_asked_for(models: Path) -> None:
    (result,) = run(request(count=1, bars=6, chords="C Am N.C. G7", tempo=96), context(models))
    clip = result.clip
    assert clip is not None
    assert (clip.bars, clip.tempo) == (6, 96.0)
    assert clip.chords == ("C", "Am", "N.C.", "G7", "C", "Am")
    assert clip.notes[0].start == 0
    ends = [note.start + note.length for note in clip.notes]
    assert ends[:-1] == [note.start for note in clip.notes[1:]]
    assert ends[-1] == clip.steps
    assert clip.seeds == (5,) * 6
    assert from_midi(to_midi(clip)).notes == clip.notes


def test_takes_are_numbered_by_seed_and_come_back_alone(models: Path) -> None:
    takes = run(request(seed=2**32 - 1, count=3), context(models))
    assert [take.request.seed for take in takes] == [2**32 - 1, 0, 1]
    assert len({take.clip for take in takes}) == 3
    for take in takes:
        assert take.request.params["count"] == 1
        (again,) = run(take.request, context(models))
        assert again == take


def test_smoothness_and_restrikes_are_heard(models: Path) -> None:
    def notes(**params: Any) -> int:
        (result,) = run(request(count=1, bars=8, **params), context(models))
        assert result.clip is not None
        return len(result.clip.notes)

    assert notes(smoothness=1.0, restrike="never") <= notes(smoothness=0.0, restrike="never")
    assert notes(restrike="beat") >= notes(restrike="bar") >= notes(restrike="never")


def test_a_bad_chord_is_named_before_anything_is_made(models: Path) -> None:
    made: list[Result] = []
    with pytest.raises(EngineError, match="H7") as error:
        run(
            request(chords="C H7"),
            context(models, on_preview=lambda result, finished: made.append(result)),
        )
    assert error.value.kind == "bad_input"
    assert made == []


@pytest.mark.parametrize("bars", [0, 10_000])
def test_impossible_bars_are_refused(models: Path, bars: int) -> None:
    with pytest.raises(EngineError, match="Bars cannot be") as error:
        run(request(bars=bars), context(models))
    assert error.value.kind == "bad_input"


def test_progress_counts_every_bar_of_every_take(models: Path) -> None:
    told: list[tuple[int, int]] = []
    made: list[Result] = []
    run(
        request(count=2, bars=3),
        context(
            models,
            on_progress=lambda done, total, note: told.append((done, total)),
            on_preview=lambda result, finished: made.append(result),
        ),
    )
    assert told == [(done, 6) for done in range(1, 7)]
    assert len(made) == 2


def test_cancelling_stops_at_the_next_bar(models: Path) -> None:
    told: list[int] = []
    job = context(models, on_progress=lambda done, total, note: stop(done))

    def stop(done: int) -> None:
        told.append(done)
        if done == 2:
            job.cancel.cancel()

    with pytest.raises(EngineError) as error:
        run(request(count=1, bars=8), job)
    assert error.value.kind == "cancelled"
    assert told == [1, 2]


def test_creativity_reaches_a_model_that_takes_it(models: Path) -> None:
    def notes(creativity: float) -> tuple[object, ...]:
        asked = msgspec.structs.replace(request(count=1, creativity=creativity), model=CREATIVE)
        (result,) = run(asked, context(models))
        assert result.clip is not None
        return result.clip.notes

    assert notes(0.0) == notes(0.0)
    assert notes(0.0) != notes(1.0)


def test_creativity_is_refused_by_name_where_a_model_cannot(models: Path) -> None:
    run(request(count=1, creativity=0.0), context(models))
    with pytest.raises(EngineError, match="tiny-melody was not trained") as error:
        run(request(count=1, creativity=0.1), context(models))
    assert error.value.kind == "bad_input"
