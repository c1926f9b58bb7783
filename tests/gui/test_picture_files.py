"""PNG files out and in: saved with the request, dropped to get it back, refused with a sentence."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from bench import Bench
from fake_engine import flat_picture
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from engines.protocol.messages import Submit
from studio.media.images import read_request
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


def drop(bench: Bench, path: Path) -> None:
    """Drop a file on the window, as the desktop does."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
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
