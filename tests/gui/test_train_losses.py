"""The losses of a training: drawn as they come, read by mouse and keyboard."""

from __future__ import annotations

from pathlib import Path

from bench import Bench
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot
from tiny_songs import make_midi_songs
from train_bench import (
    learn,
    needs_torch,
    page_of,
    until,
)

from studio.model.finetune import Finetune
from studio.model.finetune_lines import EpochRow, LossRow
from studio.view.widgets.loss_chart import LossChart, reading


@needs_torch
def test_the_losses_are_drawn_as_they_come_and_read_by_hand(
    train: Bench, qtbot: QtBot, tmp_path: Path
) -> None:
    page = page_of(train)
    model = learn(qtbot, page, make_midi_songs(tmp_path / "songs"))
    tables = page.tables
    assert tables.chart is None  # nobody has looked yet
    qtbot.mouseClick(tables.tabs[2], Qt.MouseButton.LeftButton)
    chart = tables.chart
    assert chart is not None
    until(qtbot, chart.isVisible)
    before = len(model.losses)
    assert before >= 1
    until(qtbot, lambda: len(model.losses) > before + 1 or model.state != "running")
    model.stop()
    until(qtbot, lambda: model.state != "stopping")
    rows = model.losses
    assert [row.samples for row in rows] == sorted({row.samples for row in rows})
    assert tables.words.text() == rows[-1].health
    assert chart.reading.text() == reading(rows[-1])
    times, values = chart.view.getItem(0, 0).listDataItems()[0].getData()
    assert list(times) == [row.seconds for row in rows]
    assert list(values) == [row.generator for row in rows]
    qtbot.keyClick(chart.view, Qt.Key.Key_Left)
    assert chart.reading.text() == chart.view.accessibleDescription() == reading(rows[-2])
    plot = chart.view.getItem(0, 0)
    spot = plot.vb.mapViewToScene(QPointF(rows[0].seconds, rows[0].generator or 0.0))
    qtbot.mouseMove(chart.view.viewport(), chart.view.mapFromScene(spot))
    until(qtbot, lambda: chart.reading.text() == reading(rows[0]))

    page.close()
    page.finish()  # and the next session has them again
    again = Finetune(train.context)
    assert again.losses == rows
    again.begin_again()
    assert again.losses == []
    again.close()


def test_losses_that_are_no_numbers_leave_a_gap(qtbot: QtBot) -> None:
    whole = LossRow(32, 1.0, "Healthy.", 0.7, 0.6, 0.75)
    broken = LossRow(64, 65.0, "Broken.")
    chart = LossChart()
    qtbot.addWidget(chart)
    chart.show_losses([], None)
    chart.resize(600, 400)
    chart.show()
    qtbot.mouseMove(chart.view.viewport(), chart.view.rect().center())
    assert chart.reading.text() == ""
    chart.show_losses([whole, broken], EpochRow(2, 65.0, "", "", {}))
    assert chart.reading.text() == "1:05 · no generator loss · no discriminator loss"
    chart.show_losses([whole, broken], EpochRow(2, 66.0, "", "", {}))  # a moment later
    assert chart.view.getItem(0, 0).viewRange()[0][1] > 66.0
    qtbot.keyClick(chart.view, Qt.Key.Key_Left)
    words = "0:01 · generator 0.700 · discriminator 0.600 · told apart 75%"
    assert chart.reading.text() == words
    chart.show_losses([whole], None)  # another training
    assert chart.reading.text() == words
