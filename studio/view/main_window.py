"""The frame: rail, top bar, content over strip, and the right panel with the message bar."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from engines.protocol.messages import ModelInfo
from engines.protocol.tools import TOOLS
from studio.actions.registry import ActionRegistry
from studio.actions.shell import shell_actions
from studio.model.context import StudioContext
from studio.model.edits import mode_of
from studio.view.bind import hairline, look
from studio.view.drop_veil import DropVeil
from studio.view.message_bar import MessageBar
from studio.view.mode import Mode, ModePage
from studio.view.modes import MODES
from studio.view.popovers import Popovers
from studio.view.rail import ModeRail
from studio.view.top_bar import TopBar
from studio.view.widgets.page_stack import PageStack

PANEL_WIDTH = 320
_SMALLEST = (960, 600)


class MainWindow(QMainWindow):
    """The studio's one window. Pages are built when they are first shown.

    Signals:
        painted: it is on the screen for the first time.
        closing: it is about to go.
    """

    painted = Signal()
    closing = Signal()

    def __init__(self, context: StudioContext) -> None:
        super().__init__()
        self.context = context
        self.registry = ActionRegistry(self)
        self.pages: dict[str, ModePage] = {}
        self.current = ""
        self._on_screen = False
        self._modes = {mode.id: mode for mode in MODES}
        self._rail = ModeRail(MODES)
        self._rail.chosen.connect(self.show_mode)
        self.top_bar = TopBar(self.registry, context.jobs, context.undo)
        self._content, self._strip = QStackedWidget(), QStackedWidget()
        self._panel, self._footer = PageStack(), QStackedWidget()
        self._lower = QStackedWidget()
        self.setWindowTitle("Duet")
        self.setMinimumSize(*_SMALLEST)
        self.setAcceptDrops(True)
        self._root = self._frame()
        self.setCentralWidget(self._root)
        self.popovers = Popovers(self, self.registry, context)
        self.top_bar.queue.clicked.connect(self.popovers.toggle_queue)
        self.registry.add(shell_actions(self))
        context.models.useRequested.connect(self._use_model)
        self._step = (0, 0)
        context.undo.indexChanged.connect(self._on_step)
        self._veil = DropVeil(self)
        self._restore_geometry()

    # --- the frame -------------------------------------------------------------------------

    def _frame(self) -> QWidget:
        root = look(QWidget(), "window")
        layout = QHBoxLayout(root)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._rail)
        layout.addWidget(hairline(vertical=True))
        layout.addLayout(self._middle(), 1)
        layout.addWidget(hairline(vertical=True))
        layout.addWidget(self._right())
        return root

    def _middle(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top_bar)
        column.addWidget(hairline())
        column.addWidget(self._content, 1)
        self._strip_line = hairline()
        column.addWidget(self._strip_line)
        column.addWidget(self._strip)
        return column

    def _right(self) -> QWidget:
        side = look(QWidget(), "surface")
        side.setFixedWidth(PANEL_WIDTH)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self._panel)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(scroll, 1)
        column.addWidget(MessageBar(self.context.messages))
        column.addWidget(self._footer)
        column.addWidget(self._lower)
        return side

    # --- modes -----------------------------------------------------------------------------

    def show_mode(self, mode_id: str) -> None:
        """Bring a mode into view, building its page the first time."""
        if mode_id == self.current or mode_id not in self._modes:
            return
        page = self.page(mode_id)
        if self.current:
            self.pages[self.current].deactivate()
        self.current = mode_id
        self._rail.show_mode(mode_id)
        self._content.setCurrentWidget(page.content)
        self._panel.setCurrentWidget(page.panel)
        self._fit_parts(mode_id)
        self._strip_line.setVisible(page.strip is not None)
        self.top_bar.set_tools(page.topbar)
        self.registry.set_page(page.actions())
        self._set_title(page.title)
        page.activate()
        self._give_keyboard(page)
        self.registry.refresh()
        self.context.settings.remember("window.mode", mode_id)

    def _fit_parts(self, mode_id: str) -> None:
        if mode_id == self.current:
            page = self.pages[mode_id]
            self._show_part(self._footer, page.footer)
            self._show_part(self._lower, page.lower)
            self._show_part(self._strip, page.strip)

    def _give_keyboard(self, page: ModePage) -> None:
        """Away from what the mode before left behind, so that no stray ring is drawn."""
        wanted = page.keyboard
        if wanted is None or wanted.isHidden():
            wanted = self._root
        wanted.setFocus(Qt.FocusReason.OtherFocusReason)

    def page(self, mode_id: str) -> ModePage:
        """The page of a mode, built when needed."""
        if mode_id not in self.pages:
            page = self._modes[mode_id].build(self.context)
            page.titleChanged.connect(lambda title: self._title_of(mode_id, title))
            page.actionsChanged.connect(self.registry.refresh)
            page.partsResized.connect(lambda: self._fit_parts(mode_id))
            self.pages[mode_id] = page
            for stack, part in (
                (self._content, page.content),
                (self._panel, page.panel),
                (self._footer, page.footer),
                (self._lower, page.lower),
                (self._strip, page.strip),
            ):
                if part is not None:
                    stack.addWidget(part)
        return self.pages[mode_id]

    def _use_model(self, info: ModelInfo) -> None:
        mode_id = TOOLS[info.task].mode
        if mode_id not in self.pages:
            self.page(mode_id)  # built now: it was not there to hear the signal
            self.context.models.useRequested.emit(info)
            return
        self.show_mode(mode_id)

    def modes(self) -> tuple[Mode, ...]:
        """Every mode, in the order of the rail."""
        return MODES

    def _show_part(self, stack: QStackedWidget, part: QWidget | None) -> None:
        stack.setVisible(part is not None)
        if part is not None:
            stack.setCurrentWidget(part)
            stack.setFixedHeight(max(part.sizeHint().height(), part.minimumSizeHint().height()))

    def _title_of(self, mode_id: str, title: str) -> None:
        if mode_id == self.current:
            self._set_title(title)

    def _set_title(self, title: str) -> None:
        self.top_bar.set_title(title)
        self.setWindowTitle(f"{title} – Duet" if title else "Duet")

    # --- files -----------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files are welcome."""
        if event.mimeData().hasUrls() and event.source() is None:
            event.acceptProposedAction()
            self._veil.cover(self.pages[self.current].drop_words if self.current else "")

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """The file goes elsewhere."""
        self._veil.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        """Give dropped files to the page that takes them."""
        self._veil.hide()
        event.acceptProposedAction()
        files = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            self.open_files(files)
        else:
            self.context.messages.show("Drop a file that is on this computer.", level="warn")

    def open_file(self, path: str) -> None:
        """Open a file in the mode it belongs to; the mode in view is asked first."""
        self.open_files([path])

    def open_files(self, paths: Sequence[str]) -> None:
        """Open what belongs to the mode of the first that fits one, and say what was left out."""
        order = [self.current, *(mode.id for mode in MODES if mode.id != self.current)]
        pages = [(mode_id, self.page(mode_id)) for mode_id in order if mode_id]
        fits = (mode_id for path in paths for mode_id, page in pages if page.accepts(path))
        mode_id = next(fits, "")
        if not mode_id:
            self.context.messages.show(
                f"{Path(paths[0]).name} is neither a picture nor a melody that I can read. "
                "Drop a PNG or a MIDI file.",
                level="warn",
            )
            return
        self.show_mode(mode_id)
        page = self.pages[mode_id]
        taken = page.open_files([path for path in paths if page.accepts(path)])
        if taken < len(paths):
            are = "is" if taken == 1 else "are"
            text = f"{taken} of the {len(paths)} files {are} opened: drop the others one by one."
            self.context.messages.show(text)

    # --- undo ------------------------------------------------------------------------------

    def undo(self) -> None:
        """Take the last step back, where it is seen."""
        stack = self.context.undo
        self._show_step(stack.index() - 1)
        stack.undo()

    def redo(self) -> None:
        """Take the step that was undone again, where it is seen."""
        stack = self.context.undo
        self._show_step(stack.index())
        stack.redo()

    def _show_step(self, place: int) -> None:
        command = self.context.undo.command(place)
        mode = mode_of(command) if command is not None else ""
        if mode:
            self.show_mode(mode)

    # --- the session -----------------------------------------------------------------------

    def _restore_geometry(self) -> None:
        self.resize(1280, 800)
        stored = self.context.settings.recall("window.geometry", "")
        if stored:
            self.restoreGeometry(QByteArray.fromBase64(stored.encode("ascii")))

    def _on_step(self, index: int) -> None:
        """Ask what can be done, but not at every move of a slider, which stays one step."""
        step = (index, self.context.undo.count())
        if step != self._step:
            self._step = step
            self.registry.refresh()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell when it has painted itself for the first time."""
        super().paintEvent(event)
        if not self._on_screen:
            self._on_screen = True
            QTimer.singleShot(0, self.painted.emit)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember place and size; tell everybody."""
        geometry = bytes(self.saveGeometry().toBase64().data()).decode("ascii")
        self.context.settings.remember("window.geometry", geometry)
        if self.current:
            self.pages[self.current].deactivate()
            self.current = ""
            self.context.undo.indexChanged.disconnect(self._on_step)
        self.hide()  # what is saved now may take some seconds, which nobody has to watch
        for page in self.pages.values():
            page.close()
        self.closing.emit()
        for page in self.pages.values():
            page.finish()
        super().closeEvent(event)
