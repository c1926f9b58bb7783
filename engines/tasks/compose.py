"""Melodies over chords, bar by bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from engines.music.chords import Chord, fill_bars, network_indices, parse_chords
from engines.music.composer import Array, normal_noise, write_bars
from engines.music.encoding import notes_from_steps
from engines.music.score import Clip
from engines.runtime.backend import Session, width
from engines.runtime.context import Context
from engines.runtime.results import Result

if TYPE_CHECKING:
    from engines.protocol.messages import Request

SEEDS = 2**32


def compose(request: Request, context: Context) -> list[Result]:
    """Write ``count`` melodies, number ``i`` from the seed ``seed + i``.

    Each is computed on its own, so that the request of a single one gives the same notes again.

    Args:
        request: with every parameter filled in, as :func:`engines.tasks.run` passes it.
        context: told about every melody as it is made, and about progress after every bar.

    Raises:
        EngineError: kind ``bad_input``, for a chord that is none.
    """
    params = request.params
    chords = fill_bars(parse_chords(params["chords"]), params["bars"])
    session = context.session(request.model)
    results: list[Result] = []
    for number in range(params["count"]):
        seed = (request.seed + number) % SEEDS
        single = msgspec.structs.replace(request, seed=seed, params={**params, "count": 1})
        clip = _melody(single, chords, session, context, (number, params["count"]))
        results.append(Result(single, clip=clip))
        context.preview(results[-1])
    return results


def _melody(
    request: Request,
    chords: list[Chord],
    session: Session,
    context: Context,
    place: tuple[int, int],
) -> Clip:
    """One melody, of number ``place[0]`` of ``place[1]``."""
    number, count = place

    def network(z: Array, chord: Array, previous: Array) -> Array:
        context.check_cancelled()
        return session.run(z=z, chord=chord, previous=previous)["roll"]

    params = request.params
    triads = np.array([network_indices(chords)])  # (1, bars)
    noise = normal_noise(request.seed, width(session, "z"))
    bars = []
    for steps in write_bars(network, noise, triads, params["smoothness"], params["in_key"]):
        bars.append(steps[0])
        context.progress(number * len(chords) + len(bars), count * len(chords))
    return Clip(
        bars=len(chords),
        tempo=float(params["tempo"]),
        chords=tuple(str(chord) for chord in chords),
        notes=notes_from_steps(np.concatenate(bars), params["restrike"], chords),
    )
