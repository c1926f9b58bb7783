"""ONNX Runtime on the CPU, the default back end: quick to start, steady when cores are busy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime as ort
from onnxruntime.capi import onnxruntime_pybind11_state as state

from engines.protocol.errors import EngineError, bad_model
from engines.runtime import device
from engines.runtime.backend import Shape, check_signature, misfit
from engines.runtime.cards import NETWORK, WEIGHTS
from engines.runtime.checks import check_inputs, check_outputs, out_of_memory

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engines.runtime.library import Model

#: Everything the library raises by itself; it has no common base of its own.
_FAILURES = tuple(
    getattr(state, name)
    for name in (
        "Fail",
        "InvalidArgument",
        "NoSuchFile",
        "NoModel",
        "EngineError",
        "RuntimeException",
        "InvalidProtobuf",
        "ModelLoaded",
        "NotImplemented",
        "InvalidGraph",
        "EPFail",
    )
    if hasattr(state, name)
)

_FATAL_ONLY = 4  # severity: what fails is raised as well, and told once is enough


class OnnxBackend:
    """Opens ``model.onnx`` files."""

    name = "onnx"

    def __init__(self, threads: int | None = None, spin: bool = True) -> None:
        """Choose how sessions compute.

        Args:
            threads: how many to use in one operation; by default, the cores there are.
            spin: whether idle threads wait busily: faster alone, ruinous beside a training run.
        """
        self.threads = threads or device.default_threads()
        self.spin = spin

    def open(self, model: Model) -> OnnxSession:
        """See :class:`engines.runtime.backend.Backend`."""
        model.read(WEIGHTS)  # The network was made from these: both must be what the card says.
        session = self.load(model, NETWORK)
        try:
            return OnnxSession(model, session)
        except ValueError as error:  # names that are not in UTF-8
            raise _unusable(model, error) from error

    def load(self, model: Model, file: str) -> ort.InferenceSession:
        """Open one of a model's networks, whatever it is for.

        Raises:
            EngineError: ``bad_model``, when the file is damaged, ``out_of_memory``.
        """
        data = model.read(file)
        try:
            return ort.InferenceSession(
                data,
                sess_options=self._options(),
                providers=["CPUExecutionProvider"],
                enable_fallback=0,  # to the same provider, with a banner on stdout
            )
        except (*_FAILURES, ValueError, MemoryError) as error:
            raise _unusable(model, error, file) from error

    def _options(self) -> ort.SessionOptions:
        options = ort.SessionOptions()
        options.intra_op_num_threads = self.threads
        options.inter_op_num_threads = 1
        options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
        options.log_severity_level = _FATAL_ONLY
        options.use_deterministic_compute = True
        options.add_session_config_entry("session.intra_op.allow_spinning", str(int(self.spin)))
        return options


class OnnxSession:
    """One open network; see :class:`engines.runtime.backend.Session`."""

    def __init__(self, model: Model, session: ort.InferenceSession) -> None:
        """Check a freshly opened network.

        Raises:
            EngineError: ``bad_model`` when it does not fit the model's task and card.
        """
        self._model = model
        self._session = session
        self.inputs: Mapping[str, Shape] = _shapes(model, session.get_inputs())
        self.outputs: Mapping[str, Shape] = _shapes(model, session.get_outputs())
        check_signature(model, self.inputs, self.outputs, NETWORK)

    def run(self, **arrays: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        """See :class:`engines.runtime.backend.Session`."""
        check_inputs(self._model, self.inputs, arrays)
        names = list(self.outputs)
        try:
            values = self._session.run(names, arrays)
        except (*_FAILURES, MemoryError) as error:
            raise _unusable(self._model, error) from error
        outputs = dict(zip(names, values, strict=True))
        check_outputs(self._model, arrays, outputs, NETWORK)
        return outputs


def _shapes(model: Model, nodes: list[ort.NodeArg]) -> dict[str, Shape]:
    for node in nodes:
        if node.type != "tensor(float)":
            raise misfit(model, NETWORK, f"{node.name} is a {node.type}, not float32")
    return {
        node.name: tuple(axis if isinstance(axis, int) else None for axis in node.shape)
        for node in nodes
    }


def _unusable(model: Model, error: Exception, file: str = NETWORK) -> EngineError:
    text = " ".join(str(error).split())
    if isinstance(error, MemoryError) or "allocate memory" in text or "bad allocation" in text:
        return out_of_memory(model)
    return bad_model(
        f"ONNX Runtime cannot use the {file} of the model {model.card.name!r}: {text}.",
        "Make it again with `duet-engine export`, or install the model again.",
    )
