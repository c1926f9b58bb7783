"""``duet-engine``: everything the studio can do, without a window.

Exit codes: 0 done, 1 a fault of Duet or of the machine, 2 bad input, 3 cancelled. A failure is
one line on stderr.
"""

from __future__ import annotations

import io
import json
import os
import sys
import traceback

from engines.commands import COMMANDS, Report
from engines.protocol.errors import EXIT_CODES, EngineError, bad_input, cancelled

PROGRAM = "duet-engine"


def main(arguments: list[str] | None = None) -> int:
    """Carry out one command line.

    Args:
        arguments: without the program's name; ``sys.argv`` by default.

    Returns:
        the exit code.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # for terminals that know no ψ
    try:
        return _dispatch(given)
    except EngineError as error:
        return _fail(error, given)
    except KeyboardInterrupt:
        return _fail(cancelled(), given)
    except BrokenPipeError:
        # Whoever read our output has seen enough; keep Python from complaining at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001  the process boundary
        traceback.print_exc()
        internal = EngineError(
            "internal",
            f"A fault in Duet stopped this: {type(error).__name__}: {error}.",
            "Please report it with the lines above.",
        )
        return _fail(internal, given)


def _dispatch(arguments: list[str]) -> int:
    if not arguments:
        raise bad_input("What to do is missing.", f"Choose one of {', '.join(COMMANDS)}.")
    name, rest = arguments[0], arguments[1:]
    if name in ("-h", "--help", "help"):
        print(_help())
        return 0
    if name == "--version":
        print(_version())
        return 0
    if name not in COMMANDS:
        import difflib

        near = difflib.get_close_matches(name, COMMANDS, n=1)
        advice = f"Did you mean {near[0]!r}?" if near else f"Choose one of {', '.join(COMMANDS)}."
        raise bad_input(f"{PROGRAM} has no command called {name!r}.", advice)
    return _carry_out(name, rest)


def _carry_out(name: str, arguments: list[str]) -> int:
    command = COMMANDS[name]
    if command.takes_over:
        return command.take_over(arguments)

    from engines.commands.parser import Parser

    module = command.load()
    parser = Parser(prog=f"{PROGRAM} {name}", description=f"{command.summary}.".capitalize())
    module.add_arguments(parser, name)
    options = parser.parse(arguments)
    report = module.run(options)
    _print(report, as_json=getattr(options, "json", False))
    return report.code


def _print(report: Report, as_json: bool) -> None:
    if as_json:
        print(json.dumps(report.data, default=str))
    else:
        for line in report.lines:
            print(line)
    sys.stdout.flush()


def _fail(error: EngineError, arguments: list[str]) -> int:
    """Say what went wrong: a line on stderr, and an object on stdout for ``--json``."""
    line = " ".join(str(error).split())
    print(f"{PROGRAM}: {line}", file=sys.stderr)
    if "--json" in arguments:
        told = {"kind": error.kind, "message": error.message, "advice": error.advice}
        print(json.dumps({"error": told}), flush=True)
    return EXIT_CODES[error.kind]


def _help() -> str:
    rows = [f"  {PROGRAM} {c.name} {c.usage}\n        {c.summary}" for c in COMMANDS.values()]
    return "\n".join(
        [
            f"usage: {PROGRAM} COMMAND ...",
            "",
            *rows,
            "",
            f"`{PROGRAM} COMMAND --help` lists every option.",
            "Exit codes: 0 done, 1 a fault of Duet or of the machine, 2 bad input, 3 cancelled.",
        ]
    )


def _version() -> str:
    from importlib import metadata

    return f"{PROGRAM} {metadata.version('duet-studio')}"


if __name__ == "__main__":
    sys.exit(main())
