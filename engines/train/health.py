"""How training is doing, in words: read off the numbers that the steps report."""

from __future__ import annotations

import math
from collections.abc import Mapping

from engines.protocol.training import TOO_SURE, TOO_WEAK


def describe(report: Mapping[str, float]) -> str:
    """One sentence for a report of averaged losses.

    Args:
        report: must hold "told_apart", the share of pairs in which the discriminator rates the
            real sample higher, to say more than whether the numbers are finite.
    """
    if not all(math.isfinite(value) for value in report.values()):
        return "Broken: a loss is not a number. Resume from the last checkpoint at a lower rate."
    share = report.get("told_apart")
    if share is None:
        return "Running."
    if share > TOO_SURE:
        return "The discriminator is nearly always right: the generator learns little from it."
    if share < TOO_WEAK:
        return "The discriminator is guessing: the generator is ahead or both have just begun."
    return "Healthy: neither network is far ahead."
