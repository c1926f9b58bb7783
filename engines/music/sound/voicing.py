"""Which pitches a chord is played with: low, close together, and moving little."""

from __future__ import annotations

from collections.abc import Sequence

from engines.music.chords import Chord, pitch_class

#: The register of the accompaniment: upper voices around F#3, the bass in A1..G#2.
_VOICING_CENTRE, _BASS_LOWEST, _MOST_VOICES = 54, 33, 4

#: The lowest string of a bass, E1: its roots lie in E1..D#2.
_STRING_LOWEST = 28


def bass_pitch(chord: Chord) -> int:
    """The MIDI pitch at which a bass plays the lowest tone of a chord that is not silent."""
    return _STRING_LOWEST + (_lowest(chord) - _STRING_LOWEST) % 12


def voicings(chords: Sequence[Chord]) -> list[tuple[int, ...]]:
    """MIDI pitches for each chord, the bass first and then the upper voices, low to high.

    The first chord takes the inversion nearest to the centre of the register; every later one
    the inversion whose voices move least. A bar without a chord has no pitches.
    """
    voiced: list[tuple[int, ...]] = []
    previous: tuple[int, ...] = ()
    for chord in chords:
        if chord.silent:
            voiced.append(())
            continue
        upper = min(_inversions(chord), key=lambda voices: _distance(voices, previous))
        previous = upper
        voiced.append((_BASS_LOWEST + (_lowest(chord) - _BASS_LOWEST) % 12, *upper))
    return voiced


def _lowest(chord: Chord) -> int:
    """Pitch class of the bass."""
    return pitch_class(chord.bass) if chord.bass else chord.root


def _upper_tones(chord: Chord) -> list[int]:
    """Up to four pitch classes that say which chord it is: fifths and roots are left out first."""
    root = chord.root
    tones = list(chord.tones)
    for spare in (root + 7, root):
        if len(tones) > _MOST_VOICES and spare % 12 in tones:
            tones.remove(spare % 12)
    return tones[:_MOST_VOICES]


def _inversions(chord: Chord) -> list[tuple[int, ...]]:
    """Close positions of the upper voices within two octaves around the centre."""
    low = _VOICING_CENTRE - 9
    pitches = sorted({low + (tone - low) % 12 for tone in _upper_tones(chord)})
    rising = [*pitches, *(pitch + 12 for pitch in pitches)]
    return [tuple(rising[i : i + len(pitches)]) for i in range(len(pitches))]


def _distance(voices: tuple[int, ...], previous: tuple[int, ...]) -> float:
    """How far the voices move, plus a pull back to the register's centre; in semitones."""
    stray = abs(sum(voices) / len(voices) - _VOICING_CENTRE)
    if not previous:
        return stray
    moved = sum(min(abs(voice - other) for other in previous) for voice in voices)
    return moved + stray
