"""What of a folder can be learnt from, file by file, before anything begins."""

from __future__ import annotations

from dataclasses import dataclass

from engines.protocol.errors import EngineError


@dataclass(frozen=True)
class Row:
    """One file.

    Attributes:
        name: its path in the folder.
        used: whether anything is learnt from it, or measured with it.
        reason: what is read of it, or why nothing is, as a sentence.
    """

    name: str
    used: bool
    reason: str


@dataclass(frozen=True)
class Check:
    """What a folder comes to.

    Attributes:
        rows: every file that could be of use, by name.
        learnt: how much is learnt from, as "80 bars".
        problem: why nothing can be learnt here; None when it can.
    """

    rows: tuple[Row, ...]
    learnt: str
    problem: EngineError | None


def counted(count: int, noun: str) -> str:
    """A number and its noun, which takes an s unless there is one."""
    return f"1 {noun}" if count == 1 else f"{count:,} {noun}s"


def sentence(text: str) -> str:
    """With a capital first and a full stop last."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
