"""The Compose tool: the chords that are written, what is asked for, and the takes it made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QObject

from engines.music.chords import parse_chord, print_chords
from engines.music.progressions import shortened
from engines.music.score import Clip
from engines.protocol.messages import Request
from engines.protocol.params import IntParam
from engines.protocol.tools import COMPOSE
from studio.media.midi import read_midi
from studio.model import compose_scope as scope
from studio.model.bar_choice import BarChoice
from studio.model.bar_edits import BarEdits
from studio.model.chord_line import ChordLine
from studio.model.context import StudioContext
from studio.model.history import Entry
from studio.model.job import Job
from studio.model.note_tools import NoteTools
from studio.model.playback import Playback
from studio.model.song import SongState, Take
from studio.model.song_memory import recall_song, remember_song
from studio.model.tool_model import ToolModel

#: Limits of what the engine is asked for; songs from elsewhere can go beyond them.
_NUMBERS = {param.name: param for param in COMPOSE.params if isinstance(param, IntParam)}
MOST_BARS = _NUMBERS["bars"].maximum
#: Parameters that belong to the song, not to the panel: they are undone with it.
SONG_PARAMS = ("chords", "tempo", "kept", "locks", "kept_seeds")


class ComposeModel(ToolModel):
    """State of the Compose tool, of the song and of its playback."""

    def __init__(self, context: StudioContext, parent: QObject | None = None) -> None:
        super().__init__(context, COMPOSE, "music.compose", parent)
        self.song = context.song
        self._waiting: dict[str, Any] | None = None  # what to compose once there is a library
        self._arrived = False  # whether takes of the newest job are or were in the song
        self.chords = ChordLine(self.song, self.values, self)
        self._recall()
        self._seen = self._form()
        self.playback = Playback(self.song, context.settings, self)
        self.note_tools = NoteTools(context.settings, self)
        self.choice = BarChoice(self.song, self.playback)
        self.bar_edits = BarEdits(self.song, self.choice)
        self.song.changed.connect(self._on_song)
        self.song.loaded.connect(self._on_loaded)
        self.values.changed.connect(lambda _name: self.remember())
        context.history.added.connect(self._on_added)

    @property
    def bars(self) -> int:
        """How many bars will be composed."""
        return int(self.values["bars"])

    def plan(self) -> Clip:
        """The empty bars that would be composed."""
        chords = self.chords.planned()
        return Clip(
            bars=len(chords),
            tempo=self.song.state.tempo,
            chords=tuple(str(chord) for chord in chords),
            notes=(),
            meter=self.values["meter"],
        )

    # --- what to make ----------------------------------------------------------------------

    def choose_model(self, name: str) -> None:
        """Compose with another model from now on."""
        if name != self._model:
            super().choose_model(name)
            self.remember()

    def request(self, kept: dict[str, Any] | None = None) -> Request:
        """The request that the controls describe.

        Args:
            kept: parameters of :mod:`studio.model.compose_scope`; by default those of
                :meth:`compose`.
        """
        info = self.model_info
        tempo = _NUMBERS["tempo"]
        # The song keeps its own; notes do not depend on it.
        near = min(max(round(self.song.state.tempo), tempo.minimum), tempo.maximum)
        params = {**self.values.all(), "tempo": near}
        if self.reason_no_creativity():
            params["creativity"] = 0.0
        return Request(
            task=self.tool.task,
            model=self._model,
            weights=info.weights if info is not None else "",
            seed=self.seed.value,
            params=params | (self._scope() if kept is None else kept),
        )

    def _scope(self) -> dict[str, Any]:
        """Everything that is not locked."""
        clip, state = self.song.clip, self.song.state
        if clip is not None and state.locks:
            return scope.unlocked(clip, self.chords.planned(), state.locks)
        return scope.whole(clip, state.chords, self.values["variation"])

    def reason_not_to_compose(self) -> str:
        """Why Compose cannot start now, or ""."""
        if self.chords.problem:
            return self.chords.problem
        if self._context.models.known and self.model_info is None:
            return "No model that writes melodies is installed."
        clip, locks = self.song.clip, self.song.state.locks
        if clip is not None and locks and clip.bars > MOST_BARS:
            return f"{_too_long(clip)} Unlock all of them for another melody."
        if clip is not None and self.bars <= clip.bars and set(range(self.bars)) <= set(locks):
            return "Every bar is locked. Unlock one (L), or ask for more bars."
        return ""

    def reason_no_variation(self) -> str:
        """Why the slider of variation moves nothing, or ""."""
        clip = self.song.clip
        if clip is not None and any(seed >= 0 for seed in clip.seeds):
            return ""
        return "It walks from bars that the network wrote, and none are in view."

    def reason_no_creativity(self) -> str:
        """Why the model cannot be told to be creative, or ""."""
        info = self.model_info
        if info is None or "creativity" in info.knobs:
            return ""
        return f"{info.title} was not trained to take it: choose another model."

    def reason_not_to_write_again(self) -> str:
        """Why the chosen bars cannot be written again now, or ""."""
        if self.song.clip is None:
            return "There is no melody yet: compose one first."
        if self.song.clip.bars > MOST_BARS:
            return f"{_too_long(self.song.clip)} Delete some first."
        if set(self.choice.chosen) <= set(self.choice.locks):
            return f"It would write {self.choice.words}, which is locked. Unlock it first (L)."
        return "" if self.model_info is not None else self.reason_not_to_compose()

    def compose(self) -> None:
        """Write everything that is not locked; the results become the takes.

        A press that comes before the engine has told its library waits for it.
        """
        if not self.reason_not_to_compose() and self.chords.commit():
            self._queue(self._scope())

    def write_again(self, bars: tuple[int, ...] | None = None) -> None:
        """Write some bars again and leave all others.

        Args:
            bars: counted from 0; the chosen ones by default.
        """
        clip, locks = self.song.clip, self.choice.locks
        meant = self.choice.chosen if bars is None else bars
        ready = not self._context.models.known or self.model_info is not None
        if clip is None or clip.bars > MOST_BARS:
            return
        if ready and not set(meant) <= set(locks):
            self._queue(scope.some(clip, meant, locks))

    def _queue(self, kept: dict[str, Any]) -> None:
        if not self._context.models.known:
            self._waiting = kept
            self.changed.emit()
            return
        self.seed.spend()
        self._job, self._arrived = self._context.jobs.add(self.request(kept)).id, False
        self.remember()
        self.changed.emit()

    def reason_no_new_song(self) -> str:
        """Why there is nothing to put aside, or ""."""
        return "" if self.song.clip is not None else "This song is new: nothing is in it yet."

    def new_song(self) -> None:
        """Begin with nothing; undo brings the song back."""
        if not self.reason_no_new_song():
            self._elsewhere()
            self.song.begin_again()
            self._context.session.leave_file()  # or saving would write over the one before
            self.chords.revert()
            self.playback.rewind()

    def _elsewhere(self) -> None:
        """Another song comes: nothing sounds, and what is still being written is not for it."""
        self.playback.stop()
        self.playback.set_loop(0, None)
        self._job, self._waiting = "", None

    def put_chords_under(self) -> None:
        """Put the chord line under the melody in view, or say why that cannot be."""
        reason = self.chords.reason_not_to_put_under()
        if reason:
            self._context.messages.show(reason)
        self.chords.put_under()

    def begin_with(self, primer: Clip) -> None:
        """Put somebody's bars at the front and lock them: composing goes on from there.

        Args:
            primer: bars without a chord take the planned one.
        """
        planned = self.chords.planned()
        bars = max(self.bars, primer.bars + 1)
        chords = [planned[bar % len(planned)] for bar in range(bars)]
        for bar, symbol in enumerate(primer.chords):
            chord = parse_chord(symbol)
            chords[bar] = chords[bar] if chord.silent else chord
        clip = msgspec.structs.replace(
            primer, bars=bars, chords=tuple(str(chord) for chord in chords), seeds=()
        )
        self.values.set("bars", bars)
        self.values.set("meter", primer.meter)
        undo = self._context.undo
        undo.beginMacro("Begin with these bars")
        self.song.open((Take(clip),), 0, print_chords(shortened(chords)))
        self.song.set_locks(range(primer.bars))
        undo.endMacro()

    def apply(self, request: Request) -> str:
        """Set every control to a request from a file or from the history.

        Returns:
            A sentence when it cannot be repeated exactly here, else "".
        """
        self.values.restore(
            {name: value for name, value in request.params.items() if name not in SONG_PARAMS}
        )
        self.seed.set(request.seed)
        known = self._context.models.get(request.model)
        if known is None:
            return f"The model {request.model} that wrote it is not installed."
        self.choose_model(request.model)
        if request.weights and request.weights != known.weights:
            return (
                f"It was written by another version of {known.title}; "
                "this one writes another melody."
            )
        return ""

    # --- the running job -------------------------------------------------------------------

    @property
    def pending(self) -> int:
        """How many takes are still to come."""
        if self._waiting is not None:
            return int(self.values["count"])
        job = self.job
        return max(0, int(job.request.params.get("count", 1)) - job.results) if job else 0

    @property
    def busy(self) -> bool:
        """Whether takes are being written, or will be."""
        return self._waiting is not None or self.job is not None

    def _on_added(self, entry: Entry) -> None:
        if entry.clip is None or not entry.group or entry.group != self._job:
            return
        if self._arrived and self.song.state.job != self._job:
            self.cancel()  # a person kept one, or went elsewhere; what is made is in the history
            return
        self._arrived = True
        self.song.add_take(_take(entry), entry.group)
        self.changed.emit()

    # --- other melodies --------------------------------------------------------------------

    def open_entry(self, entry_id: str) -> None:
        """Look at a melody of the history again, with the takes it was made with."""
        entry = self._context.history.get(entry_id)
        if entry is None or entry.clip is None:
            return
        found = [entry]
        if entry.group:
            same = (e for e in self._context.history.entries(False) if e.group == entry.group)
            found = sorted(same, key=lambda e: e.request.seed)
        takes = tuple(_take(e) for e in found)
        chosen = next(i for i, take in enumerate(takes) if take.entry == entry_id)
        self._open(takes, chosen)

    def open_file(self, path: Path) -> str:
        """Look at somebody's MIDI file or score.

        Returns:
            A sentence worth telling, or "".

        Raises:
            EngineError: kind ``bad_input``, when it is no MIDI file.
        """
        return self.open_clip(*read_midi(path))

    def open_clip(self, clip: Clip, request: Request | None = None) -> str:
        """Look at a melody from elsewhere.

        Args:
            clip: it.
            request: what Duet made it with, if Duet did.

        Returns:
            A sentence worth telling, or "".
        """
        self._open((Take(clip, request),), 0)
        return self.apply(request) if request is not None else ""

    def _open(self, takes: tuple[Take, ...], chosen: int) -> None:
        take = takes[chosen]
        line = str(take.request.params.get("chords", "")) if take.request else ""
        self._elsewhere()
        self.song.open(takes, chosen, line or _line(take.clip))
        self.chords.revert()
        self.playback.rewind()
        self.values.set("bars", take.clip.bars)
        self.values.set("meter", take.clip.meter)

    # --- the library and the last session --------------------------------------------------

    def _on_loaded(self) -> None:
        self._elsewhere()
        self.playback.rewind()

    def _on_job(self, job: Job) -> None:
        if job.id == self._job and job.state == "pending":
            self._arrived = False  # it is tried again
        super()._on_job(job)

    def _on_song(self) -> None:
        seen, self._seen = self._seen, self._form()
        if self._seen is not None and self._seen != seen:  # the next melody is like it
            bars, meter = self._seen
            self.values.set("bars", min(bars, MOST_BARS))
            self.values.set("meter", meter)
        remember_song(self._context.settings, self.song.state)

    def _form(self) -> tuple[int, str] | None:
        """Bars and meter of the melody in view."""
        clip = self.song.clip
        return (clip.bars, clip.meter) if clip is not None else None

    def _on_library(self) -> None:
        waited, self._waiting = self._waiting, None
        super()._on_library()
        if waited is not None and not self.reason_not_to_compose():
            self._queue(waited)

    def _recall(self) -> None:
        super()._recall()
        if self.song.state == SongState():  # no document has brought a song
            fresh = SongState(str(self.values["chords"]), float(self.values["tempo"]))
            self.song.load(recall_song(self._context.settings, fresh))
        self.chords.begin(self.song.state.chords)


def _too_long(clip: Clip) -> str:
    return f"Up to {MOST_BARS} bars can be composed at once, and there are {clip.bars}."


def _take(entry: Entry) -> Take:
    clip = entry.clip
    assert clip is not None
    return Take(clip, entry.request, entry.id, entry.note)


def _line(clip: Clip) -> str:
    """A chord line for a clip that came without one."""
    return print_chords(shortened([parse_chord(symbol) for symbol in clip.chords]))
