"""What stands in the middle of the Train page: the folder's files, and the epochs."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from studio.model.epoch_player import EpochPlayer
from studio.model.finetune import Finetune
from studio.model.finetune_lines import CheckRow, EpochRow
from studio.view.bind import describe, label, look
from studio.view.widgets.row_table import BY_THE_WAY, Column, Line, RowTable

_FILES = (Column("File", 220), Column("What of it is used, or why not"))
_EPOCHS = (
    Column("Epoch"),
    Column("Score", 44, True, "Likeness to the held-out songs less what musical targets miss."),
    Column("Overlap", 54, True, "How far the figures' distributions meet those of held-out songs."),
    Column("In key", 46, True, "Share of notes in the scale that fits best."),
    Column("On chord", 62, True, "Share of notes on the chord, or resolving to it."),
    Column("Mean leap", 68, True, "Semitones from note to note."),
    Column("Notes a bar", 80, True, "How many notes a bar has."),
)
_BEFORE = "the model as it was"


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


def epoch_line(row: EpochRow, best: bool, playing: bool) -> Line:
    """One epoch's figures."""
    name, more = (f"Epoch {row.epoch}", "best score") if row.epoch else ("Before", _BEFORE)
    figures = (
        f"{row.score:.2f}".replace("-", "\N{MINUS SIGN}"),
        f"{row.overlap:.2f}",
        f"{row.scale_consistency:.0%}",
        f"{row.chord_tone_or_resolved_ratio:.0%}",
        f"{row.mean_interval:.1f}",
        f"{row.notes_per_bar:.1f}",
    )
    return Line(
        (f"{name}{BY_THE_WAY}{more}" if best or not row.epoch else name, *figures),
        icon="speaker-high" if playing else "star" if best else "play",
        role="text" if row.epoch else "muted",
        icon_role="text" if playing else "good" if best else "muted",
        tip="Press to hear eight bars over C Am F G; always from the same noise.",
    )


class TrainTables(QWidget):
    """Two tables under tabs, and a line that says what they come to."""

    def __init__(self, model: Finetune, player: EpochPlayer) -> None:
        super().__init__()
        look(self, "canvas")
        self._model, self._player = model, player
        self._had_epochs = False
        self.words = label("", "lead", wrap=True)
        self._note = label("", "muted", wrap=True)
        self.files = RowTable("trainFiles", "Files of the folder", _FILES)
        self.epochs = RowTable("trainEpochs", "Epochs; a press plays one and chooses it", _EPOCHS)
        self.epochs.chosen.connect(self._choose)
        self.epochs.pressed.connect(self._play)
        self._group = QButtonGroup(self)
        self._tabs = [self._tab("trainFilesTab", "Songs"), self._tab("trainEpochsTab", "Epochs")]
        self._lay_out()
        for signal in (model.changed, player.changed):
            signal.connect(self._refresh)
        self._refresh()

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
        for tab in self._tabs:
            tabs.addWidget(tab)
        tabs.addStretch(1)
        head = QVBoxLayout()
        head.setContentsMargins(20, 16, 20, 8)
        head.setSpacing(6)
        head.addWidget(self.words)
        head.addWidget(self._note)
        head.addWidget(self._bar)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.files, 1)
        column.addWidget(self.epochs, 1)

    def _refresh(self) -> None:
        model = self._model
        check, epochs = model.check, model.epochs
        self.files.show_lines(file_lines(check.rows) if check is not None else [])
        best, chosen = model.best, model.chosen
        numbers = [row.epoch for row in epochs]
        lines = [epoch_line(row, row is best and row.epoch > 0, self._plays(row)) for row in epochs]
        self.epochs.show_lines(lines, numbers.index(chosen.epoch) if chosen is not None else -1)
        has_epochs = bool(epochs) or model.state in ("running", "stopping")
        if has_epochs != self._had_epochs:
            self._had_epochs = has_epochs
            self._tabs[1 if has_epochs else 0].setChecked(True)
        self._bar.setVisible(has_epochs and check is not None)
        self._show_tab()

    def _show_tab(self) -> None:
        model = self._model
        epochs = self._had_epochs and (self._tabs[1].isChecked() or model.check is None)
        self.epochs.setVisible(epochs)
        self.files.setVisible(not epochs)
        summary = model.check.summary if model.check is not None else "Reading the folder…"
        if epochs:
            self.words.setText(model.words or "Measuring the model as it is, to compare with.")
            self._note.setText("Press an epoch to hear it and to choose it. Space plays and stops.")
        else:
            self.words.setText(summary)
            folder = model.folder
            self._note.setText(str(folder) if folder is not None else "")

    def _plays(self, row: EpochRow) -> bool:
        return self._player.playing and self._player.path == row.midi

    def _choose(self, row: int) -> None:
        self._model.choose_epoch(self._model.epochs[row].epoch)

    def _play(self, row: int) -> None:
        self._choose(row)
        self._player.play(self._model.epochs[row].midi)
