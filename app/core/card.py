"""The model card: what an ONNX file needs, does, was measured at and must not be used for.

``card.json`` lies beside ``model.onnx``. The app takes labels, input size, colour, crop,
calibration and licence from it and never guesses them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, get_args

from app.core.errors import ModelError
from app.core.expressions import LABELS

SCHEMA: Final = 1
Shipped = Literal["base", "small"]
"""Names of the models that ship with Roomread, the most accurate first."""
SHIPPED_MODELS: Final[tuple[str, ...]] = get_args(Shipped)


@dataclass(frozen=True, slots=True)
class CropSpec:
    """How a face is cut from the frame before it is resized to the model's input.

    The crop is a square. Its side is ``scale`` times the longer side of the detector's face
    box; its centre is the box centre moved by ``shift`` (x, y) box sides. With ``upright`` it is
    turned by the head's roll where the detector gives key points.
    """

    scale: float
    shift: tuple[float, float]
    upright: bool


@dataclass(frozen=True, slots=True)
class ModelCard:
    """A checked card.

    Attributes:
        name: short name, also the folder's.
        version: of the weights.
        sha256: of ``model.onnx``, lower-case hex.
        labels: class names in output order; must be ``LABELS``.
        input_size: side of the square input in pixels.
        colour: "grey"; the only one so far.
        crop: see ``CropSpec``.
        calibration: how the probabilities were calibrated; it is part of the graph.
        min_confidence: 0..1, the probability below which the best expression is no reading;
            chosen on validation faces from the model's risk-coverage curve.
        licence: of the weights, one line.
        raw: the whole card as read, with figures, data, weak spots and limits.
        half_sha256: of ``half.onnx``, the same model calculating in 16 bits, for graphics cards;
            "" where there is none.
    """

    name: str
    version: str
    sha256: str
    labels: tuple[str, ...]
    input_size: int
    colour: str
    crop: CropSpec
    calibration: str
    min_confidence: float
    licence: str
    raw: Mapping[str, Any]
    half_sha256: str = ""


def load_card(folder: Path) -> tuple[ModelCard, Path]:
    """Read ``folder/card.json`` and check that ``folder/model.onnx`` is the file it describes.

    Returns the card and the path of the model.

    Raises:
        ModelError: a file is missing, the card can't be understood, or the checksum differs.
    """
    card_path, model_path = folder / "card.json", folder / "model.onnx"
    for path in (card_path, model_path):
        if not path.is_file():
            raise ModelError(f"model file {path} is missing: reinstall Roomread or choose a model")
    try:
        raw = json.loads(card_path.read_text(encoding="utf-8"))
        card = parse_card(raw)
        actual = hashlib.sha256(model_path.read_bytes()).hexdigest()
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise ModelError(f"model card {card_path} can't be read ({error}): reinstall it") from error
    _check(model_path, actual, card.sha256)
    return card, model_path


def load_half(folder: Path, card: ModelCard) -> Path | None:
    """The path of the model in 16 bits that lies beside its card; None where there is none.

    Raises:
        ModelError: the card has one and it is missing, or the checksum differs.
    """
    if not card.half_sha256:
        return None
    path = folder / "half.onnx"
    try:
        actual = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise ModelError(f"model file {path} is missing: reinstall Roomread") from error
    _check(path, actual, card.half_sha256)
    return path


def _check(path: Path, actual: str, expected: str) -> None:
    if actual != expected:
        raise ModelError(
            f"{path} is damaged or not the model of its card "
            f"(SHA-256 {actual[:12]}…, card says {expected[:12]}…): reinstall it"
        )


def parse_card(raw: Mapping[str, Any]) -> ModelCard:
    """Check a card's fields; raises KeyError, TypeError or ValueError that names the field."""
    if raw["schema"] != SCHEMA:
        raise ValueError(f"schema {raw['schema']!r}, this version reads {SCHEMA}")
    labels = tuple(raw["labels"])
    if labels != LABELS:
        raise ValueError(f"labels {labels}, expected {LABELS}")
    if raw["input"]["colour"] != "grey":
        raise ValueError(f"colour {raw['input']['colour']!r}, this version reads 'grey'")
    size = int(raw["input"]["size"])
    if not 8 <= size <= 512:
        raise ValueError(f"input size {size}, expected 8..512")
    crop = raw["crop"]
    shift_x, shift_y = (float(v) for v in crop["shift"])
    spec = CropSpec(float(crop["scale"]), (shift_x, shift_y), bool(crop["upright"]))
    if not 0.5 <= spec.scale <= 3:
        raise ValueError(f"crop scale {spec.scale}, expected 0.5..3")
    if raw["calibration"]["inside_graph"] is not True:
        raise ValueError("calibration outside the graph, this version reads calibrated graphs")
    min_confidence = float(raw["min_confidence"])
    if not 0 <= min_confidence <= 1:
        raise ValueError(f"min_confidence {min_confidence}, expected 0..1")
    return ModelCard(
        name=str(raw["name"]),
        version=str(raw["version"]),
        sha256=str(raw["sha256"]).lower(),
        labels=labels,
        input_size=size,
        colour="grey",
        crop=spec,
        calibration=str(raw["calibration"]["method"]),
        min_confidence=min_confidence,
        licence=str(raw["licence"]),
        raw=raw,
        half_sha256=str(raw.get("half", {"sha256": ""})["sha256"]).lower(),
    )
