"""Melodies in and out of the studio: MIDI and WAV files."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, QThreadPool, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from engines.music.soundfonts import find_soundfont
from engines.protocol.errors import EngineError
from studio.media.midi import export_midi, export_wav, file_stem, read_midi
from studio.model.compose import ComposeModel
from studio.model.context import StudioContext

log = logging.getLogger(__name__)
_FOLDER = "music.folder"
_EXAMPLE_PITCH = 67
#: Asks a person for a path with this kind of ending; "" when they change their mind.
AskSave = Callable[[QWidget, str, str], str]
AskOpen = Callable[[QWidget, str], str]

_KINDS = {".mid": "MIDI file (*.mid)", ".wav": "WAV sound (*.wav)"}


def ask_save_path(parent: QWidget, suggestion: str, suffix: str) -> str:
    """The system's dialog for saving."""
    return QFileDialog.getSaveFileName(parent, "Export melody", suggestion, _KINDS[suffix])[0]


def ask_open_path(parent: QWidget, folder: str) -> str:
    """The system's dialog for opening a melody."""
    return QFileDialog.getOpenFileName(
        parent, "Open a MIDI file", folder, "MIDI files (*.mid *.midi *.smf);;All files (*)"
    )[0]


def ask_soundfont_path(parent: QWidget, folder: str) -> str:
    """The system's dialog for choosing a SoundFont."""
    return QFileDialog.getOpenFileName(
        parent, "Choose a SoundFont", folder, "SoundFonts (*.sf2 *.sf3);;All files (*)"
    )[0]


class MusicFiles(QObject):
    """Carries out what the page's actions say about files."""

    _written = Signal(str, str)  # from the worker: path, sentence of failure or ""

    def __init__(self, context: StudioContext, model: ComposeModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._model, self._window = context, model, parent
        self.ask_save: AskSave = ask_save_path
        self.ask_open: AskOpen = ask_open_path
        self.ask_soundfont: AskOpen = ask_soundfont_path
        self._written.connect(self._on_written)

    def save_midi(self) -> None:
        """Ask for a place and write the take in view with its request."""
        take = self._model.song.take
        path = self._ask(".mid")
        if take is None or path is None:
            return
        try:
            export_midi(path, take.clip, take.request, self._model.playback.voice)
        except EngineError as error:
            self._on_written(str(path), str(error))
            return
        self._on_written(str(path), "")

    def save_wav(self) -> None:
        """Ask for a place and write what is heard; rendering happens in a worker."""
        clip = self._model.song.clip
        path = self._ask(".wav")
        if clip is None or path is None:
            return
        voice = self._model.playback.voice

        def work() -> None:
            failure = ""
            try:
                export_wav(path, clip, voice)
            except EngineError as error:
                failure = str(error)
            try:
                self._written.emit(str(path), failure)
            except RuntimeError as error:
                log.info("%s: %s The window had gone. (%s)", path, failure or "Written.", error)

        self._context.messages.show(f"Writing {path.name}.")
        QThreadPool.globalInstance().start(work)

    def choose_soundfont(self, another: bool) -> None:
        """Ask for a SoundFont, or go back to the default one."""
        playback = self._model.playback
        if not another:
            playback.set_soundfont(None)
            return
        chosen = self.ask_soundfont(self._window, self._folder())
        if not chosen:
            return
        try:
            path = find_soundfont(Path(chosen))
        except EngineError as error:
            self._context.messages.show(str(error), level="bad")
            return
        playback.set_soundfont(path)
        playback.touch(_EXAMPLE_PITCH)

    def open_dialog(self) -> None:
        """Ask for a MIDI file and show its melody."""
        chosen = self.ask_open(self._window, self._folder())
        if chosen:
            self.open_path(chosen)

    def open_path(self, chosen: str) -> None:
        """Show the melody of a MIDI file; one that Duet wrote brings its settings along."""
        path = Path(chosen)
        try:
            caveat = self._model.open_file(path)
        except EngineError as error:
            self._context.messages.show(f"{path.name}: {error}", level="bad")
            return
        self._context.settings.remember(_FOLDER, str(path.parent))
        text = f"Opened {path.name}. {caveat}".strip()
        self._context.messages.show(text, level="warn" if caveat else "info")

    def begin_with_file(self) -> None:
        """Ask for a file whose bars come first in a new melody."""
        chosen = self.ask_open(self._window, self._folder())
        if not chosen:
            return
        path = Path(chosen)
        try:
            self._model.begin_with(read_midi(path)[0])
        except EngineError as error:
            self._context.messages.show(f"{path.name}: {error}", level="bad")
            return
        self._context.settings.remember(_FOLDER, str(path.parent))
        text = f"The bars of {path.name} come first and are locked. Compose to go on."
        self._context.messages.show(text)

    def _ask(self, suffix: str) -> Path | None:
        """A path with the right ending, or None."""
        song = self._model.song
        if song.clip is None:
            return None
        name = f"{file_stem(song.clip, song.letter)}{suffix}"
        chosen = self.ask_save(self._window, str(Path(self._folder()) / name), suffix)
        if not chosen:
            return None
        path = Path(chosen)
        fits = path.suffix.lower() == suffix or (suffix == ".mid" and path.suffix == ".midi")
        return path if fits else path.with_name(path.name + suffix)

    def _on_written(self, chosen: str, failure: str) -> None:
        path = Path(chosen)
        if failure:
            self._context.messages.show(failure, level="bad")
            return
        self._context.settings.remember(_FOLDER, str(path.parent))
        self._context.messages.show(f"Saved as {path.name} in {path.parent}.")

    def _folder(self) -> str:
        places = QStandardPaths.StandardLocation
        music = QStandardPaths.writableLocation(places.MusicLocation)
        folder = str(self._context.settings.recall(_FOLDER, music))
        return folder if Path(folder).is_dir() else str(Path.home())
