from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest

from app.core.errors import ModelError
from app.core.types import Faces, Frame
from app.stages import recognizer
from app.stages.recognizer import OnnxRecognizer, shipped_model


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return Path(shutil.copytree(shipped_model(), tmp_path / "model"))


@pytest.fixture(scope="module")
def shipped() -> OnnxRecognizer:
    return OnnxRecognizer(shipped_model(), "cpu", threads=1)


def change_card(folder: Path, **changes: object) -> None:
    path = folder / "card.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def noise_frame() -> Frame:
    return Frame(np.random.default_rng(0).integers(0, 256, (120, 160, 3), np.uint8), 0, 0.0)


def test_reads_all_faces_in_one_batch(shipped: OnnxRecognizer) -> None:
    boxes = np.array([[10, 10, 30, 30], [60, 20, 14, 16], [-5, -5, 40, 40]], float)
    out = shipped.recognize(Faces.make(boxes, np.ones(3)), noise_frame())
    assert out.probabilities.shape == (3, 8)
    assert out.known.all()
    assert np.isfinite(out.quality.sharpness).all()


def test_batch_does_not_change_a_reading(shipped: OnnxRecognizer) -> None:
    crops = np.random.default_rng(1).uniform(0, 255, (17, 1, 48, 48)).astype(np.float32)
    together = shipped.read(crops)
    alone = np.concatenate([shipped.read(crop[None]) for crop in crops])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_no_faces(shipped: OnnxRecognizer) -> None:
    assert len(shipped.recognize(Faces.empty(), noise_frame())) == 0


def test_damaged_model_is_refused(model: Path) -> None:
    data = bytearray((model / "model.onnx").read_bytes())
    data[len(data) // 2] ^= 0xFF
    (model / "model.onnx").write_bytes(data)
    with pytest.raises(ModelError, match="damaged or not the model of its card"):
        OnnxRecognizer(model)


def test_unreadable_model_is_refused(model: Path) -> None:
    import hashlib

    (model / "model.onnx").write_bytes(b"no graph at all")
    change_card(model, sha256=hashlib.sha256(b"no graph at all").hexdigest())
    with pytest.raises(ModelError, match="can't be loaded"):
        OnnxRecognizer(model)


def test_card_of_another_shape_is_refused(model: Path) -> None:
    card = json.loads((model / "card.json").read_text())
    change_card(model, input={**card["input"], "size": 64})
    with pytest.raises(ModelError, match="its card says"):
        OnnxRecognizer(model)


def test_missing_files_are_named(model: Path) -> None:
    (model / "card.json").unlink()
    with pytest.raises(ModelError, match=r"card\.json is missing"):
        OnnxRecognizer(model)


def test_cuda_that_is_listed_but_does_not_start_is_not_used(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ort, "get_available_providers", lambda: ["CUDAExecutionProvider"])
    monkeypatch.setattr(recognizer, "problem_of", lambda _: "listed, but does not start")
    assert OnnxRecognizer(model, "auto").provider == "CPU"
    with pytest.raises(ModelError, match="CUDA was asked for"):
        OnnxRecognizer(model, "cuda")
