"""The card of an exported model: measured figures, and what must be said beside them."""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from torch import Tensor

from app.core.card import SCHEMA
from app.core.expressions import LABELS
from training import data, measure
from training.augment import at_size
from training.config import ClassifyConfig, DataConfig, ModelConfig, load_config
from training.figures import threshold_for
from training.networks.resnet_transfer import ResnetTransferConfig
from training.networks.roomread import RoomreadConfig
from training.recipe import CONFIGS
from training.reporting.cost import measure_cost

LICENCE: Final = (
    "Weights by the Roomread team under CC BY-NC 4.0: trained on FER2013 pictures, which were "
    "gathered from the web for research"
)
DATA: Final = (
    "FER2013 pictures (Goodfellow et al., 2013) with FER+ votes (Barsoum et al., 2016; labels "
    "MIT, Microsoft); training part only, without faces that are byte-identical to a validation "
    "or test face"
)
PROTOCOL: Final = (
    "FER+ test (PrivateTest), majority of the cleaned votes, eight classes; low resolution: "
    "shrunk by area averaging, enlarged bicubically; models chosen on PublicTest; {copies} of the "
    "{faces} test faces are byte-identical to a training or validation face"
)
WEAK_SPOTS: Final = (
    "disgust, fear and contempt are rare in the data: read their shares with care",
    "trained on posed and press pictures, mostly of adults; classrooms look different",
    "differences between skin tones, ages and face coverings were not measured",
)
BAR_PIXELS: Final = 16
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


@dataclass(frozen=True)
class Calibration:
    """What the graph divides its logits by, and adds afterwards (None: nothing)."""

    temperature: float
    bias: Tensor | None

    def words(self) -> dict[str, Any]:
        """For the card."""
        what = "temperature" if self.bias is None else "temperature and a bias a class"
        found: dict[str, Any] = {
            "method": f"{what}, fitted to the vote distributions of the validation faces",
            "temperature": round(self.temperature, 4),
            "inside_graph": True,
        }
        if self.bias is not None:
            found["bias"] = [round(float(value), 4) for value in self.bias]
        return found


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
    test, _ = data.protocol_split(faces, data.TEST)
    copies = int(data.copies_of_training(faces, test).sum())
    weakest = sorted(results[0].by_class.items(), key=lambda item: item[1])[:3]
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
        "calibration": calibration.words(),
        "min_confidence": _bar(predict, faces, side),
        "network": config.network.model_dump(mode="json"),
        "licence": LICENCE,
        "data": DATA,
        "pretraining": _PRETRAINING.get(_origin(config), "none"),
        "protocol": PROTOCOL.format(copies=copies, faces=len(test)),
        "command": f"python -m training export training/configs/{config.name}.toml --data DATA",
        "figures": measure.as_figures(results),
        "fer2013": {"wa": round(seven.wa, 2), "ua": round(seven.ua, 2), "faces": seven.faces},
        "ms_a_face_one_thread_by_batch": {k: round(v.best, 2) for k, v in times.items()},
        "largest_difference_to_torch": float(f"{difference:.1e}"),
        "largest_difference_as_stored": float(f"{stored:.1e}"),
        "weak_spots": [*named, *WEAK_SPOTS],
        "not_for": list(NOT_FOR),
    }


def _bar(predict: measure.Predict, faces: data.FacesSet, side: int) -> float:
    """The confidence below which the app says "can't tell".

    It reads ``measure.COVERAGE`` of the validation faces at ``BAR_PIXELS``, where most of a
    classroom's faces are.
    """
    exam = measure.make_exam(DataConfig(), faces, data.VALIDATION)
    crops = at_size(exam.images, BAR_PIXELS, side)
    shares = measure.probabilities_of(predict, crops, len(exam.classes))
    return round(threshold_for(shares.max(axis=1), measure.COVERAGE), 3)


def _origin(config: ModelConfig) -> str:
    """The published weights that a network, or the run it goes on from, began with."""
    network = config.network
    if isinstance(network, RoomreadConfig | ResnetTransferConfig) and network.pretrained:
        return network.backbone
    if not isinstance(config, ClassifyConfig) or not config.start.run:
        return ""
    earlier = load_config(CONFIGS / f"{config.start.run}.toml")
    return _origin(earlier) if isinstance(earlier, ModelConfig) else ""
