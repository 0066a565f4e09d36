from __future__ import annotations

import time
from pathlib import Path

import pytest
import torch
from torch import nn

from training.export import write_graph
from training.networks.reading import Calibrated, Reading
from training.reporting import cost


class Tiny(nn.Module):
    """One convolution and one linear layer, both easy to count."""

    size = 48

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3, padding=1)
        self.head = nn.Linear(4, 8)

    def forward(self, crops: torch.Tensor) -> Reading:
        return Reading(self.head(self.conv(crops / 255).relu().mean((2, 3))))


def test_multiply_adds_of_known_layers() -> None:
    module = Calibrated(Tiny(), 1.0).eval()
    assert cost.multiply_adds(module, 48) == 48 * 48 * 4 * 9 + 4 * 8
    assert cost.parameters(module) == 4 * 9 + 4 + 4 * 8 + 8


@pytest.mark.filterwarnings("ignore:.*treespec.*:FutureWarning")
def test_cost_of_a_module_and_its_file(tmp_path: Path) -> None:
    module = Calibrated(Tiny(), 1.0).eval()
    file = tmp_path / "model.onnx"
    write_graph(module, 48, file)
    before = torch.get_num_threads()
    found = cost.measure_cost(module, file, 48, seconds=0.02)
    assert torch.get_num_threads() == before
    assert found.onnx_bytes == file.stat().st_size
    for times in (found.torch, found.onnx):
        assert set(times) == {"1", "16", "64"}
        assert all(0 < t.best <= t.median and t.runs >= 5 for t in times.values())
    alone = cost.measure_cost(None, file, 48, seconds=0.02)
    assert alone.parameters is None
    assert alone.torch == {}


def test_functions_take_turns() -> None:
    order: list[str] = []

    def slow() -> None:
        order.append("slow")
        time.sleep(0.004)

    found = cost.interleaved({"slow": slow, "quick": lambda: order.append("quick")}, 2, 0.05)
    measured = order[4:]  # two runs each to warm up
    assert measured[:4] == ["slow", "quick", "slow", "quick"]
    assert found["slow"].runs == found["quick"].runs >= 5
    assert 2 <= found["slow"].best < 20  # ms a face, two in a batch
    assert found["quick"].median < found["slow"].best
