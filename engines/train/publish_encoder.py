"""``encoder.onnx`` from a checkpoint, into the folder of the model whose places it finds."""

from __future__ import annotations

import logging
import warnings
from pathlib import Path

import msgspec
import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from engines.data.pictures import load_pictures
from engines.nets.encoder import Encoder
from engines.protocol.errors import bad_input
from engines.runtime import files
from engines.runtime.cards import ENCODER, read_card, write_card
from engines.runtime.encoder import KEY, Notes, distance
from engines.runtime.library import Library
from engines.runtime.torch_backend import load_generator
from engines.runtime.torch_export import tidied
from engines.train import checkpoint
from engines.train import recipe as recipes
from engines.train.encoder import encodable, encoder_config, render, to_floats
from engines.train.sheet import to_bytes

#: Weights of fewer numbers than this are not worth an own scale.
BYTES_FROM = 1024
#: Of held-out pictures, how many lie within what an encoder calls its own.
SHARE = 0.95
#: Held-out pictures that this is measured on at most.
MOST, BATCH = 400, 20


def publish_encoder(source: Path, data: Path, library: Library | None = None) -> Path:
    """Write the encoder into its model's folder and seal the card again.

    Args:
        source: ``checkpoint.safetensors`` of a run.
        data: what it was trained on; held-out pictures tell how far its own kind may lie.
        library: where the model is looked up.

    Returns:
        The file.

    Raises:
        EngineError: kind ``bad_input``, when ``source`` is no checkpoint of an encoder.
    """
    recipe = recipes.parse(checkpoint.read_progress(source).recipe, str(source))
    if recipe.data.kind != "encoder":
        raise bad_input(f"{source} holds no encoder.", "Give the checkpoint of an encoder's run.")
    model = encodable(recipe.start_from, library)
    generator = load_generator(model)
    network = Encoder(encoder_config(recipe, generator, model.card.family))
    network.load_state_dict(checkpoint.read_networks(source)["average"])
    network.eval()
    held_out = load_pictures(data, model.card.size, "held_out").pixels[:MOST]
    far = distances(network, generator, held_out)
    notes = Notes(
        weights=model.card.weights,
        within=round(float(np.quantile(far, SHARE)), 4),
        recipe=f"{recipe.name}.toml",
    )
    path = model.path / ENCODER
    with files.replacing(path) as temporary:
        onnx.save(to_onnx(network, notes), temporary)
    write_card(model.path, read_card(model.path))
    return path


@torch.no_grad()
def distances(
    network: torch.nn.Module, generator: torch.nn.Module, pictures: NDArray[np.uint8]
) -> NDArray[np.float64]:
    """How far each picture (N, H, H, 3) lies from what its guessed place gives, (N,)."""
    found: list[float] = []
    for start in range(0, len(pictures), BATCH):
        batch = pictures[start : start + BATCH]
        guessed = to_bytes(render(generator, network(to_floats(torch.from_numpy(batch)))))
        found += [distance(one, other) for one, other in zip(batch, guessed, strict=True)]
    return np.array(found)


def to_onnx(network: Encoder, notes: Notes) -> onnx.ModelProto:
    """The graph of an encoder, with a free batch dimension, that says what it is for."""
    size = network.config.size
    batch = torch.export.Dim("batch", min=1, max=4096)
    with warnings.catch_warnings():  # the exporter's own deprecations
        warnings.simplefilter("ignore")
        logging.getLogger("torch.onnx").setLevel(logging.ERROR)
        program = torch.onnx.export(
            network.eval(),
            (torch.zeros(2, 3, size, size),),
            dynamo=True,
            input_names=["image"],
            output_names=["place"],
            dynamic_shapes=({0: batch},),
            verbose=False,
            optimize=False,
            external_data=False,
        )
    assert program is not None
    model = program.model_proto
    _to_bytes(model.graph)
    model = tidied(model)
    model.metadata_props.add(key=KEY, value=msgspec.json.encode(notes).decode())
    return model


def _to_bytes(graph: onnx.GraphProto) -> None:
    """Store large weights as 8-bit numbers with a scale for every row.

    A guess does not feel the difference, and the file is half as large as in half precision.
    """
    nodes = []
    for tensor in list(graph.initializer):
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.ndim < 2 or values.size < BYTES_FROM:
            continue
        rows = np.abs(values).max(axis=tuple(range(1, values.ndim)))
        scale = np.maximum(rows / 127, 1e-8).astype(np.float32)
        steps = np.rint(values / scale.reshape(-1, *[1] * (values.ndim - 1))).astype(np.int8)
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(steps, f"{name}_bytes"))
        graph.initializer.append(numpy_helper.from_array(scale, f"{name}_scale"))
        inputs = [f"{name}_bytes", f"{name}_scale"]
        nodes.append(helper.make_node("DequantizeLinear", inputs, [name], axis=0))
    every = [*nodes, *graph.node]
    del graph.node[:]
    graph.node.extend(every)
