"""Write the README's table of models from their cards, so that no figure is copied by hand.

.venv/bin/python packaging/readme.py           rewrite the table in place
.venv/bin/python packaging/readme.py --check   exit 1 when it is out of date
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
MODELS = ROOT / "assets" / "models"
RECIPES = ROOT / "engines" / "train" / "recipes"

BEGIN = "<!-- models: written by packaging/readme.py -->"
END = "<!-- end of models -->"

COLUMNS = (
    "model", "makes", "network", "trained on", "seen", "training", "measured", "size", "weights",
)  # fmt: skip

#: The figure of a card that says most in a line, by task: its key and how to say it.
HEADLINES = {
    "generate": ("sliced_wasserstein_floor_ratio", "{:.1f}x the floor"),
    "compose": ("overlap_with_real", "{:.2f} of 1"),
    "inpaint": ("centre_psnr_over_telea_db", "{:+.1f} dB to Telea"),
}
#: What is said beside it of a model whose codes were measured against labels.
PURITY = ("code_purity", ", {:.0%} by code")


def read_cards(folder: Path = MODELS) -> list[dict[str, Any]]:
    """Every shipped model's card, by name, with the folder's size in ``bytes``."""
    cards = []
    for file in sorted(folder.glob("*/card.toml")):
        card = tomllib.loads(file.read_text(encoding="utf-8"))
        card["bytes"] = sum(each.stat().st_size for each in file.parent.iterdir())
        cards.append(card)
    return cards


def headline(card: dict[str, Any]) -> str:
    """The measured quality in a few words, or "" when nobody has measured."""
    key, words = HEADLINES[card["task"]]
    value = card.get("quality", {}).get(key)
    if value is None:
        return ""
    purity = card["quality"].get(PURITY[0])
    return words.format(value) + ("" if purity is None else PURITY[1].format(purity))


def begun(training: dict[str, Any], recipes: Path = RECIPES) -> str:
    """What the weights had learned before their recipe, which is not counted; or ""."""
    recipe = recipes / training.get("recipe", "")
    table = _recipe(recipe) if recipe.is_file() else {}
    start = table.get("start_from", "")
    if start != table.get("name"):
        return f", on from `{start}`" if start else ""
    files = sorted((recipes / "stages").glob(f"{recipe.stem}-*.toml"))
    stages = [_recipe(file) for file in files]
    early = recipes / "stages" / "ended_early.json"  # what was seen where a run did not end
    seen = json.loads(early.read_text(encoding="utf-8")) if early.is_file() else {}
    planned = [stage["schedule"]["samples"] for stage in stages]
    shown_to = [seen.get(file.stem, count) for file, count in zip(files, planned, strict=True)]
    counts = [f"{count / 1e3:.0f} k" for count in shown_to]
    shown = " and ".join(filter(None, (", ".join(counts[:-1]), counts[-1])))
    first = stages[0].get("start_from", "")
    return f", after {shown}" + (f" on from `{first}`" if first else "")


def _recipe(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def row(card: dict[str, Any]) -> tuple[str, ...]:
    """One model's cells, in the order of :data:`COLUMNS`."""
    training = card.get("training", {})
    source = re.split(r"[,;]", training.get("data", ""))[0]
    pictures = f"{card['size']} px pictures"
    makes = {"generate": pictures, "inpaint": f"fills in {pictures}"}.get(card["task"], "melodies")
    unit = "bars" if card["task"] == "compose" else "pictures"
    return (
        f"`{card['name']}`",
        makes,
        f"{card['family']}, {card['parameters'] / 1e6:.1f} M",
        source,
        f"{training.get('images_seen', 0) / 1e3:.0f} k {unit}{begun(training)}",
        f"{training.get('seconds', 0) / 60:.0f} min",
        headline(card),
        f"{card['bytes'] / 1e6:.1f} MB",
        card.get("licence", {}).get("weights", ""),
    )


def table(cards: list[dict[str, Any]]) -> str:
    """The table in Markdown."""
    lines = [COLUMNS, ("---",) * len(COLUMNS), *map(row, cards)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def rewritten(text: str, cards: list[dict[str, Any]]) -> str:
    """The README with the table between the two marks replaced."""
    head, rest = text.split(BEGIN, 1)
    _, tail = rest.split(END, 1)
    return f"{head}{BEGIN}\n{table(cards)}\n{END}{tail}"


def main(arguments: list[str]) -> int:
    """Rewrite or check; the result is the exit code."""
    text = README.read_text(encoding="utf-8")
    fresh = rewritten(text, read_cards())
    if "--check" in arguments:
        print("up to date" if fresh == text else "out of date: run packaging/readme.py")
        return int(fresh != text)
    README.write_text(fresh, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
