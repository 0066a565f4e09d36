from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from app.core.errors import ModelError
from app.core.types import Faces, Frame
from app.stages import inference
from app.stages.providers import Running
from app.stages.recognizer import OnnxRecognizer, shipped_model
from tests import accelerators
from tests.accelerators import Accelerators


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return Path(shutil.copytree(shipped_model(), tmp_path / "model"))


@pytest.fixture(scope="module")
def shipped() -> OnnxRecognizer:
    return OnnxRecognizer(shipped_model(), Running(threads=1))


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


def test_it_says_what_it_runs_on(
    shipped: OnnxRecognizer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert shipped.provider == "CPU"
    monkeypatch.setattr(inference, "models_folder", lambda: tmp_path)
    runtime = Accelerators(monkeypatch, accelerators.DIRECTML, accelerators.OPENVINO)
    exact = OnnxRecognizer(shipped_model("small"), Running("directml", half=False))
    assert (exact.provider, runtime.last.model) == ("DirectML", "model.onnx")
    reader = OnnxRecognizer(shipped_model("small"), Running("directml"))
    assert (reader.provider, runtime.last.model) == ("DirectML (16 bits)", "half.onnx")
    crops = np.random.default_rng(2).uniform(0, 255, (30, 1, 48, 48)).astype(np.float32)
    np.testing.assert_allclose(reader.read(crops), exact.read(crops), atol=0.1)
    plain = OnnxRecognizer(shipped_model("small"), Running("openvino"))
    assert (plain.provider, runtime.last.model) == ("OpenVINO", "model.onnx")


def test_a_model_without_16_bits_runs_as_it_is(
    model: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(inference, "models_folder", lambda: tmp_path)
    runtime = Accelerators(monkeypatch, accelerators.CUDA)
    card = json.loads((model / "card.json").read_text())
    del card["half"]
    (model / "card.json").write_text(json.dumps(card))
    reader = OnnxRecognizer(model, Running("cuda"))
    assert (reader.provider, runtime.last.model) == ("CUDA", "model.onnx")


@pytest.mark.parametrize("damage", [b"something else", None])
def test_damaged_16_bits_are_refused(
    model: Path, monkeypatch: pytest.MonkeyPatch, damage: bytes | None
) -> None:
    Accelerators(monkeypatch, accelerators.CUDA)
    half = model / "half.onnx"
    half.unlink()
    if damage is not None:
        half.write_bytes(damage)
    with pytest.raises(ModelError, match=r"half\.onnx is"):
        OnnxRecognizer(model, Running("cuda"))
    assert OnnxRecognizer(model).provider == "CPU", "which needs none"


def test_what_is_listed_but_does_not_start_is_not_used(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Accelerators(monkeypatch, accelerators.CUDA, idle=(accelerators.CUDA,))
    with pytest.raises(ModelError, match="CUDA was asked for"):
        OnnxRecognizer(model, Running("cuda"))
