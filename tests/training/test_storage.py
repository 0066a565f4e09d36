from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto

from training import data, measure, storage
from training.augment import at_size
from training.export import write_graph
from training.networks.reading import BySharpness, Calibrated
from training.networks.roomread import RoomreadConfig

pytestmark = pytest.mark.filterwarnings("ignore:.*treespec.*:FutureWarning")


@pytest.fixture(scope="module")
def crops(toy_faces: data.FacesSet) -> np.ndarray:
    images = at_size(toy_faces.images[::12], 24, 48)
    return images[:, None].astype(np.float32)


@pytest.fixture(scope="module")
def labels(toy_faces: data.FacesSet) -> np.ndarray:
    return data.majority(toy_faces.votes[::12])


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, crops: np.ndarray, labels: np.ndarray) -> Path:
    """The graph of a network that has learned the crops by heart, in 32 bits."""
    torch.manual_seed(0)
    shape = {"stem": 16, "widths": (16, 32, 64), "depths": (1, 1, 1), "sr_features": 8}
    network = RoomreadConfig(**shape, sr_blocks=1, dropout=0.0).build(8)
    optimizer = torch.optim.Adam(network.parameters(), 0.005)
    for _ in range(40):
        logits = network(torch.from_numpy(crops)).logits
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(logits, torch.from_numpy(labels)).backward()
        optimizer.step()
    path = tmp_path_factory.mktemp("graph") / "model.onnx"
    bias = torch.linspace(-0.1, 0.1, 8)
    sharp = BySharpness(0.1, -6.0, 0.5)
    write_graph(Calibrated(network, 4.0, bias, sharp=sharp).eval(), 48, path)
    return path


@pytest.fixture
def graph(whole: Path, tmp_path: Path) -> Path:
    """A copy to rewrite."""
    return Path(shutil.copy(whole, tmp_path))


def apart(one: Path, other: Path, crops: np.ndarray) -> np.ndarray:
    """Differences of the probabilities."""
    return np.abs(measure.onnx_predict(one)(crops) - measure.onnx_predict(other)(crops))


def right(graph: Path, crops: np.ndarray, labels: np.ndarray) -> float:
    """Share of the crops read right."""
    return float((measure.onnx_predict(graph)(crops).argmax(axis=1) == labels).mean())


def test_16_bits_between_the_crop_and_the_logits(
    whole: Path, tmp_path: Path, crops: np.ndarray, labels: np.ndarray
) -> None:
    half = tmp_path / "half.onnx"
    storage.halve(whole, half, "GridSample")
    onnx.checker.check_model(str(half), full_check=True)
    assert 0 < apart(half, whole, crops).max() < 1e-2
    assert right(half, crops, labels) == right(whole, crops, labels)
    assert apart(half, whole, crops[:1]).shape == (1, 8)  # any batch
    graph = onnx.shape_inference.infer_shapes(onnx.load(str(half))).graph
    kinds = {v.name: v.type.tensor_type.elem_type for v in graph.value_info}
    kinds |= {w.name: w.data_type for w in graph.initializer}
    convolutions = [node for node in graph.node if node.op_type == "Conv"]
    halves = [kinds[node.input[0]] == TensorProto.FLOAT16 for node in convolutions]
    assert all(
        (kinds[node.input[1]] == TensorProto.FLOAT16) is short
        for node, short in zip(convolutions, halves, strict=True)
    )
    assert halves.count(False) == 3, "those that find the pose"
    (pose,) = [node for node in graph.node if node.op_type == "GridSample"]
    assert {kinds[name] for name in pose.input} == {TensorProto.FLOAT}
    assert [port.type.tensor_type.elem_type for port in (*graph.input, *graph.output)] == [
        TensorProto.FLOAT,
        TensorProto.FLOAT,
    ]


def test_half_the_bits_are_about_half_the_file(graph: Path, whole: Path, crops: np.ndarray) -> None:
    storage.keep_half(graph)
    onnx.checker.check_model(str(graph), full_check=True)
    assert graph.stat().st_size < 0.65 * whole.stat().st_size
    assert apart(graph, whole, crops).max() < 1e-2
    assert apart(graph, whole, crops[:1]).shape == (1, 8)  # any batch
    rewritten = onnx.load(str(graph)).graph
    kinds = {w.name: w.data_type for w in rewritten.initializer}
    assert kinds["network.classifier.features.6.conv2.weight_half"] == TensorProto.FLOAT16
    # Small ones, and those that are no weights, are left alone.
    assert kinds["network.classifier.head.bias"] == TensorProto.FLOAT
    assert kinds["temperature"] == TensorProto.FLOAT
    sizes = {w.name: int(np.prod(w.dims)) for w in rewritten.initializer}
    assert all(
        sizes[name] >= 256 for name, kind in kinds.items() if kind == TensorProto.FLOAT16
    )  # fmt: skip


def test_halving_twice_changes_nothing(graph: Path, tmp_path: Path, crops: np.ndarray) -> None:
    storage.keep_half(graph)
    first = Path(shutil.copy(graph, tmp_path / "first.onnx"))
    storage.keep_half(graph)
    assert graph.stat().st_size == first.stat().st_size
    assert apart(graph, first, crops).max() == 0


def before(graph: onnx.GraphProto, kind: str) -> list[onnx.NodeProto]:
    """Nodes of a kind and everything they need."""
    needed: set[str] = set()
    found = []
    for node in reversed(graph.node):
        if node.op_type == kind or needed.intersection(node.output):
            needed.update(node.input)
            found.append(node)
    return found


def test_quantised_graph_says_about_the_same(
    graph: Path, whole: Path, crops: np.ndarray, labels: np.ndarray
) -> None:
    storage.quantise(graph, crops, "GridSample")
    assert sorted(path.name for path in graph.parent.iterdir()) == ["model.onnx"]
    difference = apart(graph, whole, crops)
    assert 0 < difference.mean() < 0.01
    assert difference.max() < 0.05
    assert apart(graph, whole, crops[:3]).shape == (3, 8)
    assert right(whole, crops, labels) > 0.9
    assert right(graph, crops, labels) > 0.9
    rewritten = onnx.load(str(graph)).graph
    convolutions = [node for node in rewritten.node if node.op_type == "Conv"]
    spared = before(rewritten, "GridSample")
    names = {node.name for node in spared}
    makers = {name: node.op_type for node in rewritten.node for name in node.output}
    for node in convolutions:
        eight_bits = all(makers.get(name) == "DequantizeLinear" for name in node.input[:2])
        assert eight_bits == (node.name not in names), node.name
    assert 0 < sum(node.op_type == "Conv" for node in spared) < len(convolutions)
    assert not {node.op_type for node in spared} & {"QuantizeLinear", "DequantizeLinear"}


def test_logits_and_calibration_are_not_rounded(graph: Path, crops: np.ndarray) -> None:
    storage.quantise(graph, crops, "GridSample")
    model = onnx.load(str(graph)).graph
    makers = {name: node for node in model.node for name in node.output}
    names, tail = [model.output[0].name], []
    while names:
        node = makers.get(names.pop())
        if node is not None:
            tail.append(node.op_type)
            if node.op_type != "Gemm":
                names += node.input
    # Up to the last product of the network, and to the crop by way of its sharpness.
    assert tail.count("Gemm") == 1
    assert {"Softmax", "Add", "Div", "Log", "Slice"} <= set(tail)
    assert not {"QuantizeLinear", "DequantizeLinear"} & set(tail)


def test_nothing_is_spared_where_there_is_no_such_node(
    graph: Path, whole: Path, crops: np.ndarray
) -> None:
    storage.quantise(graph, crops, "LSTM")
    rewritten = onnx.load(str(graph)).graph
    makers = {name: node.op_type for node in rewritten.node for name in node.output}
    kinds = {makers[n.input[0]] for n in rewritten.node if n.op_type == "Conv"}
    assert kinds == {"DequantizeLinear"}
