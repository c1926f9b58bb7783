"""Choosing one of the 128 General MIDI instruments: by family, or by typing a part of the name."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engines.music.sound.gm import FAMILIES, PROGRAMS
from engines.music.sound.soundfonts import find_soundfont
from studio.view.bind import describe, look
from studio.view.icons import icon
from studio.view.theme import theme, ui_font
from studio.view.widgets.popover import Popover

_PROGRAM = Qt.ItemDataRole.UserRole


class InstrumentList(Popover):
    """The list that opens at the picker.

    Signals:
        picked: the program 0..127 that was chosen; walking through the list chooses as well.
        soundfontWanted: a person wants to choose (True) or to use the default (False).
    """

    picked = Signal(int)
    soundfontWanted = Signal(bool)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._chosen_font = False
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("Filter instruments")
        describe(self.filter, "instrumentFilter", "Filter instruments")
        self.list = describe(QListWidget(), "instrumentList", "Instruments")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(self.filter)
        layout.addWidget(self.list)
        self.soundfont = look(QPushButton(icon("faders", "muted"), ""), "quiet")
        tip = "The file the sounds come from. Press to choose another SoundFont."
        describe(self.soundfont, "soundfont", "SoundFont", tip)
        self.soundfont.clicked.connect(self._open_soundfonts)
        layout.addWidget(self.soundfont, 0, Qt.AlignmentFlag.AlignLeft)
        self.list.setFixedSize(232, 340)
        self._fill()
        self.filter.textChanged.connect(self._narrow)
        self.filter.installEventFilter(self)
        self.list.currentItemChanged.connect(self._on_current)
        self.list.itemClicked.connect(lambda _item: self.close_popover())
        self.list.itemActivated.connect(lambda _item: self.close_popover())

    def open_at(self, opener: QWidget, program: int) -> None:
        """Show the list with one instrument marked."""
        self.list.blockSignals(True)
        self.filter.clear()
        self._narrow("")
        self._tint()
        row = self._row_of(program)
        self.list.setCurrentRow(row)
        self.list.blockSignals(False)
        self.open_above(opener)
        self.list.scrollToItem(self.list.item(row), QListWidget.ScrollHint.PositionAtCenter)
        self.filter.setFocus(Qt.FocusReason.PopupFocusReason)

    def show_soundfont(self, name: str, chosen: bool) -> None:
        """Say where the sounds come from.

        Args:
            name: the SoundFont's file name; "" for the built-in synthesiser.
            chosen: whether a person chose it.
        """
        self._chosen_font = chosen
        text = self.soundfont.fontMetrics().elidedText(
            name or "Built-in sounds", Qt.TextElideMode.ElideMiddle, 180
        )
        self.soundfont.setText(text)

    def _open_soundfonts(self) -> None:
        if not self._chosen_font:
            self.close_popover()
            self.soundfontWanted.emit(True)
            return
        menu = QMenu(self)
        menu.addAction("Choose a SoundFont…", lambda: self.soundfontWanted.emit(True))
        menu.addAction("Use the default sounds", lambda: self.soundfontWanted.emit(False))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.soundfont.mapToGlobal(self.soundfont.rect().topLeft()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and Down walk the list while the filter is typed in; Enter closes."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and watched is self.filter
            and self._walk(event.key())
        ):
            return True
        return super().eventFilter(watched, event)

    def _walk(self, key: int) -> bool:
        """Use a key of the filter for the list; whether it was one."""
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close_popover()
            return True
        by = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(key))
        if by is None:
            return False
        row = self.list.currentRow() + by
        while 0 <= row < self.list.count():
            if not self.list.item(row).isHidden() and self._program(row) >= 0:
                self.list.setCurrentRow(row)
                break
            row += by
        return True

    def _tint(self) -> None:
        """Families' names are quiet; the theme may be another than last time."""
        for row in range(self.list.count()):
            if self._program(row) < 0:
                self.list.item(row).setForeground(theme.color("muted"))

    def _fill(self) -> None:
        small = ui_font()
        small.setPixelSize(12)
        small.setWeight(small.Weight.DemiBold)
        for family in FAMILIES:
            head = QListWidgetItem(family.title)
            head.setFont(small)
            head.setSizeHint(QSize(0, 30))
            head.setFlags(Qt.ItemFlag.NoItemFlags)
            head.setData(_PROGRAM, -1)
            self.list.addItem(head)
            for offset, name in enumerate(family.names):
                item = QListWidgetItem(f"   {name}")
                item.setSizeHint(QSize(0, 26))
                item.setData(_PROGRAM, family.first + offset)
                self.list.addItem(item)

    def _program(self, row: int) -> int:
        return int(self.list.item(row).data(_PROGRAM))

    def _row_of(self, program: int) -> int:
        return next(row for row in range(self.list.count()) if self._program(row) == program)

    def _narrow(self, text: str) -> None:
        """Show the instruments whose name or family has the text, and their families' names."""
        wanted = text.strip().lower()
        head, shown_under = 0, False
        for row in range(self.list.count()):
            item = self.list.item(row)
            if self._program(row) < 0:
                self.list.item(head).setHidden(not shown_under and row > 0)
                head, shown_under = row, False
                continue
            family = self.list.item(head).text()
            visible = wanted in item.text().lower() or wanted in family.lower()
            item.setHidden(not visible)
            shown_under = shown_under or visible
        self.list.item(head).setHidden(not shown_under)

    def _on_current(self, item: QListWidgetItem | None) -> None:
        if item is not None and int(item.data(_PROGRAM)) >= 0:
            self.picked.emit(int(item.data(_PROGRAM)))


class InstrumentPicker(QPushButton):
    """Shows the instrument; a press opens the list.

    Signals:
        picked: the program 0..127 that a person chose.
        soundfontWanted: a person wants to choose (True) or to use the default (False).
    """

    picked = Signal(int)
    soundfontWanted = Signal(bool)

    def __init__(
        self,
        name: str = "instrument",
        title: str = "Instrument",
        tip: str = "What plays the melody.",
    ) -> None:
        """A picker.

        Args:
            name: its objectName.
            title: what a screen reader says before the instrument.
            tip: whose instrument it is.
        """
        super().__init__()
        self._title = title
        self._program = 0
        self._soundfont: Path | None = None
        self._list: InstrumentList | None = None
        describe(self, name, title, tip)
        self.setIcon(icon("music-note", "muted"))
        self.setMinimumWidth(152)
        self.setFixedHeight(28)
        self.setStyleSheet("text-align: left;")
        self.clicked.connect(self.open_list)
        self.show_program(0)

    def show_program(self, program: int) -> None:
        """Show an instrument without telling anybody."""
        self._program = program
        self.setText(PROGRAMS[program])
        self.setAccessibleName(f"{self._title}: {PROGRAMS[program]}")

    def show_soundfont(self, path: Path | None) -> None:
        """Which SoundFont a person chose; None is the default."""
        self._soundfont = path
        if self._list is not None:
            self._tell_soundfont(self._list)

    def open_list(self) -> None:
        """Open the list, or close it."""
        if self._list is None:
            self._list = InstrumentList(self.window())
            self._list.picked.connect(self.picked)
            self._list.soundfontWanted.connect(self.soundfontWanted)
        if self._list.isVisible():
            self._list.close_popover()
        else:
            self._tell_soundfont(self._list)
            self._list.open_at(self, self._program)

    def _tell_soundfont(self, chooser: InstrumentList) -> None:
        path = self._soundfont or find_soundfont()
        chooser.show_soundfont(path.name if path is not None else "", self._soundfont is not None)
