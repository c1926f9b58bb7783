"""The Library: every model, what it learnt from, its licence, its size and its measured quality."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from engines.protocol.messages import ModelInfo
from engines.protocol.paths import shipped_models_dir, user_models_dir
from engines.protocol.tools import TOOLS
from studio.actions.actions import Action
from studio.actions.library import library_actions
from studio.model.context import StudioContext
from studio.model.model_import import CARD, ModelImport
from studio.model.own_models import bring_back, throw_away
from studio.model.quality import figures
from studio.view.bind import describe, hairline, label, look, set_reason, tool_button, with_keys
from studio.view.icons import icon
from studio.view.mode import ModePage
from studio.view.panels.facts import Facts
from studio.view.panels.quality_table import QualityTable
from studio.view.thumbnails import Thumbnails
from studio.view.widgets.empty_state import EmptyState
from studio.view.widgets.filter_field import FilterField
from studio.view.widgets.model_cards import ModelCards
from studio.view.widgets.model_picker import load_preview

_CHOSEN = "library.model"
_NOTHING_FITS = "No model fits the filter."


class LibraryPage(ModePage):
    """Cards in the middle, the chosen one's facts on the right."""

    def __init__(self, context: StudioContext) -> None:
        super().__init__(context)
        self.title = "Library"
        self._chosen: ModelInfo | None = None
        self._thumbnails = Thumbnails(load_preview, self)
        self.cards = ModelCards(self._thumbnails)
        describe(self.cards, "modelCards", "Models", "Every model; Enter uses it.")
        self.cards.setToolTip("")
        self.filter = FilterField("Filter by name, data or licence", 240)
        self.filter.entered.connect(self.cards.setFocus)
        self.filter.left.connect(self.cards.setFocus)
        describe(self.filter, "libraryFilter", "Filter models", "Name, data or licence.")
        self._count = label("", "muted")
        self._nothing = EmptyState("", "Clear the filter", "clearLibraryFilter")
        self._nothing.pressed.connect(self.filter.clear)
        self.content = self._lay_out_content()
        self.keyboard = self.cards
        self._lay_out_panel()
        self.footer = self._lay_out_footer()
        self.drop_words = "Drop the folder of a model, or a zip of it: it comes into the library."
        self.imports = ModelImport(self)
        self.imports.changed.connect(self._show_import)
        self.imports.added.connect(self._on_added)
        self.imports.refused.connect(self._tell)
        self.filter.textChanged.connect(lambda _text: self._refresh())
        self.cards.chosen.connect(self._show)
        self.cards.opened.connect(lambda _info: self.use())
        context.models.changed.connect(self._refresh)
        self._refresh()

    # --- layout ----------------------------------------------------------------------------

    def _lay_out_content(self) -> QWidget:
        content = look(QWidget(), "canvas")
        head = QHBoxLayout()
        head.setContentsMargins(22, 12, 16, 4)
        head.addWidget(self._count)
        head.addStretch(1)
        self._add = describe(
            QPushButton(icon("plus"), "Add a model…"), "addModel", "Add a model",
            with_keys("A model of somebody else's: its folder, or a zip. It can be dropped here.",
                      "Ctrl+O"),
        )  # fmt: skip
        self._add.clicked.connect(self.add)
        head.setSpacing(8)
        head.addWidget(self._add)
        head.addWidget(self.filter)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        grid = QHBoxLayout()
        grid.setContentsMargins(16, 0, 8, 8)
        grid.addWidget(self.cards)
        column.addLayout(grid, 1)
        column.addWidget(self._nothing, 100)
        return content

    def _lay_out_panel(self) -> None:
        self._name = label("", "title", wrap=True)
        self._summary = label("", wrap=True)
        self._problem = label("", wrap=True)
        self._facts, self._training = Facts("About"), Facts("Training")
        self._quality = QualityTable()
        column = QVBoxLayout(self.panel)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(12)
        for widget in (self._name, self._summary, self._problem, hairline(), self._facts):
            column.addWidget(widget)
        column.addWidget(self._quality)
        column.addWidget(self._training)
        column.addStretch(1)

    def _lay_out_footer(self) -> QWidget:
        self._use = look(QPushButton("Use this model"), "primary")
        describe(self._use, "useModel", "Use this model", "Go where it makes something.  (Enter)")
        self._use.clicked.connect(self.use)
        self._reveal = describe(
            QPushButton("Show files"), "revealModel", "Show files", "Open the model's folder."
        )
        self._reveal.clicked.connect(self.reveal)
        self._delete = tool_button(
            "deleteModel", "trash", "Delete", "Move the model to the trash.  (Delete)"
        )
        self._delete.clicked.connect(self.delete)
        footer = QWidget()
        row = QHBoxLayout()
        row.setContentsMargins(16, 12, 16, 12)
        row.setSpacing(8)
        row.addWidget(self._reveal)
        row.addWidget(self._delete)
        row.addStretch(1)
        row.addWidget(self._use)
        column = QVBoxLayout(footer)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(hairline())
        column.addLayout(row)
        return footer

    # --- what can be done ------------------------------------------------------------------

    @property
    def chapter(self) -> str:
        return "library"

    def actions(self) -> list[Action]:
        return library_actions(self)

    def use(self) -> None:
        """Go to the mode of the chosen model's task, with the model chosen there."""
        if self._chosen is not None and not self.reason_not_to_use():
            self.context.models.useRequested.emit(self._chosen)

    def accepts(self, path: str) -> bool:
        return ModelImport.accepts(Path(path))

    def open_file(self, path: str) -> None:
        """Bring a dropped model in."""
        if self.reason_not_to_add():
            self.context.messages.show(self.reason_not_to_add(), level="warn")
        else:
            self.imports.add(Path(path))

    def close(self) -> None:
        self.imports.close()

    def add(self) -> None:
        """Ask for a model and bring it in."""
        path = QFileDialog.getOpenFileName(
            self.content, "Add a model", str(Path.home()), f"Models ({CARD} *.zip)"
        )[0]
        if path:
            self.open_file(path)

    def reason_not_to_add(self) -> str:
        """Why no model can be brought in now, or ""."""
        if self.context.settings.choices.remote_host:
            return "The engine of another computer has its own library: add the model there."
        return "A model is being added." if self.imports.busy else ""

    def _show_import(self) -> None:
        set_reason(self._add, self.reason_not_to_add())
        self.actionsChanged.emit()

    def _on_added(self, name: str) -> None:
        self.context.settings.remember(_CHOSEN, name)
        self._chosen = None  # the new one is chosen when it is listed
        self.filter.clear()
        self.context.client.list_models()
        self.context.messages.show(f"“{name}” is in the library.")

    def reveal(self) -> None:
        """Open the chosen model's folder in the file manager."""
        folder = self._folder()
        if folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def delete(self) -> None:
        """Move the chosen model to the trash, from where it can be brought back."""
        info = self._chosen
        if info is None or self.reason_not_to_delete():
            return
        try:
            thrown = throw_away(info.name)
        except OSError as error:
            self._tell(f"{info.title} cannot be moved to the trash: {error}.")
            return
        self.context.client.list_models()
        self.context.messages.show(
            f"“{info.title}” is in the trash.",
            "Bring it back",
            lambda: self._bring_back(thrown, info),
        )

    def _bring_back(self, thrown: Path, info: ModelInfo) -> None:
        try:
            bring_back(thrown, info.name)
        except OSError as error:
            self._tell(f"{info.title} cannot be brought back from {thrown}: {error}.")
        self.context.client.list_models()

    def _tell(self, text: str) -> None:
        self.context.messages.show(text, level="bad")

    def _folder(self) -> Path | None:
        if self._chosen is None or self.context.settings.choices.remote_host:
            return None
        parent = shipped_models_dir() if self._chosen.shipped else user_models_dir()
        folder = parent / self._chosen.name
        return folder if folder.is_dir() else None

    def reason_not_to_use(self) -> str:
        """Why the chosen model cannot be used, or ""."""
        if self._chosen is None:
            return "No model is chosen."
        if self._chosen.problem:
            return self._chosen.problem
        return "" if self._chosen.task in TOOLS else "No tool of this version uses it."

    def reason_not_to_delete(self) -> str:
        """Why it cannot be deleted, or ""."""
        if self._chosen is not None and self._chosen.shipped:
            return "It came with Duet: only models of your own can be deleted."
        return self.reason_not_to_reveal()

    def reason_not_to_reveal(self) -> str:
        """Why its folder cannot be opened, or ""."""
        if self._chosen is None:
            return "No model is chosen."
        return "" if self._folder() is not None else "Its files are not on this computer."

    # --- what is shown ---------------------------------------------------------------------

    def _refresh(self) -> None:
        models = sorted(self.context.models.all(), key=_order)
        words = self.filter.text().lower().split()
        shown = [model for model in models if all(word in _text(model) for word in words)]
        chosen = self._chosen.name if self._chosen is not None else ""
        self.cards.show_models(shown, chosen or self.context.settings.recall(_CHOSEN, ""))
        if words:
            self._count.setText(f"{len(shown)} of {len(models)} models")
        elif models:
            self._count.setText("1 model" if len(models) == 1 else f"{len(models)} models")
        else:
            known = self.context.models.known
            self._count.setText("No model is installed." if known else "Reading the library")
        self.cards.setVisible(bool(shown))
        self._nothing.setVisible(not shown)
        self._nothing.show_text(_NOTHING_FITS if words else "", bool(words))
        if not shown:
            self._show(None)

    def _show(self, info: ModelInfo | None) -> None:
        self._chosen = info
        self._name.setText(info.title if info is not None else "No model chosen")
        self._summary.setText(info.summary if info is not None else "")
        self._summary.setVisible(info is not None and bool(info.summary))
        self._problem.setText(info.problem if info is not None else "")
        self._problem.setVisible(info is not None and bool(info.problem))
        self._facts.show_facts(_about(info) if info is not None else [])
        self._training.show_facts(_training(info) if info is not None else [])
        self._quality.show_figures(figures(info.quality) if info is not None else [])
        set_reason(self._use, self.reason_not_to_use())
        set_reason(self._reveal, self.reason_not_to_reveal())
        set_reason(self._delete, self.reason_not_to_delete())
        if info is not None:
            self.context.settings.remember(_CHOSEN, info.name)
        self.actionsChanged.emit()


def _order(info: ModelInfo) -> tuple[bool, int, int, str]:
    """Whole before broken, in the order of the tools, large pictures first."""
    tools = list(TOOLS)
    task = tools.index(info.task) if info.task in tools else len(tools)
    return (bool(info.problem), task, -info.size, info.title)


def _text(info: ModelInfo) -> str:
    parts = (info.title, info.name, info.summary, info.data, info.licence, info.family, info.task)
    return " ".join(parts).lower()


def _about(info: ModelInfo) -> list[tuple[str, str]]:
    makes = f"Pictures of {info.size} × {info.size} px" if info.size else "Melodies over chords"
    facts = [
        ("Makes", makes if info.task else ""),
        ("Learnt from", info.data),
        ("Licence", info.licence),
        ("Credit", info.credit),
        ("Network", info.family),
        ("Parameters", f"{info.parameters:,}" if info.parameters else ""),
        ("On disk", f"{info.disk / 1e6:.1f} MB" if info.disk else ""),
        ("Comes with", "Duet" if info.shipped else "you"),
    ]
    return [(name, value) for name, value in facts if value]


def _training(info: ModelInfo) -> list[tuple[str, str]]:
    trained = info.trained
    seen, seconds = trained.get("images_seen") or 0, trained.get("seconds") or 0
    facts = [
        ("Recipe", str(trained.get("recipe") or "")),
        ("Examples", f"{seen:,}" if seen else ""),
        ("Took", _duration(seconds) if seconds else ""),
        ("Hardware", str(trained.get("hardware") or "")),
        ("Date", str(trained.get("date") or "")),
    ]
    return [(name, value) for name, value in facts if value]


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def build(context: StudioContext) -> LibraryPage:
    """The Library's page."""
    return LibraryPage(context)
