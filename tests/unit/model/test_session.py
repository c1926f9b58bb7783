"""The document as a file: what is opened, saved, kept and offered again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from melodies import melody
from planes import digest_of
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot
from sessions import Desk, open_desk

from engines.protocol.messages import Request
from studio.media.images import encode_png, to_image
from studio.media.picture_reader import read_picture
from studio.media.picture_writer import Form
from studio.model.keeper import Pace
from studio.model.layers import State
from studio.model.project import read_state
from studio.model.song import FRESH, Take

FAST = Pace(latest=0.02, after_result=0.01)
REQUEST = Request(task="generate", model="peeps", seed=4)


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Desk:
    with open_desk(tmp_path / "data") as made:
        yield made


def seen_pixels(path: Path) -> tuple[int, ...]:
    return read_picture(path).image.pixelColor(5, 5).getRgb()


def test_saving_names_the_document_and_makes_it_clean(
    desk: Desk, tmp_path: Path, qtbot: QtBot
) -> None:
    session = desk.session
    assert (session.title, session.path, session.modified) == ("Untitled", None, False)
    assert session.save() is False
    state = desk.paint()
    assert session.modified
    with qtbot.waitSignal(session.saved) as saved:
        assert session.save_as(tmp_path / "tree") == tmp_path / "tree.duet"
        assert session.busy == "Saving tree.duet…"
    assert saved.args == [str(tmp_path / "tree.duet")]
    assert (session.title, session.modified, session.busy) == ("tree", False, "")
    assert desk.told == "Saved tree.duet."
    assert digest_of(read_state(tmp_path / "tree.duet").state) == digest_of(state)
    desk.paint()
    assert session.modified
    desk.undo.undo()
    assert not session.modified
    desk.paint()
    with qtbot.waitSignal(session.saved):
        assert session.save() is True


def test_what_is_painted_while_it_is_saved_counts_as_a_change(
    desk: Desk, tmp_path: Path, qtbot: QtBot
) -> None:
    desk.paint()
    with qtbot.waitSignal(desk.session.saved):
        desk.session.save_as(tmp_path / "a.duet")
        desk.paint()
    assert desk.session.modified
    assert len(read_state(tmp_path / "a.duet").state.layers) == 1


def test_a_disk_that_refuses_is_told_and_changes_nothing(
    desk: Desk, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "file").write_text("no folder")
    desk.paint()
    desk.session.save_as(tmp_path / "file" / "a.duet")
    qtbot.waitUntil(lambda: desk.told.startswith("a.duet cannot be saved"))
    assert (desk.session.path, desk.session.modified) == (None, True)


def test_a_saved_document_is_opened_as_it_was(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    state = desk.paint()
    desk.context.song.set_chords("C G")
    with qtbot.waitSignal(desk.session.saved):
        desk.session.save_as(tmp_path / "a.duet")
    desk.session.new()
    assert (desk.document.state.is_empty, desk.session.title) == (True, "Untitled")
    assert desk.context.song.state == FRESH  # the song is a part of the document
    with qtbot.waitSignal(desk.session.opened):
        desk.session.open(tmp_path / "a.duet")
    assert digest_of(desk.document.state) == digest_of(state)
    assert desk.context.song.state.chords == "C G"
    assert (desk.session.title, desk.session.modified) == ("a", False)
    assert desk.session.recent.paths() == [tmp_path / "a.duet"]


def test_a_song_that_was_not_saved_can_be_brought_back(
    desk: Desk, tmp_path: Path, qtbot: QtBot
) -> None:
    song = desk.context.song
    song.open((Take(melody()),), 0, "C Am F G")
    written = song.state
    desk.session.new()
    assert song.state == FRESH
    assert desk.told == "The document before it was not saved."
    desk.context.messages.act()
    assert song.state == written
    assert desk.session.modified
    with qtbot.waitSignal(desk.session.saved):
        desk.session.save_as(tmp_path / "a.duet")
    desk.session.new()
    assert song.state == FRESH  # it is in its file


def test_a_picture_becomes_a_document_of_one_layer(
    desk: Desk, tmp_path: Path, qtbot: QtBot
) -> None:
    pixels = np.full((8, 9, 3), 77, np.uint8)
    (tmp_path / "face.png").write_bytes(encode_png(to_image(pixels), REQUEST))
    desk.context.song.open((Take(melody()),), 0, "C Am F G")
    with qtbot.waitSignal(desk.session.opened):
        desk.session.open(tmp_path / "face.png")
    assert desk.context.song.state.takes  # a picture says nothing of the song
    layer = desk.document.state.layers[0]
    assert (layer.name, layer.request) == ("face", REQUEST)
    assert (desk.session.path, desk.session.title) == (None, "face")


def test_what_cannot_be_opened_leaves_everything(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    state = desk.paint()
    (tmp_path / "a.duet").write_bytes(b"PK\x03\x04 and no more")
    desk.session.open(tmp_path / "a.duet")
    qtbot.waitUntil(lambda: "damaged or ends too early" in desk.told)
    assert desk.document.state is state
    assert desk.session.busy == ""


def test_an_unsaved_document_can_be_brought_back(desk: Desk) -> None:
    state = desk.paint()
    desk.session.new()
    assert desk.told == "The document before it was not saved."
    desk.context.messages.act()
    assert desk.document.state is state
    assert desk.session.modified


def test_a_document_that_changed_while_another_was_read_stays(
    desk: Desk, tmp_path: Path, qtbot: QtBot
) -> None:
    desk.paint()
    with qtbot.waitSignal(desk.session.saved):
        desk.session.save_as(tmp_path / "a.duet")
    desk.session.open(tmp_path / "a.duet")
    state = desk.paint()
    qtbot.waitUntil(lambda: "a.duet is read" in desk.told)
    assert desk.document.state is state
    desk.context.messages.act()
    assert len(desk.document.state.layers) == 1


def test_recent_files_are_twelve_that_exist(desk: Desk, tmp_path: Path) -> None:
    recent = desk.session.recent
    for number in range(14):
        path = tmp_path / f"{number}.duet"
        path.touch()
        recent.add(path)
    recent.add(tmp_path / "5.duet")
    names = [path.stem for path in recent.paths()]
    assert names == ["5", "13", "12", "11", "10", "9", "8", "7", "6", "4", "3", "2"]
    (tmp_path / "13.duet").unlink()
    assert "13" not in [path.stem for path in recent.paths()]
    recent.clear()
    assert recent.paths() == []


# --- export ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.webp", "a.JPEG"])
def test_one_untouched_picture_carries_its_request(
    desk: Desk, tmp_path: Path, qtbot: QtBot, name: str
) -> None:
    pixels = np.full((8, 9, 3), 77, np.uint8)
    (tmp_path / "face.png").write_bytes(encode_png(to_image(pixels), REQUEST))
    with qtbot.waitSignal(desk.session.opened):
        desk.session.open(tmp_path / "face.png")
    with qtbot.waitSignal(desk.session.exported):
        desk.session.export(tmp_path / name, Form(quality=95))
    assert read_picture(tmp_path / name).request == REQUEST
    assert abs(seen_pixels(tmp_path / name)[0] - 77) <= 2
    layer = desk.document.state.layers[0]
    desk.document.apply("Fade", desk.document.state.changed(layer.id, opacity=0.5))
    with qtbot.waitSignal(desk.session.exported):
        desk.session.export(tmp_path / name)
    assert read_picture(tmp_path / name).request is None
    assert b"duet-requests" in (tmp_path / name).read_bytes() or not name.endswith("png")


def test_alpha_is_kept_or_laid_on_white(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    desk.paint(size=60)
    for name in ("a.png", "a.jpg", "b.webp", "a.ora"):
        form = Form(lossless=True)
        with qtbot.waitSignal(desk.session.exported):
            desk.session.export(tmp_path / name, form)
    assert read_picture(tmp_path / "a.png").image == desk.document.state.flat()
    assert read_picture(tmp_path / "b.webp").image == desk.document.state.flat()
    jpeg = read_picture(tmp_path / "a.jpg").image
    assert jpeg.pixelColor(50, 50).getRgb() == (255, 255, 255, 255)
    assert read_state(tmp_path / "a.ora").state.size.toTuple() == (60, 60)


def test_what_cannot_be_exported_is_told(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    desk.session.export(tmp_path / "a.png")
    assert "there is no picture yet" in desk.told
    desk.document.load(State(QSize(17_000, 9)))
    desk.session.export(tmp_path / "a.psd")
    assert "names no format that I write" in desk.told
    desk.session.export(tmp_path / "a.webp")
    qtbot.waitUntil(lambda: "16,383 pixels long at most" in desk.told)
    desk.session.export(tmp_path / "no" / "\0.png")
    qtbot.waitUntil(lambda: "cannot be saved" in desk.told and "webp" not in desk.told)
    assert not list(tmp_path.glob("a.*"))


# --- kept by itself --------------------------------------------------------------------------


def places(data: Path) -> list[str]:
    found = (path.name for path in (data / "autosave").glob("*.duet"))
    return sorted(name for name in found if not name.startswith("."))  # those that are whole


def test_changes_are_kept_by_themselves(qtbot: QtBot, tmp_path: Path) -> None:
    with open_desk(tmp_path, FAST) as desk:
        state = desk.paint()
        qtbot.waitUntil(lambda: len(places(tmp_path)) == 1)
        read = read_state(tmp_path / "autosave" / places(tmp_path)[0])
        assert digest_of(read.state) == digest_of(state)
        assert read.session.modified


def test_results_of_jobs_hasten_it(qtbot: QtBot, tmp_path: Path) -> None:
    with open_desk(tmp_path, Pace(latest=3600, after_result=0.01)) as desk:
        desk.paint()
        assert not places(tmp_path)
        desk.jobs.resultReady.emit(None, None, None)
        qtbot.waitUntil(lambda: len(places(tmp_path)) == 1)


def test_the_last_document_comes_back(qtbot: QtBot, tmp_path: Path) -> None:
    with open_desk(tmp_path / "data") as desk:
        desk.session.start()
        desk.paint()
        with qtbot.waitSignal(desk.session.saved):
            desk.session.save_as(tmp_path / "a.duet")
        state = desk.paint()
    assert places(tmp_path / "data") == ["last.duet"]
    for _ in range(2):  # it stays, though nothing is done to it
        with open_desk(tmp_path / "data") as desk:
            with qtbot.waitSignal(desk.session.opened):
                desk.session.start()
            assert digest_of(desk.document.state) == digest_of(state)
            assert (desk.session.path, desk.session.modified) == (tmp_path / "a.duet", True)
            assert desk.told == ""
    with open_desk(tmp_path / "data") as desk:
        with qtbot.waitSignal(desk.session.opened):
            desk.session.start()
        desk.session.new()
    assert places(tmp_path / "data") == []


def test_work_that_was_begun_before_the_last_document_was_read_stays(
    qtbot: QtBot, tmp_path: Path
) -> None:
    with open_desk(tmp_path) as desk:
        desk.paint()
    with open_desk(tmp_path) as desk:
        desk.session.start()
        state = desk.paint("quick")
        qtbot.waitUntil(lambda: "you have begun another one" in desk.told)
        assert desk.document.state is state


def test_a_second_window_begins_with_nothing_and_disturbs_nobody(
    qtbot: QtBot, tmp_path: Path
) -> None:
    with open_desk(tmp_path) as desk:
        desk.paint("first")
    with open_desk(tmp_path) as first:
        with qtbot.waitSignal(first.session.opened):
            first.session.start()
        with open_desk(tmp_path) as second:
            second.session.start()
            assert second.document.state.is_empty
            second.paint("second")
        with open_desk(tmp_path) as third:  # nothing is done in it
            third.session.start()
        assert last_layers(tmp_path) == ["second"]
    assert last_layers(tmp_path) == ["first"]
    aside = read_state(next((tmp_path / "autosave").glob("aside-*.duet")))
    assert aside.state.layers[0].name == "second"


def last_layers(data: Path) -> list[str]:
    state = read_state(data / "autosave" / "last.duet").state
    return [layer.name for layer in state.layers]


def test_a_folder_that_cannot_be_written_is_an_ordinary_state(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "autosave").write_text("no folder")
    with open_desk(tmp_path, FAST) as desk:
        desk.session.start()
        desk.paint()
        with qtbot.waitSignal(desk.session.saved):
            desk.session.save_as(tmp_path / "a.duet")


def test_a_full_disk_is_told_once(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with open_desk(tmp_path, FAST) as desk:
        monkeypatch.setattr("studio.persistence.atomic.os.fsync", full)
        desk.paint()
        qtbot.waitUntil(lambda: "cannot be kept by itself" in desk.told)
        assert "no space left" in desk.told
        monkeypatch.undo()
        qtbot.waitUntil(lambda: len(places(tmp_path)) == 1)
