"""What a model costs: parameters, multiply-adds, and milliseconds a face on one thread."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from training import measure

BATCHES: Final = (1, 16, 64)
COUNTED: Final = (
    "Multiply-adds are those of convolutions and matrix products; normalisation, activations, "
    "pooling, resizing and sampling are not counted."
)


@dataclass(frozen=True)
class Timing:
    """Milliseconds a face over ``runs`` runs after warming up."""

    best: float
    median: float
    runs: int


@dataclass(frozen=True)
class Cost:
    """What a model costs.

    Attributes:
        parameters: of the torch module; None where only the exported graph is there.
        multiply_adds: a face; None likewise.
        onnx_bytes: size of the exported file.
        torch: timings by batch size, empty where there is no module.
        onnx: the same in ONNX Runtime on the CPU.
    """

    parameters: int | None
    multiply_adds: int | None
    onnx_bytes: int
    torch: dict[str, Timing]
    onnx: dict[str, Timing]


def parameters(module: nn.Module) -> int:
    """Number of learned values."""
    return sum(p.numel() for p in module.parameters())


def multiply_adds(module: nn.Module, side: int) -> int:
    """Multiply-adds of one face, see ``COUNTED``.

    Args:
        module: takes (1, 1, side, side) crops.
        side: in pixels.
    """
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        module(torch.rand(1, 1, side, side) * 255)
    return counter.get_total_flops() // 2


def measure_cost(module: nn.Module | None, model: Path, side: int, seconds: float = 1.0) -> Cost:
    """Measure a module, and the ONNX file made from it.

    Args:
        module: in evaluation mode; None to measure the file alone.
        model: the exported graph.
        side: of a crop in pixels.
        seconds: spent on each timing.
    """
    rng = np.random.default_rng(0)
    session = measure.onnx_predict(model, threads=1)
    in_torch, in_onnx = {}, {}
    for batch in BATCHES:
        crops = rng.uniform(0, 255, (batch, 1, side, side)).astype(np.float32)
        runs: dict[str, Callable[[], object]] = {"onnx": lambda crops=crops: session(crops)}
        if module is not None:
            tensor = torch.from_numpy(crops)
            runs["torch"] = lambda tensor=tensor: module(tensor)
        with one_thread(), torch.inference_mode():
            found = interleaved(runs, batch, seconds * len(runs))
        in_onnx[str(batch)] = found["onnx"]
        if module is not None:
            in_torch[str(batch)] = found["torch"]
    return Cost(
        parameters=None if module is None else parameters(module),
        multiply_adds=None if module is None else multiply_adds(module, side),
        onnx_bytes=model.stat().st_size,
        torch=in_torch,
        onnx=in_onnx,
    )


def interleaved(
    functions: dict[str, Callable[[], object]], batch: int, seconds: float
) -> dict[str, Timing]:
    """Time functions in turns, so that a busy moment of the machine touches all alike.

    Args:
        functions: each handles one batch.
        batch: faces in it.
        seconds: to spend in all; every function runs at least five times, after two to warm up.
    """
    for function in functions.values():
        function()
        function()
    times: dict[str, list[float]] = {name: [] for name in functions}
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or min(map(len, times.values())) < 5:
        for name, function in functions.items():
            start = time.perf_counter()
            function()
            times[name].append(1000 * (time.perf_counter() - start) / batch)
    return {
        name: Timing(min(taken), float(np.median(taken)), len(taken))
        for name, taken in times.items()
    }


@contextmanager
def one_thread() -> Iterator[None]:
    """Torch computes on one thread inside."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
