"""What stands in the middle of the Train page: the folder's files, the epochs, the losses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from studio.model.epoch_player import EpochPlayer
from studio.model.epoch_viewer import EpochViewer
from studio.model.finetune import Finetune
from studio.model.finetune_kinds import KINDS, Kind
from studio.model.finetune_lines import CheckRow, EpochRow
from studio.view.bind import describe, label, look
from studio.view.widgets.picture_sheet import PictureSheet
from studio.view.widgets.row_table import BY_THE_WAY, Column, Line, RowTable

if TYPE_CHECKING:
    from studio.view.widgets.loss_chart import LossChart

_FILES = (Column("File", 220), Column("What of it is used, or why not"))
_BEFORE = "the model as it was"
_NO_LOSSES = "The losses come with the first steps."
_ABOUT_LOSSES = (
    "Each network lowers its own loss against the other. In the green band neither is far ahead."
)
_FILES_TAB, _EPOCHS_TAB, _LOSSES_TAB = range(3)
_ICONS = {"compose": "play", "generate": "image", "inpaint": "image"}


def file_lines(rows: Sequence[CheckRow]) -> list[Line]:
    """The files that cannot be used first, since those are what a person can mend."""
    return [
        Line(
            (row.name, row.reason),
            icon="check" if row.used else "x",
            role="text" if row.used else "muted",
            icon_role="good" if row.used else "warn",
        )
        for row in sorted(rows, key=lambda row: row.used)
    ]


def epoch_columns(kind: Kind) -> tuple[Column, ...]:
    """What is told of an epoch."""
    figures = (Column(each.title, each.width, True, each.tip) for each in kind.figures)
    return (Column("Epoch"), *figures)


def epoch_line(row: EpochRow, best: bool, playing: bool) -> Line:
    """One epoch's figures."""
    more = "best score" if row.epoch else _BEFORE
    figures = (
        format(row.figures[each.key], each.form).replace("-", "\N{MINUS SIGN}")
        for each in row.kind.figures
    )
    return Line(
        (f"{row.title}{BY_THE_WAY}{more}" if best or not row.epoch else row.title, *figures),
        icon="speaker-high" if playing else "star" if best else _ICONS[row.kind.task],
        role="text" if row.epoch else "muted",
        icon_role="text" if playing else "good" if best else "muted",
        tip=row.kind.tip,
    )


class TrainTables(QWidget):
    """Two tables and a chart under tabs, and a line that says what they come to."""

    def __init__(self, model: Finetune, player: EpochPlayer, viewer: EpochViewer) -> None:
        super().__init__()
        look(self, "canvas")
        self._model, self._player, self._viewer = model, player, viewer
        self._had_epochs = False
        self.words = label("", "lead", wrap=True)
        self._note = label("", "muted", wrap=True)
        self.files = RowTable("trainFiles", "Files of the folder", _FILES)
        self._by_kind = {kind.task: self._epoch_table(kind) for kind in KINDS.values()}
        self.sheet = PictureSheet("trainSheet", "Pictures of the epoch")
        self.chart: LossChart | None = None  # until somebody looks
        self._group = QButtonGroup(self)
        self.tabs = [
            self._tab("trainFilesTab", "Files"),
            self._tab("trainEpochsTab", "Epochs"),
            self._tab("trainLossesTab", "Losses"),
        ]
        self._lay_out()
        for signal in (model.changed, player.changed, viewer.changed):
            signal.connect(self.refresh)
        model.lossesGrew.connect(self._on_losses)
        self.refresh()

    @property
    def epochs(self) -> RowTable:
        """The table of what is learnt from now."""
        return self._by_kind[self._model.kind.task]

    def _epoch_table(self, kind: Kind) -> RowTable:
        name = f"{kind.task}Epochs"
        table = RowTable(name, "Epochs; a press chooses one", epoch_columns(kind))
        table.chosen.connect(self._choose)
        table.pressed.connect(self._press)
        return table

    def _tab(self, name: str, title: str) -> QPushButton:
        tab = look(QPushButton(title), "tab")
        tab.setCheckable(True)
        describe(tab, name, title, f"Show the {title.lower()}.")
        self._group.addButton(tab)
        tab.clicked.connect(self._show_tab)
        return tab

    def _lay_out(self) -> None:
        self._bar = QWidget()
        tabs = QHBoxLayout(self._bar)
        tabs.setContentsMargins(0, 0, 0, 0)
        tabs.setSpacing(4)
        for tab in self.tabs:
            tabs.addWidget(tab)
        tabs.addStretch(1)
        head = QVBoxLayout()
        head.setContentsMargins(20, 16, 20, 8)
        head.setSpacing(6)
        head.addWidget(self.words)
        head.addWidget(self._note)
        head.addWidget(self._bar)
        self._pages = QStackedWidget()
        for page in (self.files, self._epochs_area(), self._losses_area()):
            self._pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._pages, 1)

    def _epochs_area(self) -> QWidget:
        """The tables one upon the other; pictures are seen beside theirs."""
        self._tables = QStackedWidget()
        for table in self._by_kind.values():
            self._tables.addWidget(table)
        area = QWidget()
        row = QHBoxLayout(area)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._tables, 1)
        row.addWidget(self.sheet, 1)
        return area

    def _losses_area(self) -> QWidget:
        area = QWidget()
        self._chart_room = QVBoxLayout(area)
        self._chart_room.setContentsMargins(0, 0, 0, 0)
        return area

    def _on_losses(self) -> None:
        """Several lines a second are drawn where they are seen only."""
        if self.isVisible():
            self._show_tab()

    def refresh(self) -> None:
        """Show everything as it is."""
        model = self._model
        check, epochs = model.check, model.epochs
        self.files.show_lines(file_lines(check.rows) if check is not None else [])
        best, chosen = model.best, model.chosen
        numbers = [row.epoch for row in epochs]
        lines = [epoch_line(row, row is best and row.epoch > 0, self._plays(row)) for row in epochs]
        self._tables.setCurrentWidget(self.epochs)
        self.epochs.show_lines(lines, numbers.index(chosen.epoch) if chosen is not None else -1)
        self._show_sheet()
        has_epochs = bool(epochs) or model.state in ("running", "stopping")
        if has_epochs != self._had_epochs:
            self._had_epochs = has_epochs
            self.tabs[_EPOCHS_TAB if has_epochs else _FILES_TAB].setChecked(True)
        self._bar.setVisible(has_epochs)
        self.tabs[_FILES_TAB].setVisible(check is not None)
        self._show_tab()

    def _show_tab(self) -> None:
        at = next((n for n, tab in enumerate(self.tabs) if tab.isChecked()), _FILES_TAB)
        if at == _FILES_TAB and self._had_epochs and self._model.check is None:
            at = _EPOCHS_TAB  # those of an earlier session, whose folder was not read again
        self._pages.setCurrentIndex(at)
        if at == _LOSSES_TAB:
            self._show_losses()
        words, note = (self._of_files, self._of_epochs, self._of_losses)[at]()
        self.words.setText(words)
        self._note.setText(note)

    def _of_files(self) -> tuple[str, str]:
        check, folder = self._model.check, self._model.folder
        summary = check.summary if check is not None else "Reading the folder…"
        return summary, str(folder) if folder is not None else ""

    def _of_epochs(self) -> tuple[str, str]:
        words = self._model.words or "Measuring the model as it is, to compare with."
        return words, self._model.kind.hint

    def _of_losses(self) -> tuple[str, str]:
        losses = self._model.losses
        return losses[-1].health if losses else _NO_LOSSES, _ABOUT_LOSSES

    def _show_losses(self) -> None:
        if self.chart is None:
            from studio.view.widgets.loss_chart import LossChart

            self.chart = LossChart()
            self._chart_room.addWidget(self.chart)
        self.chart.show_losses(self._model.losses, self._model.chosen)

    def _show_sheet(self) -> None:
        kind, row = self._model.kind, self._viewer.shown
        self.sheet.setVisible(kind.seen)
        shown = row if kind.seen else None
        if shown is None:
            self.sheet.show_file("", "")
        else:
            self.sheet.show_file(shown.sample, shown.title)

    def _plays(self, row: EpochRow) -> bool:
        return self._player.playing and self._player.path == row.sample

    def _choose(self, row: int) -> None:
        self._viewer.leave()
        self._model.choose_epoch(self._model.epochs[row].epoch)

    def _press(self, row: int) -> None:
        self._choose(row)
        if not self._model.kind.seen:
            self._player.play(self._model.epochs[row].sample)
