"""The kinds of failure that cross the process boundary, and the exception that carries one."""

from __future__ import annotations

from typing import Literal

ErrorKind = Literal["bad_input", "bad_model", "out_of_memory", "cancelled", "internal"]

#: Exit codes of the commands, by kind of failure.
EXIT_CODES: dict[ErrorKind, int] = {
    "bad_input": 2,
    "bad_model": 2,
    "out_of_memory": 1,
    "cancelled": 3,
    "internal": 1,
}


class EngineError(Exception):
    """A failure told to a person: one sentence of what happened, one of what to do about it.

    Attributes:
        kind: what sort of failure it is; decides the exit code.
        message: one sentence that names the thing that failed.
        advice: one sentence with the way out; may be empty.
    """

    def __init__(self, kind: ErrorKind, message: str, advice: str = "") -> None:
        super().__init__(f"{message} {advice}".strip())
        self.kind: ErrorKind = kind
        self.message = message
        self.advice = advice


def bad_input(message: str, advice: str = "") -> EngineError:
    """A request that cannot be carried out as asked."""
    return EngineError("bad_input", message, advice)


def bad_model(message: str, advice: str = "") -> EngineError:
    """A model folder or file that cannot be used."""
    return EngineError("bad_model", message, advice)


def cancelled(message: str = "Cancelled.") -> EngineError:
    """Work stopped because somebody asked for it."""
    return EngineError("cancelled", message)
