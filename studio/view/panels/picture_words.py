"""What the Image mode says of the picture in view: its title, and what can be done with it."""

from __future__ import annotations

from studio.model.context import StudioContext
from studio.model.viewing import Viewing

_SOURCES = {"live": "Live preview", "history": "From the history", "file": "From a file"}


def title_of(viewing: Viewing, context: StudioContext) -> str:
    """The picture in view by its document, or by model and seed."""
    shown, session = viewing.shown, context.session
    if shown is None:
        return "New picture"
    if viewing.source == "document" and (session.path is not None or not shown.request):
        return f"{session.title} •" if session.modified else session.title
    if shown.request is None:
        return shown.name or "Picture"
    title = context.models.title(shown.request)
    if shown.request.task == "walk":  # a moment between seeds has none of its own
        return f"{title} · walk"
    return f"{title} · {shown.request.seed}" if shown.request.model else title


def hint_of(viewing: Viewing, marking: bool, filling: bool, coming: bool) -> str:
    """The line under the canvas, or "".

    Args:
        viewing: what is in view.
        marking: pictures are being marked for a direction.
        filling: the tool in use is the one that fills holes.
        coming: fills are on their way.
    """
    if marking:
        return "Marking  ·  Space, + or − in the strip  ·  Esc leaves"
    if viewing.shown is None or viewing.source == "document":
        return ""
    if viewing.source == "candidate":
        ids = [entry.id for entry in viewing.candidates]
        here = ids.index(viewing.selected) + 1 if viewing.selected in ids else 1
        return f"Candidate {here} of {len(ids) + viewing.pending}  ·  Enter keeps  ·  Esc discards"
    if viewing.source == "live" and filling and coming:
        return "Draft  ·  Fills are on their way  ·  Tab shows the original"
    if viewing.source == "live" and filling:
        return "Draft  ·  F or Enter fills  ·  Tab shows the original"
    return f"{_SOURCES[viewing.source]}  ·  Enter keeps  ·  Esc goes back"
