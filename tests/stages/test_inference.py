from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.core.errors import ModelError
from app.stages import inference
from app.stages.inference import Inference
from app.stages.providers import CPU, Running
from app.stages.recognizer import shipped_model
from tests import accelerators
from tests.accelerators import Accelerators, Buffer

MODEL = shipped_model("small") / "model.onnx"
SHAPE = (1, 48, 48)


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(inference, "models_folder", lambda: tmp_path / "models")


def crops(count: int) -> np.ndarray:
    return np.random.default_rng(count).uniform(0, 255, (count, *SHAPE)).astype(np.float32)


@pytest.fixture(scope="module")
def expected() -> Inference:
    return Inference(MODEL, Running(threads=1), SHAPE)


def test_the_cpu_takes_batches_as_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = Accelerators(monkeypatch)
    model = Inference(MODEL, Running(), SHAPE)
    for count in (1, 5, 70):
        assert model.run(crops(count)).shape == (count, 8)
    assert runtime.last.batches == [1, 5, 70]
    assert runtime.last.bound == 0


@pytest.mark.parametrize(
    ("count", "batches"),
    [(1, [1]), (3, [4]), (10, [16]), (16, [16]), (64, [64]), (65, [64, 1]), (150, [64, 64, 32])],
)
def test_a_graphics_card_meets_few_sizes_of_batch(
    monkeypatch: pytest.MonkeyPatch, expected: Inference, count: int, batches: list[int]
) -> None:
    faces = crops(count)
    wanted = expected.run(faces)
    runtime = Accelerators(monkeypatch, accelerators.CUDA)
    model = Inference(MODEL, Running("cuda"), SHAPE)
    np.testing.assert_allclose(model.run(faces), wanted, atol=1e-5)
    assert runtime.last.batches == batches


def test_its_buffers_are_made_once(monkeypatch: pytest.MonkeyPatch, expected: Inference) -> None:
    wanted = [expected.run(crops(count)) for count in (9, 12)]
    runtime = Accelerators(monkeypatch, accelerators.CUDA)
    model = Inference(MODEL, Running("cuda"), SHAPE)
    for _ in range(3):
        found = [model.run(crops(count)) for count in (9, 12)]
    assert [buffer.device for buffer in Buffer.made] == ["cuda", "cuda"]
    assert [buffer.filled for buffer in Buffer.made] == [6, 0]
    assert runtime.last.bound == 6
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_without_buckets_every_size_is_bound_as_it_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    runtime = Accelerators(monkeypatch, accelerators.CUDA)
    model = Inference(MODEL, Running("cuda", buckets=False), SHAPE)
    for count in (9, 12, 9):
        model.run(crops(count))
    assert runtime.last.batches == [9, 12, 9]
    assert len(model._bound) == 0, "they would pile up"


def test_onnx_runtimes_own_binding_gives_the_same(
    monkeypatch: pytest.MonkeyPatch, expected: Inference
) -> None:
    """The calls of the real thing, with the CPU as the device."""
    bound = replace(CPU, device="cpu", buckets=True)
    monkeypatch.setattr(inference, "provider_named", lambda _: bound)
    monkeypatch.setattr(inference, "CPU", bound)
    model = Inference(MODEL, Running(threads=1), SHAPE)
    for count in (3, 10, 3):
        found = model.run(crops(count))
        np.testing.assert_allclose(found, expected.run(crops(count)), atol=1e-5)
    assert sorted(model._bound) == [4, 16]


def test_an_answer_is_not_written_over_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    Accelerators(monkeypatch, accelerators.CUDA)
    model = Inference(MODEL, Running("cuda"), SHAPE)
    first = model.run(crops(4))
    before = first.copy()
    model.run(crops(4)[::-1].copy())
    np.testing.assert_array_equal(first, before)


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        ({}, "built without it"),
        ({"idle": (accelerators.COREML,)}, "does not start"),
        ({"failing": (accelerators.COREML,)}, "no kernel image"),
    ],
)
def test_what_was_asked_for_and_does_not_work_is_said(
    monkeypatch: pytest.MonkeyPatch, trouble: dict[str, tuple[str, ...]], reason: str
) -> None:
    Accelerators(monkeypatch, *trouble.get("idle", ()), *trouble.get("failing", ()), **trouble)
    with pytest.raises(ModelError, match=f"CoreML was asked for.*{reason}.*auto or cpu"):
        Inference(MODEL, Running("coreml"), SHAPE)


def test_a_card_that_fails_on_the_way_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = Accelerators(monkeypatch, accelerators.CUDA)
    model = Inference(MODEL, Running("cuda"), SHAPE)
    runtime.failing.add(accelerators.CUDA)
    with pytest.raises(ModelError, match=r"CUDA failed while it was reading \(.*kernel image"):
        model.run(crops(2))


def test_what_was_compiled_is_kept_beside_the_models(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    runtime = Accelerators(monkeypatch, accelerators.COREML)
    Inference(MODEL, Running("coreml"), SHAPE)
    folder = tmp_path / "models" / "coreml"
    assert folder.is_dir()
    assert runtime.last.provider_options[0]["ModelCacheDirectory"] == str(folder)


def test_where_nothing_can_be_kept_it_runs_all_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "models").touch()
    runtime = Accelerators(monkeypatch, accelerators.COREML)
    Inference(MODEL, Running("coreml"), SHAPE).run(crops(1))
    assert "ModelCacheDirectory" not in runtime.last.provider_options[0]
