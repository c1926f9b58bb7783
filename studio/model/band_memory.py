"""What settings say about the band that are from before songs had one."""

from __future__ import annotations

from typing import Any

from engines.music.score import DEFAULT_BAND, Band
from engines.music.sound.performance import mend_band, with_part


def band_of_old(known: dict[str, Any]) -> Band:
    """The band that plays as it did then; the default where settings say nothing sensible.

    Args:
        known: the melody's program, whether the chords sounded, and their pattern.
    """
    band = DEFAULT_BAND
    if isinstance(known.get("program"), int):
        band = with_part(band, "melody", program=known["program"])
    if isinstance(known.get("pattern"), str):
        band = with_part(band, "chords", pattern=known["pattern"])
    return mend_band(with_part(band, "chords", on=known.get("chords") is not False))
