"""The edge of a job: whatever goes wrong inside becomes a failure with a sentence."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator

from engines.protocol.errors import EngineError
from engines.protocol.wire import WireError
from engines.service.channel import WindowGoneError

log = logging.getLogger(__name__)


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """Let errors for people through; log anything else in full and wrap it in a sentence.

    Raises:
        EngineError: of the kind that fits.
        WindowGoneError: unchanged; there is nobody left to tell.
    """
    try:
        yield
    except (EngineError, WindowGoneError):
        raise
    except MemoryError as error:
        raise EngineError(
            "out_of_memory",
            "There was not enough memory for this.",
            "Close other programs, or ask for less at a time.",
        ) from error
    except WireError as error:
        raise EngineError(
            "out_of_memory", f"The result cannot be sent. {error}", "Ask for less at a time."
        ) from error
    except Exception as error:
        log.exception("A task failed in a way it should not.")
        reason = " ".join(str(error).split())
        raise EngineError(
            "internal",
            f"The engine met a fault of its own: {type(error).__name__}: {reason}",
            "Try once more; if it stays, report it with the log of the engine.",
        ) from error
