"""The canvas as a person works on it: press, move, release, and the keys."""

from __future__ import annotations

import pytest
from bench import Bench
from canvas_hand import GREY, LEFT, NONE, RED, brush, drag, grey_document
from fake_engine import flat_picture
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engines.protocol.messages import Submit
from studio.model.layers import State
from studio.view.panels.image_page import ImagePage

SHIFT, ALT, CTRL = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
)


@pytest.fixture
def page(bench: Bench) -> ImagePage:
    """A document of one grey layer of 64 x 64."""
    return grey_document(bench)


def pixels(state: State) -> bytes:
    """The flattened picture."""
    image = state.flat()  # held: its memory ends with it
    return bytes(image.constBits())


def seen(page: ImagePage, x: int, y: int) -> str:
    """The colour of the document at a pixel."""
    return page.context.document.state.flat(QRect(x, y, 1, 1)).pixelColor(0, 0).name()


def test_a_stroke_paints_and_is_undone_to_the_byte(bench: Bench, page: ImagePage) -> None:
    before = pixels(page.context.document.state)
    brush(page)
    drag(page.view, (10, 10), (30, 12), (50, 10))
    assert seen(page, 30, 12) == RED.name()
    assert seen(page, 30, 40) == QColor(GREY, GREY, GREY).name()
    painted = pixels(page.context.document.state)
    bench.window.registry.trigger("edit.undo")
    assert pixels(page.context.document.state) == before
    bench.window.registry.trigger("edit.redo")
    assert pixels(page.context.document.state) == painted


def test_a_stroke_is_one_step_of_undo(bench: Bench, page: ImagePage) -> None:
    steps = page.context.undo.count()
    brush(page)
    drag(page.view, *[(5 + x, 20) for x in range(50)])
    assert page.context.undo.count() == steps + 1
    assert page.context.undo.undoText() == "Brush stroke"


def test_a_stroke_is_seen_while_it_is_drawn(page: ImagePage) -> None:
    brush(page, size=12)
    view = page.view
    spots = [view.picture.placement.to_view(QPointF(x, 30)).toPoint() for x in (10, 30, 50)]
    QTest.mousePress(view, LEFT, NONE, spots[0])
    for spot in spots[1:]:
        QTest.mouseMove(view, spot)
    assert page.context.document.shown.flat(QRect(20, 30, 1, 1)).pixelColor(0, 0) == RED
    assert seen(page, 20, 30) != RED.name()
    QTest.mouseRelease(view, LEFT, NONE, spots[-1])
    assert seen(page, 20, 30) == RED.name()


def test_escape_drops_the_stroke_under_way(bench: Bench, page: ImagePage, qtbot: QtBot) -> None:
    before = pixels(page.context.document.state)
    brush(page)
    view = page.view
    QTest.mousePress(view, LEFT, NONE, QPoint(view.width() // 2, view.height() // 2))
    QTest.mouseMove(view, QPoint(view.width() // 2 + 40, view.height() // 2))
    bench.window.registry.refresh()
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    QTest.mouseRelease(view, LEFT, NONE, QPoint(view.width() // 2 + 40, view.height() // 2))
    assert pixels(page.context.document.state) == before
    assert not page.context.document.trying


def test_the_eraser_shows_what_is_below(bench: Bench, page: ImagePage) -> None:
    bench.window.registry.trigger("layer.add")
    brush(page, size=20)
    drag(page.view, (10, 32), (54, 32))
    assert seen(page, 32, 32) == RED.name()
    brush(page, "eraser", size=20)
    drag(page.view, (10, 32), (54, 32))
    assert seen(page, 32, 32) == QColor(GREY, GREY, GREY).name()


def test_a_locked_or_hidden_layer_says_why_it_is_not_painted_on(
    bench: Bench, page: ImagePage
) -> None:
    brush(page)
    before = pixels(page.context.document.state)
    for action, word in (("layer.lock", "locked"), ("layer.hide", "hidden")):
        bench.window.registry.trigger(action)
        drag(page.view, (10, 10), (40, 40))
        assert word in bench.context.messages.current.text
        bench.window.registry.trigger(action)
        assert pixels(page.context.document.state) == before


def test_shift_draws_a_line_from_where_the_last_stroke_ended(page: ImagePage) -> None:
    brush(page, size=4)
    drag(page.view, (8, 8), (10, 8))
    drag(page.view, (50, 50), keys=SHIFT)
    assert seen(page, 30, 29) == RED.name()


def test_control_picks_the_colour_under_the_brush(page: ImagePage) -> None:
    brush(page)
    drag(page.view, (32, 32), keys=CTRL)
    assert page.toolbox.colour.name() == QColor(GREY, GREY, GREY).name()


def test_the_mask_brush_paints_a_mask_and_alt_takes_away(page: ImagePage) -> None:
    before = pixels(page.context.document.state)
    brush(page, "mask", 16)
    drag(page.view, (10, 32), (54, 32))
    mask = page.context.document.state.mask
    assert mask.image(QRect(32, 32, 1, 1)).pixelColor(0, 0).alpha() == 255
    assert pixels(page.context.document.state) == before
    brush(page, "mask", 30)
    drag(page.view, (10, 32), (54, 32), keys=ALT)
    assert page.context.document.state.mask.is_empty


def test_painting_keeps_to_the_selection(page: ImagePage) -> None:
    page.toolbox.choose("rectangle")
    drag(page.view, (0, 0), (32, 64))
    brush(page, size=10)
    drag(page.view, (4, 20), (60, 20))
    assert seen(page, 10, 20) == RED.name()
    assert seen(page, 50, 20) == QColor(GREY, GREY, GREY).name()


def test_a_click_selects_nothing_and_shift_adds(page: ImagePage) -> None:
    page.toolbox.choose("rectangle")
    drag(page.view, (0, 0), (20, 20))
    drag(page.view, (40, 40), (60, 60), keys=SHIFT)
    selection = page.context.document.state.selection
    assert selection is not None
    assert selection.bounds() == QRect(0, 0, 60, 60)
    drag(page.view, (30, 30))
    assert page.context.document.state.selection is None


def test_wand_and_bucket_find_one_colour(page: ImagePage) -> None:
    brush(page, size=20)
    drag(page.view, (32, 32))
    page.toolbox.choose("wand")
    drag(page.view, (32, 32))
    selection = page.context.document.state.selection
    assert selection is not None
    assert QRect(20, 20, 24, 24).contains(selection.bounds())
    page.work.areas.select_none()
    page.toolbox.choose("fill")
    page.toolbox.set_colour(QColor("#2040c0"))
    drag(page.view, (5, 5))
    assert seen(page, 60, 60) == "#2040c0"
    assert seen(page, 32, 32) == RED.name()


def test_the_layer_moves_and_the_picture_is_cropped(bench: Bench, page: ImagePage) -> None:
    brush(page, size=10)
    bench.window.registry.trigger("layer.add")
    drag(page.view, (10, 10))
    page.toolbox.choose("move")
    drag(page.view, (10, 10), (40, 40))
    assert seen(page, 40, 40) == RED.name()
    assert seen(page, 10, 10) == QColor(GREY, GREY, GREY).name()
    page.toolbox.choose("crop")
    drag(page.view, (32, 32), (64, 64))
    bench.window.registry.trigger("image.keep")
    assert page.context.document.state.size.width() == 32
    assert seen(page, 8, 8) == RED.name()


def test_layers_are_hidden_reordered_renamed_and_merged(bench: Bench, page: ImagePage) -> None:
    document, trigger = page.context.document, bench.window.registry.trigger
    brush(page, size=30)
    trigger("layer.add")
    drag(page.view, (32, 32))
    rows = page.layers.list.rows
    assert next(rows.data(rows.index(n)) for n in range(2)) == "Layer 2"
    page.layers.list.eyeClicked.emit(document.state.active)
    assert seen(page, 32, 32) != RED.name()
    trigger("edit.undo")
    mime = rows.mimeData([rows.index(0)])
    rows.dropMimeData(mime, Qt.DropAction.MoveAction, 2, 0, rows.index(-1))
    assert document.state.layers[0].name == "Layer 2"
    assert seen(page, 32, 32) != RED.name()
    trigger("layer.raise")
    assert rows.setData(rows.index(0), "A spot")
    assert document.state.layers[-1].name == "A spot"
    trigger("layer.merge")
    assert len(document.state.layers) == 1
    assert seen(page, 32, 32) == RED.name()


def test_blend_mode_and_opacity_change_the_picture(bench: Bench, page: ImagePage) -> None:
    bench.window.registry.trigger("layer.duplicate")
    panel = page.layers
    panel.mode.setCurrentIndex(panel.mode.findData("multiply"))
    panel.mode.activated.emit(panel.mode.currentIndex())
    assert seen(page, 1, 1) == QColor(*[round(GREY * GREY / 255)] * 3).name()
    steps = page.context.undo.count()
    for value in (80, 60, 0):
        panel.opacity.edited.emit(value)
    assert page.context.undo.count() == steps + 1
    assert seen(page, 1, 1) == QColor(GREY, GREY, GREY).name()


def test_painting_on_a_candidate_keeps_it_first(bench: Bench, page: ImagePage) -> None:
    bench.window.registry.trigger("image.generate")
    job = bench.engine.sent_of(Submit)[-1].job
    bench.engine.finish(job, [flat_picture(64, 200)])
    assert page.viewing.source == "candidate"
    brush(page)
    drag(page.view, (10, 10), (40, 10))
    assert len(page.context.document.state.layers) == 2
    assert seen(page, 20, 10) == RED.name()
    assert seen(page, 50, 50) == QColor(200, 200, 200).name()


def test_a_turned_view_paints_under_the_pointer(bench: Bench, page: ImagePage) -> None:
    for _ in range(3):
        bench.window.registry.trigger("view.right")
    assert page.view.angle == 45.0
    brush(page, size=6)
    drag(page.view, (20, 44), (22, 44))
    assert seen(page, 20, 44) == RED.name()
    bench.window.registry.trigger("view.fit")
    assert page.view.angle == 0.0


def test_what_the_view_draws_is_the_picture(page: ImagePage) -> None:
    brush(page, size=20)
    drag(page.view, (32, 32))
    page.toolbox.choose("hand")
    page.view.set_zoom(1.0)
    shot = page.view.grab().toImage()
    at = page.view.picture.placement.to_view(QPointF(32, 32)).toPoint()
    assert shot.pixelColor(at).name() == RED.name()


def test_the_smooth_fill_works_without_a_model(bench: Bench, page: ImagePage) -> None:
    brush(page, "mask", 16)
    drag(page.view, (32, 32))
    assert page.inpaint.values["method"] == "smooth"
    bench.window.registry.trigger("image.fill")
    sent = bench.engine.sent_of(Submit)[-1].request
    assert sent.task == "inpaint"
    assert set(sent.inputs) == {"image", "mask"}


def test_an_empty_mask_says_how_to_begin(page: ImagePage) -> None:
    assert "Paint over" in page.inpaint.reason_not_to_run()


def test_the_tools_have_their_keys(bench: Bench, page: ImagePage, qtbot: QtBot) -> None:
    for key, tool in (("B", "brush"), ("E", "eraser"), ("M", "mask"), ("V", "move"), ("H", "hand")):
        qtbot.keyClick(page.view, key)
        assert page.toolbox.tool.id == tool
    qtbot.keyClick(page.view, "B")
    size = page.toolbox.settings["size"]
    qtbot.keyClick(page.view, "]")
    assert page.toolbox.settings["size"] > size


def test_a_picture_larger_than_the_view_is_drawn_small(page: ImagePage) -> None:
    from studio.model.picture import Picture, placed

    image = QImage(3000, 2000, QImage.Format.Format_RGB32)
    image.fill(QColor("#305070"))
    page.context.document.load(placed(State(), Picture(image), "Big"))
    shot = page.view.grab().toImage()
    assert page.view.zoom < 0.5
    assert shot.pixelColor(shot.width() // 2, shot.height() // 2).name() == "#305070"


def test_the_settings_of_a_fill_go_to_the_tool_that_made_it(bench: Bench, page: ImagePage) -> None:
    brush(page, "mask", 16)
    drag(page.view, (32, 32))
    page.inpaint.values.set("feather", 9)
    bench.window.registry.trigger("image.fill")
    sent = bench.engine.sent_of(Submit)[-1]
    bench.engine.finish(sent.job, [flat_picture(64, 200)])
    made_with = page.model.model
    page.inpaint.values.set("feather", 1)
    page.desk.use(page.model)
    bench.window.registry.trigger("image.reuse")
    assert page.inpaint.values["feather"] == 9
    assert page.model.model == made_with
    assert "not installed" not in bench.context.messages.current.text


def test_the_seed_s_keys_belong_to_the_tool_in_use(bench: Bench, page: ImagePage) -> None:
    generating, filling = page.model.seed.value, page.inpaint.seed.value
    page.desk.use(page.inpaint)
    bench.window.registry.trigger("image.seed.roll")
    assert page.model.seed.value == generating
    assert page.inpaint.seed.value != filling


def test_the_compare_slider_shows_the_document_beside_what_is_new(
    bench: Bench, page: ImagePage, qtbot: QtBot
) -> None:
    compare, view = page.compare, page.view
    assert "Nothing new is in view" in compare.reason_not_to_compare()
    bench.window.registry.trigger("image.generate")
    job = bench.engine.sent_of(Submit)[-1].job
    bench.engine.finish(job, [flat_picture(64, 30)])
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Y)
    assert compare.isVisible()
    assert page.zoom.compare.isChecked()

    def greys(*shares: float) -> list[int]:
        image, frame = view.grab().toImage(), view.picture.placement.target()
        y = round(frame.top() + frame.height() / 4)
        xs = [round(frame.left() + share * frame.width()) for share in shares]
        return [image.pixelColor(x, y).red() for x in xs]

    assert greys(0.1, 0.4, 0.6, 0.9) == [GREY, GREY, 30, 30]
    frame = view.picture.placement.target()
    spots = [QPointF(frame.left() + s * frame.width(), frame.center().y()) for s in (0.5, 0.2)]
    QTest.mousePress(compare, LEFT, NONE, spots[0].toPoint())
    compare._move_to(spots[1].x())  # offscreen moves come without the button
    QTest.mouseRelease(compare, LEFT, NONE, spots[1].toPoint())
    assert greys(0.1, 0.4, 0.9) == [GREY, 30, 30]
    compare.setFocus()
    for _ in range(8):
        qtbot.keyClick(compare, Qt.Key.Key_Right)
    assert greys(0.1, 0.4, 0.9) == [GREY, GREY, 30]
    bench.window.registry.trigger("image.discard")
    assert not compare.isVisible()
    assert (compare.on, page.zoom.compare.isChecked()) == (False, False)
    assert not page.zoom.compare.isEnabled()
    assert page.zoom.compare.toolTip() == compare.reason_not_to_compare()
