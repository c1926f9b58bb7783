"""The Inpaint tool: what lies under the mask, invented anew."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, QPoint, QTimer

from engines.protocol.frames import Pixels
from engines.protocol.tools import INPAINT
from studio.model.context import StudioContext
from studio.model.layers import Layer, State
from studio.model.picture import Picture, layer_of
from studio.model.picture_tool import PictureTool
from studio.model.plane import COVERAGE, Plane
from studio.model.qimages import grey, rgba
from studio.model.viewing import Viewing

#: A stroke of the mask that rests this long is filled, to be looked at; and when so long after that
#: draft nothing else was begun, in full and several times, to choose from.
REST_MS, STILL_MS = 250, 900


class InpaintModel(PictureTool):
    """See :class:`PictureTool`. Fills lie in their box, and keeping one spends the mask."""

    def __init__(
        self, context: StudioContext, viewing: Viewing, parent: QObject | None = None
    ) -> None:
        super().__init__(context, viewing, INPAINT, parent)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self.preview)
        self._still = QTimer(self, singleShot=True, interval=STILL_MS)
        self._still.timeout.connect(self._fill_at_rest)
        self._live.shown.connect(self._on_frame)
        self.viewing.document.edited.connect(self.touched)
        self._unasked = False  # whether its newest job began by itself
        self._rested = False  # whether the draft in view came of a stroke that rests
        self._lent: tuple[tuple[Layer, ...] | None, str] = (None, "")

    @property
    def by_network(self) -> bool:
        """Whether a model is needed."""
        return self.tool.needs_model(self.values.all())

    def reason_not_to_run(self) -> str:
        """See :class:`PictureTool`."""
        state = self.viewing.document.state
        if state.is_empty:
            return "There is no picture yet: drop one, or press G."
        if state.mask.is_empty:
            return "Paint over what you want replaced (M)."
        models = self._context.models
        if self.by_network and models.known and self.model_info is None:
            return "No model for inpainting is installed: choose the smooth fill."
        return ""

    def run(self) -> None:
        """See :class:`PictureTool`."""
        self.touched()  # three others, not three more
        self._fill(fresh=True)

    def fill_draft(self) -> None:
        """Make the draft in view in full, and others beside it, unless that is under way."""
        if not self.filling:
            self._fill()

    @property
    def filling(self) -> bool:
        """Whether fills that began by themselves are on their way."""
        return self._unasked and self.job is not None

    def _fill(self, fresh: bool = False, unasked: bool = False) -> None:
        """Queue the request, with another seed or with that of the draft in view."""
        self._still.stop()
        if self.reason_not_to_run():
            return
        self._unasked = unasked
        self._live.stop()
        if not unasked:
            self.viewing.back()  # else the draft stays in view until the first fill is there
        self.seed.spend(fresh)
        state = self.viewing.document.state
        changes = {} if self.by_network else {"count": 1}  # a smooth fill has no seed
        inputs = {"image": picture_input(state), "mask": mask_input(state)}
        job = self._context.jobs.add(self.request(**changes), inputs=inputs)
        self._job = job.id
        self.remember()
        self.viewing.collect(job, filled)
        self.changed.emit()

    def _on_library(self) -> None:
        super()._on_library()
        models = self._context.models
        if models.known and not models.for_task(self.tool.task) and self.by_network:
            self.values.set("method", "smooth")  # what can be done without a model

    # --- live ------------------------------------------------------------------------------

    def masked(self) -> None:
        """A stroke of the mask is over: show a fill when the hand rests."""
        self.changed.emit()
        if self._active:
            self._rested = True
            self._rest.start()

    def touched(self) -> None:
        """Something else was begun: what is on its way by itself is not wanted."""
        self._rest.stop()
        self._live.stop()
        self._withdraw()

    def superseded(self) -> None:
        """A stroke of the mask begins: no fill of the mask as it was is wanted.

        What nobody asked for leaves neither a result nor a row in the queue.
        """
        fills = [one for one in self.viewing.candidates if one.group == self._job]
        self.touched()
        if fills or self.job is not None:
            self.viewing.discard()  # what was asked for goes on, into the history
        if fills and self._unasked:
            for entry in fills:
                self._context.history.remove(entry.id)
            if self._job in {job.id for job in self._context.jobs.jobs()}:
                self._context.jobs.remove(self._job)

    def put_aside(self) -> None:
        """A person wants none: nothing begins by itself until the next stroke."""
        self.touched()
        self._rested = False

    def _withdraw(self) -> None:
        self._still.stop()
        if self.filling:
            self._context.jobs.withdraw(self._job)
            self.viewing.discard()
            self.changed.emit()

    def set_active(self, active: bool) -> None:
        """See :class:`PictureTool`."""
        super().set_active(active)
        if not active:
            self.touched()

    def preview(self) -> None:
        """See :class:`PictureTool`."""
        if not self._active:
            return
        self._withdraw()  # it was asked for otherwise
        if self.reason_not_to_run() or self.viewing.source == "candidate":
            return
        state = self.viewing.document.state
        if self._lent[0] is not state.layers:  # the picture is sent once, the mask at every stroke
            self._lent = (state.layers, self._live.lend(picture_input(state)))
        inputs: dict[str, Pixels | str] = {"image": self._lent[1], "mask": mask_input(state)}
        self._live.ask(self.request(count=1, detail="draft"), inputs)

    def _on_frame(self, picture: Picture) -> None:
        self.viewing.try_out(picture, "live", filled)
        if self._rested:
            self._still.start()

    def _fill_at_rest(self) -> None:
        viewing, at_rest = self.viewing, self._context.settings.choices.fill_at_rest
        if not (self._active and at_rest and viewing.source == "live") or self.filling:
            return
        if viewing.pending or not viewing.document.trying:
            self._still.start()  # others' results are coming, or the original is looked at
            return
        self._fill(unasked=True)


def picture_input(state: State) -> Pixels:
    """The picture as it is seen, (H, W, 4), 8 bits each; what is transparent is to be filled."""
    return rgba(state.flat())


def mask_input(state: State) -> Pixels:
    """The mask, (H, W), 8 bits."""
    return grey(state.mask.image(state.rect))


def filled(state: State, picture: Picture, name: str) -> State:
    """The document with a fill as its highest layer, and the mask spent."""
    corner = QPoint(*picture.box[:2]) if picture.box is not None else QPoint()
    layer = layer_of(name, Plane.of(picture.image, corner), picture)
    return replace(state.added(layer), mask=Plane(COVERAGE))
