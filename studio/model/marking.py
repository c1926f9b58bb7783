"""Pictures that are told apart: the ones that have something, and the ones that lack it."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QObject, Signal

from engines.protocol.messages import Request
from studio.model.context import StudioContext
from studio.model.history import Entry
from studio.model.job import Job
from studio.model.latent import LatentModel
from studio.model.latent_places import why_no_place

#: How a picture is marked: with it, without it, or not at all.
Sign = Literal["plus", "minus", ""]

_NEXT: dict[Sign, Sign] = {"": "plus", "plus": "minus", "minus": ""}
#: How many new pictures are laid out to choose from.
MORE = 12


class Marking(QObject):
    """What a new direction is made of. It goes on while another tool is looked at.

    Signals:
        changed: marks, name, or whether pictures are being marked.
        begun: it began, so that a name can be typed.
    """

    changed = Signal()
    begun = Signal()

    def __init__(
        self, context: StudioContext, latent: LatentModel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._context, self._latent = context, latent
        self._signs: dict[str, Sign] = {}
        self._title = ""
        self._active = self._in_view = False
        self._model = latent.model
        self._job = ""  # makes the direction
        self._known: frozenset[str] = frozenset()  # the directions that were there before it
        self._awaited = ""  # the title of the direction that is being made
        latent.changed.connect(self._on_model)
        context.models.changed.connect(self._on_library)
        context.jobs.jobChanged.connect(self._on_job)
        context.history.removed.connect(self._on_removed)

    # --- what is marked --------------------------------------------------------------------

    @property
    def active(self) -> bool:
        """Whether a direction is being made."""
        return self._active

    @property
    def takes_clicks(self) -> bool:
        """Whether a click on a picture marks it."""
        return self._active and self._in_view

    @property
    def title(self) -> str:
        """What the direction is to be called."""
        return self._title

    @property
    def plus(self) -> tuple[str, ...]:
        """The history's entries that have it, in the order they were marked."""
        return tuple(entry for entry, sign in self._signs.items() if sign == "plus")

    @property
    def minus(self) -> tuple[str, ...]:
        """The history's entries that lack it."""
        return tuple(entry for entry, sign in self._signs.items() if sign == "minus")

    def sign(self, entry_id: str) -> Sign:
        """How one picture is marked."""
        return self._signs.get(entry_id, "")

    # --- what a person does ----------------------------------------------------------------

    def begin(self) -> None:
        """Mark pictures from now on; what was marked before is still there."""
        reason = self._reason_not_to_begin()
        if reason:
            self._context.messages.show(reason, level="warn")
            return
        self._active = True
        self.changed.emit()
        self.begun.emit()

    def leave(self) -> None:
        """Forget the marks and the name."""
        self._active = False
        self._signs.clear()
        self._title = ""
        self.changed.emit()

    def set_in_view(self, shown: bool) -> None:
        """Whether the tool is in view: clicks mark only then."""
        if shown != self._in_view:
            self._in_view = shown
            self.changed.emit()

    def set_title(self, title: str) -> None:
        """Call it that."""
        if title != self._title:
            self._title = title
            self.changed.emit()

    def cycle(self, entry_id: str) -> None:
        """With it, without it, neither."""
        self.set_sign(entry_id, _NEXT[self.sign(entry_id)])

    def toggle(self, entry_id: str, sign: Sign) -> None:
        """Give a picture a mark, or take the same one away."""
        self.set_sign(entry_id, "" if self.sign(entry_id) == sign else sign)

    def set_sign(self, entry_id: str, sign: Sign) -> None:
        """Mark a picture, or say why it cannot be marked."""
        entry = self._context.history.get(entry_id)
        if entry is None:
            return
        reason = self.reason_not_to_mark(entry)
        if reason:
            self._context.messages.show(reason, level="warn")
            return
        if sign:
            self._signs[entry_id] = sign
        else:
            self._signs.pop(entry_id, None)
        self.changed.emit()

    def more(self) -> None:
        """Lay out new pictures to choose from."""
        self._latent.strangers(MORE)

    def make(self) -> None:
        """Make the direction; it is a slider as soon as the engine tells of it."""
        if self.reason_not_to_make():
            return
        self._awaited = self._title.strip()
        self._known = frozenset(one.name for one in self._latent.directions)
        job = self._latent.make_direction(
            self._awaited, self._requests(self.plus), self._requests(self.minus)
        )
        self._job = job.id
        self._active = False  # the marks stay until it is made: it may fail
        self.changed.emit()

    # --- reasons ---------------------------------------------------------------------------

    def reason_not_to_mark(self, entry: Entry) -> str:
        """Why a picture cannot be told apart from others of the model, or ""."""
        return why_no_place(entry.request, self._latent.model, self._context.models)

    def reason_not_to_make(self) -> str:
        """Why there is no direction to make yet, or ""."""
        if self._latent.reason_not_to_run():
            return self._latent.reason_not_to_run()
        if not self.plus:
            return "Mark at least one picture that has it: click it once."
        if not self._title.strip():
            return "Type a name first: what the direction adds, such as Glasses."
        return ""

    def _reason_not_to_begin(self) -> str:
        if self._latent.model_info is not None and not self._latent.levels:
            return "This model cannot be steered: export it again with this version of Duet."
        if any(one.method == "code" for one in self._latent.directions):
            return "This model is steered by its codes and takes no other directions."
        return self._latent.reason_not_to_run()

    def _requests(self, entries: tuple[str, ...]) -> list[Request]:
        found = (self._context.history.get(entry_id) for entry_id in entries)
        return [entry.request for entry in found if entry is not None]

    # --- what happens meanwhile ------------------------------------------------------------

    def _on_model(self) -> None:
        """Places of one model mean nothing in another."""
        if self._latent.model != self._model:
            self._model = self._latent.model
            self._awaited = ""
            if self._active or self._signs:
                self.leave()

    def _on_library(self) -> None:
        fresh = [one for one in self._latent.directions if one.name not in self._known]
        if not self._awaited or not any(
            one.method == "yours" and one.title == self._awaited for one in fresh
        ):
            return
        title, self._awaited, job = self._awaited, "", self._job
        self.leave()
        self._context.messages.show(
            f"{title} is now among your directions.", "See what it does", lambda: self._show(job)
        )

    def _show(self, job: str) -> None:
        """The row of pictures from one end of the direction to the other."""
        made = [entry for entry in self._context.history.entries(True) if entry.group == job]
        if made:
            self._latent.viewing.look_at(made[0].id)

    def _on_job(self, job: Job) -> None:
        if job.id == self._job and job.state in ("failed", "cancelled"):
            self._awaited = ""
            self._active = True  # as it was, to be tried again
            self._job = ""
            self.changed.emit()

    def _on_removed(self, entry_id: str) -> None:
        if self._signs.pop(entry_id, None) is not None:
            self.changed.emit()
