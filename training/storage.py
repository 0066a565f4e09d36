"""Smaller graphs: weights kept in 16 bits, or convolutions in 8."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process

_PRODUCTS: Final = ("Gemm", "MatMul", "Conv")
_IN_8_BITS: Final = [
    *_PRODUCTS,
    "Add",
    # Not for their own sake, but so that activations stay in 8 bits between two convolutions.
    # Average pooling is left out: ONNX Runtime is slower at it in 8 bits than in 32.
    "Relu",
    "MaxPool",
    "DepthToSpace",
    "Transpose",
    "Reshape",
]
_BATCH: Final = 16
_WORTH: Final = 256
"""Numbers from which a weight is worth a cast."""


def keep_half(path: Path) -> None:
    """Rewrite a graph so that its large weights take 16 bits each in the file.

    A cast brings each back to 32 bits; ONNX Runtime folds those casts once, when it loads the
    graph, so nothing is slower afterwards.
    """
    model = onnx.load(str(path))
    graph = model.graph
    casts = []
    for weight in graph.initializer:
        values = numpy_helper.to_array(weight)
        if weight.data_type != TensorProto.FLOAT or values.size < _WORTH:
            continue
        name = weight.name
        short = f"{name}_half"
        weight.CopyFrom(numpy_helper.from_array(values.astype(np.float16), short))
        casts.append(
            helper.make_node("Cast", [short], [name], f"{name}_cast", to=TensorProto.FLOAT)
        )
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    # What was noted of the weights' types no longer holds.
    del graph.value_info[:]
    onnx.save_model(model, str(path))


class _Crops(CalibrationDataReader):
    """Batches that show the quantiser how large activations get."""

    def __init__(self, name: str, crops: NDArray[np.float32]) -> None:
        # The quantiser wants batches of one size: what is left over has no say.
        whole = crops[: len(crops) // _BATCH * _BATCH].reshape(-1, _BATCH, *crops.shape[1:])
        self._batches: Iterator[dict[str, Any]] = iter([{name: batch} for batch in whole])

    def get_next(self) -> dict[str, Any] | None:
        return next(self._batches, None)


def quantise(path: Path, crops: NDArray[np.float32], spared: str) -> None:
    """Rewrite a graph with 8-bit convolutions and matrix products (static, a scale a channel).

    The last matrix product and all that follows it (calibration, softmax) stay in 32 bits: eight
    would round the logits.

    Args:
        path: of the graph, replaced.
        crops: (n, 1, s, s) grey 0..255, 16 or more training faces of all sizes, to measure
            activations on.
        spared: a kind of node; those and all that they depend on stay in 32 bits.
    """
    prepared, quantised = path.with_suffix(".prepared"), path.with_suffix(".quantised")
    quant_pre_process(str(path), str(prepared), skip_symbolic_shape=True)
    model = onnx.load(str(prepared))
    # The quantiser prints what it does.
    with contextlib.redirect_stdout(io.StringIO()):
        quantize_static(
            str(prepared),
            str(quantised),
            _Crops(model.graph.input[0].name, crops),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            # Without the very largest activations; with them, accuracy is 0.2 points lower.
            calibrate_method=CalibrationMethod.Percentile,
            extra_options={"CalibPercentile": 99.99},
            op_types_to_quantize=_IN_8_BITS,
            nodes_to_exclude=[*_leading_to(model.graph, spared), *_last(model.graph)],
        )
    prepared.unlink()
    quantised.replace(path)


def _leading_to(graph: onnx.GraphProto, kind: str) -> list[str]:
    """Names of the nodes of a kind, and of all that they depend on."""
    needed: set[str] = set()
    found = []
    for node in reversed(graph.node):  # sorted: whoever needs a tensor comes after its maker
        if node.op_type == kind or needed.intersection(node.output):
            needed.update(node.input)
            found.append(node.name)
    return found


def _last(graph: onnx.GraphProto) -> list[str]:
    """Names of the nodes from the last matrix product (or convolution) to the outputs."""
    needed = {output.name for output in graph.output}
    found = []
    for node in reversed(graph.node):
        if needed.intersection(node.output):
            found.append(node.name)
            if node.op_type not in _PRODUCTS:
                needed.update(node.input)
    return found
