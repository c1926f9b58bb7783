"""What floats over the window: palette, sheet of keys, manual, queue. Built when asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.actions.registry import ActionRegistry
from studio.model.context import StudioContext

if TYPE_CHECKING:
    from studio.view.command_palette import CommandPalette
    from studio.view.main_window import MainWindow
    from studio.view.manual_reader import ManualReader
    from studio.view.queue_list import QueueList
    from studio.view.shortcut_sheet import ShortcutSheet
    from studio.view.widgets.popover import Popover

_TOP = 72


class Popovers:
    """Opens one of the floating panels at a time."""

    def __init__(
        self, window: MainWindow, registry: ActionRegistry, context: StudioContext
    ) -> None:
        self._window, self._registry, self._context = window, registry, context
        self.palette: CommandPalette | None = None
        self.sheet: ShortcutSheet | None = None
        self.manual: ManualReader | None = None
        self.queue: QueueList | None = None

    def toggle_palette(self) -> None:
        """Open or close the list of every command."""
        from studio.view.command_palette import CommandPalette

        if self.palette is None:
            self.palette = CommandPalette(self._window, self._registry)
        if self._close_others(self.palette):
            self.palette.fill()
            self.palette.open_centred(_TOP)

    def toggle_sheet(self) -> None:
        """Open or close the sheet of all keys."""
        from studio.view.shortcut_sheet import ShortcutSheet

        if self.sheet is None:
            self.sheet = ShortcutSheet(self._window, self._registry)
        if self._close_others(self.sheet):
            self.sheet.fill()
            self.sheet.open_centred(_TOP)

    def toggle_manual(self) -> None:
        """Open the manual at what is in view, or close it."""
        from studio.view.manual_reader import ManualReader

        if self.manual is None:
            self.manual = ManualReader(self._window, self._context)
        if self._close_others(self.manual):
            self.manual.open_at(self._window.pages[self._window.current].chapter)

    def toggle_queue(self) -> None:
        """Open or close the queue."""
        from studio.view.queue_list import QueueList

        if self.queue is None:
            self.queue = QueueList(self._window, self._context)
        if self._close_others(self.queue):
            self.queue.open_below(self._window.top_bar.queue)

    def _close_others(self, wanted: Popover) -> bool:
        """Close what is open; True when ``wanted`` was not."""
        was_open = wanted.isVisible()
        for popover in (self.palette, self.sheet, self.manual, self.queue):
            if popover is not None:
                popover.close_popover()
        return not was_open
