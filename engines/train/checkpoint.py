"""Checkpoints: everything a run needs to go on as if it had never stopped, in one safetensors file.

The order of the data and all noise are functions of (seed, step, process), so the step stands for
their state; the rest is weights, buffers and the optimisers' moments.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.optim import Optimizer

from engines.protocol.errors import bad_input

FILE = "checkpoint.safetensors"


class Progress(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far a run is.

    Attributes:
        step: steps done.
        samples: real samples shown.
        seconds: time spent training, pauses left out.
        recipe: the recipe's text.
        best: the best measured score so far, and where (samples), if any.
        best_samples: samples shown when it was measured.
    """

    step: int
    samples: int
    seconds: float
    recipe: str
    best: float | None = None
    best_samples: int = 0


def save(
    path: Path,
    networks: dict[str, nn.Module],
    optimisers: dict[str, Optimizer],
    progress: Progress,
) -> None:
    """Write atomically: to a temporary name, to the disk, then renamed."""
    tensors = {f"network.{n}.{key}": t for n, net in networks.items() for key, t in _state(net)}
    for name, optimiser in optimisers.items():
        for index, state in optimiser.state_dict()["state"].items():
            tensors |= {f"optimiser.{name}.{index}.{key}": t for key, t in state.items()}
    temporary = path.with_suffix(".tmp")
    save_file(
        {key: tensor.detach().cpu().contiguous() for key, tensor in tensors.items()},
        temporary,
        metadata={"progress": msgspec.json.encode(progress).decode()},
    )
    with temporary.open("rb+") as file:
        os.fsync(file.fileno())
    temporary.replace(path)


def read_progress(path: Path) -> Progress:
    """How far the run of a checkpoint is, without its tensors.

    Raises:
        EngineError: kind ``bad_input``, when there is no whole checkpoint at ``path``.
    """
    try:
        with safe_open(path, framework="pt") as file:
            return msgspec.json.decode(file.metadata()["progress"], type=Progress)
    except FileNotFoundError as error:
        raise bad_input(f"There is no checkpoint at {path}.", "Start without --resume.") from error
    except (SafetensorError, msgspec.MsgspecError, KeyError, TypeError, OSError) as error:
        raise bad_input(f"{path} is not a checkpoint I can read: {error}.") from error


def read_networks(path: Path) -> dict[str, dict[str, Tensor]]:
    """The weights of a checkpoint: network name to state dict."""
    found: dict[str, dict[str, Tensor]] = {}
    with safe_open(path, framework="pt") as file:
        for key in file.keys():  # noqa: SIM118 - not a dict
            if key.startswith("network."):
                _, network, name = key.split(".", 2)
                found.setdefault(network, {})[name] = file.get_tensor(key)
    return found


def restore(
    path: Path, networks: dict[str, nn.Module], optimisers: dict[str, Optimizer]
) -> Progress:
    """Put networks and optimisers back as :func:`save` found them.

    Raises:
        EngineError: kind ``bad_input``, when the file is no checkpoint or of other networks.
    """
    progress = read_progress(path)
    try:
        for name, state in read_networks(path).items():
            networks[name].load_state_dict(state)
    except (RuntimeError, KeyError) as error:
        first = str(error).splitlines()[0]
        raise bad_input(
            f"{path} was made by another recipe: {first}", "Choose another --out folder."
        ) from error
    with safe_open(path, framework="pt") as file:
        for name, optimiser in optimisers.items():
            _restore_moments(file, f"optimiser.{name}.", optimiser)
    return progress


def _state(network: nn.Module) -> list[tuple[str, Tensor]]:
    return list(network.state_dict().items())


def _restore_moments(file: safe_open, prefix: str, optimiser: Optimizer) -> None:
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    for key in file.keys():  # noqa: SIM118 - not a dict
        if not key.startswith(prefix):
            continue
        index, name = key.removeprefix(prefix).split(".")
        parameter, loaded = parameters[int(index)], file.get_tensor(key)
        if loaded.dim():
            # The fused optimiser walks memory: moments must lie as their parameter does.
            loaded = torch.empty_like(parameter, requires_grad=False).copy_(loaded)
        optimiser.state[parameter][name] = loaded
