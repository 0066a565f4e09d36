from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from app.core.errors import ModelError
from training.reporting import peers


def write_peer(path: Path, side: int | str = 8) -> Path:
    """An ONNX model that doubles (n, side, side, 1)."""
    shape = ["n", side, side, 1]
    node = helper.make_node("Add", ["x", "x"], ["y"])
    graph = helper.make_graph(
        [node], "peer",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, shape)],
    )  # fmt: skip
    onnx.save_model(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9),
        str(path),
    )
    return path


class FakeInterpreter:
    """LiteRT's interpreter as far as it is used."""

    seen: list[tuple[int, ...]]

    def __init__(self, model_path: str, num_threads: int) -> None:
        if Path(model_path).read_bytes() == b"damaged":
            raise ValueError("not a flatbuffer")
        assert num_threads == 1
        self.shape = [1, 64, 64, 1]
        FakeInterpreter.seen = []

    def get_input_details(self) -> list[dict[str, object]]:
        return [{"index": 0, "shape": np.array([1, 64, 64, 1]), "dtype": np.int8}]

    def get_output_details(self) -> list[dict[str, object]]:
        return [{"index": 7}]

    def resize_tensor_input(self, index: int, shape: list[int]) -> None:
        self.shape = list(map(int, shape))

    def allocate_tensors(self) -> None:
        pass

    def set_tensor(self, index: int, value: np.ndarray) -> None:
        assert value.dtype == np.int8
        assert list(value.shape) == self.shape
        FakeInterpreter.seen.append(value.shape)

    def invoke(self) -> None:
        pass

    def get_tensor(self, index: int) -> int:
        return index


@pytest.fixture
def litert(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = ModuleType("ai_edge_litert.interpreter")
    fake.Interpreter = FakeInterpreter
    monkeypatch.setitem(sys.modules, "ai_edge_litert", ModuleType("ai_edge_litert"))
    monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", fake)


def test_both_are_timed_in_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = write_peer(tmp_path / "model.onnx")

    class Card:
        input_size = 8

    monkeypatch.setattr(peers, "load_card", lambda folder: (Card(), ours))
    monkeypatch.setattr(
        peers.measure, "onnx_predict", lambda path, threads: lambda crops: crops * 2
    )
    found = peers.measure_beside(tmp_path, write_peer(tmp_path / "peer.onnx"), seconds=0.01)
    for times in (found.ours, found.peer):
        assert set(times) == {"1", "16", "64"}
        assert all(0 < t.best <= t.median for t in times.values())
    assert found.ours["16"].runs == found.peer["16"].runs
    text = peers.words(found, "small", "fer")
    assert "| small | " in text
    assert "| fer | " in text


@pytest.mark.usefixtures("litert")
def test_a_tflite_peer_gets_whole_batches(tmp_path: Path) -> None:
    file = tmp_path / "peer.tflite"
    file.write_bytes(b"fine")
    assert peers.peer_run(file, 16)() == 7
    assert FakeInterpreter.seen == [(16, 64, 64, 1)]
    file.write_bytes(b"damaged")
    with pytest.raises(ModelError, match=r"can't be read as a \.tflite"):
        peers.peer_run(file, 1)


def test_what_can_not_be_run_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ModelError, match="no model file"):
        peers.peer_run(tmp_path / "peer.onnx", 1)
    (tmp_path / "peer.hdf5").touch()
    with pytest.raises(ModelError, match=r"neither \.tflite nor \.onnx"):
        peers.peer_run(tmp_path / "peer.hdf5", 1)
    (tmp_path / "damaged.onnx").write_bytes(b"damaged")
    with pytest.raises(ModelError, match=r"can't be read as an \.onnx"):
        peers.peer_run(tmp_path / "damaged.onnx", 1)
    with pytest.raises(ModelError, match="is not fixed"):
        peers.peer_run(write_peer(tmp_path / "free.onnx", "side"), 1)
    monkeypatch.setattr(peers, "_INTERPRETERS", ("no_such_module.interpreter",))
    (tmp_path / "peer.tflite").touch()
    with pytest.raises(ModelError, match="pip install ai-edge-litert"):
        peers.peer_run(tmp_path / "peer.tflite", 1)
