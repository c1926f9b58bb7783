"""Cards: what is written is read, and what is not a card is refused with a sentence."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec
import pytest
import tiny_models

from engines.protocol.errors import EngineError
from engines.runtime.cards import CARD, NETWORK, WEIGHTS, read_card, read_sealed, write_card
from engines.runtime.files import sha256


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tiny_models.make_generator(tmp_path / "models")


def test_a_card_is_read_as_it_was_written(folder: Path) -> None:
    card = read_card(folder)
    quality = {"swd": {"value": 0.031, "command": "duet-engine evaluate", "date": "2026-01-01"}}
    write_card(folder, msgspec.structs.replace(card, quality=quality, title='Peeps "ψ"'))
    again = read_card(folder)
    assert again.quality == quality
    assert again.title == 'Peeps "ψ"'
    assert again.training == card.training
    assert again.licence == card.licence


def test_a_card_seals_the_files_that_lie_beside_it_and_does_so_last(folder: Path) -> None:
    table = tomllib.loads((folder / CARD).read_text(encoding="utf-8"))
    assert table["files"] == {
        WEIGHTS: sha256(folder / WEIGHTS),
        NETWORK: sha256(folder / NETWORK),
    }
    assert list(table)[-1] == "files"
    assert read_card(folder).weights == sha256(folder / WEIGHTS)[:16]


def test_training_weights_are_sealed_where_there_are_any(folder: Path) -> None:
    (folder / "training.safetensors").write_bytes(b"discriminator")
    write_card(folder, read_card(folder))
    assert read_sealed(folder, read_card(folder), "training.safetensors") == b"discriminator"


def test_a_changed_file_is_damaged(folder: Path) -> None:
    data = bytearray((folder / NETWORK).read_bytes())
    data[100] ^= 1
    (folder / NETWORK).write_bytes(data)
    with pytest.raises(EngineError, match=r"model\.onnx .* is damaged") as caught:
        read_sealed(folder, read_card(folder), NETWORK)
    assert caught.value.kind == "bad_model"
    assert "duet-engine export --model tiny-portraits" in caught.value.advice


def test_a_card_cut_short_anywhere_is_noticed(folder: Path) -> None:
    text = (folder / CARD).read_bytes()
    for length in range(0, len(text.rstrip()), 7):
        (folder / CARD).write_bytes(text[:length])
        with pytest.raises(EngineError) as caught:
            read_card(folder)
        assert caught.value.kind == "bad_model"


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ("size = 16", 'size = "big"', "size"),
        ("size = 16", "size = -16", "size"),
        ("size = 16", "size = 0", "size"),
        ("size = 16", "side = 16", "side"),
        ("size = 16", "size = true", "size"),
        ("size = 16", "size = 16.5", "size"),
        ('task = "generate"', 'task = "dream"', "task"),
        ('task = "generate"', 'task = "compose"', "compose"),
        ('family = "dcgan"', 'family = ""', "family"),
        ('name = "tiny-portraits"', 'name = "other"', "other"),
        ("[training]", "[training", "Expected"),
        ("[quality]", "quality = 3", "quality"),
        ("[licence]", "[[licence]]", "licence"),
        ('"model.onnx" = "', '"model.onnx" = "zz', "files"),
        ('"model.onnx"', '"../model.onnx"', "model.onnx"),
        ("seconds = 0.0", "seconds = nan", "seconds"),
    ],
)
def test_a_wrong_card_says_what_is_wrong(folder: Path, old: str, new: str, names: str) -> None:
    text = (folder / CARD).read_text(encoding="utf-8")
    assert old in text
    (folder / CARD).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(EngineError, match=names) as caught:
        read_card(folder)
    assert caught.value.kind == "bad_model"
    assert CARD in caught.value.message
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"PK\x03\x04zip", b"", b"[" * 100_000])
def test_a_file_that_is_no_card_at_all(folder: Path, data: bytes) -> None:
    (folder / CARD).write_bytes(data)
    with pytest.raises(EngineError, match=CARD) as caught:
        read_card(folder)
    assert caught.value.kind == "bad_model"


def test_a_folder_in_the_place_of_the_card(folder: Path) -> None:
    (folder / CARD).unlink()
    (folder / CARD).mkdir()
    with pytest.raises(EngineError, match=CARD):
        read_card(folder)
