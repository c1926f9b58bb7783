"""Start from a model that is already trained, rather than from noise."""

from __future__ import annotations

from safetensors.torch import load
from torch import nn

from engines.protocol.errors import bad_input
from engines.runtime.cards import TRAINING
from engines.runtime.library import Library


def start_from(name: str, networks: dict[str, nn.Module], library: Library | None = None) -> None:
    """Load both networks of a model of the library.

    Args:
        name: the model; its ``training.safetensors`` holds "generator" and "discriminator".
        networks: by those names, of the same shape as the model's; changed in place.
        library: where to look; the shipped and the user's models by default.

    Raises:
        EngineError: ``bad_input`` when the model is missing or its networks have another shape,
            ``bad_model`` when its file is damaged.
    """
    model = (library or Library()).get(name)
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
