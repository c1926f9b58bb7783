"""The chord line while it is being written, and the chord of every bar."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from engines.music.chords import Chord, fill_bars, parse_chord, parse_chords, print_chords
from engines.music.progressions import in_key, shortened, suggest, tonic
from engines.protocol.errors import EngineError
from studio.model.param_values import ParamValues
from studio.model.song import Song


class ChordLine(QObject):
    """The song's chord line and the draft of another.

    Signals:
        changed: the draft, or how many bars it has to fill.
    """

    changed = Signal()

    def __init__(self, song: Song, values: ParamValues, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._song, self._values = song, values
        self._draft = ""
        self._seen = ""  # the song's chord line when it last changed
        self._problem = ""
        song.changed.connect(self._on_song)
        song.loaded.connect(self.revert)
        values.changed.connect(self._on_value)

    @property
    def draft(self) -> str:
        """The chord line as it is being written; perhaps not valid yet."""
        return self._draft

    @property
    def problem(self) -> str:
        """What is wrong with the draft and how to put it right, or ""."""
        return self._problem

    def begin(self, line: str) -> None:
        """Start from a valid line, without telling anybody."""
        self._draft = self._seen = line
        self._problem = ""

    def write(self, line: str) -> None:
        """Take in what is typed; it is checked at once and kept when it is committed."""
        if line != self._draft:
            self._draft = line
            self._problem = problem_of(line)
            self.changed.emit()

    def commit(self) -> bool:
        """Keep the draft as the song's chord line, if it is valid."""
        if self._problem:
            return False
        self._song.set_chords(self._draft.strip())
        return True

    def reason_not_to_put_under(self) -> str:
        """Why the line cannot go under the melody in view, or ""."""
        if self._song.clip is None:
            return "There is no melody yet: compose one first."
        return self._problem

    def put_under(self) -> None:
        """Give the melody in view the line as its chords; held chords stay, and so do the notes."""
        if not self.reason_not_to_put_under():
            filled = fill_bars(parse_chords(self._draft), len(self.shown()))
            self.set_bars(dict(enumerate(filled)), "Change chords", padlocks=True)
            self.revert()

    def revert(self) -> None:
        """Take back what was typed since the line was last kept."""
        self.write(self._song.state.chords)

    def count(self) -> int:
        """How many chords the draft has; 0 while it is not valid."""
        return 0 if self._problem else len(parse_chords(self._draft))

    # --- bar by bar ------------------------------------------------------------------------

    def planned(self) -> list[Chord]:
        """The chord of every bar that will be composed; the song's while the draft is wrong."""
        line = self._song.state.chords if self._problem else self._draft
        return fill_bars(parse_chords(line), int(self._values["bars"]))

    def shown(self) -> list[Chord]:
        """The chord of every bar in view: of the melody there is, else of the plan."""
        clip = self._song.clip
        return [parse_chord(s) for s in clip.chords] if clip is not None else self.planned()

    def set_bar(self, bar: int, symbol: str) -> None:
        """Give one bar another chord, under the melody as well.

        Raises:
            EngineError: kind ``bad_input``, for a symbol that is no chord.
        """
        self.set_bars({bar: parse_chord(symbol)}, "Change a chord", key=f"chord {bar}")

    def set_bars(
        self, changes: Mapping[int, Chord], text: str, padlocks: bool = False, key: str = ""
    ) -> None:
        """Give bars other chords, under the melody as well; one step of undo.

        Args:
            changes: chords by bar.
            text: what is done, for the undo menu.
            padlocks: leave the bars alone whose chord is held.
            key: changes of one key that follow each other are one step of undo.
        """
        held = self._song.state.fixed_chords if padlocks else ()
        shown = self.shown()
        wanted = {b: c for b, c in changes.items() if b < len(shown) and b not in held}
        fresh = [wanted.get(bar, chord) for bar, chord in enumerate(shown)]
        if fresh != shown:
            line = print_chords(shortened(fresh))
            symbols = {bar: str(chord) for bar, chord in wanted.items()}
            self._song.set_bar_chords(line, symbols, text, key)

    def take_progression(self, line: str) -> None:
        """Write a well-known line, moved into the song's key; held chords stay.

        A line longer than what is planned makes the melody as long.
        """
        composed = self._song.clip is not None
        shift = tonic(self.shown()) - tonic(parse_chords(line)) if composed else 0
        line = in_key(line, shift) if shift else line
        chords = parse_chords(line)
        if composed or self._song.state.fixed_chords:
            filled = fill_bars(chords, len(self.shown()))
            self.set_bars(dict(enumerate(filled)), "Change chords", padlocks=True)
            return
        if len(chords) > self._values["bars"]:
            self._values.set("bars", len(chords))
        self.write(line)
        self.commit()

    def transpose(self, semitones: int) -> None:
        """Move the song: chords, and every take's notes."""
        line = print_chords(shortened([c.transposed(semitones) for c in self.shown()]))
        self._song.transpose(semitones, line)

    def suggestions(self, bar: int) -> list[str]:
        """Chords that would go well in a bar, the likeliest first."""
        return [str(chord) for chord in suggest(self.shown(), bar)]

    # --- what happens elsewhere ------------------------------------------------------------

    def _on_song(self) -> None:
        line = self._song.state.chords
        if line != self._seen:  # another line, not merely another take
            self._seen = line
            if line != self._draft.strip():
                self.write(line)

    def _on_value(self, name: str) -> None:
        if name == "bars":
            self.changed.emit()


def problem_of(line: str) -> str:
    """What is wrong with a chord line and how to put it right, or ""."""
    try:
        parse_chords(line)
    except EngineError as error:
        return str(error)
    return ""
