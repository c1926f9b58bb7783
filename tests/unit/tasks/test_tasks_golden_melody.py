"""A melody of a fixed seed and a fixed tiny network, down to the bytes of its MIDI file.

Any change of the noise, the feeding back, the decoding or the file's form shows here. When one is
meant, write the file anew: ``DUET_WRITE_GOLDEN=1 pytest tests/unit/tasks``.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

import mido
import pytest
from tiny_models import make_models

from engines.music.files.midi import from_midi, request_of, to_midi
from engines.music.score import Clip
from engines.music.sound.performance import melody_alone
from engines.protocol.messages import Request
from engines.runtime.backend import make_backend
from engines.runtime.context import Context
from engines.runtime.library import Library
from engines.tasks import run

GOLDEN = Path(__file__).resolve().parents[2] / "data" / "golden_melody.mid"
NOTE = '{"seed":42}'


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    models = tmp_path_factory.mktemp("models")
    make_models(models)
    context = Context(Library([models]), make_backend("onnx", threads=1))
    params = {"chords": "C Am7 Fmaj7 G7/B", "bars": 8, "tempo": 110, "count": 1}
    request = Request(task="compose", model="tiny-melody", seed=42, params=params)
    (result,) = run(request, context)
    assert result.clip is not None
    return result.clip


def test_the_file_is_the_golden_one(clip: Clip) -> None:
    made = to_midi(clip, melody_alone(4), request=NOTE)
    if os.environ.get("DUET_WRITE_GOLDEN"):
        GOLDEN.write_bytes(made)
        pytest.skip("the golden file was written anew")
    assert made == GOLDEN.read_bytes()


def test_the_golden_file_holds_a_melody() -> None:
    data = GOLDEN.read_bytes()
    clip = from_midi(data)
    assert (clip.bars, clip.tempo) == (8, 110.0)
    assert clip.chords == ("C", "Am7", "Fmaj7", "G7/B") * 2
    assert request_of(data) == NOTE
    file = mido.MidiFile(file=io.BytesIO(data))
    assert [track.name for track in file.tracks] == ["Duet", "Melody"]
    assert file.length == pytest.approx(8 * 4 * 60 / 110, rel=1e-5)
    ends = [note.start + note.length for note in clip.notes]
    assert ends == [*(note.start for note in clip.notes[1:]), 128]
