"""Paint to steer: strokes on a layer, and the picture under it follows."""

from __future__ import annotations

import msgspec
import pytest
from bench import MODELS, Bench
from fake_engine import flat_picture
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engines.protocol.latent import Anchor, Point, plain
from engines.protocol.messages import Live, LiveFailed, LiveFrame, Models, Request, Submit
from studio.view.panels.image_page import ImagePage

LEFT = Qt.MouseButton.LeftButton
FOUND = plain(Point(anchors=(Anchor(vector=(0.5, -0.5)),)))


@pytest.fixture
def page(bench: Bench, qtbot: QtBot) -> ImagePage:
    """A portrait is steered, and painting on it is switched on."""
    bench.engine.receive(Models(models=[msgspec.structs.replace(MODELS[0], levels=5), *MODELS[1:]]))
    page = bench.window.page("image")
    bench.window.registry.trigger("image.steer")
    bench.engine.answer_live(flat_picture(64, 90))
    qtbot.mouseClick(switch(page), LEFT)
    return page


def switch(page: ImagePage) -> QWidget:
    found = page.panel.findChild(QWidget, "sketchSwitch")
    assert found is not None
    return found


def stroke(page: ImagePage, qtbot: QtBot, *spots: tuple[float, float]) -> None:
    """A real stroke through points of the picture."""
    view = page.view
    at = [view.picture.placement.to_view(QPointF(*spot)).toPoint() for spot in spots]
    qtbot.mousePress(view, LEFT, pos=at[0])
    for spot in at[1:]:
        qtbot.mouseMove(view, spot)
    qtbot.mouseRelease(view, LEFT, pos=at[-1])


def sketches(bench: Bench) -> list[Live]:
    return [live for live in bench.engine.sent_of(Live) if live.request.task == "sketch"]


def follow(bench: Bench, value: int) -> None:
    """Answer the newest sketch as the engine does: with a place that can be rendered again."""
    asked = sketches(bench)[-1]
    params = {"point": FOUND, "truncation": 1.0, "spread": 0.0, "count": 1}
    request = Request(task="latent", model=asked.request.model, seed=3, params=params)
    output = bench.engine.output(request, flat_picture(64, value))
    bench.engine.receive(LiveFrame(stamp=asked.stamp, output=output, seconds=0.1))


def colour(page: ImagePage, x: int, y: int) -> QColor:
    return QColor(page.context.document.state.flat().pixel(x, y))


def paint(bench: Bench, page: ImagePage, qtbot: QtBot) -> None:
    before = len(sketches(bench))
    page.toolbox.set_colour(QColor("#FF0000"))
    page.toolbox.settings.set("size", 12)
    stroke(page, qtbot, (10, 10), (30, 10))
    qtbot.waitUntil(lambda: len(sketches(bench)) > before, timeout=3000)


def test_switching_it_on_lays_a_layer_for_paint_over_the_picture(page: ImagePage) -> None:
    state = page.context.document.state
    assert [layer.name for layer in state.layers][-1] == "Paint to steer"
    assert state.active == state.layers[-1].id
    assert page.toolbox.tool.id == "brush"


def test_a_stroke_is_followed_under_the_paint(bench: Bench, page: ImagePage, qtbot: QtBot) -> None:
    paint(bench, page, qtbot)
    asked = sketches(bench)[-1].request
    assert asked.params["count"] == 1
    sent = bench.engine.inputs.pixels(asked.inputs["image"])
    assert sent.shape == (64, 64, 4)
    assert sent[10, 20].tolist() == [255, 0, 0, 255]
    assert sent[50, 50, 3] == 0
    follow(bench, 200)
    assert colour(page, 50, 50).red() == 200  # the picture below
    assert colour(page, 20, 10).green() < 50  # the paint above
    base = page.context.document.state.layers[0]
    assert base.request.params["point"] == FOUND
    page.sketch.values.set("strength", 0.9)
    qtbot.waitUntil(lambda: sketches(bench)[-1].request.params["strength"] == 0.9, timeout=3000)
    assert sketches(bench)[-1].request.params["last"] == FOUND


def test_undo_takes_the_stroke_back_and_the_picture_follows(
    bench: Bench, page: ImagePage, qtbot: QtBot
) -> None:
    paint(bench, page, qtbot)
    follow(bench, 200)
    count = bench.context.undo.count()
    stroke(page, qtbot, (10, 40), (30, 40))
    assert bench.context.undo.count() == count + 1
    asked = len(sketches(bench))
    bench.context.undo.undo()
    qtbot.waitUntil(lambda: len(sketches(bench)) > asked, timeout=3000)
    follow(bench, 150)
    assert colour(page, 50, 50).red() == 150
    assert bench.context.undo.canRedo()


def test_switching_it_off_goes_on_with_sliders(bench: Bench, page: ImagePage, qtbot: QtBot) -> None:
    paint(bench, page, qtbot)
    follow(bench, 200)
    qtbot.mouseClick(switch(page), LEFT)
    assert [layer.name for layer in page.context.document.state.layers] != ["Paint to steer"]
    assert len(page.context.document.state.layers) == 1
    assert page.latent.state.anchors == (Anchor(vector=(0.5, -0.5)),)


def test_alternatives_become_candidates(bench: Bench, page: ImagePage, qtbot: QtBot) -> None:
    paint(bench, page, qtbot)
    more = page.panel.findChild(QWidget, "sketchAlternatives")
    qtbot.mouseClick(more, LEFT)
    job = bench.engine.sent_of(Submit)[-1]
    assert (job.request.task, job.request.params["count"]) == ("sketch", 6)
    bench.engine.finish(job.job, [flat_picture(64, 20 * i) for i in range(6)])
    assert len(page.viewing.candidates) == 6


def test_without_torch_the_engine_s_sentence_is_shown(
    bench: Bench, page: ImagePage, qtbot: QtBot
) -> None:
    paint(bench, page, qtbot)
    sentence = "Following paint needs PyTorch."
    bench.engine.receive(
        LiveFailed(
            stamp=sketches(bench)[-1].stamp, kind="bad_input", message=sentence, advice="Install."
        )
    )
    assert sentence in bench.context.messages.current.text


def test_deleting_the_paint_layer_ends_it(page: ImagePage) -> None:
    document = page.context.document
    document.apply("Delete", document.state.without(document.state.active))
    assert not page.sketch.on
