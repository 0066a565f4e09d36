"""ONNX Runtime's execution providers: in which order they come, how each is set up, and whether
it truly computes here; being listed says nothing.
"""

from __future__ import annotations

import base64
import contextlib
import importlib.util
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import onnxruntime as ort
from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors

from app.core.machine import usable_cores

SILENT: Final = 4
"""ONNX Runtime's log level for nothing but the end of the process."""
_ERRORS: Final = 3

ORT_ERRORS: Final = (
    ort_errors.EPFail,
    ort_errors.Fail,
    ort_errors.InvalidArgument,
    ort_errors.InvalidGraph,
    ort_errors.InvalidProtobuf,
    ort_errors.NotImplemented,
    ort_errors.RuntimeException,
    RuntimeError,
    ValueError,
)
"""What ONNX Runtime raises where a model or a provider does not work."""

BUCKETS: Final = (1, 2, 4, 8, 16, 32, 64)
"""Sizes of batch that a provider meets which plans anew for every new size."""

Level = Literal["all", "extended", "basic"]
_LEVELS: Final = {
    "all": ort.GraphOptimizationLevel.ORT_ENABLE_ALL,
    "extended": ort.GraphOptimizationLevel.ORT_ENABLE_EXTENDED,
    "basic": ort.GraphOptimizationLevel.ORT_ENABLE_BASIC,
}

_CONVOLUTION: Final = base64.b64decode(
    "CAgSADpvCg8KAXgKAXcSAXkiBENvbnYSAWcqHwgBCAEIAggCEAEiEAAAgD8AAIA/AACAPwAAgD9CAXdaGwoBeBIWChQI"
    "ARIQCgIIAQoCCAEKAggECgIIBGIbCgF5EhYKFAgBEhAKAggBCgIIAQoCCAMKAggDQgQKABAN"
)
"""An ONNX model: x (1, 1, 4, 4) convolved with four ones to y (1, 1, 3, 3). A convolution, as
that is what fails where CUDA is there and cuDNN is not."""


@dataclass(frozen=True, slots=True)
class Running:
    """How a model is run.

    Attributes:
        provider: name in the settings of one of ``PROVIDERS``.
        threads: that share a batch; 0: as many as there are cores for this process.
        spinning: threads without work keep their cores busy for a while, ready for the next
            batch. It takes the core from whoever else could use it.
        level: how far ONNX Runtime rewrites the graph.
        arena: memory is kept from one batch to the next.
        buckets: batches are filled up to the next of ``BUCKETS``; None: as the provider needs it.
        half: less exact numbers (16 bits, TF32) where the provider is quicker with them.
    """

    provider: str = "cpu"
    threads: int = 0
    spinning: bool = False
    level: Level = "all"
    arena: bool = True
    buckets: bool | None = None
    half: bool = True


@dataclass(frozen=True, slots=True)
class Provider:
    """One of ONNX Runtime's execution providers.

    Attributes:
        name: in the settings.
        title: that people read, and that a session notes.
        execution: ONNX Runtime's name of it.
        auto: whether "auto" may choose it; others run only when they are asked for.
        then: who computes what this one can't, before the CPU does; their ``execution``.
        buckets: it plans anew, for milliseconds or minutes, for every new size of batch.
        device: where its buffers lie, in ONNX Runtime's words; "" where nothing is bound.
        half: it has no 8-bit convolutions, or not ours, and is quick in 16 bits.
    """

    name: str
    title: str
    execution: str
    auto: bool = True
    then: tuple[str, ...] = ()
    buckets: bool = True
    device: str = ""
    half: bool = False


_CUDA: Final = "CUDAExecutionProvider"
CPU: Final = Provider("cpu", "CPU", "CPUExecutionProvider", buckets=False)
CUDA: Final = Provider("cuda", "CUDA", _CUDA, device="cuda", half=True)
TENSORRT: Final = Provider(
    "tensorrt",
    "TensorRT",
    "TensorrtExecutionProvider",
    auto=False,
    then=(_CUDA,),
    device="cuda",
    half=True,
)
COREML: Final = Provider("coreml", "CoreML", "CoreMLExecutionProvider", half=True)
DIRECTML: Final = Provider("directml", "DirectML", "DmlExecutionProvider", half=True)
OPENVINO: Final = Provider("openvino", "OpenVINO", "OpenVINOExecutionProvider", buckets=False)

PROVIDERS: Final = (TENSORRT, CUDA, COREML, DIRECTML, OPENVINO, CPU)
"""In the order in which they are tried; the CPU, which always works, is the last."""


def provider_named(name: str) -> Provider:
    """One of ``PROVIDERS`` by its name in the settings.

    Raises:
        KeyError: there is none of this name.
    """
    return {one.name: one for one in PROVIDERS}[name]


def listed() -> list[Provider]:
    """Those that this build of ONNX Runtime has, in order, whether or not they work."""
    here = ort.get_available_providers()
    return [one for one in PROVIDERS if one.execution in here]


def problem_of(provider: Provider) -> str:
    """Why this provider can't compute, in a few words; "" where it can. Logs nothing."""
    if provider not in listed():
        return "this ONNX Runtime was built without it"
    running = Running(provider.name, threads=1)
    ort.set_default_logger_severity(SILENT)
    try:
        session = start(_CONVOLUTION, running)
        if session.get_providers()[0] != provider.execution:
            return "listed, but does not start"
        (found,) = session.run(None, {"x": np.ones((1, 1, 4, 4), np.float32)})
    except ORT_ERRORS as error:
        return short(error)
    finally:
        ort.set_default_logger_severity(_ERRORS)
    return "" if np.allclose(found, 4.0, atol=0.01) else "computes wrong results"


def short(error: BaseException) -> str:
    """What ONNX Runtime says went wrong, on one line and without where in its sources."""
    said = " ".join(str(error).split())
    return re.sub(r"^\S+\.cc:\d+ (?:.*?\) )?", "", said)[:200] or type(error).__name__


def start(
    model: Path | bytes,
    running: Running,
    cache: Path | None = None,
    shape: Sequence[int] = (),
) -> ort.InferenceSession:
    """A session of a model as ``running`` says; the provider that it got is its first one.

    Args:
        model: file, or the bytes of one.
        running: how.
        cache: folder where a provider may keep what it made of the model.
        shape: of one input, without the batch; () where the batch does not vary.

    Raises:
        one of ``ORT_ERRORS``: the model can't be loaded, or the provider does not start.
    """
    provider = provider_named(running.provider)
    _load_libraries(provider)
    chain = list(dict.fromkeys((provider.execution, *provider.then, CPU.execution)))
    return ort.InferenceSession(
        model if isinstance(model, bytes) else str(model),
        session_options(running),
        providers=chain,
        provider_options=[_options(one, running, cache, shape) for one in chain],
        # Otherwise a failure is printed, and another provider taken that nobody asked for.
        enable_fallback=0,
    )


def session_options(running: Running) -> ort.SessionOptions:
    """ONNX Runtime's options of a session, for the provider that ``running`` names."""
    options = ort.SessionOptions()
    options.log_severity_level = SILENT
    options.intra_op_num_threads = running.threads or usable_cores()
    options.add_session_config_entry(
        "session.intra_op.allow_spinning", "1" if running.spinning else "0"
    )
    options.graph_optimization_level = _LEVELS[running.level]
    options.enable_cpu_mem_arena = running.arena
    if running.provider == DIRECTML.name:
        # It says so: neither parallel runs nor memory patterns.
        options.enable_mem_pattern = False
        options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    elif running.provider == OPENVINO.name:
        # OpenVINO knows its own rewriting; ours would hide the 8-bit convolutions from it.
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    return options


def _options(
    execution: str, running: Running, cache: Path | None, shape: Sequence[int]
) -> dict[str, str]:
    """Options of one provider in the chain."""
    found = _OPTIONS.get(execution)
    return {} if found is None else found(running, cache, shape)


def _cuda(running: Running, _cache: Path | None, _shape: Sequence[int]) -> dict[str, str]:
    return {
        # The usual search tries every algorithm for every new size of batch: seconds each.
        "cudnn_conv_algo_search": "HEURISTIC",
        "arena_extend_strategy": "kSameAsRequested",
        "use_tf32": "1" if running.half else "0",
    }


def _tensorrt(running: Running, cache: Path | None, shape: Sequence[int]) -> dict[str, str]:
    options = {"trt_fp16_enable": "1" if running.half else "0"}
    if shape:
        size = "x".join(str(side) for side in shape)
        for which, batch in (("min", BUCKETS[0]), ("opt", BUCKETS[4]), ("max", BUCKETS[-1])):
            options[f"trt_profile_{which}_shapes"] = f"faces:{batch}x{size}"
    if cache is not None:  # building an engine takes a minute
        folder = str(cache)
        options |= {
            "trt_engine_cache_enable": "1",
            "trt_engine_cache_path": folder,
            "trt_timing_cache_enable": "1",
            "trt_timing_cache_path": folder,
        }
    return options


def _coreml(running: Running, cache: Path | None, _shape: Sequence[int]) -> dict[str, str]:
    options = {"ModelFormat": "MLProgram", "MLComputeUnits": "ALL"}
    if running.half:
        options["AllowLowPrecisionAccumulationOnGPU"] = "1"
    if cache is not None:
        options["ModelCacheDirectory"] = str(cache)
    return options


def _directml(_running: Running, _cache: Path | None, _shape: Sequence[int]) -> dict[str, str]:
    # The fast card of two, not the one that the screen hangs on.
    return {"performance_preference": "high_performance", "device_filter": "gpu"}


def _openvino(running: Running, _cache: Path | None, _shape: Sequence[int]) -> dict[str, str]:
    return {"device_type": "CPU", "num_of_threads": str(running.threads or usable_cores())}


_Options = Callable[[Running, Path | None, Sequence[int]], dict[str, str]]
_OPTIONS: Final[dict[str, _Options]] = {
    CUDA.execution: _cuda,
    TENSORRT.execution: _tensorrt,
    COREML.execution: _coreml,
    DIRECTML.execution: _directml,
    OPENVINO.execution: _openvino,
}


def _load_libraries(provider: Provider) -> None:
    """CUDA and cuDNN out of their Python packages, where somebody installed those."""
    load: Any = getattr(ort, "preload_dlls", None)
    if provider.device != "cuda" or load is None or importlib.util.find_spec("nvidia") is None:
        return
    with contextlib.redirect_stdout(io.StringIO()):  # it prints what it does not find
        load()
