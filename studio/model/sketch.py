"""Paint to steer: the generated picture follows what is painted on a layer above it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage

from engines.protocol.frames import Pixels
from engines.protocol.latent import Point, plain
from engines.protocol.messages import LiveFailed, Request
from engines.protocol.tools import SKETCH
from studio.model.context import StudioContext
from studio.model.job import Job
from studio.model.latent import LatentModel
from studio.model.latent_state import point_of
from studio.model.layers import Layer, new_layer
from studio.model.live import LivePreview
from studio.model.param_values import ParamValues
from studio.model.picture import Picture, layer_of
from studio.model.plane import Plane
from studio.model.qimages import rgba
from studio.model.viewing import Viewing

#: Strokes that rest this long are followed.
_REST_MS = 60
#: Steps of a search while painting: few, because every one goes on from the last.
_LIVE_STEPS = 8


class SketchModel(QObject):
    """While it is on, two layers belong to it: the picture that follows, and the paint on it.

    What follows is made of the paint, so it is put into the document without a step of undo of its
    own (:meth:`Document.amend`): taking a stroke back lets the picture follow once more.

    Signals:
        changed: on or off, what has been found, or whether it can begin.
    """

    changed = Signal()

    def __init__(
        self,
        context: StudioContext,
        viewing: Viewing,
        latent: LatentModel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._viewing, self._latent = context, viewing, latent
        self.values = ParamValues(SKETCH, self)
        self._base, self._paint = "", ""  # ids of the two layers; "" while it is off
        self._box = QRect()  # where the picture lies
        self._seen: Plane | None = None  # the paint that was followed last
        self._found: Request | None = None
        self._waiting: Picture | None = None  # came while a stroke was being drawn
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._ask)
        self._live = LivePreview(context.client, self)
        self._live.shown.connect(self._on_frame)
        self._live.failed.connect(self._on_failed)
        self.values.changed.connect(lambda _name: self._again())
        context.document.edited.connect(self._on_document)
        self._reason = ""
        viewing.shownChanged.connect(self._on_view)
        latent.changed.connect(self._on_view)

    # --- on and off ------------------------------------------------------------------------

    @property
    def on(self) -> bool:
        """Whether painting steers."""
        return bool(self._paint)

    @property
    def paints(self) -> bool:
        """Whether the layer that is painted on is the one that steers."""
        return self.on and self._context.document.state.active == self._paint

    def reason_not_to_start(self) -> str:
        """Why it cannot begin now, or ""."""
        info = self._latent.model_info
        if info is None:
            return "No model with a latent space is installed."
        if info.family == "infogan":
            return "This model is steered by its codes: choose another one to paint on."
        if self._viewing.source != "live" and not self.on:
            return "Steer a picture first: press J."
        return ""

    def _on_view(self) -> None:
        reason = self.reason_not_to_start()
        if reason != self._reason:
            self._reason = reason
            self.changed.emit()

    def start(self) -> None:
        """Keep the picture that is steered as a layer, and paint on a new one above it."""
        if self.on or self.reason_not_to_start():
            return
        document = self._context.document
        self._viewing.keep()
        base = document.state.layer
        if base is None:
            return
        paint = new_layer("Paint to steer")
        document.apply("Paint to steer", document.state.added(paint, above=base.id))
        self._base, self._paint, self._seen = base.id, paint.id, paint.plane
        self._box = base.plane.bounds()
        self._found = base.request
        self.changed.emit()

    def stop(self) -> None:
        """Go on with sliders from what was found; the paint goes, the picture stays."""
        if not self.on:
            return
        document, paint = self._context.document, self._paint
        self._forget()
        if document.state.find(paint) is not None:
            document.apply("Painted to steer", document.state.without(paint))
        if self._found is not None:
            self._latent.steer(self._found)
        self.changed.emit()

    def clear(self) -> None:
        """Take all paint away."""
        document = self._context.document
        if self.on and document.state.find(self._paint) is not None:
            document.apply("Clear the paint", document.state.changed(self._paint, plane=Plane()))

    def alternatives(self) -> Job | None:
        """Look for several pictures that fit the paint; they are laid out, the best first."""
        layer = self._layer()
        if layer is None or layer.plane.is_empty:
            return None
        self._live.stop()
        job = self._context.jobs.add(self._request(), inputs={"image": self._picture(layer)})
        self._viewing.collect(job)
        return job

    def _forget(self) -> None:
        self._live.stop()
        self._rest.stop()
        self._base = self._paint = ""
        self._waiting = None

    # --- following -------------------------------------------------------------------------

    def _layer(self) -> Layer | None:
        return self._context.document.state.find(self._paint) if self.on else None

    def _on_document(self) -> None:
        """Follow where the paint has changed; what came meanwhile is put in place now."""
        layer = self._layer()
        if self.on and (layer is None or self._context.document.state.find(self._base) is None):
            self._forget()  # one of the two was deleted, or another document was opened
            self.changed.emit()
        elif layer is not None and layer.plane is not self._seen:
            self._seen = layer.plane
            self._rest.start()
        elif self._waiting is not None and not self._context.document.trying:
            picture, self._waiting = self._waiting, None
            self._put(picture)

    def _again(self) -> None:
        if self._layer() is not None:
            self._rest.start()

    def _ask(self) -> None:
        layer = self._layer()
        if layer is None or layer.plane.is_empty:
            return
        request = self._request(count=1, steps=_LIVE_STEPS)
        self._live.ask(request, {"image": self._picture(layer)})

    def _request(self, **changes: object) -> Request:
        latent = self._latent.request()
        last = point_of(self._found) if self._found is not None else None
        params = {
            **self.values.all(),
            "point": latent.params["point"],
            "last": plain(last or Point()),
            "truncation": latent.params["truncation"],
            **changes,
        }
        return Request(
            task=SKETCH.task,
            model=latent.model,
            weights=latent.weights,
            seed=latent.seed,
            params=params,
        )

    def _picture(self, layer: Layer) -> Pixels:
        """The paint on the picture that follows, as the engine takes it."""
        return rgba(layer.plane.image(self._box))

    def _on_frame(self, picture: Picture) -> None:
        if not self.on:
            return
        self._found = picture.request
        if self._context.document.trying:  # in the middle of a stroke
            self._waiting = picture
        else:
            self._put(picture)

    def _put(self, picture: Picture) -> None:
        """The picture that follows, in the place of the one before."""
        document = self._context.document
        base = document.state.find(self._base)
        if base is None:
            return
        image = _fitted(picture.image, self._box.size())
        fresh = layer_of(base.name, Plane.of(image, self._box.topLeft()), picture)
        layer = replace(fresh, id=base.id, opacity=base.opacity, mode=base.mode)
        place = document.state.index(base.id)
        layers = document.state.layers
        document.amend(
            replace(document.state, layers=(*layers[:place], layer, *layers[place + 1 :]))
        )
        self.changed.emit()

    def _on_failed(self, message: LiveFailed) -> None:
        self._context.messages.show(f"{message.message} {message.advice}".strip(), level="bad")


def _fitted(image: QImage, size: QSize) -> QImage:
    if image.size() == size:
        return image
    ratio, smooth = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    return image.scaled(size, ratio, smooth)
