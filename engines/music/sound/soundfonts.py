"""Where to find a SoundFont: the user's, then the system's, then the one inside pretty_midi."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from engines.protocol.errors import EngineError, bad_input

#: Places where Linux distributions keep the default General MIDI SoundFont, best first.
SYSTEM_PATTERNS: tuple[str, ...] = (
    "/usr/share/sounds/sf2/default-GM.sf[23]",
    "/usr/share/sounds/sf3/default-GM.sf3",
    "/usr/share/soundfonts/default.sf2",
    "/usr/share/sounds/sf2/*.sf2",
    "/usr/share/soundfonts/*.sf2",
)

#: What a SoundFont file starts with: a RIFF container whose form is "sfbk".
_RIFF, _FORM = b"RIFF", b"sfbk"


def is_soundfont(path: Path) -> bool:
    """Whether the file's content (not its name) says that it is a SoundFont."""
    try:
        with path.open("rb") as file:
            head = file.read(12)
    except OSError:
        return False
    return head[:4] == _RIFF and head[8:12] == _FORM


def bundled_soundfont() -> Path | None:
    """The small General MIDI SoundFont that is installed with pretty_midi, used where it lies."""
    spec = importlib.util.find_spec("pretty_midi")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / "TimGM6mb.sf2"
        if path.is_file():
            return path
    return None


def system_soundfonts() -> list[Path]:
    """The SoundFonts that the system installed, the default first, each once."""
    found: list[Path] = []
    for pattern in SYSTEM_PATTERNS:
        folder, name = pattern.rsplit("/", 1)
        for path in sorted(Path(folder).glob(name)):
            if path.resolve() not in found:
                found.append(path.resolve())
    return found


def find_soundfont(chosen: Path | None = None) -> Path | None:
    """The SoundFont to play with, or None when this machine has none.

    Args:
        chosen: the user's own file; it is used or refused, never replaced silently.

    Raises:
        EngineError: kind ``bad_input`` when ``chosen`` is not a SoundFont.
    """
    if chosen is not None:
        if not is_soundfont(chosen):
            raise not_a_soundfont(chosen)
        return chosen
    bundled = bundled_soundfont()
    candidates = [*system_soundfonts(), *([bundled] if bundled else [])]
    return next((path for path in candidates if is_soundfont(path)), None)


def not_a_soundfont(path: Path) -> EngineError:
    """The failure to report for a file that is missing or holds something else."""
    if not path.is_file():
        return bad_input(f"There is no SoundFont at {path}.", "Choose another .sf2 or .sf3 file.")
    return bad_input(
        f"{path.name} is not a SoundFont I can read.", "Choose another .sf2 or .sf3 file."
    )
