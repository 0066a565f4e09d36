"""What a model is worth: the protocol's figures, from any function that gives probabilities."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnxruntime as ort
import torch
from numpy.typing import NDArray
from torchmetrics.functional.classification import multiclass_calibration_error

from app.core.expressions import LABELS
from training import data
from training.augment import at_size

SIZES: Final = (48, 24, 16, 12, 8)
CONFIDENCES: Final = (0.3, 0.4, 0.5, 0.6, 0.7)
"""Thresholds of the risk-coverage table; the app's "can't tell" threshold is chosen from it."""

Predict = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""(n, 1, s, s) float32 grey 0..255 to (n, 8) probabilities."""


@dataclass(frozen=True)
class Coverage:
    """What is read, and how well, where only sure readings count (percent)."""

    min_confidence: float
    coverage: float
    wa: float


@dataclass(frozen=True)
class Score:
    """Figures at one size; shares are percent.

    Attributes:
        pixels: size at which the faces were seen.
        wa: accuracy over all faces.
        ua: mean of the class accuracies.
        ece: expected calibration error, 15 bins.
        wa_without_copies: accuracy without test faces that are byte-identical to a training or
            validation face.
        by_class: accuracy a class.
        sure: risk and coverage at each of ``CONFIDENCES``.
        faces: how many were counted.
    """

    pixels: int
    wa: float
    ua: float
    ece: float
    wa_without_copies: float
    by_class: dict[str, float]
    sure: list[Coverage]
    faces: int


def score(predict: Predict, faces: data.FacesSet, usage: int, pixels: int, side: int) -> Score:
    """FER+ protocol figures of one split, with its faces seen at ``pixels``."""
    chosen, labels = data.protocol_split(faces, usage)
    images = at_size(chosen.images, pixels, side)[:, None].astype(np.float32)
    probabilities = np.concatenate(
        [predict(images[start : start + 64]) for start in range(0, len(images), 64)]
    )
    right = probabilities.argmax(axis=1) == labels
    fresh = ~data.copies_of_training(faces, chosen)
    by_class = {
        name: 100 * float(right[labels == j].mean())
        for j, name in enumerate(LABELS)
        if (labels == j).any()
    }
    ece = multiclass_calibration_error(
        torch.from_numpy(probabilities), torch.from_numpy(labels), len(LABELS), n_bins=15
    )
    return Score(
        pixels=pixels,
        wa=100 * float(right.mean()),
        ua=float(np.mean(list(by_class.values()))),
        ece=100 * float(ece),
        wa_without_copies=100 * float(right[fresh].mean()),
        by_class=by_class,
        sure=[_coverage(probabilities.max(axis=1), right, bar) for bar in CONFIDENCES],
        faces=len(labels),
    )


def _coverage(confidences: NDArray[np.float32], right: NDArray[np.bool_], bar: float) -> Coverage:
    covered = confidences >= bar
    wa = 100 * float(right[covered].mean()) if covered.any() else float("nan")
    return Coverage(bar, round(100 * float(covered.mean()), 1), round(wa, 1))


def scores(predict: Predict, faces: data.FacesSet, usage: int, side: int) -> list[Score]:
    """Figures at every size of the protocol."""
    return [score(predict, faces, usage, pixels, side) for pixels in SIZES]


def onnx_predict(model: Path, threads: int = 0) -> Predict:
    """Probabilities of an exported model on the CPU."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    session = ort.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return lambda crops: np.asarray(session.run(None, {name: crops})[0], np.float32)


def milliseconds_a_face(model: Path, side: int, batches: tuple[int, ...]) -> dict[int, float]:
    """Best time of a face on one thread, in a batch of each size."""
    predict = onnx_predict(model, threads=1)
    rng = np.random.default_rng(0)
    times = {}
    for batch in batches:
        crops = rng.uniform(0, 255, (batch, 1, side, side)).astype(np.float32)
        best = float("inf")
        for _ in range(max(10, 200 // batch)):
            start = time.perf_counter()
            predict(crops)
            best = min(best, time.perf_counter() - start)
        times[batch] = 1000 * best / batch
    return times


def table(results: list[Score]) -> str:
    """Figures as a Markdown table."""
    lines = [
        "| size | faces | WA | WA without copies | UA | ECE | " + " | ".join(LABELS) + " |",
        "|" + "---|" * (6 + len(LABELS)),
    ]
    for r in results:
        classes = " | ".join(f"{r.by_class[name]:.1f}" for name in LABELS)
        lines.append(
            f"| {r.pixels} px | {r.faces} | {r.wa:.2f} | {r.wa_without_copies:.2f} | {r.ua:.2f} "
            f"| {r.ece:.2f} | {classes} |"
        )
    lines += [
        "",
        "| size | " + " | ".join(f"sure of {bar}: read, WA" for bar in CONFIDENCES) + " |",
        "|" + "---|" * (1 + len(CONFIDENCES)),
    ]
    for r in results:
        cells = " | ".join(f"{c.coverage:.0f}, {c.wa:.1f}" for c in r.sure)
        lines.append(f"| {r.pixels} px | {cells} |")
    return "\n".join(lines)


def as_figures(results: list[Score]) -> list[dict[str, Any]]:
    """For the card: rounded."""
    rounded = []
    for r in results:
        entry = asdict(r)
        for key in ("wa", "ua", "ece", "wa_without_copies"):
            entry[key] = round(entry[key], 2)
        entry["by_class"] = {name: round(value, 1) for name, value in r.by_class.items()}
        rounded.append(entry)
    return rounded
