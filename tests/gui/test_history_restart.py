"""What was made and set is there again in the next session."""

from __future__ import annotations

from pathlib import Path

from bench import open_bench
from fake_engine import flat_picture
from pytestqt.qtbot import QtBot

from engines.protocol.messages import Submit


def test_history_document_and_controls_survive(qtbot: QtBot, duet_data: Path) -> None:
    with open_bench(qtbot, duet_data) as first:
        page = first.window.page("image")
        model = page.model
        model.values.set("truncation", 0.65)
        first.window.registry.trigger("image.generate")
        job = first.engine.sent_of(Submit)[-1]
        first.engine.finish(job.job, [flat_picture(value=200), flat_picture(value=100)])
        page.viewing.step(1)
        page.viewing.keep()
        seed = model.seed.value
        made = first.history.entries()
    with open_bench(qtbot, duet_data) as second:
        page = second.window.page("image")
        model, viewing = page.model, page.viewing
        assert second.history.entries() == made
        qtbot.waitUntil(lambda: viewing.kept is not None)
        assert viewing.kept.request == made[0].request
        assert viewing.shown.image.pixelColor(0, 0).red() == 100
        assert model.values["truncation"] == 0.65
        assert model.seed.value == seed
        strip = second.window.page("image").pictures.history
        qtbot.waitUntil(lambda: strip.tiles.rowCount() == 2)


def test_the_window_remembers_its_mode_and_place(qtbot: QtBot, duet_data: Path) -> None:
    with open_bench(qtbot, duet_data) as first:
        first.window.show_mode("library")
    with open_bench(qtbot, duet_data, mode="") as second:
        assert second.settings.recall("window.geometry", "")
        assert second.settings.recall("window.mode") == "library"
