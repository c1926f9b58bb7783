"""The Music mode: score, takes and history, and the Compose tool."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QMenu

from engines.music.chord_detection import detect_chords
from engines.music.chords import parse_chord
from engines.protocol.errors import EngineError
from studio.actions.actions import Action
from studio.actions.bars import bar_actions
from studio.actions.music import music_actions
from studio.actions.notes import note_actions
from studio.model.compose import ComposeModel
from studio.model.context import StudioContext
from studio.model.primer import Recorder, primer_heard, primer_of
from studio.view.icons import icon
from studio.view.mode import ModePage
from studio.view.panels.compose_panel import ComposeFooter, ComposePanel
from studio.view.panels.document_files import DocumentFiles
from studio.view.panels.melody_strip import MelodiesStrip
from studio.view.panels.music_files import ENDINGS, MusicFiles
from studio.view.panels.score_area import ScoreArea
from studio.view.panels.score_bar import ScoreBar

_WARM_UP_MS = 250


class ComposePage(ModePage):
    """Ties the Compose model to its views."""

    def __init__(self, context: StudioContext) -> None:
        super().__init__(context)
        self.model = ComposeModel(context, self)
        self.score = ScoreArea(self.model)
        self.roll = self.score.roll
        self.files = MusicFiles(context, self.model, self.score)
        self.documents = DocumentFiles(context, self.score)
        self.content = self.score
        self.panel = self.controls = ComposePanel(context, self.model)
        self.footer = ComposeFooter(self.model)
        self.melodies = MelodiesStrip(context, self.model)
        self.strip = self.melodies
        self.topbar = ScoreBar(self.roll, self.files, self.model.song)
        self._recorder = Recorder(self)
        self._told_silence = False
        self._connect()
        self._refresh()

    def _connect(self) -> None:
        model = self.model
        self.controls.chords.left.connect(self.roll.setFocus)
        self.score.transport.left.connect(self.roll.setFocus)
        self.score.transport.instrument.soundfontWanted.connect(self.files.choose_soundfont)
        self.controls.parts.soundfontWanted.connect(self.files.choose_soundfont)
        self.melodies.menuRequested.connect(self._menu)
        self.score.editor.refused.connect(self._tell_refusal)
        self.score.editor.selectionChanged.connect(self.actionsChanged)
        model.playback.silent.connect(self._tell_silence)
        for signal in (model.changed, model.song.changed):
            signal.connect(self._refresh)
        for signal in (model.chords.changed, model.playback.changed):
            signal.connect(self.actionsChanged)

    # --- the mode --------------------------------------------------------------------------

    @property
    def chapter(self) -> str:
        return "music"

    def actions(self) -> list[Action]:
        return [*music_actions(self), *bar_actions(self), *note_actions(self.score)]

    def activate(self) -> None:
        # After the first paint: finding the sound device takes a moment.
        QTimer.singleShot(_WARM_UP_MS, self, self.model.playback.warm_up)

    def deactivate(self) -> None:
        self.score.lane_work.close_picker()
        self.model.playback.stop()

    def accepts(self, path: str) -> bool:
        return Path(path).suffix.lower() in ENDINGS

    def open_file(self, path: str) -> None:
        self.files.open_path(path)

    # --- what actions do -------------------------------------------------------------------

    def change_chord(self) -> None:
        """Open the chord of the bar that is meant."""
        bars = self.model.choice.chosen
        self.score.lane_work.open_picker(bars[0] if bars else 0)

    def begin_with_selection(self) -> None:
        """Begin a melody with the bars of the selected notes."""
        editor = self.score.editor
        if editor.selection:
            self.model.begin_with(primer_of(editor.clip, sorted(editor.selection)))

    def record_primer(self) -> None:
        """Listen to a MIDI keyboard; the second time begin a melody with what was played."""
        recorder, show = self._recorder, self.context.messages.show
        if not recorder.listening:
            try:
                reason = recorder.start()
            except EngineError as error:
                reason = str(error)
            told = f"Listening to {recorder.keyboard.name}. Play, then end it the same way."
            show(reason or told, level="warn" if reason else "info")
            return
        heard = recorder.stop()
        if not heard:
            show("Nothing was played. Begin again and play a bar or more.", level="warn")
            return
        tempo, meter = self.model.song.state.tempo, self.model.values["meter"]
        self.model.begin_with(primer_heard(heard, tempo, meter))

    def detect_chords(self) -> None:
        """Give every bar the chord that its notes suggest."""
        clip = self.model.song.clip
        if clip is not None:
            found = detect_chords(clip.notes, clip.bars, clip.bar_steps)
            chords = {bar: parse_chord(symbol) for bar, symbol in enumerate(found)}
            self.model.chords.set_bars(chords, "Find chords", padlocks=True)

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
