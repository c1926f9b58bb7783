"""The Music mode: score, takes and history, and the Compose tool."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QMenu

from studio.actions.actions import Action
from studio.actions.music import music_actions
from studio.actions.notes import note_actions
from studio.model.compose import ComposeModel
from studio.model.context import StudioContext
from studio.view.icons import icon
from studio.view.mode import ModePage
from studio.view.panels.compose_panel import ComposeFooter, ComposePanel
from studio.view.panels.melody_strip import MelodiesStrip
from studio.view.panels.music_files import MusicFiles
from studio.view.panels.score_area import ScoreArea
from studio.view.panels.score_bar import ScoreBar

_MIDI = {".mid", ".midi", ".smf", ".kar"}
_WARM_UP_MS = 250


class ComposePage(ModePage):
    """Ties the Compose model to its views."""

    def __init__(self, context: StudioContext) -> None:
        super().__init__(context)
        self.model = ComposeModel(context, self)
        self.score = ScoreArea(self.model)
        self.roll = self.score.roll
        self.files = MusicFiles(context, self.model, self.score)
        self.content = self.score
        self.panel = self.controls = ComposePanel(context, self.model)
        self.footer = ComposeFooter(self.model)
        self.melodies = MelodiesStrip(context, self.model)
        self.strip = self.melodies
        self.topbar = ScoreBar(self.roll, self.files, self.model.song)
        self._told_silence = False
        self._connect()
        self._refresh()

    def _connect(self) -> None:
        model = self.model
        self.controls.chords.left.connect(self.roll.setFocus)
        self.score.transport.left.connect(self.roll.setFocus)
        self.score.transport.instrument.soundfontWanted.connect(self.files.choose_soundfont)
        self.melodies.menuRequested.connect(self._menu)
        model.playback.silent.connect(self._tell_silence)
        for signal in (model.changed, model.song.changed):
            signal.connect(self._refresh)
        for signal in (model.chords.changed, model.playback.changed):
            signal.connect(self.actionsChanged)

    # --- the mode --------------------------------------------------------------------------

    def actions(self) -> list[Action]:
        return [*music_actions(self), *note_actions(self.score)]

    def activate(self) -> None:
        # After the first paint: finding the sound device takes a moment.
        QTimer.singleShot(_WARM_UP_MS, self, self.model.playback.warm_up)

    def deactivate(self) -> None:
        self.model.playback.stop()

    def accepts(self, path: str) -> bool:
        return Path(path).suffix.lower() in _MIDI

    def open_file(self, path: str) -> None:
        self.files.open_path(path)

    # --- what actions do -------------------------------------------------------------------

    def edit_chords(self) -> None:
        """Put the keyboard into the chord line."""
        self.controls.chords.focus()

    def choose_instrument(self) -> None:
        """Open the list of instruments."""
        self.score.transport.instrument.open_list()

    def focus_filter(self) -> None:
        """Type to filter the history."""
        self.melodies.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def reason_not_to_filter(self) -> str:
        """Why there is nothing to filter, or ""."""
        has = bool(self.context.history.entries(pictures=False))
        return "" if has else "No melody has been made yet."

    # --- what is shown ---------------------------------------------------------------------

    def _refresh(self) -> None:
        title = self._title_text()
        if title != self.title:
            self.title = title
            self.titleChanged.emit(title)
        self.actionsChanged.emit()

    def _title_text(self) -> str:
        song = self.model.song
        if song.take is None:
            return "New melody"
        request = song.take.request
        if request is None:
            return "Melody from a file"
        return f"Take {song.letter} · {self.context.models.title(request)} · {request.seed}"

    def _tell_silence(self, sentence: str) -> None:
        if not self._told_silence:
            self._told_silence = True
            self.context.messages.show(sentence, level="warn")

    def _tell_refusal(self, sentence: str) -> None:
        self.context.messages.show(sentence)

    def _menu(self, entry_id: str, place: QPoint) -> None:
        menu = QMenu(self.score)
        menu.addAction(icon("eye"), "Open", lambda: self.model.open_entry(entry_id))
        menu.addAction(icon("sliders-horizontal"), "Use these settings", self._reuse(entry_id))
        menu.addAction(
            icon("trash"), "Remove from the history", lambda: self.melodies.remove(entry_id)
        )
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)

    def _reuse(self, entry_id: str) -> Callable[[], None]:
        def reuse() -> None:
            entry = self.context.history.get(entry_id)
            if entry is None:
                return
            self.model.open_entry(entry_id)
            caveat = self.model.apply(entry.request)
            text = f"The controls are set to seed {entry.request.seed}. {caveat}".strip()
            self.context.messages.show(text, level="warn" if caveat else "info")

        return reuse


def build(context: StudioContext) -> ComposePage:
    """The Music mode's page."""
    return ComposePage(context)
