"""Why an engine went away, in one sentence for a person."""

from __future__ import annotations

import signal

from engines.protocol.messages import Failed, Live, LiveFailed, Submit

#: What to do about a job that the engine died on.
ADVICE = "Retry it; if it ends the same way, ask for less at a time or choose another model."

STARTING_AGAIN = "It is being started again."
GAVE_UP = "It was started several times in vain; the next job you add tries again."

#: Exit codes of ssh: it failed itself, or the shell at the other end did not find the command.
_SSH_FAILED, _NOT_FOUND = 255, 127


def ended(code: int, crashed: bool, last_line: str, host: str = "") -> str:
    """The sentence for an engine that ended without being asked to.

    Args:
        code: its exit code; the number of the signal if it crashed.
        crashed: whether a signal ended it.
        last_line: the last line it wrote to stderr, or "".
        host: the machine it ran on; "" for this one.
    """
    engine = f"The engine on {host}" if host else "The engine"
    because = f": {last_line}" if last_line else ""
    if crashed and code == getattr(signal, "SIGKILL", 9):
        return f"{engine} was killed from outside, most likely because memory ran out."
    if crashed:
        return f"{engine} crashed ({_signal_name(code)})."
    if host and code == _SSH_FAILED:
        return f"{host} cannot be reached{because}"
    if host and code == _NOT_FOUND:
        return f"There is no duet-engine on {host}; install Duet there."
    if code:
        return f"{engine} had to end{because}"
    return f"{engine} ended by itself."


def not_started(program: str, reason: str) -> str:
    """The sentence for a program that could not be run at all."""
    return f"The engine cannot be started: {program}: {reason}."


def other_protocol(theirs: int, ours: int, host: str = "") -> str:
    """The sentence for an engine of another version of Duet."""
    where = f"on {host}" if host else "here"
    return (
        f"The engine {where} speaks version {theirs} of the protocol and this window {ours}; "
        "install the same version of Duet for both."
    )


def not_understood(reason: str) -> str:
    """The sentence for bytes that are not the protocol."""
    return f"The engine sent something that cannot be understood: {reason}"


def no_hello(seconds: float) -> str:
    """The sentence for an engine that started and stayed silent."""
    return f"The engine did not say hello within {seconds:.0f} seconds."


def no_answer() -> str:
    """The sentence for an engine that was ended because it did not stop."""
    return "The engine did not stop when asked, so it was ended."


def without_inputs(message: Submit | Live) -> Failed | LiveFailed:
    """The failure of a request whose picture is nowhere any more."""
    text = f"The picture that this {message.request.task} needs is not kept any more."
    advice = "Open the picture again and start from there."
    if isinstance(message, Submit):
        return Failed(job=message.job, kind="bad_input", message=text, advice=advice)
    return LiveFailed(stamp=message.stamp, kind="bad_input", message=text, advice=advice)


def _signal_name(number: int) -> str:
    names = {"SIGSEGV": "segmentation fault", "SIGABRT": "abort", "SIGILL": "illegal instruction"}
    try:
        name = signal.Signals(number).name
    except ValueError:
        return f"code {number}"
    return names.get(name, name)
