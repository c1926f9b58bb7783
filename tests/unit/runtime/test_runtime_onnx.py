"""The ONNX back end: right arrays out, every unfit network refused with a sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
import tiny_models
from onnx import numpy_helper

from engines.protocol.errors import EngineError
from engines.runtime.backend import Session, make_backend, width
from engines.runtime.cards import NETWORK, WEIGHTS, read_card, write_card
from engines.runtime.library import Library
from engines.runtime.onnx_backend import OnnxBackend


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tiny_models.make_generator(tmp_path / "models")


def open_model(folder: Path) -> Session:
    return OnnxBackend(threads=1, spin=False).open(Library([folder.parent]).get(folder.name))


def arrays(batch: int = 1) -> dict[str, np.ndarray]:
    generator = np.random.Generator(np.random.PCG64(5))
    return {
        "z": generator.standard_normal((batch, 8), dtype=np.float32),
        "truncation": np.array([0.5], np.float32),
        "offset": generator.standard_normal((batch, 1, 8), dtype=np.float32),
    }


def test_the_network_computes_what_it_says(folder: Path) -> None:
    session = open_model(folder)
    network = onnx.load(str(folder / NETWORK))
    weight = next(numpy_helper.to_array(t) for t in network.graph.initializer if t.name == "weight")
    given = arrays(batch=3)
    expected = np.tanh((given["z"] * 0.5 + given["offset"][:, 0]) @ weight).reshape(3, 3, 16, 16)
    image = session.run(**given)["image"]
    assert image.dtype == np.float32
    np.testing.assert_allclose(image, expected, atol=1e-5)


def test_the_widths_of_its_inputs_are_known(folder: Path) -> None:
    session = open_model(folder)
    assert session.inputs == {"z": (None, 8), "truncation": (1,), "offset": (None, 1, 8)}
    assert width(session, "z") == 8


@pytest.mark.parametrize(("threads", "spin"), [(1, False), (2, True), (2, False)])
def test_threads_and_spinning_do_not_change_a_bit(folder: Path, threads: int, spin: bool) -> None:
    model = Library([folder.parent]).get(folder.name)
    session = OnnxBackend(threads=threads, spin=spin).open(model)
    assert np.array_equal(
        session.run(**arrays())["image"], open_model(folder).run(**arrays())["image"]
    )


def test_a_callers_mistake_is_a_value_error(folder: Path) -> None:
    session = open_model(folder)
    good = arrays()
    with pytest.raises(ValueError, match="takes"):
        session.run(z=good["z"])
    with pytest.raises(ValueError, match="z must be float32"):
        session.run(**{**good, "z": good["z"].astype(np.float64)})
    with pytest.raises(ValueError, match="z must be float32"):
        session.run(**{**good, "z": good["z"][:, :5]})


@pytest.mark.parametrize("name", [NETWORK, WEIGHTS])
def test_both_files_must_be_what_the_card_says(folder: Path, name: str) -> None:
    (folder / name).write_bytes((folder / name).read_bytes()[:-1])
    with pytest.raises(EngineError, match="is damaged") as caught:
        open_model(folder)
    assert caught.value.kind == "bad_model"
    assert name in caught.value.message


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"\x08\x08" * 50, b"\xff" * 200])
def test_a_sealed_file_that_is_no_network(folder: Path, data: bytes) -> None:
    (folder / NETWORK).write_bytes(data)
    write_card(folder, read_card(folder))
    with pytest.raises(EngineError, match=r"model\.onnx") as caught:
        open_model(folder)
    assert caught.value.kind == "bad_model"
    assert "\n" not in str(caught.value)


def altered(folder: Path, change: str) -> onnx.ModelProto:
    network = onnx.load(str(folder / NETWORK))
    graph = network.graph
    match change:
        case "input renamed":
            graph.input[0].name = graph.node[0].input[0] = "noise"
        case "input fixed to batch 1":
            graph.input[0].type.tensor_type.shape.dim[0].dim_value = 1
        case "input of open width":
            graph.input[0].type.tensor_type.shape.dim[1].dim_param = "any"
        case "output renamed":
            graph.output[0].name = graph.node[-1].output[0] = "picture"
        case "output of doubles":
            cast = onnx.helper.make_node("Cast", ["singles"], ["image"], to=onnx.TensorProto.DOUBLE)
            graph.node[-1].output[0] = "singles"
            graph.node.append(cast)
            graph.output[0].type.tensor_type.elem_type = onnx.TensorProto.DOUBLE
        case "unknown operator":
            graph.node[-1].op_type = "Dream"
    return network


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ("input renamed", "its inputs are noise"),
        ("input fixed to batch 1", r"input z has the shape \(1, 8\)"),
        ("input of open width", r"input z has the shape \(any, any\)"),
        ("output renamed", "its outputs are picture"),
        ("output of doubles", "not float32"),
        ("unknown operator", "Dream"),
    ],
)
def test_a_network_of_another_shape_is_refused_when_opened(
    folder: Path, change: str, names: str
) -> None:
    tiny_models.replace_network(folder, altered(folder, change))
    with pytest.raises(EngineError, match=names) as caught:
        open_model(folder)
    assert caught.value.kind == "bad_model"
    assert NETWORK in caught.value.message


def test_a_network_that_computes_not_a_numbers(folder: Path) -> None:
    network = onnx.load(str(folder / NETWORK))
    nans = numpy_helper.from_array(np.full((8, 768), np.nan, np.float32), "weight")
    network.graph.initializer[0].CopyFrom(nans)
    tiny_models.replace_network(folder, network)
    session = open_model(folder)
    with pytest.raises(EngineError, match="not made of finite numbers") as caught:
        session.run(**arrays())
    assert caught.value.kind == "bad_model"


def test_pictures_of_another_size_than_the_card_says(tmp_path: Path) -> None:
    small = tiny_models.make_generator(tmp_path / "a", "one", size=16)
    large = tiny_models.make_generator(tmp_path / "b", "one", size=32)
    tiny_models.replace_network(small, onnx.load(str(large / NETWORK)))
    session = open_model(small)
    with pytest.raises(EngineError, match="its card says 16 pixels"):
        session.run(**arrays())


def test_back_ends_have_names() -> None:
    assert make_backend("auto", threads=1).name == "onnx"
    with pytest.raises(EngineError, match="no back end called 'magic'"):
        make_backend("magic")


# --- inpainters ------------------------------------------------------------------------------


def resized(folder: Path, sizes: dict[str, tuple[int | str, int | str]]) -> None:
    """Give the pictures a network takes other heights and widths than it was made with."""
    network = onnx.load(str(folder / NETWORK))
    for node in network.graph.input:
        for axis, length in zip((2, 3), sizes.get(node.name, ()), strict=False):
            dimension = node.type.tensor_type.shape.dim[axis]
            if isinstance(length, str):
                dimension.dim_param = length
            else:
                dimension.dim_value = length
    tiny_models.replace_network(folder, network)


def test_inpainters_take_any_size_or_one(tmp_path: Path) -> None:
    free = open_model(tiny_models.make_inpainter(tmp_path))
    one = open_model(tiny_models.make_inpainter(tmp_path, "one", family="context_encoder"))
    assert free.inputs["image"] == (None, 3, None, None)
    assert one.inputs["mask"] == (None, 1, 64, 64)
    for shape in ((16, 48), (64, 64)):
        made = free.run(
            image=np.zeros((1, 3, *shape), np.float32),
            mask=np.zeros((1, 1, *shape), np.float32),
            z=np.zeros((1, 8), np.float32),
        )
        assert made["filled"].shape == (1, 3, *shape)
    with pytest.raises(ValueError, match="image must be float32"):
        one.run(
            image=np.zeros((1, 3, 16, 48), np.float32),
            mask=np.zeros((1, 1, 16, 48), np.float32),
            z=np.zeros((1, 1), np.float32),
        )


@pytest.mark.parametrize(
    "sizes",
    [
        {"image": (64, 64)},
        {"image": (64, "width"), "mask": (64, "width")},
        {"mask": (64, 64)},
    ],
)
def test_an_inpainter_of_two_minds_about_its_size_is_refused(
    tmp_path: Path, sizes: dict[str, tuple[int | str, int | str]]
) -> None:
    folder = tiny_models.make_inpainter(tmp_path)
    resized(folder, sizes)
    with pytest.raises(EngineError, match="its inputs are of the sizes") as caught:
        open_model(folder)
    assert caught.value.kind == "bad_model"


def test_an_inpainter_that_changes_the_size_is_refused(tmp_path: Path) -> None:
    folder = tiny_models.make_inpainter(tmp_path)
    network = onnx.load(str(folder / NETWORK))
    last = network.graph.node[-1]
    last.output[0] = "whole"
    twice = onnx.helper.make_node("Concat", ["whole", "whole"], ["filled"], axis=3)
    network.graph.node.append(twice)
    tiny_models.replace_network(folder, network)
    session = open_model(folder)
    picture, mask = np.zeros((1, 3, 16, 16), np.float32), np.zeros((1, 1, 16, 16), np.float32)
    with pytest.raises(EngineError, match="it makes a picture"):
        session.run(image=picture, mask=mask, z=np.zeros((1, 8), np.float32))
