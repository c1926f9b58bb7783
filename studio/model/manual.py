"""The manual's chapters: Markdown files of ``assets/manual``, in the order of their numbers.

A link to ``do:image.generate`` is a key that does what the action of that name does; the text of
the link is one of its keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from engines.protocol.paths import assets_dir

ACTION = "do:"
#: Modes by the first word of their actions; all others are of Image or of every mode.
_MODES = {"music": "music", "note": "music", "train": "train", "library": "library"}


@dataclass(frozen=True)
class Chapter:
    """One file.

    Attributes:
        name: of the file, without number and ending.
        title: its first heading.
        text: Markdown, the heading included.
    """

    name: str
    title: str
    text: str

    def has(self, words: str) -> bool:
        """Whether all of these words stand in it, in any order."""
        text = self.text.lower()
        return all(word in text for word in words.lower().split())


@cache
def chapters() -> tuple[Chapter, ...]:
    """All of them.

    Raises:
        OSError: the files cannot be read.
    """
    found = []
    for path in sorted((assets_dir() / "manual").glob("*.md")):
        text = path.read_text(encoding="utf-8")
        title = text.partition("\n")[0].removeprefix("# ")
        found.append(Chapter(path.stem.partition("-")[2], title, text))
    return tuple(found)


def mode_of(action: str) -> str:
    """The mode in which an action works that does not work everywhere."""
    return _MODES.get(action.partition(".")[0], "image")
