"""What a person asks of a training, and why it cannot be had now."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal

from engines.protocol.messages import ModelInfo
from engines.protocol.paths import user_models_dir
from studio.model.context import StudioContext
from studio.model.finetune_kinds import KINDS, SONGS, Kind, kind_of_folder
from studio.model.finetune_lines import Check, EpochRow, LossRow
from studio.model.finetune_runs import name_from, name_problem

State = Literal[
    "idle", "checking", "ready", "running", "stopping", "done", "adding", "added", "failed"
]
USUAL_MINUTES, MOST_MINUTES = 10, 600
OWN_OBJECTIVE = ""
_AT_WORK = {
    "checking": "The folder is being read.",
    "running": "It is learning now: stop it first.",
    "stopping": "It is about to stop.",
    "adding": "The model is being written.",
}


class FinetuneWish(QObject):
    """Model, folder, objective, minutes and name.

    Attributes:
        check: what the folder comes to, once it was read.
        epochs: all so far, the model as it was first.
        losses: all so far.
        problem: what went wrong, as a sentence, or "".

    Signals:
        changed: any of it.
        lookWanted: the folder is to be read, again or for the first time.
    """

    changed = Signal()
    lookWanted = Signal()

    def __init__(self, context: StudioContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._state: State = "idle"
        self._model = ""
        self._folder: Path | None = None
        self._objective = OWN_OBJECTIVE
        self._minutes, self._name, self._name_is_own = USUAL_MINUTES, "", False
        self.check: Check | None = None
        self.epochs: list[EpochRow] = []
        self.losses: list[LossRow] = []
        self.problem = ""
        self._checked_for = ""  # the model that the folder was read for
        context.models.changed.connect(self._on_models)

    # --- what is asked for -----------------------------------------------------------------

    @property
    def state(self) -> State:
        """What is going on."""
        return self._state

    @property
    def models(self) -> tuple[ModelInfo, ...]:
        """What can learn on."""
        return tuple(info for task in KINDS for info in self._context.models.for_task(task))

    @property
    def model(self) -> ModelInfo | None:
        """The model to begin with."""
        names = {model.name: model for model in self.models}
        first = next(iter(self.models), None)
        return names.get(self._model) or names.get(SONGS.usual) or first

    @property
    def kind(self) -> Kind:
        """What is learnt from, or was."""
        if self.epochs:
            return self.epochs[0].kind
        return KINDS[self.model.task] if self.model is not None else SONGS

    @property
    def folder(self) -> Path | None:
        """The songs or pictures."""
        return self._folder

    @property
    def objective(self) -> str:
        """What the two networks will play for; "" for what the model learned by."""
        known = [each.name for each in self.kind.objectives]
        return self._objective if self._objective in known else OWN_OBJECTIVE

    @property
    def minutes(self) -> int:
        """No epoch begins after this long."""
        return self._minutes

    @property
    def name(self) -> str:
        """What the new model will be called."""
        return self._name

    def choose_model(self, name: str) -> None:
        """Begin with another model; the folder is looked at again."""
        if not self.reason_fixed() and name != self._model:
            self._model = name
            self._look_again()

    def choose_folder(self, folder: Path) -> None:
        """Learn from another folder, which is read at once; it may be for another kind of model."""
        if self.reason_fixed():
            return
        held = kind_of_folder(folder, self.kind)
        if held is not self.kind:
            self._model = held.usual
        self._folder, self.check = folder, None
        if not self._name_is_own:
            self._name = name_from(folder.name, self._taken())
        self._look_again()

    def choose_objective(self, name: str) -> None:
        """Play for something else; "" for what the model learned by."""
        if not self.reason_objective_fixed() and name != self._objective:
            self._objective = name
            self.changed.emit()

    def set_minutes(self, minutes: float) -> None:
        """Train for another while, 1 minute to ten hours."""
        self._minutes = max(1, min(MOST_MINUTES, round(minutes)))
        self.changed.emit()

    def set_name(self, name: str) -> None:
        """Call the new model something else."""
        if name != self._name:
            self._name, self._name_is_own = name.strip(), True
            self.changed.emit()

    def name_problem(self) -> str:
        """Why it cannot be called so, or ""."""
        return name_problem(self._name, self._taken()) if self._state != "added" else ""

    # --- reasons ---------------------------------------------------------------------------

    def reason_fixed(self) -> str:
        """Why model and folder cannot be changed now, or ""."""
        if self._state in ("done", "added"):
            return "Begin another training to change this."
        return _AT_WORK.get(self._state, "") if self._state != "checking" else ""

    def reason_own_objective(self) -> str:
        """Why this model has one objective only, or ""."""
        if self.kind.objectives:
            return ""
        return f"A model of {self.kind.data} keeps the objective that it learned by."

    def reason_objective_fixed(self) -> str:
        """Why the objective cannot be changed now, or ""."""
        return self.reason_fixed() or self.reason_own_objective()

    def reason_minutes_fixed(self) -> str:
        """Why the minutes cannot be changed now, or ""."""
        return self.reason_fixed() if self._state != "done" else ""

    def reason_not_to_go_on(self) -> str:
        """Why it cannot learn more now, or ""."""
        if self._state == "added":
            return f"“{self._name}” is in the library: start over, and choose it as the model."
        if self._state != "done":
            return _AT_WORK.get(self._state, "Nothing has been learnt yet.")
        if self._folder is None:
            return "Which folder it learnt from is not known any more."
        return self._reason_remote()

    def reason_not_to_train(self) -> str:
        """Why it cannot learn now, or ""."""
        if self._state in _AT_WORK:
            return _AT_WORK[self._state]
        if self._state in ("done", "added"):
            return "It has learnt: add an epoch to the library, or begin another training."
        if self._reason_remote():
            return self._reason_remote()
        if self.model is None:
            known = self._context.models.known
            return "No model that can learn is installed." if known else "The engine is starting."
        if self._folder is None:
            return "Choose a folder of pictures or songs first."
        if self.check is None:
            return self.problem or "The folder has not been read yet."
        return self.check.error.sentence if self.check.error else self.name_problem()

    def _reason_remote(self) -> str:
        if self._context.settings.choices.remote_host:
            return "Training works on this computer only: choose it as the engine in Settings."
        return ""

    def reason_not_to_stop(self) -> str:
        """Why there is nothing to stop, or ""."""
        if self._state == "stopping":
            return _AT_WORK["stopping"]
        return "" if self._state == "running" else "Nothing is learning."

    def reason_not_to_add(self) -> str:
        """Why no epoch can become a model now, or ""."""
        if self._state == "added":
            return f"“{self._name}” is in the library."
        if self._state != "done":
            return _AT_WORK.get(self._state, "Nothing has been learnt yet.")
        return self.name_problem()

    def reason_not_to_use(self) -> str:
        """Why the new model cannot be used yet, or ""."""
        if self._state != "added":
            return "It is not in the library yet."
        known = self._context.models.get(self._name) is not None
        return "" if known else "The library is being read."

    def reason_not_to_begin_again(self) -> str:
        """Why the page cannot be cleared, or ""."""
        if self._state in ("done", "added"):
            return ""
        return _AT_WORK.get(self._state, "Nothing has been learnt yet.")

    def _on_models(self) -> None:
        """The folder may have been chosen before anybody knew what models there are."""
        name = self.model.name if self.model is not None else ""
        if self._folder is not None and not self.reason_fixed() and name != self._checked_for:
            self.lookWanted.emit()
        self.changed.emit()

    def _look_again(self) -> None:
        if self._folder is not None:
            self.lookWanted.emit()
        else:
            self.changed.emit()

    def _taken(self) -> list[str]:
        names = [model.name for model in self._context.models.all()]
        place = user_models_dir()
        return [*names, *(path.name for path in place.iterdir())] if place.is_dir() else names
