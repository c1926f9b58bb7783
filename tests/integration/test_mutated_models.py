"""Damaged model folders: each a clear ``bad_model``, and none takes the process down."""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tiny_models

from engines.runtime.cards import CARD, NETWORK, WEIGHTS, read_card, write_card

CASES = 50
SEALED_CASES = 25
NAME = "tiny-portraits"

Bytes = Callable[[bytes, random.Random], bytes]


def truncated(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(len(data.rstrip()))]


def flipped(data: bytes, dice: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(dice.choice((1, 1, 3))):
        changed[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    return bytes(changed)


def lengthened(data: bytes, dice: random.Random) -> bytes:
    return data + dice.randbytes(dice.randrange(1, 64))


def overwritten(data: bytes, dice: random.Random) -> bytes:
    start = dice.randrange(len(data))
    return data[:start] + dice.randbytes(len(data) - start)


def zipped(data: bytes, dice: random.Random) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("model.onnx", data)
    return buffer.getvalue()


def emptied(data: bytes, dice: random.Random) -> bytes:
    return b""


def text(data: bytes, dice: random.Random) -> bytes:
    return b"<html>404 Not Found</html>\n"


BINARY: tuple[Bytes, ...] = (truncated, flipped, lengthened, overwritten, zipped, emptied, text)


def key_removed(data: bytes, dice: random.Random) -> bytes:
    lines = data.decode().splitlines(keepends=True)
    needed = [n for n, line in enumerate(lines) if line.split(" = ")[0] in REQUIRED_KEYS]
    lines.pop(dice.choice(needed))
    return "".join(lines).encode()


def wrong_type(data: bytes, dice: random.Random) -> bytes:
    key = dice.choice(sorted(KEYS))
    wrong = dice.choice(("[1]", "{a = 1}", "2026-01-01", "inf"))
    lines = [
        f"{key} = {wrong}" if line.startswith(f"{key} = ") else line
        for line in data.decode().splitlines()
    ]
    return "\n".join(lines).encode()


def unknown_key(data: bytes, dice: random.Random) -> bytes:
    return b'colour = "blue"\n' + data


def not_utf8(data: bytes, dice: random.Random) -> bytes:
    place = dice.randrange(len(data))
    return data[:place] + b"\xff" + data[place:]


def hash_changed(data: bytes, dice: random.Random) -> bytes:
    start = data.index(b"[files]") + len(b"[files]\n")
    return data[:start] + flipped(data[start:], dice)


REQUIRED_KEYS = {"name", "title", "task", "family", "size", '"model.onnx"', '"model.safetensors"'}
KEYS = {"name", "title", "task", "family", "summary", "size", "parameters", "recipe", "steps"}
CARDS: tuple[Bytes, ...] = (
    truncated, emptied, text, zipped, key_removed, wrong_type, unknown_key, not_utf8, hash_changed
)  # fmt: skip


def damage(folder: Path, other: Path, number: int) -> str:
    """Damage a model in one of many ways.

    Args:
        folder: the model's.
        other: a model of the same name with other weights.
        number: chooses the file and the way.

    Returns:
        the file that was damaged.
    """
    dice = random.Random(number)
    name = (NETWORK, WEIGHTS, CARD)[number % 3]
    path = folder / name
    kind = number // 3
    if kind == 0:
        path.unlink()
    elif kind == 1:
        path.unlink()
        path.mkdir()
    elif kind == 2:
        shutil.copy(other / name, path)
    else:
        ways = CARDS if name == CARD else BINARY
        path.write_bytes(ways[kind % len(ways)](path.read_bytes(), dice))
    return name


def try_models(place: Path) -> list[dict[str, Any]]:
    """What a fresh process makes of every library in ``place``."""
    program = Path(tiny_models.__file__).with_name("open_models.py")
    done = subprocess.run(
        [sys.executable, str(program), str(place)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_fifty_damaged_models_are_each_a_clear_bad_model(tmp_path: Path) -> None:
    whole = tiny_models.make_generator(tmp_path / "whole", NAME)
    other = tiny_models.make_generator(tmp_path / "other", NAME, seed=1)
    place = tmp_path / "damaged"
    damaged = {}
    for number in range(CASES):
        folder = place / f"{number:02}" / NAME
        shutil.copytree(whole, folder)
        damaged[folder.parent.name] = damage(folder, other, number)
    results = try_models(place)
    assert [result["case"] for result in results] == sorted(damaged)
    for result in results:
        assert result["kind"] == "bad_model", result
        sentence = result["message"]
        # A card of another model, or with another hash, says that the files are wrong.
        assert damaged[result["case"]] in sentence or damaged[result["case"]] == CARD, result
        assert NAME in sentence
        assert result["advice"]
        assert "\n" not in sentence


def test_sealed_but_nonsensical_networks_do_not_take_the_process_down(tmp_path: Path) -> None:
    whole = tiny_models.make_generator(tmp_path / "whole", NAME)
    for number in range(SEALED_CASES):
        folder = tmp_path / "sealed" / f"{number:02}" / NAME
        shutil.copytree(whole, folder)
        data = (folder / NETWORK).read_bytes()
        # The description of the graph is at both ends, the weights between.
        start, middle, end = data[:200], data[200:-400], data[-400:]
        dice = random.Random(number)
        (folder / NETWORK).write_bytes(flipped(start, dice) + middle + flipped(end, dice))
        write_card(folder, read_card(folder))
    results = try_models(tmp_path / "sealed")
    assert len(results) == SEALED_CASES
    assert {result["kind"] for result in results} <= {"", "bad_model", "out_of_memory"}
    assert sum(result["kind"] == "bad_model" for result in results) > SEALED_CASES // 2


@pytest.mark.parametrize("name", [NETWORK, WEIGHTS, CARD])
def test_a_model_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    if os.geteuid() == 0:
        pytest.skip("an administrator may read everything")
    folder = tiny_models.make_generator(tmp_path / "a", NAME)
    (folder / name).chmod(0)
    (result,) = try_models(tmp_path)
    assert result["kind"] == "bad_model"
    assert name in result["message"]
