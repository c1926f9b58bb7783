"""Documents as a person keeps them: new, save, open, export, and the session after this one."""

from __future__ import annotations

from pathlib import Path

import pytest
from bench import Bench, open_bench
from fake_engine import flat_picture
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from engines.protocol.messages import Submit
from studio.media.images import read_request
from studio.view.panels.image_page import ImagePage
from studio.view.panels.new_canvas import NewCanvas


@pytest.fixture
def page(bench: Bench) -> ImagePage:
    """A document of a generated layer under an empty one, with a mask."""
    page = bench.window.page("image")
    page.model.values.set("count", 1)
    bench.window.registry.trigger("image.generate")
    job = bench.engine.sent_of(Submit)[-1].job
    bench.engine.finish(job, [flat_picture(64, 90)])
    bench.window.registry.trigger("image.keep")
    bench.window.registry.trigger("layer.add")
    bench.window.registry.trigger("select.all")
    bench.window.registry.trigger("select.mask")
    return page


def pixels(bench: Bench) -> bytes:
    image = bench.context.document.state.flat()
    return bytes(image.constBits())


def save_as(bench: Bench, page: ImagePage, path: Path, qtbot: QtBot) -> None:
    page.documents.ask_save = lambda _parent, _suggestion: str(path)
    with qtbot.waitSignal(bench.context.session.saved):
        bench.window.registry.trigger("document.save")


def test_a_document_is_saved_and_opened_again(
    bench: Bench, page: ImagePage, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "somebody.duet"
    before = pixels(bench)
    save_as(bench, page, path, qtbot)
    assert page.title == "somebody"
    bench.window.registry.trigger("layer.delete")
    assert page.title == "somebody •"
    with qtbot.waitSignal(bench.context.session.opened):
        bench.window.open_file(str(path))
    state = bench.context.document.state
    assert len(state.layers) == 2
    assert not state.mask.is_empty
    assert pixels(bench) == before
    assert page.title == "somebody"
    assert bench.context.session.recent.paths() == [path]


def test_saving_again_asks_nothing(
    bench: Bench, page: ImagePage, tmp_path: Path, qtbot: QtBot
) -> None:
    save_as(bench, page, tmp_path / "one.duet", qtbot)
    page.documents.ask_save = lambda *_: pytest.fail("asked again")
    bench.window.registry.trigger("layer.add")
    with qtbot.waitSignal(bench.context.session.saved):
        bench.window.registry.trigger("document.save")
    assert not bench.context.session.modified


@pytest.mark.parametrize("name", ["out.png", "out.jpg", "out.webp", "out.ora"])
def test_the_picture_is_exported(
    bench: Bench, page: ImagePage, tmp_path: Path, qtbot: QtBot, name: str
) -> None:
    page.documents.ask_export = lambda _parent, _suggestion: str(tmp_path / name)
    with qtbot.waitSignal(bench.context.session.exported):
        bench.window.registry.trigger("image.save")
    assert (tmp_path / name).stat().st_size > 0
    if name != "out.ora":
        assert QImage(str(tmp_path / name)).width() == 64


def test_an_untouched_portrait_is_exported_with_its_request(
    bench: Bench, page: ImagePage, tmp_path: Path, qtbot: QtBot
) -> None:
    bench.window.registry.trigger("layer.delete")
    page.documents.ask_export = lambda _parent, _suggestion: str(tmp_path / "out.png")
    with qtbot.waitSignal(bench.context.session.exported):
        bench.window.registry.trigger("image.save")
    assert read_request(tmp_path / "out.png") == bench.context.document.state.layers[0].request


def test_a_damaged_document_is_said_and_nothing_is_lost(
    bench: Bench, page: ImagePage, tmp_path: Path, qtbot: QtBot
) -> None:
    before = pixels(bench)
    path = tmp_path / "broken.duet"
    path.write_bytes(b"PK\x03\x04 and no more")
    bench.window.open_file(str(path))
    qtbot.waitUntil(
        lambda: (
            bench.context.messages.current is not None
            and "broken.duet" in bench.context.messages.current.text
        )
    )
    assert pixels(bench) == before


def test_a_new_canvas_has_the_size_that_was_asked_for(
    bench: Bench, page: ImagePage, qtbot: QtBot
) -> None:
    bench.window.registry.trigger("document.new")
    panel = bench.window.findChild(NewCanvas)
    panel.width_.set_value(300)
    panel.height_.set_value(200)
    panel.findChild(QPushButton, "createCanvas").click()
    state = bench.context.document.state
    assert (state.size.width(), state.size.height()) == (300, 200)
    assert state.flat().pixelColor(5, 5).name() == "#ffffff"
    assert not bench.context.undo.canUndo()


def test_room_around_the_picture_becomes_the_mask(bench: Bench, page: ImagePage) -> None:
    from PySide6.QtCore import QMargins, QRect

    bench.window.registry.trigger("mask.clear")
    assert page.work.picture.extend(QMargins(16, 0, 8, 0)) == ""
    state = bench.context.document.state
    assert state.size.width() == 88
    assert state.mask.image(QRect(4, 4, 1, 1)).pixelColor(0, 0).alpha() == 255
    assert state.mask.image(QRect(40, 4, 1, 1)).pixelColor(0, 0).alpha() == 0
    assert "megapixels" in page.work.picture.extend(QMargins(20_000, 20_000, 0, 0))


def test_the_next_session_begins_with_the_layers_of_this_one(qtbot: QtBot, duet_data: Path) -> None:
    with open_bench(qtbot, duet_data) as first:
        page = first.window.page("image")
        page.model.values.set("count", 1)
        first.window.registry.trigger("image.generate")
        job = first.engine.sent_of(Submit)[-1].job
        first.engine.finish(job, [flat_picture(64, 90)])
        first.window.registry.trigger("image.keep")
        first.window.registry.trigger("layer.add")
    with open_bench(qtbot, duet_data) as second:
        qtbot.waitUntil(lambda: len(second.context.document.state.layers) == 2)
        assert not second.context.undo.canUndo()
