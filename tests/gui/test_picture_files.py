"""PNG files out and in: saved with the request, dropped to get it back, refused with a sentence."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from bench import Bench
from fake_engine import flat_picture
from PySide6.QtCore import QMimeData, QPointF, QRect, QRectF, QSize, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from engines.protocol.messages import Submit
from studio.media.images import read_request, save_png, to_image
from studio.model.paint import coverage
from studio.view.panels.image_page import ImagePage


@pytest.fixture
def page(bench: Bench) -> ImagePage:
    page = bench.window.page("image")
    assert isinstance(page, ImagePage)
    page.model.seed.set(1234)
    page.model.values.set("truncation", 0.8)
    page.model.values.set("count", 2)
    bench.window.registry.trigger("image.generate")
    job = bench.engine.sent_of(Submit)[-1].job
    bench.engine.finish(job, [flat_picture(value=10), flat_picture(value=20)])
    return page


def drop(bench: Bench, *paths: Path) -> None:
    """Drop files on the window, as the desktop does."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    place = QPointF(400, 300)
    enter = QDragEnterEvent(place.toPoint(), Qt.DropAction.CopyAction, mime, buttons, keys)
    bench.window.dragEnterEvent(enter)
    assert enter.isAccepted()
    bench.window.dropEvent(QDropEvent(place, Qt.DropAction.CopyAction, mime, buttons, keys))
    bench.wait_read()


def save(bench: Bench, page: ImagePage, path: Path) -> None:
    page.files.ask_save = lambda _parent, _suggestion: str(path)
    bench.window.registry.trigger("image.save")


def test_a_saved_picture_dropped_later_brings_its_request_back(
    bench: Bench, page: ImagePage, tmp_path: Path
) -> None:
    page.viewing.step(1)
    save(bench, page, tmp_path / "somebody.png")
    assert read_request(tmp_path / "somebody.png").seed == 1235
    page.viewing.discard()
    page.model.seed.set(1)
    page.model.values.set("truncation", 0.1)
    page.model.choose_model("portraits-peeps")
    drop(bench, tmp_path / "somebody.png")
    assert page.model.seed.value == 1235
    assert page.model.values["truncation"] == 0.8
    assert page.model.model == "portraits-peeps-128"
    assert page.viewing.source == "file"
    assert page.viewing.shown.image.pixelColor(0, 0).red() == 20
    assert "somebody.png was made with seed 1235" in bench.context.messages.current.text


def test_the_suggested_name_says_model_and_seed(bench: Bench, page: ImagePage) -> None:
    asked = []
    page.files.ask_save = lambda _parent, suggestion: asked.append(suggestion) or ""
    bench.window.registry.trigger("image.save")
    assert Path(asked[0]).name == "portraits-peeps-128-1234.png"


def test_png_is_added_to_a_name_without_it(bench: Bench, page: ImagePage, tmp_path: Path) -> None:
    save(bench, page, tmp_path / "somebody")
    assert (tmp_path / "somebody.png").is_file()


def test_a_place_that_cannot_be_written_is_said(
    bench: Bench, page: ImagePage, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    save(bench, page, tmp_path / "file" / "somebody.png")
    message = bench.context.messages.current
    assert message.level == "warn"
    assert message.text.startswith("somebody.png cannot be saved")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("tree.png", b"\x89PNG\r\n\x1a\nhalf", "tree.png is not a picture I can read"),
        ("empty.png", b"", "empty.png is not a picture I can read: it is empty."),
        ("notes.png", b"hello", "notes.png is not a picture I can read"),
        ("notes.txt", b"hello", "notes.txt is neither a picture nor a melody"),
    ],
)
def test_a_foreign_file_is_refused_with_a_sentence(
    bench: Bench, page: ImagePage, tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    shown = page.viewing.shown
    drop(bench, path)
    assert sentence in bench.context.messages.current.text
    assert page.viewing.shown is shown


def test_a_picture_of_anybody_s_becomes_the_document_and_the_next_one_a_layer(
    bench: Bench, page: ImagePage, tmp_path: Path
) -> None:
    for name, colour in (("holiday", "#204060"), ("boat", "#a06020")):
        picture = QImage(40, 30, QImage.Format.Format_RGB888)
        picture.fill(QColor(colour))
        picture.save(str(tmp_path / f"{name}.png"))
    drop(bench, tmp_path / "holiday.png")
    state = bench.context.document.state
    assert [layer.name for layer in state.layers] == ["holiday"]
    assert (state.size.width(), state.size.height()) == (40, 30)
    drop(bench, tmp_path / "boat.png")
    assert page.viewing.source == "file"
    assert len(bench.context.document.state.layers) == 1
    bench.window.registry.trigger("image.keep")
    assert [layer.name for layer in bench.context.document.state.layers] == ["holiday", "boat"]


def test_a_picture_is_pasted_as_a_layer(bench: Bench, page: ImagePage) -> None:
    picture = QImage(20, 20, QImage.Format.Format_RGB32)
    picture.fill(QColor("#306090"))
    QGuiApplication.clipboard().setImage(picture)
    bench.window.registry.trigger("image.paste")
    assert page.viewing.kept.image.pixelColor(3, 3).name() == "#306090"
    QGuiApplication.clipboard().setText("words")
    bench.window.registry.trigger("image.paste")
    assert "no picture" in bench.context.messages.current.text


def test_a_piece_is_copied_cut_and_pasted_where_it_was(
    bench: Bench, page: ImagePage, tmp_path: Path, qtbot: QtBot
) -> None:
    trigger, state = bench.window.registry.trigger, lambda: bench.context.document.state
    assert "Keep the picture in view" in page.files.reason_no_piece()
    trigger("image.keep")
    assert page.files.reason_no_piece() == "Nothing is selected."
    whole = state()
    corner = coverage.from_rect(QRectF(40, 30, 8, 6))
    bench.context.document.apply("Select", replace(whole, selection=corner))
    page.view.setFocus()
    qtbot.keyClick(page.view, Qt.Key.Key_X, Qt.KeyboardModifier.ControlModifier)
    piece = QGuiApplication.clipboard().image()
    assert (piece.width(), piece.height(), piece.pixelColor(0, 0).red()) == (8, 6, 10)
    assert state().flat().pixelColor(41, 31).alpha() == 0
    trigger("select.none")
    trigger("image.paste")
    assert len(state().layers) == 2
    assert state().flat() == whole.flat()  # where it was
    bench.context.document.apply("Select", replace(state(), selection=corner))
    trigger("image.piece")
    assert state().layers[-1].plane.bounds() == QRect(40, 30, 8, 6)
    bench.context.document.activate(state().layers[0].id)
    trigger("image.copy")  # nothing is left there
    assert "active layer holds nothing" in bench.context.messages.current.text
    trigger("image.copy_merged")
    assert QGuiApplication.clipboard().image().pixelColor(0, 0).red() == 10
    while bench.context.undo.canUndo():
        bench.context.undo.undo()


def test_a_piece_of_another_document_is_fitted_in(bench: Bench, page: ImagePage) -> None:
    page.viewing.discard()
    far = QMimeData()
    picture = QImage(4, 4, QImage.Format.Format_RGB32)
    picture.fill(QColor("#306090"))
    far.setImageData(picture)
    far.setData("application/x-duet-place", b"900 900 4 4")
    QGuiApplication.clipboard().setMimeData(far)
    bench.window.registry.trigger("image.paste")
    assert bench.context.document.state.size == QSize(4, 4)
    bench.window.registry.trigger("image.paste")
    assert bench.context.document.state.layers[-1].plane.bounds() == QRect(0, 0, 4, 4)
    far = QMimeData()
    far.setImageData(picture)
    far.setData("application/x-duet-place", b"a b c d")
    QGuiApplication.clipboard().setMimeData(far)
    bench.window.registry.trigger("image.paste")
    assert len(bench.context.document.state.layers) == 3


def test_several_pictures_dropped_are_layers_in_their_order(
    bench: Bench, page: ImagePage, tmp_path: Path
) -> None:
    page.viewing.discard()
    paths = []
    for name in ("one", "two", "three"):
        paths.append(tmp_path / f"{name}.png")
        picture = QImage(20, 20, QImage.Format.Format_RGB32)
        picture.fill(QColor("#306090"))
        picture.save(str(paths[-1]))
    (tmp_path / "notes.txt").write_text("no picture")
    drop(bench, tmp_path / "notes.txt", *paths)
    names = [layer.name for layer in bench.context.document.state.layers]
    assert names == ["one", "two", "three"]
    assert "3 of the 4 files are opened" in bench.context.messages.current.text


def test_a_steered_picture_brings_its_sliders_back(
    bench: Bench, page: ImagePage, tmp_path: Path
) -> None:
    latent = page.latent
    latent.edit("Elsewhere", replace(latent.state, seed=77, truncation=0.6))
    request = latent.request()
    latent.edit("Back", replace(latent.state, seed=1, truncation=1.0))
    save_png(tmp_path / "steered.png", to_image(flat_picture()), request)
    page.viewing.discard()
    drop(bench, tmp_path / "steered.png")
    assert page.desk.tool is page.latent
    assert (page.latent.state.seed, page.latent.state.truncation) == (77, 0.6)
    assert page.viewing.shown.request == request
    assert "the controls are set to it" in bench.context.messages.current.text


def test_the_window_goes_on_while_a_large_picture_is_read(
    bench: Bench, page: ImagePage, tmp_path: Path
) -> None:
    large = QImage(6000, 5000, QImage.Format.Format_RGB888)
    large.fill(QColor("#204060"))
    large.save(str(tmp_path / "large.jpg"), quality=60)
    begun = time.perf_counter()
    bench.window.open_file(str(tmp_path / "large.jpg"))
    back = time.perf_counter() - begun
    assert bench.context.session.busy == "Reading large.jpg…"
    assert "Reading large.jpg…" in [label.text() for label in page.canvas.findChildren(QLabel)]
    bench.wait_read()
    assert back < (time.perf_counter() - begun) / 2
    assert [layer.name for layer in bench.context.document.state.layers] == ["large"]


def test_a_missing_file_is_said(bench: Bench, page: ImagePage, tmp_path: Path) -> None:
    bench.window.open_file(str(tmp_path / "gone.png"))
    bench.wait_read()
    assert "gone.png cannot be opened" in bench.context.messages.current.text


def test_dragged_tiles_are_files_that_carry_their_request(bench: Bench, page: ImagePage) -> None:
    bench.history.flush()
    entry = page.viewing.candidates[1]
    mime = page.pictures.candidates.tiles.mimeData(
        [page.pictures.candidates.tiles.index(page.pictures.candidates.tiles.row_of(entry.id))]
        if page.pictures.candidates.tiles.row_of(entry.id) >= 0
        else []
    )
    mime = page.files.mime_of([entry.id])
    path = Path(mime.urls()[0].toLocalFile())
    assert path.name == "portraits-peeps-128-1235.png"
    assert read_request(path) == entry.request


def test_copy_puts_the_picture_on_the_clipboard(bench: Bench, page: ImagePage) -> None:
    bench.window.registry.trigger("image.copy")
    assert QGuiApplication.clipboard().image().pixelColor(0, 0).red() == 10


def test_history_files_carry_their_request(bench: Bench, page: ImagePage, qtbot: QtBot) -> None:
    bench.history.flush()
    for entry in bench.history.entries():
        path = bench.history._folder / entry.file
        assert read_request(path) == entry.request
