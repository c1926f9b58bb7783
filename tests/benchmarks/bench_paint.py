"""Painting on a large document: moves of a brush, what they redraw, undo, memory."""

from __future__ import annotations

import gc
import math
import os
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from results import Figure

if TYPE_CHECKING:
    from studio.model.document import Document
    from studio.model.layers import State
    from studio.model.paint.brush import Stroke

SIDE, LAYERS = 4096, 8
MOVES, STROKES = 400, 20
#: What a move may take, in milliseconds, by the brush's size: the rest of a frame is for drawing.
GOALS = {100: 1.0, 1000: 8.0}
#: Between two moves: a hand that draws quickly, on a mouse that reports 125 times a second.
_PIXELS_AN_EVENT = 30.0


@dataclass(frozen=True)
class Taken:
    """Seconds of the moves of a stroke, and of compositing what each made dirty."""

    moves: list[float]
    composites: list[float]


def document() -> State:
    """Full layers that differ, the lowest opaque and those above it half clear."""
    import numpy as np
    from PySide6.QtCore import QSize

    from studio.model.layers import State, new_layer
    from studio.model.paint.pixels import writable
    from studio.model.plane import COLOUR, TILE, Plane, empty_tile, keys_in

    dice = np.random.Generator(np.random.PCG64(0))
    state = State(QSize(SIDE, SIDE))
    for number in range(LAYERS):
        alpha = 128 if number else 255
        tiles = {}
        for key in keys_in(state.rect):
            tile = empty_tile(COLOUR)
            pixels = writable(tile)
            pixels[:] = dice.integers(0, alpha + 1, (TILE, TILE, 4), dtype=np.uint8)
            pixels[..., 3] = alpha
            tiles[key] = tile
        state = state.added(new_layer(f"layer {number}", Plane().with_tiles(tiles)))
    return state


def path() -> Iterator[tuple[float, float]]:
    """A spiral over the whole picture, as evenly as a hand would draw it."""
    angle = 8 * math.pi
    while True:
        radius = angle * 25.0
        angle += _PIXELS_AN_EVENT / radius
        radius %= SIDE * 0.45
        yield SIDE / 2 + radius * math.cos(angle), SIDE / 2 + radius * math.sin(angle)


def begun(state: State, size: int) -> Stroke:
    """A stroke of a brush of that size on the active layer."""
    from PySide6.QtGui import QColor

    from studio.model.paint.brush import Brush, Stroke

    assert state.layer is not None
    return Stroke(state.layer.plane, Brush(size=size), QColor("#E2562F"), False, None, state.rect)


def time_moves(state: State, size: int) -> Taken:
    """Each move that leaves a mark, and apart from it the layers where it did."""
    stroke, taken = begun(state, size), Taken([], [])
    for index, (x, y) in zip(range(MOVES), path(), strict=False):
        started = time.perf_counter()
        dirty = stroke.add(x, y, 1.0, index / 120)
        shown = state.changed(state.active, plane=stroke.plane)
        moved = time.perf_counter()
        if not dirty.isEmpty():  # a large brush leaves no mark at most moves
            taken.moves.append(moved - started)
            shown.flat(dirty)
            taken.composites.append(time.perf_counter() - moved)
    stroke.finish()
    return taken


def paint_strokes(holder: Document) -> None:
    """Strokes across the picture, each a step of undo."""
    for number in range(STROKES):
        stroke = begun(holder.state, 100)
        y = (number + 0.5) * SIDE / STROKES
        for x in range(0, SIDE, 30):
            stroke.add(x, y)
        plane = stroke.finish()
        holder.apply("Brush stroke", holder.state.changed(holder.state.active, plane=plane))


def resident() -> float:
    """Megabytes of this process in memory, or 0 where nobody says."""
    pages = Path("/proc/self/statm")
    if not pages.exists():
        return 0.0
    return int(pages.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def told(taken: list[float]) -> str:
    """The median and the slowest of a hundred."""
    slow = statistics.quantiles(taken, n=100)[-1]
    return f"{statistics.median(taken) * 1e3:.2f} ms (99%: {slow * 1e3:.2f} ms)"


def measure() -> list[Figure]:
    """Everything on one document of eight full layers."""
    from PySide6.QtGui import QUndoStack

    from studio.model.document import Document

    where = f"{SIDE:,} px, {LAYERS} full layers"
    before = resident()
    state = document()
    full = resident() - before
    time_moves(state, 100)  # what is made once: dabs, libraries
    figures = []
    for size, goal in GOALS.items():
        taken = time_moves(state, size)
        met = statistics.median(taken.moves) * 1e3 < goal
        name = f"move of a {size:,} px brush"
        figures += [
            Figure(f"{name}, {where}", told(taken.moves), f"below {goal:g} ms", met),
            Figure(f"compositing under a {name}, {where}", told(taken.composites)),
        ]
    undo = QUndoStack()
    holder = Document(undo)
    holder.load(state)
    before = resident()
    paint_strokes(holder)
    gc.collect()
    strokes = resident() - before
    steps = []
    for call in [undo.undo] * STROKES + [undo.redo] * STROKES:
        started = time.perf_counter()
        call()
        steps.append(time.perf_counter() - started)
    figures.append(Figure(f"undo or redo of a stroke, {where}", told(steps)))
    if full:
        each = strokes / STROKES
        figures += [
            Figure(f"memory of a document, {where}", f"{full:.0f} MB"),
            Figure("memory of undoing a 4,096 px stroke of 100 px", f"{each:.1f} MB"),
        ]
    return figures
