"""What can be done in the Library."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.actions.actions import Action

if TYPE_CHECKING:
    from studio.view.panels.library_page import LibraryPage

_GROUP = "Library"


def library_actions(page: LibraryPage) -> list[Action]:
    """Models in, out, and to work."""
    return [
        Action(
            id="library.use",
            text="Use this model",
            handler=page.use,
            shortcut="Return",
            icon="check",
            enabled_reason=page.reason_not_to_use,
            group=_GROUP,
        ),
        Action(
            id="library.add",
            text="Add a model…",
            handler=page.add,
            shortcut="Ctrl+O",
            icon="plus",
            enabled_reason=page.reason_not_to_add,
            group=_GROUP,
            help="Copy a model's folder, or a zip of it, into the library.",
        ),
        Action(
            id="library.reveal",
            text="Show the model's files",
            handler=page.reveal,
            icon="folder-open",
            enabled_reason=page.reason_not_to_reveal,
            group=_GROUP,
        ),
        Action(
            id="library.delete",
            text="Delete the model",
            handler=page.delete,
            shortcut="Delete",
            icon="trash",
            enabled_reason=page.reason_not_to_delete,
            group=_GROUP,
            help="Move the model to the trash.",
        ),
        Action(
            id="library.reload",
            text="Read the library again",
            handler=page.context.client.list_models,
            shortcut="F5",
            icon="arrows-clockwise",
            group=_GROUP,
        ),
        Action(
            id="library.filter",
            text="Filter the library",
            handler=page.filter.setFocus,
            shortcut="Ctrl+F",
            icon="magnifying-glass",
            group=_GROUP,
        ),
    ]
