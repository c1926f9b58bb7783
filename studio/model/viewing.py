"""Which picture is looked at, and the candidates that a tool has laid out to choose from."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from engines.protocol.messages import Output
from studio.media.images import to_pixels
from studio.model.context import StudioContext
from studio.model.history import Entry
from studio.model.job import Job
from studio.model.layers import State
from studio.model.picture import Picture, Source, picture_of, placed

#: Makes of a document and a picture the document with that picture in it, as a layer of that name.
Place = Callable[[State, Picture, str], State]


class Viewing(QObject):
    """What is tried out on the canvas, and where it comes from.

    The results of the newest job are *candidates*: they can be looked at in place, one is kept as a
    layer of the document, or all are put aside. All of them are in the history from the start.

    Signals:
        candidatesChanged: candidates, or how many are still to come.
        shownChanged: another picture is in view; at every live frame too.
    """

    candidatesChanged = Signal()
    shownChanged = Signal()

    def __init__(self, context: StudioContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.document = context.document
        self._job = ""
        self._place: Place = placed
        self._expected = 0  # results of a request that waits for the library
        self._collecting = False  # whether the job's results are candidates still
        self._candidates: list[Entry] = []
        self._tried: Picture | None = None
        self._kept: tuple[State, Picture | None] = (State(), None)
        self._source: Source = "document"
        self._comparing = False  # whether the document is looked at in place of what is tried out
        self.document.edited.connect(self._on_document)
        context.jobs.jobChanged.connect(self._on_job)
        context.history.added.connect(self._on_added)
        context.history.removed.connect(self._on_removed)

    # --- the picture in view ---------------------------------------------------------------

    @property
    def shown(self) -> Picture | None:
        """The picture in view: what is tried out, or the document as one picture."""
        return self.kept if self._source == "document" else self._tried

    @property
    def kept(self) -> Picture | None:
        """The document as one picture, or None while it is empty."""
        state = self.document.state
        if self._kept[0] is not state:
            self._kept = (state, picture_of(state))
        return self._kept[1]

    @property
    def source(self) -> Source:
        """Where the picture in view comes from."""
        return self._source

    @property
    def selected(self) -> str:
        """The id of the history entry in view, or ""."""
        shown = self.shown
        return shown.entry if shown is not None else ""

    def try_out(self, picture: Picture, source: Source, place: Place = placed) -> None:
        """Show a picture in the document without changing it."""
        self._tried, self._source = picture, source
        self._place = place
        if not self._comparing:
            self.document.preview(self._with(picture))
        self.shownChanged.emit()

    def look_at(self, entry_id: str) -> None:
        """Show a candidate or an older result in place; nothing is changed by it."""
        entry = self._context.history.get(entry_id)
        if entry is None or not entry.is_picture:
            return
        mine = any(entry.id == candidate.id for candidate in self._candidates)
        image = self._context.history.image(entry)
        picture = Picture(image, entry.request, entry.id, entry.note, box=entry.box)
        place = self._place if mine else placed
        self.try_out(picture, "candidate" if mine else "history", place)

    def keep(self) -> None:
        """Make the picture in view a layer of the document."""
        shown = self._tried
        if shown is None or self._source == "document":
            return
        if not shown.entry and shown.request is not None:
            output = Output(request=shown.request, note=shown.note)
            entry = self._context.history.add(output, to_pixels(shown.image))
            shown = Picture(shown.image, shown.request, entry.id, shown.note, box=shown.box)
        self._candidates, self._collecting = [], False
        self.document.apply("Add picture", self._with(shown))
        self.candidatesChanged.emit()

    def add(self, picture: Picture) -> None:
        """Make a picture from elsewhere a layer of the document at once."""
        state = placed(self.document.state, picture, self._name(picture))
        self.document.apply("Add picture", state)

    def discard(self) -> None:
        """Put the candidates aside and go back to the document."""
        self._candidates, self._collecting, self._expected = [], False, 0
        self.back()
        self.candidatesChanged.emit()

    def back(self) -> None:
        """Look at the document again."""
        self._tried, self._source, self._comparing = None, "document", False
        self.document.preview(None)
        self.shownChanged.emit()

    def compare(self, original: bool) -> None:
        """Show the document for a moment in place of what is tried out, or that again."""
        self._comparing = original and self._source != "document"
        if self._tried is not None and self._source != "document":
            self.document.preview(None if original else self._with(self._tried))

    def _with(self, picture: Picture) -> State:
        return self._place(self.document.state, picture, self._name(picture))

    def _name(self, picture: Picture) -> str:
        request = picture.request
        if request is None:
            return picture.name or "Picture"
        title = self._context.models.title(request)
        return f"{title} · {request.seed}" if request.model else title

    def _on_document(self) -> None:
        self._tried, self._source = None, "document"
        self.shownChanged.emit()

    # --- candidates ------------------------------------------------------------------------

    @property
    def candidates(self) -> list[Entry]:
        """The newest job's results so far, in the order of their seeds."""
        return list(self._candidates)

    @property
    def pending(self) -> int:
        """How many candidates are still to come."""
        if self._expected:
            return self._expected
        job = self._running()
        if job is None or not self._collecting:
            return 0
        return max(0, int(job.request.params.get("count", 1)) - len(self._candidates))

    def expect(self, count: int) -> None:
        """So many are asked for, though no job runs yet."""
        self._expected = count
        self.candidatesChanged.emit()

    def collect(self, job: Job, place: Place = placed) -> None:
        """Lay out the results of a job that was queued just now; they are placed like this."""
        self._job, self._candidates, self._collecting = job.id, [], True
        self._expected, self._place = 0, place
        self.candidatesChanged.emit()

    def step(self, by: int) -> None:
        """Look at the next (1) or the previous (-1) candidate."""
        ids = [entry.id for entry in self._candidates]
        if ids:
            here = ids.index(self.selected) if self.selected in ids else -1 if by > 0 else 0
            self.look_at(ids[(here + by) % len(ids)])

    def _running(self) -> Job | None:
        jobs = {job.id: job for job in self._context.jobs.jobs()}
        job = jobs.get(self._job)
        return job if job is not None and job.active else None

    def _on_job(self, job: Job) -> None:
        if job.id == self._job:
            if job.state == "pending" and not job.results:
                self._candidates, self._collecting = [], True  # run again from the start
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
        if self._tried is not None and self._tried.entry == entry_id:
            self.back()
        self.candidatesChanged.emit()
