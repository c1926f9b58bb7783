"""The messages of the protocol, version 2: requests from the window, events from the engine.

Every message is a frozen msgspec struct with a tag; :mod:`engines.protocol.wire` frames them.
A blob of raw bytes may follow a message, either way (pictures when the engine is remote).
"""

from __future__ import annotations

from typing import Any

import msgspec

from engines.music.score import Clip
from engines.protocol.errors import ErrorKind
from engines.protocol.latent import Direction, Examples

PROTOCOL_VERSION = 2


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing a person asked for: queue row, history entry, file metadata and CLI input alike.

    Attributes:
        task: a key of :data:`engines.protocol.tools.TOOLS`.
        model: the model's folder name in the library.
        weights: first 16 hexadecimal digits of the SHA-256 of ``model.safetensors``, or "" for
            "whatever is installed". A mismatch is not an error; it is said in the result's note.
        seed: 0 .. 2**32 - 1. Output number ``i`` of a request uses ``seed + i``.
        params: the parameters declared for the task, by name; missing ones take their default.
        inputs: the pictures it works on: key by name, as :mod:`engines.protocol.inputs` makes
            them. The pixels travel in an :class:`Attach` before the request.
    """

    task: str
    model: str
    seed: int = 0
    weights: str = ""
    params: dict[str, Any] = {}
    inputs: dict[str, str] = {}


class FrameRef(msgspec.Struct, frozen=True):
    """A picture somewhere: in a memory-mapped file, or (path "") in the blob of the message.

    Attributes:
        path: the memory-mapped file; "" when the pixels are in the blob.
        offset: where the picture starts, in bytes.
        length: how many bytes it takes.
        width: pixels.
        height: pixels.
        channels: 3 (RGB), 4 (RGBA) or 1 (a mask), 8 bits each, rows top to bottom without padding.
        encoding: "raw", or "png" / "jpeg" in a blob.
        serial: tells a reader of the memory-mapped file whether the place was written over since.
    """

    path: str
    offset: int
    length: int
    width: int
    height: int
    channels: int = 3
    encoding: str = "raw"
    serial: int = 0


class Output(msgspec.Struct, frozen=True, kw_only=True):
    """One result. Exactly one of ``frame``, ``clip`` and ``file`` is set.

    Attributes:
        request: the request that makes exactly this output again (count 1, its own seed).
        frame: where the picture is.
        clip: the melody.
        file: what the engine wrote on its machine: a film.
        note: one sentence worth telling, or "".
        box: (left, top, width, height) for a picture that is a piece of the request's ``image``:
            where in it the piece belongs, in pixels. The piece is RGBA. Its alpha is how much of
            it replaces what is there; under alpha 0 are the pixels that were there. So laid over
            the picture it is the result, and without its alpha it is the same to look at. None
            for a picture of its own.
    """

    request: Request
    frame: FrameRef | None = None
    clip: Clip | None = None
    file: str = ""
    note: str = ""
    box: tuple[int, int, int, int] | None = None


class ModelInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What a model picker or the library shows of one model.

    Attributes:
        data: what it was trained on, in words.
        parameters: how many numbers the generator has.
        disk: size of the model's folder in bytes.
        trained: the card's training table as it is.
        levels: how many styles a picture of it has, coarsest first; 0 where nothing can be moved.
        directions: what its latent space can be moved along.
        examples: seeds by attribute, as they were found with the directions.
        knobs: names of parameters that only some models of the task take, and this one does.
    """

    name: str
    title: str
    task: str
    family: str
    weights: str
    size: int = 0
    summary: str = ""
    licence: str = ""
    credit: str = ""
    preview: str = ""
    shipped: bool = True
    problem: str = ""
    quality: dict[str, Any] = {}
    data: str = ""
    parameters: int = 0
    disk: int = 0
    trained: dict[str, Any] = {}
    levels: int = 0
    directions: tuple[Direction, ...] = ()
    examples: dict[str, Examples] = {}
    knobs: tuple[str, ...] = ()


# --- from the window -------------------------------------------------------------------------


class ToEngine(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """Base of what the window sends."""


class Attach(ToEngine, frozen=True, tag="attach"):
    """A picture that requests after this one name in their ``inputs``.

    The engine keeps the newest ones within a number of bytes, on a
    :class:`~engines.protocol.inputs.Shelf`; what a job that waits needs is kept with the job.

    Attributes:
        key: the name in requests.
        frame: the pixels. Their file is the engine's to delete, but for a passing picture's.
    """

    key: str
    frame: FrameRef


class Submit(ToEngine, frozen=True, tag="submit"):
    """Append a job to the queue. ``job`` is an id the window makes."""

    job: str
    request: Request


class Cancel(ToEngine, frozen=True, tag="cancel"):
    """Cancel one job by id, pending or running; any other job is left alone."""

    job: str


class Live(ToEngine, frozen=True, tag="live"):
    """Replace whatever waits in the live mailbox; answered by :class:`LiveFrame`."""

    stamp: int
    request: Request


class ListModels(ToEngine, frozen=True, tag="list_models"):
    """Read the library again and answer with :class:`Models`."""


class RemoveDirection(ToEngine, frozen=True, tag="remove_direction"):
    """Delete a direction of the user's own; :class:`Models` follows."""

    model: str
    name: str


class SetThreads(ToEngine, frozen=True, tag="set_threads"):
    """How many threads inference may use, and whether they may spin while waiting."""

    threads: int
    spin: bool = True


class Shutdown(ToEngine, frozen=True, tag="shutdown"):
    """Finish nothing more, exit with code 0."""


# --- from the engine -------------------------------------------------------------------------


class FromEngine(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """Base of what the engine sends."""


class Hello(FromEngine, frozen=True, tag="hello"):
    """The first message, sent before anything heavy is imported."""

    pid: int
    version: str
    protocol: int = PROTOCOL_VERSION


class Ready(FromEngine, frozen=True, tag="ready"):
    """Warm: the back end is imported and the default models are open."""

    backend: str
    seconds: float


class Models(FromEngine, frozen=True, tag="models"):
    """The library."""

    models: list[ModelInfo]


class Started(FromEngine, frozen=True, tag="started"):
    """A job left the queue and runs."""

    job: str


class Progress(FromEngine, frozen=True, tag="progress"):
    """How far a job is. ``seconds_left`` is negative while unknown."""

    job: str
    done: int
    total: int
    seconds_left: float = -1.0
    note: str = ""


class Preview(FromEngine, frozen=True, tag="preview"):
    """An output of a running job, in the order they are made.

    ``finished`` outputs are results already: they are kept even when the job fails or is
    cancelled later, and come once more in :class:`Done`. The others are rough looks ahead.
    """

    job: str
    output: Output
    finished: bool = True


class Done(FromEngine, frozen=True, tag="done"):
    """A job ended well. ``seconds`` is engine time."""

    job: str
    outputs: list[Output]
    seconds: float


class Failed(FromEngine, frozen=True, tag="failed"):
    """A job ended otherwise; ``kind`` "cancelled" is not a fault."""

    job: str
    kind: ErrorKind
    message: str
    advice: str = ""


class LiveFrame(FromEngine, frozen=True, tag="live_frame"):
    """The answer to the newest :class:`Live` request taken from the mailbox."""

    stamp: int
    output: Output
    seconds: float


class LiveFailed(FromEngine, frozen=True, tag="live_failed"):
    """A live request that could not be answered."""

    stamp: int
    kind: ErrorKind
    message: str
    advice: str = ""


WindowMessage = (
    Attach | Submit | Cancel | Live | ListModels | RemoveDirection | SetThreads | Shutdown
)
EngineMessage = (
    Hello | Ready | Models | Started | Progress | Preview | Done | Failed | LiveFrame | LiveFailed
)
