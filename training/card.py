"""The card of an exported model: measured figures, and what must be said beside them."""

from __future__ import annotations

import datetime
import hashlib
from pathlib import Path
from typing import Any, Final

from app.core.card import SCHEMA
from app.core.expressions import LABELS
from training import data, measure
from training.config import TrainingConfig

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
NOT_FOR: Final = (
    "grading, ranking, discipline, hiring, or any decision about a person",
    "inferring emotions in schools or at work in the EU (AI Act, Art. 5(1)(f)) outside its "
    "medical and safety exceptions",
    "lie detection, diagnosis, attention or engagement scores",
)


def make_card(
    config: TrainingConfig, faces: data.FacesSet, model: Path, temperature: float, difference: float
) -> dict[str, Any]:
    """Everything a user of the model must know; the figures are measured here, on ``model``.

    Args:
        config: of the run.
        faces: all of FER+.
        model: the exported graph.
        temperature: of the calibration.
        difference: largest difference of a probability between torch and the graph.
    """
    side = config.network.size
    results = measure.scores(measure.onnx_predict(model), faces, data.TEST, side)
    times = measure.milliseconds_a_face(model, side, (1, 16, 64))
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
        "calibration": {
            "method": "temperature, fitted to the vote distributions of the validation faces",
            "temperature": round(temperature, 4),
            "inside_graph": True,
        },
        "network": config.network.model_dump(mode="json"),
        "licence": LICENCE,
        "data": DATA,
        "protocol": PROTOCOL.format(copies=copies, faces=len(test)),
        "command": f"python -m training export training/configs/{config.name}.toml --data DATA",
        "figures": measure.as_figures(results),
        "ms_a_face_one_thread_by_batch": {str(k): round(v, 2) for k, v in times.items()},
        "largest_difference_to_torch": float(f"{difference:.1e}"),
        "weak_spots": [*named, *WEAK_SPOTS],
        "not_for": list(NOT_FOR),
    }
