"""What can be done on the Train page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.actions.actions import Action

if TYPE_CHECKING:
    from studio.view.panels.train_page import TrainPage

_GROUP = "Training"


def train_actions(page: TrainPage) -> list[Action]:
    """The folder, the training, and what came of it."""
    model = page.model
    return [
        Action(
            id="train.start",
            text="Train",
            handler=model.train,
            shortcut="G",
            icon="graduation-cap",
            enabled_reason=model.reason_not_to_train,
            group=_GROUP,
            help="Let the model learn from the folder.",
        ),
        Action(
            id="train.more",
            text="Learn more",
            handler=model.go_on,
            shortcut="Shift+G",
            icon="graduation-cap",
            enabled_reason=model.reason_not_to_go_on,
            group=_GROUP,
            help="Go on after the last epoch, for the minutes chosen.",
        ),
        Action(
            id="train.stop",
            text="Stop the training",
            handler=model.stop,
            shortcut="Ctrl+.",
            icon="stop",
            enabled_reason=model.reason_not_to_stop,
            group=_GROUP,
            help="The epochs so far are kept.",
        ),
        Action(
            id="train.add",
            text="Add the chosen epoch to the library",
            handler=model.add,
            shortcut="Return",
            icon="check",
            enabled_reason=model.reason_not_to_add,
            group=_GROUP,
        ),
        Action(
            id="train.again",
            text="Begin another training",
            handler=model.begin_again,
            shortcut="Ctrl+N",
            icon="plus",
            enabled_reason=model.reason_not_to_begin_again,
            group=_GROUP,
            help="Epochs that were not added to the library go.",
        ),
        Action(
            id="train.play",
            text="Hear the chosen epoch, or compare its pictures",
            handler=page.toggle,
            shortcut="Space",
            icon="play",
            enabled_reason=page.reason_not_to_play,
            group=_GROUP,
        ),
        Action(
            id="train.folder",
            text="Choose a folder of pictures or songs…",
            handler=page.choose_folder,
            shortcut="O; Ctrl+O",
            icon="folder-open",
            enabled_reason=model.reason_fixed,
            group="Folder",
        ),
        Action(
            id="train.look",
            text="Read the folder again",
            handler=model.look,
            shortcut="F5",
            icon="arrows-clockwise",
            enabled_reason=page.reason_not_to_look,
            group="Folder",
        ),
    ]
