"""Start from a model that is already trained, rather than from noise."""

from __future__ import annotations

from pathlib import Path

import msgspec
from safetensors.torch import load
from torch import nn

from engines.protocol.errors import bad_input
from engines.runtime.cards import CARD, TRAINING
from engines.runtime.library import Library, Model
from engines.train.recipe import Recipe


def starting_from(recipe: Recipe, folder: Path) -> Recipe:
    """The recipe with another start: the networks in a model's folder, wherever it is.

    A model trained in stages is made from nothing this way: each stage begins with what the one
    before it left.

    Raises:
        EngineError: ``bad_input`` when there is no such folder, or when the recipe trains an
            encoder, which belongs to the model that its recipe names.
    """
    if recipe.data.kind == "encoder":
        raise bad_input(
            f"{recipe.name} finds places in {recipe.start_from!r} and cannot start elsewhere.",
            "Leave --start out.",
        )
    if not (folder / CARD).is_file():
        raise bad_input(f"There is no model in {folder}.", f"Give the folder that holds {CARD}.")
    return msgspec.structs.replace(recipe, start_from=str(folder.resolve()))


def start_from(name: str, networks: dict[str, nn.Module], library: Library | None = None) -> None:
    """Load both networks of a model of the library.

    Args:
        name: the model, or the whole path of its folder; its ``training.safetensors`` holds
            "generator" and "discriminator".
        networks: by those names, of the same shape as the model's; changed in place.
        library: where to look; the shipped and the user's models by default.

    Raises:
        EngineError: ``bad_input`` when the model is missing or its networks have another shape,
            ``bad_model`` when its file is damaged.
    """
    model = _model(name, library or Library())
    tensors = load(model.read(TRAINING))
    for key, network in networks.items():
        prefix = f"{key}."
        state = {k.removeprefix(prefix): t for k, t in tensors.items() if k.startswith(prefix)}
        try:
            network.load_state_dict(state)
        except RuntimeError as error:
            first = str(error).splitlines()[0]
            raise bad_input(
                f"The {key} of {name!r} has another shape than the recipe's: {first}",
                "Take over its [network] table, or start from noise.",
            ) from error


def forget_judgement(discriminator: nn.Module) -> None:
    """Give the last layer small random weights: what it sees is kept, what it thinks of it is not.

    Works for discriminators whose ``last`` is their last layer. Noise comes from torch's global
    generator.
    """
    last = getattr(discriminator, "last")  # noqa: B009  # a Module's attribute is Any
    nn.init.normal_(last.weight, std=0.02)
    nn.init.zeros_(last.bias)


def _model(name: str, library: Library) -> Model:
    folder = Path(name)
    return Library([folder.parent]).get(folder.name) if folder.is_absolute() else library.get(name)
