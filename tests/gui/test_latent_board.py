"""The arithmetic board under the canvas: drops, buttons, keys, undo."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from bench import MODELS, Bench, open_bench
from fake_engine import flat_picture
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engines.protocol.latent import Examples
from engines.protocol.messages import Live, Models, Submit
from studio.model.picture import Picture
from studio.view.entry_mime import entries_in
from studio.view.panels.image_page import ImagePage
from studio.view.widgets.well import Well

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
PEEPS = msgspec.structs.replace(MODELS[0], levels=5)


@pytest.fixture
def page(bench: Bench, qtbot: QtBot) -> ImagePage:
    """Four pictures in the strip, the board open."""
    bench.engine.receive(Models(models=[PEEPS, *MODELS[1:]]))
    page = bench.window.page("image")
    bench.window.registry.trigger("image.generate")
    job = bench.engine.sent_of(Submit)[-1].job
    bench.engine.finish(job, [flat_picture(value=40 * i) for i in range(4)])
    bench.window.registry.trigger("image.steer")
    qtbot.mouseClick(find(page, "deckArithmetic"), LEFT)
    QApplication.processEvents()
    return page


def find(page: ImagePage, name: str) -> QWidget:
    found = page.content.findChild(QWidget, name)
    assert found is not None, name
    return found


def well(page: ImagePage, letter: str) -> Well:
    found = find(page, f"well{letter}")
    assert isinstance(found, Well)
    return found


def drop(page: ImagePage, letter: str, *rows: int) -> list[int]:
    """Drag tiles from the strip into a well; returns their seeds."""
    tiles, target = page.pictures.candidates.tiles, well(page, letter)
    mime = tiles.mimeData([tiles.index(row) for row in rows])
    middle, copy = target.rect().center(), Qt.DropAction.CopyAction
    enter = QDragEnterEvent(middle, copy, mime, LEFT, NONE)
    QApplication.sendEvent(target, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(target, QDropEvent(QPointF(middle), copy, mime, LEFT, NONE))
    found = [page.context.history.get(entry) for entry in entries_in(mime)]
    return [entry.request.seed for entry in found if entry is not None]


def shown(bench: Bench) -> dict[int, float]:
    """Weights by seed in the newest live request."""
    anchors = bench.engine.sent_of(Live)[-1].request.params["point"].get("anchors", [])
    return {anchor["seed"]: anchor.get("weight", 1.0) for anchor in anchors}


def test_dropped_pictures_are_added_and_taken_away(bench: Bench, page: ImagePage) -> None:
    (first,) = drop(page, "A", 0)
    assert shown(bench) == {first: 1.0}
    second, third = drop(page, "B", 1, 2)
    assert shown(bench) == {first: 1.0, second: -0.5, third: -0.5}
    (last,) = drop(page, "C", 3)
    assert shown(bench) == {first: 1.0, second: -0.5, third: -0.5, last: 1.0}
    bench.context.undo.undo()  # one step: the well and the place
    assert [len(each) for each in page.board.wells] == [1, 2, 0]
    assert shown(bench) == {first: 1.0, second: -0.5, third: -0.5}
    bench.context.undo.redo()
    assert [len(each) for each in page.board.wells] == [1, 2, 1]
    bench.engine.answer_live(flat_picture(value=90))
    assert page.viewing.source == "live"
    assert page.board.result() is not None


def test_pictures_leave_by_key_right_click_and_cross(page: ImagePage, qtbot: QtBot) -> None:
    seeds = drop(page, "A", 0, 1, 2, 3)
    here = well(page, "A")
    here.setFocus()
    qtbot.keyClick(here, Qt.Key.Key_Right)
    qtbot.keyClick(here, Qt.Key.Key_Delete)
    assert [one.seed for one in page.board.wells[0]] == [seeds[0], *seeds[2:]]
    place = here.place_of(2).center()
    menu = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, here.mapToGlobal(place))
    QApplication.sendEvent(here, menu)
    assert [one.seed for one in page.board.wells[0]] == [seeds[0], seeds[2]]
    qtbot.mouseClick(find(page, "wellAClear"), LEFT)
    assert page.board.empty
    assert page.latent.state.anchors == ()


def test_the_picture_in_view_is_added(bench: Bench, page: ImagePage, qtbot: QtBot) -> None:
    page.viewing.step(1)
    request = page.viewing.shown.request
    qtbot.mouseClick(find(page, "wellCAdd"), LEFT)
    assert page.board.wells[2] == (request,)
    page.viewing.try_out(foreign(), "file")
    button = find(page, "wellBAdd")
    assert not button.isEnabled()
    assert "no place" in button.toolTip()


def foreign() -> Picture:
    image = QImage(8, 8, QImage.Format.Format_RGB888)
    image.fill(0)
    return Picture(image, name="From elsewhere")


def test_nearby_and_the_result_go_there_again(bench: Bench, page: ImagePage, qtbot: QtBot) -> None:
    (first,) = drop(page, "A", 0)
    page.latent.seed.set(5)  # elsewhere
    assert page.latent.state.anchors == ()
    qtbot.mouseClick(find(page, "arithmeticResult"), LEFT)
    assert shown(bench) == {first: 1.0}
    page.latent.seed.set(6)
    qtbot.mouseClick(find(page, "arithmeticNearby"), LEFT)
    request = bench.engine.sent_of(Submit)[-1].request
    assert request.params["point"] == {"anchors": [{"seed": first}]}
    assert (request.params["count"], request.params["spread"] > 0) == (8, True)


def test_the_deck_folds_and_belongs_to_the_tool(page: ImagePage, qtbot: QtBot) -> None:
    tab = find(page, "deckArithmetic")
    assert isinstance(tab, QPushButton)
    assert well(page, "A").isVisible()
    qtbot.mouseClick(tab, LEFT)
    assert not well(page, "A").isVisible()
    assert tab.isVisible()
    page.desk.use(page.model)
    assert not tab.isVisible()


def test_every_model_has_a_board_and_the_next_session_too(qtbot: QtBot, duet_data: Path) -> None:
    with open_bench(qtbot, duet_data) as first:
        page = first.window.page("image")
        page.board.add_seeds(0, [1, 2])
        page.latent.choose_model("portraits-peeps")
        assert page.board.empty
        page.deck.open_page("Arithmetic")
    with open_bench(qtbot, duet_data) as again:
        page = again.window.page("image")
        assert page.deck.is_open
        page.latent.choose_model("portraits-peeps-128")
        assert [one.seed for one in page.board.wells[0]] == [1, 2]
        page.board.add_seeds(0, range(20))
        assert "12 pictures" in again.context.messages.current.text


def test_examples_of_an_attribute_are_found(bench: Bench, page: ImagePage, qtbot: QtBot) -> None:
    assert not find(page, "wellBFind").isVisible()
    glasses = Examples(title="Glasses", having=(1, 2, 3, 4), lacking=(5, 6, 7, 8))
    told = msgspec.structs.replace(PEEPS, examples={"glasses": glasses})
    bench.engine.receive(Models(models=[told, *MODELS[1:]]))
    for _ in range(2):
        qtbot.mouseClick(find(page, "wellBFind"), LEFT)
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        without = menu.actions()[1].menu()
        assert [one.text() for one in without.actions()] == ["Glasses"]
        without.actions()[0].trigger()
        menu.close()
        QApplication.processEvents()
    assert [one.seed for one in page.board.wells[1]] == [5, 6, 7, 8]
    assert page.board.wells[1][0].task == "generate"


def test_a_well_shows_a_dozen(page: ImagePage) -> None:
    page.board.add_seeds(0, range(12))
    here = well(page, "A")
    places = [here.place_of(number) for number in range(12)]
    assert all(here.rect().contains(place) for place in places)
    assert places[0].width() >= 24
    assert not any(a.intersects(b) for a in places for b in places if a is not b)
    assert here.rect().contains(here.place_of(0).topLeft() - QPoint(1, 1))
