"""The measured quality of the melody models, as their cards hold it, in the page of results.

Measuring takes minutes and the songs: `duet-engine evaluate --model NAME --data ZIP --write`.
"""

from __future__ import annotations

from results import Figure

from engines.evaluate.figures import collect
from engines.runtime.library import Library

MODELS = ("melody-pop", "melody-standards")
#: What else of a card is shown: the figure's name, and how it is read.
SHOWN = {
    "overlap_with_real": "overlap with held-out songs (1 is all)",
    "best_overlap_with_real": "the same, best of 8 takes",
    "markov_overlap_with_real": "the same, Markov chain over the same chords",
    "copies_of_training_bars": "copies of training bars in any key",
}


def measure() -> list[Figure]:
    """Every figure with a target, and those of :data:`SHOWN`."""
    library = Library()
    figures = []
    for model in MODELS:
        quality = library.get(model, "compose").card.quality
        if "features_ahead_of_markov" not in quality:
            print(f"{model}: measure it again, its card has no rival's figures", flush=True)
            continue
        for figure in collect(quality):
            name = f"{model}, {SHOWN.get(figure.name, figure.name.replace('_', ' '))}"
            if figure.ok is not None or figure.name in SHOWN:
                goal = _goal(figure.at_least, figure.at_most)
                beside = "" if figure.real is None else f" (held-out songs: {figure.real:.3g})"
                figures.append(Figure(name, f"{figure.value:.3g}{beside}", goal, figure.ok))
    return figures


def _goal(least: float | None, most: float | None) -> str:
    if least is not None and most is not None:
        return f"{least:g} to {most:g}"
    return f"at least {least:g}" if least is not None else f"at most {most:g}" if most else ""
