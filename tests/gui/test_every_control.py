"""Every control of every page has a name, says what it is for, and why it is off."""

from __future__ import annotations

import pytest
from bench import Bench
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

from engines.protocol.messages import Submit

CONTROLS = (QAbstractButton, QAbstractItemView, QAbstractSlider, QComboBox, QLineEdit)
MODES = ("image", "music", "library", "settings")


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


@pytest.fixture(params=MODES)
def shown(request: pytest.FixtureRequest, bench: Bench) -> Bench:
    bench.window.show_mode(request.param)
    for popover in ("palette", "keys", "queue"):
        bench.window.registry.trigger(f"window.{popover}")
        bench.window.registry.trigger(f"window.{popover}")
    return bench


def test_every_control_is_named_and_explained(shown: Bench) -> None:
    for widget in controls(shown.window):
        assert widget.objectName(), say(widget)
        assert widget.accessibleName(), say(widget)
        listed = isinstance(widget, QAbstractItemView)  # its rows have tooltips of their own
        assert widget.toolTip() or listed, say(widget)


def test_names_are_unique_within_a_page(shown: Bench) -> None:
    page = shown.window.page(shown.window.current)
    parts = (page.content, page.panel, page.footer, page.strip, page.topbar)
    names = [widget.objectName() for part in parts if part for widget in controls(part)]
    assert sorted(names) == sorted(set(names))


def test_a_disabled_control_says_why(shown: Bench) -> None:
    for widget in controls(shown.window):
        if widget.isVisible() and not widget.isEnabled():
            assert widget.property("disabledReason"), say(widget)
            assert widget.toolTip() == widget.property("disabledReason"), say(widget)


def test_every_visible_control_is_reached_by_tab(shown: Bench) -> None:
    for widget in controls(shown.window):
        if widget.isVisible() and widget.isEnabled():
            policy = widget.focusPolicy()
            by_arrows = isinstance(widget, QAbstractButton) and widget.group() is not None
            by_query = widget.objectName() == "commandList"
            assert policy & Qt.FocusPolicy.TabFocus or by_arrows or by_query, say(widget)


def test_nothing_sticks_out_of_the_smallest_window(shown: Bench) -> None:
    shown.window.resize(shown.window.minimumSize())
    right = shown.window.width()
    for widget in controls(shown.window):
        if widget.isVisible() and not isinstance(widget, QAbstractItemView):
            edge = widget.mapTo(shown.window, QPoint(widget.width(), 0)).x()
            assert edge <= right, say(widget)


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


def test_every_action_has_words(shown: Bench) -> None:
    for action in shown.window.registry.all():
        assert action.text, action.id
        assert action.group, action.id
        assert "." in action.id
