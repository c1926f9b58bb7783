"""What can be done with the notes of the melody by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from studio.actions.actions import Action
from studio.model.note_tools import SNAPS, TOOLS

if TYPE_CHECKING:
    from studio.view.panels.score_area import ScoreArea

_TOOLS, _SELECT, _EDIT, _SHAPE = "Note tools", "Select notes", "Edit notes", "Move and shape notes"


def note_actions(score: ScoreArea) -> list[Action]:
    """The actions of the piano roll.

    Those of the arrow keys and of Delete have them only while the roll has the keyboard, because
    lists and sliders have a use for them too.
    """
    return [*_tools(score), *_selecting(score), *_clipboard(score), *_shaping(score)]


def _tools(score: ScoreArea) -> list[Action]:
    tools = score.editor.tools

    def next_snap() -> None:
        order = [snap for snap, _title in SNAPS]
        tools.set_snap(order[(order.index(tools.snap) + 1) % len(order)])

    def switch(name: str) -> Callable[[], None]:
        return lambda: tools.show(name, not getattr(tools, name))

    shown = (
        ("follow", "Follow the playhead, or not", "F", "person-simple-run"),
        ("ghosts", "Show the other takes behind, or not", "Shift+G", "ghost"),
        ("velocity", "Show the velocities, or not", "Shift+V", "chart-bar"),
    )
    return [
        *(
            Action(
                id=f"note.tool_{tool.id}",
                text=tool.title,
                handler=lambda tool=tool: tools.choose(tool.id),  # type: ignore[misc]
                shortcut=tool.shortcut,
                icon=tool.icon,
                group=_TOOLS,
                help=tool.help,
            )
            for tool in TOOLS
        ),
        Action(
            id="note.snap",
            text="Snap pitches to: any, scale, chord",
            handler=next_snap,
            shortcut="S",
            icon="magnet-straight",
            group=_TOOLS,
        ),
        *(
            Action(
                id=f"note.{name}",
                text=text,
                handler=switch(name),
                shortcut=key,
                icon=glyph,
                group=_TOOLS,
            )
            for name, text, key, glyph in shown
        ),
    ]


def _selecting(score: ScoreArea) -> list[Action]:
    editor = score.editor
    plan = (
        ("all", "Select all notes", editor.select_all, "Ctrl+A", "selection-all", True),
        ("none", "Select no notes", editor.select_none, "Ctrl+Shift+A", "selection-slash", False),
        ("invert", "Invert the selection", editor.invert, "Ctrl+I", "selection-inverse", True),
        ("bar", "Select all in these bars", score.select_bars, "Shift+B", "columns", True),
        ("pitch", "Select all of these pitches", editor.select_pitches, "Shift+P", "rows", False),
        (
            "foreign",
            "Select what is out of the scale",
            editor.select_out_of_scale,
            "Shift+O",
            "warning",
            True,
        ),
    )
    return [
        Action(
            id=f"note.select_{name}",
            text=text,
            handler=handler,
            shortcut=key,
            icon=glyph,
            enabled_reason=editor.reason_no_notes if always else editor.reason_no_selection,
            group=_SELECT,
        )
        for name, text, handler, key, glyph, always in plan
    ]


def _clipboard(score: ScoreArea) -> list[Action]:
    editor = score.editor
    chosen = editor.reason_no_selection
    return [
        Action("note.cut", "Cut notes", editor.cut, "Ctrl+X", "scissors", chosen, _EDIT),
        Action("note.copy", "Copy notes", editor.copy, "Ctrl+C", "copy", chosen, _EDIT),
        Action(
            id="note.paste",
            text="Paste notes at the playhead",
            handler=score.paste,
            shortcut="Ctrl+V",
            icon="clipboard",
            group=_EDIT,
        ),
        Action(
            "note.duplicate",
            "Write notes once more",
            editor.duplicate,
            "Ctrl+D",
            "copy-simple",
            chosen,
            _EDIT,
        ),
        Action(
            id="note.delete",
            text="Delete notes",
            handler=editor.delete,
            shortcut="Delete; Backspace",
            icon="trash",
            enabled_reason=chosen,
            group=_EDIT,
            within=score.roll,
        ),
        Action(
            id="note.quantise",
            text="Quantise",
            handler=editor.quantise,
            shortcut="Q",
            icon="magnet",
            enabled_reason=editor.reason_no_notes,
            group=_EDIT,
            help="Bring the selected notes, or all, onto the grid.",
        ),
        Action("note.legato", "Legato", editor.legato, "Shift+L", "wave-sine", chosen, _EDIT),
        Action(
            "note.to_scale",
            "Bring notes into the scale, or chord",
            editor.snap_now,
            "Shift+S",
            "magnet-straight",
            chosen,
            _EDIT,
        ),
    ]


def _shaping(score: ScoreArea) -> list[Action]:
    editor = score.editor
    plan: tuple[tuple[str, str, Callable[[], None], str], ...] = (
        ("up", "Up by a semitone or degree", lambda: editor.climb(1), "Up"),
        ("down", "Down by a semitone or degree", lambda: editor.climb(-1), "Down"),
        ("octave_up", "Up by an octave", lambda: editor.shift_octave(1), "Shift+Up"),
        ("octave_down", "Down by an octave", lambda: editor.shift_octave(-1), "Shift+Down"),
        ("earlier", "Earlier by the grid", lambda: editor.shift(-1), "Left"),
        ("later", "Later by the grid", lambda: editor.shift(1), "Right"),
        ("shorter", "Shorter by the grid", lambda: editor.lengthen(-1), "Ctrl+Left"),
        ("longer", "Longer by the grid", lambda: editor.lengthen(1), "Ctrl+Right"),
        ("half", "Half as long", lambda: editor.stretch(0.5), "Shift+Left"),
        ("double", "Twice as long", lambda: editor.stretch(2.0), "Shift+Right"),
        ("louder", "Louder", lambda: editor.louder(5), "Ctrl+Up"),
        ("softer", "Softer", lambda: editor.louder(-5), "Ctrl+Down"),
    )
    return [
        Action(
            id=f"note.{name}",
            text=text,
            handler=handler,
            shortcut=key,
            enabled_reason=editor.reason_no_selection,
            group=_SHAPE,
            within=score.roll,
        )
        for name, text, handler, key in plan
    ]
