"""Turns declared actions into live ones: shortcuts, enabling, and lists for palette and sheet."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from studio.actions.actions import Action


class ActionRegistry(QObject):
    """The actions that work now: the window's own and those of the page in view.

    Signals:
        refreshed: enabling was looked at again, or the actions are others.
    """

    refreshed = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._declared: dict[str, Action] = {}
        self._live: dict[str, QAction] = {}
        self._of_page: list[str] = []

    def add(self, actions: Sequence[Action]) -> None:
        """Take on actions that always work."""
        for action in actions:
            self._put(action)
        self.refresh()

    def set_page(self, actions: Sequence[Action]) -> None:
        """Replace the actions of the page before by those of the page now in view."""
        for name in self._of_page:
            self._home(self._declared.pop(name)).removeAction(self._live.pop(name))
        self._of_page = [action.id for action in actions]
        self.add(actions)

    def all(self) -> list[Action]:
        """Every action that works now, the page's first."""
        page = [self._declared[name] for name in self._of_page]
        return page + [a for a in self._declared.values() if a.id not in self._of_page]

    def live(self, name: str) -> QAction:
        """The QAction of an action.

        Raises:
            KeyError: it does not work now.
        """
        return self._live[name]

    def get(self, name: str) -> Action:
        """The declaration of an action.

        Raises:
            KeyError: it does not work now.
        """
        return self._declared[name]

    def trigger(self, name: str) -> None:
        """Do it, if it can be done."""
        action = self._declared[name]
        if not action.enabled_reason():
            action.handler()
        self.refresh()

    def refresh(self, _index: int = 0) -> None:
        """Ask every action again whether it can be done."""
        for name, action in self._declared.items():
            self._live[name].setEnabled(not action.enabled_reason())
        self.refreshed.emit()

    def _put(self, action: Action) -> None:
        live = QAction(action.text, self._window)
        live.setObjectName(action.id)
        live.setShortcuts([QKeySequence(key) for key in action.keys])
        context = Qt.ShortcutContext
        live.setShortcutContext(
            context.WindowShortcut if action.within is None else context.WidgetShortcut
        )
        live.triggered.connect(lambda _checked=False, name=action.id: self.trigger(name))
        self._declared[action.id] = action
        self._live[action.id] = live
        self._home(action).addAction(live)

    def _home(self, action: Action) -> QWidget:
        """The widget that has the keys of an action."""
        return action.within if action.within is not None else self._window
