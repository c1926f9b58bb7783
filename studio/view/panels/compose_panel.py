"""The right panel of the Compose tool: model, chords, bars, takes, seed, and the Compose button."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QPoint, Qt, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QPushButton, QVBoxLayout, QWidget

from engines.music.progressions import PROGRESSIONS
from studio.model.compose import SONG_PARAMS, ComposeModel
from studio.model.context import StudioContext
from studio.view.bind import (
    describe,
    hairline,
    key_text,
    label,
    look,
    set_reason,
    tool_button,
    with_keys,
)
from studio.view.panels.melody_facts import MelodyFacts
from studio.view.panels.parts_panel import PartsPanel
from studio.view.param_controls import LABEL_WIDTH, build_controls
from studio.view.widgets.bars_row import BarsRow
from studio.view.widgets.key_row import KeyRow
from studio.view.widgets.model_picker import ModelPicker
from studio.view.widgets.progress_row import ProgressRow
from studio.view.widgets.section import Section
from studio.view.widgets.seed_row import SeedRow


class ChordField(QLineEdit):
    """A line edit that Escape leaves.

    Signals:
        escaped: Escape was pressed.
        shifted: Enter was pressed with Shift.
    """

    escaped = Signal()
    shifted = Signal()

    def event(self, event: QEvent) -> bool:
        """Keep Escape and Shift with Enter for the field, before any shortcut."""
        told = self._told_by(event) if isinstance(event, QKeyEvent) else None
        if told is not None and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if told is not None and event.type() == QEvent.Type.KeyPress:
            told.emit()
            return True
        return super().event(event)

    def _told_by(self, event: QKeyEvent) -> SignalInstance | None:
        if event.key() == Qt.Key.Key_Escape:
            return self.escaped
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        return self.shifted if enter and shift else None


class ChordEntry(QWidget):
    """The chord line with what is said about it below, and a menu of lines to begin with.

    Signals:
        left: the keyboard is wanted elsewhere: Enter composed, or Escape took the typing back.
    """

    left = Signal()

    def __init__(self, model: ComposeModel) -> None:
        super().__init__()
        self._model = model
        self.field = ChordField()
        self.field.setPlaceholderText("C Am F G")
        self.field.setFixedHeight(28)
        tip = "One chord a bar; the line is repeated until the bars are full. % repeats a chord."
        describe(self.field, "chordLine", "Chords", with_keys(tip, "E"))
        self.field.textEdited.connect(model.chords.write)
        self.field.editingFinished.connect(model.chords.commit)
        self.field.returnPressed.connect(self._on_enter)
        self.field.shifted.connect(model.put_chords_under)
        self.field.escaped.connect(self._on_escape)
        self.examples = tool_button(
            "chordExamples", "list-bullets", "Chord lines", "Well-known chord lines to begin with."
        )
        self.examples.clicked.connect(self._open_examples)
        self._said = label("", "muted", wrap=True)
        self._said.setObjectName("chordProblem")
        self._said.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._lay_out()
        model.chords.changed.connect(self._refresh)
        model.song.changed.connect(self._refresh)
        self._refresh()

    def _lay_out(self) -> None:
        caption = label("Chords", "muted")
        caption.setFixedWidth(LABEL_WIDTH)
        caption.setBuddy(self.field)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(caption)
        row.addWidget(self.field, 1)
        row.addWidget(self.examples)
        under = QHBoxLayout()
        under.addSpacing(LABEL_WIDTH + 8)
        under.addWidget(self._said, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addLayout(under)

    def focus(self, chord: int | None = None) -> None:
        """Put the keyboard into the line, with one chord of it selected, or all.

        Args:
            chord: which chord of the line, counted from 0.
        """
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()
        words = _words(self.field.text())
        if chord is not None and chord < len(words):
            self.field.setSelection(*words[chord])

    def _on_enter(self) -> None:
        if not self._model.reason_not_to_compose():
            self._model.compose()
            self.left.emit()

    def _on_escape(self) -> None:
        self._model.chords.revert()
        self.left.emit()

    def _open_examples(self) -> None:
        menu = QMenu(self)
        for title, line in PROGRESSIONS:
            menu.addAction(f"{line}\t{title}", partial(self._model.chords.take_progression, line))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.examples.mapToGlobal(QPoint(0, self.examples.height() + 4)))

    def _refresh(self) -> None:
        model = self._model
        if self.field.text() != model.chords.draft:
            self.field.setText(model.chords.draft)
        self.field.setProperty("invalid", "true" if model.chords.problem else "false")
        self.field.style().unpolish(self.field)
        self.field.style().polish(self.field)
        self._said.setText(model.chords.problem or self._summary())
        look(self._said, "problem" if model.chords.problem else "muted")

    def _summary(self) -> str:
        count, bars = self._model.chords.count(), self._model.bars
        chords = "1 chord" if count == 1 else f"{count} chords"
        if count > bars:
            text = f"{chords}; the first {bars} are used."
        elif count < bars:
            text = f"{chords}, repeated over {bars} bars."
        else:
            text = f"{chords}, one a bar."
        clip = self._model.song.clip
        changed = clip is not None and clip.chords != self._model.plan().chords
        under = f"{key_text('Shift+Return')} puts them under this melody."
        more = f"Compose to hear them; {under}"
        return f"{text} {more}" if changed else text


def _words(line: str) -> list[tuple[int, int]]:
    """Start and length of every chord in a line."""
    spans: list[tuple[int, int]] = []
    start = None
    for place, character in enumerate(f"{line} "):
        if character in " \t,|":
            if start is not None:
                spans.append((start, place - start))
            start = None
        elif start is None:
            start = place
    return spans


class ComposePanel(QWidget):
    """What is asked for."""

    def __init__(self, context: StudioContext, model: ComposeModel) -> None:
        super().__init__()
        self._context, self._model = context, model
        self.picker = ModelPicker("melodyModelPicker", "The network that writes the melodies.")
        self.picker.picked.connect(model.choose_model)
        self.chords = ChordEntry(model)
        self.bars = BarsRow(model.values)
        self.form = build_controls(model.tool, model.values, exclude=(*SONG_PARAMS, "bars"))
        self.seed = SeedRow(model.seed, prefix="melody")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(12)
        column.addWidget(label(model.tool.title, "title"))
        column.addWidget(self.picker)
        column.addWidget(self.chords)
        column.addWidget(KeyRow(model.song))
        column.addWidget(self.bars)
        column.addWidget(self.seed)
        column.addWidget(self.form)
        column.addWidget(self._parts())
        column.addWidget(MelodyFacts(context, model))
        column.addStretch(1)
        model.changed.connect(self._refresh)
        model.song.changed.connect(self._refresh)
        context.models.changed.connect(self._refresh)
        self._refresh()

    def _parts(self) -> Section:
        """Who plays, folded away at first."""
        tip = "Instruments, patterns and levels."
        section = Section("partsHeading", "Parts", tip, open_=False)
        self.parts = PartsPanel(self._model.song, self._model.playback)
        section.column.addWidget(self.parts)
        return section

    def _refresh(self) -> None:
        models = self._context.models
        empty = "No model is installed" if models.known else "Starting the engine"
        self.picker.show_models(models.for_task(self._model.tool.task), self._model.model, empty)
        self.form.set_reason("variation", self._model.reason_no_variation())
        self.form.set_reason("creativity", self._model.reason_no_creativity())


class ComposeFooter(QWidget):
    """Progress of the running job, and the primary button at the bottom right."""

    def __init__(self, model: ComposeModel) -> None:
        super().__init__()
        self._model = model
        self.progress = ProgressRow("Ctrl+.")
        self.progress.cancelled.connect(model.cancel)
        self.again = QPushButton("")
        self.again.setFixedHeight(36)
        tip = with_keys("Write these bars again and leave all others.", "R")
        describe(self.again, "againButton", "Write the bars again", tip)
        self.again.clicked.connect(lambda: model.write_again())
        self.button = look(QPushButton(model.tool.verb), "primary")
        tip = with_keys("Write everything that is not locked.", "G")
        describe(self.button, "composeButton", model.tool.verb, tip)
        self.button.clicked.connect(model.compose)
        row = QHBoxLayout()
        row.setContentsMargins(16, 12, 16, 12)
        row.setSpacing(12)
        row.addWidget(self.progress, 1)
        row.addStretch(0)
        row.addWidget(self.again)
        row.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(hairline())
        column.addLayout(row)
        for signal in (model.changed, model.chords.changed, model.song.changed):
            signal.connect(self._refresh)
        model.playback.changed.connect(self._refresh)
        model.playback.moved.connect(lambda _step: self._name_again())
        self._refresh()

    def _refresh(self) -> None:
        model = self._model
        self.progress.show_job(model.job)
        self.again.setVisible(model.song.clip is not None and model.job is None)
        set_reason(self.button, model.reason_not_to_compose())
        self._name_again()

    def _name_again(self) -> None:
        """Say which bars it would write: those of the loop, or the one of the playhead."""
        if self._model.song.clip is not None:
            words = f"{self._model.choice.words} again".capitalize()
            if words != self.again.text():
                self.again.setText(words)
            set_reason(self.again, self._model.reason_not_to_write_again())
