"""Does A - B + C do what it says: is the attribute there, and is everything else as it was in C?

Radford et al. 2016, section 6.3.2: each of the three is the average of three pictures, A shows an
attribute, B are counterparts without it, C are others without it. The wells A and B are drawn from
the examples that were found with the model's directions, C from seeds that nothing was fitted to.
Beside it stands a move of C by the same length in a way that chance decides.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engines.evaluate.figures import Figure, flatten
from engines.evaluate.judge import Answers, Judge, train_judge
from engines.evaluate.pictures import Pictures, load_real
from engines.evaluate.sampling import find_model
from engines.evaluate.stages import Hook, Stages
from engines.protocol.errors import bad_input
from engines.protocol.latent import Anchor, Examples, Point
from engines.runtime import direction_notes
from engines.runtime.backend import Session, make_backend
from engines.runtime.latent import LatentSpace
from engines.runtime.library import Model
from engines.tasks.generate import to_pixels

Floats = NDArray[np.float32]

TRIPLES = 200
#: Pictures in each well.
WELL = 3
#: Seeds that the wells C are drawn from, far from those that directions are fitted to.
FIRST, POOL = 100_000, 300
#: What the judge must say of a picture in C: it lacks the attribute.
LACKS = 0.2
#: A scale that moves less than this is as it was.
SAME = 0.25
REACHED_TARGET, KEPT_TARGET = 0.8, 0.7
#: What every figure of this file begins with: how they are told from others on a card.
PREFIX = "arithmetic_"

STAGES = {"Reading pictures": 20, "Classifier": 75, "Pictures without": 10, "Arithmetic": 30}


@dataclass(frozen=True)
class Triple:
    """What one sum is made of.

    Attributes:
        trait: the place of the attribute among the judge's.
        a: seeds that show it.
        b: seeds that lack it.
        c: other seeds that lack it.
    """

    trait: int
    a: tuple[int, ...]
    b: tuple[int, ...]
    c: tuple[int, ...]

    @property
    def point(self) -> Point:
        """A - B + C."""
        return _blend((self.a, 1), (self.b, -1), (self.c, 1))

    @property
    def start(self) -> Point:
        """C alone."""
        return _blend((self.c, 1))


def evaluate_arithmetic(
    model_dir: Path,
    data: Path,
    *,
    triples: int = TRIPLES,
    seed: int = 0,
    threads: int | None = None,
    progress: Hook | None = None,
) -> dict[str, Any]:
    """Measure a model's arithmetic on the attributes that it has a direction for.

    Args:
        model_dir: the model's folder, with its directions.
        data: what it was trained on, with attributes.
        triples: how many sums.
        seed: of the choice, and of the classifier.
        threads: for the networks.
        progress: told ``(done, total, what)``.

    Returns:
        Figures by flat name, all of which begin with :data:`PREFIX`, and notes; JSON-able.

    Raises:
        EngineError: ``bad_input``, when no directions were found for the model yet.
    """
    began = time.monotonic()
    model = find_model(model_dir, "generate")
    examples = direction_notes.examples(model)
    if not examples:
        raise bad_input(
            f"{model.card.name} has no examples by attribute.",
            "Find its directions first: `duet-engine latent directions --find --write`.",
        )
    if threads is not None:
        import torch

        torch.set_num_threads(threads)
    stages = Stages(STAGES, progress)
    stages.begin("Reading pictures")
    real = load_real(data, model.card.size)
    judge = train_judge(real, seed=seed, tick=stages.begin("Classifier"))
    session = make_backend("onnx", threads=threads, spin=False).open(model)
    space = LatentSpace(model, session)
    tick = stages.begin("Pictures without")
    pool = range(FIRST, FIRST + POOL)
    places = [space.place(Point(), one) for one in pool]
    answers = judge.read(render(space, session, places, tick))
    asked = _asked(model, judge, examples)
    rng = np.random.default_rng(seed)
    chosen = choose(judge, examples, asked, pool, answers, triples, rng)
    tick = stages.begin("Arithmetic")
    figures = measure(space, session, judge, chosen, rng, tick)
    stages.end()
    return {
        **flatten(figures),
        f"{PREFIX}triples": len(chosen),
        f"{PREFIX}seconds": round(time.monotonic() - began, 1),
    }


def _asked(model: Model, judge: Judge, examples: dict[str, Examples]) -> list[int]:
    """The yes-or-no traits that the model can be steered in, by their places."""
    steered = {info.title for info in direction_notes.listed(model) if info.method == "supervised"}
    found = [
        place
        for place, trait in enumerate(judge.traits)
        if trait.name in examples and trait.title in steered and not trait.is_scale
    ]
    if not found:
        raise bad_input(
            f"{model.card.name} has no direction for anything that pictures have or lack.",
            "Measure another model.",
        )
    return found


def choose(
    judge: Judge,
    examples: dict[str, Examples],
    asked: Sequence[int],
    pool: Sequence[int],
    answers: Answers,
    count: int,
    rng: np.random.Generator,
) -> list[Triple]:
    """Sums by chance, each attribute as often as the others.

    Args:
        judge: whose traits those are.
        examples: seeds by attribute.
        asked: the traits to ask for.
        pool: seeds for C.
        answers: (pool, T) what those show.
        count: how many sums.
        rng: decides.
    """
    triples = []
    for number in range(count):
        trait = asked[number % len(asked)]
        one = examples[judge.traits[trait].name]
        pairs = rng.choice(min(len(one.having), len(one.lacking)), WELL, replace=False)
        free = np.flatnonzero(answers[:, trait] < LACKS)
        c = tuple(pool[int(i)] for i in rng.choice(free, WELL, replace=False))
        a = tuple(one.having[int(i)] for i in pairs)
        b = tuple(one.lacking[int(i)] for i in pairs)
        triples.append(Triple(trait, a, b, c))
    return triples


def measure(
    space: LatentSpace,
    session: Session,
    judge: Judge,
    triples: Sequence[Triple],
    rng: np.random.Generator,
    tick: Callable[[float], None] | None = None,
) -> list[Figure]:
    """The figures of sums, beside those of random moves as long."""
    start = [space.place(triple.start, 0) for triple in triples]
    sums = [space.place(triple.point, 0) for triple in triples]
    moved = [_random_move(space, triple, rng) for triple in triples]
    pictures = render(space, session, [*start, *sums, *moved], tick)
    before, after, chance = np.split(judge.read(pictures), 3)
    traits = np.array([triple.trait for triple in triples])
    rows = np.arange(len(triples))
    reached, by_chance = after[rows, traits] > 0.5, chance[rows, traits] > 0.5
    kept = [_kept(judge, t, old, new) for t, old, new in zip(traits, before, after, strict=True)]
    kept_by_chance = [
        _kept(judge, t, old, new) for t, old, new in zip(traits, before, chance, strict=True)
    ]
    unrelated = [
        _kept(judge, t, old, new)
        for t, old, new in zip(traits, before, np.roll(before, 1, axis=0), strict=True)
    ]
    share = float(np.mean(reached))
    figures = [
        Figure(f"{PREFIX}reached_share", share, at_least=REACHED_TARGET),
        Figure(f"{PREFIX}reached_by_random_move_share", float(np.mean(by_chance))),
        Figure(
            f"{PREFIX}kept_share",
            float(np.mean(kept)),
            floor=float(np.mean(unrelated)),
            at_least=KEPT_TARGET,
        ),
        Figure(f"{PREFIX}kept_by_random_move_share", float(np.mean(kept_by_chance))),
    ]
    for place in dict.fromkeys(traits.tolist()):
        name = judge.traits[place].name.replace("-", "_")
        hits = reached[traits == place]
        figures.append(Figure(f"{PREFIX}{name}_reached_share", float(hits.mean())))
    return figures


def _kept(judge: Judge, asked: int, before: Answers, after: Answers) -> float:
    """The share of the other attributes' traits (T,) that are as they were."""
    key = judge.traits[asked].key
    same = [
        abs(float(before[i] - after[i])) < SAME
        if trait.is_scale
        else (before[i] > 0.5) == (after[i] > 0.5)
        for i, trait in enumerate(judge.traits)
        if trait.key != key
    ]
    return float(np.mean(same)) if same else 1.0


def _random_move(space: LatentSpace, triple: Triple, rng: np.random.Generator) -> Floats:
    """C moved as far as A - B moves it, the way from one random place to another."""

    def mean(seeds: tuple[int, ...]) -> Floats:
        return np.mean([space.of_seed(seed) for seed in seeds], axis=0, dtype=np.float32)

    one, other = (space.of_seed(FIRST + POOL + int(n)) for n in rng.integers(0, 10_000, 2))
    length = np.linalg.norm(mean(triple.a) - mean(triple.b))
    way = one - other if np.any(one != other) else one
    moved: Floats = mean(triple.c) + way * np.float32(length / np.linalg.norm(way))
    return moved


def render(
    space: LatentSpace,
    session: Session,
    places: Sequence[Floats],
    tick: Callable[[float], None] | None = None,
) -> Pictures:
    """The pictures (N, H, W, 3) of places (levels, width)."""
    still = np.zeros((space.levels, space.width), np.float32)
    made = []
    for number, place in enumerate(places):
        made.append(to_pixels(session.run(**space.arrays(place, still, 1.0))["image"][0]))
        if tick is not None and number % 20 == 0:
            tick(number / len(places))
    return np.stack(made)


def _blend(*wells: tuple[tuple[int, ...], int]) -> Point:
    anchors = [
        Anchor(seed=seed, weight=sign / len(seeds)) for seeds, sign in wells for seed in seeds
    ]
    return Point(anchors=tuple(anchors))
