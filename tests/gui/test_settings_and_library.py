"""Settings take effect at once; the library tells what is known of every model."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from bench import MODELS, Bench
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from tiny_models import make_models

from engines.protocol.messages import Hello, ListModels, Models, Ready, SetThreads
from engines.protocol.paths import user_models_dir
from engines.runtime.library import Library
from studio.engine_client.programs import window_program
from studio.model.quality import Figure
from studio.persistence import desktop_entry
from studio.view.main_window import PANEL_WIDTH
from studio.view.panels.library_page import LibraryPage
from studio.view.panels.quality_table import QualityTable
from studio.view.theme import theme


def texts(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel))


@pytest.fixture
def library(bench: Bench) -> LibraryPage:
    bench.window.show_mode("library")
    page = bench.window.page("library")
    assert isinstance(page, LibraryPage)
    return page


def test_a_theme_is_chosen_by_a_button(bench: Bench, qtbot: QtBot) -> None:
    bench.window.show_mode("settings")
    bench.settings.changed.connect(lambda name: theme.apply(bench.settings.choices.theme))
    button = bench.window.findChild(QPushButton, "theme_light")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.isChecked()
    assert theme.tokens.name == "light"
    theme.apply("dark")


@pytest.mark.skipif(not desktop_entry.is_possible(), reason="this desktop has no such menu")
def test_the_menu_of_applications_has_duet_and_forgets_it(
    bench: Bench, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    bench.window.show_mode("settings")
    switch = bench.window.findChild(QWidget, "desktopSwitch")
    entry = tmp_path / "applications" / "duet-studio.desktop"
    qtbot.mouseClick(switch, Qt.MouseButton.LeftButton, pos=QPoint(8, switch.height() // 2))
    assert str(window_program()) in entry.read_text(encoding="utf-8")
    qtbot.mouseClick(switch, Qt.MouseButton.LeftButton, pos=QPoint(8, switch.height() // 2))
    assert not entry.exists()


@pytest.mark.skipif(not desktop_entry.is_possible(), reason="this desktop has no such menu")
def test_a_menu_that_cannot_be_written_is_told_and_the_switch_goes_back(
    bench: Bench, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "applications").write_text("not a folder")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    bench.window.show_mode("settings")
    switch = bench.window.findChild(QCheckBox, "desktopSwitch")
    qtbot.mouseClick(switch, Qt.MouseButton.LeftButton, pos=QPoint(8, switch.height() // 2))
    assert not switch.isChecked()
    message = bench.context.messages.current
    assert message is not None
    assert "applications" in message.text


def test_threads_reach_the_engine_now_and_after_a_restart(bench: Bench) -> None:
    bench.settings.choose(threads=1)
    assert bench.engine.sent_of(SetThreads)[-1].threads == 1
    before = len(bench.engine.sent_of(SetThreads))
    bench.engine.receive(Hello(pid=2, version="test"))
    assert len(bench.engine.sent_of(SetThreads)) == before + 1


def test_a_host_that_cannot_be_one_is_refused(bench: Bench, qtbot: QtBot) -> None:
    bench.window.show_mode("settings")
    field = bench.window.findChild(QLineEdit, "remoteHost")
    field.setText("-oProxyCommand=evil")
    field.editingFinished.emit()
    assert bench.settings.choices.remote_host == ""
    assert field.text() == ""
    assert bench.context.messages.current.level == "warn"
    field.setText("me@gpu.example")
    field.editingFinished.emit()
    assert bench.settings.choices.remote_host == "me@gpu.example"


def test_the_engine_s_state_is_shown(bench: Bench) -> None:
    bench.window.show_mode("settings")
    panel = bench.window.page("settings").panel
    bench.engine.receive(Ready(backend="onnx", seconds=0.4))
    assert "ONNX Runtime" in texts(panel)
    bench.engine.down.emit("The engine stopped.")
    assert "Restarting" in texts(panel)
    assert bench.context.messages.current.text == "The engine stopped."


def test_about_names_every_model_s_licence_and_the_software(bench: Bench) -> None:
    bench.window.show_mode("settings")
    shown = texts(bench.window.page("settings").content)
    for word in ("Peeps portraits", "CC0-1.0", "Qt for Python", "LGPL-3.0-only", "ONNX Runtime"):
        assert word in shown


def test_the_library_shows_data_licence_and_quality(library: LibraryPage) -> None:
    shown = texts(library.panel)
    for words in ("Peeps portraits", "Open Peeps", "CC0-1.0", "Pictures of 128 × 128 px"):
        assert words in shown
    assert "real 1, goal at most 2.5" in shown


def test_a_broken_model_is_shown_with_its_problem(library: LibraryPage) -> None:
    library.filter.setText("broken")
    assert "It has no card." in texts(library.panel)
    button = library.footer.findChild(QPushButton, "useModel")
    assert not button.isEnabled()
    assert button.toolTip() == "It has no card."


def test_a_filter_that_fits_nothing_is_cleared_by_one_press(
    library: LibraryPage, qtbot: QtBot
) -> None:
    library.filter.setText("zebra")
    button = library.content.findChild(QPushButton, "clearLibraryFilter")
    assert button.isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert library.cards.model().rowCount() == len(MODELS)
    assert not button.isVisible()


def test_f5_reads_the_library_again(bench: Bench, library: LibraryPage, qtbot: QtBot) -> None:
    qtbot.keyClick(bench.window, Qt.Key.Key_F5)
    assert len(bench.engine.sent_of(ListModels)) == 1


def test_long_figures_stay_within_the_panel(qtbot: QtBot) -> None:
    table = QualityTable()
    qtbot.addWidget(table)
    long = Figure(
        label="Kid squeezenet 128px standard deviation over the subsets",
        value="1.25e+03 × 10⁻³",
        beside="real 0.123, floor 0.456, ceiling 1.5e+04, goal 0.0833 to 0.167",
        met=False,
    )
    table.show_figures([long])
    assert table.minimumSizeHint().width() <= PANEL_WIDTH - 2 * 16


def test_a_model_of_one_s_own_goes_to_the_trash_and_comes_back(
    bench: Bench,
    library: LibraryPage,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    assert library._chosen is not None
    assert "came with Duet" in library.reason_not_to_delete()
    mine = replace(MODELS[0], name="mine", title="Mine", shipped=False)
    folder = user_models_dir() / "mine"
    folder.mkdir(parents=True)
    (folder / "card.toml").write_text("its card")
    bench.engine.receive(Models(models=[mine]))
    assert library.reason_not_to_delete() == ""
    told = len(bench.engine.sent_of(ListModels))
    qtbot.mouseClick(library._delete, Qt.MouseButton.LeftButton)
    assert not folder.exists()
    assert bench.context.messages.current.text == "“Mine” is in the trash."
    assert len(bench.engine.sent_of(ListModels)) == told + 1
    bench.context.messages.act()
    assert (folder / "card.toml").read_text() == "its card"
    qtbot.keyClick(bench.window, Qt.Key.Key_Delete)
    folder.mkdir()  # another one of that name, meanwhile
    bench.context.messages.act()
    assert "there is another model called mine" in bench.context.messages.current.text


@pytest.mark.parametrize("packed", [False, True])
def test_a_model_of_somebody_else_s_is_dropped_in(
    bench: Bench, library: LibraryPage, qtbot: QtBot, tmp_path: Path, packed: bool
) -> None:
    theirs = make_models(tmp_path / "theirs")
    folder = next(path.parent for path in sorted(theirs.rglob("card.toml")))
    source = Path(shutil.make_archive(str(tmp_path / "model"), "zip", folder)) if packed else folder
    assert library.accepts(str(source))
    assert not library.accepts(str(tmp_path / "picture.png"))
    bench.window.open_file(str(source))
    assert library.reason_not_to_add() == "A model is being added."
    qtbot.waitUntil(lambda: not library.imports.busy, timeout=30_000)
    assert bench.context.messages.current.text == f"“{folder.name}” is in the library."
    assert (user_models_dir() / folder.name / "card.toml").is_file()
    bench.engine.receive(Models(models=Library().models()))
    assert library._chosen is not None
    assert library._chosen.name == folder.name
    library.open_file(str(source))
    qtbot.waitUntil(lambda: not library.imports.busy, timeout=30_000)
    assert "There is a model called" in bench.context.messages.current.text
