"""The one small interface between tasks and networks: named numpy arrays in and out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from engines.protocol.errors import EngineError, bad_input, bad_model

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engines.runtime.library import Model

#: Length of every axis; None where any length goes (the batch).
Shape = tuple[int | None, ...]


class Session(Protocol):
    """An open model.

    Attributes:
        inputs: shape by name of the arrays it takes, all float32.
    """

    inputs: Mapping[str, Shape]

    def run(self, **arrays: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        """The network's outputs by name, all float32 and finite.

        Raises:
            EngineError: ``bad_model`` when the network cannot compute them or computes
                not-a-numbers, ``out_of_memory``.
        """
        ...


class Backend(Protocol):
    """Something that opens models.

    Attributes:
        name: the word for it in settings and messages.
    """

    name: str

    def open(self, model: Model) -> Session:
        """Load a model, checked against its card and its task's signature.

        Raises:
            EngineError: ``bad_model``, naming the file.
        """
        ...


@dataclass(frozen=True, slots=True)
class Signature:
    """What the networks of a task look like from outside.

    Attributes:
        inputs: shapes by name; None stands for a length that the network chooses.
        outputs: the same. The first axis of each is the batch, except for ``truncation`` (1,).
        sized: inputs whose height and width the network may leave to the caller, who gives them
            all the same; multiples of 16.
        optional: inputs that some networks of the task take besides; the first axis is the batch.
    """

    inputs: Mapping[str, Shape]
    outputs: Mapping[str, Shape]
    sized: frozenset[str] = frozenset()
    optional: Mapping[str, Shape] = field(default_factory=dict)


SIGNATURES: Mapping[str, Signature] = MappingProxyType(
    {
        "generate": Signature(
            inputs={"z": (None, None), "truncation": (1,), "offset": (None, None, None)},
            outputs={"image": (None, 3, None, None)},
        ),
        "compose": Signature(
            inputs={"z": (None, 100), "chord": (None, 13), "previous": (None, 1, 16, 128)},
            outputs={"roll": (None, 1, 16, 128)},
            # 0 shows chord and previous bar to every level of the network, 1 to the last alone.
            optional={"creativity": (None, 1)},
        ),
        # image in -1..1 and mask with 1 in the hole; what the image holds there does not matter.
        # An ONNX graph has every name once: the output cannot be called image as well.
        "inpaint": Signature(
            inputs={
                "image": (None, 3, None, None),
                "mask": (None, 1, None, None),
                "z": (None, None),
            },
            outputs={"filled": (None, 3, None, None)},
            sized=frozenset({"image", "mask"}),
        ),
    }
)


def width(session: Session, name: str) -> int:
    """The length of a network's input called ``name``, without the batch: z_dim and the like."""
    return session.inputs[name][-1] or 0  # never None: see check_signature


BACKENDS = ("auto", "onnx", "torch")


def make_backend(name: str = "auto", **settings: Any) -> Backend:
    """The back end called ``name``, imported only now.

    Args:
        name: "onnx" (ONNX Runtime on the CPU), "torch" (a GPU, or gradients), or "auto":
            ONNX Runtime, which starts ten times faster and serves every shipped model.
        settings: ``threads`` and ``spin``, as in :class:`OnnxBackend`.

    Raises:
        EngineError: ``bad_input`` for an unknown name or one that is not installed.
    """
    if name in ("auto", "onnx"):
        from engines.runtime.onnx_backend import OnnxBackend

        return OnnxBackend(**settings)
    if name == "torch":
        from engines.runtime.torch_backend import TorchBackend

        return TorchBackend(**settings)
    raise bad_input(f"There is no back end called {name!r}.", f"Choose one of {_list(BACKENDS)}.")


def check_signature(
    model: Model, inputs: Mapping[str, Shape], outputs: Mapping[str, Shape], file: str
) -> None:
    """Compare an opened network with what its task and its card promise.

    Args:
        model: whose network.
        inputs: the network's shapes by name, None for any length.
        outputs: the same.
        file: the file to name in the complaint.

    Raises:
        EngineError: ``bad_model``.
    """
    expected = SIGNATURES[model.card.task]
    more = {name: shape for name, shape in expected.optional.items() if name in inputs}
    for kind, want, have in (
        ("input", {**expected.inputs, **more}, inputs),
        ("output", expected.outputs, outputs),
    ):
        if set(want) != set(have):
            raise misfit(model, file, f"its {kind}s are {_list(have)}, not {_list(want)}")
        for name, shape in want.items():
            if not _fits(shape, have[name]):
                raise misfit(
                    model, file, f"{kind} {name} has the shape {_show(have[name])}, "
                    f"not {_show(shape)}",
                )  # fmt: skip
    for name, shape in inputs.items():
        given = shape[1:2] if name in expected.sized else shape[1:]
        if shape[0] != (1 if name == "truncation" else None) or None in given:
            raise misfit(model, file, f"input {name} has the shape {_show(shape)}")
    sizes = {inputs[name][2:] for name in expected.sized}
    if len(sizes) > 1 or any((None in size) != (size == (None, None)) for size in sizes):
        raise misfit(model, file, f"its inputs are of the sizes {', '.join(map(_show, sizes))}")


def misfit(model: Model, file: str, reason: str) -> EngineError:
    """The error for a network that is readable but not what its card says."""
    return bad_model(
        f"The {file} of the model {model.card.name!r} cannot be used: {reason}.",
        "Make it again with `duet-engine export`, or install the model again.",
    )


def _fits(want: Shape, have: Shape) -> bool:
    return len(want) == len(have) and all(
        w is None or h is None or w == h for w, h in zip(want, have, strict=True)
    )


def _show(shape: Shape) -> str:
    return "(" + ", ".join("any" if length is None else str(length) for length in shape) + ")"


def _list(names: Mapping[str, Shape] | tuple[str, ...]) -> str:
    return ", ".join(names) or "none"
