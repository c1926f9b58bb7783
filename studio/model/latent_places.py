"""Which pictures lie in the latent space that is worked in."""

from __future__ import annotations

from engines.protocol.messages import Request
from studio.model.latent_state import point_of
from studio.model.shelf import ModelShelf


def why_no_place(request: Request | None, model: str, models: ModelShelf) -> str:
    """Why a picture cannot be counted with others of a model, or "".

    Args:
        request: makes the picture; None for a painted or foreign one.
        model: the name of the model.
        models: the library.
    """
    if request is None or point_of(request) is None:
        return "This picture has no place in a latent space: use generated or steered ones."
    info = models.get(model)
    if request.model != model:
        mine = info.title if info is not None else model
        return f"This picture is by {models.title(request)}: use pictures by {mine}."
    if info is not None and request.weights and request.weights != info.weights:
        return "Another version of the model made this picture: use newer ones."
    return ""
