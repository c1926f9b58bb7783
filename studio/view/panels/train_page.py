"""The Train mode: a model goes on learning from a folder of one's own songs or pictures."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QStackedWidget

from studio.actions.actions import Action
from studio.actions.train import train_actions
from studio.model.context import StudioContext
from studio.model.epoch_player import EpochPlayer
from studio.model.epoch_viewer import EpochViewer
from studio.model.finetune import Finetune
from studio.view.bind import look
from studio.view.mode import ModePage
from studio.view.panels.train_panel import TrainFooter, TrainPanel
from studio.view.panels.train_tables import TrainTables
from studio.view.widgets.empty_state import EmptyState

_EMPTY = "Choose a folder of pictures or of MIDI files, and a model goes on learning from it."


class TrainPage(ModePage):
    """Ties the Finetune model to its views."""

    def __init__(self, context: StudioContext) -> None:
        super().__init__(context)
        self.model = Finetune(context, self)
        self.player = EpochPlayer(context.settings, self)
        self.viewer = EpochViewer(self.model, self)
        self._told = ""
        self.drop_words = (
            "Drop a folder of pictures or of MIDI files: a model can go on learning from it."
        )
        self.empty = EmptyState(_EMPTY, "Choose a folder…", "trainChooseFolder")
        self.empty.pressed.connect(self.choose_folder)
        self.tables = TrainTables(self.model, self.player, self.viewer)
        self.stack = look(QStackedWidget(), "canvas")
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.tables)
        self.content = self.stack
        self.panel = self.controls = TrainPanel(context, self.model)
        self.controls.folderWanted.connect(self.choose_folder)
        self.footer = self.buttons = TrainFooter(self.model)
        self.buttons.resized.connect(self.partsResized)
        self.buttons.useWanted.connect(self.use)
        self.model.changed.connect(self._refresh)
        self.model.added.connect(self._tell_added)
        self.player.changed.connect(self.actionsChanged)
        self.player.silent.connect(self._tell_silence)
        self._refresh()

    # --- the mode --------------------------------------------------------------------------

    @property
    def chapter(self) -> str:
        return "train"

    def actions(self) -> list[Action]:
        return train_actions(self)

    def activate(self) -> None:
        self.tables.refresh()

    def deactivate(self) -> None:
        self.player.stop()

    def close(self) -> None:
        self.player.close()
        self.model.let_go()

    def finish(self) -> None:
        self.model.close()

    def accepts(self, path: str) -> bool:
        return Path(path).is_dir()

    def open_file(self, path: str) -> None:
        reason = self.model.reason_fixed()
        if reason:
            self.context.messages.show(reason, level="warn")
        else:
            self.model.choose_folder(Path(path))

    # --- what actions do -------------------------------------------------------------------

    def choose_folder(self) -> None:
        """Ask where the songs or pictures are."""
        if self.model.reason_fixed():
            return
        before = str(self.model.folder or Path.home())
        title = "Choose a folder of pictures or songs"
        path = QFileDialog.getExistingDirectory(self.stack, title, before)
        if path:
            self.model.choose_folder(Path(path))

    def toggle(self) -> None:
        """Play the chosen epoch, or stop; of pictures, show those before it learnt, or its own."""
        chosen = self.model.chosen
        if self.model.kind.seen:
            self.viewer.toggle()
        elif self.player.playing:
            self.player.stop()
        elif chosen is not None:
            self.player.play(chosen.sample)

    def use(self) -> None:
        """Work with the model that was made."""
        if not self.model.reason_not_to_use():
            self._use(self.model.name)

    def reason_not_to_play(self) -> str:
        """Why there is nothing to hear or to compare, or ""."""
        return "" if self.model.epochs else "There is no epoch yet."

    def reason_not_to_look(self) -> str:
        """Why the folder cannot be read, or ""."""
        if self.model.folder is None:
            return "Choose a folder first."
        return self.model.reason_fixed()

    # --- what is shown ---------------------------------------------------------------------

    def _refresh(self) -> None:
        model = self.model
        blank = model.folder is None and not model.epochs
        self.stack.setCurrentWidget(self.empty if blank else self.tables)
        title = f"Train · {model.name}" if model.epochs else "Train"
        if title != self.title:
            self.title = title
            self.titleChanged.emit(title)
        if model.problem != self._told:
            before, self._told = self._told, model.problem
            current = self.context.messages.current
            if model.problem:
                self.context.messages.show(model.problem, level="warn")
            elif current is not None and current.text == before:
                self.context.messages.clear()
        self.actionsChanged.emit()

    def _tell_added(self, name: str) -> None:
        self.context.messages.show(
            f"“{name}” is in the library.", self.model.kind.use, lambda: self._use(name)
        )

    def _use(self, name: str) -> None:
        info = self.context.models.get(name)
        if info is not None:
            self.context.models.useRequested.emit(info)

    def _tell_silence(self, sentence: str) -> None:
        self.context.messages.show(sentence, level="warn")


def build(context: StudioContext) -> TrainPage:
    """The Train mode's page."""
    return TrainPage(context)
