"""Smaller graphs: weights kept in 16 bits, or convolutions calculated in 16 or in 8."""

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


def halve(source: Path, target: Path, spared: str) -> None:
    """Write a graph that calculates its convolutions in 16 bits, for graphics cards.

    They have no 8-bit convolutions, or few. What comes before the first convolution (the sum of
    squared grey values does not fit 16 bits), the last matrix product and all that follows it
    stay in 32 bits, and so do input and output.

    Args:
        source: a graph in 32 bits.
        target: the new file.
        spared: as in ``quantise``.
    """
    model = onnx.shape_inference.infer_shapes(onnx.load(str(source)))
    graph = model.graph
    outside = {*_first(graph), *_leading_to(graph, spared), *_last(graph)}
    floats = {
        value.name
        for value in (*graph.value_info, *graph.input, *graph.output)
        if value.type.tensor_type.elem_type == TensorProto.FLOAT
    }
    weights = {one.name: one for one in graph.initializer if one.data_type == TensorProto.FLOAT}
    nodes: list[onnx.NodeProto] = []
    made: set[str] = set()

    def cast(name: str, kind: int) -> str:
        short = f"{name}_{'half' if kind == TensorProto.FLOAT16 else 'whole'}"
        if short not in made:
            made.add(short)
            if name in weights:
                values = numpy_helper.to_array(weights[name]).astype(np.float16)
                graph.initializer.append(numpy_helper.from_array(values, short))
            else:
                nodes.append(helper.make_node("Cast", [name], [short], f"{short}_cast", to=kind))
        return short

    halves: set[str] = set()
    for node in graph.node:  # sorted: whoever makes a tensor comes before those who need it
        for place, name in enumerate(node.input):
            if node.name in outside and name in halves:
                node.input[place] = cast(name, TensorProto.FLOAT)
            elif node.name not in outside and name not in halves and name in floats | {*weights}:
                node.input[place] = cast(name, TensorProto.FLOAT16)
        nodes.append(node)
        if node.name not in outside:
            halves.update(floats.intersection(node.output))
    used = {name for node in nodes for name in node.input}
    kept = [one for one in graph.initializer if one.name in used]
    for field, values in ((graph.node, nodes), (graph.initializer, kept), (graph.value_info, [])):
        copies = [type(one).FromString(one.SerializeToString()) for one in values]
        del field[:]
        field.extend(copies)
    onnx.checker.check_model(model, full_check=True)
    onnx.save_model(model, str(target))


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


def _first(graph: onnx.GraphProto) -> list[str]:
    """Names of the nodes that depend on no matrix product or convolution."""
    behind: set[str] = set()
    found = []
    for node in graph.node:
        if node.op_type in _PRODUCTS or behind.intersection(node.input):
            behind.update(node.output)
        else:
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
