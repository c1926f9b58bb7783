"""The colours of both themes can be read: WCAG 2.2 contrast, computed over the tokens."""

from __future__ import annotations

import itertools
import re

import pytest

from studio.view.stylesheet import stylesheet
from studio.view.theme import load_tokens

THEMES = ("dark", "light")
GROUNDS = ("window", "surface", "raised", "canvas", "field")
PRESSED = ("hover", "pressed")


def luminance(color: str) -> float:
    """Relative luminance as WCAG defines it."""
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_yardstick_is_right() -> None:
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21.0)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    ("ink", "ground"), list(itertools.product(("text", "muted"), GROUNDS + PRESSED))
)
def test_text_is_readable(theme: str, ink: str, ground: str) -> None:
    color = load_tokens(theme).color
    assert contrast(color[ink], color[ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("fill", ["generator", "generator_hover", "generator_pressed"])
def test_the_primary_button_is_readable(theme: str, fill: str) -> None:
    color = load_tokens(theme).color
    assert contrast(color["on_generator"], color[fill]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    ("mark", "ground"),
    list(
        itertools.product(
            ("control", "focus", "generator", "discriminator", "bad"),
            ("window", "surface", "raised", "canvas", "field"),
        )
    )
    + list(itertools.product(("good", "warn"), ("window", "surface", "raised", "field"))),
)
def test_controls_and_marks_are_seen(theme: str, mark: str, ground: str) -> None:
    color = load_tokens(theme).color
    assert contrast(color[mark], color[ground]) >= 3.0


def test_both_themes_have_the_same_roles() -> None:
    assert load_tokens("dark").color.keys() == load_tokens("light").color.keys()


@pytest.mark.parametrize("theme", THEMES)
def test_the_stylesheet_leaves_no_hole(theme: str) -> None:
    sheet = stylesheet(load_tokens(theme).color)
    assert "$" not in sheet
    used = set(re.findall(r"#[0-9A-Fa-f]{6}", sheet))
    assert used <= set(load_tokens(theme).color.values())
