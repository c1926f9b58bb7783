"""Make portraits, a filled picture and a melody without a window, and say how long each took.

    .venv/bin/python packaging/demo.py [FOLDER]     FOLDER is ./duet-demo by default

Everything is made by the ``duet-engine`` command, as anybody could make it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

#: Pictures in a row of the sheet, and rows a model gets.
COLUMNS, ROWS = 8, 2
SEED = 7
#: A meadow with a lone tree, rendered by a program of ours (CC0), and where the tree stands in it.
MEADOW = Path(__file__).resolve().parents[1] / "assets" / "demo" / "meadow.webp"
TREE = ((360, 284), (414, 476), (312, 476))
SCRATCHES = (((14, 60), (240, 300), (300, 498)), ((470, 8), (432, 180), (446, 330)))
INPAINTER = "inpaint-photo"
CHORDS = "C Am F G"
BARS = 8


class DemoError(Exception):
    """Something could not be made; the command's own line is the text."""


def engine(*arguments: str) -> dict[str, Any]:
    """Run ``duet-engine ... --json``; its answer, with ``wall``, the seconds of the whole process.

    Raises:
        DemoError: the command failed.
    """
    command = [sys.executable, "-m", "engines.cli", *arguments, "--json"]
    started = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DemoError(done.stderr.strip())
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer | {"wall": time.monotonic() - started}


def told(what: str, answer: dict[str, Any], file: Path) -> None:
    """One line about something that was made."""
    seconds, wall = answer["seconds"], answer["wall"]
    print(f"{what}: {seconds:.2f} s ({wall:.2f} s with start-up and saving)  {file}", flush=True)


def picture_models() -> list[str]:
    """The shipped picture models of the largest size there is."""
    models = [m for m in engine("models")["models"] if m["task"] == "generate" and m["shipped"]]
    largest = max((m["size"] for m in models), default=0)
    return [m["name"] for m in models if m["size"] == largest]


def make_portraits(folder: Path) -> list[Path]:
    """Some portraits by each model, every one a file of its own."""
    files: list[Path] = []
    for model in picture_models():
        target = folder / model / "portrait.png"
        count = COLUMNS * ROWS
        answer = engine(
            *("generate", "--model", model, "--count", str(count)),
            *("--seed", str(SEED), "--out", str(target)),
        )
        told(f"{count} portraits by {model}", answer, target.parent)
        files += map(Path, answer["outputs"])
    return files


def write_sheet(files: list[Path], target: Path) -> None:
    """Lay pictures of one size out in rows of :data:`COLUMNS`."""
    pictures = [Image.open(file).convert("RGB") for file in files]
    width, height = pictures[0].size
    rows = -(-len(pictures) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * width, rows * height), "white")
    for index, picture in enumerate(pictures):
        row, column = divmod(index, COLUMNS)
        sheet.paste(picture, (column * width, row * height))
    sheet.save(target)


def make_fill(folder: Path) -> None:
    """A scratched picture without its scratches, and without its tree."""
    folder.mkdir(parents=True, exist_ok=True)
    given, mask, filled = (folder / f"{name}.png" for name in ("scratched", "mask", "filled"))
    write_scratched(given, mask)
    models = {model["name"] for model in engine("models")["models"] if not model["problem"]}
    method = "network" if INPAINTER in models else "smooth"
    answer = engine(
        *("inpaint", str(given), "--mask", str(mask), "--out", str(filled)),
        *("--method", method, "--count", "1", "--seed", str(SEED)),
    )
    told(f"two scratches and a tree filled by {answer['model'] or 'a smooth fill'}", answer, filled)
    if method == "smooth":
        print(f"no model called {INPAINTER} is installed: a smooth fill blurs where the tree was")


def write_scratched(given: Path, mask: Path) -> None:
    """The picture with scratches drawn on it, and a mask of those and of the tree."""
    with Image.open(MEADOW) as file:
        picture = file.convert("RGB")
    holes = Image.new("L", picture.size)
    for scratch in SCRATCHES:
        ImageDraw.Draw(picture).line(scratch, (235, 232, 225), 3)
        ImageDraw.Draw(holes).line(scratch, 255, 7)
    ImageDraw.Draw(holes).polygon(TREE, 255)
    picture.save(given)
    holes.save(mask)


def make_melody(folder: Path) -> None:
    """A melody over four chords, to read (MIDI) and to hear (WAV)."""
    target = folder / "melody.mid"
    answer = engine(
        *("compose", "--bars", str(BARS), "--chords", CHORDS, "--count", "1", "--seed", str(SEED)),
        *("--out", str(target), "--out", str(target.with_suffix(".wav"))),
    )
    told(f"{BARS} bars over {CHORDS}", answer, target)
    print(f"the same to hear: {target.with_suffix('.wav')}")


def main(arguments: list[str]) -> int:
    """Make everything; the result is the exit code."""
    folder = Path(arguments[0] if arguments else "duet-demo")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        files = make_portraits(folder / "portraits")
        if files:
            write_sheet(files, folder / "portraits.png")
            print(f"all of them on one sheet: {folder / 'portraits.png'}")
        make_fill(folder / "inpaint")
        make_melody(folder)
    except (DemoError, OSError) as error:
        print(f"The demo stopped: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
