"""The MIDI file that was opened last: its tracks, and which of them is the melody in view."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engines.music.files.midi_import import Row, Survey
from engines.music.score import Clip
from studio.media.midi import Opened
from studio.model.compose import ComposeModel


class MidiImport(QObject):
    """Opens what was read, and lets another track be the melody.

    Signals:
        changed: another file, or another track of it.
    """

    changed = Signal()

    def __init__(self, model: ComposeModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._survey: Survey | None = None
        self._clip: Clip | None = None
        self.name = ""
        self.chosen = -1

    @property
    def rows(self) -> tuple[Row, ...]:
        """The tracks of the file, in its order."""
        return self._survey.rows if self._survey is not None else ()

    @property
    def remark(self) -> str:
        """What of the file was not believed, or ""."""
        return self._survey.timing.remark if self._survey is not None else ""

    @property
    def has_choice(self) -> bool:
        """Whether more than one track could be the melody."""
        return self._survey is not None and len(self._survey.candidates) > 1

    @property
    def summary(self) -> str:
        """What the chosen track comes to: "24 notes in 8 bars."."""
        if self._clip is None or self.chosen < 0 or not self.rows:
            return ""
        kept, bars = len(self._clip.notes), self._clip.bars
        left = self.rows[self.chosen].notes - kept
        text = f"{kept} {_many('note', kept)} in {bars} {_many('bar', bars)}."
        if left:
            text += f" {left} {_many('note', left)} under another left out."
        return text

    def open(self, path: Path, opened: Opened) -> str:
        """Look at a file's melody.

        Returns:
            A sentence worth telling, or "".
        """
        self.name = path.name
        found = opened.survey
        # A file of ours says itself what is what.
        self._survey = found if found is not None and not found.timing.ours else None
        self._clip = opened.clip
        self.chosen = found.guess if found is not None else -1
        caveat = self._model.open_clip(opened.clip, opened.request)
        self.changed.emit()
        return caveat or self.remark

    def choose(self, row: int) -> None:
        """Make another track the melody; one step of undo."""
        if self._survey is None or row == self.chosen or row not in self._survey.candidates:
            return
        self._clip = self._survey.clip(row)
        self.chosen = row
        self._model.open_clip(self._clip)
        self.changed.emit()

    def reason_no_choice(self) -> str:
        """Why there are no tracks to choose from, or ""."""
        if self.has_choice:
            return ""
        return "No MIDI file with several tracks was opened. Open one first."


def _many(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"
