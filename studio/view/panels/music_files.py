"""Melodies in and out of the studio: MIDI files, scores and sound."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, QStandardPaths, QThreadPool, Signal, SignalInstance
from PySide6.QtWidgets import QFileDialog, QWidget

from engines.music.score import Clip
from engines.music.sound.soundfonts import find_soundfont
from engines.protocol.errors import EngineError
from studio.media.midi import (
    MIDI_ENDINGS,
    SCORE_ENDINGS,
    Opened,
    export_midi,
    export_score,
    export_sound,
    file_stem,
    read_melody,
    read_midi,
    takes_a_moment,
)
from studio.media.synthesiser import Voice
from studio.model.compose import ComposeModel
from studio.model.context import StudioContext
from studio.model.midi_import import MidiImport
from studio.persistence.project_file import SUFFIX
from studio.view.panels.import_table import ImportTable

log = logging.getLogger(__name__)
_T = TypeVar("_T")
_FOLDER = "music.folder"
_EXAMPLE_PITCH = 67
_TABLE_TOP = 88
#: Asks a person for a path with this kind of ending; "" when they change their mind.
AskSave = Callable[[QWidget, str, str], str]
AskOpen = Callable[[QWidget, str], str]

_KINDS = {
    ".mid": "MIDI file (*.mid)",
    ".musicxml": "MusicXML score (*.musicxml)",
    ".wav": "WAV sound (*.wav)",
    ".flac": "FLAC sound (*.flac)",
}
#: Endings that say the same.
_ALSO = {".mid": (".midi",), ".musicxml": (".xml",)}
#: What a song can be in.
ENDINGS = (*MIDI_ENDINGS, *SCORE_ENDINGS, SUFFIX)
_OPENS = " ".join(f"*{ending}" for ending in ENDINGS)
_PRIMERS = " ".join(f"*{ending}" for ending in (*MIDI_ENDINGS, *SCORE_ENDINGS))


def ask_save_path(parent: QWidget, suggestion: str, suffix: str) -> str:
    """The system's dialog for saving."""
    return QFileDialog.getSaveFileName(parent, "Export melody", suggestion, _KINDS[suffix])[0]


def ask_open_path(parent: QWidget, folder: str) -> str:
    """The system's dialog for opening a melody."""
    return QFileDialog.getOpenFileName(
        parent, "Open a song", folder, f"MIDI files, scores, documents ({_OPENS});;All files (*)"
    )[0]


def ask_primer_path(parent: QWidget, folder: str) -> str:
    """The system's dialog for opening what a melody begins with."""
    return QFileDialog.getOpenFileName(
        parent, "Begin with a file", folder, f"MIDI files and scores ({_PRIMERS});;All files (*)"
    )[0]


def ask_soundfont_path(parent: QWidget, folder: str) -> str:
    """The system's dialog for choosing a SoundFont."""
    return QFileDialog.getOpenFileName(
        parent, "Choose a SoundFont", folder, "SoundFonts (*.sf2 *.sf3);;All files (*)"
    )[0]


class MusicFiles(QObject):
    """Carries out what the page's actions say about files."""

    _written = Signal(str, str)  # from the worker: path, sentence of failure or ""
    _read = Signal(int, object)  # from the worker: which read, what is to be done with it

    def __init__(self, context: StudioContext, model: ComposeModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._model, self._window = context, model, parent
        self.ask_save: AskSave = ask_save_path
        self.ask_open: AskOpen = ask_open_path
        self.ask_primer: AskOpen = ask_primer_path
        self.ask_soundfont: AskOpen = ask_soundfont_path
        self.imported = MidiImport(model, self)
        self.table: ImportTable | None = None
        self._written.connect(self._on_written)
        self._read.connect(self._on_read)
        self._reading = 0  # the newest read; those before it come too late

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

    def save_score(self) -> None:
        """Ask for a place and write a score of every part that plays, in a worker."""
        self._save_in_worker(".musicxml", export_score)

    def save_wav(self) -> None:
        """Ask for a place and write what is heard; rendering happens in a worker."""
        self._save_in_worker(".wav", export_sound)

    def save_flac(self) -> None:
        """The same, in half the room."""
        self._save_in_worker(".flac", export_sound)

    def _save_in_worker(self, suffix: str, write: Callable[[Path, Clip, Voice], None]) -> None:
        clip = self._model.song.clip
        path = self._ask(suffix)
        if clip is None or path is None:
            return
        voice = self._model.playback.voice

        def work() -> None:
            failure = ""
            try:
                write(path, clip, voice)
            except EngineError as error:
                failure = str(error)
            self._tell(self._written, str(path), failure)

        self._context.messages.show(f"Writing {path.name}.")
        QThreadPool.globalInstance().start(work)

    def _tell(self, signal: SignalInstance, *what: object) -> None:
        """Carry a worker's result into the window, if there still is one."""
        try:
            signal.emit(*what)
        except RuntimeError as error:
            log.info("%s: the window had gone. (%s)", what[0], error)

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
        """Ask for a MIDI file, a score or a document and show its melody."""
        chosen = self.ask_open(self._window, self._folder())
        if chosen:
            self.open_path(chosen)

    def open_path(self, chosen: str) -> None:
        """Show the melody of a file; one that Duet wrote brings its settings along.

        A MIDI file of several tracks shows their table. A document takes the place of this one.
        """
        path = Path(chosen)
        if path.suffix.lower() == SUFFIX:
            self._context.session.open(path)
        else:
            self._read_file(path, read_melody, self._show)

    def _read_file(
        self, path: Path, read: Callable[[Path], _T], show: Callable[[Path, _T], None]
    ) -> None:
        """Read a file, in a worker if it is a score or big, and show it or say what is wrong."""
        self._reading += 1
        number = self._reading

        def work() -> Callable[[], object]:
            try:
                return partial(show, path, read(path))
            except EngineError as error:
                text = f"{path.name}: {error}"
                return partial(self._context.messages.show, text, level="bad")

        if takes_a_moment(path):
            self._context.messages.show(f"Reading {path.name}.")
            pool = QThreadPool.globalInstance()
            pool.start(lambda: self._tell(self._read, number, work()))
        else:
            work()()

    def _on_read(self, number: int, show: Callable[[], object]) -> None:
        if number == self._reading:
            show()

    def _show(self, path: Path, opened: Opened) -> None:
        caveat = self.imported.open(path, opened)
        self._context.settings.remember(_FOLDER, str(path.parent))
        text = f"Opened {path.name}. {caveat}".strip()
        self._context.messages.show(text, level="warn" if caveat else "info")
        if self.imported.has_choice:
            self.show_tracks()

    def show_tracks(self) -> None:
        """Open the table of the tracks of the MIDI file that was opened last."""
        if self.table is None:
            self.table = ImportTable(self._window.window(), self.imported)
        self.table.open_centred(_TABLE_TOP)

    def begin_with_file(self) -> None:
        """Ask for a file whose bars come first in a new melody."""
        chosen = self.ask_primer(self._window, self._folder())
        if not chosen:
            return
        self._read_file(Path(chosen), lambda path: read_midi(path)[0], self._show_primer)

    def _show_primer(self, path: Path, primer: Clip) -> None:
        try:
            self._model.begin_with(primer)
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
        fits = path.suffix.lower() in (suffix, *_ALSO.get(suffix, ()))
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
