"""What a model can learn on from: songs or pictures, and what differs between the two."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from engines.protocol.training import PICTURE_OBJECTIVES, ObjectiveInfo

#: Files of a folder that are looked at to guess what it is for.
_GLANCE = 2_000


@dataclass(frozen=True)
class Figure:
    """One of an epoch's figures, as a table shows it.

    Attributes:
        key: its name in the engine's lines.
        title: the heading.
        width: px.
        tip: what it means.
        form: how it is written.
    """

    key: str
    title: str
    width: int
    tip: str
    form: str = ".2f"


@dataclass(frozen=True)
class Kind:
    """One kind of learning.

    Attributes:
        task: of the models that learn so.
        data: what they learn from, in words.
        against: what epochs are compared with.
        usual: the model to begin with.
        suffixes: of its files, in small letters.
        sample: suffix of an epoch's sample.
        figures: what a table shows of every epoch.
        nearest: the figure that says how near held-out data are.
        most: whether more of it is nearer.
        use: what is done with a new model.
        hint: how epochs are compared.
        tip: what a press on an epoch does.
        shown: what the networks are shown one by one, in words.
        objectives: what the two networks may play for.
    """

    task: str
    data: str
    against: str
    usual: str
    suffixes: tuple[str, ...]
    sample: str
    figures: tuple[Figure, ...]
    nearest: str
    most: bool
    use: str
    hint: str
    tip: str
    shown: str
    objectives: tuple[ObjectiveInfo, ...] = ()

    @property
    def seen(self) -> bool:
        """Whether an epoch is judged by eye, not by ear."""
        return self.sample == ".png"


SONGS = Kind(
    task="compose",
    data="songs",
    against="your held-out songs",
    usual="melody-pop",
    suffixes=(".mid", ".midi", ".mxl", ".musicxml"),
    sample=".mid",
    figures=(
        Figure(
            "score", "Score", 44,
            "Likeness to the held-out songs less what musical targets miss.",
        ),
        Figure(
            "overlap", "Overlap", 54,
            "How far the figures' distributions meet those of held-out songs.",
        ),
        Figure(
            "scale_consistency", "In key", 46,
            "Share of notes in the scale that fits best.", ".0%",
        ),
        Figure(
            "chord_tone_or_resolved_ratio", "On chord", 62,
            "Share of notes on the chord, or resolving to it.", ".0%",
        ),
        Figure("mean_interval", "Mean leap", 68, "Semitones from note to note.", ".1f"),
        Figure("notes_per_bar", "Notes a bar", 80, "How many notes a bar has.", ".1f"),
    ),
    nearest="overlap",
    most=True,
    use="Compose with it",
    hint="Press an epoch to hear it and to choose it. Space plays and stops.",
    tip="Press to hear eight bars over C Am F G; always from the same noise.",
    shown="bars",
)  # fmt: skip

PICTURES = Kind(
    task="generate",
    data="pictures",
    against="your pictures",
    usual="portraits-peeps",
    suffixes=(".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff"),
    sample=".png",
    figures=(
        Figure("score", "Score", 54, "Likeness to real pictures, less for copies."),
        Figure(
            "distance", "Distance", 62,
            "Sliced Wasserstein distance from real pictures; real ones have 1.",
        ),
        Figure(
            "novelty", "Novelty", 56,
            "How far samples are from the pictures they learnt from; new pictures have 1, copies "
            "0.",
        ),
    ),
    nearest="distance",
    most=False,
    use="Generate with it",
    hint="Press an epoch to see it and to choose it. Space shows the model as it was.",
    tip="Press to see what it makes; always from the same noise.",
    shown="pictures",
    objectives=PICTURE_OBJECTIVES,
)  # fmt: skip

FILLS = Kind(
    task="inpaint",
    data="pictures",
    against="your held-out pictures",
    usual="inpaint-photo",
    suffixes=PICTURES.suffixes,
    sample=".png",
    figures=(
        Figure("score", "Score", 54, "Decibels in the holes, less for too little detail."),
        Figure(
            "hole_psnr_db", "In the holes", 80,
            "Peak signal-to-noise ratio of the fills, in decibels; more is nearer.", ".1f",
        ),
        Figure(
            "detail", "Detail", 54,
            "Gradients of the fills, as a share of the real ones; real pictures have 1.",
        ),
    ),
    nearest="hole_psnr_db",
    most=True,
    use="Fill with it",
    hint="Press an epoch to see it and to choose it. Space shows the model as it was.",
    tip="Press to see held-out pictures: with a hole, filled, and as they were.",
    shown="pictures",
)  # fmt: skip

#: By the task of the model.
KINDS = {kind.task: kind for kind in (SONGS, PICTURES, FILLS)}


def kind_of_folder(folder: Path, present: Kind) -> Kind:
    """Which kind a folder is for, by the names of its files.

    Args:
        folder: as much of it is looked at as a moment allows.
        present: stays, unless the folder has only files of another kind.
    """
    names = (name for _, _, files in os.walk(folder) for name in files)
    found = {Path(name).suffix.lower() for name in islice(names, _GLANCE)}
    if found & set(present.suffixes):
        return present
    return next((kind for kind in KINDS.values() if found & set(kind.suffixes)), present)


def kind_of_figures(figures: Collection[str]) -> Kind | None:
    """Which kind has all of its figures among these."""
    for kind in KINDS.values():
        if all(key in figures for key in ("score", *(figure.key for figure in kind.figures))):
            return kind
    return None
