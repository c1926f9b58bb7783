"""The command line in this process: options, names of outputs, complaints, exit codes."""

from __future__ import annotations

import json
import wave
from pathlib import Path
from typing import Any

import msgspec
import pytest
import tiny_models

from engines import cli
from engines.commands import COMMANDS, TYPED_AS
from engines.commands.latent import PARTS
from engines.music.files.midi import from_midi, request_of
from engines.protocol.messages import Request
from engines.protocol.tools import TOOLS
from engines.runtime.cards import CARD, NETWORK
from engines.runtime.pictures import read_png_request

#: The models that tools take by default, here with tiny networks in them.
PORTRAITS, MELODY = TOOLS["generate"].default_model, TOOLS["compose"].default_model


@pytest.fixture(scope="module")
def assets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("assets")
    tiny_models.make_generator(folder / "models", PORTRAITS)
    tiny_models.make_composer(folder / "models", MELODY)
    return folder


@pytest.fixture(autouse=True)
def tiny_library(assets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUET_ASSETS", str(assets))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*arguments: object) -> tuple[int, str, str]:
        code = cli.main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return run


GENERATE = ("generate", "--threads", "1")
COMPOSE = ("compose", "--threads", "1")


# --- what works ------------------------------------------------------------------------------


def test_every_tool_can_be_reached_from_the_command_line() -> None:
    assert set(TOOLS) <= set(COMMANDS) | set(TYPED_AS)
    for command, part in TYPED_AS.values():
        assert command in COMMANDS
        assert part in PARTS


def test_json_is_one_object(run: Any, tmp_path: Path) -> None:
    code, out, err = run(*GENERATE, "--count", 2, "--seed", 9, "--out", tmp_path, "--json")
    data = json.loads(out)
    assert (code, err) == (0, "")
    assert data["outputs"] == [str(tmp_path / f"{PORTRAITS}-{seed}.png") for seed in (9, 10)]
    assert (data["task"], data["model"], data["seed"]) == ("generate", PORTRAITS, 9)
    assert len(data["weights"]) == 16
    assert 0 < data["seconds"] < 60
    requests = [read_png_request(Path(path)) for path in data["outputs"]]
    assert [request.seed for request in requests] == [9, 10]
    assert requests[0].weights == data["weights"]


def test_a_file_asks_for_one_picture_and_several_are_numbered(run: Any, tmp_path: Path) -> None:
    assert run(*GENERATE, "--out", tmp_path / "one.png")[0] == 0
    assert [path.name for path in tmp_path.iterdir()] == ["one.png"]
    assert run(*GENERATE, "--out", tmp_path / "all.PNG", "--count", 10)[0] == 0
    names = sorted(path.name for path in tmp_path.glob("all*"))
    assert names == [f"all-{number:02}.PNG" for number in range(1, 11)]


def test_folders_are_made_and_nothing_in_them_is_replaced(run: Any, tmp_path: Path) -> None:
    for variety in (0.5, 1.0):
        code, out, _ = run(
            *GENERATE, "--seed", 1, "--count", 1, "--truncation", variety,
            "--out", tmp_path / "new" / "deep",
        )  # fmt: skip
        assert code == 0
        assert f"from seed 1 with {PORTRAITS}" in out
    names = sorted(path.name for path in (tmp_path / "new" / "deep").iterdir())
    assert names == [f"{PORTRAITS}-1-2.png", f"{PORTRAITS}-1.png"]


def test_without_a_seed_each_run_has_its_own(run: Any, tmp_path: Path) -> None:
    seeds = {
        json.loads(run(*GENERATE, "--out", tmp_path / "a.png", "--json")[1])["seed"]
        for _ in range(2)
    }
    assert len(seeds) == 2


def test_a_saved_request_gives_the_same_bytes(run: Any, tmp_path: Path) -> None:
    first, again, third = (tmp_path / f"{name}.png" for name in ("first", "again", "third"))
    run(*GENERATE, "--seed", 3, "--truncation", 0.7, "--out", first)
    saved = tmp_path / "request.json"
    saved.write_bytes(msgspec.json.encode(read_png_request(first)))
    assert run("generate", "--request", saved, "--out", again)[0] == 0
    assert run("generate", "--request", first, "--out", third)[0] == 0
    assert first.read_bytes() == again.read_bytes() == third.read_bytes()


def test_options_override_a_saved_request(run: Any, tmp_path: Path) -> None:
    saved = tmp_path / "request.json"
    asked = Request(task="generate", model=PORTRAITS, seed=3, params={"truncation": 0.2})
    saved.write_bytes(msgspec.json.encode(asked))
    out = tmp_path / "a.png"
    assert run("generate", "--request", saved, "--seed", 8, "--count", 1, "--out", out)[0] == 0
    request = read_png_request(out)
    assert (request.seed, request.params["truncation"]) == (8, 0.2)


def test_other_weights_than_a_request_names_are_told(run: Any, tmp_path: Path) -> None:
    saved = tmp_path / "request.json"
    asked = Request(task="generate", model=PORTRAITS, weights="0" * 16)
    saved.write_bytes(msgspec.json.encode(asked))
    data = json.loads(run("generate", "--request", saved, "--out", tmp_path, "--json")[1])
    (note,) = data["notes"]
    assert "can differ" in note


def test_a_melody_as_midi_and_as_sound_at_once(run: Any, tmp_path: Path) -> None:
    midi, sound = tmp_path / "a.mid", tmp_path / "a.wav"
    chords = ("--chords", "C Am F G", "--bars", 2, "--tempo", 120)
    code, out, _ = run(*COMPOSE, *chords, "--seed", 5, "--out", midi, "--out", sound, "--json")
    assert code == 0
    assert json.loads(out)["outputs"] == [str(midi), str(sound)]
    clip = from_midi(midi.read_bytes())
    assert (clip.bars, clip.tempo, clip.chords) == (2, 120.0, ("C", "Am"))
    request = msgspec.json.decode(request_of(midi.read_bytes()), type=Request)
    assert request.params["chords"] == "C Am F G"
    with wave.open(str(sound)) as file:
        assert file.getnchannels() == 2
        assert file.getnframes() / file.getframerate() >= 4.0
    again = tmp_path / "again.mid"
    assert run("compose", "--request", midi, "--out", again)[0] == 0
    assert again.read_bytes() == midi.read_bytes()


def test_a_model_can_be_given_by_its_folder(run: Any, tmp_path: Path) -> None:
    folder = tiny_models.make_generator(tmp_path / "elsewhere", "mine")
    assert run("generate", "--model", folder, "--out", tmp_path / "a.png")[0] == 0
    assert read_png_request(tmp_path / "a.png").model == "mine"


def test_models_are_listed_with_what_is_wrong(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny_models.make_models(tmp_path / "models")
    (tmp_path / "models" / "tiny-melody" / NETWORK).unlink()
    monkeypatch.setenv("DUET_ASSETS", str(tmp_path))
    code, out, _ = run("models")
    assert code == 0
    assert "Tiny portraits: Random noise, for tests." in out
    assert "broken" in out
    models = {model["name"]: model for model in json.loads(run("models", "--json")[1])["models"]}
    assert models["tiny-portraits"]["size"] == 16
    assert "model.onnx" in models["tiny-melody"]["problem"]


def test_an_empty_library_says_so(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUET_ASSETS", str(tmp_path))
    assert run("models")[1] == "No models are installed.\n"


@pytest.mark.parametrize("arguments", [("--help",), ("help",), ("--version",)])
def test_the_program_describes_itself(run: Any, arguments: tuple[str, ...]) -> None:
    code, out, err = run(*arguments)
    assert (code, err) == (0, "")
    assert "duet-engine" in out


@pytest.mark.parametrize("command", ["models", "generate", "compose", "train", "export"])
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main([command, "--help"])
    assert caught.value.code == 0
    assert f"duet-engine {command}" in capsys.readouterr().out


# --- what is refused -------------------------------------------------------------------------

BAD: list[tuple[tuple[str, ...], str, str]] = [
    ((), "What to do is missing", "generate"),
    (("generat",), "no command called 'generat'", "Did you mean 'generate'?"),
    (("generate",), "Where to write is missing", "--out"),
    (("generate", "--out", "OUT/a.png", "--model", "nobody"), "'nobody'", "peeps"),
    (("generate", "--out", "OUT/a.png", "--model", "portrait-peeps"), "peeps", "Did you mean"),
    (("generate", "--out", "OUT/a.png", "--model", "./nobody"), "./nobody", "folder"),
    (("generate", "--out", "OUT/a.png", "--model", MELODY), "cannot generate", "Choose"),
    (("generate", "--out", "OUT/a.jpg"), "a.jpg", ".png"),
    (("generate", "--out", "/dev/null/a.png"), "/dev/null is not a folder", "another place"),
    (("generate", "--out", "OUT/a.png", "--count", "0"), "--count", "between 1 and 64"),
    (("generate", "--out", "OUT/a.png", "--count", "many"), "--count", "whole number"),
    (("generate", "--out", "OUT/a.png", "--count", "1.5"), "--count", "whole number"),
    (("generate", "--out", "OUT/a.png", "--truncation", "nan"), "--truncation", "between"),
    (("generate", "--out", "OUT/a.png", "--truncation", "x"), "--truncation", "a number"),
    (("generate", "--out", "OUT/a.png", "--seed", "-1"), "--seed cannot be '-1'", "between 0"),
    (("generate", "--out", "OUT/a.png", "--seed", "4294967296"), "4294967296", "between 0"),
    (("generate", "--out", "OUT/a.png", "--seed", "one"), "--seed", "whole number"),
    (("generate", "--out", "OUT/a.png", "--cuont", "1"), "'--cuont'", "--count"),
    (("generate", "--out", "OUT/a.png", "--threads", "0"), "--threads", "between 1"),
    (("generate", "--out", "OUT/a.png", "--backend", "magic"), "magic", "onnx"),
    (("generate", "--out"), "--out", "--help"),
    (("generate", "--out", "OUT/a.png", "extra"), "'extra'", "--help"),
    (("generate", "--out", "OUT/a.png", "--request", "/no/file"), "/no/file", "no such file"),
    (("generate", "--out", "OUT/a.png", "--request", "CARD"), CARD, "request"),
    (("compose", "--out", "OUT/a.mid", "--chords", "C H7"), "H7", "B7"),
    (("compose", "--out", "OUT/a.mid", "--chords", ""), "chord", ""),
    (("compose", "--out", "OUT/a.mid", "--bars", "0"), "--bars", "between 1 and 128"),
    (("compose", "--out", "OUT/a.mid", "--bars", "10000"), "--bars", "between 1 and 128"),
    (("compose", "--out", "OUT/a.mid", "--restrike", "often"), "--restrike", "never"),
    (("compose", "--out", "OUT/a.mid", "--instrument", "128"), "--instrument", "127"),
    (("compose", "--out", "OUT/a.png"), "a.png", ".mid"),
    (("train", "nothing", "--data", "OUT", "--out", "OUT/run"), "no recipe nothing", "portraits"),
    (("train", "portraits-peep", "--data", "OUT", "--out", "OUT/run"), "peep", "Did you mean"),
    (("train", "portraits-peeps", "--data", "OUT/none", "--out", "OUT/run"), "OUT/none", "zip"),
    (("train", "portraits-peeps", "--data", "OUT", "--out", "OUT/run", "--steps", "0"), "0", "1"),
    (("train", "portraits-peeps", "--data", "OUT", "--out", "/dev/null/x"), "/dev/null", ""),
    (("train",), "recipe", "--help"),
    (("export",), "--model", "--help"),
    (("export", "--model", "nobody"), "nobody", "Choose"),
    (("export", "--model", MELODY, "--out", "OUT/x"), "--out", "--checkpoint"),
    (("export", "--checkpoint", "OUT/none"), "Where to write", "--out"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "problem", "cure"), BAD)
def test_bad_input_is_one_line_and_leaves_nothing_behind(
    run: Any, tmp_path: Path, assets: Path, arguments: tuple[str, ...], problem: str, cure: str
) -> None:
    card = str(assets / "models" / MELODY / CARD)
    filled = [text.replace("OUT", str(tmp_path)).replace("CARD", card) for text in arguments]
    code, out, err = run(*filled)
    assert code == 2
    assert out == ""
    assert err.startswith("duet-engine: ")
    assert err.count("\n") == 1
    assert problem.replace("OUT", str(tmp_path)) in err
    assert cure in err
    assert [path.name for path in tmp_path.iterdir()] == []


def test_a_request_for_another_task_names_the_right_command(run: Any, tmp_path: Path) -> None:
    saved = tmp_path / "request.json"
    saved.write_bytes(msgspec.json.encode(Request(task="compose", model=MELODY)))
    code, _, err = run("generate", "--request", saved, "--out", tmp_path / "a.png")
    assert code == 2
    assert "duet-engine compose" in err


@pytest.mark.parametrize(
    "text", ["{}", "[]", '{"task": "generate"}', '{"task": 1, "model": "a"}', "\x00", "{" * 9999,
             '{"task": "generate", "model": "peeps", "colour": 1}']
)  # fmt: skip
def test_a_file_that_holds_no_request(run: Any, tmp_path: Path, text: str) -> None:
    saved = tmp_path / "request.json"
    saved.write_text(text, encoding="utf-8")
    code, _, err = run("generate", "--request", saved, "--out", tmp_path / "a.png")
    assert code == 2
    assert "request.json" in err
    assert err.count("\n") == 1


def test_failures_are_an_object_too_with_json(run: Any, tmp_path: Path) -> None:
    code, out, err = run("compose", "--bars", 0, "--out", tmp_path / "a.mid", "--json")
    told = json.loads(out)["error"]
    assert code == 2
    assert told["kind"] == "bad_input"
    assert told["message"] in err
    assert told["advice"] in err


def test_a_damaged_model_is_named(run: Any, tmp_path: Path) -> None:
    folder = tiny_models.make_generator(tmp_path / "models", "mine")
    (folder / NETWORK).write_bytes(b"nothing")
    code, _, err = run("generate", "--model", folder, "--out", tmp_path / "a.png")
    assert code == 2
    assert "The model.onnx of the model 'mine' is damaged" in err
    assert not (tmp_path / "a.png").exists()
    code, _, err = run("export", "--model", tmp_path / "models" / "none")
    assert code == 2


def test_a_fault_of_ours_is_told_as_one(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: object) -> None:
        raise ZeroDivisionError("of course")

    monkeypatch.setattr("engines.runtime.library.Library.models", broken)
    code, _, err = run("models")
    assert code == 1
    assert "Traceback" in err
    assert err.splitlines()[-1].startswith("duet-engine: A fault in Duet stopped this: ZeroDiv")


def test_an_interrupt_is_exit_code_3(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(self: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("engines.runtime.library.Library.models", interrupted)
    assert run("models") == (3, "", "duet-engine: Cancelled.\n")
