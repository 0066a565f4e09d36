"""A model at work: on the provider that was asked for, in batches as that provider likes them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from app.core.errors import ModelError
from app.stages.fetch import models_folder
from app.stages.providers import (
    BUCKETS,
    CPU,
    ORT_ERRORS,
    Provider,
    Running,
    problem_of,
    provider_named,
    short,
    start,
)

_DEVICE: Final = 0


class Inference:
    """Runs a model of one input and one output, both float32 with the batch first.

    Where the provider has buffers of its own, each size of batch has two there that stay, so
    that nothing is allocated from batch to batch; where it plans anew for each size of batch,
    batches are filled up to the next of ``BUCKETS``. One thread at a time.

    Args:
        model: the file.
        running: how it is run.
        shape: of one input, without the batch.

    Attributes:
        provider: that really runs the model.
        session: ONNX Runtime's.

    Raises:
        ModelError: the model can't be loaded, or the provider does not work here.
    """

    def __init__(self, model: Path, running: Running, shape: tuple[int, ...]) -> None:
        asked = provider_named(running.provider)
        problem = "" if asked == CPU else problem_of(asked)
        if problem:
            raise ModelError(_refusal(asked, problem))
        try:
            self.session = start(model, running, _cache(asked), shape)
        except ORT_ERRORS as error:
            if asked != CPU:
                raise ModelError(_refusal(asked, short(error))) from error
            raise ModelError(f"{model} can't be loaded by ONNX Runtime: reinstall it") from error
        if self.session.get_providers()[0] != asked.execution:
            raise ModelError(_refusal(asked, "it does not start with this model"))
        self.provider: Provider = asked
        self._shape = shape
        self._input = self.session.get_inputs()[0].name
        self._output = self.session.get_outputs()[0].name
        self._buckets = asked.buckets if running.buckets is None else running.buckets
        self._bound: dict[int, _Bound] = {}

    def run(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n, ...) in, (n, k) out.

        Raises:
            ModelError: the provider failed on the way.
        """
        try:
            if not self._buckets:
                return self._computed(batch)
            largest = BUCKETS[-1]
            parts = [
                self._filled(batch[first : first + largest])
                for first in range(0, len(batch), largest)
            ]
        except ORT_ERRORS as error:
            raise ModelError(
                f"{self.provider.title} failed while it was reading ({short(error)}): run "
                "'roomread doctor', or set the provider to cpu"
            ) from error
        return np.concatenate(parts) if len(parts) != 1 else parts[0]

    def _filled(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        """The next bucket's size is run; what was only filled in is left out again."""
        size = next(bucket for bucket in BUCKETS if bucket >= len(batch))
        if size == len(batch):
            return self._computed(np.ascontiguousarray(batch))
        whole = np.zeros((size, *batch.shape[1:]), np.float32)
        whole[: len(batch)] = batch
        return self._computed(whole)[: len(batch)]

    def _computed(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        if not self.provider.device:
            return np.asarray(self.session.run(None, {self._input: batch})[0], np.float32)
        bound = self._bound.get(len(batch))
        if bound is None:
            bound = self._bind(len(batch), batch.shape)
            if self._buckets:  # there are few of them
                self._bound[len(batch)] = bound
        bound.given.update_inplace(batch)
        self.session.run_with_iobinding(bound.binding)
        return np.asarray(bound.found.numpy(), np.float32)

    def _bind(self, size: int, shape: tuple[int, ...]) -> _Bound:
        """Buffers on the device for batches of this size."""
        device = self.provider.device
        columns = self.session.get_outputs()[0].shape[1]
        make: Any = ort.OrtValue.ortvalue_from_shape_and_type
        given = make(shape, np.float32, device, _DEVICE)
        found = make((size, columns), np.float32, device, _DEVICE)
        binding = self.session.io_binding()
        binding.bind_ortvalue_input(self._input, given)
        binding.bind_ortvalue_output(self._output, found)
        return _Bound(binding, given, found)


@dataclass(frozen=True, slots=True)
class _Bound:
    """One size of batch on the device: ONNX Runtime's binding and the two buffers it names."""

    binding: Any
    given: Any
    found: Any


def _refusal(provider: Provider, problem: str) -> str:
    return (
        f"{provider.title} was asked for but does not work here ({problem}): run 'roomread "
        "doctor', or set the provider to auto or cpu"
    )


def _cache(provider: Provider) -> Path | None:
    """Where a provider keeps what it makes of a model, which takes it long."""
    if not provider.buckets:
        return None
    folder = models_folder() / provider.name
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder
