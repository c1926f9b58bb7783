"""A mode: the content, panel and strip that the window's frame shows together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from studio.actions.actions import Action

if TYPE_CHECKING:
    from studio.model.context import StudioContext


class ModePage(QObject):
    """The parts of one mode. Subclass it, fill the parts, and return it from ``build(context)``.

    The frame takes the parts over into its own layout: ``content`` in the middle, ``panel`` on
    the right (it scrolls when it is higher than the window), ``footer`` pinned below it (the row
    of the primary button), ``lower`` under that, ``strip`` at the bottom,
    ``topbar`` (small controls such as the zoom) in the top bar; ``keyboard`` is what the keyboard
    goes to when the mode comes into view, ``drop_words`` what a file does that is dropped.
    The page itself is no widget;
    it owns the parts in code and ties them to the models.

    Signals:
        titleChanged: the document's title for the top bar.
        actionsChanged: ask the frame to look at every action's ``enabled_reason`` again.
        partsResized: ask the frame to give footer, lower and strip the height they want now.
    """

    titleChanged = Signal(str)
    actionsChanged = Signal()
    partsResized = Signal()

    def __init__(self, context: StudioContext) -> None:
        super().__init__()
        self.context = context
        self.content: QWidget = QWidget()
        self.panel: QWidget = QWidget()
        self.footer: QWidget | None = None
        self.lower: QWidget | None = None
        self.strip: QWidget | None = None
        self.topbar: QWidget | None = None
        self.keyboard: QWidget | None = None
        self.title = ""
        self.drop_words = ""

    @property
    def chapter(self) -> str:
        """The chapter of the manual about what is in view."""
        return "start"

    def activate(self) -> None:
        """The mode is now in view."""

    def deactivate(self) -> None:
        """Another mode is now in view: stop what nobody sees (playback, live previews)."""

    def close(self) -> None:
        """The session ends: whatever would go on by itself ends too."""

    def actions(self) -> list[Action]:
        """What can be done in this mode; their shortcuts work only while it is in view."""
        return []

    def accepts(self, path: str) -> bool:
        """Whether a dropped file of this name belongs here (decided by content when opened)."""
        return False

    def finish(self) -> None:
        """Wait for what must not be lost; called when everything else is on the disk."""

    def open_file(self, path: str) -> None:
        """Take a dropped or opened file."""

    def open_files(self, paths: Sequence[str]) -> int:
        """Take what was dropped at once, all of it accepted; the first alone unless overridden.

        Returns:
            how many were taken.
        """
        self.open_file(paths[0])
        return 1


@dataclass(frozen=True)
class Mode:
    """An entry of the mode rail; its page is imported and built when first shown.

    Attributes:
        id: stable name, also remembered as the last mode.
        title: the word under the icon.
        icon: a Phosphor name without its prefix.
        shortcut: one key.
        module: where ``build(context) -> ModePage`` is.
        help: the tooltip.
        at_bottom: stands at the foot of the rail.
    """

    id: str
    title: str
    icon: str
    shortcut: str
    module: str
    help: str
    at_bottom: bool = False

    def build(self, context: StudioContext) -> ModePage:
        """Import the page's module and build the page."""
        builder: Callable[[StudioContext], ModePage] = import_module(self.module).build
        return builder(context)
