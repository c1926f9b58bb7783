"""The palette, the sheet of keys, the queue, and the modes."""

from __future__ import annotations

from bench import Bench
from fake_engine import flat_picture
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot

from engines.protocol.messages import Cancel, Failed, Started, Submit
from studio.model.layers import State, new_layer


def control(qtbot: QtBot, bench: Bench, key: Qt.Key) -> None:
    qtbot.keyClick(bench.window, key, Qt.KeyboardModifier.ControlModifier)


def test_the_palette_finds_a_command_and_does_it(bench: Bench, qtbot: QtBot) -> None:
    control(qtbot, bench, Qt.Key.Key_K)
    palette = bench.window.popovers.palette
    assert palette.isVisible()
    qtbot.keyClicks(palette.query, "light th")
    assert [action.id for action in palette._commands.actions] == ["theme.light"]
    qtbot.keyClick(palette.query, Qt.Key.Key_Return)
    assert not palette.isVisible()
    assert bench.settings.choices.theme == "light"


def test_the_palette_says_why_a_command_cannot_be_done(bench: Bench, qtbot: QtBot) -> None:
    control(qtbot, bench, Qt.Key.Key_K)
    palette = bench.window.popovers.palette
    qtbot.keyClicks(palette.query, "save the")
    index = palette._commands.index(0)
    tip = index.data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "There is nothing to save yet."
    qtbot.keyClick(palette.query, Qt.Key.Key_Return)
    assert palette.isVisible()


def test_the_palette_is_walked_with_the_arrows_and_left_with_escape(
    bench: Bench, qtbot: QtBot
) -> None:
    control(qtbot, bench, Qt.Key.Key_K)
    palette = bench.window.popovers.palette
    qtbot.keyClick(palette.query, Qt.Key.Key_Down)
    assert palette.list.currentIndex().row() == 1
    qtbot.keyClick(palette.query, Qt.Key.Key_Escape)
    assert not palette.isVisible()


def test_every_action_is_in_the_palette_and_every_key_on_the_sheet(
    bench: Bench, qtbot: QtBot
) -> None:
    bench.window.registry.trigger("window.palette")
    listed = {action.id for action in bench.window.popovers.palette._commands.actions}
    declared = {action.id for action in bench.window.registry.all()}
    assert listed == declared - {"window.palette"}
    bench.window.registry.trigger("window.keys")
    texts = {widget.text() for widget in bench.window.popovers.sheet.findChildren(QLabel)}
    for action in bench.window.registry.all():
        if action.keys:
            assert action.text in texts


def test_no_two_actions_share_a_key(bench: Bench) -> None:
    for mode in bench.window.modes():
        bench.window.show_mode(mode.id)
        shared = keys_shared(bench)
        # A key of the canvas is the timeline's while that is in view.
        assert shared <= {("tool.fill", "walk.add")}


def test_a_key_of_two_actions_does_only_one_of_them(bench: Bench) -> None:
    page = bench.window.page("image")
    bench.window.registry.trigger("image.generate")
    bench.engine.finish(bench.engine.sent_of(Submit)[-1].job, [flat_picture()])
    bench.window.registry.trigger("image.keep")
    bench.window.registry.trigger("image.steer")
    get = bench.window.registry.get
    for opened in (False, True):
        if opened:
            page.deck.open_page("Walk")
        reasons = [get(name).enabled_reason() for name in ("tool.fill", "walk.add")]
        assert [not reason for reason in reasons] == [not opened, opened]


def keys_shared(bench: Bench) -> set[tuple[str, str]]:
    seen: dict[str, str] = {}
    shared = set()
    for action in bench.window.registry.all():
        for key in action.keys:
            text = QKeySequence(key).toString()
            assert text, f"{action.id} has a key that Qt does not know: {key}"
            other = seen.setdefault(text, action.id)
            if other != action.id:
                first, second = sorted((action.id, other))
                shared.add((first, second))
    return shared


def test_modes_have_keys_and_the_old_mode_lets_its_keys_go(bench: Bench, qtbot: QtBot) -> None:
    qtbot.keyClick(bench.window, Qt.Key.Key_4)
    assert bench.window.current == "library"
    qtbot.keyClick(bench.window, Qt.Key.Key_G)
    assert bench.engine.sent_of(Submit) == []
    qtbot.keyClick(bench.window, Qt.Key.Key_1)
    assert bench.window.current == "image"
    qtbot.keyClick(bench.window, Qt.Key.Key_G)
    assert len(bench.engine.sent_of(Submit)) == 1


def test_letters_typed_into_a_field_are_no_commands(bench: Bench, qtbot: QtBot) -> None:
    page = bench.window.page("image")
    page.pictures.open_filter()
    qtbot.keyClicks(page.pictures.filter, "g14")
    assert page.pictures.filter.text() == "g14"
    assert bench.engine.sent_of(Submit) == []


def test_the_queue_lists_cancels_and_retries(bench: Bench, qtbot: QtBot) -> None:
    for _ in range(2):
        qtbot.keyClick(bench.window, Qt.Key.Key_G)
    first, second = bench.engine.sent_of(Submit)
    counter = bench.window.top_bar.queue
    assert counter.text().strip() == "Queue 2"
    qtbot.mouseClick(counter, Qt.MouseButton.LeftButton)
    queue = bench.window.popovers.queue
    assert queue.isVisible()
    bench.engine.receive(Started(job=first.job))
    cancel = queue.findChild(QToolButton, f"cancel_{second.job}")
    qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton)
    assert bench.engine.sent_of(Cancel) == [Cancel(job=second.job)]
    bench.engine.receive(Failed(job=second.job, kind="cancelled", message="Cancelled."))
    assert counter.text().strip() == "Queue 1"
    assert bench.jobs.job(first.job).state == "running"
    retry = queue.findChild(QToolButton, f"retry_{second.job}")
    assert retry.isVisible()
    qtbot.mouseClick(retry, Qt.MouseButton.LeftButton)
    assert counter.text().strip() == "Queue 2"


def test_a_press_beside_it_closes_a_popover(bench: Bench, qtbot: QtBot) -> None:
    bench.window.registry.trigger("window.queue")
    queue = bench.window.popovers.queue
    qtbot.mouseClick(bench.window.page("image").content, Qt.MouseButton.LeftButton)
    assert not queue.isVisible()


def test_using_a_model_of_the_library_takes_it_to_its_tool(bench: Bench, qtbot: QtBot) -> None:
    bench.window.show_mode("library")
    library = bench.window.page("library")
    library.filter.setText("dcgan")
    library.use()
    assert bench.window.current == "image"
    assert bench.window.page("image").model.model == "portraits-peeps"


def test_a_mode_comes_into_view_without_a_stray_focus_ring(bench: Bench, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: bench.window.isActiveWindow())
    assert bench.window.focusWidget() is bench.window.centralWidget()
    qtbot.keyClick(bench.window, Qt.Key.Key_4)
    assert bench.window.focusWidget().objectName() == "modelCards"
    qtbot.keyClick(bench.window.focusWidget(), Qt.Key.Key_Return)
    assert bench.window.current == "image"


def test_a_tile_tells_its_model_seed_and_time(bench: Bench, qtbot: QtBot) -> None:
    qtbot.keyClick(bench.window, Qt.Key.Key_G)
    job = bench.engine.sent_of(Submit)[-1]
    bench.engine.finish(job.job, [flat_picture()])
    strip = bench.window.page("image").pictures.candidates
    qtbot.waitUntil(lambda: strip.tiles.index(0).data(Qt.ItemDataRole.ToolTipRole) is not None)
    tip = strip.tiles.index(0).data(Qt.ItemDataRole.ToolTipRole)
    assert tip.startswith(f"Peeps portraits, seed {job.request.seed}, 20")


def test_enter_in_the_palette_or_a_filter_keeps_no_picture(bench: Bench, qtbot: QtBot) -> None:
    page = bench.window.page("image")
    qtbot.keyClick(bench.window, Qt.Key.Key_G)
    bench.engine.finish(bench.engine.sent_of(Submit)[-1].job, [flat_picture(), flat_picture()])
    control(qtbot, bench, Qt.Key.Key_K)
    palette = bench.window.popovers.palette
    qtbot.keyClicks(palette.query, "next cand")
    qtbot.keyClick(palette.query, Qt.Key.Key_Return)
    assert page.viewing.kept is None
    assert page.viewing.selected == page.viewing.candidates[1].id
    page.viewing.discard()
    page.pictures.open_filter()
    qtbot.keyClicks(page.pictures.filter, "peeps")
    qtbot.keyClick(page.pictures.filter, Qt.Key.Key_Return)
    assert page.viewing.kept is None
    assert page.viewing.selected == bench.history.entries()[0].id


def test_escape_clears_a_filter_and_then_leaves_it(bench: Bench, qtbot: QtBot) -> None:
    pictures = bench.window.page("image").pictures
    qtbot.keyClick(bench.window, Qt.Key.Key_G)
    bench.engine.finish(bench.engine.sent_of(Submit)[-1].job, [flat_picture()])
    pictures.open_filter()
    qtbot.keyClicks(pictures.filter, "zebra")
    qtbot.keyClick(pictures.filter, Qt.Key.Key_Escape)
    assert pictures.filter.text() == ""
    assert pictures.filter.isVisible()
    qtbot.keyClick(pictures.filter, Qt.Key.Key_Escape)
    assert not pictures.filter.isVisible()


def test_undo_shows_what_it_takes_back(qtbot: QtBot, bench: Bench) -> None:
    window, context = bench.window, bench.context
    context.document.apply("Paint", State(size=QSize(4, 4), layers=(new_layer("a"),)))
    window.show_mode("music")
    context.song.set_tempo(90.0)
    button = window.findChild(QToolButton, "undoButton")
    assert button is not None
    assert button.toolTip() == "Undo: Change tempo  (Ctrl+Z)"
    window.show_mode("library")
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert (window.current, button.toolTip()) == ("music", "Undo: Paint  (Ctrl+Z)")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.current == "image"
    assert context.document.state.is_empty
    assert button.toolTip() == "There is nothing to undo."
    window.registry.trigger("edit.redo")
    window.registry.trigger("edit.redo")
    assert window.current == "music"
