"""The Latent tool by mouse and keyboard: sliders, plane, mixing, snapshots, undo."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import msgspec
import numpy as np
import pytest
from bench import MODELS, Bench, open_bench
from fake_engine import flat_picture
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engines.protocol.latent import Direction, Method
from engines.protocol.messages import Live, Models, RemoveDirection, Request, Submit
from studio.view.panels.image_page import ImagePage
from studio.view.widgets.combo import Combo
from studio.view.widgets.direction_row import told
from studio.view.widgets.seed_plane import SeedPlane
from studio.view.widgets.slider import Slider

LEFT = Qt.MouseButton.LeftButton
SHIFT = Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier
DIRECTIONS = (
    Direction(name="smile", title="Smile", method="supervised", low=-2.0, high=3.0, effect=0.9),
    Direction(name="mine", title="Mine", method="yours"),
    Direction(name="kind", title="Kind", method="code", choices=("One", "Two")),
)


@pytest.fixture
def page(bench: Bench) -> ImagePage:
    steered = msgspec.structs.replace(MODELS[0], levels=5, directions=DIRECTIONS)
    bench.engine.receive(Models(models=[steered, *MODELS[1:]]))
    page = bench.window.page("image")
    bench.window.registry.trigger("image.steer")
    return page


def find(page: ImagePage, kind: type, name: str) -> QWidget:
    found = page.panel.findChild(kind, name)
    assert found is not None, name
    return found


def asked(bench: Bench) -> Request:
    """The newest live request."""
    return bench.engine.sent_of(Live)[-1].request


def test_steering_shows_the_picture_at_once(bench: Bench, page: ImagePage) -> None:
    request = asked(bench)
    assert (request.task, request.model) == ("latent", "portraits-peeps-128")
    assert request.params == {"point": {}, "truncation": 1.0, "spread": 0.0, "count": 1}
    bench.engine.answer_live(flat_picture(value=90))
    assert page.viewing.source == "live"
    assert page.desk.footers.currentWidget().button.text() == "Keep"


def test_a_real_drag_moves_the_picture_and_is_one_step_back(
    bench: Bench, page: ImagePage, qtbot: QtBot
) -> None:
    slider = find(page, Slider, "smileSlider")
    middle, width = slider.height() // 2, slider.width()
    qtbot.mousePress(slider, LEFT, NONE, QPoint(width // 2, middle))
    for x in range(width // 2, width - 8, 5):
        qtbot.mouseMove(slider, QPoint(x, middle))
    qtbot.mouseRelease(slider, LEFT, NONE, QPoint(width - 9, middle))
    amount = page.latent.state.amounts["smile"]
    assert 2.0 < amount <= 3.0
    assert asked(bench).params["point"] == {"moves": {"smile": amount}}
    bench.context.undo.undo()
    assert page.latent.state.amounts == {}
    assert slider.number() == 0.0
    assert asked(bench).params["point"] == {}
    bench.context.undo.redo()
    assert page.latent.state.amounts == {"smile": amount}


def test_keys_step_and_a_double_click_zeroes(page: ImagePage, qtbot: QtBot) -> None:
    slider = find(page, Slider, "smileSlider")
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert page.latent.state.amounts == {"smile": 0.05}
    qtbot.mouseDClick(slider, LEFT)
    assert page.latent.state.amounts == {}


def test_muting_keeps_the_amount(bench: Bench, page: ImagePage, qtbot: QtBot) -> None:
    page.latent.move(DIRECTIONS[0], 1.5)
    qtbot.mouseClick(find(page, QWidget, "smileMute"), LEFT)
    assert asked(bench).params["point"] == {}
    qtbot.mouseClick(find(page, QWidget, "smileMute"), LEFT)
    assert asked(bench).params["point"] == {"moves": {"smile": 1.5}}


def test_dice_stay_within_what_is_plausible(page: ImagePage, qtbot: QtBot) -> None:
    for _ in range(20):
        qtbot.mouseClick(find(page, QWidget, "smileDice"), LEFT)
        assert -2.0 <= page.latent.state.amounts["smile"] <= 3.0


@pytest.mark.parametrize("method", get_args(Method))
def test_every_direction_says_where_it_comes_from(method: str) -> None:
    assert told(Direction(name="a", title="A", method=method)).startswith("A. ")


def test_a_step_of_a_slider_repaints_only_its_row(
    bench: Bench, page: ImagePage, qtbot: QtBot
) -> None:
    slider = find(page, Slider, "smileSlider")
    qtbot.keyClick(slider, Qt.Key.Key_Right)  # the first of several that are one step of undo
    QApplication.processEvents()
    row = slider.parentWidget()
    assert row is not None
    told: list[str] = []

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            kinds = (QEvent.Type.Paint, QEvent.Type.ToolTipChange, QEvent.Type.LayoutRequest)
            if isinstance(watched, QWidget) and event.type() in kinds:
                told.append(f"{event.type().name} of {watched.objectName()}")
            return False

    watch = Watch()
    others = [w for w in page.panel.findChildren(QWidget) if w.objectName() and w.isVisible()]
    for widget in others:
        if widget is not row and not row.isAncestorOf(widget) and not widget.isAncestorOf(row):
            widget.installEventFilter(watch)
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    QApplication.processEvents()
    assert told == []


def test_a_choice_can_be_its_first_and_be_left(bench: Bench, page: ImagePage) -> None:
    box = find(page, Combo, "kindChoice")
    box.activated.emit(1)
    assert asked(bench).params["point"] == {"moves": {"kind": 0.0}}
    assert box.currentText() == "One"
    box.activated.emit(0)
    assert asked(bench).params["point"] == {}


def test_many_directions_are_sifted_by_typing(bench: Bench, page: ImagePage, qtbot: QtBot) -> None:
    field = find(page, QWidget, "directionFilter")
    assert not field.isVisible()  # there are three
    many = (
        *DIRECTIONS[:2],
        *(Direction(name=f"pca{n}", title=f"Way {n}", method="pca") for n in range(8)),
    )
    steered = msgspec.structs.replace(MODELS[0], levels=5, directions=many)
    bench.engine.receive(Models(models=[steered, *MODELS[1:]]))
    field = find(page, QWidget, "directionFilter")
    rows = page.steering.directions.rows
    qtbot.waitUntil(lambda: field.isVisible() and rows["smile"].isVisible())
    assert not rows["pca3"].isVisible()  # its group begins folded
    qtbot.keyClicks(field, "way 3")
    assert [name for name, row in rows.items() if row.isVisible()] == ["pca3"]
    assert not find(page, QWidget, "attributesSection").isVisible()
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert rows["smile"].isVisible()


def test_the_seed_plane_blends_four_seeds(bench: Bench, page: ImagePage, qtbot: QtBot) -> None:
    qtbot.mouseClick(find(page, QWidget, "planeSwitch"), LEFT, NONE, QPoint(8, 14))
    state = page.latent.state
    assert len(state.corners) == 4
    assert asked(bench).params["point"] == {"anchors": [{"seed": state.corners[0]}]}
    pad = find(page, SeedPlane, "seedPlane")
    qtbot.mouseClick(pad, LEFT, NONE, pad.rect().center())
    x, y = page.latent.state.at
    assert abs(x - 0.5) < 0.02
    assert abs(y - 0.5) < 0.02
    weights = [anchor["weight"] for anchor in asked(bench).params["point"]["anchors"]]
    assert sum(weights) == pytest.approx(1.0, abs=1e-5)
    pad.setFocus()
    qtbot.keyClick(pad, Qt.Key.Key_Right, SHIFT)
    assert page.latent.state.at[0] == pytest.approx(x + 0.01)


def test_mixing_takes_fine_levels_from_another_seed(
    bench: Bench, page: ImagePage, qtbot: QtBot
) -> None:
    qtbot.mouseClick(find(page, QWidget, "mixingSwitch"), LEFT, NONE, QPoint(8, 14))
    assert asked(bench).params["point"] == {"fine": [{"seed": page.latent.state.fine_seed}]}


def test_snapshots_go_back_and_forth(page: ImagePage, qtbot: QtBot) -> None:
    qtbot.mouseClick(find(page, QWidget, "storeSnapshot"), LEFT)
    page.latent.move(DIRECTIONS[0], 1.0)
    qtbot.mouseClick(find(page, QWidget, "snapshotB"), LEFT)  # keeps: it was free
    qtbot.mouseClick(find(page, QWidget, "snapshotA"), LEFT)
    assert page.latent.state.amounts == {}
    qtbot.mouseClick(find(page, QWidget, "snapshotB"), LEFT)
    assert page.latent.state.amounts == {"smile": 1.0}


def test_a_generated_picture_is_steered_from_its_own_seed(bench: Bench, page: ImagePage) -> None:
    bench.window.registry.trigger("image.generate")
    job = bench.engine.sent_of(Submit)[-1]
    bench.engine.finish(job.job, [flat_picture(value=50)] * 4)
    page.viewing.step(1)
    seed = page.viewing.shown.request.seed
    bench.window.registry.trigger("image.steer")
    assert page.latent.state.seed == seed
    assert asked(bench).seed == seed


def test_keeping_makes_a_layer_that_remembers_its_place(bench: Bench, page: ImagePage) -> None:
    page.latent.move(DIRECTIONS[0], 1.25)
    bench.engine.answer_live(flat_picture(value=90))
    bench.window.registry.trigger("image.keep")
    layer = bench.context.document.state.layers[0]
    assert layer.request.params["point"] == {"moves": {"smile": 1.25}}
    page.latent.clear_moves()
    assert page.latent.apply(layer.request) == ""
    assert page.latent.state.amounts == {"smile": 1.25}


def test_another_model_forgets_places_found_in_this_one(page: ImagePage) -> None:
    from engines.protocol.latent import Anchor

    page.latent.start_from((Anchor(vector=(0.0, 1.0)),))
    page.latent.choose_model("portraits-peeps")
    assert page.latent.state.anchors == ()


def test_a_direction_of_ones_own_can_be_removed(bench: Bench, page: ImagePage) -> None:
    page.steering.directions.rows["mine"].removed.emit()
    assert bench.engine.sent_of(RemoveDirection) == [
        RemoveDirection(model="portraits-peeps-128", name="mine")
    ]


def test_nearby_pictures_become_candidates(bench: Bench, page: ImagePage) -> None:
    bench.window.registry.trigger("image.nearby")
    job = bench.engine.sent_of(Submit)[-1]
    assert job.request.params["count"] == 8
    assert job.request.params["spread"] > 0
    bench.engine.finish(job.job, [flat_picture(value=10 * i) for i in range(8)])
    assert len(page.viewing.candidates) == 8


def test_the_next_session_goes_on_where_this_one_stopped(qtbot: QtBot, duet_data: Path) -> None:
    with open_bench(qtbot, duet_data) as first:
        page = first.window.page("image")
        page.latent.move(DIRECTIONS[0], 0.5)
        state = page.latent.state
    with open_bench(qtbot, duet_data) as again:
        assert again.window.page("image").latent.state == state


def test_frames_of_a_slider_are_newest_wins(bench: Bench, page: ImagePage) -> None:
    for amount in np.linspace(0.1, 2, 20):
        page.latent.move(DIRECTIONS[0], float(amount))
    bench.engine.answer_live(flat_picture(value=70))
    assert page.viewing.shown.request.params["point"]["moves"]["smile"] == 2.0
