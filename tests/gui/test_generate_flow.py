"""From the first press to a kept picture, by mouse and by keyboard."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest
from bench import MODELS, Bench, open_bench
from fake_engine import flat_picture
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QPushButton
from pytestqt.qtbot import QtBot

from engines.protocol.messages import (
    Cancel,
    Failed,
    Live,
    Preview,
    Progress,
    Request,
    Started,
    Submit,
)
from studio.view.panels.image_page import ImagePage


@pytest.fixture
def page(bench: Bench) -> ImagePage:
    return bench.window.page("image")


def submitted(bench: Bench) -> list[Submit]:
    return bench.engine.sent_of(Submit)


def generate(bench: Bench, count: int = 4) -> str:
    """Have ``count`` grey pictures made; returns the job's id."""
    bench.window.page("image").model.values.set("count", count)
    bench.window.registry.trigger("image.generate")
    job = submitted(bench)[-1].job
    bench.engine.finish(job, [flat_picture(value=40 + 20 * i) for i in range(count)])
    return job


def test_the_first_press_makes_a_portrait(bench: Bench, page: ImagePage, qtbot: QtBot) -> None:
    button = page.content.findChild(QPushButton, "emptyInvite")
    assert button.isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    job = submitted(bench)[-1]
    assert job.request.model == "portraits-peeps-128"
    assert job.request.weights == "aaaa"
    assert job.request.params == {"count": 4, "truncation": 1.0}
    bench.engine.finish(job.job, [flat_picture(value=50 * i) for i in range(4)])
    assert not button.isVisible()
    assert page.view.isVisible()
    assert page.viewing.source == "candidate"
    assert [entry.request.seed for entry in page.viewing.candidates] == [
        (job.request.seed + i) % 2**32 for i in range(4)
    ]


def test_g_generates_and_every_request_rolls_a_new_seed(
    bench: Bench, page: ImagePage, qtbot: QtBot
) -> None:
    for _ in range(2):
        qtbot.keyClick(bench.window, Qt.Key.Key_G)
    first, second = submitted(bench)
    assert first.request.seed != second.request.seed


def test_a_locked_seed_stays(bench: Bench, page: ImagePage, qtbot: QtBot) -> None:
    page.model.seed.set(7)
    page.model.seed.set_locked(True)
    for _ in range(2):
        qtbot.keyClick(bench.window, Qt.Key.Key_G)
    assert [message.request.seed for message in submitted(bench)] == [7, 7]


def test_a_typed_seed_is_used_once(bench: Bench, page: ImagePage, qtbot: QtBot) -> None:
    field = page.controls.seed.field
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "20*100+26")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    bench.window.setFocus()
    qtbot.keyClick(bench.window, Qt.Key.Key_G)
    qtbot.keyClick(bench.window, Qt.Key.Key_G)
    assert submitted(bench)[0].request.seed == 2026
    assert submitted(bench)[1].request.seed != 2026


def test_candidates_are_looked_at_kept_and_taken_back(
    bench: Bench, page: ImagePage, qtbot: QtBot
) -> None:
    generate(bench)
    assert page.viewing.kept is None
    page.view.setFocus()
    qtbot.keyClick(page.view, ".")
    second = page.viewing.candidates[1]
    assert page.viewing.selected == second.id
    qtbot.keyClick(page.view, Qt.Key.Key_Return)
    assert page.viewing.kept.entry == second.id
    assert page.viewing.candidates == []
    qtbot.keyClick(page.view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert page.viewing.kept is None
    qtbot.keyClick(
        page.view,
        Qt.Key.Key_Z,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    assert page.viewing.kept.entry == second.id


def test_escape_goes_back_to_the_kept_picture(bench: Bench, page: ImagePage, qtbot: QtBot) -> None:
    generate(bench, 2)
    qtbot.keyClick(page.view, Qt.Key.Key_Return)
    kept = page.viewing.kept
    generate(bench, 2)
    assert page.viewing.shown is not kept
    qtbot.keyClick(page.view, Qt.Key.Key_Escape)
    assert page.viewing.shown is kept
    assert page.viewing.candidates == []
    assert len(bench.history.entries()) == 4


def test_a_click_in_the_strip_previews_in_place(
    bench: Bench, page: ImagePage, qtbot: QtBot
) -> None:
    generate(bench, 3)
    strip = page.pictures.candidates
    qtbot.waitUntil(lambda: strip.tiles.rowCount() == 3)
    rect = strip.visualRect(strip.tiles.index(2))
    qtbot.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    assert page.viewing.selected == page.viewing.candidates[2].id


def test_the_strip_shows_what_is_still_to_come(bench: Bench, page: ImagePage, qtbot: QtBot) -> None:
    page.model.values.set("count", 5)
    qtbot.keyClick(bench.window, Qt.Key.Key_G)
    qtbot.waitUntil(lambda: page.pictures.candidates.tiles.rowCount() == 5)
    assert page.viewing.pending == 5


def test_progress_shows_and_cancel_asks_for_this_job_only(
    bench: Bench, page: ImagePage, qtbot: QtBot
) -> None:
    qtbot.keyClick(bench.window, Qt.Key.Key_G)
    job = submitted(bench)[-1].job
    bench.engine.receive(Started(job=job))
    bench.engine.receive(Progress(job=job, done=2, total=4, seconds_left=3.2))
    row = page.desk.footers.currentWidget().progress
    assert row.isVisible()
    qtbot.waitUntil(lambda: row.bar.value() == 2)
    assert row.bar.maximum() == 4
    qtbot.mouseClick(row.cancel, Qt.MouseButton.LeftButton)
    assert bench.engine.sent_of(Cancel) == [Cancel(job=job)]
    bench.engine.receive(Failed(job=job, kind="cancelled", message="Cancelled."))
    assert not row.isVisible()


def test_a_failure_is_one_sentence_with_retry(bench: Bench, page: ImagePage, qtbot: QtBot) -> None:
    qtbot.keyClick(bench.window, Qt.Key.Key_G)
    job = submitted(bench)[-1].job
    bench.engine.receive(
        Failed(job=job, kind="internal", message="The engine stopped.", advice="Retry.")
    )
    message = bench.context.messages.current
    assert message.text == "The engine stopped. Retry."
    button = bench.window.findChild(QPushButton, "messageAction")
    assert button.isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert submitted(bench)[-1].job == job
    assert bench.context.messages.current is None


def test_turning_variety_shows_live_frames_and_the_newest_wins(
    bench: Bench, page: ImagePage, qtbot: QtBot
) -> None:
    page.model.values.set("truncation", 0.5)
    page.model.values.set("truncation", 0.4)
    asked = bench.engine.sent_of(Live)
    assert [round(message.request.params["truncation"], 2) for message in asked] == [0.5, 0.4]
    assert all(message.request.params["count"] == 1 for message in asked)
    bench.engine.answer_live(flat_picture(value=99))
    assert page.viewing.source == "live"
    assert page.viewing.shown.image.pixelColor(0, 0).red() == 99


def test_enter_keeps_a_live_picture_in_the_history_too(
    bench: Bench, page: ImagePage, qtbot: QtBot
) -> None:
    page.model.seed.set(5)
    bench.engine.answer_live(flat_picture(value=77))
    page.view.setFocus()
    qtbot.keyClick(page.view, Qt.Key.Key_Return)
    (entry,) = bench.history.entries()
    assert entry.request.seed == 5
    assert page.viewing.kept.entry == entry.id


def test_a_live_frame_that_comes_after_generate_is_dropped(
    bench: Bench, page: ImagePage, qtbot: QtBot
) -> None:
    page.model.seed.set(5)
    generate(bench, 1)
    bench.engine.answer_live(flat_picture(value=1))
    assert page.viewing.source == "candidate"


def test_live_previews_rest_while_another_mode_is_in_view(bench: Bench, page: ImagePage) -> None:
    bench.window.show_mode("library")
    before = len(bench.engine.sent_of(Live))
    page.model.values.set("truncation", 0.3)
    assert len(bench.engine.sent_of(Live)) == before


def test_a_removed_result_comes_back_by_the_message(
    bench: Bench, page: ImagePage, qtbot: QtBot
) -> None:
    generate(bench, 2)
    first = page.viewing.candidates[0]
    page.pictures.remove(first.id)
    assert len(bench.history.entries()) == 1
    bench.context.messages.act()
    assert bench.history.get(first.id) == first


def test_reuse_sets_every_control(bench: Bench, page: ImagePage, qtbot: QtBot) -> None:
    generate(bench, 2)
    page.viewing.look_at(page.viewing.candidates[1].id)
    wanted = page.viewing.shown.request
    page.model.seed.set(1)
    page.model.values.set("truncation", 0.2)
    page.viewing.look_at(page.viewing.candidates[1].id)
    bench.window.registry.trigger("image.reuse")
    assert page.model.seed.value == wanted.seed
    assert page.model.values["truncation"] == wanted.params["truncation"]


def test_the_pictures_are_what_the_engine_made(bench: Bench, page: ImagePage) -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (64, 64, 3)).astype(np.uint8)
    bench.window.registry.trigger("image.generate")
    bench.engine.finish(submitted(bench)[-1].job, [pixels])
    image = page.viewing.shown.image
    assert image.pixelColor(10, 20).getRgb()[:3] == tuple(int(v) for v in pixels[20, 10])


def test_a_model_that_is_not_installed_is_said(bench: Bench, page: ImagePage) -> None:
    caveat = page.model.apply(Request(task="generate", model="gone", seed=3))
    assert "gone" in caveat
    assert page.model.seed.value == 3


def test_without_any_model_generate_says_why_it_is_off(bench: Bench, page: ImagePage) -> None:
    bench.engine.modelsChanged.emit([])
    button = page.desk.footers.currentWidget().button
    assert not button.isEnabled()
    assert button.toolTip() == "No model that makes pictures is installed."


def test_results_that_come_after_enter_or_escape_stay_in_the_history(
    bench: Bench, page: ImagePage, qtbot: QtBot
) -> None:
    page.model.values.set("count", 3)
    qtbot.keyClick(bench.window, Qt.Key.Key_G)
    message = submitted(bench)[-1]
    bench.engine.receive(Started(job=message.job))
    first = bench.engine.output(message.request, flat_picture(value=1))
    bench.engine.receive(Preview(job=message.job, output=first, finished=True))
    page.viewing.keep()
    kept = page.viewing.shown
    second = msgspec.structs.replace(message.request, seed=(message.request.seed + 1) % 2**32)
    later = bench.engine.output(second, flat_picture(value=2))
    bench.engine.receive(Preview(job=message.job, output=later, finished=True))
    assert page.viewing.shown is kept
    assert page.viewing.candidates == []
    assert page.model.job is not None
    assert len(bench.history.entries()) == 2


def test_the_word_that_the_engine_is_down_goes_when_it_is_up(bench: Bench) -> None:
    bench.engine.down.emit("The engine stopped and starts again.")
    assert bench.context.messages.current is not None
    bench.engine.say_hello()
    assert bench.context.messages.current is None


def test_a_press_before_the_library_is_known_waits_for_it(qtbot: QtBot, duet_data: Path) -> None:
    with open_bench(qtbot, duet_data, hello=False) as bench:
        page = bench.window.page("image")
        bench.window.registry.trigger("image.generate")
        assert submitted(bench) == []
        assert page.viewing.pending == 4
        bench.engine.say_hello([model for model in MODELS if model.name == "portraits-peeps"])
        (message,) = submitted(bench)
        assert message.request.model == "portraits-peeps"


def test_the_menu_of_a_picture_is_about_that_picture(bench: Bench, page: ImagePage) -> None:
    generate(bench)
    entry = page.viewing.candidates[2]
    page.pictures.menuRequested.emit(entry.id, QPoint(40, 40))
    menu = page.canvas.findChild(QMenu)
    assert menu.isVisible()
    assert page.viewing.selected == entry.id
    acts = {action.text(): action for action in menu.actions()}
    acts["Keep"].trigger()
    assert page.viewing.source == "document"
    menu.close()
