"""The widgets by themselves: canvas, slider, number field, model picker."""

from __future__ import annotations

import pytest
from bench import MODELS, Bench
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QUndoStack, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.model.document import Document
from studio.model.layers import State
from studio.model.picture import Picture, placed
from studio.model.settings import Settings
from studio.model.toolbox import Toolbox
from studio.view.theme import theme
from studio.view.widgets.canvas.view import CanvasView
from studio.view.widgets.number_field import NumberField
from studio.view.widgets.placement import ZOOM_MAX, ZOOM_MIN
from studio.view.widgets.slider import Slider


@pytest.fixture
def view(qtbot: QtBot) -> CanvasView:
    theme.apply("dark")
    undo = QUndoStack()
    view = CanvasView(Document(undo), Toolbox(Settings()))
    view.undo_stack = undo  # lives as long as the view
    qtbot.addWidget(view)
    view.resize(448, 480)
    view.show()
    picture = QImage(100, 100, QImage.Format.Format_RGB888)
    picture.fill(0x336699)
    show(view, picture)
    return view


def show(view: CanvasView, picture: QImage) -> None:
    """A document of one layer."""
    view._document.load(placed(State(), Picture(picture), "Picture"))


def wheel(view: CanvasView, place: QPointF, notches: int) -> None:
    nothing = Qt.MouseButton.NoButton
    event = QWheelEvent(
        place,
        view.mapToGlobal(place),
        QPoint(),
        QPoint(0, 120 * notches),
        nothing,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    view.wheelEvent(event)


def test_a_picture_fits_and_follows_the_size_of_the_view(view: CanvasView, qtbot: QtBot) -> None:
    assert view.picture.placement.fitted
    assert view.zoom == pytest.approx(4.0)
    view.resize(248, 480)
    qtbot.waitUntil(lambda: view.zoom == pytest.approx(2.0))


def test_the_wheel_zooms_at_the_cursor(view: CanvasView) -> None:
    place = QPointF(120, 90)
    before = view.picture.placement.to_picture(place)
    wheel(view, place, 3)
    after = view.picture.placement.to_picture(place)
    assert view.zoom > 4.0
    assert (after - before).manhattanLength() < 1e-6


def test_the_zoom_has_ends(view: CanvasView) -> None:
    view.zoom_by(100)
    assert view.zoom == ZOOM_MAX
    view.zoom_by(-200)
    assert view.zoom == ZOOM_MIN


def test_space_and_drag_pans(view: CanvasView, qtbot: QtBot) -> None:
    view.set_zoom(8.0)
    view.setFocus()
    before = view.picture.placement.to_picture(QPointF(200, 200))
    QTest.keyPress(view, Qt.Key.Key_Space)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    QTest.mouseMove(view, QPoint(240, 216))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(240, 216))
    QTest.keyRelease(view, Qt.Key.Key_Space)
    moved = before - view.picture.placement.to_picture(QPointF(200, 200))
    assert (moved.x(), moved.y()) == pytest.approx((5.0, 2.0))


def test_a_fitted_picture_is_dragged_out(view: CanvasView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.dragOut):
        QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
        QTest.mouseMove(view, QPoint(260, 200))


def test_the_same_size_keeps_place_and_zoom(view: CanvasView) -> None:
    view.set_zoom(8.0, QPointF(10, 10))
    place = view.picture.placement.to_picture(QPointF(0, 0))
    other = QImage(100, 100, QImage.Format.Format_RGB888)
    other.fill(0)
    show(view, other)
    assert view.zoom == 8.0
    assert view.picture.placement.to_picture(QPointF(0, 0)) == place


def test_hard_edges_are_hard_and_smooth_ones_smooth(view: CanvasView, qtbot: QtBot) -> None:
    picture = QImage(2, 1, QImage.Format.Format_RGB888)
    picture.setPixelColor(0, 0, Qt.GlobalColor.black)
    picture.setPixelColor(1, 0, Qt.GlobalColor.white)
    show(view, picture)
    view.set_zoom(9.0)  # a grid lies over closer pixels

    def greys() -> set[int]:
        shot = view.grab().toImage()
        row = [shot.pixelColor(x, shot.height() // 2).red() for x in range(180, 270)]
        return {value for value in row if 20 < value < 240}

    view.set_pixel_precise(True)
    assert len(greys()) == 0
    view.set_pixel_precise(False)
    assert len(greys()) > 5
    qtbot.waitUntil(lambda: view.picture._fine is not None)
    assert len(greys()) > 5


@pytest.fixture
def slider(qtbot: QtBot) -> Slider:
    theme.apply("dark")
    slider = Slider(0.0, 1.5, 1.0, 0.05)
    qtbot.addWidget(slider)
    slider.resize(164, 28)
    slider.show()
    return slider


def test_a_slider_is_dragged_anywhere(slider: Slider) -> None:
    told: list[float] = []
    slider.edited.connect(told.append)
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(7, 2))
    assert told == [0.0]
    QTest.mouseMove(slider, QPoint(157, 26))
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(157, 26))
    assert told[-1] == 1.5


def test_shift_drags_ten_times_finer(slider: Slider) -> None:
    left, shift = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier

    def send(kind: QEvent.Type, x: float) -> None:
        place = QPointF(x, 10)
        event = QMouseEvent(kind, place, slider.mapToGlobal(place), left, left, shift)
        QApplication.sendEvent(slider, event)

    send(QEvent.Type.MouseButtonPress, 100)
    assert slider.number() == 1.0  # it did not jump
    send(QEvent.Type.MouseMove, 50)  # a third of the way, a tenth as far
    assert slider.number() == pytest.approx(0.95)


def test_a_double_click_is_the_default(slider: Slider) -> None:
    slider.set_number(0.2)
    QTest.mouseDClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    assert slider.number() == 1.0


def test_keys_step_a_slider(slider: Slider, qtbot: QtBot) -> None:
    with qtbot.waitSignal(slider.edited) as told:
        QTest.keyClick(slider, Qt.Key.Key_Left)
    assert told.args == [0.95]


@pytest.fixture
def field(qtbot: QtBot) -> NumberField:
    theme.apply("dark")
    field = NumberField(0, 100, decimals=2, step=0.5, unit="px")
    qtbot.addWidget(field)
    field.show()
    return field


@pytest.mark.parametrize(
    ("typed", "value"), [("1+2", 3.0), ("2,5", 2.5), ("1e9", 100.0), ("-4", 0.0), ("no", 7.0)]
)
def test_a_field_takes_arithmetic_within_its_range(
    field: NumberField, typed: str, value: float
) -> None:
    field.set_value(7.0)
    field.selectAll()
    QTest.keyClicks(field, typed)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.value() == value
    assert field.text() == f"{value:.2f}"


def test_a_field_steps_with_the_arrows_and_takes_typing_back(field: NumberField) -> None:
    field.set_value(7.0)
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert field.value() == 7.5
    QTest.keyClick(field, Qt.Key.Key_PageDown)
    assert field.value() == 2.5
    QTest.keyClicks(field, "99")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "2.50"


def test_the_picker_shows_models_and_takes_one_by_keyboard(bench: Bench, qtbot: QtBot) -> None:
    page = bench.window.page("image")
    picker = page.controls.picker
    qtbot.mouseClick(picker, Qt.MouseButton.LeftButton)
    chooser = picker._chooser
    assert chooser.isVisible()
    titles = [model.title for model in MODELS if model.task == "generate"]
    assert chooser.list.model().rowCount() == len(titles)
    qtbot.keyClick(chooser.list, Qt.Key.Key_Down)
    qtbot.keyClick(chooser.list, Qt.Key.Key_Return)
    assert not chooser.isVisible()
    assert page.model.model == "portraits-peeps"
    assert picker.accessibleName() == "Model: Peeps, DCGAN"


def test_the_theme_follows_the_setting_while_it_is_open(bench: Bench) -> None:
    before = theme.color("window").name()
    theme.apply("light")
    assert theme.color("window").name() != before
    theme.apply("dark")
    assert theme.color("window").name() == before


def test_escape_closes_the_list_of_models_and_gives_the_keyboard_back(
    bench: Bench, qtbot: QtBot
) -> None:
    picker = bench.window.page("image").controls.picker
    picker.setFocus()
    qtbot.keyClick(picker, Qt.Key.Key_Space)
    chooser = picker._chooser
    assert chooser.isVisible()
    qtbot.keyClick(chooser.list, Qt.Key.Key_Escape)
    assert not chooser.isVisible()
    assert picker.hasFocus()
    assert picker.chosen == "portraits-peeps-128"
