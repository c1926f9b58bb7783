"""Melodies over chords, bar by bar, around the bars that stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from engines.music.bars import parse_bars
from engines.music.chords import Chord, fill_bars, network_indices, parse_chords
from engines.music.composer import (
    EVERY_PITCH,
    SILENCE,
    Array,
    Network,
    Wishes,
    noise_of,
    octaves_into,
    register_of,
    sounded,
    walked,
    write_bars,
)
from engines.music.encoding import Steps, notes_from_steps
from engines.music.kept import Piece, by_bar, joined, kept_pieces
from engines.music.pitches import pitch_name
from engines.music.ranking import best, judge, reason
from engines.music.score import BAR_STEPS, Clip, Note
from engines.protocol.errors import bad_input
from engines.runtime.backend import Session, width
from engines.runtime.context import Context
from engines.runtime.results import Result

if TYPE_CHECKING:
    from engines.protocol.messages import Request

SEEDS = 2**32
#: Semitones that a range of pitches has at least: less holds no scale.
LEAST_RANGE = 11


@dataclass(frozen=True)
class Plan:
    """A request, understood.

    Attributes:
        chords: one a bar.
        triads: (bars,) what the network reads of them.
        locked: bars that stand, sorted, from 0.
        pieces: the notes in them.
        seeds: for each bar the seed that wrote what is there, -1 for none.
        wishes: what is asked of the new bars.
    """

    chords: list[Chord]
    triads: NDArray[np.int64]
    locked: tuple[int, ...]
    pieces: list[Piece]
    seeds: list[int]
    wishes: Wishes


def compose(request: Request, context: Context) -> list[Result]:
    """Write ``count`` melodies, number ``i`` from the seed ``seed + i``.

    Each is computed on its own, so that the request of a single one gives the same notes again.

    Args:
        request: with every parameter filled in, as :func:`engines.tasks.run` passes it.
        context: told about every melody as it is made, and about progress after every bar.

    Raises:
        EngineError: kind ``bad_input``: a chord or a list of bars that is none, nothing left to
            write, a range that is too narrow, or a model that cannot do what is wished.
    """
    params = request.params
    plan = understand(params)
    session = context.session(request.model)
    network = _network(request, session, context)
    plan = _in_register(plan, network, width(session, "z"))
    results: list[Result] = []
    for number in range(params["count"]):
        seed = (request.seed + number) % SEEDS
        single = msgspec.structs.replace(request, seed=seed, params={**params, "count": 1})
        place = (number, params["count"])
        results.append(_take(single, plan, network, width(session, "z"), (context, place)))
        context.preview(results[-1])
    return results


def understand(params: dict[str, Any]) -> Plan:
    """Check what only this task can check.

    Args:
        params: complete, as :func:`engines.protocol.params.resolve` gives them.

    Raises:
        EngineError: see :func:`compose`.
    """
    bars: int = params["bars"]
    chords = fill_bars(parse_chords(params["chords"]), bars)
    locked = parse_bars(params["locks"], bars)
    if len(locked) == bars:
        raise bad_input(
            "Every bar is locked, so there is none to write.",
            "Unlock one, or make the melody longer.",
        )
    allowed = (params["lowest"], params["highest"])
    if allowed[1] - allowed[0] < LEAST_RANGE:
        raise bad_input(
            f"Lowest note {pitch_name(allowed[0])} and highest note {pitch_name(allowed[1])} leave "
            "too little room.",
            f"Let at least {LEAST_RANGE} semitones lie between them.",
        )
    bar_steps = BAR_STEPS[params["meter"]]
    pieces = kept_pieces((Note(*each) for each in params["kept"]), locked, bar_steps)
    wishes = Wishes(
        bar_steps=bar_steps,
        density=params["density"],
        temperature=params["temperature"],
        allowed=allowed,
        kept=by_bar(pieces, locked, bar_steps),
    )
    seeds = [*params["kept_seeds"][:bars], *[-1] * (bars - len(params["kept_seeds"]))]
    return Plan(chords, np.array(network_indices(chords)), locked, pieces, seeds, wishes)


def _network(request: Request, session: Session, context: Context) -> Network:
    """The model as a function of noise, chord and bar before.

    Raises:
        EngineError: ``bad_input``, when it cannot be told to be creative.
    """
    creativity = request.params["creativity"]
    told = "creativity" in session.inputs
    if creativity > 0.0 and not told:
        raise bad_input(
            f"The model {request.model} was not trained to take creativity.",
            "Set it to 0, or choose a model that was.",
        )

    def network(z: Array, chord: Array, previous: Array) -> Array:
        context.check_cancelled()
        arrays = {"z": z, "chord": chord, "previous": previous}
        if told:
            arrays["creativity"] = np.full((len(z), 1), creativity, np.float32)
        return session.run(**arrays)["roll"]

    return network


def _in_register(plan: Plan, network: Network, z_size: int) -> Plan:
    """The plan with where the network sings, found out only where that matters."""
    wishes = plan.wishes
    if wishes.allowed == EVERY_PITCH and not plan.pieces:
        return plan
    mass = sounded(network, z_size)
    shift = 0 if wishes.allowed == EVERY_PITCH else octaves_into(mass, wishes.allowed)
    settled = replace(wishes, register=register_of(mass), shift=shift)
    return replace(plan, wishes=settled)


def candidate_seeds(seed: int, count: int) -> list[int]:
    """The seeds of a take's candidates: its own first, the others derived from it."""
    others = np.random.SeedSequence(seed).generate_state(max(count - 1, 1)).tolist()
    return [seed, *others[: count - 1]]


def _take(
    request: Request,
    plan: Plan,
    network: Network,
    z_size: int,
    telling: tuple[Context, tuple[int, int]],
) -> Result:
    """One melody, of number ``telling[1][0]`` of ``telling[1][1]``; the best of its candidates."""
    context, (number, count) = telling
    params = request.params
    seeds = candidate_seeds(request.seed, params["best_of"])
    bars = len(plan.chords)
    draws = iter(_noise(plan, seeds, params["variation"], z_size))
    triads = np.tile(plan.triads, (len(seeds), 1))  # (candidates, bars)
    written: list[Steps] = []
    for steps in write_bars(
        network,
        lambda: next(draws),
        triads,
        params["smoothness"],
        params["in_key"],
        wishes=plan.wishes,
    ):
        written.append(steps)
        context.progress(number * bars + len(written), count * bars)
    melodies = np.stack(written, axis=1)  # (candidates, bars, steps)
    chosen, note = _best(melodies, plan) if len(seeds) > 1 else (0, "")
    return Result(request, clip=_clip(melodies[chosen], seeds[chosen], plan, params), note=note)


def _noise(plan: Plan, seeds: Sequence[int], variation: float, z_size: int) -> list[Array]:
    """(candidates, z_size) for every bar."""
    bars = len(plan.chords)
    rows = [noise_of(seed, bars, z_size) for seed in seeds]
    if variation < 1.0:
        rows = [walked(row, plan.seeds, variation) for row in rows]
    return list(np.stack(rows, axis=1))


def _best(melodies: NDArray[np.uint8], plan: Plan) -> tuple[int, str]:
    """Index of the best candidate, and the sentence on why."""
    sounding = np.flatnonzero((melodies[0] != SILENCE).all(axis=1))  # the same in every candidate
    first = int(sounding[0])  # silence is at the start or nowhere
    locked = [bar - first for bar in plan.locked if bar >= first]
    without = () if plan.wishes.density == 0.0 else ("notes_per_bar",)
    triads = plan.triads[first:]
    verdicts = [judge(steps[first:], triads, locked, without) for steps in melodies]
    index = best(verdicts)
    return index, reason(len(melodies), verdicts[index])


def _clip(steps: Steps, seed: int, plan: Plan, params: dict[str, Any]) -> Clip:
    """The melody of new bars and of those that stand."""
    walks = params["variation"] < 1.0
    bars = range(len(plan.chords))
    written = [seed if not walks or plan.seeds[bar] < 0 else plan.seeds[bar] for bar in bars]
    return Clip(
        bars=len(bars),
        tempo=float(params["tempo"]),
        chords=tuple(str(chord) for chord in plan.chords),
        notes=joined(plan.pieces, _new_notes(steps, plan, params)),
        meter=params["meter"],
        seeds=tuple(plan.seeds[b] if b in plan.wishes.kept else written[b] for b in bars),
    )


def _new_notes(steps: Steps, plan: Plan, params: dict[str, Any]) -> list[Note]:
    """The notes of the bars that do not stand; over a bar line between two such they are held."""
    notes: list[Note] = []
    size = plan.wishes.bar_steps
    edges = [-1, *plan.locked, len(plan.chords)]
    for first, end in zip((edge + 1 for edge in edges), edges[1:], strict=False):
        own = notes_from_steps(
            steps[first:end].reshape(-1),
            params["restrike"],
            plan.chords[first:end],
            bar_steps=size,
        )
        notes += [msgspec.structs.replace(n, start=n.start + first * size) for n in own]
    return notes
