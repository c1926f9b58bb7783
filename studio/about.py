"""What Duet is made of: its version, and the licences of everything inside."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

HOME = "duet-studio"
LICENCE = "MIT"


@dataclass(frozen=True)
class Part:
    """Something of other people's that Duet uses.

    Attributes:
        name: as its makers write it.
        package: the name it is installed under, or "".
        licence: its terms, as an SPDX expression.
        what: what it does here.
    """

    name: str
    package: str
    licence: str
    what: str


PARTS: tuple[Part, ...] = (
    Part("Qt for Python", "PySide6-Essentials", "LGPL-3.0-only", "the window and the sound output"),
    Part("Phosphor Icons", "qtawesome", "MIT", "the icons, through QtAwesome (MIT)"),
    Part("ONNX Runtime", "onnxruntime", "MIT", "runs the networks"),
    Part("NumPy", "numpy", "BSD-3-Clause", "arrays"),
    Part("OpenCV", "opencv-python-headless", "Apache-2.0", "smooth fills, holes and selections"),
    Part("Pillow", "pillow", "MIT-CMU", "pictures"),
    Part("FFmpeg", "imageio-ffmpeg", "GPL-3.0-or-later", "films, as a program of its own"),
    Part("PyQtGraph", "pyqtgraph", "MIT", "the charts of the losses"),
    Part("msgspec", "msgspec", "BSD-3-Clause", "messages between window and engine"),
    Part("safetensors", "safetensors", "Apache-2.0", "weights on disk"),
    Part("mido", "mido", "MIT", "MIDI files"),
    Part("music21", "music21", "BSD-3-Clause", "MusicXML"),
    Part("SoundFile", "soundfile", "BSD-3-Clause", "WAV and FLAC, with libsndfile (LGPL-2.1)"),
    Part("pretty_midi", "pretty_midi", "MIT", "MIDI files, and the TimGM6mb SoundFont (GPL-2.0)"),
    Part("FluidSynth", "pyfluidsynth", "LGPL-2.1-or-later", "instruments, where it is installed"),
    Part("TinySoundFont", "tinysoundfont", "MIT", "instruments elsewhere"),
    Part("platformdirs", "platformdirs", "MIT", "finds your data folder"),
    Part("tomli-w", "tomli-w", "MIT", "model cards"),
)


def version_of(package: str) -> str:
    """The installed version, or "" when it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
