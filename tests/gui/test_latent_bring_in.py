"""A person's own picture is found in a latent space and steered from there."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from bench import MODELS, Bench
from fake_engine import flat_picture
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engines.protocol.latent import Anchor
from engines.protocol.messages import (
    Cancel,
    Done,
    Failed,
    Models,
    Output,
    Preview,
    Request,
    Started,
    Submit,
)
from studio.model.bring_in import TUNING
from studio.model.crop import Crop
from studio.model.picture import Picture
from studio.view.panels.crop_sheet import CropSheet
from studio.view.panels.image_page import ImagePage

LEFT = Qt.MouseButton.LeftButton
PEEPS = msgspec.structs.replace(MODELS[0], levels=2)


@pytest.fixture
def page(bench: Bench) -> ImagePage:
    bench.engine.receive(Models(models=[PEEPS, *MODELS[1:]]))
    bench.window.registry.trigger("image.steer")
    return bench.window.page("image")


def photo(width: int = 40, height: int = 40) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB888)
    image.fill(0x336699)
    return image


def place(*vector: float) -> Request:
    return Request(
        task="latent",
        model=PEEPS.name,
        weights=PEEPS.weights,
        params={"point": {"anchors": [{"vector": list(vector)}]}, "truncation": 1.0},
    )


def show(bench: Bench, job: str, *vector: float, finished: bool = False) -> None:
    output = bench.engine.output(place(*vector), flat_picture(value=120))
    bench.engine.receive(Preview(job=job, output=output, finished=finished))


def choose(bench: Bench, page: ImagePage, qtbot: QtBot, path: Path) -> Submit:
    """Bring a square picture in from a file, by the button; the job that was asked for."""
    photo().save(str(path))
    row = page.steering.bring_in
    row.ask = lambda _parent: str(path)
    qtbot.mouseClick(row.file, LEFT)
    bench.wait_read()
    return bench.engine.sent_of(Submit)[-1]


def test_a_file_is_searched_shown_on_the_way_and_steered(
    bench: Bench, page: ImagePage, qtbot: QtBot, tmp_path: Path
) -> None:
    row = page.steering.bring_in
    sent = choose(bench, page, qtbot, tmp_path / "me.png")
    assert (sent.request.task, sent.request.model) == ("project", PEEPS.name)
    assert list(sent.request.inputs) == ["image"]
    assert "cancel it first" in row.file.toolTip()
    bench.engine.receive(Started(job=sent.job))
    show(bench, sent.job, 1.0, 2.0)
    assert page.viewing.shown.request.params["point"] == {"anchors": [{"vector": [1.0, 2.0]}]}
    assert page.latent.job is not None
    done = Output(
        request=place(3.0, 4.0),
        frame=bench.engine.put_picture(flat_picture()),
        note="This picture is far from what this model knows.",
    )
    bench.engine.receive(Done(job=sent.job, outputs=[done], seconds=1.0))
    assert page.latent.state.anchors == (Anchor(vector=(3.0, 4.0)),)
    assert "far from what this model knows" in bench.context.messages.current.text
    assert row.file.isEnabled()
    bench.context.undo.undo()
    assert page.latent.state.anchors == ()


def test_a_variant_tuned_to_the_picture_is_gone_on_with(
    bench: Bench, page: ImagePage, qtbot: QtBot, tmp_path: Path
) -> None:
    tunes = page.steering.bring_in.tunes
    qtbot.mouseClick(tunes, LEFT, pos=QPoint(8, tunes.height() // 2))
    sent = choose(bench, page, qtbot, tmp_path / "me.png")
    assert sent.request.params["tuning"] == TUNING
    bench.engine.receive(Started(job=sent.job))
    tuned = msgspec.structs.replace(PEEPS, name="peeps-tuned", title="Peeps, tuned")
    request = msgspec.structs.replace(place(3.0, 4.0), model=tuned.name)
    output = Output(request=request, frame=bench.engine.put_picture(flat_picture()))
    bench.engine.receive(Done(job=sent.job, outputs=[output], seconds=1.0))
    assert page.latent.model == PEEPS.name
    bench.engine.receive(Models(models=[PEEPS, *MODELS[1:], tuned]))
    assert page.latent.model == tuned.name
    assert page.latent.state.anchors == (Anchor(vector=(3.0, 4.0)),)
    assert "kept as a model of its own" in bench.context.messages.current.text


def test_the_canvas_is_brought_in_and_a_cancelled_search_keeps_what_it_found(
    bench: Bench, page: ImagePage, qtbot: QtBot
) -> None:
    row = page.steering.bring_in
    assert "canvas is empty" in row.canvas.toolTip()
    page.viewing.add(Picture(photo(), name="Me"))
    qtbot.mouseClick(row.canvas, LEFT)
    sent = bench.engine.sent_of(Submit)[-1]
    bench.engine.receive(Started(job=sent.job))
    show(bench, sent.job, 5.0, 6.0)
    page.desk.cancel()
    assert bench.engine.sent_of(Cancel)[-1].job == sent.job
    bench.engine.receive(Failed(job=sent.job, kind="cancelled", message="Cancelled.", advice=""))
    assert page.latent.state.anchors == (Anchor(vector=(5.0, 6.0)),)


def test_a_file_that_is_no_picture_says_so(bench: Bench, page: ImagePage, tmp_path: Path) -> None:
    path = tmp_path / "me.png"
    path.write_bytes(b"no picture at all")
    page.bring_in.from_file(path)
    bench.wait_read()
    assert "me.png" in bench.context.messages.current.text
    assert not bench.engine.sent_of(Submit)


def sheet(bench: Bench) -> CropSheet:
    found = bench.window.findChild(CropSheet)
    assert found is not None
    assert found.isVisible()
    return found


def test_of_a_wide_picture_a_square_is_chosen_by_mouse(
    bench: Bench, page: ImagePage, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "me.png"
    photo(400, 300).save(str(path))
    page.bring_in.from_file(path)
    bench.wait_read()
    assert not bench.engine.sent_of(Submit)
    asked = sheet(bench)
    chooser = asked.chooser
    assert chooser.crop == Crop(400, 300, 50, 0, 300)
    corner = chooser.square().bottomRight().toPoint()
    drag(qtbot, chooser, corner, corner - QPoint(100, 100))
    assert chooser.crop.side < 250
    assert (chooser.crop.left, chooser.crop.top) == (50, 0)
    side = chooser.crop.side
    middle = chooser.square().center().toPoint()
    drag(qtbot, chooser, middle, middle + QPoint(900, 900))  # no farther than the edge
    assert (chooser.crop.left, chooser.crop.top) == (400 - side, 300 - side)
    assert f"{side:,}" in asked.size_.text()
    button = asked.findChild(QPushButton, "cropDone")
    qtbot.mouseClick(button, LEFT)
    (sent,) = bench.engine.sent_of(Submit)
    given = sent.request.params
    assert (given["left"], given["top"], given["side"]) == (400 - side, 300 - side, side)
    assert not asked.isVisible()


def test_of_a_tall_picture_a_square_is_chosen_by_key(
    bench: Bench, page: ImagePage, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "me.png"
    photo(300, 400).save(str(path))
    page.bring_in.from_file(path)
    bench.wait_read()
    chooser = sheet(bench).chooser
    assert chooser.hasFocus()
    for key in (Qt.Key.Key_Minus, Qt.Key.Key_Down, Qt.Key.Key_Right):
        qtbot.keyClick(chooser, key)
    qtbot.keyClick(chooser, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    crop = chooser.crop
    assert crop.side == round(300 / 1.1)
    assert crop.top > 50 + (300 - crop.side) // 2
    qtbot.keyClick(chooser, Qt.Key.Key_Return)
    (sent,) = bench.engine.sent_of(Submit)
    assert sent.request.params["side"] == crop.side


def test_a_small_square_can_be_moved_and_a_corner_does_not_jump(
    bench: Bench, page: ImagePage, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "me.png"
    photo(4000, 3000).save(str(path))
    page.bring_in.from_file(path)
    bench.wait_read()
    chooser = sheet(bench).chooser
    chooser.choose(Crop(4000, 3000, 1000, 1000, 120))
    middle = chooser.square().center().toPoint()
    drag(qtbot, chooser, middle, middle + QPoint(60, 30))
    assert chooser.crop.side == 120
    assert chooser.crop.left > 1400
    chooser.choose(Crop(4000, 3000, 0, 0, 2000))
    corner = chooser.square().bottomRight().toPoint() - QPoint(6, 6)
    qtbot.mousePress(chooser, LEFT, pos=corner)
    qtbot.mouseMove(chooser, corner + QPoint(1, 1))
    assert abs(chooser.crop.side - 2000) < 30
    qtbot.mouseRelease(chooser, LEFT, pos=corner)


@pytest.mark.parametrize("size", [(30_000, 10), (10, 30_000), (100, 10_000)])
def test_escape_brings_nothing_in(
    bench: Bench, page: ImagePage, qtbot: QtBot, tmp_path: Path, size: tuple[int, int]
) -> None:
    path = tmp_path / "me.png"
    photo(*size).save(str(path))
    page.bring_in.from_file(path)
    bench.wait_read()
    asked = sheet(bench)
    chooser = asked.chooser
    chooser.choose(Crop.largest(*size).at(*size))
    assert QRectF(chooser.rect()).contains(chooser.square())
    qtbot.keyClick(chooser, Qt.Key.Key_Escape)
    assert not asked.isVisible()
    assert not bench.engine.sent_of(Submit)


def drag(qtbot: QtBot, widget: QWidget, start: QPoint, end: QPoint) -> None:
    qtbot.mousePress(widget, LEFT, pos=start)
    for step in range(1, 5):
        qtbot.mouseMove(widget, start + (end - start) * step / 4)
    qtbot.mouseRelease(widget, LEFT, pos=end)
