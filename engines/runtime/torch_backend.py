"""torch, for GPUs and wherever gradients are needed; builds the networks from their weights."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from engines.protocol.errors import bad_input
from engines.protocol.paths import advice_for_training
from engines.runtime.backend import SIGNATURES, Shape, check_signature, misfit
from engines.runtime.cards import WEIGHTS
from engines.runtime.checks import check_inputs, check_outputs, out_of_memory

try:
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load as load_tensors

    from engines.nets.registry import family
except ImportError as missing:
    raise bad_input(
        f"The torch back end is not installed ({missing.name} is missing).",
        f"{advice_for_training()} Or use the onnx back end.",
    ) from missing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engines.runtime.library import Model


class TorchBackend:
    """Opens ``model.safetensors`` files."""

    name = "torch"

    def __init__(
        self, threads: int | None = None, spin: bool = True, device: str | None = None
    ) -> None:
        """Choose where and how to compute.

        Args:
            threads: for the CPU; None leaves torch's choice.
            spin: unused, torch cannot be told; here so that settings fit every back end.
            device: "cpu", "cuda", "cuda:1"; by default the GPU, where there is one.
        """
        chosen = device or ("cuda" if torch.cuda.is_available() else "cpu")
        self.device = torch.device(chosen)
        if threads and self.device.type == "cpu":
            torch.set_num_threads(threads)

    def open(self, model: Model) -> TorchSession:
        """See :class:`engines.runtime.backend.Backend`."""
        try:
            return TorchSession(model, load_generator(model), self.device)
        except torch.OutOfMemoryError as error:
            raise out_of_memory(model) from error


class TorchSession:
    """One open network; see :class:`engines.runtime.backend.Session`.

    Attributes:
        module: the generator itself, for those who need its gradients.
    """

    def __init__(self, model: Model, module: torch.nn.Module, device: torch.device) -> None:
        """Move a generator to its device and check it with one run.

        Raises:
            EngineError: ``bad_model`` when it does not fit the model's task and card.
        """
        self._model = model
        self._device = device
        self.module = module.to(device).to(memory_format=torch.channels_last)
        self.inputs: Mapping[str, Shape] = input_shapes(model, module)  # in the order it takes
        self.outputs = SIGNATURES[model.card.task].outputs
        check_signature(model, self.inputs, self.outputs, WEIGHTS)

    def run(self, **arrays: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        """See :class:`engines.runtime.backend.Session`."""
        check_inputs(self._model, self.inputs, arrays)
        tensors = [torch.from_numpy(arrays[name]).to(self._device) for name in self.inputs]
        (name,) = self.outputs
        try:
            with torch.inference_mode(), self._autocast():
                value = self.module(*tensors)
        except torch.OutOfMemoryError as error:
            raise out_of_memory(self._model) from error
        outputs = {name: value.float().contiguous().cpu().numpy()}
        check_outputs(self._model, arrays, outputs, WEIGHTS)
        return outputs

    def _autocast(self) -> torch.autocast:
        """Half precision on a GPU; full on the CPU, where it must equal ONNX Runtime's."""
        on_gpu = self._device.type == "cuda"
        half = torch.bfloat16 if on_gpu and torch.cuda.is_bf16_supported() else torch.float16
        return torch.autocast(self._device.type, dtype=half, enabled=on_gpu)


def load_generator(model: Model) -> torch.nn.Module:
    """The generator of a model in float32 on the CPU, ready for inference.

    Raises:
        EngineError: ``bad_model``, when the file is damaged or does not fit its family.
    """
    data = model.read(WEIGHTS)
    try:
        metadata = _metadata(data)
        kind = family(metadata.family)
        module = kind.generator(kind.parse(json.loads(metadata.config)))
        module.load_state_dict(load_tensors(data))
    except (SafetensorError, ValueError, RuntimeError) as error:
        # Of the last, load_state_dict makes one sentence about names and shapes that differ.
        raise misfit(model, WEIGHTS, " ".join(str(error).split())) from error
    return module.float().eval().requires_grad_(False)


def input_shapes(model: Model, module: torch.nn.Module) -> dict[str, Shape]:
    """What a generator takes, in the order of its arguments."""
    shapes = dict(SIGNATURES[model.card.task].inputs)
    if model.card.task == "generate":
        kind, config = family(model.card.family), module.config
        shapes["z"] = (None, kind.latent(config))
        shapes["offset"] = (None, *kind.offset(config))
    elif model.card.task == "inpaint":
        kind, size = family(model.card.family), model.card.size
        shapes["z"] = (None, kind.latent(module.config))
        if not kind.multiple:  # pictures of one size only
            shapes |= {"image": (None, 3, size, size), "mask": (None, 1, size, size)}
    elif getattr(module.config, "variant", "") == "gated":
        shapes |= SIGNATURES["compose"].optional
    return shapes


class _Metadata(msgspec.Struct):
    """What a weight file says of itself; all values in such a file are strings."""

    family: str
    config: str


class _Header(msgspec.Struct):
    metadata: _Metadata = msgspec.field(name="__metadata__")


def _metadata(data: bytes) -> _Metadata:
    """Read the start of a safetensors file: u64 length, then JSON.

    Raises:
        ValueError: no JSON, or without what Duet writes there.
    """
    length = int.from_bytes(data[:8], "little")
    return msgspec.json.decode(data[8 : 8 + length], type=_Header).metadata
