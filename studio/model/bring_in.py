"""A person's own picture, brought into the latent space that is steered through."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from engines.protocol.frames import Pixels
from engines.protocol.messages import Output, Request
from engines.protocol.params import resolve
from engines.protocol.tools import PROJECT
from studio.media.images import to_image
from studio.model.context import StudioContext
from studio.model.crop import Crop
from studio.model.job import Job
from studio.model.latent import LatentModel
from studio.model.picture import Picture
from studio.model.qimages import rgba

#: Steps of tuning, where it is asked for: 15 seconds for 128 pixels on one core that is free.
TUNING = 100


class BringIn(QObject):
    """The search for a picture's place; what it finds on the way is shown on the canvas.

    Attributes:
        tunes: whether the model is tuned to the picture too, and kept as another one.

    Signals:
        changed: it runs, or whether it can.
        cropWanted: the picture (QImage) is not square: which square, :meth:`bring` is told.
    """

    changed = Signal()
    cropWanted = Signal(object)

    def __init__(
        self, context: StudioContext, latent: LatentModel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._context, self._latent = context, latent
        self._job = ""
        self._found: Request | None = None  # the nearest so far
        self._awaited: Request | None = None  # of a model that is not listed yet
        self.tunes = False
        context.jobs.previewReady.connect(self._on_preview)
        context.jobs.resultReady.connect(self._on_result)
        context.jobs.jobChanged.connect(self._on_job)
        context.models.changed.connect(self._on_models)
        latent.changed.connect(self.changed)
        context.document.edited.connect(self.changed)

    # --- reasons ---------------------------------------------------------------------------

    def reason_not_to_begin(self) -> str:
        """Why no picture can be brought in now, or ""."""
        latent = self._latent
        if self._job:
            return "A picture is being brought in: cancel it first."
        if not latent.levels or any(one.method == "code" for one in latent.directions):
            return latent.reason_not_to_run() or "No place can be found in this model."
        return latent.reason_not_to_run()

    def reason_not_from_canvas(self) -> str:
        """Why the canvas cannot be brought in now, or ""."""
        empty = "The canvas is empty: open a picture first." if self._canvas is None else ""
        return self.reason_not_to_begin() or empty

    @property
    def _canvas(self) -> Picture | None:
        return self._latent.viewing.kept

    # --- what a person does ----------------------------------------------------------------

    def tune(self, on: bool) -> None:
        """Tune the model to the next pictures, or not."""
        self.tunes = on

    def from_file(self, path: Path) -> None:
        """Look for the picture in a file."""
        self._context.session.read_picture(path, lambda read: self._ask(read.image))

    def from_canvas(self) -> None:
        """Look for what the document shows."""
        if self._canvas is not None:
            self._ask(self._canvas.image)

    def _ask(self, image: QImage) -> None:
        if self.reason_not_to_begin():
            return
        crop = Crop.largest(image.width(), image.height())
        if crop.whole:
            self.bring(image, crop)
        else:
            self.cropWanted.emit(image)

    def bring(self, image: QImage, crop: Crop) -> None:
        """Look for a square of a picture."""
        if self.reason_not_to_begin():
            return
        latent, info = self._latent, self._latent.model_info
        params = {"tuning": TUNING if self.tunes else 0}
        if not crop.whole:
            params |= {"left": crop.left, "top": crop.top, "side": crop.side}
        request = Request(
            task=PROJECT.task,
            model=latent.model,
            weights=info.weights if info is not None else "",
            seed=latent.state.seed,
            params=resolve(PROJECT, params),
        )
        job = self._context.jobs.add(request, {"image": rgba(image)})
        self._job, self._found = job.id, None
        latent.watch(job)
        self.changed.emit()

    # --- what is found ---------------------------------------------------------------------

    def _on_preview(self, job: Job, output: Output, pixels: Pixels | None) -> None:
        if job.id != self._job or pixels is None:
            return
        self._found = output.request
        if self._latent.active:
            picture = Picture(to_image(pixels), output.request, note=output.note)
            self._latent.viewing.try_out(picture, "live")

    def _on_result(self, job: Job, output: Output, _pixels: Pixels | None) -> None:
        if job.id == self._job:
            self._found = output.request

    def _on_job(self, job: Job) -> None:
        if job.id != self._job or job.active:
            return
        found, self._job, self._found = self._found, "", None
        if found is not None:  # a search that was cancelled has found something, too
            self._go_to(found)
        if job.state == "done" and not job.note and self._awaited is None:
            title = self._context.models.title(job.request)
            self._context.messages.show(f"This is the nearest picture that {title} can make.")
        self.changed.emit()

    def _go_to(self, found: Request) -> None:
        """Steer what was found; a model that was made for it has to be listed first."""
        if self._context.models.get(found.model) is None:
            self._awaited = found  # the list comes right after the result
        else:
            self._latent.steer(found)

    def _on_models(self) -> None:
        found, self._awaited = self._awaited, None
        if found is not None and self._context.models.get(found.model) is not None:
            self._latent.steer(found)
            title = self._context.models.title(found)
            self._context.messages.show(f"{title} makes it now, and is kept as a model of its own.")
