"""model.onnx from model.safetensors: the network as ONNX Runtime reads it, weights inside.

Large weights are stored in half precision, as in ``model.safetensors``, and cast when a session
opens; computing is in full precision.
"""

from __future__ import annotations

import json
import logging
import warnings
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from safetensors import safe_open
from safetensors.torch import save
from torch import nn

from engines.nets.registry import Family, family
from engines.runtime import files
from engines.runtime.backend import SIGNATURES
from engines.runtime.cards import NETWORK, WEIGHTS, read_card, write_card
from engines.runtime.encoder import KEY, Notes

#: Weights smaller than this stay in full precision: biases and statistics, which weigh nothing.
HALF_FROM = 256


def export(folder: Path) -> Path:
    """Write ``model.onnx`` in a model folder and seal the card again.

    Raises:
        EngineError: kind ``bad_model``, when the folder's weights cannot be used.
    """
    card = read_card(folder)
    path, levels = export_weights(folder)
    write_card(folder, msgspec.structs.replace(card, levels=levels))
    return path


def export_weights(folder: Path) -> tuple[Path, int]:
    """Write ``model.onnx`` beside ``model.safetensors``; the card is left alone.

    Returns:
        the file, and how many levels the latent has that sliders move.
    """
    with safe_open(folder / WEIGHTS, framework="pt") as file:
        metadata = file.metadata()
        state = {key: file.get_tensor(key).float() for key in file.keys()}  # noqa: SIM118
    kin = family(metadata["family"])
    config = kin.parse(json.loads(metadata["config"]))
    network = kin.generator(config)
    network.load_state_dict(state)
    with files.replacing(folder / NETWORK) as temporary:
        onnx.save(to_onnx(network, kin, config), temporary)
    return folder / NETWORK, kin.offset(config)[0]


def save_half(path: Path, state: dict[str, torch.Tensor], metadata: dict[str, str]) -> None:
    """Write weights as models keep them: in half precision, with what makes the network of them."""
    halved = {
        key: (tensor.half() if tensor.is_floating_point() else tensor).cpu().contiguous()
        for key, tensor in state.items()
    }
    files.write_bytes(path, save(halved, metadata))


def to_onnx(network: nn.Module, kin: Family, config: object) -> onnx.ModelProto:
    """The ONNX graph of a generator, with a free batch dimension, and free sides where it can.

    Args:
        network: its weights are taken as they are.
        kin: decides names and shapes of the inputs.
        config: of the network.
    """
    inputs = example_inputs(kin, config)
    with warnings.catch_warnings():  # the exporter's own deprecations
        warnings.simplefilter("ignore")
        logging.getLogger("torch.onnx").setLevel(logging.ERROR)
        program = torch.onnx.export(
            network.eval(),
            tuple(inputs.values()),
            dynamo=True,
            input_names=list(inputs),
            output_names=list(SIGNATURES[kin.task].outputs),
            dynamic_shapes=tuple(_dynamic(inputs, kin).values()),
            verbose=False,
            optimize=False,  # folding BatchNorm in makes weights that half precision rounds
            external_data=False,
        )
    assert program is not None
    return tidied(program.model_proto)


def encoder_for(encoder: bytes, weights: str) -> bytes:
    """An encoder's file that says it is for other weights of the same latent space.

    Args:
        encoder: the file's bytes; a guess is good enough for weights that were only tuned.
        weights: the short hash of the weights.
    """
    model = onnx.load_from_string(encoder)
    for entry in model.metadata_props:
        if entry.key == KEY:
            notes = msgspec.json.decode(entry.value, type=Notes)
            entry.value = msgspec.json.encode(msgspec.structs.replace(notes, weights=weights))
    return bytes(model.SerializeToString())


def tidied(model: onnx.ModelProto) -> onnx.ModelProto:
    """A freshly exported graph made fit to ship: large weights halved, our files not named."""
    _forget_where(model)
    _halve(model.graph)
    onnx.checker.check_model(model)
    return model


def example_inputs(kin: Family, config: Any) -> dict[str, torch.Tensor]:
    """Inputs of batch 2, by the names the ONNX file gives them, in the network's order."""
    z = torch.randn(2, kin.latent(config))
    if kin.task == "compose":
        chord, previous = torch.zeros(2, 13), torch.zeros(2, 1, 16, 128)
        inputs = {"z": z, "chord": chord, "previous": previous}
        return inputs | ({"creativity": torch.zeros(2, 1)} if config.variant == "gated" else {})
    if kin.task == "inpaint":
        # Unequal sides where they are free: equal ones would be taken for one and the same.
        side, other = config.size + kin.multiple, config.size + 2 * kin.multiple
        mask = torch.zeros(2, 1, side, other)
        mask[:, :, side // 4 : -side // 4, side // 4 : -side // 4] = 1
        return {"image": torch.zeros(2, 3, side, other), "mask": mask, "z": z}
    offset = torch.zeros(2, *kin.offset(config))
    return {"z": z, "truncation": torch.ones(1), "offset": offset}


def _dynamic(inputs: dict[str, torch.Tensor], kin: Family) -> dict[str, Any]:
    """The free dimensions of every input: the batch, and the sides of pictures of any size."""
    batch = torch.export.Dim("batch", min=1, max=4096)
    free: dict[str, Any] = {name: {0: batch} for name in inputs}
    if "truncation" in free:
        free["truncation"] = None
    if kin.multiple:
        sides = {
            axis: kin.multiple * torch.export.Dim(name, min=1, max=1024)
            for axis, name in ((2, "rows"), (3, "columns"))
        }
        free |= {name: {0: batch, **sides} for name in ("image", "mask")}
    return free


def _forget_where(model: onnx.ModelProto) -> None:
    """Drop the exporter's notes: stack traces that name files of the machine it ran on."""
    model.ClearField("metadata_props")
    graph = model.graph
    for part in (graph, *graph.node, *graph.initializer, *graph.value_info, *graph.input):
        part.ClearField("metadata_props")
        part.ClearField("doc_string")


def _halve(graph: onnx.GraphProto) -> None:
    """Store large float32 weights as float16 and cast them back as the graph begins."""
    casts = []
    for tensor in graph.initializer:
        if tensor.data_type != TensorProto.FLOAT or np.prod(tensor.dims) < HALF_FROM:
            continue
        name, values = tensor.name, numpy_helper.to_array(tensor)
        tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}_half"))
        casts.append(helper.make_node("Cast", [tensor.name], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
