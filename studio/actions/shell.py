"""What can be done in every mode."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from studio.actions.actions import Action

if TYPE_CHECKING:
    from studio.view.main_window import MainWindow


def shell_actions(window: MainWindow) -> list[Action]:
    """The actions of the frame itself."""
    return [*_modes(window), *_editing(window), *_window(window)]


def _modes(window: MainWindow) -> list[Action]:
    def go(mode_id: str) -> Callable[[], None]:
        return lambda: window.show_mode(mode_id)

    return [
        Action(
            id=f"mode.{mode.id}",
            text=f"Go to {mode.title}",
            handler=go(mode.id),
            shortcut=mode.shortcut,
            icon=mode.icon,
            help=mode.help,
        )
        for mode in window.modes()
    ]


def _editing(window: MainWindow) -> list[Action]:
    undo = window.context.undo
    return [
        Action(
            id="edit.undo",
            text="Undo",
            handler=window.undo,
            shortcut="Ctrl+Z",
            icon="arrow-counter-clockwise",
            enabled_reason=lambda: "" if undo.canUndo() else "There is nothing to undo.",
            group="Edit",
        ),
        Action(
            id="edit.redo",
            text="Redo",
            handler=window.redo,
            shortcut="Ctrl+Shift+Z; Ctrl+Y",
            icon="arrow-clockwise",
            enabled_reason=lambda: "" if undo.canRedo() else "There is nothing to redo.",
            group="Edit",
        ),
    ]


def _window(window: MainWindow) -> list[Action]:
    settings = window.context.settings

    def quit_window() -> None:
        window.close()

    def theme(choice: str) -> Callable[[], None]:
        return lambda: settings.choose(theme=choice)

    return [
        Action(
            id="window.palette",
            text="Find a command",
            handler=window.popovers.toggle_palette,
            shortcut="Ctrl+K",
            icon="magnifying-glass",
        ),
        Action(
            id="window.keys",
            text="Show all keys",
            handler=window.popovers.toggle_sheet,
            shortcut="?",
            icon="keyboard",
        ),
        Action(
            id="window.manual",
            text="Read the manual",
            handler=window.popovers.toggle_manual,
            shortcut="F1",
            icon="book-open",
        ),
        Action(
            id="window.queue",
            text="Show the queue",
            handler=window.popovers.toggle_queue,
            shortcut="Ctrl+J",
            icon="queue",
        ),
        Action(
            id="window.fullscreen",
            text="Full screen",
            handler=lambda: window.setWindowState(
                window.windowState() ^ Qt.WindowState.WindowFullScreen
            ),
            shortcut="F11",
            icon="corners-out",
        ),
        Action("theme.dark", "Use the dark theme", theme("dark"), icon="moon"),
        Action("theme.light", "Use the light theme", theme("light"), icon="sun"),
        Action("theme.system", "Follow the system's theme", theme("system"), icon="desktop"),
        Action("window.quit", "Quit", quit_window, shortcut="Ctrl+Q", icon="sign-out"),
    ]
