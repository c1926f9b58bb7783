"""Arithmetic, seeds, parameters, messages, and the figures of a card."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from engines.protocol.errors import EngineError
from engines.protocol.params import SEED_MAX
from engines.protocol.tools import COMPOSE, GENERATE
from studio.model.arithmetic import evaluate
from studio.model.messages import Messages
from studio.model.note_tools import NoteTools
from studio.model.param_values import ParamValues
from studio.model.quality import figures
from studio.model.seed import Seed
from studio.model.settings import Settings


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        (" 2*3.5 ", 7.0),
        ("(1+1)/4", 0.5),
        ("0,25", 0.25),
        ("-3+10", 7),
        ("4294967295", 4294967295),
        ("7//2", 3),
    ],
)
def test_arithmetic(text: str, value: float) -> None:
    assert evaluate(text) == value


@pytest.mark.parametrize(
    "text", ["", "a", "1/0", "2**9", "__import__('os')", "1 2", "(" * 60, "9" * 100, "True", "1j"]
)
def test_what_is_no_arithmetic_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        evaluate(text)


def test_a_seed_wraps_at_both_ends() -> None:
    seed = Seed()
    seed.set(SEED_MAX + 1)
    assert seed.value == 0
    seed.set(-1)
    assert seed.value == SEED_MAX


def test_a_chosen_seed_is_spent_once_a_locked_one_for_ever() -> None:
    seed = Seed()
    seed.set(3)
    assert seed.spend() == 3
    assert seed.spend() != 3
    seed.set(4)
    seed.set_locked(True)
    assert [seed.spend() for _ in range(3)] == [4, 4, 4]


def test_parameters_are_drawn_into_their_range() -> None:
    values = ParamValues(GENERATE)
    values.set("count", 1000)
    assert values["count"] == 64
    values.set("truncation", -1)
    assert values["truncation"] == 0.0


def test_parameters_are_told_once_and_only_when_they_change() -> None:
    values, told = ParamValues(GENERATE), []
    values.changed.connect(told.append)
    values.set("count", 5)
    values.set("count", 5)
    assert told == ["count"]
    values.reset("count")
    assert values["count"] == 4


def test_a_wrong_type_is_refused() -> None:
    with pytest.raises(EngineError):
        ParamValues(COMPOSE).set("restrike", "sometimes")


def test_what_fits_of_old_values_is_taken_over() -> None:
    values = ParamValues(COMPOSE)
    values.restore({"bars": 12, "restrike": "sometimes", "gone": 1, "tempo": "fast"})
    assert values["bars"] == 12
    assert values["restrike"] == "chord"
    assert values["tempo"] == 110


def test_a_message_acts_once(qapp: QApplication) -> None:
    messages, done = Messages(), []
    messages.show("Removed.", "Undo", lambda: done.append(1))
    messages.act()
    messages.act()
    assert done == [1]
    assert messages.current is None


def test_figures_of_a_card() -> None:
    found = figures(
        {
            "sliced_wasserstein_x1000": 12.345,
            "sliced_wasserstein_x1000_floor": 8.0,
            "sliced_wasserstein_x1000_target_max": 20.0,
            "copies_share": 0.1234,
            "copies_share_real": 0.1,
            "command": "duet-engine evaluate",
            "nested": {"a": 1},
        }
    )
    assert [figure.label for figure in found] == ["Sliced wasserstein", "Copies"]
    assert found[0].beside == "floor 8, goal at most 20"
    assert found[0].met is None
    assert found[1].value == "12.3%"
    assert found[1].met is None


def test_figures_with_a_goal_stand_for_the_rest() -> None:
    found = figures({"copies_share": 0.1, "copies_share_ok": True, "interval": 3.0})
    assert [(figure.label, figure.met) for figure in found] == [("Copies", True)]


def test_what_is_chosen_over_the_roll_is_remembered() -> None:
    settings = Settings()
    tools = NoteTools(settings)
    tools.choose("draw")
    tools.set_grid(4)
    tools.show("ghosts", True)
    again = NoteTools(settings)
    assert (again.tool, again.grid, again.ghosts, again.snap) == ("draw", 4, True, "off")
    settings.remember("music.roll", {"grid": 3, "tool": "hammer"})
    assert (NoteTools(settings).tool, NoteTools(settings).grid) == ("select", 2)
