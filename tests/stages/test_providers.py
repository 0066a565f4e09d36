from __future__ import annotations

import random
import sys
from pathlib import Path

import onnxruntime as ort
import pytest

from app.core.machine import usable_cores
from app.stages import providers
from app.stages.providers import (
    CPU,
    CUDA,
    PROVIDERS,
    TENSORRT,
    Running,
    listed,
    problem_of,
    provider_named,
    session_options,
    start,
)
from app.stages.recognizer import shipped_model
from tests import accelerators
from tests.accelerators import Accelerators

MODEL = shipped_model("small") / "model.onnx"
SPINNING = "session.intra_op.allow_spinning"


def test_the_cpu_computes() -> None:
    assert problem_of(CPU) == ""


def test_being_listed_is_not_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    Accelerators(monkeypatch, accelerators.CUDA, idle=(accelerators.CUDA,))
    assert problem_of(CUDA) == "listed, but does not start"


def test_starting_is_not_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    Accelerators(monkeypatch, accelerators.CUDA, failing=(accelerators.CUDA,))
    assert "no kernel image" in problem_of(CUDA)


def test_not_being_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = Accelerators(monkeypatch)
    assert "built without it" in problem_of(CUDA)
    assert runtime.sessions == [], "ONNX Runtime would warn"


def test_looking_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    for one in PROVIDERS:
        problem_of(one)
    assert capfd.readouterr() == ("", "")


def test_the_order_is_ours_and_the_cpu_is_last(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [one.execution for one in PROVIDERS if one != CPU]
    random.Random(1).shuffle(names)
    Accelerators(monkeypatch, *names)
    found = [one.name for one in listed()]
    assert found == ["tensorrt", "cuda", "coreml", "directml", "openvino", "cpu"]
    assert [one.name for one in listed() if not one.auto] == ["tensorrt"]


@pytest.mark.parametrize(
    ("name", "chain"),
    [
        ("cpu", [accelerators.CPU]),
        ("cuda", [accelerators.CUDA, accelerators.CPU]),
        ("tensorrt", [accelerators.TENSORRT, accelerators.CUDA, accelerators.CPU]),
        ("directml", [accelerators.DIRECTML, accelerators.CPU]),
    ],
)
def test_what_one_can_not_compute_the_next_does(
    monkeypatch: pytest.MonkeyPatch, name: str, chain: list[str]
) -> None:
    runtime = Accelerators(monkeypatch, *chain[:-1])
    start(MODEL, Running(name))
    assert runtime.last.providers == chain
    assert len(runtime.last.provider_options) == len(chain)
    assert runtime.last.provider_options[-1] == {}


def test_cuda_does_not_search_anew_for_every_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = Accelerators(monkeypatch, accelerators.CUDA)
    start(MODEL, Running("cuda"))
    assert runtime.last.provider_options[0]["cudnn_conv_algo_search"] == "HEURISTIC"
    assert runtime.last.provider_options[0]["use_tf32"] == "1"
    start(MODEL, Running("cuda", half=False))
    assert runtime.last.provider_options[0]["use_tf32"] == "0"


def test_tensorrt_builds_once_for_all_batches(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    runtime = Accelerators(monkeypatch, accelerators.TENSORRT, accelerators.CUDA)
    start(MODEL, Running("tensorrt"), tmp_path, (1, 48, 48))
    first, then, _ = runtime.last.provider_options
    assert first["trt_profile_min_shapes"] == "faces:1x1x48x48"
    assert first["trt_profile_opt_shapes"] == "faces:16x1x48x48"
    assert first["trt_profile_max_shapes"] == "faces:64x1x48x48"
    assert (first["trt_engine_cache_enable"], first["trt_engine_cache_path"]) == (
        "1",
        str(tmp_path),
    )
    assert first["trt_fp16_enable"] == "1"
    assert "cudnn_conv_algo_search" in then
    start(MODEL, Running("tensorrt", half=False))
    first = runtime.last.provider_options[0]
    assert first["trt_fp16_enable"] == "0"
    assert not [key for key in first if "cache" in key or "profile" in key]
    (name,) = [port.name for port in runtime.last.get_inputs()]
    assert name == "faces", "the profiles name it"


def test_coreml_keeps_what_it_compiled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    runtime = Accelerators(monkeypatch, accelerators.COREML)
    start(MODEL, Running("coreml"), tmp_path)
    options = runtime.last.provider_options[0]
    assert options == {
        "ModelFormat": "MLProgram",
        "MLComputeUnits": "ALL",
        "AllowLowPrecisionAccumulationOnGPU": "1",
        "ModelCacheDirectory": str(tmp_path),
    }
    start(MODEL, Running("coreml", half=False))
    assert "AllowLowPrecisionAccumulationOnGPU" not in runtime.last.provider_options[0]


def test_directml_needs_fixed_memory_and_one_run_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    runtime = Accelerators(monkeypatch, accelerators.DIRECTML)
    start(MODEL, Running("directml"))
    assert not runtime.last.options.enable_mem_pattern
    assert runtime.last.options.execution_mode == ort.ExecutionMode.ORT_SEQUENTIAL
    assert runtime.last.provider_options[0]["performance_preference"] == "high_performance"


def test_openvino_rewrites_the_graph_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = Accelerators(monkeypatch, accelerators.OPENVINO)
    start(MODEL, Running("openvino", threads=3))
    level = runtime.last.options.graph_optimization_level
    assert level == ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    assert runtime.last.provider_options[0] == {"device_type": "CPU", "num_of_threads": "3"}


def test_threads_do_not_wait_busily_unless_asked() -> None:
    usual = session_options(Running())
    assert usual.get_session_config_entry(SPINNING) == "0"
    assert usual.intra_op_num_threads == usable_cores()
    assert usual.graph_optimization_level == ort.GraphOptimizationLevel.ORT_ENABLE_ALL
    assert usual.enable_cpu_mem_arena
    other = session_options(Running(threads=3, spinning=True, level="basic", arena=False))
    assert other.get_session_config_entry(SPINNING) == "1"
    assert other.intra_op_num_threads == 3
    assert other.graph_optimization_level == ort.GraphOptimizationLevel.ORT_ENABLE_BASIC
    assert not other.enable_cpu_mem_arena


def test_cuda_out_of_python_packages_is_loaded_first_and_quietly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    runtime = Accelerators(monkeypatch, accelerators.CUDA)
    loaded: list[int] = []

    def load() -> None:
        sys.stdout.write("Failed to load libcudnn")
        loaded.append(len(runtime.sessions))

    monkeypatch.setattr(ort, "preload_dlls", load, raising=False)
    monkeypatch.setattr(providers.importlib.util, "find_spec", lambda name: name == "nvidia")
    start(MODEL, Running("cuda"))
    assert loaded == [0]
    start(MODEL, Running())
    assert loaded == [0], "the CPU needs none of it"
    assert capsys.readouterr().out == ""


def test_every_name_is_known() -> None:
    assert provider_named("tensorrt") is TENSORRT
    with pytest.raises(KeyError):
        provider_named("tpu")
