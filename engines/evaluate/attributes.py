"""Attribute recall: does the generator make everything that is in the data, as often?

A classifier trained on the real training pictures counts the samples. How well it counts is
measured on held-out pictures and reported beside the shares; attributes it tells apart in fewer
than nine of ten pictures are left out. Background colours are read from the corners instead
when that is at least as accurate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engines.evaluate import background
from engines.evaluate.classifier import PICTURES_SEEN, SIZE_PX, train_classifier
from engines.evaluate.figures import Figure
from engines.evaluate.labels import NONE, TARGETED_PRESENCE, Label, find_labels
from engines.evaluate.pictures import Pictures, RealPictures, resize

LEAST_ACCURACY = 0.9
#: A share within a third of the data's meets its target.
LOWEST, HIGHEST = 2 / 3, 4 / 3


@dataclass(frozen=True)
class Counted:
    """One attribute, counted.

    Attributes:
        label: which one.
        accuracy: share of held-out pictures whose value was told right.
        data: (K,) share of each value in the whole data set.
        held_out: (K,) share of each value as counted on the held-out pictures.
        samples: (K,) share of each value as counted on the samples.
        method: "classifier" or "corner colour".
    """

    label: Label
    accuracy: float
    data: NDArray[np.float64]
    held_out: NDArray[np.float64]
    samples: NDArray[np.float64]
    method: str = "classifier"


@dataclass
class Attributes:
    """What was found.

    Attributes:
        figures: shares, accuracies and targets.
        notes: sentences on what was left out or counted otherwise.
    """

    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def measure_attributes(
    real: RealPictures,
    samples: Pictures,
    *,
    seed: int = 0,
    pictures_seen: int = PICTURES_SEEN,
    tick: Callable[[float], None] | None = None,
) -> Attributes:
    """Compare how often each attribute's values come in the data and in the samples.

    Args:
        real: with attributes.
        samples: (N, H, W, 3) of the same size.
        seed: of the classifier.
        pictures_seen: how long the classifier trains.
        tick: told the share that is done.
    """
    counted = count_attributes(real, samples, seed=seed, pictures_seen=pictures_seen, tick=tick)
    found = Attributes()
    for item in counted:
        name = f"{item.label.key}_classifier_accuracy"
        found.figures.append(Figure(name, item.accuracy, ceiling=float(item.data.max())))
        if item.accuracy < LEAST_ACCURACY:
            found.notes.append(
                f"{item.label.key} was not counted: it is told right in {item.accuracy:.0%} of "
                "held-out pictures."
            )
            continue
        if item.method != "classifier":
            found.notes.append(f"{item.label.key} was counted by its {item.method}.")
        found.figures += _share_figures(item)
    found.figures += _background_figures(real, samples, counted)
    targets = [figure.ok for figure in found.figures if figure.ok is not None]
    if targets:
        met = sum(targets) / len(targets)
        found.figures.insert(0, Figure("attribute_targets_met_share", met, at_least=1.0))
    return found


def count_attributes(
    real: RealPictures,
    samples: Pictures,
    *,
    seed: int = 0,
    pictures_seen: int = PICTURES_SEEN,
    tick: Callable[[float], None] | None = None,
) -> list[Counted]:
    """Train the classifier and count every attribute worth learning."""
    labels = find_labels(real.training_rows)
    if not labels:
        return []
    wanted = [label.encode(real.training_rows) for label in labels]
    truth = [label.encode(real.held_out_rows) for label in labels]
    net = train_classifier(
        resize(real.training, SIZE_PX),
        wanted,
        [len(label.values) for label in labels],
        seed=seed,
        pictures_seen=pictures_seen,
        tick=tick,
    )
    on_real = net.predict(resize(real.held_out, SIZE_PX))
    on_samples = net.predict(resize(samples, SIZE_PX))
    counted = []
    for place, label in enumerate(labels):
        item = _count(label, wanted[place], truth[place], on_real[place], on_samples[place])
        counted.append(_from_corners(item, real, samples, wanted[place], truth[place]))
    return counted


def _count(
    label: Label,
    wanted: NDArray[np.int64],
    truth: NDArray[np.int64],
    on_real: NDArray[np.int64],
    on_samples: NDArray[np.int64],
    method: str = "classifier",
) -> Counted:
    """Shares of one attribute from places of values, real and told."""
    kinds = len(label.values)
    return Counted(
        label,
        float((on_real == truth).mean()),
        _shares(np.concatenate([wanted, truth]), kinds),
        _shares(on_real, kinds),
        _shares(on_samples, kinds),
        method,
    )


def _from_corners(
    item: Counted,
    real: RealPictures,
    samples: Pictures,
    wanted: NDArray[np.int64],
    truth: NDArray[np.int64],
) -> Counted:
    """The background counted by corner colours, if that is at least as accurate."""
    colours = background.palette(item.label.values)
    if item.label.key != background.KEY or colours is None:
        return item
    on_real = background.nearest_colour(real.held_out, colours)[0]
    on_samples = background.nearest_colour(samples, colours)[0]
    other = _count(item.label, wanted, truth, on_real, on_samples, "corner colour")
    return other if other.accuracy >= item.accuracy else item


def _shares(places: NDArray[np.int64], kinds: int) -> NDArray[np.float64]:
    """(K,) share of each value; unknown ones (-1) do not count."""
    counts = np.bincount(places[places >= 0], minlength=kinds)
    return counts / max(1, counts.sum())


def _share_figures(item: Counted) -> list[Figure]:
    """The shares of one attribute, and how far the two distributions are apart."""
    label = item.label
    apart = 0.5 * float(np.abs(item.samples - item.data).sum())
    chance = 0.5 * float(np.abs(item.held_out - item.data).sum())
    figures = [Figure(f"{label.key}_total_variation", apart, floor=chance, ceiling=1.0)]
    for place, value in enumerate(label.values):
        shares = [float(counts[place]) for counts in (item.samples, item.data, item.held_out)]
        name = f"{label.key}_{value.lstrip('#')}_share"
        figures.append(_share(name, *shares, targeted=label.targeted(value)))
    if label.optional and not label.presence_only:
        without = label.values.index(NONE)
        shares = [1 - float(counts[without]) for counts in (item.samples, item.data, item.held_out)]
        wanted = label.key in TARGETED_PRESENCE
        figures.append(_share(f"{label.key}_share", *shares, targeted=wanted))
    return figures


def _share(name: str, share: float, data: float, counted: float, *, targeted: bool) -> Figure:
    """One share; ``counted`` is what the same method counts on held-out pictures."""
    if not targeted:
        return Figure(name, share, real=data, floor=counted)
    least, most = LOWEST * data, HIGHEST * data
    return Figure(name, share, real=data, floor=counted, at_least=least, at_most=most)


def _background_figures(
    real: RealPictures, samples: Pictures, counted: list[Counted]
) -> list[Figure]:
    """How far corner colours are from the nearest colour of the data."""
    for item in counted:
        colours = background.palette(item.label.values)
        if item.label.key == background.KEY and colours is not None:
            off = background.nearest_colour(samples, colours)[1]
            floor = background.nearest_colour(real.held_out, colours)[1]
            value, real_value = float(off.mean()), float(floor.mean())
            return [Figure("background_colour_error_8bit", value, floor=real_value)]
    return []
