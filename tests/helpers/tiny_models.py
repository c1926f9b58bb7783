"""Model folders with tiny random networks: real files, real inference, made in milliseconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import save_file

from engines.runtime.cards import NETWORK, WEIGHTS, Card, Licence, TrainingNotes, write_card

Z_DIM = 8
#: An opset that every supported ONNX Runtime knows.
OPSET = 17
IR_VERSION = 8


def make_generator(
    models: Path, name: str = "tiny-portraits", *, size: int = 16, seed: int = 0, z_dim: int = Z_DIM
) -> Path:
    """A model of the task "generate": tanh of one matrix product.

    Args:
        models: the folder of models; made when missing.
        name: the model's name.
        size: edge of its pictures in pixels.
        seed: of its weights.
        z_dim: length of its latent.

    Returns:
        the model's folder.
    """
    weight = _normal(seed, z_dim, 3 * size * size)
    nodes = [
        helper.make_node("Mul", ["z", "truncation"], ["scaled"]),
        helper.make_node("ReduceSum", ["offset", "levels"], ["moved"], keepdims=0),
        helper.make_node("Add", ["scaled", "moved"], ["latent"]),
        helper.make_node("MatMul", ["latent", "weight"], ["flat"]),
        helper.make_node("Reshape", ["flat", "shape"], ["map"]),
        helper.make_node("Tanh", ["map"], ["image"]),
    ]
    inputs = {"z": ["batch", z_dim], "truncation": [1], "offset": ["batch", 1, z_dim]}
    outputs = {"image": ["batch", 3, size, size]}
    network = _network(nodes, inputs, outputs, {"weight": weight}, [-1, 3, size, size])
    card = Card(
        name=name,
        title="Tiny portraits",
        task="generate",
        family="dcgan",
        summary="Random noise, for tests.",
        size=size,
        parameters=weight.size,
        training=TrainingNotes(recipe="none.toml", data="nothing", date="2026-01-01"),
        licence=Licence(weights="CC0-1.0", credit=("Nobody",)),
    )
    return _save(models / name, card, network, {"weight": weight})


def make_composer(
    models: Path, name: str = "tiny-melody", *, seed: int = 0, creative: bool = False
) -> Path:
    """A model of the task "compose": the softmax over pitches of a sum of matrix products.

    Args:
        models: the folder of models; made when missing.
        name: the model's name.
        seed: of its weights.
        creative: whether it takes creativity, the share of the bar before that it forgets.
    """
    weights = {
        "of_z": _normal(seed, 100, 16 * 128),
        "of_chord": _normal(seed + 1, 13, 16 * 128),
        "of_previous": _normal(seed + 2, 16 * 128, 16 * 128, scale=0.05),
    }
    forgetting = [helper.make_node("Identity", ["c"], ["heard"])]
    if creative:
        weights["one"] = np.ones(1, np.float32)
        forgetting = [
            helper.make_node("Sub", ["one", "creativity"], ["share"]),
            helper.make_node("Mul", ["c", "share"], ["heard"]),
        ]
    nodes = [
        helper.make_node("Flatten", ["previous"], ["before"], axis=1),
        helper.make_node("MatMul", ["z", "of_z"], ["a"]),
        helper.make_node("MatMul", ["chord", "of_chord"], ["b"]),
        helper.make_node("MatMul", ["before", "of_previous"], ["c"]),
        *forgetting,
        helper.make_node("Sum", ["a", "b", "heard"], ["flat"]),
        helper.make_node("Reshape", ["flat", "shape"], ["map"]),
        helper.make_node("Softmax", ["map"], ["roll"], axis=-1),
    ]
    inputs: dict[str, list[int | str]] = {
        "z": ["batch", 100],
        "chord": ["batch", 13],
        "previous": ["batch", 1, 16, 128],
    }
    if creative:
        inputs["creativity"] = ["batch", 1]
    outputs: dict[str, list[int | str]] = {"roll": ["batch", 1, 16, 128]}
    network = _network(nodes, inputs, outputs, weights, [-1, 1, 16, 128])
    card = Card(
        name=name,
        title="Tiny melodies",
        task="compose",
        family="midinet",
        summary="Random notes, for tests.",
        parameters=sum(weight.size for weight in weights.values()),
        licence=Licence(weights="CC0-1.0", credit=("Nobody",)),
    )
    return _save(models / name, card, network, weights)


def make_inpainter(
    models: Path,
    name: str = "tiny-inpaint",
    *,
    family: str = "inpaint",
    size: int = 64,
    seed: int = 0,
    extra: Sequence[onnx.NodeProto] = (),
    weights: Mapping[str, NDArray[np.float32]] | None = None,
) -> Path:
    """A model of the task "inpaint": holes get the mean of what is known, and a colour of z.

    Args:
        models: the folder of models; made when missing.
        name: the model's name.
        family: "context_encoder" takes pictures of ``size`` only.
        size: edge of the pictures it is said to be trained on.
        seed: of its weights.
        extra: nodes that make of "colour0" (batch, 3) the "colour" that is used.
        weights: constants of these.
    """
    fixed = family == "context_encoder"
    latent = 1 if fixed else Z_DIM
    constants = {"tint": _normal(seed, latent, 3), "one": np.ones(1, np.float32)}
    constants |= weights or {}
    nodes = [
        helper.make_node("Sub", ["one", "mask"], ["known"]),
        helper.make_node("Mul", ["image", "known"], ["seen"]),
        helper.make_node("ReduceMean", ["seen"], ["mean"], axes=[2, 3], keepdims=1),
        helper.make_node("ReduceMean", ["known"], ["share"], axes=[2, 3], keepdims=1),
        helper.make_node("Div", ["mean", "share"], ["average"]),
        helper.make_node("MatMul", ["z", "tint"], ["colour0"]),
        *(extra or [helper.make_node("Identity", ["colour0"], ["colour"])]),
        helper.make_node("Reshape", ["colour", "shape"], ["plane"]),
        helper.make_node("Add", ["average", "plane"], ["sum"]),
        helper.make_node("Tanh", ["sum"], ["fill"]),
        helper.make_node("Mul", ["fill", "mask"], ["in_hole"]),
        helper.make_node("Add", ["seen", "in_hole"], ["filled"]),
    ]
    height, width = (size, size) if fixed else ("height", "width")
    inputs: dict[str, list[int | str]] = {
        "image": ["batch", 3, height, width],
        "mask": ["batch", 1, height, width],
        "z": ["batch", latent],
    }
    outputs: dict[str, list[int | str]] = {"filled": ["batch", 3, height, width]}
    network = _network(nodes, inputs, outputs, constants, [-1, 3, 1, 1])
    card = Card(
        name=name,
        title="Tiny inpainter",
        task="inpaint",
        family=family,
        summary="One colour, for tests.",
        size=size,
        licence=Licence(weights="CC0-1.0", credit=("Nobody",)),
    )
    return _save(models / name, card, network, constants)


def make_models(models: Path) -> Path:
    """A library of one model per task; returns ``models``."""
    make_generator(models)
    make_composer(models)
    return models


def replace_network(folder: Path, network: onnx.ModelProto) -> None:
    """Put another network into a model and seal it: a fault that only opening it can show."""
    from engines.runtime.cards import read_card

    onnx.save(network, str(folder / NETWORK))
    write_card(folder, read_card(folder))


def _normal(seed: int, *shape: int, scale: float = 0.5) -> NDArray[np.float32]:
    generator = np.random.Generator(np.random.PCG64(seed))
    return scale * generator.standard_normal(shape, dtype=np.float32)


def _network(
    nodes: list[onnx.NodeProto],
    inputs: dict[str, list[int | str]],
    outputs: dict[str, list[int | str]],
    weights: dict[str, NDArray[np.float32]],
    shape: list[int],
) -> onnx.ModelProto:
    constants = [numpy_helper.from_array(value, name) for name, value in weights.items()]
    constants.append(numpy_helper.from_array(np.array(shape, np.int64), "shape"))
    constants.append(numpy_helper.from_array(np.array([1], np.int64), "levels"))
    graph = helper.make_graph(nodes, "tiny", _values(inputs), _values(outputs), constants)
    return helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION
    )


def _values(shapes: dict[str, list[int | str]]) -> list[onnx.ValueInfoProto]:
    return [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        for name, shape in shapes.items()
    ]


def _save(
    folder: Path, card: Card, network: onnx.ModelProto, weights: dict[str, NDArray[np.float32]]
) -> Path:
    folder.mkdir(parents=True)
    halves = {name: value.astype(np.float16) for name, value in weights.items()}
    save_file(halves, folder / WEIGHTS, metadata={"family": card.family, "config": "{}"})
    onnx.save(network, str(folder / NETWORK))
    write_card(folder, card)
    return folder
