"""The README: its table of models is the cards', and what it names exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import readme

CARD = {
    "name": "portraits-tiny",
    "task": "generate",
    "family": "dcgan",
    "size": 64,
    "parameters": 3_500_000,
    "training": {"data": "drawn faces, 10", "images_seen": 1_234_000, "seconds": 5400.0},
    "licence": {"weights": "CC0-1.0"},
    "quality": {"sliced_wasserstein_floor_ratio": 1.964},
    "bytes": 12_345_678,
}


def test_a_row_says_what_the_card_says() -> None:
    assert readme.row(CARD) == (
        "`portraits-tiny`",
        "64 px pictures",
        "dcgan, 3.5 M",
        "drawn faces",
        "1234 k pictures",
        "90 min",
        "2.0x the floor",
        "12.3 MB",
        "CC0-1.0",
    )


def test_what_a_model_learned_before_its_recipe_is_told(tmp_path: Path) -> None:
    (tmp_path / "stages").mkdir()
    for number, start, samples in ((1, "elsewhere", 110_000), (2, "tiny", 96_000)):
        text = f'name = "tiny"\nstart_from = "{start}"\n[schedule]\nsamples = {samples}\n'
        (tmp_path / "stages" / f"tiny-{number}.toml").write_text(text)
    (tmp_path / "tiny.toml").write_text('name = "tiny"\nstart_from = "tiny"\n')
    said = readme.begun({"recipe": "tiny.toml"}, tmp_path)
    assert said == ", after 110 k and 96 k on from `elsewhere`"
    (tmp_path / "tiny.toml").write_text('name = "tiny"\nstart_from = "elsewhere"\n')
    assert readme.begun({"recipe": "tiny.toml"}, tmp_path) == ", on from `elsewhere`"


def test_codes_are_told_beside_the_pictures() -> None:
    quality = {**CARD["quality"], "code_purity": 0.873}
    assert readme.headline({**CARD, "quality": quality}) == "2.0x the floor, 87% by code"


def test_a_model_that_nobody_measured_has_no_figure() -> None:
    assert readme.headline({**CARD, "quality": {}}) == ""


def test_rewriting_twice_changes_nothing() -> None:
    text = f"before\n{readme.BEGIN}\nold\n{readme.END}\nafter\n"
    once = readme.rewritten(text, [CARD])
    assert "old" not in once
    assert once.startswith("before\n")
    assert once.endswith("\nafter\n")
    assert readme.rewritten(once, [CARD]) == once


def test_the_table_of_models_is_up_to_date() -> None:
    assert readme.main(["--check"]) == 0


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_every_link_to_a_file_leads_somewhere(repository: Path, page: str) -> None:
    text = (repository / page).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)|src=\"([^\"]+)\"", text)
    missing = [link for pair in links for link in pair if link and not (repository / link).exists()]
    assert not missing


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_every_named_path_exists(repository: Path, page: str) -> None:
    text = (repository / page).read_text(encoding="utf-8")
    tops = "assets|engines|packaging|studio|tests"
    named = set(re.findall(rf"(?:^|[\s`/])((?:{tops})/[\w./-]*\w)", text))
    assert not {path for path in named if not (repository / path.rstrip(".")).exists()}


def test_what_a_training_went_on_from_is_told() -> None:
    assert readme.begun({"recipe": "portraits-peeps.toml"}) == ""
    said = readme.begun({"recipe": "portraits-toons-128.toml"})
    assert (
        said == ", after 110 k, 96 k, 76 k, 70 k, 36 k, 24 k, 50 k and 12 k"
        " on from `portraits-peeps-128`"
    )
    said = readme.begun({"recipe": "inpaint-portraits.toml"})
    assert said == ", after 24 k on from `inpaint-photo`", "of 28 k that were planned"
