"""What ``duet-engine finetune`` says, as the window reads it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec


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
        rows: every file that could be a song.
        songs: how many are learnt from.
        bars: their bars.
        error: why nothing can be learnt.
    """

    rows: tuple[CheckRow, ...] = ()
    songs: int = 0
    bars: int = 0
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
        return f"{self.used}, {self.bars:,} bars to learn from."


class EpochRow(msgspec.Struct, frozen=True):
    """One epoch; number 0 is the model as it was.

    Attributes:
        epoch: its number.
        score: likeness to the held-out songs less what musical targets miss; more is better.
        overlap: with the held-out songs' distributions, 0..1.
        scale_consistency: share 0..1 of notes in the best-fitting scale.
        chord_tone_or_resolved_ratio: share 0..1 of notes on the chord, or that resolve to it.
        mean_interval: mean leap in semitones.
        notes_per_bar: how many.
        seconds: spent training so far.
        file: its weights.
        midi: eight bars that it writes.
    """

    epoch: int
    score: float
    overlap: float
    scale_consistency: float
    chord_tone_or_resolved_ratio: float
    mean_interval: float
    notes_per_bar: float
    seconds: float
    file: str
    midi: str


_check, _epoch = msgspec.json.Decoder(Check), msgspec.json.Decoder(EpochRow)


def read_check(output: bytes) -> Check | None:
    """What the check printed, or None when it is something else."""
    try:
        return _check.decode(output)
    except msgspec.DecodeError:
        return None


def read_epoch(line: bytes) -> EpochRow | None:
    """An epoch's line, or None for any other line."""
    try:
        return _epoch.decode(line)
    except msgspec.DecodeError:
        return None


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
    nearest = max(epochs, key=lambda row: row.overlap)
    if best.score <= epochs[0].score:
        return (
            f"Epoch {best.epoch} has the best score{so_far}, "
            "but the model as it was is still better."
        )
    if nearest.epoch == best.epoch:
        return f"Epoch {best.epoch} is nearest to your held-out songs{so_far}."
    who = f"epoch {nearest.epoch}" if nearest.epoch else "the model as it was"
    return (
        f"Epoch {best.epoch} has the best score{so_far}; {who} is nearest to your held-out songs."
    )
