"""Figures of probabilities against labels, whatever made them."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.stats import bootstrap
from torchmetrics.functional.classification import (
    multiclass_calibration_error,
    multiclass_f1_score,
)

BINS: Final = 15
"""Of the expected calibration error and the reliability diagram."""

CONFIDENCES: Final = (0.3, 0.4, 0.5, 0.6, 0.7)
"""Thresholds of the risk-coverage table."""
COVERAGE: Final = 0.8
"""Share of the faces that a threshold is sought for."""

_DRAWS: Final = 10_000


@dataclass(frozen=True)
class Coverage:
    """What is read, and how well, where only sure readings count (percent).

    ``wa`` is None where nothing is read.
    """

    min_confidence: float
    coverage: float
    wa: float | None


@dataclass(frozen=True)
class Bin:
    """Readings of about one confidence: what was claimed and what was right (percent)."""

    confidence: float
    accuracy: float
    faces: int


@dataclass(frozen=True)
class Figures:
    """Figures over one set of faces; shares are percent.

    Attributes:
        faces: how many were counted.
        wa: accuracy over all faces.
        wa_interval: 95% bootstrap interval of ``wa`` over the faces.
        ua: mean of the class accuracies.
        f1: mean of the classes' F1 scores.
        ece: expected calibration error.
        by_class: accuracy a class that occurs.
        sure: risk and coverage at each of ``CONFIDENCES``.
        at_coverage: the surest ``COVERAGE`` of the faces.
    """

    faces: int
    wa: float
    wa_interval: tuple[float, float]
    ua: float
    f1: float
    ece: float
    by_class: dict[str, float]
    sure: list[Coverage]
    at_coverage: Coverage


def figures(
    shares: NDArray[np.float32], labels: NDArray[np.int64], names: tuple[str, ...]
) -> Figures:
    """Figures of (n, classes) probabilities against (n,) labels; ``names`` are the classes'.

    Raises:
        ValueError: there is no face.
    """
    if not len(labels):
        raise ValueError("no faces to measure on")
    classes = shares.shape[1]
    given, true = torch.from_numpy(shares), torch.from_numpy(labels)
    right = shares.argmax(axis=1) == labels
    each = by_class(right, labels, names)
    sure = shares.max(axis=1)
    return Figures(
        faces=len(labels),
        wa=100 * float(right.mean()),
        wa_interval=share_interval(float(right.mean()), len(right)),
        ua=float(np.mean(list(each.values()))),
        f1=100 * float(multiclass_f1_score(given, true, classes, average="macro")),
        ece=100 * float(multiclass_calibration_error(given, true, classes, n_bins=BINS)),
        by_class=each,
        sure=[coverage_at(sure, right, bar) for bar in CONFIDENCES],
        at_coverage=coverage_at(sure, right, threshold_for(sure, COVERAGE)),
    )


def share_interval(share: float, count: int) -> tuple[float, float]:
    """95% percentile bootstrap interval (Efron, 1979) of a share (0..1) of ``count``, percent.

    Drawing that many answers with replacement and counting the right ones is a binomial draw, so
    no answers need be copied.
    """
    drawn = np.random.default_rng(0).binomial(count, share, _DRAWS) / count
    low, high = np.percentile(100 * drawn, (2.5, 97.5))
    return float(low), float(high)


def paired_interval(
    ours: NDArray[np.bool_], theirs: NDArray[np.bool_]
) -> tuple[float, float, float]:
    """Difference in accuracy on the same faces, in points, and its 95% bootstrap interval.

    Faces are drawn with replacement; only how often one is right where the other is not matters,
    so a multinomial draw replaces the copying of answers.

    Args:
        ours: (n,) which faces the one reads right.
        theirs: (n,) the same for the other.

    Returns:
        Difference (ours less theirs), low and high end.
    """
    gained, lost = (ours & ~theirs).mean(), (~ours & theirs).mean()
    rng = np.random.default_rng(0)
    drawn = rng.multinomial(len(ours), (gained, lost, (ours == theirs).mean()), _DRAWS)
    low, high = np.percentile(100 * (drawn[:, 0] - drawn[:, 1]) / len(ours), (2.5, 97.5))
    return 100 * float(gained - lost), float(low), float(high)


def confusion_intervals(confusion: list[list[int]]) -> dict[str, tuple[float, float]]:
    """95% bootstrap intervals of ``ua`` and ``f1`` (percent) from a table of counts.

    Drawing faces with replacement and counting again is one multinomial draw over its cells. A
    class that a draw leaves out is left out of its mean.

    Args:
        confusion: a row a true class, a column a read one.
    """
    counts = np.array(confusion)
    rng = np.random.default_rng(0)
    drawn = rng.multinomial(counts.sum(), counts.ravel() / counts.sum(), _DRAWS // 5)
    tables = drawn.reshape(-1, *counts.shape)
    hits = tables.diagonal(axis1=1, axis2=2)
    true, read = tables.sum(axis=2), tables.sum(axis=1)
    edges = {}
    for name, sums, factor, there in (
        ("ua", true, 1, true > 0),
        ("f1", true + read, 2, true + read > 0),
    ):
        shares = np.where(there, factor * hits / np.maximum(sums, 1), 0)
        means = 100 * shares.sum(axis=1) / there.sum(axis=1)
        low, high = np.percentile(means, (2.5, 97.5))
        edges[name] = (float(low), float(high))
    return edges


def mean_difference(
    ours: NDArray[np.float64], theirs: NDArray[np.float64]
) -> tuple[float, float, float]:
    """Mean of (n,) paired differences, ours less theirs, and its 95% bootstrap interval."""
    found = bootstrap((ours - theirs,), np.mean, n_resamples=2000, method="percentile", rng=0)
    low, high = found.confidence_interval
    return float((ours - theirs).mean()), float(low), float(high)


def by_class(
    right: NDArray[np.bool_], labels: NDArray[np.int64], classes: tuple[str, ...]
) -> dict[str, float]:
    """Accuracy of every class that occurs, percent."""
    return {
        name: 100 * float(right[labels == j].mean())
        for j, name in enumerate(classes)
        if (labels == j).any()
    }


def threshold_for(confidences: NDArray[np.float32], share: float) -> float:
    """Highest threshold, to four decimals, at which a ``share`` (0..1] of the faces is read.

    Faces that are exactly as sure as the last one are read too.
    """
    ordered = np.sort(confidences)[::-1]
    last = float(ordered[max(int(np.ceil(share * len(ordered) - 1e-9)), 1) - 1])
    return float(np.floor(last * 1e4) / 1e4)


def coverage_at(confidences: NDArray[np.float32], right: NDArray[np.bool_], bar: float) -> Coverage:
    """What is read at a threshold, and how well."""
    covered = confidences >= bar
    wa = round(100 * float(right[covered].mean()), 1) if covered.any() else None
    return Coverage(bar, round(100 * float(covered.mean()), 1), wa)


def reliability(confidences: NDArray[np.float32], right: NDArray[np.bool_]) -> list[Bin]:
    """Equally wide bins, as the expected calibration error has them."""
    places = np.clip(np.ceil(confidences * BINS).astype(int) - 1, 0, BINS - 1)
    found = []
    for place in range(BINS):
        inside = places == place
        if inside.any():
            claimed, true = float(confidences[inside].mean()), float(right[inside].mean())
            found.append(Bin(round(100 * claimed, 2), round(100 * true, 2), int(inside.sum())))
    return found


def pack_answers(right: NDArray[np.bool_]) -> str:
    """(n,) which faces were read right (or are near-copies), as packed bits in base64."""
    return base64.b64encode(np.packbits(right).tobytes()).decode()


def unpack_answers(packed: str, faces: int) -> NDArray[np.bool_]:
    """(n,) what ``pack_answers`` packed."""
    bits = np.frombuffer(base64.b64decode(packed), np.uint8)
    return np.unpackbits(bits, count=faces).astype(bool)


def unseen_faces(near: str, faces: int) -> NDArray[np.bool_]:
    """(n,) which faces are no copies or near-copies; all, where there are no others.

    Args:
        near: which are, as ``pack_answers`` packs them.
        faces: how many there are.
    """
    found = unpack_answers(near, faces)
    return found if found.all() else ~found
