"""How well detected faces match labelled ones: matching, precision, recall, average precision.

As in the face detection benchmarks (Everingham et al., 2010; Yang et al., 2016): the best
detection chooses first, each face is found once, and a face that does not count makes the
detection on it neither right nor wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.core.geometry import iou_matrix

MIN_IOU: Final = 0.5
"""Intersection over union from which on a detection shows a labelled face."""
WIDTHS: Final = ((8, 12), (12, 16), (16, 24), (24, 32), (32, 64), (64, np.inf))
"""Face widths in pixels by which recall and precision are told: from, up to but not with."""


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """What became of the detections and of the labelled faces of some pictures.

    Attributes:
        scores: (d,) float64 of the detections that are right or wrong.
        right: (d,) bool.
        found_widths: (d,) float64: pixels, as detected.
        widths: (t,) float64: pixels of the labelled faces, without the ignored ones.
        counted: (t,) bool: False for those too narrow to count; they make nothing right or wrong.
        found_at: (t,) float64: score of the detection that shows the face; -inf: missed.
    """

    scores: NDArray[np.float64]
    right: NDArray[np.bool_]
    found_widths: NDArray[np.float64]
    widths: NDArray[np.float64]
    counted: NDArray[np.bool_]
    found_at: NDArray[np.float64]


def match(
    boxes: NDArray[np.floating],
    scores: NDArray[np.floating],
    truth: NDArray[np.floating],
    ignored: NDArray[np.bool_],
    min_width: float = 0.0,
) -> Matches:
    """Match the detections of one picture with its labelled faces.

    A detection takes the face that it overlaps most, by ``MIN_IOU`` at least, among those that
    count and are free, else among the narrow, else among the ignored. Those two are never taken:
    they excuse any number of detections.

    Args:
        boxes: (d, 4) detections: x, y, width, height in pixels.
        scores: (d,) of theirs.
        truth: (t, 4) labelled faces.
        ignored: (t,) bool: neither right nor wrong.
        min_width: pixels; narrower faces do not count.
    """
    narrow = truth[:, 2] < min_width
    overlap = iou_matrix(boxes, truth)
    overlap[overlap < MIN_IOU] = 0.0
    # Overlaps are at most 1: who counts comes before who does not, however well that one fits.
    wish = overlap + np.where(ignored, 0.0, np.where(narrow, 1.0, 2.0)) * (overlap > 0)
    found_at = np.full(len(truth), -np.inf)
    right, judged = np.zeros(len(boxes), bool), np.ones(len(boxes), bool)
    for row in np.argsort(-scores, kind="stable"):
        best = int(wish[row].argmax()) if len(truth) else -1
        if best < 0 or wish[row, best] <= 0:
            continue
        right[row] = not (ignored[best] or narrow[best])
        judged[row] = right[row]
        found_at[best] = max(found_at[best], scores[row])
        if right[row]:
            wish[:, best] = 0.0
    return Matches(
        scores=scores[judged].astype(np.float64),
        right=right[judged],
        found_widths=boxes[judged, 2].astype(np.float64),
        widths=truth[~ignored, 2].astype(np.float64),
        counted=~narrow[~ignored],
        found_at=found_at[~ignored],
    )


def join(parts: Sequence[Matches]) -> Matches:
    """The matches of several pictures as one."""
    return Matches(
        scores=np.concatenate([part.scores for part in parts]),
        right=np.concatenate([part.right for part in parts]),
        found_widths=np.concatenate([part.found_widths for part in parts]),
        widths=np.concatenate([part.widths for part in parts]),
        counted=np.concatenate([part.counted for part in parts]),
        found_at=np.concatenate([part.found_at for part in parts]),
    )


def curve(
    matches: Matches,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Thresholds, highest first, with the recall and the precision of the detections from each on.

    One point a distinct score, so that the order of equal scores does not matter. Recall is NaN
    where no labelled face counts.
    """
    order = np.argsort(-matches.scores, kind="stable")
    scores, right = matches.scores[order], np.cumsum(matches.right[order])
    last = np.flatnonzero(np.diff(scores, append=-np.inf) < 0)
    faces = int(matches.counted.sum())
    recall = right[last] / faces if faces else np.full(len(last), np.nan)
    return scores[last], recall, right[last] / (last + 1.0)


def average_precision(matches: Matches) -> float:
    """Area under the curve of precision over recall, precision made falling (0..1).

    NaN where no labelled face counts.
    """
    _, recall, precision = curve(matches)
    if not matches.counted.any():
        return float("nan")
    falling = np.maximum.accumulate(precision[::-1])[::-1]
    return float((np.diff(recall, prepend=0.0) * falling).sum())


def threshold_at_precision(matches: Matches, precision: float) -> float:
    """The lowest score from which on this share of the detections are faces; inf where none is."""
    thresholds, _, reached = curve(matches)
    enough = np.flatnonzero(reached >= precision)
    return float(thresholds[enough[-1]]) if len(enough) else float("inf")


def recall(matches: Matches, threshold: float) -> float:
    """Share of the faces that count found at ``threshold`` or above; NaN where there is none."""
    return _share(matches.found_at[matches.counted] >= threshold)


def precision(matches: Matches, threshold: float) -> float:
    """Share of the detections from ``threshold`` on that are faces; NaN where there is none."""
    return _share(matches.right[matches.scores >= threshold])


def recall_by_width(matches: Matches, threshold: float) -> list[float]:
    """``recall`` of the labelled faces of each of ``WIDTHS``, also of those that do not count."""
    found = matches.found_at >= threshold
    return [_share(found[_within(matches.widths, one)]) for one in WIDTHS]


def precision_by_width(matches: Matches, threshold: float) -> list[float]:
    """``precision`` of the detections of each of ``WIDTHS``, by the width of the detected box.

    NaN also where no face of that width counts.
    """
    shown, counted = matches.scores >= threshold, matches.widths[matches.counted]
    return [
        _share(matches.right[shown & _within(matches.found_widths, one)])
        if _within(counted, one).any()
        else float("nan")
        for one in WIDTHS
    ]


def faces_by_width(matches: Matches) -> list[int]:
    """How many labelled faces there are of each of ``WIDTHS``."""
    return [int(_within(matches.widths, one).sum()) for one in WIDTHS]


def _within(widths: NDArray[np.float64], bounds: tuple[float, float]) -> NDArray[np.bool_]:
    return np.asarray((widths >= bounds[0]) & (widths < bounds[1]))


def _share(of: NDArray[np.bool_]) -> float:
    return float(of.mean()) if len(of) else float("nan")
