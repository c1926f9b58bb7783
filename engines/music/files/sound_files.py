"""Samples as sound files: WAV for any program, FLAC for half the size, by the file's ending."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engines.protocol.errors import bad_input

#: The format that libsndfile writes for each ending.
FORMATS = {".wav": "WAV", ".flac": "FLAC"}


def write_sound(path: Path, samples: NDArray[np.float32], rate: int) -> None:
    """Write 16-bit PCM: complete under a temporary name, then renamed.

    Args:
        path: the file to make or replace; ends in ``.wav`` or ``.flac``.
        samples: (n, channels) float32 in -1..1; anything beyond is limited.
        rate: Hz.

    Raises:
        EngineError: kind ``bad_input``: another ending, or the place cannot be written.
    """
    kind = FORMATS.get(path.suffix.lower())
    if kind is None:
        raise bad_input(
            f"{path.name} is no sound file I can write.",
            f"Let its name end in {' or '.join(FORMATS)}.",
        )
    import soundfile  # late: it loads libsndfile

    data = (np.clip(samples, -1.0, 1.0) * 32767.0).round().astype(np.int16)
    temporary: str | None = None
    try:
        handle, temporary = tempfile.mkstemp(suffix=f"{path.suffix}.part", dir=path.parent)
        with os.fdopen(handle, "w+b") as file:
            soundfile.write(file, data, rate, subtype="PCM_16", format=kind)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except (OSError, soundfile.LibsndfileError) as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        reason = getattr(error, "strerror", None) or error
        raise bad_input(f"{path} cannot be written: {reason}.", "Choose another place.") from error
