"""The right panel of the Train page: what is asked for, and the buttons below."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.model.context import StudioContext
from studio.model.finetune import Finetune
from studio.model.finetune_wish import MOST_MINUTES, OWN_OBJECTIVE
from studio.view.bind import describe, hairline, label, look, set_reason, set_tip, with_keys
from studio.view.icons import icon
from studio.view.param_controls import LABEL_WIDTH
from studio.view.widgets.combo import Combo
from studio.view.widgets.model_picker import ModelPicker
from studio.view.widgets.number_field import NumberField
from studio.view.widgets.progress_row import time_left

_NAME_WIDTH = 140
_AS_LEARNED = "As it learned"
_OBJECTIVE = "What the two networks play for: their pair of losses."
_LEAD = (
    "The model's own weights stay as they are: what it learns becomes a new model, which is yours."
)


def _row(caption: str, control: QWidget) -> QHBoxLayout:
    title = label(caption, "muted")
    title.setFixedWidth(LABEL_WIDTH)
    title.setBuddy(control)
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(title)
    row.addWidget(control, 1)
    return row


def _under(widget: QWidget) -> QHBoxLayout:
    """A widget that stands under the controls, not under their captions."""
    row = QHBoxLayout()
    row.addSpacing(LABEL_WIDTH + 8)
    row.addWidget(widget, 1)
    return row


class TrainPanel(QWidget):
    """What is asked for.

    Signals:
        folderWanted: a person wants to choose the songs or pictures.
    """

    folderWanted = Signal()

    def __init__(self, context: StudioContext, model: Finetune) -> None:
        super().__init__()
        self._context, self._model = context, model
        self.picker = ModelPicker("trainModelPicker", "The network that goes on learning.")
        self.picker.picked.connect(model.choose_model)
        self.choose = QPushButton(icon("folder-open"), "Choose…")
        tip = with_keys(
            "A folder of pictures, MIDI files or lead sheets; it can be dropped here too.", "O"
        )
        describe(self.choose, "trainFolder", "Choose a folder", tip)
        self.choose.clicked.connect(self.folderWanted)
        self._found = label("", "muted", wrap=True)
        self.minutes = NumberField(1, MOST_MINUTES, unit="min")
        tip = "No epoch begins after this long; the one that runs is finished."
        describe(self.minutes, "trainMinutes", "Minutes", tip)
        self.minutes.edited.connect(model.set_minutes)
        self._pace = describe(label("", "muted", wrap=True), "trainPace", "Time it takes")
        self.objective = Combo()
        describe(self.objective, "trainObjective", "Objective", _OBJECTIVE)
        self.objective.activated.connect(self._choose_objective)
        self.name = QLineEdit()
        self.name.setFixedHeight(28)
        self.name.setPlaceholderText("my-model")
        describe(self.name, "trainName", "Name", "What the new model is called in the library.")
        self.name.textEdited.connect(model.set_name)
        self._wrong = label("", "problem", wrap=True)
        self._lay_out()
        model.changed.connect(self._refresh)
        model.pace.changed.connect(self._show_pace)
        context.settings.changed.connect(lambda _name: self._refresh())
        self._refresh()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(12)
        column.addWidget(label("Train", "title"))
        column.addWidget(self.picker)
        column.addLayout(_row("Folder", self.choose))
        column.addLayout(_under(self._found))
        column.addLayout(_row("Objective", self.objective))
        column.addLayout(_row("Minutes", self.minutes))
        column.addLayout(_under(self._pace))
        column.addLayout(_row("Name", self.name))
        column.addLayout(_under(self._wrong))
        column.addWidget(hairline())
        column.addWidget(label(_LEAD, "muted", wrap=True))
        column.addStretch(1)

    def _refresh(self) -> None:
        model, shelf = self._model, self._context.models
        empty = "No model that can learn" if shelf.known else "Starting the engine"
        base = model.model
        self.picker.show_models(model.models, base.name if base is not None else "", empty)
        fixed = model.reason_fixed()
        for control in (self.picker, self.choose):
            set_reason(control, fixed)
        set_reason(self.minutes, model.reason_minutes_fixed())
        self._show_objective()
        added = model.state in ("running", "stopping", "adding", "added")
        set_reason(self.name, fixed if added else "")
        folder = model.folder
        if folder is not None:
            name = folder.name or str(folder)
            elide = Qt.TextElideMode.ElideMiddle
            self.choose.setText(self.fontMetrics().elidedText(name, elide, _NAME_WIDTH))
        checking = model.state == "checking"
        used = f"{model.check.used}." if model.check is not None else ""
        self._found.setText("Reading the folder…" if checking else used)
        self._found.setVisible(bool(self._found.text()))
        if not self.minutes.hasFocus():
            self.minutes.set_value(model.minutes)
        if self.name.text() != model.name:
            self.name.setText(model.name)
        asked = bool(model.name) or folder is not None
        self._wrong.setText(model.name_problem() if asked and not added else "")
        self._wrong.setVisible(bool(self._wrong.text()))
        self._show_pace()

    def _show_pace(self) -> None:
        self._pace.setText(self._model.pace.words(self._model.minutes))
        self._pace.setVisible(bool(self._pace.text()))

    def _choose_objective(self, row: int) -> None:
        self._model.choose_objective(str(self.objective.itemData(row)))

    def _show_objective(self) -> None:
        """Offer what the model can learn by, each with a sentence."""
        model, box = self._model, self.objective
        names = [OWN_OBJECTIVE, *(each.name for each in model.kind.objectives)]
        if names != [box.itemData(row) for row in range(box.count())]:
            box.clear()
            box.addItem(_AS_LEARNED, OWN_OBJECTIVE)
            for each in model.kind.objectives:
                box.addItem(each.title, each.name)
                box.setItemData(box.count() - 1, each.about, Qt.ItemDataRole.ToolTipRole)
        box.setCurrentIndex(names.index(model.objective))
        about = {each.name: each.about for each in model.kind.objectives}
        set_tip(box, about.get(model.objective, _OBJECTIVE))
        set_reason(box, model.reason_objective_fixed())


class TrainFooter(QWidget):
    """How far it is, and what to press: stop, another training, and the primary button.

    Signals:
        resized: it wants another height.
        useWanted: a person wants to work with the new model.
    """

    resized = Signal()
    useWanted = Signal()

    def __init__(self, model: Finetune) -> None:
        super().__init__()
        self._model = model
        self._text = label("", "muted", wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        describe(self.bar, "trainProgress", "Progress", "How much of its time is gone.")
        self.stop = QPushButton("Stop")
        tip = with_keys("End it after the current step; the epochs so far are kept.", "Ctrl+.")
        describe(self.stop, "trainStop", "Stop", tip)
        self.stop.clicked.connect(model.stop)
        self.again = QPushButton("Start over")
        tip = "Begin another training; epochs that were not added to the library go."
        describe(self.again, "trainAgain", "Start over", with_keys(tip, "Ctrl+N"))
        self.again.clicked.connect(model.begin_again)
        self.more = QPushButton("Learn more")
        tip = "Go on after the last epoch, for the minutes chosen."
        describe(self.more, "trainMore", "Learn more", with_keys(tip, "Shift+G"))
        self.more.clicked.connect(model.go_on)
        self.button = look(QPushButton("Train"), "primary")
        describe(self.button, "trainButton", "Train")
        self.button.clicked.connect(self._press)
        for button in (self.stop, self.again, self.more):
            look(button, "secondaryLarge")
        self._lay_out()
        model.changed.connect(self._refresh)
        model.ticked.connect(self._tell_time)
        self._refresh()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        for button in (self.stop, self.again, self.button):
            row.addWidget(button)
        inner = QVBoxLayout()
        inner.setContentsMargins(16, 12, 16, 12)
        inner.setSpacing(8)
        inner.addWidget(self._text)
        inner.addWidget(self.bar)
        inner.addWidget(self.more)
        inner.addLayout(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(hairline())
        column.addLayout(inner)

    @property
    def adds(self) -> bool:
        """Whether the primary button is the one that adds to the library."""
        return self._model.state in ("done", "adding", "added")

    def _press(self) -> None:
        if self._model.state == "added":
            self.useWanted.emit()
        elif self.adds:
            self._model.add()
        else:
            self._model.train()

    def _refresh(self) -> None:
        model, learning = self._model, self._model.state in ("running", "stopping")
        own = (self, self.stop, self.again, self.more, self.button)
        keyboard = self.window().focusWidget()  # also while another program is in front
        held = next((widget for widget in own if widget is keyboard), None)
        self.stop.setVisible(learning)
        self.button.setVisible(not learning)
        if held is not None:
            self.setFocus()  # of a button that goes, Qt gives it to the first one of the window
        set_reason(self.stop, model.reason_not_to_stop() if learning else "")
        for button, reason, seen in (
            (self.again, model.reason_not_to_begin_again(), self.adds),
            (self.more, model.reason_not_to_go_on(), self.adds and model.state != "added"),
        ):
            button.setVisible(seen)
            set_reason(button, reason if seen else "")
        self._tell_button()
        if held is not None:
            usable = held is not self and held.isVisibleTo(self) and held.isEnabled()
            (held if usable else self.stop if learning else self.button).setFocus()
        busy = model.state in ("checking", "running", "stopping", "adding")
        self.bar.setVisible(busy)
        self._tell_time()
        self._text.setVisible(bool(self._text.text()))
        layout = self.layout()
        if layout is not None:
            layout.activate()  # its height is asked for at once
        self.resized.emit()

    def _tell_button(self) -> None:
        """What the primary button does now, and why it cannot."""
        model, reason, key = self._model, "", ""
        match model.state:
            case "added":
                verb, tip = model.kind.use, f"Work with “{model.name}”."
                reason = model.reason_not_to_use()
            case "done" | "adding":
                verb, tip, key = "Add to the library", "Make a model of the chosen epoch.", "Return"
                reason = model.reason_not_to_add()
            case _:
                verb, tip, key = "Train", f"Learn from these {model.kind.data}.", "G"
                reason = model.reason_not_to_train()
        if self.button.text() != verb:
            self.button.setText(verb)
        set_reason(self.button, "")
        describe(self.button, "trainButton", verb, with_keys(tip, key) if key else tip)
        set_reason(self.button, reason)

    def _tell_time(self) -> None:
        model = self._model
        self._text.setText(self._words())
        if model.state == "running" and model.seconds_left > 0:
            self.bar.setRange(0, 60 * model.minutes)
            self.bar.setValue(round(60 * model.minutes - model.seconds_left))
        else:
            self.bar.setRange(0, 0)  # how long it takes is not known

    def _words(self) -> str:
        model = self._model
        chosen = model.chosen
        match model.state:
            case "checking":
                return "Reading the folder"
            case "running" if not model.epochs:
                return "Starting"
            case "running":
                left = time_left(model.seconds_left) if model.seconds_left else "the last one"
                return f"Epoch {len(model.epochs)} · {left}"
            case "stopping":
                return "Stopping after this step"
            case "adding":
                return "Writing the model"
            case "done" if chosen is not None:
                which = f"Epoch {chosen.epoch}" if chosen.epoch else "The model as it was"
                return f"{which} is chosen."
        return ""
