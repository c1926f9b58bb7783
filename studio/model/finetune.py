"""The Train page's state: a model that goes on learning from a folder of songs or pictures."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from engines.protocol.paths import user_models_dir
from studio.engine_client.command import Ended, EngineCommand
from studio.model.context import StudioContext
from studio.model.finetune_lines import (
    EpochRow,
    add_losses,
    best_of,
    plain_words,
    read_check,
    read_epoch,
    read_losses,
)
from studio.model.finetune_pace import Pace
from studio.model.finetune_runs import MADE, Begun, RunFolder, left_run, name_from, new_run
from studio.model.finetune_wish import FinetuneWish, State

#: At the end of a session, in milliseconds: a first epoch is measured before it is saved.
_SAVED_WITHIN = 60_000


class Finetune(FinetuneWish):
    """What is asked for, how far it is, and what came of it.

    Attributes:
        pace: how long an epoch would take.

    Signals:
        ticked: a second of a running training has gone by.
        lossesGrew: the networks told how they stand.
        added: the name of a model that is in the library now.
    """

    ticked = Signal()
    lossesGrew = Signal()
    added = Signal(str)

    def __init__(
        self,
        context: StudioContext,
        parent: QObject | None = None,
        argv: Sequence[str] | None = None,
    ) -> None:
        """Begin with what an earlier session left, if it left anything.

        Args:
            context: its models, messages and engine.
            parent: Qt's owner.
            argv: what runs ``duet-engine``; None for that of this installation.
        """
        super().__init__(context, parent)
        self._chosen = -1  # the best
        self._begun = 0.0
        self._run: RunFolder | None = None
        self._command = EngineCommand(argv, self)
        self._command.line.connect(self._on_line)
        self._command.ended.connect(self._on_ended)
        self.pace = Pace(argv, self)
        self._clock = QTimer(self, interval=1000)
        self._clock.timeout.connect(self.ticked)
        self.lookWanted.connect(self.look)
        self.changed.connect(self._follow_with_pace)
        self._restore()

    @property
    def process_id(self) -> int:
        """The process that works, 0 when none does."""
        return self._command.process_id

    # --- what is done ----------------------------------------------------------------------

    def look(self) -> None:
        """Read the folder, to know what of it is used."""
        model = self.model
        if self._folder is None or self.reason_fixed():
            return
        self._checked_for = model.name if model is not None else ""
        base = ["--model", model.name] if model is not None else []
        self._start("checking", ["--check", "--json", "--data", str(self._folder), *base])

    def train(self) -> None:
        """Begin to learn."""
        model = self.model
        if self.reason_not_to_train() or model is None or self._folder is None:
            return
        try:
            begun = Begun(model.name, str(self._folder), self._name, self.objective)
            self._run = new_run(begun)
        except OSError as error:
            self.problem = f"Nothing can be kept in your folder: {error.strerror or error}."
            self.changed.emit()
            return
        self._forget()
        self._learn(self._run)

    def go_on(self) -> None:
        """Learn more, for the minutes asked for, after the last epoch."""
        if not self.reason_not_to_go_on() and self._run is not None:
            self._learn(self._run, resume=True)

    def _follow_with_pace(self) -> None:
        """Once everything is there to begin with, it is measured how long it would take."""
        model = self.model
        ready = self._state == "ready" and not self._reason_remote()
        if ready and model is not None and self._folder is not None:
            self.pace.want(model.name, self._folder, self.objective)
        else:
            self.pace.stop()

    def _learn(self, run: RunFolder, resume: bool = False) -> None:
        begun = run.begun
        self._begun = time.monotonic()
        wanted = {
            "model": begun.model,
            "data": begun.folder,
            "out": run.path / begun.name,
            "minutes": self._minutes,
        }
        if self.objective and not resume:
            wanted["objective"] = self.objective
        options = [f"--{key}={value}" for key, value in wanted.items()]
        self._clock.start()
        more = ["--resume"] if resume else []
        self._start("running", [*options, *more, "--epochs-only", "--json"])

    def stop(self) -> None:
        """End the training after the current step; its epochs stay."""
        if not self.reason_not_to_stop():
            self._state = "stopping"
            self._command.stop()
            self.changed.emit()

    def add(self) -> None:
        """Make a model of the chosen epoch and put it in the library."""
        chosen = self.chosen
        if not self.reason_not_to_add() and chosen is not None and self._run is not None:
            options = ["export", "--checkpoint", chosen.file, "--out", str(self._made)]
            self._start("adding", options)

    def begin_again(self) -> None:
        """Clear the page for another training; epochs that are not in the library go."""
        if self.reason_not_to_begin_again():
            return
        self._drop_run()
        self._forget()
        self._name_is_own = False
        self._state, self.problem = "idle", ""
        if self._folder is not None:
            self._name = name_from(self._folder.name, self._taken())
        self._look_again()

    def let_go(self) -> None:
        """The session is about to end: a training that runs may begin to save."""
        self._command.ask_to_end()

    def close(self) -> None:
        """End of the session: nothing goes on; what is not in the library is kept.

        A training that runs saves where it is, to go on from there another day.
        """
        self.pace.stop()
        self._command.close(_SAVED_WITHIN if self.epochs else 0)
        self._clock.stop()
        # Whether there is an epoch worth keeping, the next session reads from its log.
        if self._run is not None and self.epochs and self._state != "added":
            self._run.leave()
            self._run = None
        self._drop_run()

    # --- what came of it -------------------------------------------------------------------

    @property
    def best(self) -> EpochRow | None:
        """The epoch with the best score."""
        return best_of(self.epochs)

    @property
    def chosen(self) -> EpochRow | None:
        """The epoch that would be added: the best unless another was chosen."""
        rows = {row.epoch: row for row in self.epochs}
        return rows.get(self._chosen) or self.best

    @property
    def words(self) -> str:
        """What the figures say."""
        return plain_words(self.epochs, over=self._state not in ("running", "stopping"))

    @property
    def seconds_left(self) -> float:
        """Until the last epoch begins; 0 when it has; -1 when nothing is learning."""
        if self._state != "running":
            return -1.0
        return max(0.0, 60.0 * self._minutes - (time.monotonic() - self._begun))

    def choose_epoch(self, number: int) -> None:
        """Mean another epoch."""
        if self._state not in ("adding", "added") and number != self._chosen:
            self._chosen = number
            self.changed.emit()

    # --- the process -----------------------------------------------------------------------

    @property
    def _made(self) -> Path:
        """Where a model is written before it is whole, under its own name."""
        assert self._run is not None
        return self._run.path / MADE / self._name

    def _start(self, state: State, arguments: list[str]) -> None:
        self._state, self.problem = state, ""
        words = arguments if state == "adding" else ["finetune", *arguments]
        self._command.start(words)
        self.changed.emit()

    def _on_line(self, line: bytes) -> None:
        if self._state not in ("running", "stopping"):
            return
        losses, row = read_losses(line), read_epoch(line)
        if losses is not None:
            add_losses(self.losses, losses)
            self.lossesGrew.emit()
        elif row is not None:
            self.epochs.append(row)
            self.changed.emit()

    def _on_ended(self, ended: Ended) -> None:
        if self._state == "checking":
            self._checked(ended)
        elif self._state == "adding":
            self._exported(ended)
        else:
            self._trained(ended)
        self.changed.emit()

    def _checked(self, ended: Ended) -> None:
        self.check = read_check(ended.output)
        usable = self.check is not None and self.check.error is None
        self._state = "ready" if usable else "failed"
        if self.check is None:
            said = ended.sentence or "Reading the folder was ended from outside."
            self.problem = said if ended.sentence else f"{said} Read it again with F5."
        elif self.check.error is not None:
            self.problem = self.check.error.sentence

    def _trained(self, ended: Ended) -> None:
        self._clock.stop()
        asked, last = self._state == "stopping", len(self.epochs) - 1
        self._state = "done" if last >= 1 else "ready" if asked else "failed"
        if last < 1:
            self._drop_run()
            self._forget()
        if asked and last < 1:
            self.problem = "It was stopped before its first epoch: nothing was learnt."
        elif not asked and not ended.whole:
            said = ended.sentence or "The training was ended from outside."
            kept = f" The epochs up to {last} are kept." if last >= 1 else " Train again."
            self.problem = said + (kept if last >= 1 or not ended.sentence else "")

    def _exported(self, ended: Ended) -> None:
        self._state = "done"
        target = user_models_dir() / self._name
        try:
            if ended.whole and not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                self._made.replace(target)  # whole or not at all
                self._state = "added"
        except OSError as error:
            self.problem = f"{target} cannot be written: {error.strerror or error}."
        assert self._run is not None
        if self._state == "added":
            self._run.withdraw()
            self._context.client.list_models()
            self.added.emit(self._name)
            return
        shutil.rmtree(self._made.parent, ignore_errors=True)
        ended_so = "Writing the model was ended from outside. Add it to the library again."
        self.problem = self.problem or ended.sentence or self.name_problem() or ended_so

    def _forget(self) -> None:
        self.epochs, self.losses, self._chosen = [], [], -1

    def _drop_run(self) -> None:
        if self._run is not None:
            self._run.remove()
            self._run = None

    def _restore(self) -> None:
        left = left_run()
        if left is not None:
            self._run, self._name = left.folder, left.name
            self.epochs, self.losses = left.epochs, left.losses
            begun = self._run.begun
            self._model, self._objective = begun.model, begun.objective
            self._folder = Path(begun.folder) if begun.folder else None
            self._state, self._name_is_own = "done", True
            self.problem = (
                f"Duet was closed before “{self._name}” came into the library; its epochs are "
                "still here."
            )
