"""A small data set of melodies in the form of the POP909 structure set."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engines.music.chords import triad_tones

PROGRESSION = np.array([0, 21, 5, 7, 0, 21, 5, 7])
_NAMES = {0: "C:maj", 21: "A:min", 5: "F:maj", 7: "G:maj"}


def arpeggio(triads: np.ndarray, length: int, start: int = 0) -> np.ndarray:
    """Chord tones up and down, ``length`` steps each: (bars, 16) pitches."""
    turn = (0, 1, 2, 1)
    tones = [[60 + tone % 12 for tone in triad_tones(int(t))] for t in triads]
    return np.array(
        [[bar[turn[(start + step // length) % 4]] for step in range(16)] for bar in tones],
        dtype=np.uint8,
    )


def make_songs(folder: Path, count: int = 20) -> Path:
    """Write ``count`` songs of eight bars over C Am F G; returns the folder."""
    for number in range(count):
        song = folder / f"{number:03d}"
        song.mkdir(parents=True)
        steps = arpeggio(PROGRESSION, 4 if number % 2 else 2, number).reshape(-1)
        (song / "melody.txt").write_text("".join(f"{pitch} 1\n" for pitch in steps))
        chords = "".join(f"{_NAMES[int(t)]} [] 0 4\n" for t in PROGRESSION)
        (song / "finalized_chord.txt").write_text(chords)
    return folder


def make_midi_songs(folder: Path, count: int = 12) -> Path:
    """Write ``count`` MIDI files of eight bars over C Am F G, a broken and an empty one."""
    from engines.music.files.midi import to_midi
    from engines.music.score import Clip, Note

    folder.mkdir(parents=True)
    for number in range(count):
        length = 4 if number % 2 else 2
        steps = arpeggio(PROGRESSION, length, number).reshape(-1)
        notes = tuple(Note(at, length, int(steps[at])) for at in range(0, len(steps), length))
        clip = Clip(bars=8, tempo=120.0, chords=("C", "Am", "F", "G") * 2, notes=notes)
        (folder / f"song{number:02d}.mid").write_bytes(to_midi(clip))
    (folder / "broken.mid").write_bytes(b"MThd and then nonsense")
    (folder / "empty.mid").write_bytes(b"")
    return folder
