"""What can be done in the Music mode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.actions.actions import Action
from studio.actions.document import document_actions
from studio.model.song import LETTERS

if TYPE_CHECKING:
    from studio.view.panels.compose_page import ComposePage

_GROUP = "Music"
#: Takes with a key of their own; more are reached in the strip.
_KEYED_TAKES = 4


def music_actions(page: ComposePage) -> list[Action]:
    """The actions of the Music mode."""
    return [*_composing(page), *_takes(page), *_transport(page), *_view(page), *_files(page)]


def _composing(page: ComposePage) -> list[Action]:
    model = page.model
    return [
        Action(
            id="music.compose",
            text="Compose",
            handler=model.compose,
            shortcut="G; Ctrl+Return",
            icon="music-notes",
            enabled_reason=model.reason_not_to_compose,
            group=_GROUP,
            help="Write new takes over the chords.",
        ),
        Action(
            id="music.cancel",
            text="Cancel composing",
            handler=model.cancel,
            shortcut="Ctrl+.",
            icon="x",
            enabled_reason=lambda: "" if model.job else "Nothing is being composed.",
            group=_GROUP,
        ),
        Action(
            id="music.chords",
            text="Edit the chords",
            handler=page.edit_chords,
            shortcut="E",
            icon="pencil-simple",
            group=_GROUP,
        ),
        Action(
            id="music.seed",
            text="Roll a new seed",
            handler=model.seed.roll,
            shortcut="N",
            icon="dice-five",
            group=_GROUP,
        ),
    ]


def _takes(page: ComposePage) -> list[Action]:
    song = page.model.song

    def take(number: int) -> Action:
        def reason() -> str:
            here = number < len(song.takes)
            return "" if here else f"There is no take {LETTERS[number]}."

        return Action(
            id=f"music.take_{LETTERS[number].lower()}",
            text=f"Take {LETTERS[number]}",
            handler=lambda: song.select(number),
            shortcut=LETTERS[number],
            enabled_reason=reason,
            group="Takes",
        )

    return [take(number) for number in range(_KEYED_TAKES)]


def _transport(page: ComposePage) -> list[Action]:
    playback = page.model.playback
    return [
        Action(
            id="music.play",
            text="Play or stop",
            handler=playback.toggle,
            shortcut="Space",
            icon="play",
            enabled_reason=playback.reason_not_to_play,
            group="Transport",
        ),
        Action(
            id="music.rewind",
            text="Go to the start",
            handler=playback.rewind,
            shortcut="Home",
            icon="skip-back",
            enabled_reason=playback.reason_not_to_play,
            group="Transport",
        ),
        Action(
            id="music.loop",
            text="Loop on or off",
            handler=lambda: playback.set_looping(not playback.looping),
            shortcut="Ctrl+L",
            icon="repeat",
            group="Transport",
        ),
        Action(
            id="music.metronome",
            text="Metronome on or off",
            handler=lambda: playback.set_clicking(not playback.clicking),
            shortcut="Ctrl+M",
            icon="timer",
            group="Transport",
        ),
        Action(
            id="music.count_in",
            text="Count in on or off",
            handler=lambda: playback.set_counting(not playback.counting),
            shortcut="Ctrl+Shift+M",
            icon="hourglass-high",
            group="Transport",
            help="One bar of clicks before the first sound.",
        ),
        Action(
            id="music.loop_all",
            text="Loop the whole song",
            handler=lambda: playback.set_loop(0, None),
            icon="repeat",
            enabled_reason=lambda: "" if playback.loop else "The whole song is looped already.",
            group="Transport",
        ),
        Action(
            id="music.instrument",
            text="Choose an instrument",
            handler=page.choose_instrument,
            shortcut="I",
            icon="music-note",
            group="Transport",
        ),
    ]


def _view(page: ComposePage) -> list[Action]:
    roll = page.roll
    return [
        Action(
            id="music.zoom_in",
            text="Zoom in",
            handler=lambda: roll.zoom(1.25),
            shortcut="Ctrl++; Ctrl+=",
            icon="magnifying-glass-plus",
            group="Score",
        ),
        Action(
            id="music.zoom_out",
            text="Zoom out",
            handler=lambda: roll.zoom(0.8),
            shortcut="Ctrl+-",
            icon="magnifying-glass-minus",
            group="Score",
        ),
        Action(
            id="music.fit",
            text="Show the whole melody",
            handler=roll.scale.fit,
            shortcut="Ctrl+0",
            icon="arrows-out-line-horizontal",
            group="Score",
        ),
    ]


def _files(page: ComposePage) -> list[Action]:
    reason = page.model.playback.reason_not_to_play
    return [
        Action(
            id="music.new",
            text="New song",
            handler=page.model.new_song,
            shortcut="Ctrl+N",
            icon="file-plus",
            enabled_reason=page.model.reason_no_new_song,
            group="File",
            help="Put the melody in view aside; undo brings it back.",
        ),
        *document_actions(page.documents),
        Action(
            id="music.export_midi",
            text="Export MIDI…",
            handler=page.files.save_midi,
            shortcut="Ctrl+E",
            icon="export",
            enabled_reason=reason,
            group="File",
            help="The take in view with its chords, for any music program.",
        ),
        Action(
            id="music.export_wav",
            text="Export WAV…",
            handler=page.files.save_wav,
            shortcut="Ctrl+Shift+W",
            icon="speaker-high",
            enabled_reason=reason,
            group="File",
            help="What is heard, as a sound file.",
        ),
        Action(
            id="music.export_flac",
            text="Export FLAC…",
            handler=page.files.save_flac,
            shortcut="Ctrl+Shift+F",
            icon="speaker-high",
            enabled_reason=reason,
            group="File",
            help="What is heard, as a sound file without loss in less room.",
        ),
        Action(
            id="music.export_score",
            text="Export MusicXML…",
            handler=page.files.save_score,
            shortcut="Ctrl+Shift+X",
            icon="export",
            enabled_reason=reason,
            group="File",
            help="A score with chord symbols, for notation programs.",
        ),
        Action(
            id="music.tracks",
            text="Choose the melody's track…",
            handler=page.files.show_tracks,
            shortcut="Ctrl+T",
            icon="list-bullets",
            enabled_reason=page.files.imported.reason_no_choice,
            group="File",
            help="The tracks of the MIDI file that was opened, and what was made of each.",
        ),
        Action(
            id="music.filter",
            text="Filter the melodies",
            handler=page.focus_filter,
            shortcut="Ctrl+F",
            icon="funnel",
            enabled_reason=page.reason_not_to_filter,
            group="File",
        ),
        Action(
            id="music.open",
            text="Open a MIDI file, a score or a document…",
            handler=page.files.open_dialog,
            shortcut="Ctrl+O",
            icon="folder-open",
            group="File",
        ),
    ]
