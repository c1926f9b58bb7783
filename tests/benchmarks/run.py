"""Measure, and write RESULTS.md.

    .venv/bin/python tests/benchmarks/run.py                 everything
    .venv/bin/python tests/benchmarks/run.py start compose   some of it
    .venv/bin/python tests/benchmarks/run.py --dry start     print only

Leave the machine alone meanwhile: whatever else runs is measured too.
"""

from __future__ import annotations

import argparse
import importlib
import subprocess
import sys

import results

#: Module by name; each has ``measure() -> list[Figure]``.
NAMES = (
    "start",
    "frame",
    "slider",
    "latent",
    "window",
    "compose",
    "melodies",
    "playback",
    "paint",
    "canvas",
    "inpaint",
    "walk",
    "roll",
    "training",
)


def main(arguments: list[str]) -> int:
    """Measure what was asked for; the result is the exit code."""
    parser = argparse.ArgumentParser(description="Measure Duet on this machine.")
    parser.add_argument("names", nargs="*", help=f"of {', '.join(NAMES)}; default: all")
    parser.add_argument("--dry", action="store_true", help="print, and leave RESULTS.md alone")
    options = parser.parse_args(arguments)
    unknown = set(options.names) - set(NAMES)
    if unknown:
        parser.error(f"there is no benchmark called {', '.join(sorted(unknown))}")
    names = options.names or NAMES
    if len(names) > 1:  # each in a process of its own: memory and caches are then nobody else's
        command = [sys.executable, __file__, *(["--dry"] if options.dry else [])]
        codes = [subprocess.run([*command, name], check=False).returncode for name in names]
        return int(any(codes))
    missed = 0
    for name in names:
        where = results.machine()
        figures = importlib.import_module(f"bench_{name}").measure()
        for figure in figures:
            verdict = {None: "", True: "met", False: "MISSED"}[figure.met]
            print(f"{figure.name}: {figure.measured}  {figure.goal} {verdict}".rstrip(), flush=True)
            missed += figure.met is False
        if not options.dry:
            results.write(figures, f"tests/benchmarks/run.py {name}", where)
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
