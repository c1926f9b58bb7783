"""``duet-engine compose``: a melody over chords, new or going on from one that exists."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engines.commands import Report, task
from engines.protocol.errors import EngineError, bad_input
from engines.protocol.params import IntParam, resolve
from engines.protocol.tools import COMPOSE
from engines.runtime import device

if TYPE_CHECKING:
    from engines.music.score import Clip
    from engines.protocol.messages import Request

#: How far a melody goes on from a primer when nobody says how long it is to be.
BARS_MORE = 8


def add_arguments(parser: ArgumentParser, command: str) -> None:
    """Declare the options: those of the tool, and what it goes on from."""
    task.add_arguments(parser, command, without=("locks",))
    parser.add_argument(
        "--primer",
        metavar="FILE.mid",
        help=f"go on from this melody: its bars come first and stay as they are (up to --bars, "
        f"{BARS_MORE} more by default); its chords, tempo and meter unless others are given",
    )
    parser.add_argument(
        "--lock",
        dest="locks",
        metavar="BARS",
        help="which bars of the primer stay as they are, as in 1-4,7; all others are written "
        "anew, and the melody is as long as the primer",
    )


def run(options: Namespace) -> Report:
    """Check everything that can be checked, compute, write."""
    device.limit_numpy_threads()  # Before numpy comes in with what follows.
    from engines.tasks.compose import understand

    targets, request = task.prepare(options, COMPOSE)
    if options.primer:
        request = _going_on(request, options)
    elif options.locks and not request.params.get("kept"):
        raise bad_input("There is nothing to lock yet.", "Give --primer: a MIDI file to keep.")
    understand(resolve(COMPOSE, request.params))  # It complains before a model is opened.
    results, seconds = task.compute(request, options, COMPOSE)
    paths = [path for target in targets for path in target.write(results)]
    return task.report(request, results, paths, seconds)


def _going_on(request: Request, options: Namespace) -> Request:
    """The request with a primer's notes kept, and what it says where the options say nothing.

    Raises:
        EngineError: ``bad_input``, for a file that is none, or is as long as the melody already.
    """
    import msgspec

    from engines.music.bars import print_bars
    from engines.music.chords import NO_CHORD

    clip = read_primer(Path(options.primer))
    own: dict[str, Any] = {"meter": clip.meter, "tempo": round(clip.tempo)}
    if any(chord != NO_CHORD for chord in clip.chords):
        own["chords"] = " ".join(clip.chords)
    own["bars"] = clip.bars if options.locks else clip.bars + BARS_MORE
    bars, tempo = (_param(name) for name in ("bars", "tempo"))
    own["bars"] = min(own["bars"], bars.maximum)
    own["tempo"] = min(max(own["tempo"], tempo.minimum), tempo.maximum)
    params = {**request.params}
    for name, value in own.items():
        if getattr(options, name) is None:
            params[name] = value
    if not options.locks:
        if clip.bars >= params["bars"]:
            raise bad_input(
                f"The primer has {clip.bars} bars already, and --bars asks for {params['bars']}.",
                f"Ask for up to {bars.maximum}, or say with --lock which to keep.",
            )
        params["locks"] = print_bars(range(clip.bars))
    params["kept"] = [[n.start, n.length, n.pitch, n.velocity] for n in clip.notes]
    params["kept_seeds"] = list(clip.seeds)
    return msgspec.structs.replace(request, params=params)


def read_primer(path: Path) -> Clip:
    """The melody of a MIDI file.

    Raises:
        EngineError: ``bad_input``, naming the file.
    """
    from engines.music.files.midi import from_midi

    try:
        return from_midi(path.read_bytes())
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise bad_input(f"Cannot read the primer {path}: {reason}.", "Give a MIDI file.") from error
    except EngineError as error:
        raise bad_input(f"{path}: {error.message}", error.advice) from error


def _param(name: str) -> IntParam:
    found = next(param for param in COMPOSE.params if param.name == name)
    assert isinstance(found, IntParam)
    return found
