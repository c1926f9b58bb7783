"""Editing the melody in view by hand: what is selected, and edits that are one step of undo."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from PySide6.QtCore import QObject, Signal

from engines.music import note_edits as edits
from engines.music import note_picks as picks
from engines.music.note_edits import Edited, Tuner
from engines.music.note_picks import Snap
from engines.music.score import Clip, Note
from studio.model.note_clipboard import copied_notes, copy_notes
from studio.model.note_tools import NoteTools
from studio.model.song import Song, Take

_NOTHING: frozenset[Note] = frozenset()


class NoteEditor(QObject):
    """What a hand does to the song's take in view.

    While something is dragged, :attr:`notes` is the melody as it would become; the song knows of
    it when the drag is kept. Bars that are locked refuse whatever would change them.

    Signals:
        changed: the notes in view, or which of them are selected.
        selectionChanged: whether something is selected, or can be, after an edit or a pick.
        refused: why something was not done: a sentence, and what to do.
    """

    changed = Signal()
    selectionChanged = Signal()
    refused = Signal(str)

    def __init__(
        self,
        song: Song,
        plan: Callable[[], Clip],
        tools: NoteTools,
        parent: QObject | None = None,
    ) -> None:
        """Edit a song.

        Args:
            song: whose take in view.
            plan: the empty bars that a first note is written into while there is no take.
            tools: what the hand holds.
            parent: Qt's owner of this object.
        """
        super().__init__(parent)
        self._song, self._plan, self.tools = song, plan, tools
        self._selection = _NOTHING
        self._dragged: Edited | None = None
        self._told = False  # of a locked bar in this drag
        self._burst = 0  # counts runs of small changes that are undone together
        song.changed.connect(self._on_song)

    # --- what there is ---------------------------------------------------------------------

    @property
    def clip(self) -> Clip:
        """The melody that an edit starts from; the planned bars while there is none."""
        clip = self._song.clip
        return clip if clip is not None else self._plan()

    @property
    def empty(self) -> bool:
        """Whether there is no melody yet."""
        return self._song.clip is None

    @property
    def notes(self) -> tuple[Note, ...]:
        """The notes in view, with a drag that is not kept yet."""
        if self._dragged is not None:
            return self._dragged.notes
        clip = self._song.clip
        return clip.notes if clip is not None else ()

    @property
    def selection(self) -> frozenset[Note]:
        """Which of :attr:`notes` are selected."""
        return self._dragged.chosen if self._dragged is not None else self._selection

    @property
    def locks(self) -> tuple[int, ...]:
        """The bars that refuse edits, counted from 0."""
        return self._song.state.locks

    @property
    def tune(self) -> Tuner:
        """Brings a pitch where the chosen snapping wants it."""
        return picks.tuner(self.clip, self.tools.snap)

    def reason_no_selection(self) -> str:
        """Why there is nothing to edit, or ""."""
        return "" if self._selection else "Select notes first: drag a box around them."

    def reason_no_notes(self) -> str:
        """Why there is nothing to select, or ""."""
        return "" if self.notes else "There are no notes yet: compose or draw some."

    # --- selecting -------------------------------------------------------------------------

    def select(self, notes: Iterable[Note]) -> None:
        """Select these notes of the clip, and no others."""
        chosen = frozenset(notes)
        if chosen != self._selection:
            self._selection = chosen
            self._burst += 1
            self.changed.emit()
            self.selectionChanged.emit()

    def toggle(self, note: Note) -> None:
        """Select a note, or no longer."""
        self.select(self._selection ^ {note})

    def select_all(self) -> None:
        """Select every note."""
        self.select(self.clip.notes)

    def select_none(self) -> None:
        """Select nothing."""
        self.select(())

    def invert(self) -> None:
        """Select the notes that are not."""
        self.select(frozenset(self.clip.notes) - self._selection)

    def select_bars(self, bars: Collection[int] | None = None) -> None:
        """Select what begins in some bars; in those of the selected notes by default."""
        clip = self.clip
        if bars is None:
            bars = {note.start // clip.bar_steps for note in self._selection}
        self.select(picks.in_bars(clip, bars))

    def select_pitches(self, pitches: Collection[int] | None = None) -> None:
        """Select all notes of some pitches; of those of the selected notes by default."""
        if pitches is None:
            pitches = {note.pitch for note in self._selection}
        self.select(note for note in self.clip.notes if note.pitch in pitches)

    def select_out_of_scale(self) -> None:
        """Select what the scale lacks; say so when that is nothing."""
        found = picks.out_of_scale(self.clip)
        if not found:
            self.refused.emit("Every note is in the scale.")
        self.select(found)

    # --- a drag ----------------------------------------------------------------------------

    def preview(self, edited: Edited) -> bool:
        """Show what a drag would make, unless a locked bar forbids it; then False."""
        refusal = self._refusal(edited)
        if refusal:
            if not self._told:
                self._told = True
                self.refused.emit(refusal)
            return False
        self._dragged = edited
        self.changed.emit()
        return True

    def keep(self, text: str) -> None:
        """Make the drag an edit of the song.

        Args:
            text: what was done, for the undo menu.
        """
        dragged, self._dragged, self._told = self._dragged, None, False
        if dragged is not None:
            self._burst += 1
            self._put(text, dragged)

    def abandon(self) -> None:
        """Forget the drag."""
        dragged, self._dragged, self._told = self._dragged, None, False
        if dragged is not None:
            self.changed.emit()

    def refuses(self, note: Note) -> bool:
        """Whether a note is in a locked bar; says so."""
        refusal = self._refusal(edits.erase(self.clip, (note,)))
        if refusal:
            self.refused.emit(refusal)
        return bool(refusal)

    # --- edits of the selection ------------------------------------------------------------

    def delete(self) -> None:
        """Take the selected notes away."""
        self._do("Delete notes", edits.erase(self.clip, self._selection))

    def climb(self, degrees: int) -> None:
        """Move by semitones, or by what pitches snap to."""
        climb = picks.stepper(self.clip, self.tools.snap)
        self._do("Transpose notes", edits.transpose(self.clip, self._selection, degrees, climb))

    def shift_octave(self, octaves: int) -> None:
        """Move by octaves, as far as there is room."""
        if all(0 <= note.pitch + 12 * octaves <= 127 for note in self._selection):
            moved = edits.move(self.clip, self._selection, 0, 12 * octaves)
            self._do("Transpose notes", moved)

    def shift(self, grids: int) -> None:
        """Move earlier or later by the grid."""
        by, tune = grids * self.tools.grid, self.tune
        self._do("Move notes", edits.move(self.clip, self._selection, by, 0, tune))

    def lengthen(self, grids: int) -> None:
        """Let the notes end later or earlier by the grid."""
        by = grids * self.tools.grid
        self._do("Resize notes", edits.resize(self.clip, self._selection, "right", by))

    def stretch(self, factor: float) -> None:
        """Play them slower (2) or faster (0.5)."""
        self._do("Stretch notes", edits.stretch(self.clip, self._selection, factor))

    def quantise(self) -> None:
        """Bring them onto the grid; everything when nothing is selected."""
        chosen = self._selection or frozenset(self.clip.notes)
        self._do("Quantise notes", edits.quantise(self.clip, chosen, self.tools.grid))

    def legato(self) -> None:
        """Let every note sound until the next."""
        self._do("Legato", edits.legato(self.clip, self._selection))

    def snap_now(self) -> None:
        """Bring the selected notes' pitches where the snapping wants them."""
        snap: Snap = "scale" if self.tools.snap == "off" else self.tools.snap
        tune = picks.tuner(self.clip, snap)
        self._do(
            "Snap notes",
            edits.transpose(self.clip, self._selection, 0, lambda pitch, at, _by: tune(pitch, at)),
        )

    def louder(self, by: int, notes: Collection[Note] | None = None) -> None:
        """Change velocities together; turns of the wheel that follow each other are one step."""
        chosen = self._selection if notes is None else notes
        fresh = {note: note.velocity + by for note in chosen}
        if self._put("Change velocity", edits.set_velocities(self.clip, fresh), self._key()):
            self.selectionChanged.emit()

    def paint_velocities(self, velocities: Mapping[Note, int]) -> bool:
        """Preview other velocities; the selection stays what it is.

        Args:
            velocities: by note of the clip.
        """
        edited = edits.set_velocities(self.clip, velocities)
        starts = {note.start for note in self._selection}
        chosen = frozenset(note for note in edited.notes if note.start in starts)
        return self.preview(Edited(edited.notes, chosen))

    # --- copies ----------------------------------------------------------------------------

    def copy(self) -> None:
        """Put the selected notes on the clipboard."""
        copy_notes(tuple(self._selection))

    def cut(self) -> None:
        """Copy and delete."""
        self.copy()
        self.delete()

    def paste(self, at: float) -> None:
        """Write the clipboard's notes.

        Args:
            at: where they begin, in steps; brought onto the grid.
        """
        notes, grid = copied_notes(), self.tools.grid
        if not notes:
            self.refused.emit("There are no notes on the clipboard. Copy some first.")
            return
        edited = edits.place(self.clip, notes, int(at) // grid * grid)
        if not edited.chosen:
            self.refused.emit("The melody ends here. Put the playhead further left to paste.")
            return
        self._do("Paste notes", edited)

    def duplicate(self) -> None:
        """Write the selected notes once more behind themselves."""
        edited = edits.duplicate(self.clip, self._selection, self.tools.grid)
        if self._selection and not edited.chosen:
            self.refused.emit("There is no room behind these notes. Move them further left first.")
            return
        self._do("Duplicate notes", edited)

    # --- into the song ---------------------------------------------------------------------

    def _do(self, text: str, edited: Edited) -> None:
        self._burst += 1
        if self._put(text, edited):
            self.selectionChanged.emit()

    def _key(self) -> str:
        return f"notes {self._burst}"

    def _put(self, text: str, edited: Edited, key: str = "") -> bool:
        refusal = self._refusal(edited)
        if refusal:
            self.refused.emit(refusal)
            return False
        self._selection = edited.chosen
        song, clip = self._song, self.clip
        fresh = edits.rewritten(clip, edited.notes)
        if song.clip is None:
            if edited.notes:
                take = Take(fresh, note="Written by hand.")
                song.open((take,), 0, song.state.chords)
        elif fresh != clip:
            song.edit(text, fresh, key)
        self.changed.emit()
        return True

    def _refusal(self, edited: Edited) -> str:
        locks = self._song.state.locks
        if not locks:
            return ""
        bars = sorted(edits.changed_bars(self.clip, edited.notes) & set(locks))
        return f"Bar {bars[0] + 1} is locked. Unlock it first (L)." if bars else ""

    def _on_song(self) -> None:
        """Another take, an undo, or our own edit: what is gone is not selected any more."""
        self._dragged = None
        clip = self._song.clip
        here = self._selection & frozenset(clip.notes) if clip is not None else _NOTHING
        lost = here != self._selection
        self._selection = here
        self.changed.emit()
        if lost:
            self.selectionChanged.emit()
