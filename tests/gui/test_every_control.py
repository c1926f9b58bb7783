"""Every control of every page has a name, says what it is for, and why it is off."""

from __future__ import annotations

import msgspec
import pytest
from bench import MODELS, Bench
from fake_engine import flat_picture
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QLineEdit,
    QScrollBar,
    QWidget,
)

from engines.protocol.messages import Models, Submit

CONTROLS = (QAbstractButton, QAbstractItemView, QAbstractSlider, QComboBox, QLineEdit)
MODES = ("image", "music", "train", "library", "settings")


def inside_combo(widget: QWidget) -> bool:
    """Whether it is the list inside a drop-down."""
    parent = widget.parent()
    while parent is not None:
        if isinstance(parent, QComboBox):
            return True
        parent = parent.parent()
    return False


def controls(root: QWidget) -> list[QWidget]:
    """What a person can press, move or type into; not the inner parts of a control."""
    return [
        widget
        for widget in [root, *root.findChildren(QWidget)]
        if isinstance(widget, CONTROLS)
        and not isinstance(widget, QScrollBar)
        and not widget.objectName().startswith("qt_")
        and not inside_combo(widget)
    ]


def say(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.objectName()!r} {widget.accessibleName()!r}"


def faults(widget: QWidget, right: int) -> list[str]:
    """What is wrong with one control of the window in view."""
    found = []
    if not widget.objectName():
        found.append("has no objectName")
    if not widget.accessibleName():
        found.append("has no accessible name")
    listed = isinstance(widget, QAbstractItemView)  # its rows have tooltips of their own
    if not widget.toolTip() and not listed:
        found.append("has no tooltip")
    if not widget.isVisible():
        return found
    if not widget.isEnabled():
        reason = widget.property("disabledReason")
        if not reason or widget.toolTip() != reason:
            found.append("is off and does not say why")
    elif not reached(widget):
        found.append("cannot be reached by Tab")
    if not listed and widget.mapTo(widget.window(), QPoint(widget.width(), 0)).x() > right:
        found.append("sticks out of the window")
    return found


def reached(widget: QWidget) -> bool:
    """Whether the keyboard gets there: by Tab, within a group by the arrows, from the query."""
    by_arrows = isinstance(widget, QAbstractButton) and widget.group() is not None
    by_query = widget.objectName() == "commandList"
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) or by_arrows or by_query


@pytest.mark.parametrize("mode", MODES)
def test_every_control_is_named_explained_and_within_reach(bench: Bench, mode: str) -> None:
    window = bench.window
    window.show_mode(mode)
    for popover in ("palette", "keys", "queue"):
        window.registry.trigger(f"window.{popover}")
        window.registry.trigger(f"window.{popover}")
    window.resize(window.minimumSize())
    QApplication.processEvents()
    found = {say(w): wrong for w in controls(window) if (wrong := faults(w, window.width()))}
    assert found == {}
    page = window.page(mode)
    parts = (page.content, page.panel, page.footer, page.strip, page.topbar)
    names = [widget.objectName() for part in parts if part for widget in controls(part)]
    assert sorted(names) == sorted(set(names))
    for action in window.registry.all():
        assert action.text, action.id
        assert action.group, action.id
        assert "." in action.id


@pytest.mark.parametrize("instrument", ["Arithmetic", "Walk"])
def test_the_latent_tool_with_all_that_opens_is_within_reach(bench: Bench, instrument: str) -> None:
    window = bench.window
    page = window.page("image")
    steered = msgspec.structs.replace(MODELS[0], levels=5)
    bench.engine.receive(Models(models=[steered, *MODELS[1:]]))
    page.mark()
    assert page.marking.active
    page.deck.open_page(instrument)
    page.board.add_seeds(0, [1])
    page.viewing.keep()
    window.resize(window.minimumSize())
    QApplication.processEvents()
    found = {say(w): wrong for w in controls(window) if (wrong := faults(w, window.width()))}
    assert found == {}
    rail = page.canvas.rail
    assert page.canvas.rect().contains(rail.geometry())


def test_many_candidates_and_a_long_title_fit_the_smallest_window(bench: Bench) -> None:
    bench.window.registry.trigger("image.generate")
    job = bench.engine.sent_of(Submit)[-1].job
    bench.engine.finish(job, [flat_picture() for _ in range(4)])
    page = bench.window.page("image")
    page.model.values.set("count", 64)
    bench.window.registry.trigger("image.generate")
    bench.window.top_bar.set_title("A very long title " * 20)
    QApplication.processEvents()
    smallest = bench.window.minimumSize()
    bench.window.resize(smallest)
    QApplication.processEvents()
    assert bench.window.size() == smallest
    assert bench.window.centralWidget().minimumSizeHint().width() <= smallest.width()
    assert page.pictures.history.width() > 100
