"""The request of a task command: from its options, from a saved one, or from both."""

from __future__ import annotations

import secrets
from argparse import ArgumentParser, BooleanOptionalAction, Namespace
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import msgspec

from engines.music.pitches import parse_pitch
from engines.protocol.errors import EngineError, bad_input
from engines.protocol.messages import Request
from engines.protocol.params import (
    SEED_MAX,
    AnyParam,
    BoolParam,
    ChoiceParam,
    FloatParam,
    IntParam,
    TextParam,
    Tool,
    resolve,
)

#: The first bytes of files that can hold a request, beside plain JSON.
PNG, MIDI = b"\x89PNG\r\n\x1a\n", b"MThd"

#: A request is a few hundred bytes; anything much longer is another kind of file.
MOST_BYTES = 2**20


def add_options(parser: ArgumentParser, tool: Tool, without: Collection[str] = ()) -> None:
    """Declare an option for every parameter of a tool, and those of every request.

    Args:
        parser: of the command.
        tool: whose parameters.
        without: those that get none here.
    """
    parser.add_argument(
        "--model", metavar="M", help=f"name or folder of the model (default {tool.default_model})"
    )
    parser.add_argument(
        "--seed", type=_seed, metavar="S", help=f"0 to {SEED_MAX}; a random one if left out"
    )
    parser.add_argument(
        "--request",
        metavar="FILE",
        help="start from a saved request: JSON, or a file that Duet wrote; options override it",
    )
    for param in tool.params:
        if param.name not in without:
            _add_option(parser, param)


def build_request(options: Namespace, tool: Tool, single: bool) -> Request:
    """The request that a command line asks for; ranges are checked, the model is not.

    Args:
        options: parsed with :func:`add_options`.
        tool: whose command it is.
        single: whether one result is asked for unless a count is given.

    Raises:
        EngineError: ``bad_input``, naming the option or the file.
    """
    request = _start(options, tool)
    given = {p.name: getattr(options, p.name, None) for p in tool.params}
    params = {name: value for name, value in given.items() if value is not None}
    for name, value in params.items():
        _check(tool, name, value)
    counted = any(param.name == "count" for param in tool.params)
    if single and counted and "count" not in params and not options.request:
        params["count"] = 1
    changes: dict[str, Any] = {"params": {**request.params, **params}}
    if options.model is not None:
        changes |= {"model": options.model, "weights": ""}
    if options.seed is not None:
        changes["seed"] = options.seed
    return msgspec.structs.replace(request, **changes)


def read_request(path: Path) -> Request:
    """A saved request, from whatever kind of file holds it.

    Raises:
        EngineError: ``bad_input``, naming the file.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise bad_input(f"Cannot read the request {path}: {reason}.") from error
    if data.startswith(PNG):
        from engines.runtime.pictures import read_png_request

        return read_png_request(path)
    if data.startswith(MIDI):
        from engines.music.files.midi import request_of

        data = request_of(data).encode()
    try:
        return msgspec.json.decode(data, type=Request)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise bad_input(
            f"The request in {path} cannot be read: {error}.",
            "Give a request saved as JSON, or a PNG or MIDI file that Duet wrote.",
        ) from error


def _start(options: Namespace, tool: Tool) -> Request:
    if not options.request:
        seed = secrets.randbelow(SEED_MAX + 1)
        return Request(task=tool.task, model=tool.default_model, seed=seed)
    request = read_request(Path(options.request))
    if request.task != tool.task:
        raise bad_input(
            f"The request in {options.request} is for {request.task!r}, not {tool.task!r}.",
            f"Run it with `duet-engine {request.task}`.",
        )
    return request


def _check(tool: Tool, name: str, value: object) -> None:
    try:
        resolve(tool, {name: value})
    except EngineError as error:
        raise bad_input(f"{_option(name)}: {error.message}", error.advice) from None


def _add_option(parser: ArgumentParser, param: AnyParam) -> None:
    option, text = _option(param.name), param.help.replace("%", "%%")
    match param:
        case BoolParam():
            parser.add_argument(option, action=BooleanOptionalAction, default=None, help=text)
        case IntParam(format="pitch"):
            span = f"a note such as C4, or {param.minimum} to {param.maximum}"
            parser.add_argument(
                option, type=_number(_pitch), metavar="NOTE", help=f"{text} ({span})"
            )
        case IntParam():
            span = f"{param.minimum} to {param.maximum}, default {param.default}"
            parser.add_argument(option, type=_number(int), metavar="N", help=f"{text} ({span})")
        case FloatParam():
            span = f"{param.minimum} to {param.maximum}, default {param.default}"
            parser.add_argument(option, type=_number(float), metavar="X", help=f"{text} ({span})")
        case ChoiceParam():
            span = f"{', '.join(param.choices)}; default {param.default}"
            parser.add_argument(option, metavar="WORD", help=f"{text} ({span})")
        case TextParam():
            parser.add_argument(option, metavar="TEXT", help=f"{text} (default {param.default!r})")


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")


def _seed(text: str) -> int:
    if text.isdecimal() and int(text) <= SEED_MAX:
        return int(text)
    raise bad_input(f"--seed cannot be {text!r}.", f"Give a whole number between 0 and {SEED_MAX}.")


def _pitch(text: str) -> int:
    """A MIDI pitch by its number or its name."""
    return int(text) if text.lstrip("-").isdecimal() else parse_pitch(text)


def _number(kind: Callable[[str], int | float]) -> Callable[[str], int | float | str]:
    def convert(text: str) -> int | float | str:
        """The number, or the text as it is: the check that follows says what is expected."""
        try:
            return kind(text)
        except ValueError:
            return text

    return convert
