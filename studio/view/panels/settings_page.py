"""Settings in the middle, the engine's state on the right; About at the end of the column."""

from __future__ import annotations

import os

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from engines.protocol.paths import user_data_dir
from studio.engine_client.programs import window_program
from studio.engine_client.supervisor import remote_engine
from studio.model.context import StudioContext
from studio.persistence import desktop_entry
from studio.view.bind import describe, hairline, label, look, set_reason
from studio.view.mode import ModePage
from studio.view.panels.about import About
from studio.view.panels.facts import Facts
from studio.view.widgets.combo import Combo
from studio.view.widgets.switch import Switch

_WIDTH = 640
_LABEL = 160
_BACKENDS = {"onnx": "ONNX Runtime", "torch": "PyTorch"}
_THEMES = {"system": "System", "dark": "Dark", "light": "Light"}


class SettingsPage(ModePage):
    """One column of choices; each takes effect at once."""

    def __init__(self, context: StudioContext) -> None:
        super().__init__(context)
        self.title = "Settings"
        self._choices = context.settings.choices
        column = QVBoxLayout()
        column.setContentsMargins(32, 24, 32, 32)
        column.setSpacing(12)
        for title, rows in (
            ("Appearance", [self._theme_row(), self._pixels_row()]),
            ("Engine", [self._host_row(), self._threads_row()]),
            ("Files", [self._folder_row()]),
            *([("Desktop", [self._menu_row()])] if desktop_entry.is_possible() else []),
        ):
            column.addWidget(label(title, "title"))
            for row in rows:
                column.addLayout(row)
            column.addSpacing(8)
            column.addWidget(hairline())
            column.addSpacing(8)
        column.addWidget(About(context))
        column.addStretch(1)
        self.content = self._scroll(column)
        self._status, self._kept = Facts("Engine"), Facts("Kept on this computer")
        side = QVBoxLayout(self.panel)
        side.setContentsMargins(16, 12, 16, 16)
        side.setSpacing(12)
        side.addWidget(label("This session", "title"))
        side.addWidget(self._status)
        side.addWidget(hairline())
        side.addWidget(self._kept)
        side.addStretch(1)
        context.engine.changed.connect(self._refresh)
        context.models.changed.connect(self._refresh)
        context.settings.changed.connect(lambda _name: self._refresh())

    @property
    def chapter(self) -> str:
        return "library"

    def activate(self) -> None:
        self._refresh()

    # --- the column ------------------------------------------------------------------------

    def _scroll(self, column: QVBoxLayout) -> QScrollArea:
        inner = QWidget()
        inner.setMaximumWidth(_WIDTH + 64)
        inner.setLayout(column)
        body = look(QWidget(), "canvas")
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(inner, 0)
        row.addStretch(1)
        row.setStretch(0, 100)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(body)
        return scroll

    def _row(self, caption: str, control: QWidget | QHBoxLayout, help_text: str) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnMinimumWidth(0, _LABEL)
        grid.setColumnStretch(1, 1)
        grid.addWidget(label(caption), 0, 0)
        if isinstance(control, QWidget):
            grid.addWidget(control, 0, 1, Qt.AlignmentFlag.AlignLeft)
        else:
            grid.addLayout(control, 0, 1)
        grid.addWidget(label(help_text, "muted", wrap=True), 1, 1)
        return grid

    def _theme_row(self) -> QGridLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        group = QButtonGroup(self)
        self._themes: dict[str, QPushButton] = {}
        for choice, title in _THEMES.items():
            button = QPushButton(title)
            button.setCheckable(True)
            describe(button, f"theme_{choice}", f"Theme: {title}")
            button.clicked.connect(
                lambda _on, value=choice: self.context.settings.choose(theme=value)
            )
            group.addButton(button)
            self._themes[choice] = button
            row.addWidget(button)
        row.addStretch(1)
        return self._row("Theme", row, "System follows the desktop, also while Duet is open.")

    def _pixels_row(self) -> QGridLayout:
        self._pixels = Switch("Hard pixel edges")
        describe(self._pixels, "pixelPreciseSwitch", "Hard pixel edges", "Also P in Image.")
        self._pixels.clicked.connect(
            lambda on: self.context.settings.choose(pixel_precise=bool(on))
        )
        return self._row("Enlarged pictures", self._pixels, "Otherwise they are drawn smoothly.")

    def _host_row(self) -> QGridLayout:
        self._host = QLineEdit(self._choices.remote_host)
        self._host.setPlaceholderText("This computer")
        self._host.setFixedSize(280, 28)
        describe(
            self._host, "remoteHost", "Remote host", "user@host, as you would type it after ssh."
        )
        self._host.editingFinished.connect(self._take_host)
        return self._row(
            "Runs on",
            self._host,
            "Leave empty for this computer, or name a host with a GPU (user@host): the engine "
            "runs there over ssh. Duet must be installed on it.",
        )

    def _threads_row(self) -> QGridLayout:
        self._threads = Combo()
        self._threads.setFixedWidth(160)
        describe(self._threads, "threads", "Threads", "Cores that making things may use.")
        self._threads.addItem("Automatic", 0)
        for count in range(1, (os.cpu_count() or 1) + 1):
            self._threads.addItem("1 thread" if count == 1 else f"{count} threads", count)
        self._threads.activated.connect(
            lambda row: self.context.settings.choose(threads=self._threads.itemData(row))
        )
        return self._row("Threads", self._threads, "Fewer leave room for other programs.")

    def _folder_row(self) -> QGridLayout:
        path = label(str(user_data_dir()))
        path.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        button = describe(QPushButton("Open"), "openData", "Open the data folder")
        button.clicked.connect(
            lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(user_data_dir())))
        )
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(path)
        row.addWidget(button)
        row.addStretch(1)
        return self._row("Your data", row, "History, queue, your own models, settings and the log.")

    def _menu_row(self) -> QGridLayout:
        self._menu = Switch("Show Duet in the menu")
        describe(self._menu, "desktopSwitch", "Duet in the menu of applications")
        program = window_program()
        self._menu.setChecked(program is not None and desktop_entry.is_there(program))
        set_reason(self._menu, "" if program is not None else "Duet is not installed here.")
        self._menu.clicked.connect(self._put_into_menu)
        return self._row(
            "Applications",
            self._menu,
            "The desktop's menu opens Duet then, and a double-click its documents.",
        )

    # --- what happens ----------------------------------------------------------------------

    def _take_host(self) -> None:
        host = self._host.text().strip()
        if host == self.context.settings.choices.remote_host:
            return
        try:
            if host:
                remote_engine(host)
        except ValueError as error:
            self.context.messages.show(str(error), level="warn")
            self._host.setText(self.context.settings.choices.remote_host)
            return
        self.context.settings.choose(remote_host=host)

    def _put_into_menu(self, wanted: bool) -> None:
        program = window_program()
        try:
            if wanted and program is not None:
                desktop_entry.add(program)
            else:
                desktop_entry.remove()
        except OSError as error:
            self._menu.setChecked(not wanted)
            reason = (error.strerror or str(error)).lower()
            where = error.filename or desktop_entry.data_home()
            self.context.messages.show(
                f"The menu of applications could not be changed: {where}: {reason}.", level="bad"
            )

    def _refresh(self) -> None:
        choices, engine = self.context.settings.choices, self.context.engine
        self._themes[choices.theme].setChecked(True)
        self._pixels.setChecked(choices.pixel_precise)
        self._threads.setCurrentIndex(max(0, self._threads.findData(choices.threads)))
        self._host.setText(choices.remote_host)
        facts = [("State", engine.state), ("Runs on", choices.remote_host or "this computer")]
        if engine.backend:
            facts += [
                ("Back end", _BACKENDS.get(engine.backend, engine.backend)),
                ("Warm after", f"{engine.warm_up:.1f} s"),
            ]
        self._status.show_facts(facts)
        history = self.context.history
        pictures, melodies = len(history.entries(True)), len(history.entries(False))
        self._kept.show_facts(
            [
                ("Pictures", f"{pictures:,}"),
                ("Melodies", f"{melodies:,}"),
                ("Models", f"{len(self.context.models.all()):,}"),
            ]
        )


def build(context: StudioContext) -> SettingsPage:
    """The settings' page."""
    return SettingsPage(context)
