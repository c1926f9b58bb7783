"""The tracks of an opened MIDI file: what each is, and which one is the melody."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from engines.music.files.midi_import import DRUM_CHANNEL, Row
from engines.music.pitches import pitch_name
from engines.music.sound.gm import PROGRAMS
from studio.model.midi_import import MidiImport
from studio.view.bind import describe, hairline, label, set_reason
from studio.view.theme import tabular, ui_font
from studio.view.widgets.popover import Popover

_WIDTH, _TALLEST = 760, 420
_HEADINGS = ("Track", "Instrument", "Notes", "Range", "What it is")
_UNSAID = "Not said"
_NUMBERS = (2, 3)  # columns whose digits stand under each other


def _cells(row: Row) -> tuple[str, ...]:
    """A row's texts, without its name's button."""
    if not row.notes:
        return ("", "", "", row.why)
    if row.channel == DRUM_CHANNEL:
        instrument = "Drums"
    else:
        instrument = PROGRAMS[row.program] if row.program >= 0 else _UNSAID
    span = pitch_name(row.low)
    if row.high > row.low:
        span += f" – {pitch_name(row.high)}"
    return (instrument, str(row.notes), "" if instrument == "Drums" else span, row.why)


class ImportTable(Popover):
    """Says of every track what was kept of it and why; a press on a row makes it the melody."""

    def __init__(self, window: QWidget, imported: MidiImport) -> None:
        super().__init__(window)
        describe(self, "importTable", "Tracks of the MIDI file")
        self._imported = imported
        self._shown: tuple[Row, ...] = ()
        self._buttons: dict[int, QRadioButton] = {}
        self._rows_of: dict[QObject, int] = {}
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(imported.choose)
        self._title = label("", "title")
        self._lead = label("The melody is one of these tracks. Choose another if it is wrong.")
        self._summary = label("", "muted")
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        done = QPushButton("Done")
        describe(done, "importDone", "Done", "Close the table; it opens again with Ctrl+T.")
        done.clicked.connect(self.close_popover)
        foot = QHBoxLayout()
        foot.addWidget(self._summary, 1)
        foot.addWidget(done)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(8)
        column.addWidget(self._title)
        column.addWidget(self._lead)
        column.addSpacing(6)
        column.addWidget(self._scroll, 1)
        column.addWidget(hairline())
        column.addLayout(foot)
        imported.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        imported = self._imported
        if not imported.has_choice:
            self.close_popover()
            return
        if imported.rows is not self._shown:
            self._shown = imported.rows
            self._fill()
        self._title.setText(imported.name)
        button = self._buttons.get(imported.chosen)
        if button is not None:
            button.setChecked(True)
        self._summary.setText(imported.summary)

    def _fill(self) -> None:
        """Lay out a row for every track."""
        for button in self._buttons.values():
            self._group.removeButton(button)
        self._buttons, self._rows_of = {}, {}
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(4, 1)
        for column, heading in enumerate(_HEADINGS):
            grid.addWidget(label(heading, "section"), 0, column, self._side(column))
        for number, row in enumerate(self._shown):
            grid.addWidget(self._button(number, row), number + 1, 0)
            for column, text in enumerate(_cells(row), start=1):
                cell = self._cell(text, column, row.usable and text != _UNSAID)
                self._rows_of[cell] = number
                grid.addWidget(cell, number + 1, column, self._side(column))
        grid.setRowStretch(len(self._shown) + 1, 1)
        old = self._scroll.takeWidget()
        if old is not None:
            old.deleteLater()
        self._scroll.setWidget(page)
        self._scroll.setFixedHeight(min(page.sizeHint().height() + 4, _TALLEST))
        self.setFixedWidth(_WIDTH)

    def _button(self, number: int, row: Row) -> QRadioButton:
        name = row.name or f"Track {row.track + 1}"
        metrics = self.fontMetrics()
        button = QRadioButton(metrics.elidedText(name, Qt.TextElideMode.ElideRight, 150))
        describe(button, f"track_{number}", name, f"Make {name} the melody.")
        set_reason(button, "" if row.usable else row.why)
        self._group.addButton(button, number)
        self._buttons[number] = button
        return button

    def _cell(self, text: str, column: int, usable: bool) -> QLabel:
        cell = label(text, "" if usable else "muted")
        if column in _NUMBERS:
            cell.setFont(tabular(ui_font()))
        cell.installEventFilter(self)
        return cell

    @staticmethod
    def _side(column: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignRight if column == 2 else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A press anywhere in a row is one on its button."""
        number = self._rows_of.get(watched, -1)
        if (
            number >= 0
            and isinstance(event, QMouseEvent)
            and event.type() == QEvent.Type.MouseButtonRelease
            and self._buttons[number].isEnabled()
        ):
            self._buttons[number].click()
            return True
        return super().eventFilter(watched, event)
