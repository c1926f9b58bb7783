"""The Compose tool: the chords that are written, what is asked for, and the takes it made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QObject, Signal

from engines.music.chords import fill_bars, parse_chords, print_chords
from engines.music.score import Clip
from engines.protocol.errors import EngineError
from engines.protocol.messages import ModelInfo, Request
from engines.protocol.params import COMPOSE
from studio.media.midi import read_midi
from studio.model.context import StudioContext
from studio.model.history import Entry
from studio.model.job import Job
from studio.model.param_values import ParamValues
from studio.model.playback import Playback
from studio.model.seed import Seed
from studio.model.song import SongState, Take

_MEMORY = "music.compose"
_SONG = "music.song"

#: Parameters that belong to the song, not to the panel: they are undone with it.
SONG_PARAMS = ("chords", "tempo")


class ComposeModel(QObject):
    """State of the Compose tool, of the song and of its playback.

    Signals:
        changed: model, library or the running job.
        draftChanged: the chord line that is being written, or the number of bars.
    """

    changed = Signal()
    draftChanged = Signal()

    def __init__(self, context: StudioContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.tool = COMPOSE
        self.values = ParamValues(self.tool, self)
        self.seed = Seed(self)
        self.song = context.song
        self._model = self.tool.default_model
        self._job = ""
        self._waiting = False  # for the library, to compose then
        self._draft = ""
        self._seen = ""  # the song's chord line when it last changed
        self._problem = ""
        self._recall()
        self.playback = Playback(self.song, context.settings, self)
        self.song.changed.connect(self._on_song)
        self.values.changed.connect(self._on_value)
        context.models.changed.connect(self._on_library)
        context.models.useRequested.connect(self._on_use)
        context.jobs.jobChanged.connect(self._on_job)
        context.history.added.connect(self._on_added)

    # --- the chord line --------------------------------------------------------------------

    @property
    def draft(self) -> str:
        """The chord line as it is being written; perhaps not valid yet."""
        return self._draft

    @property
    def problem(self) -> str:
        """What is wrong with the draft and how to put it right, or ""."""
        return self._problem

    @property
    def bars(self) -> int:
        """How many bars will be composed."""
        return int(self.values["bars"])

    def write_chords(self, line: str) -> None:
        """Take in what is typed; it is checked at once and kept when it is committed."""
        if line != self._draft:
            self._draft = line
            self._check()
            self.draftChanged.emit()

    def commit_chords(self) -> bool:
        """Keep the draft as the song's chord line, if it is valid."""
        if self._problem:
            return False
        self.song.set_chords(self._draft.strip())
        return True

    def revert_chords(self) -> None:
        """Take back what was typed since the line was last kept."""
        self.write_chords(self.song.state.chords)

    def chord_count(self) -> int:
        """How many chords the draft has; 0 while it is not valid."""
        return 0 if self._problem else len(parse_chords(self._draft))

    def planned_chords(self) -> tuple[str, ...]:
        """The chord of every bar that will be composed; of the song while the draft is wrong."""
        line = self.song.state.chords if self._problem else self._draft
        return tuple(str(chord) for chord in fill_bars(parse_chords(line), self.bars))

    def _check(self) -> None:
        try:
            parse_chords(self._draft)
        except EngineError as error:
            self._problem = str(error)
        else:
            self._problem = ""

    # --- what to make ----------------------------------------------------------------------

    @property
    def model(self) -> str:
        """The chosen model's name."""
        return self._model

    @property
    def model_info(self) -> ModelInfo | None:
        """The chosen model as the library knows it, or None."""
        return self._context.models.get(self._model)

    def choose_model(self, name: str) -> None:
        """Compose with another model from now on."""
        if name != self._model:
            self._model = name
            self._remember()
            self.changed.emit()

    def request(self) -> Request:
        """The request that the controls describe."""
        info = self.model_info
        song = self.song.state
        params = {**self.values.all(), "chords": song.chords, "tempo": round(song.tempo)}
        return Request(
            task=self.tool.task,
            model=self._model,
            weights=info.weights if info is not None else "",
            seed=self.seed.value,
            params=params,
        )

    def reason_not_to_compose(self) -> str:
        """Why Compose cannot start now, or ""."""
        if self._problem:
            return self._problem
        if self._context.models.known and self.model_info is None:
            return "No model that writes melodies is installed."
        return ""

    def compose(self) -> None:
        """Queue the request; its results become the takes.

        A press that comes before the engine has told its library waits for it.
        """
        if self.reason_not_to_compose() or not self.commit_chords():
            return
        if not self._context.models.known:
            self._waiting = True
            self.changed.emit()
            return
        self.seed.spend()
        self._job = self._context.jobs.add(self.request()).id
        self._remember()
        self.changed.emit()

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
    def job(self) -> Job | None:
        """The newest job of this tool while it waits or runs, else None."""
        jobs = {job.id: job for job in self._context.jobs.jobs()}
        job = jobs.get(self._job)
        return job if job is not None and job.active else None

    @property
    def pending(self) -> int:
        """How many takes are still to come."""
        if self._waiting:
            return int(self.values["count"])
        job = self.job
        return max(0, int(job.request.params.get("count", 1)) - job.results) if job else 0

    @property
    def busy(self) -> bool:
        """Whether takes are being written, or will be."""
        return self._waiting or self.job is not None

    def cancel(self) -> None:
        """Cancel that job."""
        if self.job is not None:
            self._context.jobs.cancel(self._job)

    def _on_job(self, job: Job) -> None:
        if job.id == self._job:
            self.changed.emit()

    def _on_added(self, entry: Entry) -> None:
        if entry.clip is not None and entry.group and entry.group == self._job:
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
        """Look at somebody's MIDI file.

        Returns:
            A sentence worth telling, or "".

        Raises:
            EngineError: kind ``bad_input``, when it is no MIDI file.
        """
        clip, request = read_midi(path)
        self._open((Take(clip, request),), 0)
        return self.apply(request) if request is not None else ""

    def _open(self, takes: tuple[Take, ...], chosen: int) -> None:
        take = takes[chosen]
        line = str(take.request.params.get("chords", "")) if take.request else ""
        self.playback.stop()
        self.song.open(takes, chosen, line or _line(take.clip))
        self.playback.rewind()
        if take.request is not None:
            self.values.set("bars", take.clip.bars)

    # --- the library and the last session --------------------------------------------------

    def _on_song(self) -> None:
        state = self.song.state
        if state.chords != self._seen:  # another line, not merely another take
            self._seen = state.chords
            if state.chords != self._draft.strip():
                self.write_chords(state.chords)
        kept = {
            "chords": state.chords,
            "tempo": state.tempo,
            "takes": [take.entry for take in state.takes if take.entry],
            "selected": state.selected,
            "job": state.job,
        }
        self._context.settings.remember(_SONG, kept)

    def _on_value(self, name: str) -> None:
        self._remember()
        if name == "bars":
            self.draftChanged.emit()

    def _on_library(self) -> None:
        models = self._context.models.for_task(self.tool.task)
        if models and self._model not in {model.name for model in models}:
            names = [model.name for model in models]
            default = self.tool.default_model
            self._model = default if default in names else names[0]
        waited, self._waiting = self._waiting, False
        self.changed.emit()
        if waited:
            self.compose()

    def _on_use(self, info: ModelInfo) -> None:
        if info.task == self.tool.task:
            self.choose_model(info.name)

    def _remember(self) -> None:
        state = {
            "model": self._model,
            "seed": self.seed.value,
            "locked": self.seed.locked,
            "params": self.values.all(),
        }
        self._context.settings.remember(_MEMORY, state)

    def _recall(self) -> None:
        recall = self._context.settings.recall
        tool: dict[str, Any] = recall(_MEMORY, {})
        self._model = str(tool.get("model", self._model))
        params, seed = tool.get("params"), tool.get("seed")
        if isinstance(params, dict):
            self.values.restore(params)
        if isinstance(seed, int):
            self.seed.load(seed, tool.get("locked") is True)
        if self.song.state == SongState():  # no document has brought a song
            self.song.load(self._recall_song(recall(_SONG, {})))
        self._draft = self._seen = self.song.state.chords

    def _recall_song(self, kept: dict[str, Any]) -> SongState:
        """The song as the last session left it, as far as the history still has it."""
        self.values.restore({name: kept[name] for name in ("tempo",) if name in kept})
        tempo = float(self.values["tempo"])
        line = str(kept.get("chords") or self.values["chords"])
        self._draft = line
        self._check()
        if self._problem:
            line, self._problem = str(self.values["chords"]), ""
        entries = [self._context.history.get(str(name)) for name in kept.get("takes", [])]
        takes = tuple(_take(e, tempo) for e in entries if e is not None and e.clip is not None)
        selected = kept.get("selected", 0)
        inside = isinstance(selected, int) and 0 <= selected < len(takes)
        return SongState(line, tempo, takes, selected if inside else 0, str(kept.get("job", "")))


def _take(entry: Entry, tempo: float | None = None) -> Take:
    clip = entry.clip
    assert clip is not None
    if tempo is not None:
        clip = msgspec.structs.replace(clip, tempo=tempo)
    return Take(clip, entry.request, entry.id, entry.note)


def _line(clip: Clip) -> str:
    """A chord line for a clip that came without one."""
    return print_chords(parse_chords(" ".join(clip.chords)))
