"""The card of an exported model: measured figures, and what must be said beside them."""

from __future__ import annotations

import datetime
import hashlib
from pathlib import Path
from typing import Any, Final

from app.core.card import SCHEMA
from app.core.expressions import LABELS
from training import data, measure
from training.calibrate import Calibration
from training.config import (
    CONFIGS,
    ClassifyConfig,
    DataConfig,
    ModelConfig,
    RunConfig,
    load_config,
)
from training.networks.psr import PsrConfig
from training.networks.resnet_transfer import ResnetTransferConfig
from training.networks.roomread import RoomreadConfig
from training.recipes.feature_sr import FeatureSrConfig
from training.recipes.restore import RestoreConfig
from training.reporting.cost import measure_cost

LICENCE: Final = (
    "Weights by the Roomread team under CC BY-NC 4.0: trained on FER2013 pictures, which were "
    "gathered from the web for research"
)
DATA: Final = (
    "FER2013 pictures (Goodfellow et al., 2013) with {labels}; training part only, without the "
    "{left_out} of its faces that are copies or near-copies of a validation or test face"
)
_LABELS: Final[dict[data.Labels, str]] = {
    "ferplus": "FER+ votes (Barsoum et al., 2016; labels MIT, Microsoft)",
    "fer2013": "their own labels, one a face",
}
PROTOCOL: Final = (
    "FER+ test (PrivateTest), majority of the cleaned votes, eight classes; low resolution: "
    "shrunk by area averaging, enlarged bicubically; models chosen on PublicTest; calibrated "
    "on it without the {left_out} of its faces that are copies or near-copies of a test face; "
    "{copies} of the {faces} test faces are byte-identical to a published training or validation "
    "face, {near} are copies or near-copies of one; figures are given with and without them"
)
WEAK_SPOTS: Final = (
    "disgust, fear and contempt are rare in the data: read their shares with care",
    "trained on posed and press pictures, mostly of adults; classrooms look different",
    "differences between skin tones, ages and face coverings were not measured",
)
_IMAGENET: Final = (
    "the classifier began with EfficientNet-Lite0's ImageNet weights (Google, Apache-2.0)"
)
_PRETRAINING: Final = {
    "face_resnet": "the classifier began with the weights of dlib's face recognition network "
    "(Davis King, public domain, CC0), which was trained on faces gathered from the web",
    "efficientnet_lite": _IMAGENET,
    "efficientnet_lite0": _IMAGENET,
    "resnet50": "the classifier began with torchvision's ImageNet weights of ResNet-50",
}
NOT_FOR: Final = (
    "grading, ranking, discipline, hiring, or any decision about a person",
    "inferring emotions in schools or at work in the EU (AI Act, Art. 5(1)(f)) outside its "
    "medical and safety exceptions",
    "lie detection, diagnosis, attention or engagement scores",
)


def make_card(
    config: ModelConfig,
    faces: data.FacesSet,
    model: Path,
    side: int,
    calibration: Calibration,
    difference: float,
    stored: float,
) -> dict[str, Any]:
    """Everything a user of the model must know; the figures are measured here, on ``model``.

    Args:
        config: of the run.
        faces: all of FER.
        model: the exported graph.
        side: of its crops in pixels.
        calibration: that is part of the graph.
        difference: largest difference of a probability between torch and the graph.
        stored: the same after its weights were stored smaller.
    """
    predict = measure.onnx_predict(model)
    results = measure.scores(predict, faces, data.TEST, side)
    seven = measure.scores(predict, faces, data.TEST, side, "fer2013")[0]
    times = measure_cost(None, model, side).onnx
    held = measure.make_exam(DataConfig(), faces, data.VALIDATION)
    weakest = sorted(results[0].whole.by_class.items(), key=lambda item: item[1])[:3]
    named = [f"{name}: {value:.0f}% of the test faces right at 48 px" for name, value in weakest]
    return {
        "schema": SCHEMA,
        "name": config.name,
        "version": config.version,
        "created": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d"),
        "file": "model.onnx",
        "sha256": hashlib.sha256(model.read_bytes()).hexdigest(),
        "labels": list(LABELS),
        "input": {
            "name": "faces",
            "shape": ["batch", 1, side, side],
            "type": "float32",
            "size": side,
            "colour": "grey",
            "range": [0, 255],
        },
        "output": {"name": "probabilities", "shape": ["batch", len(LABELS)], "type": "float32"},
        "crop": config.crop.model_dump(mode="json"),
        "calibration": calibration.words(config.data.labels),
        "min_confidence": round(measure.threshold(predict, held, side), 3),
        "min_confidence_is": measure.threshold_words(),
        "network": config.network.model_dump(mode="json"),
        "licence": LICENCE,
        "data": DATA.format(
            labels=_LABELS[config.data.labels], left_out=faces.left_out(data.TRAIN)
        ),
        "pretraining": pretraining(config) or "none",
        "protocol": _protocol(results[0], faces.left_out(data.VALIDATION)),
        "command": f"python -m training export training/configs/{config.name}.toml --data DATA",
        "figures": measure.as_figures(results),
        "fer2013": measure.as_figures([seven])[0],
        "ms_a_face_one_thread_by_batch": {k: round(v.best, 2) for k, v in times.items()},
        "largest_difference_to_torch": float(f"{difference:.1e}"),
        "largest_difference_as_stored": float(f"{stored:.1e}"),
        "weak_spots": [*named, *WEAK_SPOTS],
        "not_for": list(NOT_FOR),
    }


def half_part(model: Path, faces: data.FacesSet, side: int, difference: float) -> dict[str, Any]:
    """What a card says of the same model in 16 bits; the figures are measured here.

    Args:
        model: the graph in 16 bits.
        faces: all of FER.
        side: of its crops in pixels.
        difference: largest difference of a probability between torch and the graph.
    """
    exam = measure.make_exam(DataConfig(), faces)
    results = [measure.score(measure.onnx_predict(model), exam, p, side) for p in measure.SIZES]
    return {
        "file": "half.onnx",
        "sha256": hashlib.sha256(model.read_bytes()).hexdigest(),
        "is": "the same model and calibration, calculating in 16 bits, for graphics cards",
        "figures": [
            {"pixels": r.pixels, "wa": round(r.wa, 2), "ua": round(r.ua, 2), "ece": round(r.ece, 2)}
            for r in results
        ],
        "largest_difference_to_torch": float(f"{difference:.1e}"),
    }


def _protocol(score: measure.Score, left_out: int) -> str:
    copies, near = score.without_copies, score.without_near_copies
    return PROTOCOL.format(
        left_out=left_out,
        faces=score.faces,
        copies=score.faces - (copies.faces if copies else 0),
        near=score.faces - (near.faces if near else 0),
    )


def pretraining(config: RunConfig) -> str:
    """What a run's weights come from besides its own faces; empty: nothing.

    Published weights, runs that it begins with or is taught by, and what those come from.
    """
    found = [_published(config)] if isinstance(config, ModelConfig) else []
    if isinstance(config, ClassifyConfig):
        for start in config.start:
            parts = ", ".join(part or "the network" for part in start.parts)
            found.append(f"{parts} began with {_run(start.run)}")
        found += [f"taught by {_run(name)}" for name in config.distill.teachers]
    elif isinstance(config, FeatureSrConfig):
        found.append(f"its classifier is {_run(config.baseline)}")
    elif isinstance(config, RestoreConfig) and config.restore.start:
        found.append(f"began with {_run(config.restore.start)}")
    return "; ".join(words for words in found if words)


def _run(name: str) -> str:
    """Another run, and what it comes from."""
    config = load_config(CONFIGS / f"{name}.toml")
    before = pretraining(config)
    return f"{name}, version {config.version}" + (f" ({before})" if before else "")


def _published(config: ModelConfig) -> str:
    """The published weights that a network began with; empty: none."""
    network = config.network
    if isinstance(network, RoomreadConfig | ResnetTransferConfig) and network.pretrained:
        return _PRETRAINING[network.backbone]
    if isinstance(network, PsrConfig) and network.weights:
        return f"the VGG16 began with the weights of {Path(network.weights).name}"
    return ""
