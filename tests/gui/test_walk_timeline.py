"""The timeline under a real mouse and keyboard: keyframes, scrubbing, playing, exporting, undo."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
from bench import MODELS, Bench
from fake_engine import FakeEngine, flat_picture
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QDesktopServices, QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from engines.protocol.latent import Key, Point
from engines.protocol.messages import Cancel, Done, Live, Output, Progress, Started, Submit
from studio.model.context import StudioContext
from studio.model.history import History
from studio.model.jobs import JobsModel
from studio.model.picture import Picture
from studio.model.renderings import Renderings
from studio.model.settings import Settings
from studio.model.walk import WalkModel
from studio.model.walk_stage import LatentStage
from studio.model.walk_state import Here
from studio.model.wiring import Wiring
from studio.view.panels.image_page import ImagePage
from studio.view.panels.walk_panel import WalkPanel
from studio.view.theme import theme

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
MODEL = MODELS[0].name


class FakeStage:
    """A picture in hand that the test chooses."""

    def __init__(self) -> None:
        self.seed = 1
        self.shown: list[Picture] = []
        self.loaded: list[tuple[str, Key]] = []

    def here(self) -> Here:
        image = QImage(16, 16, QImage.Format.Format_RGB32)
        image.fill(QColor.fromHsv(self.seed * 47 % 360, 120, 200))
        return Here(MODEL, Point(), self.seed, 0.8, image)

    def show(self, picture: Picture) -> None:
        self.shown.append(picture)

    def load(self, model: str, key: Key) -> None:
        self.loaded.append((model, key))


class Desk:
    """The panel alone, on an engine that the test speaks for."""

    def __init__(self, data: Path) -> None:
        self.engine, self.stage = FakeEngine(), FakeStage()
        self.history, self.settings = History(data / "history"), Settings(data / "settings.json")
        self.jobs = JobsModel(self.engine)
        self.context = StudioContext(self.engine, self.jobs, self.history, self.settings)
        self.wiring = Wiring(self.context)
        self.engine.say_hello(MODELS)
        self.walk = WalkModel(self.context, self.stage, Renderings(self.engine))
        self.panel = WalkPanel(self.context, self.walk)
        self.panel.resize(900, self.panel.sizeHint().height())
        self.line = self.panel.timeline

    def add(self, *seeds: int) -> None:
        for seed in seeds:
            self.stage.seed = seed
            QTest.keyClick(self.line, Qt.Key.Key_K)

    def times(self) -> list[float]:
        return [key.at for key in self.walk.state.keys]

    def key_place(self, number: int) -> QPoint:
        at = self.walk.state.keys[number].at
        return self.line.scale.picture(at).center().toPoint()

    def drag(self, start: QPoint, end: QPoint) -> None:
        """A real drag, in steps, as a hand makes it."""
        QTest.mousePress(self.line, LEFT, NONE, start)
        for part in (0.2, 0.6, 1.0):
            place = QPointF(start + (end - start) * part)
            at = self.line.mapToGlobal(place)
            kind = QEvent.Type.MouseMove
            QApplication.sendEvent(
                self.line, QMouseEvent(kind, place, at, Qt.MouseButton.NoButton, LEFT, NONE)
            )
        QTest.mouseRelease(self.line, LEFT, NONE, end)

    def asked(self) -> float:
        """The moment of the newest live request."""
        request = self.engine.sent_of(Live)[-1].request
        return float(request.params["moment"])

    def close(self) -> None:
        self.panel.hide()
        self.jobs.close()
        self.context.session.close()
        self.history.close()
        self.settings.close()


@pytest.fixture
def desk(qtbot: QtBot, duet_data: Path) -> Iterator[Desk]:
    theme.apply("dark")
    made = Desk(duet_data)
    qtbot.addWidget(made.panel)
    with qtbot.waitExposed(made.panel):
        made.panel.show()
    made.line.setFocus()
    yield made
    made.close()


def test_k_lays_keyframes_one_after_the_other_and_the_walk_grows(desk: Desk) -> None:
    desk.add(1, 2, 3, 4)
    assert desk.times() == [0.0, 2.0, 4.0, 6.0]
    assert [key.seed for key in desk.walk.state.keys] == [1, 2, 3, 4]
    assert desk.walk.grid.seconds == 8.0
    desk.add(5)
    assert desk.times()[-1] == 8.0
    assert desk.walk.grid.seconds == 10.0
    assert desk.walk.state.keys[0].truncation == 0.8
    for _ in range(5):
        desk.context.undo.undo()
    assert desk.times() == []
    assert desk.walk.grid.seconds == 8.0


def test_a_dragged_keyframe_snaps_to_a_frame_and_is_one_step_of_undo(desk: Desk) -> None:
    desk.add(1, 2, 3)
    steps = desk.context.undo.count()
    start = desk.key_place(1)
    desk.drag(start, start + QPoint(71, 0))
    at = desk.walk.state.keys[1].at
    assert 2.5 < at < 3.5
    assert at * 30 == pytest.approx(round(at * 30), abs=1e-3)
    assert desk.context.undo.count() == steps + 1
    desk.context.undo.undo()
    assert desk.times() == [0.0, 2.0, 4.0]
    desk.drag(desk.key_place(0), desk.key_place(2))  # not onto another one: beside it
    assert len(set(desk.times())) == 3


def test_scrubbing_asks_for_the_moment_and_shows_its_frame(desk: Desk) -> None:
    desk.add(1, 2)
    x = round(desk.line.scale.x(1.0))
    desk.drag(QPoint(round(desk.line.scale.x(5.0)), 8), QPoint(x, 8))
    assert desk.walk.player.moment == pytest.approx(1.0, abs=0.05)
    assert desk.asked() == desk.walk.player.moment
    desk.engine.answer_live(flat_picture())
    assert desk.stage.shown[-1].request is not None
    assert desk.stage.shown[-1].request.params["moment"] == desk.walk.player.moment
    QTest.keyClick(desk.line, Qt.Key.Key_Right)
    assert desk.asked() == pytest.approx(desk.walk.player.moment)
    QTest.keyClick(desk.line, Qt.Key.Key_End)
    assert desk.walk.player.moment == desk.walk.grid.last
    desk.add(9)  # where the playhead was put, not at the end of the row
    assert desk.times() == [0.0, 2.0, desk.walk.grid.last]


def test_space_plays_in_real_time_and_stops(desk: Desk, qtbot: QtBot) -> None:
    desk.add(1, 2)
    desk.walk.player.seek(0.0)
    desk.engine.answer_live(flat_picture())
    QTest.keyClick(desk.line, Qt.Key.Key_Space)
    assert desk.walk.player.playing
    asked = len(desk.engine.sent_of(Live))
    qtbot.waitUntil(lambda: len(desk.engine.sent_of(Live)) > asked)
    assert desk.asked() > 0.0
    waiting = len(desk.engine.sent_of(Live))
    moment = desk.walk.player.moment
    qtbot.waitUntil(lambda: desk.walk.player.moment > moment + 0.1)
    assert len(desk.engine.sent_of(Live)) == waiting  # no second frame before the first is there
    play = desk.panel.findChild(QToolButton, "walkPlay")
    assert play is not None
    QTest.mouseClick(play, LEFT)
    assert not desk.walk.player.playing
    desk.walk.values.set("loop", False)
    desk.walk.player.seek(desk.walk.grid.last)
    desk.walk.player.toggle()  # from the end it begins again
    assert desk.walk.player.moment <= desk.walk.grid.last
    desk.panel.hide()
    assert not desk.walk.player.playing


def test_a_double_click_loads_and_k_then_changes_that_keyframe(desk: Desk) -> None:
    desk.add(1, 2, 3)
    place = desk.key_place(1)
    QTest.mouseClick(desk.line, LEFT, NONE, place)
    QTest.mouseDClick(desk.line, LEFT, NONE, place)
    assert desk.stage.loaded[-1] == (MODEL, desk.walk.state.keys[1])
    add = desk.panel.findChild(QPushButton, "walkAdd")
    assert add is not None
    assert add.text() == "Change keyframe"
    desk.add(77)
    assert [(key.at, key.seed) for key in desk.walk.state.keys] == [(0, 1), (2, 77), (4, 3)]
    QTest.mouseClick(desk.line, LEFT, NONE, desk.key_place(2))
    assert add.text() == "Keyframe"
    QTest.keyClick(desk.line, Qt.Key.Key_Delete)
    assert [key.seed for key in desk.walk.state.keys] == [1, 77]
    assert desk.walk.selected == 1


def test_the_menu_of_a_keyframe_sets_its_easing(desk: Desk, qtbot: QtBot) -> None:
    desk.add(1, 2)
    place = desk.key_place(0)
    event = QContextMenuEvent(
        QContextMenuEvent.Reason.Mouse, place, desk.line.mapToGlobal(place), NONE
    )
    QApplication.sendEvent(desk.line, event)
    menu = QApplication.activePopupWidget()
    assert menu is not None
    hold = next(action for action in menu.actions() if action.text() == "Hold, then jump")
    hold.trigger()
    menu.close()
    assert [key.ease for key in desk.walk.state.keys] == ["hold", "linear"]


def test_export_queues_a_film_shows_its_progress_and_tells_its_end(
    desk: Desk, tmp_path: Path
) -> None:
    export = desk.panel.findChild(QPushButton, "walkExport")
    assert export is not None
    assert not export.isEnabled()
    assert "press K" in export.toolTip()
    desk.add(1, 2)
    path = tmp_path / "walk.mp4"
    desk.panel.ask_save = lambda _parent, _suggestion: str(path)
    QTest.mouseClick(export, LEFT)
    submit = desk.engine.sent_of(Submit)[-1]
    assert submit.request.task == "walk"
    assert submit.request.params["file"] == str(path)
    assert "moment" not in submit.request.params
    desk.engine.receive(Started(job=submit.job))
    desk.engine.receive(Progress(job=submit.job, done=60, total=240, seconds_left=3.0))
    assert desk.panel.progress.isVisible()
    assert not export.isVisible()
    path.write_bytes(b"film")
    output = Output(request=submit.request, file=str(path))
    desk.engine.receive(Done(job=submit.job, outputs=[output], seconds=1.0))
    message = desk.context.messages.current
    assert message is not None
    assert (message.text, message.action_label) == ("walk.mp4 is finished.", "Show in folder")
    with mock.patch.object(QDesktopServices, "openUrl") as opened:
        desk.context.messages.act()
    assert opened.call_args.args[0].toLocalFile() == str(tmp_path)
    assert not desk.history.entries()  # a film is no picture of the history
    QTest.mouseClick(export, LEFT)
    QTest.mouseClick(desk.panel.progress.cancel, LEFT)
    assert desk.engine.sent_of(Cancel)[-1].job == desk.engine.sent_of(Submit)[-1].job


def test_a_shorter_walk_leaves_keyframes_out_and_says_so(desk: Desk) -> None:
    desk.add(1, 2, 3)
    desk.walk.values.set("seconds", 3.0)
    assert len(desk.walk.passed()) == 2
    assert len(desk.walk.request().params["keys"]) == 2
    note = desk.panel.findChild(QToolButton, "walkPlay")
    assert note is not None
    assert desk.panel._note.text() == "1 keyframe lies after the end."
    desk.context.undo.undo()
    assert len(desk.walk.passed()) == 3


def test_the_walk_is_there_again_in_the_next_session(desk: Desk) -> None:
    desk.add(1, 2)
    desk.walk.values.set("fps", 24)
    desk.panel.hide()
    again = WalkModel(desk.context, desk.stage, Renderings(desk.engine))
    assert again.state == desk.walk.state
    assert again.values["fps"] == 24


def test_the_latent_tool_gives_keyframes_and_takes_them_back(bench: Bench) -> None:
    page = bench.window.page("image")
    assert isinstance(page, ImagePage)
    bench.window.registry.trigger("image.steer")
    bench.engine.answer_live(flat_picture(value=90))
    latent = page.latent
    latent.seed.set(41)
    bench.engine.answer_live(flat_picture(value=91))
    stage = LatentStage(latent)
    walk = WalkModel(bench.context, stage, Renderings(bench.engine))
    walk.add()
    (key,) = walk.state.keys
    assert (key.seed, key.truncation, walk.state.model) == (41, 1.0, latent.model)
    picture = walk.thumbnail(key)
    assert picture is not None
    assert picture.pixelColor(0, 0).red() == 91  # what was in view, not asked for again
    latent.seed.set(7)
    walk.add()
    bench.engine.answer_live(flat_picture(value=92))
    assert page.viewing.source == "live"
    walk.load(0)
    assert latent.state.seed == 41
    latent.choose_model("portraits-peeps")
    assert "belong to Peeps portraits" in walk.reason_not_to_add()


def test_k_is_the_timelines_while_it_is_in_view_wherever_the_keyboard_is(bench: Bench) -> None:
    page = bench.window.page("image")
    assert isinstance(page, ImagePage)
    bench.window.registry.trigger("image.steer")
    bench.engine.answer_live(flat_picture(value=90))
    page.deck.open_page("Walk")
    bench.window.registry.refresh()
    page.viewing.keep()
    page.view.setFocus()
    QTest.keyClick(page.view, Qt.Key.Key_K)
    assert len(page.walk.state.keys) == 1
    assert page.toolbox.tool.id != "fill"
    page.desk.use(page.model)
    bench.window.registry.refresh()
    QTest.keyClick(page.view, Qt.Key.Key_K)
    assert len(page.walk.state.keys) == 1
    assert page.toolbox.tool.id == "fill"
