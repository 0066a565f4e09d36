"""ONNX Runtime as it is on computers with graphics cards, for tests on one without.

Sessions compute on the processor, whatever they were asked to run on, and keep what they were
started with and every batch that they were given.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
import pytest
from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors

CPU = "CPUExecutionProvider"
CUDA = "CUDAExecutionProvider"
TENSORRT = "TensorrtExecutionProvider"
COREML = "CoreMLExecutionProvider"
DIRECTML = "DmlExecutionProvider"
OPENVINO = "OpenVINOExecutionProvider"


class Buffer:
    """An ``OrtValue``: memory on a device."""

    made: list[Buffer]

    def __init__(self, shape: tuple[int, ...], device: str) -> None:
        self.device = device
        self.filled = 0
        self._held = np.full(shape, np.nan, np.float32)

    @classmethod
    def ortvalue_from_shape_and_type(
        cls, shape: tuple[int, ...], kind: type, device: str, number: int
    ) -> Buffer:
        assert (kind, number) == (np.float32, 0)
        buffer = cls(tuple(shape), device)
        cls.made.append(buffer)
        return buffer

    def update_inplace(self, values: np.ndarray) -> None:
        assert values.shape == self._held.shape
        assert values.flags.c_contiguous
        assert values.dtype == np.float32
        self._held[:] = values
        self.filled += 1

    def numpy(self) -> np.ndarray:
        return self._held.copy()

    def write(self, values: np.ndarray) -> None:
        self._held[:] = values


@dataclass
class Binding:
    inputs: dict[str, Buffer] = field(default_factory=dict)
    outputs: dict[str, Buffer] = field(default_factory=dict)

    def bind_ortvalue_input(self, name: str, buffer: Buffer) -> None:
        self.inputs[name] = buffer

    def bind_ortvalue_output(self, name: str, buffer: Buffer) -> None:
        self.outputs[name] = buffer


class Session:
    """An ``InferenceSession`` of the runtime it belongs to."""

    def __init__(
        self,
        runtime: Accelerators,
        model: str | bytes,
        options: ort.SessionOptions,
        providers: list[str],
        provider_options: list[dict[str, str]],
    ) -> None:
        self.options, self.providers, self.provider_options = options, providers, provider_options
        self.tiny = isinstance(model, bytes)
        self.model = "" if isinstance(model, bytes) else Path(model).name
        self.batches: list[int] = []
        self.bound = 0
        self._runtime = runtime
        plain = ort.SessionOptions()
        plain.intra_op_num_threads = 1
        plain.log_severity_level = 4
        self._real = runtime.real(model, plain, providers=[CPU])

    def get_providers(self) -> list[str]:
        starts = self.providers[0] in {CPU, *self._runtime.listed} - self._runtime.idle
        return self.providers if starts else [CPU]

    def get_inputs(self) -> Any:
        return self._real.get_inputs()

    def get_outputs(self) -> Any:
        return self._real.get_outputs()

    def run(self, names: Any, given: dict[str, np.ndarray]) -> list[np.ndarray]:
        self.batches.append(len(next(iter(given.values()))))
        return [self._runtime.answer(self, out) for out in self._real.run(names, given)]

    def io_binding(self) -> Binding:
        return Binding()

    def run_with_iobinding(self, binding: Binding) -> None:
        self.bound += 1
        given = {name: buffer.numpy() for name, buffer in binding.inputs.items()}
        for buffer, found in zip(binding.outputs.values(), self.run(None, given), strict=True):
            buffer.write(found)


class Accelerators:
    """Puts such an ONNX Runtime in place of the real one.

    Args:
        listed: providers that this build has, without the CPU.
        idle: of them, those that are listed and do not start.
        failing: those that start and fail when they compute.
        wrong: those that read the expression model wrongly.

    Attributes:
        sessions: every session that was started, in order.
    """

    def __init__(
        self,
        monkeypatch: pytest.MonkeyPatch,
        *listed: str,
        idle: tuple[str, ...] = (),
        failing: tuple[str, ...] = (),
        wrong: tuple[str, ...] = (),
    ) -> None:
        self.listed, self.idle, self.failing, self.wrong = listed, {*idle}, {*failing}, {*wrong}
        self.real: Callable[..., Any] = ort.InferenceSession
        self.sessions: list[Session] = []
        Buffer.made = []
        # Not in our order, which must be ours.
        monkeypatch.setattr(ort, "get_available_providers", lambda: [CPU, *self.listed])
        monkeypatch.setattr(ort, "InferenceSession", self._start)
        monkeypatch.setattr(ort, "OrtValue", Buffer)

    def answer(self, session: Session, found: np.ndarray) -> np.ndarray:
        first = session.providers[0]
        if first in self.failing:
            raise ort_errors.Fail("no kernel image is available for execution on the device")
        return found[:, ::-1] if first in self.wrong and not session.tiny else found

    @property
    def last(self) -> Session:
        return self.sessions[-1]

    def _start(
        self,
        model: str | bytes,
        options: ort.SessionOptions,
        providers: list[str],
        provider_options: list[dict[str, str]],
        enable_fallback: int,
    ) -> Session:
        assert not enable_fallback, "it would take another provider and print that"
        session = Session(self, model, options, providers, provider_options)
        self.sessions.append(session)
        return session
