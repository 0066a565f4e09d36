from __future__ import annotations

import copy
import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from app.core.card import SHIPPED_MODELS, load_card, load_half, parse_card
from app.core.errors import ModelError
from app.core.expressions import LABELS
from app.stages.recognizer import shipped_model

MODEL = b"not really a network"
CARD: dict[str, Any] = {
    "schema": 1,
    "name": "base",
    "version": "3",
    "sha256": hashlib.sha256(MODEL).hexdigest().upper(),
    "labels": list(LABELS),
    "input": {"size": 48, "colour": "grey"},
    "crop": {"scale": 1.25, "shift": [0.0, -0.05], "upright": True},
    "calibration": {"method": "temperature", "inside_graph": True},
    "min_confidence": 0.45,
    "licence": "Apache-2.0",
    "figures": {"ferplus_48": 0.83},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "model.onnx").write_bytes(MODEL)
    (tmp_path / "card.json").write_text(json.dumps(CARD), encoding="utf-8")
    return tmp_path


def test_a_good_card(folder: Path) -> None:
    card, model = load_card(folder)
    assert model == folder / "model.onnx"
    assert (card.name, card.version, card.input_size, card.colour) == ("base", "3", 48, "grey")
    assert card.sha256 == hashlib.sha256(MODEL).hexdigest()
    assert card.labels == LABELS
    assert (card.crop.scale, card.crop.shift, card.crop.upright) == (1.25, (0.0, -0.05), True)
    assert card.licence == "Apache-2.0"
    assert card.calibration == "temperature"
    assert card.min_confidence == 0.45
    assert card.raw["figures"] == {"ferplus_48": 0.83}


@pytest.mark.parametrize("name", ["card.json", "model.onnx"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelError, match=rf"{name} is missing: reinstall"):
        load_card(folder)


def test_a_model_that_is_not_the_cards(folder: Path) -> None:
    (folder / "model.onnx").write_bytes(MODEL + b"!")
    with pytest.raises(ModelError, match="damaged or not the model of its card"):
        load_card(folder)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", "null", '"text"', b"\xff\xfe\x00"])
def test_a_card_that_is_no_card(folder: Path, text: str | bytes) -> None:
    content = text if isinstance(text, bytes) else text.encode()
    (folder / "card.json").write_bytes(content)
    with pytest.raises(ModelError, match=r"card\.json can't be read .*: reinstall it"):
        load_card(folder)


def _changed(path: str, value: Any) -> dict[str, Any]:
    card = copy.deepcopy(CARD)
    *above, last = path.split(".")
    inner = card
    for name in above:
        inner = inner[name]
    inner[last] = value
    return card


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("schema", 2, "schema 2, this version reads 1"),
        ("labels", list(reversed(LABELS)), "labels"),
        ("labels", list(LABELS[:7]), "labels"),
        ("input.colour", "rgb", "colour 'rgb'"),
        ("input.size", 4, r"input size 4, expected 8\.\.512"),
        ("input.size", 1024, "input size 1024"),
        ("crop.scale", 0.1, "crop scale"),
        ("crop.scale", float("nan"), "crop scale"),
        ("crop.shift", [0.0], "values to unpack"),
        ("calibration.inside_graph", False, "calibration outside the graph"),
        ("min_confidence", 1.5, r"min_confidence 1\.5, expected 0\.\.1"),
        ("min_confidence", float("nan"), "min_confidence nan"),
    ],
)
def test_a_field_that_is_off_is_named(path: str, value: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_card(_changed(path, value))


@pytest.mark.parametrize("name", sorted(CARD.keys() - {"figures"}))
def test_every_field_is_needed(folder: Path, name: str) -> None:
    card = {key: value for key, value in CARD.items() if key != name}
    (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")
    with pytest.raises(ModelError, match=name):
        load_card(folder)


def test_16_bits_lie_beside_the_card_where_it_says_so(tmp_path: Path) -> None:
    for name in SHIPPED_MODELS:
        folder = shipped_model(name)
        card, _ = load_card(folder)
        assert load_half(folder, card) == folder / "half.onnx"
    with pytest.raises(ModelError, match="missing"):
        load_half(tmp_path, card)
    assert load_half(tmp_path, dataclasses.replace(card, half_sha256="")) is None
    (tmp_path / "half.onnx").write_bytes(b"something else")
    with pytest.raises(ModelError, match="damaged or not the model of its card"):
        load_half(tmp_path, card)
