"""What a running task is given: models, a way to report, and a way to be stopped."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping

from engines.protocol.errors import bad_input
from engines.protocol.frames import Pixels
from engines.protocol.messages import Request
from engines.runtime.backend import Backend, Session
from engines.runtime.cancel import CancelFlag
from engines.runtime.library import Library, Model
from engines.runtime.results import Result

ProgressHook = Callable[[int, int, str], None]
PreviewHook = Callable[[Result, bool], None]

#: Open networks kept at a time. A small generator takes about 30 MB.
KEPT_OPEN = 8


class Sessions:
    """Open networks, the least recently used closed first; shared by all jobs of a process."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self._open: OrderedDict[str, tuple[Model, Session]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, model: Model) -> Session:
        """The open network of a model; opened again when the model was replaced on the disk.

        Raises:
            EngineError: ``bad_model``.
        """
        name = str(model.path)
        with self._lock:
            known = self._open.get(name)
            if known is None or known[0] is not model:
                self._open.pop(name, None)
                known = (model, self.backend.open(model))
                self._open[name] = known
            self._open.move_to_end(name)
            while len(self._open) > KEPT_OPEN:
                self._open.popitem(last=False)
            return known[1]

    def use(self, backend: Backend) -> None:
        """Close everything and open with another back end (or other threads) from now on."""
        with self._lock:
            self.backend = backend
            self._open.clear()


class Context:
    """Everything a task may touch. Make one per job with :meth:`for_job`.

    Attributes:
        library: the models on the disk.
        sessions: the open ones.
        cancel: raised by whoever wants the work to stop.
        inputs: the pictures that the job's request names, by name.
    """

    def __init__(
        self,
        library: Library,
        backend: Backend | Sessions,
        *,
        cancel: CancelFlag | None = None,
        on_progress: ProgressHook | None = None,
        on_preview: PreviewHook | None = None,
        inputs: Mapping[str, Pixels] | None = None,
    ) -> None:
        """Put a context together.

        Args:
            library: where models are looked up.
            backend: what opens them, or open ones to share.
            cancel: the flag to watch.
            on_progress: told ``(done, total, note)``.
            on_preview: told ``(result, finished)`` for every :class:`Result` as it is made.
            inputs: the pictures of the one request it is for.
        """
        self.library = library
        self.sessions = backend if isinstance(backend, Sessions) else Sessions(backend)
        self.cancel = cancel or CancelFlag()
        self.inputs = inputs or {}
        self._on_progress = on_progress
        self._on_preview = on_preview

    @property
    def backend(self) -> Backend:
        """What opens models."""
        return self.sessions.backend

    def for_job(
        self,
        cancel: CancelFlag,
        on_progress: ProgressHook | None = None,
        on_preview: PreviewHook | None = None,
        inputs: Mapping[str, Pixels] | None = None,
    ) -> Context:
        """A context for one job that shares the library and the open networks."""
        return Context(
            self.library,
            self.sessions,
            cancel=cancel,
            on_progress=on_progress,
            on_preview=on_preview,
            inputs=inputs,
        )

    def input(self, request: Request, name: str) -> Pixels:
        """A picture that the request works on: (H, W) or (H, W, channels), 8 bits each.

        Raises:
            EngineError: kind ``bad_input``, when it names none, or one that is not here.
        """
        if name in self.inputs:
            return self.inputs[name]
        if name not in request.inputs:
            raise bad_input(f"The {name} is missing.", f"Give {request.task} its {name} as well.")
        raise bad_input(
            f"The {name} of this request is not here any more.", "Ask again with the picture open."
        )

    def model(self, name: str, task: str = "") -> Model:
        """See :meth:`engines.runtime.library.Library.get`."""
        return self.library.get(name, task)

    def session(self, name: str) -> Session:
        """The open network of the model called ``name``.

        Raises:
            EngineError: ``bad_input`` or ``bad_model``.
        """
        return self.sessions.get(self.library.get(name))

    def check_cancelled(self) -> None:
        """Stop here if somebody asked for it; call it at every step.

        Raises:
            EngineError: kind ``cancelled``.
        """
        self.cancel.check()

    def progress(self, done: int, total: int, note: str = "") -> None:
        """Say how far the work is."""
        if self._on_progress:
            self._on_progress(done, total, note)

    def preview(self, result: Result, finished: bool = True) -> None:
        """Show something before the work is over.

        Args:
            result: what there is.
            finished: whether it is one of the results, complete, and not a step on the way.
        """
        if self._on_preview:
            self._on_preview(result, finished)
