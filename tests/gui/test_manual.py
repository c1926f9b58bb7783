"""The manual in the window: keys that are true and work, chapters that are found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from bench import Bench, open_bench
from PySide6.QtCore import Qt, QUrl
from pytestqt.qtbot import QtBot

from studio.model.manual import ACTION, chapters, mode_of
from studio.view.manual_reader import ManualReader
from studio.view.theme import theme

LINK = re.compile(r"\[((?:\\.|[^\]\\])+)\]\(" + ACTION + r"([a-z_.]+)\)")


@pytest.fixture
def bench(qtbot: QtBot, duet_data: Path) -> Iterator[Bench]:
    with open_bench(qtbot, duet_data, mode="train") as made:
        yield made


def opened(qtbot: QtBot, bench: Bench) -> ManualReader:
    qtbot.keyClick(bench.window, Qt.Key.Key_F1)
    manual = bench.window.popovers.manual
    assert manual is not None
    assert manual.isVisible()
    return manual


def test_every_key_it_names_is_one(bench: Bench) -> None:
    always = {action.id: action for action in bench.window.registry.all()}
    named = 0
    for chapter in chapters():
        assert chapter.text.startswith(f"# {chapter.title}\n")
        assert chapter.text.count(f"]({ACTION}") == len(LINK.findall(chapter.text)), chapter.name
        for key, name in LINK.findall(chapter.text):
            actions = bench.window.page(mode_of(name)).actions()
            found = next((a for a in actions if a.id == name), always.get(name))
            assert found is not None, f"{chapter.name}: {name}"
            assert key.replace("\\", "") in found.keys, f"{chapter.name}: {name}"
            named += 1
    assert named > 80


def test_it_opens_at_what_is_in_view(qtbot: QtBot, bench: Bench) -> None:
    manual = opened(qtbot, bench)
    assert manual.list.currentItem().text() == "Let a model learn from you"
    assert "Read which files are used" in manual.text.toPlainText()
    qtbot.keyClick(manual.search, Qt.Key.Key_Escape)
    assert not manual.isVisible()
    bench.window.show_mode("image")
    for place, title in enumerate(
        ("Generate pictures", "Steer a picture", "Replace parts of a picture")
    ):
        desk = bench.window.pages["image"].desk
        desk.use(desk.models[place])
        assert opened(qtbot, bench).list.currentItem().text() == title
        manual.close_popover()


def test_its_button_closes_it_again(qtbot: QtBot, bench: Bench) -> None:
    button = bench.window.top_bar.manual
    for shown in (True, False, True):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        manual = bench.window.popovers.manual
        assert manual is not None
        assert manual.isVisible() is shown


def test_another_theme_sets_the_page_anew(qtbot: QtBot, bench: Bench) -> None:
    manual = opened(qtbot, bench)
    theme.apply("light")
    manual.list.setCurrentRow(0)
    document = manual.text.document()
    key = document.find("Ctrl+K").charFormat().background().color()
    theme.apply("dark")
    assert key.lightness() > 128
    assert document.find("Ctrl+K").charFormat().background().color().lightness() < 128


def test_words_are_found(qtbot: QtBot, bench: Bench) -> None:
    manual = opened(qtbot, bench)
    qtbot.keyClicks(manual.search, "ssh port")
    assert [manual.list.item(row).text() for row in range(manual.list.count())] == [
        "Models and settings"
    ]
    assert len(manual.text.extraSelections()) >= 2
    qtbot.keyClicks(manual.search, " zebra")
    assert (manual.list.count(), manual.text.toPlainText()) == (0, "No chapter has these words.")
    manual.search.clear()
    assert manual.list.count() == len(chapters())


def test_a_key_in_it_works_wherever_it_is_pressed(qtbot: QtBot, bench: Bench) -> None:
    manual = opened(qtbot, bench)
    manual.text.anchorClicked.emit(QUrl("do:music.metronome"))
    assert not manual.isVisible()
    assert bench.window.current == "music"
    assert bench.window.pages["music"].model.playback.clicking
    opened(qtbot, bench)
    manual.text.anchorClicked.emit(QUrl("do:music.again"))
    message = bench.context.messages.current
    assert message is not None
    assert message.text == "There is no melody yet: compose one first."
    bench.window.pages["music"].model.playback.close()
