"""``duet-engine compose``: going on from a melody, and the formats it writes."""

from __future__ import annotations

import json
import wave
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import pytest
import soundfile
import tiny_models

from engines import cli
from engines.music.files.midi import from_midi, request_of, to_midi
from engines.music.files.musicxml import from_musicxml
from engines.music.score import Clip, Note
from engines.protocol.messages import Request
from engines.protocol.tools import COMPOSE

PRIMER = Clip(
    bars=4,
    tempo=90.0,
    chords=("C", "F", "Dm", "G7"),
    notes=(Note(0, 4, 60, 50), Note(4, 4, 60, 70), Note(24, 8, 64, 90), Note(40, 20, 67, 100)),
)


@pytest.fixture(scope="module")
def assets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("assets")
    tiny_models.make_composer(folder / "models", COMPOSE.default_model)
    return folder


@pytest.fixture(autouse=True)
def tiny_library(assets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUET_ASSETS", str(assets))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*arguments: object) -> tuple[int, str, str]:
        given = ("compose", "--threads", "1", "--seed", "7", *arguments)
        code = cli.main([str(argument) for argument in given])
        out, err = capsys.readouterr()
        return code, out, err

    return run


@pytest.fixture
def primer(tmp_path: Path) -> Path:
    folder = tmp_path / "primers"
    folder.mkdir()
    (folder / "primer.mid").write_bytes(to_midi(PRIMER))
    return folder / "primer.mid"


def written(path: Path) -> Clip:
    return from_midi(path.read_bytes())


def test_a_primer_is_kept_and_gone_on_from(run: Any, primer: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.mid"
    assert run("--primer", primer, "--bars", 6, "--out", out)[0] == 0
    clip = written(out)
    assert (clip.bars, clip.tempo, clip.chords) == (6, 90.0, ("C", "F", "Dm", "G7", "C", "F"))
    assert tuple(note for note in clip.notes if note.start < 64) == PRIMER.notes
    assert any(note.start >= 64 for note in clip.notes)
    request = msgspec.json.decode(request_of(out.read_bytes()), type=Request)
    assert request.params["locks"] == "1-4"
    again = tmp_path / "again.mid"
    assert run("--request", out, "--out", again)[0] == 0
    assert again.read_bytes() == out.read_bytes()


def test_a_primer_goes_on_for_eight_bars_by_default(run: Any, primer: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.mid"
    assert run("--primer", primer, "--tempo", 140, "--chords", "Am", "--out", out)[0] == 0
    clip = written(out)
    assert (clip.bars, clip.tempo, set(clip.chords)) == (12, 140.0, {"Am"})


def test_chosen_bars_of_a_primer_are_kept(run: Any, primer: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.mid"
    assert run("--primer", primer, "--lock", "2,4", "--out", out)[0] == 0
    clip = written(out)
    assert clip.bars == 4
    assert Note(24, 8, 64, 90) in clip.notes
    # The last note came in from the bar before: what stands of it is what lies in its bar.
    assert any(n.end == 60 and n.pitch == 67 and n.velocity == 100 for n in clip.notes)
    assert Note(0, 4, 60, 50) not in clip.notes


def test_every_wish_has_an_option(run: Any, tmp_path: Path) -> None:
    out = tmp_path / "a.mid"
    wishes = ("--density", -0.5, "--smoothness", 1, "--best-of", 3, "--creativity", 0,
              "--variation", 1, "--meter", "3/4", "--lowest", "C3", "--highest", 60)  # fmt: skip
    code, said, _ = run(*wishes, "--bars", 3, "--out", out, "--json")
    assert code == 0
    (note,) = json.loads(said)["notes"]
    assert note.startswith("Best of 3: ")
    request = msgspec.json.decode(request_of(out.read_bytes()), type=Request)
    assert request.params["meter"] == "3/4"
    assert all(48 <= n.pitch <= 60 for n in written(out).notes)


def test_the_ending_says_the_format(run: Any, tmp_path: Path) -> None:
    names = ("a.mid", "a.midi", "a.musicxml", "a.MXL", "a.wav", "a.flac")
    outs = [part for name in names for part in ("--out", tmp_path / name)]
    assert run("--bars", 2, "--lowest", 48, "--highest", 84, *outs)[0] == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)
    clip = written(tmp_path / "a.mid")
    assert (tmp_path / "a.mid").read_bytes() == (tmp_path / "a.midi").read_bytes()
    for name in ("a.musicxml", "a.MXL"):
        score = from_musicxml((tmp_path / name).read_bytes())
        assert score.notes == tuple(msgspec.structs.replace(n, velocity=90) for n in clip.notes)
    with zipfile.ZipFile(tmp_path / "a.MXL") as file:
        assert file.namelist()[0] == "META-INF/container.xml"
    samples, rate = soundfile.read(tmp_path / "a.flac")
    with wave.open(str(tmp_path / "a.wav")) as sound:
        assert (sound.getnframes(), sound.getframerate()) == (len(samples), rate)
    assert 0.1 < abs(samples).max() <= 1.0


@pytest.mark.parametrize(
    ("arguments", "problem", "cure"),
    [
        (("--lock", "1"), "nothing to lock", "--primer"),
        (("--primer", "PRIMER", "--bars", "4"), "4 bars already", "--lock"),
        (("--primer", "PRIMER", "--lock", "1-4"), "Every bar is locked", "Unlock"),
        (("--primer", "PRIMER", "--lock", "9"), "no bar 9", "1 to 4"),
        (("--primer", "PRIMER", "--lock", "two"), "'two'", "1-4, 7"),
        (("--primer", "/no/file.mid"), "/no/file.mid: no such file", "MIDI file"),
        (("--primer", "CARD"), "card.toml", "MIDI"),
        (("--primer", "."), ".", "MIDI"),
        (("--density", "2"), "--density", "between -1.0 and 1.0"),
        (("--best-of", "65"), "--best-of", "between 1 and 64"),
        (("--variation", "-0.1"), "--variation", "between 0.0"),
        (("--meter", "5/4"), "--meter", "4/4, 3/4"),
        (("--lowest", "60", "--highest", "66"), "too little room", "11 semitones"),
        (("--creativity", "0.5"), "was not trained", "Set it to 0"),
        (("--out", "OUT/b.mp3"), "b.mp3", ".flac"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line_and_writes_nothing(
    run: Any,
    primer: Path,
    assets: Path,
    tmp_path: Path,
    arguments: tuple[str, ...],
    problem: str,
    cure: str,
) -> None:
    card = assets / "models" / COMPOSE.default_model / "card.toml"
    places = {"PRIMER": str(primer), "CARD": str(card), "OUT/b.mp3": str(tmp_path / "b.mp3")}
    given = [places.get(text, text) for text in arguments]
    code, out, err = run("--out", tmp_path / "new" / "a.mid", *given)
    assert code == 2
    assert out == ""
    assert err.count("\n") == 1
    assert problem in err
    assert cure in err
    assert [path.name for path in tmp_path.iterdir()] == ["primers"]
