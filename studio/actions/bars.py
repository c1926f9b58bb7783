"""What can be done with whole bars and with takes: locks, writing again, keeping, transposing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from studio.actions.actions import Action
from studio.model.compose import ComposeModel
from studio.model.song import BEFORE

if TYPE_CHECKING:
    from studio.view.panels.compose_page import ComposePage

_BARS, _TAKES, _SONG = "Bars", "Takes", "Song"
_NO_MELODY = "There is no melody yet: compose one first."


def bar_actions(page: ComposePage) -> list[Action]:
    """Locks, bars written again, takes kept or left, and the song moved."""
    return [*_bars(page), *_edits(page.model), *_takes(page.model), *_song(page)]


def _needs_melody(model: ComposeModel) -> Callable[[], str]:
    return lambda: "" if model.song.clip is not None else _NO_MELODY


def _bars(page: ComposePage) -> list[Action]:
    model = page.model
    needs = _needs_melody(model)
    return [
        Action(
            id="music.lock",
            text="Lock or unlock the bars",
            handler=model.choice.toggle,
            shortcut="L",
            icon="lock-simple",
            enabled_reason=needs,
            group=_BARS,
            help="Composing leaves locked bars: those of the loop, or the one of the playhead.",
        ),
        Action(
            id="music.invert_locks",
            text="Lock the other bars instead",
            handler=model.choice.invert,
            shortcut="Ctrl+Shift+L",
            icon="lock-simple-open",
            enabled_reason=needs,
            group=_BARS,
        ),
        Action(
            id="music.again",
            text="Write the bars again",
            handler=model.write_again,
            shortcut="R",
            icon="arrows-clockwise",
            enabled_reason=model.reason_not_to_write_again,
            group=_BARS,
            help="New takes of the loop's bars, or of the playhead's; all others stay.",
        ),
        Action(
            id="music.change_chord",
            text="Change the chord of the bar",
            handler=page.change_chord,
            shortcut="Shift+E",
            icon="music-notes-simple",
            group=_BARS,
        ),
        Action(
            id="music.primer_selection",
            text="Begin a melody with the selected notes",
            handler=page.begin_with_selection,
            icon="flag",
            enabled_reason=page.score.editor.reason_no_selection,
            group=_BARS,
            help="Their bars come first and are locked; composing goes on from there.",
        ),
        Action(
            id="music.primer_file",
            text="Begin a melody with a MIDI file…",
            handler=page.files.begin_with_file,
            icon="folder-open",
            group=_BARS,
        ),
        Action(
            id="music.primer_keyboard",
            text="Begin a melody on a MIDI keyboard, or end it",
            handler=page.record_primer,
            icon="record",
            group=_BARS,
            help="Play a bar or more; the same command ends it and locks what was played.",
        ),
    ]


def _edits(model: ComposeModel) -> list[Action]:
    edits = model.bar_edits
    return [
        Action(
            id="music.insert_bar",
            text="Insert an empty bar",
            handler=edits.insert,
            shortcut="Ctrl+Shift+B",
            icon="plus",
            enabled_reason=edits.reason_not_to_add,
            group=_BARS,
            help="Before the loop's bars, or the playhead's.",
        ),
        Action(
            id="music.append_bar",
            text="Add an empty bar at the end",
            handler=edits.append,
            icon="plus",
            enabled_reason=edits.reason_not_to_add,
            group=_BARS,
        ),
        Action(
            id="music.duplicate_bars",
            text="Duplicate the bars",
            handler=edits.repeat,
            shortcut="Ctrl+Shift+D",
            icon="copy",
            enabled_reason=edits.reason_not_to_repeat,
            group=_BARS,
            help="The loop's bars, or the playhead's, once more behind themselves.",
        ),
        Action(
            id="music.delete_bars",
            text="Delete the bars",
            handler=edits.delete,
            shortcut="Ctrl+Shift+Delete; Ctrl+Shift+Backspace",
            icon="trash",
            enabled_reason=edits.reason_not_to_delete,
            group=_BARS,
            help="The loop's bars, or the playhead's, with their notes and chords.",
        ),
    ]


def _takes(model: ComposeModel) -> list[Action]:
    song = model.song

    def no_takes() -> str:
        several = len(song.takes) > 1 or song.state.before is not None
        return "" if several else "There are no other takes to leave."

    def nothing_before() -> str:
        return "" if song.state.before is not None else "There is no melody from before the takes."

    def compare() -> None:
        song.select(BEFORE if song.selected != BEFORE else 0)

    return [
        Action(
            id="music.keep",
            text="Keep this take",
            handler=song.keep,
            shortcut="Return",
            icon="check",
            enabled_reason=no_takes,
            group=_TAKES,
            help="Go on with the take in view alone.",
        ),
        Action(
            id="music.discard",
            text="Discard the takes",
            handler=song.discard,
            shortcut="Shift+Escape",
            icon="x",
            enabled_reason=nothing_before,
            group=_TAKES,
            help="Go back to the melody from before the takes.",
        ),
        Action(
            id="music.before",
            text="Hear the melody from before, or the take",
            handler=compare,
            shortcut="0",
            icon="arrows-left-right",
            enabled_reason=nothing_before,
            group=_TAKES,
        ),
    ]


def _song(page: ComposePage) -> list[Action]:
    model = page.model
    needs = _needs_melody(model)
    plan = ((1, "up a semitone", "Ctrl+Shift+Up"), (-1, "down a semitone", "Ctrl+Shift+Down"))
    return [
        *(
            Action(
                id=f"music.transpose_{'up' if step > 0 else 'down'}",
                text=f"Transpose the song {words}",
                handler=partial(model.chords.transpose, step),
                shortcut=keys,
                icon="arrow-up" if step > 0 else "arrow-down",
                group=_SONG,
                help="Notes of every take, and their chords.",
            )
            for step, words, keys in plan
        ),
        Action(
            id="music.rebar",
            text="Read the song in 3/4, or in 4/4 again",
            handler=model.bar_edits.rebar,
            icon="hash",
            enabled_reason=needs,
            group=_SONG,
            help="The notes stay where they are: for files whose meter was read wrong.",
        ),
        Action(
            id="music.chords_under",
            text="Put the chord line under the melody",
            handler=model.chords.put_under,
            shortcut="Shift+Return",
            icon="music-notes-simple",
            enabled_reason=model.chords.reason_not_to_put_under,
            group=_SONG,
            help="The notes stay as they are, and so do chords that are held.",
        ),
        Action(
            id="music.detect_chords",
            text="Find the chords from the notes",
            handler=page.detect_chords,
            icon="magnifying-glass",
            enabled_reason=needs,
            group=_SONG,
            help="Chords that are held stay as they are.",
        ),
    ]
