"""Learning on in seconds: few steps an epoch, measured on few pieces."""

from __future__ import annotations

import pytest

from engines.evaluate import likeness
from engines.train import finetune_melodies, finetune_pictures, melodies, pictures


def measure_little(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make epochs short, and their measurement small, for one test."""
    monkeypatch.setattr(melodies, "MEASURED_PIECES", 4)
    monkeypatch.setattr(melodies, "SETTLE_BATCHES", 1)
    monkeypatch.setattr(finetune_melodies, "LEAST_STEPS", 2)
    monkeypatch.setattr(finetune_pictures, "LEAST_STEPS", 1)
    monkeypatch.setattr(likeness, "MOST", 4)
    monkeypatch.setattr(pictures, "SETTLE_BATCHES", 1)
    monkeypatch.setattr(pictures, "CENTRE_SAMPLES", 16)
