"""Every direction worth a slider of one model, found in three ways and measured in one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load

from engines.discovery import closed_form, components, examples, naming, supervised
from engines.discovery.bench import open_bench
from engines.discovery.labelling import LABELLED, Sample, label
from engines.discovery.quality import Change, Meter
from engines.evaluate.code_directions import find_codes
from engines.evaluate.judge import Judge, train_judge
from engines.evaluate.pictures import load_real
from engines.evaluate.stages import Hook, Stages
from engines.evaluate.traits import Trait
from engines.protocol.latent import Direction, Examples, Method
from engines.runtime import direction_notes
from engines.runtime.cards import WEIGHTS
from engines.runtime.directions import Way
from engines.runtime.library import Model
from engines.tasks.latent import in_deviations

Floats = NDArray[np.float32]

#: Pictures whose activations are taken apart.
ACTIVATED = 1500
#: How many of each kind are kept, and how many of the unsupervised ones are looked at.
MOST_SUPERVISED, MOST_OTHER, LOOKED_AT = 10, 4, 6
#: A slider whose attribute changes less than this does not do what it says.
LEAST_EFFECT = 0.4
#: A component that changes nothing at all to see is no slider either.
LEAST_SPILL = 0.04
#: Directions closer than this are one.
SAME = 0.7
#: Where boundaries are compared.
REACH = 2.5

STAGES = {"Reading pictures": 20, "Classifier": 75, "Labelling": 70, "Measuring": 90}


@dataclass
class Found:
    """What came out.

    Attributes:
        ways: the directions, supervised ones first.
        examples: seeds by attribute.
        notes: what was dropped and why, a sentence each.
    """

    ways: list[Way] = field(default_factory=list)
    examples: dict[str, Examples] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def find(
    model: Model,
    data: Path,
    *,
    labelled: int = LABELLED,
    threads: int | None = None,
    progress: Hook | None = None,
) -> Found:
    """Find and measure the directions of a model.

    Args:
        model: a picture generator; where it has codes, they are its directions.
        data: what it was trained on, with an ``attributes.jsonl`` where it has no codes.
        labelled: pictures to label.
        threads: for the networks.
        progress: told ``(done, total, what)``.

    Raises:
        EngineError: ``bad_input`` or ``bad_model``.
    """
    if threads is not None:
        import torch

        torch.set_num_threads(threads)
    if model.card.family == "infogan":
        return Found(find_codes(model, data))
    bench = open_bench(model, threads)
    stages = Stages(STAGES, progress)
    stages.begin("Reading pictures")
    real = load_real(data, model.card.size)
    judge = train_judge(real, tick=stages.begin("Classifier"))
    found = Found()
    for trait, accuracy in judge.dropped:
        found.notes.append(
            f"{trait.title} was left out: the classifier tells it too badly on held-out pictures "
            f"({accuracy:.2f})."
        )
    sample = label(bench, judge, labelled, stages.begin("Labelling"))
    meter = Meter(bench, judge, labelled)
    tick = stages.begin("Measuring")
    _add_supervised(found, sample, meter, lambda part: tick(0.6 * part))
    _add_others(found, sample, meter, lambda part: tick(0.6 + 0.4 * part))
    stages.end()
    return found


def _add_supervised(
    found: Found, sample: Sample, meter: Meter, tick: Callable[[float], None]
) -> None:
    judge, space = meter.judge, meter.bench.space
    white = sample.whitening.white(sample.places)
    normals = []
    for trait, answers in zip(judge.traits, sample.answers.T, strict=True):
        yes = answers > 0.5
        if trait.is_scale or yes.all() or not yes.any():
            normals.append(supervised.linear(white, answers))
        else:
            normals.append(supervised.logistic(white, yes))
    found.examples = examples.choose(sample.answers, white, normals, judge, sample.plain)
    measured: list[tuple[Trait, float, Way]] = []
    for place, trait in enumerate(judge.traits):
        others = [normal for i, normal in enumerate(normals) if i != place]
        candidates = [
            in_deviations(space, sample.whitening.back(normal))
            for normal in (
                normals[place],
                supervised.conditional(normals[place], others),
            )
        ]
        way = max(candidates, key=lambda one: meter.quick(one, REACH, place))
        change = meter.measure(way, place)
        tick((place + 1) / len(judge.traits))
        if change.change[place] < LEAST_EFFECT:
            found.notes.append(
                f"{trait.title} was left out: from end to end it changes by "
                f"{float(change.change[place]):.2f} only."
            )
            continue
        info = _describe(trait.title, "supervised", change, place, judge, found.ways)
        worth = change.effect(place) - change.leakage(place, judge)
        measured.append((trait, worth, Way(info, way)))
    for made in _in_turn(measured):
        twin = _twin(made.vectors, found.ways)
        if twin is not None:
            found.notes.append(f"{made.info.title} was left out: it is nearly {twin.info.title}.")
        elif len(found.ways) >= MOST_SUPERVISED:
            found.notes.append(f"{made.info.title} was left out: there are enough without it.")
        else:
            found.ways.append(made)


def _in_turn(measured: list[tuple[Trait, float, Way]]) -> list[Way]:
    """The best of each attribute first, then the others, colours last.

    Not four of hair and none of skin; and who has one slider for the background misses glasses
    more than a second one.
    """
    seen: set[str] = set()
    turns: list[tuple[bool, bool, int, Way]] = []
    for trait, _, way in sorted(measured, key=lambda row: -row[1]):
        again = trait.key in seen
        turns.append((again, again and trait.is_scale, len(turns), way))
        seen.add(trait.key)
    return [turn[-1] for turn in sorted(turns, key=lambda turn: turn[:3])]


def _add_others(found: Found, sample: Sample, meter: Meter, tick: Callable[[float], None]) -> None:
    """The directions that nobody asked for: of the weights, and of the activations."""
    bench = meter.bench
    tensors = load(bench.model.read(WEIGHTS))
    latents = bench.places(range(ACTIVATED))[:, 0]
    features = components.activations(bench, latents)
    by_method: dict[Method, Floats] = {
        "closed_form": closed_form.closed_form(closed_form.layers_of(tensors), LOOKED_AT),
        "pca": components.components(features, latents, LOOKED_AT),
    }
    done = 0
    for method, ways in by_method.items():
        kept = 0
        for number, way in enumerate(ways, 1):
            done += 1
            tick(done / (2 * LOOKED_AT))
            vectors = np.broadcast_to(way, (bench.space.levels, len(way)))
            unit = in_deviations(bench.space, (vectors / np.linalg.norm(vectors)).astype("f4"))
            if kept < MOST_OTHER and _twin(unit, found.ways) is None:
                made = _name(unit, number, method, meter, found.ways)
                if made is not None:
                    found.ways.append(made)
                    kept += 1


def _name(
    unit: Floats, number: int, method: Method, meter: Meter, known: Iterable[Way]
) -> Way | None:
    """A direction measured and named, the way round that its attribute rises."""
    change = meter.measure(unit)
    if float(change.spill.mean()) < LEAST_SPILL:
        return None
    called = naming.name_after(change, meter.judge, number)
    if called.trait is not None and change.change[called.trait] < 0:
        unit = -unit
        change = Change(
            -change.high, -change.low, -change.change, change.spill, change.answers[::-1]
        )
    info = _describe(called.title, method, change, called.trait, meter.judge, known)
    return Way(info, unit)


def _describe(
    title: str,
    method: Method,
    change: Change,
    trait: int | None,
    judge: Judge,
    known: Iterable[Way],
) -> Direction:
    known = list(known)
    title = naming.distinct(title, {way.info.title for way in known})
    info = Direction(
        name=direction_notes.name_of(title, {way.info.name for way in known}),
        title=title,
        method=method,
        low=change.low,
        high=change.high,
    )
    if trait is None:
        return info
    return msgspec.structs.replace(
        info,
        effect=round(change.effect(trait), 3),
        leakage=round(change.leakage(trait, judge), 3),
        monotony=round(change.monotony(trait), 3),
    )


def _twin(vectors: Floats, known: Iterable[Way]) -> Way | None:
    """The direction that is nearly this one, whichever way round."""
    for way in known:
        product = float(np.vdot(way.vectors, vectors))
        if abs(product) > SAME * float(np.linalg.norm(way.vectors) * np.linalg.norm(vectors)):
            return way
    return None
