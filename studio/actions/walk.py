"""What can be done with a walk, wherever the keyboard is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.actions.actions import Action

if TYPE_CHECKING:
    from studio.view.panels.walk_panel import WalkPanel

#: The key that keeps a picture; while the timeline is in view it is no tool's of the canvas.
KEEP = "K"


def walk_actions(panel: WalkPanel) -> list[Action]:
    """The actions of the timeline; they can be done while it is in view."""
    walk = panel.walk

    def reason_not_to_add() -> str:
        return panel.reason_not_in_view() or walk.reason_not_to_add()

    def reason_not_to_play() -> str:
        return panel.reason_not_in_view() or walk.reason_not_to_play()

    return [
        Action(
            id="walk.add",
            text="Keep this picture as a keyframe",
            handler=walk.add,
            shortcut=KEEP,
            icon="plus",
            enabled_reason=reason_not_to_add,
            group="Walk",
            help="The picture of the sliders becomes a keyframe of the walk.",
        ),
        Action(
            id="walk.play",
            text="Play the walk, or stop it",
            handler=walk.player.toggle,
            shortcut="Shift+K",
            icon="play",
            enabled_reason=reason_not_to_play,
            group="Walk",
        ),
        Action(
            id="walk.export",
            text="Export the walk as a film",
            handler=panel.save,
            shortcut="Ctrl+Alt+E",
            icon="film-strip",
            enabled_reason=reason_not_to_play,
            group="Walk",
            help="Write an MP4, a GIF, an APNG or a folder of pictures.",
        ),
    ]
