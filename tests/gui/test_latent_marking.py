"""Marking pictures for a direction of one's own, by mouse and by keyboard."""

from __future__ import annotations

import msgspec
import pytest
from bench import MODELS, Bench
from fake_engine import flat_picture
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engines.protocol.latent import Direction
from engines.protocol.messages import Failed, Models, Submit
from studio.view.panels.image_page import ImagePage
from studio.view.widgets.filmstrip import Filmstrip

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
PEEPS = msgspec.structs.replace(MODELS[0], levels=5)


@pytest.fixture
def page(bench: Bench) -> ImagePage:
    """Four generated pictures as candidates, and one of another model in the history."""
    bench.engine.receive(Models(models=[PEEPS, *MODELS[1:]]))
    page = bench.window.page("image")
    page.model.choose_model("portraits-peeps")
    make(bench, 1)
    page.model.choose_model(PEEPS.name)
    make(bench, 4)
    bench.window.registry.trigger("image.direction")
    QApplication.processEvents()
    return page


def make(bench: Bench, count: int) -> None:
    bench.window.registry.trigger("image.generate")
    job = bench.engine.sent_of(Submit)[-1].job
    bench.engine.finish(job, [flat_picture(value=40 * i) for i in range(count)])


def click(qtbot: QtBot, strip: Filmstrip, row: int) -> None:
    place = strip.visualRect(strip.tiles.index(row)).center()
    qtbot.mouseClick(strip.viewport(), LEFT, NONE, place)
    QApplication.processEvents()


def badges(strip: Filmstrip) -> list[str]:
    return [strip.tiles.tile(row).badge for row in range(strip.tiles.rowCount())]


def test_clicks_mark_and_the_engine_is_asked(bench: Bench, page: ImagePage, qtbot: QtBot) -> None:
    strip, card = page.pictures.candidates, page.steering.marking
    assert card.isVisible()
    shown = page.viewing.selected
    for row in (0, 1, 2, 2, 3, 3, 3):
        click(qtbot, strip, row)
    assert badges(strip) == ["plus", "plus", "minus", ""]
    assert page.viewing.selected == shown
    assert card.counts.text() == "2 with · 1 without"
    assert not card.make.isEnabled()
    assert "name" in card.make.toolTip()
    qtbot.keyClicks(card.name, "Glasses")
    qtbot.mouseClick(card.make, LEFT)
    request = bench.engine.sent_of(Submit)[-1].request
    seeds = [entry.request.seed for entry in page.viewing.candidates]
    assert (request.task, request.model) == ("direction", PEEPS.name)
    assert request.params == {
        "title": "Glasses",
        "plus": [{"anchors": [{"seed": seed}]} for seed in seeds[:2]],
        "minus": [{"anchors": [{"seed": seeds[2]}]}],
    }
    assert not card.isVisible()


def test_a_quick_second_click_marks_too(page: ImagePage, qtbot: QtBot) -> None:
    strip = page.pictures.candidates
    place = strip.visualRect(strip.tiles.index(0)).center()
    qtbot.mouseClick(strip.viewport(), LEFT, NONE, place)
    double = QMouseEvent(
        QEvent.Type.MouseButtonDblClick, QPointF(place), QPointF(place), LEFT, LEFT, NONE
    )
    QApplication.sendEvent(strip.viewport(), double)  # as systems do in place of a second press
    qtbot.mouseRelease(strip.viewport(), LEFT, NONE, place)
    QApplication.processEvents()
    assert badges(strip)[0] == "minus"


def test_the_keyboard_marks_and_leaves(bench: Bench, page: ImagePage, qtbot: QtBot) -> None:
    strip = page.pictures.candidates
    strip.setFocus()
    qtbot.keyClick(strip, Qt.Key.Key_Home)
    qtbot.keyClick(strip, Qt.Key.Key_Plus)
    qtbot.keyClick(strip, Qt.Key.Key_Right)
    qtbot.keyClick(strip, Qt.Key.Key_Minus)
    qtbot.keyClick(strip, Qt.Key.Key_Right)
    qtbot.keyClick(strip, Qt.Key.Key_Space)
    QApplication.processEvents()
    assert badges(strip) == ["plus", "minus", "plus", ""]
    qtbot.keyClick(bench.window, Qt.Key.Key_Escape)
    QApplication.processEvents()
    assert not page.marking.active
    assert badges(strip) == [""] * 4
    assert page.viewing.candidates


def test_a_picture_of_another_model_says_why_not(
    bench: Bench, page: ImagePage, qtbot: QtBot
) -> None:
    strip = page.pictures.history
    assert strip.tiles.tile(0).faint
    click(qtbot, strip, 0)
    assert badges(strip) == [""]
    assert "Peeps, DCGAN" in bench.context.messages.current.text


def test_the_new_direction_is_told_of_and_a_failure_keeps_the_marks(
    bench: Bench, page: ImagePage, qtbot: QtBot
) -> None:
    click(qtbot, page.pictures.candidates, 0)
    page.marking.set_title("Smile")
    page.marking.make()
    job = bench.engine.sent_of(Submit)[-1].job
    bench.engine.receive(Failed(job=job, kind="internal", message="It broke.", advice=""))
    assert page.marking.active
    assert len(page.marking.plus) == 1
    page.marking.make()
    job = bench.engine.sent_of(Submit)[-1].job
    mine = Direction(name="smile", title="Smile", method="yours")
    told = msgspec.structs.replace(PEEPS, directions=(mine,))
    bench.engine.receive(Models(models=[told, *MODELS[1:]]))
    bench.engine.finish(job, [flat_picture()])
    message = bench.context.messages.current
    assert message.text == "Smile is now among your directions."
    assert page.marking.plus == ()
    bench.context.messages.act()
    assert page.viewing.shown.request.task == "direction"
    assert page.reason_not_to_reuse()


def test_there_are_always_more_pictures_to_mark(bench: Bench, page: ImagePage) -> None:
    page.steering.marking.more.click()
    request = bench.engine.sent_of(Submit)[-1].request
    assert (request.task, request.params["count"]) == ("generate", 12)
    page.desk.use(page.model)
    assert not page.pictures.candidates.marking
    page.desk.use(page.latent)
    assert page.pictures.candidates.marking
    page.latent.choose_model("portraits-peeps")
    assert not page.marking.active


def test_a_click_without_marking_still_looks(page: ImagePage, qtbot: QtBot) -> None:
    page.marking.leave()
    click(qtbot, page.pictures.candidates, 2)
    assert page.viewing.selected == page.viewing.candidates[2].id
