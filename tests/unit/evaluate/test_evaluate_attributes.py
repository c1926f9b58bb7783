"""Labels from attributes, backgrounds from corners, and what a generator fails to make."""

from __future__ import annotations

import drawn_faces
import numpy as np
import pytest

from engines.evaluate import attributes, background
from engines.evaluate.classifier import train_classifier
from engines.evaluate.figures import Figure
from engines.evaluate.labels import Label, find_labels
from engines.evaluate.pictures import RealPictures

ROWS = (
    {"file": "0.png", "accessories": "glasses2", "background": "#ff0010", "body": "body"},
    {"file": "1.png", "accessories": "glasses5", "background": "#00ff10", "body": "body"},
    {"file": "2.png", "background": "#ff0010", "body": "body"},
)


def test_numbers_at_the_end_do_not_make_a_value() -> None:
    labels = {label.key: label for label in find_labels(ROWS)}
    assert set(labels) == {"accessories", "background"}
    assert labels["accessories"].values == ("none", "glasses")
    assert labels["accessories"].encode(ROWS).tolist() == [1, 1, 0]
    assert labels["background"].values == ("#00ff10", "#ff0010")


def test_many_values_become_presence_or_nothing() -> None:
    rows = [{"hat": f"{chr(97 + i)}x", "always": f"{chr(97 + i)}y"} for i in range(20)]
    labels = find_labels([*rows, {"always": "zz"}])
    assert labels == [Label("hat", ("none", "present"), presence_only=True)]
    assert labels[0].encode([rows[0], {}]).tolist() == [1, 0]


def test_unknown_values_are_not_learned() -> None:
    assert Label("a", ("none", "b")).encode([{"a": "c"}, {"a": "b"}, {}]).tolist() == [-1, 1, 0]


def test_corner_colours_name_the_background() -> None:
    pictures, rows = drawn_faces.draw_faces(40, 64)
    values = sorted(drawn_faces.BACKGROUNDS)
    colours = background.palette(values)
    assert colours is not None
    places, off = background.nearest_colour(pictures, colours)
    assert [values[place] for place in places] == [row["background"] for row in rows]
    assert off.max() < 1
    assert background.palette(["#12", "sky"]) is None


@pytest.fixture(scope="module")
def real() -> RealPictures:
    training, rows = drawn_faces.draw_faces(450, 64, seed=1)
    held_out, more = drawn_faces.draw_faces(80, 64, seed=2)
    return RealPictures(training, held_out, rows, more)


@pytest.fixture(scope="module")
def lacking(real: RealPictures) -> dict[str, Figure]:
    """The figures of a generator that never makes one background, and no glasses."""
    samples, rows = drawn_faces.draw_faces(300, 64, seed=3, backgrounds=drawn_faces.BACKGROUNDS[:3])
    bare = np.stack([p for p, row in zip(samples, rows, strict=True) if "accessories" not in row])
    found = attributes.measure_attributes(real, bare, pictures_seen=5000)
    assert any("corner colour" in note for note in found.notes)
    return {figure.name: figure for figure in found.figures}


def test_a_missing_background_is_flagged(lacking: dict[str, Figure]) -> None:
    missing = lacking[f"background_{drawn_faces.BACKGROUNDS[3].lstrip('#')}_share"]
    assert missing.value == 0
    assert missing.ok is False
    made = lacking[f"background_{drawn_faces.BACKGROUNDS[0].lstrip('#')}_share"]
    assert made.value == pytest.approx(1 / 3, abs=0.08)
    assert lacking["attribute_targets_met_share"].ok is False


def test_missing_glasses_are_flagged(lacking: dict[str, Figure]) -> None:
    assert lacking["accessories_classifier_accuracy"].value > 0.9
    assert lacking["accessories_glasses_share"].ok is False
    assert lacking["accessories_glasses_share"].value < 0.15


def test_beards_are_counted_by_presence(lacking: dict[str, Figure]) -> None:
    beards = lacking["facialHair_share"]
    assert beards.real == pytest.approx(1 / 3, abs=0.07)
    assert beards.floor == pytest.approx(1 / 3, abs=0.12)


def test_values_that_never_repeat_are_left_out(lacking: dict[str, Figure]) -> None:
    assert not any(name.startswith("style") for name in lacking)


def test_the_same_seed_trains_the_same_classifier() -> None:
    pictures, rows = drawn_faces.draw_faces(64, 64)
    label = find_labels(rows)[0]
    wanted = [label.encode(rows)]
    first, second = (
        train_classifier(pictures, wanted, [len(label.values)], seed=3, pictures_seen=128)
        for _ in range(2)
    )
    for name, value in first.net.state_dict().items():
        assert value.equal(second.net.state_dict()[name]), name
