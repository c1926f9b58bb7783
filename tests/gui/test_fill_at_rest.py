"""Fills that come by themselves: a draft when the mask brush rests, then some to choose from."""

from __future__ import annotations

import pytest
from bench import MODELS, Bench
from canvas_hand import brush, drag, grey_document
from fake_engine import flat_picture
from PySide6.QtWidgets import QCheckBox
from pytestqt.qtbot import QtBot

from engines.protocol.messages import Cancel, Failed, Live, ModelInfo, Models, Submit
from studio.model.inpaint import STILL_MS
from studio.view.panels.image_page import ImagePage

FILLER = ModelInfo(
    name="filler", title="Filler", task="inpaint", family="inpaint", weights="dddd", size=64
)


@pytest.fixture
def page(bench: Bench) -> ImagePage:
    """A grey picture, and the mask brush in hand."""
    page = grey_document(bench)
    bench.engine.receive(Models(models=[*MODELS, FILLER]))
    page.inpaint.values.set("method", "network")
    page.desk.use(page.inpaint)
    brush(page, "mask", 16)
    return page


def drafted(bench: Bench, page: ImagePage, qtbot: QtBot, at: tuple[float, float]) -> Live:
    """A stroke of the mask, and the draft of its fill."""
    before = len(bench.engine.sent_of(Live))
    drag(page.view, at)
    qtbot.waitUntil(lambda: len(bench.engine.sent_of(Live)) > before)
    bench.engine.answer_live(flat_picture(64, 180))
    assert page.viewing.source == "live"
    return bench.engine.sent_of(Live)[-1]


def fills(bench: Bench) -> list[Submit]:
    return [sent for sent in bench.engine.sent_of(Submit) if sent.request.task == "inpaint"]


def test_a_brush_that_rests_gets_fills_to_choose_from(
    bench: Bench, page: ImagePage, qtbot: QtBot
) -> None:
    page.inpaint.values.set("count", 3)
    draft = drafted(bench, page, qtbot, (32, 32))
    qtbot.waitUntil(lambda: bool(fills(bench)))
    (sent,) = fills(bench)
    assert sent.request.params["count"] == 3
    assert sent.request.params["detail"] != "draft"
    assert sent.request.seed == draft.request.seed, "the first of them is the draft in full"
    assert page.viewing.source == "live", "the draft stays until the first fill is there"
    bench.window.registry.trigger("image.keep")
    assert len(fills(bench)) == 1, "Enter waits with it"
    bench.engine.finish(sent.job, [flat_picture(64, value) for value in (10, 20, 30)])
    assert len(page.viewing.candidates) == 3
    bench.window.registry.trigger("image.fill")
    assert fills(bench)[-1].request.seed != draft.request.seed


def test_a_stroke_more_takes_back_what_began_by_itself(
    bench: Bench, page: ImagePage, qtbot: QtBot
) -> None:
    page.inpaint.values.set("count", 3)
    drafted(bench, page, qtbot, (20, 20))
    qtbot.waitUntil(lambda: bool(fills(bench)))
    first = fills(bench)[0]
    bench.engine.give(first.job, 0, flat_picture(64, 10))
    drag(page.view, (40, 40))
    assert [sent.job for sent in bench.engine.sent_of(Cancel)] == [first.job]
    assert page.viewing.candidates == []
    assert first.job not in {job.id for job in bench.jobs.jobs()}, "no row in the queue is left"
    assert first.job not in {entry.group for entry in bench.history.entries()}
    bench.engine.receive(Failed(job=first.job, kind="cancelled", message="Cancelled.", advice=""))
    drafted(bench, page, qtbot, (44, 40))
    qtbot.waitUntil(lambda: len(fills(bench)) == 2)


def test_what_was_asked_for_with_a_key_goes_on(bench: Bench, page: ImagePage, qtbot: QtBot) -> None:
    drafted(bench, page, qtbot, (20, 20))
    bench.window.registry.trigger("image.fill")
    drag(page.view, (40, 40))
    assert bench.engine.sent_of(Cancel) == []


def test_fills_that_nobody_asked_for_leave_nothing_behind(
    bench: Bench, page: ImagePage, qtbot: QtBot
) -> None:
    before = len(bench.history.entries())
    drafted(bench, page, qtbot, (20, 20))
    qtbot.waitUntil(lambda: bool(fills(bench)))
    (sent,) = fills(bench)
    bench.engine.finish(sent.job, [flat_picture(64, value) for value in (10, 20, 30)])
    assert len(bench.history.entries()) == before + 3
    drag(page.view, (40, 40))
    assert len(bench.history.entries()) == before
    assert page.viewing.candidates == []
    assert sent.job not in {job.id for job in bench.jobs.jobs()}


def test_a_fill_that_is_painted_on_is_kept(bench: Bench, page: ImagePage, qtbot: QtBot) -> None:
    page.inpaint.values.set("count", 3)
    drafted(bench, page, qtbot, (20, 20))
    qtbot.waitUntil(lambda: bool(fills(bench)))
    bench.engine.give(fills(bench)[0].job, 0, flat_picture(64, 10))
    layers = len(page.context.document.state.layers)
    brush(page)
    drag(page.view, (40, 40))
    assert len(page.context.document.state.layers) == layers + 1


def test_the_original_can_be_looked_at_in_peace(
    bench: Bench, page: ImagePage, qtbot: QtBot
) -> None:
    drafted(bench, page, qtbot, (20, 20))
    page.viewing.compare(True)
    qtbot.wait(STILL_MS + 300)
    assert fills(bench) == []
    page.viewing.compare(False)
    qtbot.waitUntil(lambda: bool(fills(bench)))
    page.viewing.compare(True)
    bench.engine.give(fills(bench)[0].job, 0, flat_picture(64, 10))
    assert not page.context.document.trying
    page.viewing.compare(False)
    assert page.context.document.trying


def test_enter_makes_the_draft_in_full(bench: Bench, page: ImagePage, qtbot: QtBot) -> None:
    bench.window.registry.trigger("image.fill")  # spends the seed
    draft = drafted(bench, page, qtbot, (20, 20))
    bench.window.registry.trigger("image.keep")
    assert fills(bench)[-1].request.seed == draft.request.seed


def test_a_value_alone_brings_a_draft_and_no_more(
    bench: Bench, page: ImagePage, qtbot: QtBot
) -> None:
    drafted(bench, page, qtbot, (20, 20))
    bench.window.registry.trigger("image.discard")
    page.inpaint.values.set("feather", 9)
    bench.engine.answer_live(flat_picture(64, 180))
    qtbot.wait(STILL_MS + 300)
    assert fills(bench) == []


def test_it_can_be_switched_off(bench: Bench, page: ImagePage, qtbot: QtBot) -> None:
    switch = page.panel.findChild(QCheckBox, "fillAtRestSwitch")
    assert switch is not None
    switch.click()
    assert not bench.context.settings.choices.fill_at_rest
    drafted(bench, page, qtbot, (32, 32))
    qtbot.wait(STILL_MS + 300)
    assert fills(bench) == []


def test_another_tool_ends_the_wait(bench: Bench, page: ImagePage, qtbot: QtBot) -> None:
    drafted(bench, page, qtbot, (32, 32))
    page.desk.use(page.model)
    qtbot.wait(STILL_MS + 300)
    assert fills(bench) == []


@pytest.mark.parametrize("change", ["undo", "discard", "another tool", "a value"])
def test_what_began_by_itself_ends_with_its_mask(
    bench: Bench, page: ImagePage, qtbot: QtBot, change: str
) -> None:
    drafted(bench, page, qtbot, (20, 20))
    qtbot.waitUntil(lambda: bool(fills(bench)))
    (sent,) = fills(bench)
    if change == "undo":
        bench.window.registry.trigger("edit.undo")
    elif change == "discard":
        bench.window.registry.trigger("image.discard")
    elif change == "a value":
        page.inpaint.values.set("feather", 9)
    else:
        page.desk.use(page.model)
    assert [cancel.job for cancel in bench.engine.sent_of(Cancel)] == [sent.job]
    before = len(bench.history.entries())
    bench.engine.receive(Failed(job=sent.job, kind="cancelled", message="Cancelled.", advice=""))
    assert page.viewing.source == "document"
    assert page.viewing.candidates == []
    assert len(bench.history.entries()) == before
    qtbot.wait(STILL_MS + 300)
    assert fills(bench) == [sent]


def test_the_key_asks_for_others_and_not_for_more(
    bench: Bench, page: ImagePage, qtbot: QtBot
) -> None:
    drafted(bench, page, qtbot, (20, 20))
    qtbot.waitUntil(lambda: bool(fills(bench)))
    bench.window.registry.trigger("image.fill")
    first, second = fills(bench)
    assert [cancel.job for cancel in bench.engine.sent_of(Cancel)] == [first.job]
    assert second.request.seed != first.request.seed
