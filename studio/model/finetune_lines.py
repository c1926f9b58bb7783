"""What ``duet-engine finetune`` says, as the window reads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from studio.model.finetune_kinds import SONGS, Kind, kind_of_figures


class CheckRow(msgspec.Struct, frozen=True):
    """One file of the folder.

    Attributes:
        name: its path in the folder.
        used: whether anything is learnt from it, or measured with it.
        reason: what is read of it, or why nothing is.
    """

    name: str
    used: bool
    reason: str


class Problem(msgspec.Struct, frozen=True):
    """Why a command did not do what was asked."""

    kind: str
    message: str
    advice: str = ""

    @property
    def sentence(self) -> str:
        """Both as one text."""
        return f"{self.message} {self.advice}".strip()


class Check(msgspec.Struct, frozen=True):
    """What ``--check --json`` prints.

    Attributes:
        rows: every file that could be of use.
        learnt: how much is learnt from, as "80 bars".
        error: why nothing can be learnt.
    """

    rows: tuple[CheckRow, ...] = ()
    learnt: str = ""
    error: Problem | None = None

    @property
    def used(self) -> str:
        """How many files are of use, in words."""
        used = sum(row.used for row in self.rows)
        files = "1 file" if len(self.rows) == 1 else f"{len(self.rows)} files"
        return f"{used} of {files} used"

    @property
    def summary(self) -> str:
        """What it all comes to, as a sentence."""
        return f"{self.used}, {self.learnt} to learn from."


class EpochRow(msgspec.Struct, frozen=True):
    """One epoch; number 0 is the model as it was.

    Attributes:
        epoch: its number.
        seconds: spent training so far.
        file: its weights.
        sample: what it makes: a melody or a sheet of pictures.
        figures: measured on held-out data, those of its kind among them.
    """

    epoch: int
    seconds: float
    file: str
    sample: str
    figures: dict[str, float]

    @property
    def title(self) -> str:
        """What it is called."""
        return f"Epoch {self.epoch}" if self.epoch else "Before"

    @property
    def kind(self) -> Kind:
        """What it learnt from."""
        return kind_of_figures(self.figures) or SONGS

    @property
    def score(self) -> float:
        """What chooses the best; more is better."""
        return self.figures["score"]


class LossRow(msgspec.Struct, frozen=True):
    """What the two networks came to over some steps.

    Attributes:
        samples: real samples shown so far.
        seconds: spent training so far.
        health: how they stand to each other, a sentence.
        generator: its loss, if it is a number.
        discriminator: its loss, if it is a number.
        told_apart: share of pairs in which the discriminator rates the real one higher.
    """

    samples: int
    seconds: float
    health: str
    generator: float | None = None
    discriminator: float | None = None
    told_apart: float | None = None


_check = msgspec.json.Decoder(Check)
_losses = msgspec.json.Decoder(LossRow)


def read_check(output: bytes) -> Check | None:
    """What the check printed, or None when it is something else."""
    try:
        return _check.decode(output)
    except msgspec.DecodeError:
        return None


def read_epoch(line: bytes, beside: dict[str, str] | None = None) -> EpochRow | None:
    """An epoch's line, or None for any other line.

    Args:
        line: a JSON object.
        beside: "file" and "sample", where the line does not name them.
    """
    try:
        told = msgspec.json.decode(line, type=dict[str, Any])
        told |= beside or {}
        figures = {key: value for key, value in told.items() if isinstance(value, int | float)}
        row = msgspec.convert({**told, "figures": figures}, EpochRow, strict=False)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return None
    return row if kind_of_figures(row.figures) is not None else None


def read_losses(line: bytes) -> LossRow | None:
    """A line about the losses, or None for any other line."""
    try:
        return _losses.decode(line)
    except msgspec.DecodeError:
        return None


def add_losses(rows: list[LossRow], row: LossRow) -> None:
    """Put the next losses behind; what is learnt anew after a crash replaces what was lost."""
    while rows and rows[-1].samples >= row.samples:
        rows.pop()
    rows.append(row)


def best_of(epochs: Sequence[EpochRow]) -> EpochRow | None:
    """The trained epoch with the best score; the model as it was only when it is alone."""
    return max(epochs[1:] or epochs, key=lambda row: row.score, default=None)


def plain_words(epochs: Sequence[EpochRow], over: bool = False) -> str:
    """What the figures say, in one sentence.

    Args:
        epochs: so far.
        over: no more will follow.
    """
    best, so_far = best_of(epochs), "" if over else " so far"
    if best is None:
        return ""
    if best.epoch == 0:
        return "The model as it was is measured; the first epoch is on its way."
    kind = best.kind
    nearness = 1 if kind.most else -1
    nearest = max(epochs, key=lambda row: nearness * row.figures[kind.nearest])
    if best.score <= epochs[0].score:
        return (
            f"Epoch {best.epoch} has the best score{so_far}, "
            "but the model as it was is still better."
        )
    if nearest.epoch == best.epoch:
        return f"Epoch {best.epoch} is nearest to {kind.against}{so_far}."
    who = f"epoch {nearest.epoch}" if nearest.epoch else "the model as it was"
    return f"Epoch {best.epoch} has the best score{so_far}; {who} is nearest to {kind.against}."
