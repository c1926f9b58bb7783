"""One file per thing a user asks for; numpy in, numpy out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import msgspec

from engines.protocol.errors import EngineError, bad_input
from engines.protocol.messages import Request
from engines.protocol.params import SEED_MAX, Tool, resolve
from engines.protocol.tools import TOOLS
from engines.runtime.context import Context
from engines.runtime.results import Result
from engines.tasks.compose import compose
from engines.tasks.generate import generate
from engines.tasks.inpaint import inpaint
from engines.tasks.latent import direction, latent
from engines.tasks.project import project
from engines.tasks.sketch import sketch
from engines.tasks.walk import walk

Task = Callable[[Request, Context], list[Result]]

#: What carries out each tool. A task gets requests that :func:`prepare` has completed.
TASKS: dict[str, Task] = {
    "generate": generate,
    "compose": compose,
    "inpaint": inpaint,
    "latent": latent,
    "direction": direction,
    "project": project,
    "sketch": sketch,
    "walk": walk,
}


def prepare(request: Request, context: Context) -> tuple[Request, str]:
    """Check a request and spell it out: parameters, and the hash of the weights installed.

    Returns:
        the complete request, and a note when it was made with other weights than those here.

    Raises:
        EngineError: ``bad_input`` or ``bad_model``; nothing was computed yet.
    """
    tool = find_tool(request.task)
    if not 0 <= request.seed <= SEED_MAX:
        raise bad_input(f"The seed cannot be {request.seed}.", f"Choose between 0 and {SEED_MAX}.")
    params = resolve(tool, request.params)
    if not tool.needs_model(params):
        return msgspec.structs.replace(request, params=params, model="", weights=""), ""
    model = context.model(request.model, tool.models)
    complete = msgspec.structs.replace(request, params=params, weights=model.card.weights)
    if request.weights in ("", model.card.weights):
        return complete, ""
    return complete, (
        f"Made with the weights {model.card.weights} of {request.model}; "
        f"the request names {request.weights}, so the result can differ."
    )


def find_tool(task: str) -> Tool:
    """The declaration of a task that can be carried out.

    Raises:
        EngineError: ``bad_input``, with the nearest name.
    """
    if task in TASKS:
        return TOOLS[task]
    import difflib  # Not needed where names are right.

    near = difflib.get_close_matches(task, TASKS, n=1)
    advice = f"Did you mean {near[0]!r}?" if near else f"Choose one of {', '.join(TASKS)}."
    raise bad_input(f"There is no task called {task!r}.", advice)


def run(request: Request, context: Context) -> list[Result]:
    """Carry out a request.

    Raises:
        EngineError: of any kind, with a sentence for people.
    """
    complete, note = prepare(request, context)
    try:
        results = TASKS[complete.task](complete, context)
    except MemoryError as error:
        raise EngineError(
            "out_of_memory",
            "There was not enough memory for this.",
            "Close other programs, or ask for less at a time.",
        ) from error
    if not note:
        return results
    return [_with_note(result, note) for result in results]


def _with_note(result: Result, note: str) -> Result:
    joined = f"{result.note} {note}".strip()
    return replace(result, note=joined)
