"""The Generate tool: what is asked for, what came back, and which picture is looked at."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal

from engines.protocol.messages import LiveFailed, ModelInfo, Output, Request
from engines.protocol.params import GENERATE
from studio.media.images import to_pixels
from studio.model.context import StudioContext
from studio.model.document import Document, Picture, Source
from studio.model.history import Entry
from studio.model.job import Job
from studio.model.live import LivePreview
from studio.model.param_values import ParamValues
from studio.model.seed import Seed

_MEMORY = "image.generate"
_DOCUMENT = "image.document"


class GenerateModel(QObject):
    """State of the Generate tool and of the picture in view.

    A new job's results are *candidates*: they can be looked at in place, one is kept as the
    document's picture, or all are put aside. All of them are in the history from the start.

    Signals:
        changed: model, library or the running job.
        candidatesChanged: candidates, or how many are still to come.
        shownChanged: another picture is in view; at every live frame too.
    """

    changed = Signal()
    candidatesChanged = Signal()
    shownChanged = Signal()

    def __init__(self, context: StudioContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.tool = GENERATE
        self.values = ParamValues(self.tool, self)
        self.seed = Seed(self)
        self.document = Document(context.undo, self)
        self._live = LivePreview(context.client, self)
        self._model = self.tool.default_model
        self._job = ""
        self._waiting = False  # for the library, to generate then
        self._collecting = False  # whether the job's results are candidates still
        self._candidates: list[Entry] = []
        self._shown: Picture | None = None
        self._source: Source = "document"
        self._active = False
        self._recall()
        self._connect()

    def _connect(self) -> None:
        self.values.changed.connect(self._on_value)
        self.seed.chosen.connect(self.preview)
        self.document.changed.connect(self._on_document)
        self._live.shown.connect(lambda picture: self._show(picture, "live"))
        self._live.failed.connect(self._on_live_failed)
        self._context.models.changed.connect(self._on_library)
        self._context.models.useRequested.connect(self._on_use)
        self._context.jobs.jobChanged.connect(self._on_job)
        self._context.history.added.connect(self._on_added)
        self._context.history.removed.connect(self._on_removed)

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
        """Make pictures with another model from now on."""
        if name != self._model:
            self._model = name
            self.changed.emit()
            self.preview()

    def request(self, **changes: Any) -> Request:
        """The request that the controls describe."""
        info = self.model_info
        return Request(
            task=self.tool.task,
            model=self._model,
            weights=info.weights if info is not None else "",
            seed=self.seed.value,
            params={**self.values.all(), **changes},
        )

    def reason_not_to_generate(self) -> str:
        """Why Generate cannot start now, or ""."""
        models = self._context.models
        if not models.known or self.model_info is not None:
            return ""
        if models.for_task(self.tool.task):
            return f"The model {self._model} is not installed: choose another one."
        return "No model that makes pictures is installed."

    def generate(self) -> None:
        """Queue the request; its results become the candidates.

        A press that comes before the engine has told its library waits for it.
        """
        if not self._context.models.known:
            self._waiting = True
            self.candidatesChanged.emit()
            return
        if self.reason_not_to_generate():
            return
        self._live.stop()
        self.seed.spend()
        job = self._context.jobs.add(self.request())
        self._job, self._candidates, self._collecting = job.id, [], True
        self.remember()
        self.candidatesChanged.emit()
        self.changed.emit()

    def apply(self, request: Request) -> str:
        """Set every control to a request from a file or from the history.

        Returns:
            A sentence when it cannot be repeated exactly here, else "".
        """
        self._live.stop()
        self._active, was_active = False, self._active  # no preview for each value
        self.values.restore(request.params)
        self.seed.set(request.seed)
        library = self._context.models
        known = library.get(request.model)
        if known is not None or not library.known:
            self.choose_model(request.model)
        self._active = was_active
        if known is None and not library.known:
            return ""
        if known is None:
            return f"The model {request.model} that made it is not installed."
        if request.weights and request.weights != known.weights:
            return (
                f"It was made by another version of {known.title}; this one gives another picture."
            )
        return ""

    # --- the running job -------------------------------------------------------------------

    @property
    def job(self) -> Job | None:
        """The newest job of this tool while it waits or runs, else None."""
        jobs = {job.id: job for job in self._context.jobs.jobs()}
        job = jobs.get(self._job)
        return job if job is not None and job.active else None

    def cancel(self) -> None:
        """Cancel that job."""
        if self.job is not None:
            self._context.jobs.cancel(self._job)

    def _on_job(self, job: Job) -> None:
        if job.id == self._job:
            if job.state == "pending" and not job.results:
                self._candidates, self._collecting = [], True  # run again from the start
            self.changed.emit()
            self.candidatesChanged.emit()

    # --- candidates ------------------------------------------------------------------------

    @property
    def candidates(self) -> list[Entry]:
        """The newest job's results so far, in the order of their seeds."""
        return list(self._candidates)

    @property
    def pending(self) -> int:
        """How many candidates are still to come."""
        if self._waiting:
            return int(self.values["count"])
        job = self.job
        if job is None or not self._collecting:
            return 0
        return max(0, int(job.request.params.get("count", 1)) - len(self._candidates))

    @property
    def selected(self) -> str:
        """The id of the history entry in view, or ""."""
        return self._shown.entry if self._shown is not None else ""

    def look_at(self, entry_id: str) -> None:
        """Show a candidate or an older result in place; nothing is changed by it."""
        entry = self._context.history.get(entry_id)
        if entry is None or not entry.is_picture:
            return
        self._live.stop()
        mine = any(entry.id == candidate.id for candidate in self._candidates)
        self._show(self._picture(entry), "candidate" if mine else "history")

    def step(self, by: int) -> None:
        """Look at the next (1) or the previous (-1) candidate."""
        ids = [entry.id for entry in self._candidates]
        if ids:
            here = ids.index(self.selected) if self.selected in ids else -1 if by > 0 else 0
            self.look_at(ids[(here + by) % len(ids)])

    def keep(self) -> None:
        """Make the picture in view the document's picture."""
        shown = self._shown
        if shown is None or self._source == "document":
            return
        self._live.stop()
        if not shown.entry and shown.request is not None:
            output = Output(request=shown.request, note=shown.note)
            entry = self._context.history.add(output, to_pixels(shown.image))
            shown = Picture(shown.image, shown.request, entry.id, shown.note)
        self._candidates, self._collecting = [], False
        self.document.keep(shown)
        self.candidatesChanged.emit()

    def discard(self) -> None:
        """Put the candidates aside and go back to the document's picture."""
        self._live.stop()
        self._candidates, self._collecting = [], False
        self._show(self.document.picture, "document")
        self.candidatesChanged.emit()

    def _on_added(self, entry: Entry) -> None:
        if not self._collecting or entry.group != self._job:
            return
        self._candidates.append(entry)
        if len(self._candidates) == 1:
            self.look_at(entry.id)
        self.candidatesChanged.emit()

    def _on_removed(self, entry_id: str) -> None:
        self._candidates = [entry for entry in self._candidates if entry.id != entry_id]
        if self.selected == entry_id and self._source != "document":
            self._show(self.document.picture, "document")
        self.candidatesChanged.emit()

    # --- the picture in view ---------------------------------------------------------------

    @property
    def shown(self) -> Picture | None:
        """The picture in view."""
        return self._shown

    @property
    def source(self) -> Source:
        """Where the picture in view comes from."""
        return self._source

    def set_active(self, active: bool) -> None:
        """Whether the tool is in view; live previews are made only then."""
        self._active = active
        if not active:
            self._live.stop()

    def preview(self) -> None:
        """Show what the controls describe, now, without keeping it."""
        if self._active and self.model_info is not None:
            self._live.ask(self.request(count=1))

    def open_picture(self, picture: Picture) -> None:
        """Look at a picture from a file."""
        self._live.stop()
        self._show(picture, "file")

    def _show(self, picture: Picture | None, source: Source) -> None:
        self._shown, self._source = picture, source
        self.shownChanged.emit()

    def _picture(self, entry: Entry) -> Picture:
        image = self._context.history.image(entry)
        return Picture(image, entry.request, entry.id, entry.note)

    def _on_document(self) -> None:
        self._show(self.document.picture, "document")
        picture = self.document.picture
        self._context.settings.remember(_DOCUMENT, picture.entry if picture is not None else "")

    def _on_value(self, name: str) -> None:
        if name != "count":
            self.preview()

    def _on_live_failed(self, message: LiveFailed) -> None:
        self._context.messages.show(f"{message.message} {message.advice}".strip(), level="bad")

    # --- the library and the last session --------------------------------------------------

    def _on_library(self) -> None:
        models = self._context.models.for_task(self.tool.task)
        if models and self._model not in {model.name for model in models}:
            names = [model.name for model in models]
            default = self.tool.default_model
            self._model = default if default in names else names[0]
        self.changed.emit()
        if self._waiting:
            self._waiting = False
            self.generate()

    def _on_use(self, info: ModelInfo) -> None:
        if info.task == self.tool.task:
            self.choose_model(info.name)

    def remember(self) -> None:
        """Leave everything for the next session."""
        state = {
            "model": self._model,
            "seed": self.seed.value,
            "locked": self.seed.locked,
            "params": self.values.all(),
        }
        self._context.settings.remember(_MEMORY, state)

    def _recall(self) -> None:
        state = self._context.settings.recall(_MEMORY, {})
        self._model = str(state.get("model", self._model))
        params, seed = state.get("params"), state.get("seed")
        if isinstance(params, dict):
            self.values.restore(params)
        if isinstance(seed, int):
            self.seed.load(seed, state.get("locked") is True)
        entry = self._context.history.get(self._context.settings.recall(_DOCUMENT, ""))
        if entry is not None and entry.is_picture:
            picture = self._picture(entry)
            if not picture.image.isNull():
                self.document.load(picture)
                self._shown = picture
