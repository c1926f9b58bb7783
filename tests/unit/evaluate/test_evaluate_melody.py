"""Measuring melody models: what is compared, and that music scores above noise."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest
from tiny_songs import PROGRESSION, arpeggio, make_songs

from engines.data.melodies import Melodies, load_melodies
from engines.data.melody_files import Report
from engines.evaluate.figures import collect
from engines.evaluate.melody import evaluate_network
from engines.evaluate.melody_best import best_of, judged
from engines.evaluate.melody_figures import COMPARED, TARGETS, means, overlap, score
from engines.evaluate.melody_pieces import Piece, default_decoding, real_pieces, write_pieces
from engines.evaluate.melody_table import comparison, summary
from engines.music.composer import Array
from engines.music.encoding import one_hot
from engines.music.metrics import random_steps
from engines.protocol.errors import EngineError


class Arpeggios:
    """A network that plays its chord's tones; the noise turns the figure."""

    def __call__(self, z: Array, chord: Array, previous: Array) -> Array:
        triads = chord[:, :12].argmax(axis=1) + 12 * (chord[:, 12] > 0)
        starts = (z[:, 0] > 0).astype(int)
        bars = [arpeggio(np.array([t]), 4, s)[0] for t, s in zip(triads, starts, strict=True)]
        return one_hot(np.stack(bars))[:, None] * 0.99 + 0.0001


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> Melodies:
    """Twenty songs of arpeggios over one progression."""
    return load_melodies(make_songs(tmp_path_factory.mktemp("songs")))


def test_every_figure_stands_beside_real_songs_and_noise(songs: Melodies) -> None:
    flat = evaluate_network(Arpeggios(), 100, songs, pieces=10)
    figures = {figure.name: figure for figure in collect(flat)}
    for name, (least, most) in TARGETS.items():
        figure = figures[name]
        assert figure.real is not None
        assert figure.ceiling is not None
        assert (figure.at_least, figure.at_most) == (least, most)
        assert f"plain_{name}" in figures
    assert figures["chord_tone_or_resolved_ratio"].value == 1.0
    assert figures["chord_tone_or_resolved_ratio"].real == 1.0
    assert figures["chord_gain_over_shuffled"].value > 0.2
    assert figures["copies_of_training_bars"].value > 0.5
    assert figures["copies_of_training_bars"].ceiling == 0.0
    assert flat["pieces"] == 10
    assert {
        key: flat[key] for key in ("smoothness", "in_key", "temperature", "restrike")
    } == asdict(default_decoding())


def test_rivals_and_the_best_of_eight_are_measured_too(songs: Melodies) -> None:
    flat = evaluate_network(Arpeggios(), 100, songs, pieces=6, creative=Arpeggios())
    for prefix in ("best_", "creative_", "markov_"):
        assert {f"{prefix}{name}" for name in TARGETS} <= flat.keys()
        assert f"{prefix}overlap_with_real" in flat
    assert flat["creative_mean_interval"] == flat["mean_interval"]
    ahead = [flat[f"overlap_{name}"] > flat[f"markov_overlap_{name}"] for name in COMPARED]
    assert len(ahead) == 9
    assert flat["features_ahead_of_markov"] == sum(ahead)
    assert "creative_mean_interval" not in evaluate_network(Arpeggios(), 100, songs, pieces=2)


def test_the_tables_set_a_model_beside_rivals_and_models(songs: Melodies) -> None:
    quality = evaluate_network(Arpeggios(), 100, songs, pieces=3, creative=Arpeggios())
    table = summary(quality)
    names = [line.split("|")[1].strip() for line in table]
    assert names[2:5] == ["one take", "one take, chords shuffled", "best of 8 takes"]
    assert {"Markov chain, same chords", "held-out songs", "the author's 3 samples"} <= {*names}
    assert len({line.count("|") for line in table}) == 1
    one = [cell.strip() for cell in table[2].split("|")]
    assert one[7] == f"{quality['chord_tone_or_resolved_ratio']:.3g}"
    both = comparison([("one", quality), ("other", quality)])
    assert [line.split("|")[1].strip() for line in both][2:6] == [
        "one", "other", "one, creativity 1", "other, creativity 1",
    ]  # fmt: skip


def test_the_best_of_eight_ranks_above_the_first(songs: Melodies) -> None:
    progressions, decoding = [PROGRESSION] * 3, default_decoding()

    def wild(z: Array, chord: Array, previous: Array) -> Array:
        pitches = np.random.default_rng(int(abs(z[0, 0]) * 1e6)).integers(60, 84, (len(z), 16))
        return one_hot(pitches.astype(np.uint8))[:, None]

    first = write_pieces(wild, 100, progressions, decoding, seed=4)
    best = best_of(wild, 100, progressions, decoding, seed=4)
    gains = [judged(a).cost - judged(b).cost for a, b in zip(first, best, strict=True)]
    assert min(gains) >= 0
    assert max(gains) > 0


def test_the_same_seed_measures_the_same(songs: Melodies) -> None:
    first = evaluate_network(Arpeggios(), 100, songs, pieces=6, seed=3)
    assert first == evaluate_network(Arpeggios(), 100, songs, pieces=6, seed=3)


def test_music_scores_above_noise(songs: Melodies) -> None:
    real = real_pieces(songs, 2)
    ours = [Piece(arpeggio(PROGRESSION, 4), PROGRESSION)] * 4
    rng = np.random.default_rng(0)
    noise = [Piece(random_steps(rng, 8, 60, 83), PROGRESSION) for _ in range(4)]
    good, bad = (
        score(means(group, "chord", 0), overlap(group, real, "chord")) for group in (ours, noise)
    )
    assert good > bad + 1


def test_a_missed_target_costs_what_it_misses() -> None:
    perfect = {
        name: least if least is not None else (most or 0.0)
        for name, (least, most) in TARGETS.items()
    }
    assert score(perfect, 0.5) == 0.5
    assert score(perfect | {"mean_interval": 5.25}, 0.5) == pytest.approx(0.0)
    assert score(perfect | {"notes_per_bar": 1.75}, 0.5) == pytest.approx(0.0)


def test_data_without_eight_bars_are_refused() -> None:
    empty = Melodies([], [], [], 60, 83, Report())
    with pytest.raises(EngineError, match="eight bars"):
        real_pieces(empty, 10)
