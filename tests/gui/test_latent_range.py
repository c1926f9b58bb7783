"""A direction from end to end: pictures to choose from, by mouse and keyboard."""

from __future__ import annotations

import msgspec
import pytest
from bench import MODELS, Bench
from fake_engine import flat_picture
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from engines.protocol.latent import Direction
from engines.protocol.messages import Live, Models
from studio.model.range_sheet import places_of
from studio.view.panels.image_page import ImagePage
from studio.view.panels.range_popover import RangePopover

LEFT = Qt.MouseButton.LeftButton
SMILE = Direction(name="smile", title="Smile", method="supervised", low=-1.5, high=3.0)
KIND = Direction(name="kind", title="Kind", method="code", choices=tuple("ABCDEFGHIJ"))


@pytest.fixture
def page(bench: Bench) -> ImagePage:
    steered = msgspec.structs.replace(MODELS[0], levels=5, directions=(SMILE, KIND))
    bench.engine.receive(Models(models=[steered, *MODELS[1:]]))
    page = bench.window.page("image")
    bench.window.registry.trigger("image.steer")
    bench.engine.answer_live(flat_picture(value=90))
    return page


def opened(bench: Bench, page: ImagePage, name: str, qtbot: QtBot) -> RangePopover:
    """The sheet of a direction, its name clicked and all its pictures made."""
    row = page.steering.directions.rows[name]
    qtbot.mouseClick(row._caption, LEFT)
    popover = bench.window.findChild(RangePopover)
    assert popover is not None
    assert popover.isVisible()
    answer_all(bench, qtbot)
    return popover


def answer_all(bench: Bench, qtbot: QtBot) -> None:
    """Answer live requests until none is left."""
    idle = 0
    while idle < 3:
        QApplication.processEvents()
        if bench.context.client.live_idle:
            idle += 1
        else:
            idle = 0
            bench.engine.answer_live(flat_picture(value=40))


def cells(popover: RangePopover) -> list[QToolButton]:
    found = popover.findChildren(QToolButton)
    return sorted(found, key=lambda button: int(button.objectName().removeprefix("rangeCell")))


def test_a_click_on_the_name_shows_the_picture_in_view_along_it(
    bench: Bench, page: ImagePage, qtbot: QtBot
) -> None:
    popover = opened(bench, page, "smile", qtbot)
    titles = [button.text() for button in cells(popover)]
    assert titles == ["-1.5", "-1", "-0.5", "0", "+1", "+2", "+3"]
    places = [live.request.params["point"].get("moves", {}) for live in bench.engine.sent_of(Live)]
    amounts = [place.get("smile", 0.0) for place in places[-7:]]
    assert amounts == [-1.5, -1.0, -0.5, 0.0, 1.0, 2.0, 3.0]
    middle = cells(popover)[3]
    assert middle.isChecked()
    assert middle.hasFocus()


def test_keys_and_clicks_move_the_slider_and_escape_leaves_it_there(
    bench: Bench, page: ImagePage, qtbot: QtBot
) -> None:
    popover = opened(bench, page, "smile", qtbot)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
    assert page.latent.state.amounts == {"smile": 1.0}
    qtbot.mouseClick(cells(popover)[0], LEFT)
    assert page.latent.state.amounts == {"smile": -1.5}
    with qtbot.waitSignal(popover.closed):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert page.latent.state.amounts == {"smile": -1.5}
    bench.context.undo.undo()  # what follows quickly is one step, as of a slider
    assert page.latent.state.amounts == {}


def test_a_muted_direction_is_on_once_it_is_chosen(
    bench: Bench, page: ImagePage, qtbot: QtBot
) -> None:
    page.latent.move(SMILE, 2.0)
    page.latent.mute("smile", True)
    popover = opened(bench, page, "smile", qtbot)
    assert cells(popover)[3].isChecked()
    qtbot.mouseClick(cells(popover)[5], LEFT)
    assert page.latent.state.muted == frozenset()
    assert page.latent.state.amounts == {"smile": 2.0}


def test_another_place_makes_the_sheet_anew_and_none_is_chosen_between_two(
    bench: Bench, page: ImagePage, qtbot: QtBot
) -> None:
    popover = opened(bench, page, "smile", qtbot)
    page.latent.seed.set(77)
    page.latent.move(SMILE, 0.25)
    answer_all(bench, qtbot)
    assert {live.request.seed for live in bench.engine.sent_of(Live)[-6:]} == {77}
    assert not any(button.isChecked() for button in cells(popover))


def test_what_is_closed_asks_for_no_more_pictures(
    bench: Bench, page: ImagePage, qtbot: QtBot
) -> None:
    qtbot.mouseClick(page.steering.directions.rows["smile"]._caption, LEFT)
    popover = bench.window.findChild(RangePopover)
    assert popover is not None
    popover.close_popover()
    asked = len(bench.engine.sent_of(Live))
    answer_all(bench, qtbot)
    assert len(bench.engine.sent_of(Live)) - asked <= 1


def test_a_second_click_on_the_name_closes_it(bench: Bench, page: ImagePage, qtbot: QtBot) -> None:
    popover = opened(bench, page, "smile", qtbot)
    with qtbot.waitSignal(popover.closed):
        qtbot.mouseClick(page.steering.directions.rows["smile"]._caption, LEFT)
    assert not any(one.isVisible() for one in bench.window.findChildren(RangePopover))


def test_a_list_that_is_built_anew_leaves_it_closable(
    bench: Bench, page: ImagePage, qtbot: QtBot
) -> None:
    popover = opened(bench, page, "smile", qtbot)
    changed = msgspec.structs.replace(MODELS[0], levels=5, directions=(SMILE,))
    bench.engine.receive(Models(models=[changed, *MODELS[1:]]))
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    with qtbot.waitSignal(popover.closed):
        qtbot.mouseClick(page.view, LEFT)
    assert page.steering.directions.rows.keys() == {"smile"}


def test_choices_stand_in_two_rows(bench: Bench, page: ImagePage, qtbot: QtBot) -> None:
    popover = opened(bench, page, "kind", qtbot)
    assert [button.text() for button in cells(popover)] == list("ABCDEFGHIJ")
    assert len({button.y() for button in cells(popover)}) == 2
    qtbot.mouseClick(cells(popover)[4], LEFT)
    assert page.latent.state.amounts == {"kind": 4.0}


def test_the_menu_of_a_row_opens_it_too(bench: Bench, page: ImagePage) -> None:
    page.steering.directions.rows["smile"].sheetWanted.emit()
    assert isinstance(bench.window.findChild(QWidget, "rangeSheet"), RangePopover)


@given(st.floats(-6, 0), st.floats(0, 6))
def test_a_sheet_goes_from_end_to_end_through_the_middle(low: float, high: float) -> None:
    direction = Direction(name="a", title="A", method="pca", low=low, high=high)
    amounts = [amount or 0.0 for amount, _title in places_of(direction)]
    assert amounts == sorted(set(amounts))
    assert 0.0 in amounts
    assert abs(amounts[0] - low) < 0.0051
    assert abs(amounts[-1] - high) < 0.0051
