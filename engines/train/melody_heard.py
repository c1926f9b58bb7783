"""What a melody model writes, as a MIDI file, so that epochs can be compared by ear."""

from __future__ import annotations

from torch import nn

from engines.evaluate.melody_pieces import default_decoding, write_pieces
from engines.music.encoding import notes_from_steps
from engines.music.files.midi import to_midi
from engines.music.score import Clip
from engines.train.melodies import PREVIEW_TRIADS, as_network

#: The chords of :data:`engines.train.melodies.PREVIEW_TRIADS`, as they are written.
CHORDS = ("C", "Am", "F", "G") * 2
TEMPO = 120.0


def heard(generator: nn.Module, latent: int, seed: int = 0) -> bytes:
    """Eight bars over C Am F G, decoded as a person gets them who changes nothing.

    Args:
        generator: a melody network.
        latent: length of its noise.
        seed: of the noise; the same for all epochs makes them variants of one melody.
    """
    decoding = default_decoding()
    network = as_network(generator)
    (piece,) = write_pieces(network, latent, [PREVIEW_TRIADS], decoding, seed)
    notes = notes_from_steps(piece.steps.reshape(-1), decoding.restrike, CHORDS)
    return to_midi(Clip(bars=len(CHORDS), tempo=TEMPO, chords=CHORDS, notes=notes))
