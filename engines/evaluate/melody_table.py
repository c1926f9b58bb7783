"""Melody models side by side: one row a model, the figures that the papers compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

#: The columns: what stands above, and the figure's name.
COLUMNS = (
    ("entropy", "pitch_class_entropy"),
    ("scale", "scale_consistency"),
    ("groove", "groove_consistency"),
    ("notes a bar", "notes_per_bar"),
    ("interval", "mean_interval"),
    ("CTnCTR", "chord_tone_or_resolved_ratio"),
    ("over shuffled", "chord_gain_over_shuffled"),
    ("PCS", "pitch_consonance"),
    ("copies before", "copies_of_previous_bar"),
    ("copies training", "copies_of_training_bars"),
    ("distinct", "distinct_bars"),
    ("overlap", "overlap_with_real"),
)
#: Published samples, which nobody can have written anew: the three MIDI files in the repository of
#: MidiNet's author, in eight-bar windows. From these files, not from a run of this program.
AUTHORS = {
    "pitch_class_entropy": "2.73-2.88",
    "scale_consistency": ".92-.97",
    "groove_consistency": ".76-.95",
    "notes_per_bar": "6.0-8.1",
    "mean_interval": "5.8-7.7",
    "chord_tone_or_resolved_ratio": ".69-.74",
    "pitch_consonance": ".52-.55",
}
#: The rows that one measurement holds: what they are called, and the beginning or the ending of
#: their figures' names.
ROWS = (
    ("one take", "", ""),
    ("best of 8 takes", "best_", ""),
    ("strongest pitch, undecoded", "plain_", ""),
    ("creativity 1 (last level only)", "creative_", ""),
    ("Markov chain, same chords", "markov_", ""),
    ("random notes", "", "_ceiling"),
    ("held-out songs", "", "_real"),
)


def summary(quality: Mapping[str, Any]) -> list[str]:
    """A model beside its rivals and real songs, as Markdown."""
    rows = [_row(name, quality, begin, end) for name, begin, end in ROWS]
    rows = [row for row in rows if any(row[1:])]
    shuffled = [""] * len(COLUMNS)
    place = [figure for _, figure in COLUMNS].index("chord_tone_or_resolved_ratio")
    own, gain = quality[COLUMNS[place][1]], quality["chord_gain_over_shuffled"]
    shuffled[place] = f"{own - gain:.3g}"
    rows.insert(1, ("one take, chords shuffled", *shuffled))
    rows.append(("the author's 3 samples", *(AUTHORS.get(name, "") for _, name in COLUMNS)))
    return _markdown(rows)


def comparison(measured: Sequence[tuple[str, Mapping[str, Any]]]) -> list[str]:
    """Models beside each other and real songs, as Markdown.

    Args:
        measured: names and what :func:`engines.evaluate.melody.evaluate` found, on the same data.
    """
    rows = [_row(name, quality, "", "") for name, quality in measured]
    for name, quality in measured:
        if "creative_mean_interval" in quality:
            rows.append(_row(f"{name}, creativity 1", quality, "creative_", ""))
    first = measured[0][1]
    rows += [
        _row("Markov chain", first, "markov_", ""),
        _row("held-out songs", first, "", "_real"),
    ]
    return _markdown(rows)


def _row(name: str, quality: Mapping[str, Any], begin: str, end: str) -> tuple[str, ...]:
    values = (quality.get(f"{begin}{figure}{end}") for _, figure in COLUMNS)
    return (name, *("" if value is None else f"{value:.3g}" for value in values))


def _markdown(rows: Sequence[tuple[str, ...]]) -> list[str]:
    heads = ("", *(head for head, _ in COLUMNS))
    lines = [heads, ("---",) * len(heads), *rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(heads))]
    return [
        "| " + " | ".join(cell.ljust(size) for cell, size in zip(line, widths, strict=True)) + " |"
        for line in lines
    ]
