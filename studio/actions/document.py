"""What can be done with the document in every mode that shows a part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.actions.actions import Action

if TYPE_CHECKING:
    from studio.view.panels.document_files import DocumentFiles

_GROUP = "Files"


def document_actions(documents: DocumentFiles) -> list[Action]:
    """Recent ones, and saving."""
    return [
        Action(
            id="document.recent",
            text="Open what was open lately",
            handler=documents.open_recent,
            shortcut="Ctrl+Shift+O",
            icon="clock-counter-clockwise",
            group=_GROUP,
        ),
        Action(
            id="document.save",
            text="Save the document",
            handler=documents.save,
            shortcut="Ctrl+S",
            icon="floppy-disk",
            enabled_reason=documents.reason_nothing,
            group=_GROUP,
            help="Layers, mask, song and history in one .duet file.",
        ),
        Action(
            id="document.save_as",
            text="Save the document as…",
            handler=documents.save_as,
            shortcut="Ctrl+Shift+S",
            icon="floppy-disk-back",
            enabled_reason=documents.reason_nothing,
            group=_GROUP,
        ),
    ]
