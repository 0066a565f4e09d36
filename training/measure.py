"""What a model is worth: the protocol's figures, from any function that gives probabilities."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import onnxruntime as ort
import torch
from numpy.typing import NDArray
from torchmetrics.functional.classification import multiclass_confusion_matrix

from app.core.expressions import LABELS
from training import data, protocol
from training.augment import at_size
from training.config import DataConfig
from training.figures import (
    CONFIDENCES,
    COVERAGE,
    Bin,
    Coverage,
    Figures,
    coverage_at,
    figures,
    pack_answers,
    reliability,
    threshold_for,
)
from training.tables import head, line, number

SIZES: Final = (48, 24, 16, 12, 8)
BAR_PIXELS: Final = 16
"""Size of the validation faces that the "can't tell" threshold is sought on: most of a classroom's
faces are about as small."""

Predict = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""(n, 1, s, s) float32 grey 0..255 to (n, 8) or (n, 7) probabilities."""

_CONTEMPT: Final = LABELS.index("contempt")
_BATCH: Final = 64
_NEAR: Final[dict[bytes, frozenset[bytes]]] = {}
"""By digest of a set: its test faces that are near-copies, as bytes."""


@dataclass(frozen=True)
class Exam:
    """The faces of one protocol, and which of them a model may have seen.

    Attributes:
        classes: names in the order of ``labels``.
        images: (n, 48, 48) uint8.
        labels: (n,) int64.
        copies: (n,) byte-identical to a training or validation face.
        near: (n,) copies or near-copies; None where they were not looked for.
    """

    classes: tuple[str, ...]
    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    copies: NDArray[np.bool_]
    near: NDArray[np.bool_] | None = None


def make_exam(
    config: DataConfig, faces: data.FacesSet, usage: int = data.TEST, near: bool = False
) -> Exam:
    """The faces that a run is measured on.

    Args:
        config: of the run: labels and split.
        faces: all of them.
        usage: ``data.TEST`` or ``data.VALIDATION``.
        near: whether near-copies are looked for, of test faces.
    """
    chosen, answers = protocol.held_out(config, faces, usage)
    others = faces
    if config.split == "random":
        others = _joined(protocol.training_faces(config, faces), chosen)
    return Exam(
        data.class_names(config.labels),
        chosen.images,
        answers,
        data.copies_of_training(others, chosen),
        _near_copies(others, chosen) if near else None,
    )


def _near_copies(faces: data.FacesSet, chosen: data.FacesSet) -> NDArray[np.bool_]:
    """(n,) which of the ``chosen`` test faces are near-copies of a training or validation face.

    Looking takes half a minute, so it is done once for all test faces, whichever labels keep
    which of them.
    """
    key = hashlib.sha256(faces.published.tobytes() + faces.usage.tobytes()).digest()
    if key not in _NEAR:
        split = faces.select(faces.usage == data.TEST)
        found = data.copies_of_training(faces, split, near=True)
        _NEAR[key] = frozenset(image.tobytes() for image in split.published[found])
    return np.array([image.tobytes() in _NEAR[key] for image in chosen.published])


def threshold(predict: Predict, exam: Exam, side: int, pixels: int = BAR_PIXELS) -> float:
    """The confidence that ``COVERAGE`` of an exam's faces reach when they are seen at ``pixels``.

    Below it, the app says "can't tell". The exam must be of validation faces: the test faces have
    no say in it.
    """
    shares = probabilities_of(predict, at_size(exam.images, pixels, side), len(exam.classes))
    return threshold_for(shares.max(axis=1), COVERAGE)


def threshold_words(pixels: int = BAR_PIXELS) -> str:
    """How ``threshold`` was found."""
    return (
        f"the confidence that {100 * COVERAGE:.0f}% of the validation faces reach at {pixels} px; "
        "test faces had no say in it"
    )


def _joined(seen: data.FacesSet, held: data.FacesSet) -> data.FacesSet:
    """Faces of a random split, marked as training and test."""
    return data.FacesSet(
        np.concatenate([seen.published, held.published]),
        np.concatenate([seen.votes, held.votes]),
        np.repeat(np.array([data.TRAIN, data.TEST], np.uint8), [len(seen), len(held)]),
        np.concatenate([seen.fer2013, held.fer2013]),
    )


@dataclass(frozen=True)
class Score:
    """What a model is worth on faces of one size.

    Attributes:
        pixels: size at which the faces were seen.
        whole: over all faces of the protocol.
        without_copies: without test faces that are byte-identical to a training or validation
            face; None where no other face is left.
        without_near_copies: without those and without near-copies of such a face; None likewise,
            or where they were not looked for.
        classes: names, in the order of ``confusion``.
        confusion: counts; a row a true class, a column a read one.
        bins: of the reliability diagram; empty ones are left out.
        curve: risk and coverage from few faces to all.
        answers: per face whether it was read right; packed bits in base64, for paired comparison.
    """

    pixels: int
    whole: Figures
    without_copies: Figures | None
    without_near_copies: Figures | None
    classes: tuple[str, ...]
    confusion: list[list[int]]
    bins: list[Bin]
    curve: list[Coverage]
    answers: str

    @property
    def faces(self) -> int:
        """How many were counted."""
        return self.whole.faces

    @property
    def wa(self) -> float:
        """Accuracy over all faces, percent."""
        return self.whole.wa

    @property
    def ua(self) -> float:
        """Mean of the class accuracies, percent."""
        return self.whole.ua

    @property
    def ece(self) -> float:
        """Expected calibration error, percent."""
        return self.whole.ece

    def cuts(self) -> list[tuple[str, Figures]]:
        """All faces, and what is left of them, each with what was taken away."""
        found = (
            ("", self.whole),
            ("without copies", self.without_copies),
            ("without copies and near-copies", self.without_near_copies),
        )
        return [(words, f) for words, f in found if f is not None]


def fit_classes(probabilities: NDArray[np.float32], classes: int) -> NDArray[np.float32]:
    """Probabilities for a protocol of another number of classes than the model's.

    Eight become seven by leaving contempt out and dividing by what remains; seven become eight
    with a contempt that is never read, so such faces count as wrong.

    Raises:
        ValueError: neither is the case.
    """
    columns = probabilities.shape[1]
    if columns == classes:
        return probabilities
    if (columns, classes) == (len(LABELS), len(LABELS) - 1):
        kept = np.delete(probabilities, _CONTEMPT, axis=1)
        return kept / np.maximum(kept.sum(axis=1, keepdims=True), 1e-12)
    if (columns, classes) == (len(LABELS) - 1, len(LABELS)):
        return np.insert(probabilities, _CONTEMPT, 0, axis=1)
    raise ValueError(f"{columns} probabilities a face do not fit {classes} classes")


def probabilities_of(
    predict: Predict, images: NDArray[np.uint8], classes: int
) -> NDArray[np.float32]:
    """(n, classes) float32 of (n, s, s) crops, in batches."""
    parts = [
        predict(images[start : start + _BATCH, None].astype(np.float32))
        for start in range(0, len(images), _BATCH)
    ]
    return fit_classes(np.concatenate(parts), classes)


def score(predict: Predict, exam: Exam, pixels: int, side: int) -> Score:
    """All figures with the faces seen at ``pixels``."""
    images = at_size(exam.images, pixels, side)
    return score_of(probabilities_of(predict, images, len(exam.classes)), exam, pixels)


def score_of(shares: NDArray[np.float32], exam: Exam, pixels: int) -> Score:
    """All figures of (n, classes) probabilities for the faces of an exam."""
    right = shares.argmax(axis=1) == exam.labels
    confidences = shares.max(axis=1)
    counts = multiclass_confusion_matrix(
        torch.from_numpy(shares), torch.from_numpy(exam.labels), len(exam.classes)
    )

    def without(leaky: NDArray[np.bool_] | None) -> Figures | None:
        if leaky is None or leaky.all():
            return None
        return figures(shares[~leaky], exam.labels[~leaky], exam.classes)

    return Score(
        pixels=pixels,
        whole=figures(shares, exam.labels, exam.classes),
        without_copies=without(exam.copies),
        without_near_copies=without(exam.near),
        classes=exam.classes,
        confusion=counts.tolist(),
        bins=reliability(confidences, right),
        curve=[
            coverage_at(confidences, right, threshold_for(confidences, share / 50))
            for share in range(1, 51)
        ],
        answers=pack_answers(right),
    )


def scores(
    predict: Predict,
    faces: data.FacesSet,
    usage: int,
    side: int,
    labels: Literal["ferplus", "fer2013"] = "ferplus",
) -> list[Score]:
    """Figures at every size of the protocol, on an official split."""
    exam = make_exam(DataConfig(labels=labels), faces, usage, near=usage == data.TEST)
    return [score(predict, exam, pixels, side) for pixels in SIZES]


def onnx_predict(model: Path, threads: int = 0) -> Predict:
    """Probabilities of an exported model on the CPU."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    session = ort.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return lambda crops: np.asarray(session.run(None, {name: crops})[0], np.float32)


def table(results: Sequence[Score]) -> str:
    """Figures as Markdown tables, each with and without copies."""
    classes = results[0].classes
    counts = [sum(row) for row in results[0].confusion]
    rows = [
        (f"{r.pixels} px" + (f", {words}" if words else ""), f)
        for words in [words for words, _ in results[0].cuts()]
        for r in results
        for name, f in r.cuts()
        if name == words
    ]
    named = [f"{name} ({count})" for name, count in zip(classes, counts, strict=True)]
    return "\n".join(
        [
            *head("size", "faces", "WA (95% interval)", "UA", "macro-F1", "ECE"),
            *(_row(words, f) for words, f in rows),
            "",
            "Percent of the faces of each class that are read right (faces):",
            "",
            *head("size", *named),
            *(_class_row(words, f, classes) for words, f in rows),
            "",
            *head("size", *(f"sure of {bar}: read, WA" for bar in CONFIDENCES)),
            *(_sure_row(words, f) for words, f in rows),
        ]
    )


def _row(words: str, f: Figures) -> str:
    low, high = f.wa_interval
    wa = f"{f.wa:.2f} ({low:.1f} to {high:.1f})"
    return line(words, str(f.faces), wa, f"{f.ua:.2f}", f"{f.f1:.2f}", f"{f.ece:.2f}")


def _class_row(words: str, f: Figures, classes: tuple[str, ...]) -> str:
    return line(words, *(number(f.by_class.get(name), 1) for name in classes))


def _sure_row(words: str, f: Figures) -> str:
    return line(words, *(f"{c.coverage:.0f}, {number(c.wa, 1)}" for c in f.sure))


def as_figures(results: Sequence[Score]) -> list[dict[str, Any]]:
    """For the card: rounded, without what only a report has room for."""
    found = []
    for r in results:
        entry = {"pixels": r.pixels, **_as_figures(r.whole)}
        if r.without_copies is not None:
            entry["without_copies"] = _as_figures(r.without_copies)
        if r.without_near_copies is not None:
            entry["without_copies_and_near_copies"] = _as_figures(r.without_near_copies)
        found.append(entry)
    return found


def _as_figures(f: Figures) -> dict[str, Any]:
    return {
        "wa": round(f.wa, 2),
        "wa_interval": [round(edge, 1) for edge in f.wa_interval],
        "ua": round(f.ua, 2),
        "f1": round(f.f1, 2),
        "ece": round(f.ece, 2),
        "by_class": {name: round(value, 1) for name, value in f.by_class.items()},
        "sure": [vars(c) for c in f.sure],
        "at_coverage": vars(f.at_coverage),
        "faces": f.faces,
    }
