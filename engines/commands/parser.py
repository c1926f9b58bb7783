"""An argument parser that complains in one line, as every other part of Duet does."""

from __future__ import annotations

import argparse
import difflib
from typing import Any, NoReturn

from engines.protocol.errors import bad_input


class Parser(argparse.ArgumentParser):
    """argparse with our errors, and a suggestion when an option is misspelt."""

    def __init__(self, **settings: Any) -> None:
        settings.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(allow_abbrev=False, **settings)

    def parse(self, arguments: list[str]) -> argparse.Namespace:
        """Parse a command line.

        Raises:
            EngineError: kind ``bad_input``.
        """
        options, rest = self.parse_known_args(arguments)
        if rest:
            raise bad_input(f"There is no option {rest[0]!r} here.", self._near(rest[0]))
        return options

    def error(self, message: str) -> NoReturn:
        """Raise what argparse would print.

        Raises:
            EngineError: kind ``bad_input``.
        """
        sentence = message[:1].upper() + message[1:].rstrip(".")
        raise bad_input(f"{sentence}.", f"See `{self.prog} --help`.")

    def _near(self, option: str) -> str:
        known = [text for action in self._actions for text in action.option_strings]
        near = difflib.get_close_matches(option.partition("=")[0], known, n=1)
        return f"Did you mean {near[0]}?" if near else f"See `{self.prog} --help`."
