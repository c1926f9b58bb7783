"""Composing around bars that stand, with the shipped pop melodies: what people do all day."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engines.music.encoding import steps_from_notes
from engines.music.metrics import Triads
from engines.music.ranking import judge
from engines.music.score import Clip, Note
from engines.protocol.errors import EngineError
from engines.protocol.messages import Request
from engines.protocol.tools import COMPOSE
from engines.runtime.backend import make_backend
from engines.runtime.context import Context
from engines.runtime.library import Library
from engines.runtime.results import Result
from engines.tasks import run

TRIADS: Triads = np.array([0, 21, 5, 7] * 2)

#: With rests, velocities, a repeated note, and one that reaches over the second bar's end.
KEPT = [
    [2, 2, 60, 30], [4, 2, 60, 127], [6, 2, 60, 64], [12, 6, 64, 90], [20, 1, 67, 1],
    [28, 8, 65, 100], [64, 3, 72, 55], [70, 9, 71, 56],
]  # fmt: skip


@pytest.fixture(scope="module")
def context() -> Context:
    return Context(Library(), make_backend("onnx", threads=1))


def request(seed: int = 5, **params: Any) -> Request:
    given = {"count": 1, "bars": 8, "restrike": "never", **params}
    return Request(task="compose", model=COMPOSE.default_model, seed=seed, params=given)


def take(context: Context, seed: int = 5, **params: Any) -> Clip:
    (result,) = run(request(seed, **params), context)
    assert result.clip is not None
    return result.clip


def pitches(clip: Clip) -> np.ndarray:
    return steps_from_notes(clip.notes, clip.bars).reshape(clip.bars, 16)


def plain(notes: tuple[Note, ...]) -> list[list[int]]:
    return [[n.start, n.length, n.pitch, n.velocity] for n in notes]


def test_locked_bars_stay_note_for_note(context: Context) -> None:
    clip = take(context, kept=KEPT, locks="1-2, 5", kept_seeds=[3, -1, 8, 9, 77])
    inside = [note for note in plain(clip.notes) if note[0] // 16 in (0, 1, 4)]
    expected = [note for note in KEPT if note[0] != 28]
    assert [note for note in inside if note[0] != 28] == expected
    (over,) = [note for note in inside if note[0] == 28]
    after = pitches(clip)[2]
    tied = int(np.argmin(after == 65)) if (after != 65).any() else 16
    assert over == [28, 4 + tied, 65, 100]
    assert clip.seeds == (3, -1, 5, 5, 77, 5, 5, 5)
    for bar in (2, 3, 5, 6, 7):  # a held note may fill a bar
        assert any(n.start < 16 * bar + 16 and n.end > 16 * bar for n in clip.notes)
    assert list(clip.notes) == sorted(clip.notes)


def test_the_same_request_gives_the_same_notes(context: Context) -> None:
    params = {"kept": KEPT, "locks": "1-2", "best_of": 4, "variation": 0.5, "density": 0.3,
              "kept_seeds": [1] * 8, "lowest": 55, "highest": 80}  # fmt: skip
    (first,) = run(request(**params), context)
    (again,) = run(first.request, context)
    assert again == first


def test_ties_over_the_bar_line_are_kept_whole(context: Context) -> None:
    ties = 0
    for seed in range(12):
        begins = int(pitches(take(context, seed, kept=KEPT, locks="1-2"))[2][0])
        kept = [[0, 28, 67, 90], [28, 12, begins, 100]]
        for restrike in ("never", "bar"):
            clip = take(context, seed, kept=kept, locks="1-2", restrike=restrike)
            (over,) = [note for note in clip.notes if note.start == 28]
            goes_on = pitches(clip)[2][0] == begins
            assert (over.end > 32) == goes_on
            assert over.velocity == 100
            ties += goes_on
    assert ties > 0


def test_a_bar_before_one_that_stands_leaps_less_to_it(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = [[32, 16, 76, 90]]

    def mean_leap() -> float:
        clips = [take(context, seed, bars=3, kept=kept, locks="3") for seed in range(50)]
        return float(np.mean([abs(int(pitches(clip)[1][15]) - 76) for clip in clips]))

    minded = mean_leap()
    monkeypatch.setattr("engines.music.encoding.JOIN_COST", 0.0)
    assert minded < 0.9 * mean_leap()


def test_noise_belongs_to_the_place_of_a_bar(context: Context) -> None:
    whole = take(context, seed=9)
    kept = plain(whole.notes)
    again = take(context, seed=9, kept=kept, locks="1-4", restrike="never")
    assert np.array_equal(pitches(again), pitches(whole))


def test_no_variation_gives_the_same_bars_again(context: Context) -> None:
    first = take(context, seed=4)
    same = take(context, seed=999, variation=0.0, kept_seeds=list(first.seeds))
    assert same == first
    unknown = take(context, seed=999, variation=0.0)
    assert unknown == take(context, seed=999)


def test_a_small_variation_stays_nearer_than_a_large_one(context: Context) -> None:
    def differing(variation: float) -> float:
        shares = []
        for seed in range(8):
            first = take(context, seed)
            walked = take(context, seed + 500, variation=variation, kept_seeds=list(first.seeds))
            assert walked.seeds == first.seeds
            shares.append((pitches(walked) != pitches(first)).mean())
        return float(np.mean(shares))

    assert differing(0.1) < differing(0.3) < differing(1.0 - 1e-9)


def test_density_changes_the_notes_of_a_bar_steadily(context: Context) -> None:
    def notes(density: float) -> float:
        clips = [take(context, seed, density=density) for seed in range(6)]
        return float(np.mean([len(clip.notes) / clip.bars for clip in clips]))

    found = [notes(density) for density in (-1.0, -0.5, 0.0, 0.5, 1.0)]
    assert found == sorted(found)
    assert found[0] < 0.85 * found[2]
    assert found[4] > 1.25 * found[2]


@pytest.mark.parametrize(("lowest", "highest"), [(36, 47), (40, 52), (62, 75), (84, 100), (0, 11)])
def test_new_notes_keep_to_the_range(context: Context, lowest: int, highest: int) -> None:
    kept = [[0, 16, 64, 90]]
    clip = take(context, kept=kept, locks="1", lowest=lowest, highest=highest)
    assert all(lowest <= note.pitch <= highest for note in clip.notes if note.start >= 16)
    assert len({note.pitch for note in clip.notes}) > 3


def test_a_range_below_the_model_s_is_its_melody_octaves_lower(context: Context) -> None:
    low, usual = take(context, lowest=0, highest=59), take(context)
    assert max(note.pitch for note in low.notes) <= 59
    classes = pitches(low)[0] % 12 == pitches(usual)[0] % 12
    assert classes.mean() > 0.5


def test_three_beats_are_twelve_steps(context: Context) -> None:
    clip = take(context, meter="3/4", restrike="bar")
    assert (clip.meter, clip.steps, clip.key) == ("3/4", 96, "")
    assert clip.notes[-1].end == 96
    assert {0, 12, 24, 36, 48, 60, 72, 84} <= {note.start for note in clip.notes}
    kept = [[0, 12, 60, 90], [12, 12, 62, 80]]
    around = take(context, meter="3/4", kept=kept, locks="1-2")
    assert plain(around.notes)[:2] == kept


def test_the_best_of_many_is_the_best_by_its_own_ranking(context: Context) -> None:
    better = 0
    for seed in range(4):
        (result,) = run(request(seed, best_of=8), context)
        assert result.clip is not None
        first = judge(pitches(take(context, seed)), TRIADS).cost
        chosen = judge(pitches(result.clip), TRIADS).cost
        assert chosen <= first
        better += chosen < first
        assert result.note.startswith("Best of 8: ")
        assert result.note.count(".") == 2  # one for the leap's decimal
        assert result.request.seed == seed
    assert better > 0


def test_bars_that_rest_at_the_start_do_not_upset_the_ranking(context: Context) -> None:
    (result,) = run(request(kept=[], locks="1-2", best_of=3), context)
    assert result.clip is not None
    assert min(note.start for note in result.clip.notes) >= 32
    assert result.note


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"locks": "1-8"}, "Every bar is locked"),
        ({"locks": "9"}, "no bar 9"),
        ({"locks": "first"}, "'first'"),
        ({"lowest": 60, "highest": 70}, "too little room"),
        ({"kept": [[0, 0, 60, 90]]}, "Melody so far"),
        ({"kept": [[0, 1, 128, 90]]}, "Melody so far"),
        ({"kept": "C D E"}, "Melody so far"),
        ({"kept_seeds": [-2]}, "Seeds so far"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is_made(
    params: dict[str, Any], said: str
) -> None:
    made: list[Result] = []
    context = Context(
        Library(),
        make_backend("onnx", threads=1),
        on_preview=lambda result, finished: made.append(result),
    )
    with pytest.raises(EngineError, match=said) as error:
        run(request(**params), context)
    assert error.value.kind == "bad_input"
    assert error.value.advice
    assert made == []
