"""From BlazeFace's raw numbers to boxes and key points, at any input size.

BlazeFace (Bazarevsky et al., 2019) predicts, for each cell of one or two grids over its input, a
few boxes whose offsets are counted in input pixels from the middle of the cell. Anchors have no
size of their own, so nothing here depends on the input's size. The numbers are those of
MediaPipe's graphs ``face_detection_short_range``, ``face_detection`` (back camera, 256 pixels)
and ``face_detection_full_range``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from app.core.geometry import iou_matrix
from app.core.sigmoid import expit, logit
from app.core.types import KEYPOINTS

Kind = Literal["short", "back", "full"]

MAX_LOGIT: Final = 100.0
"""Logits are clipped there before the sigmoid, as upstream does."""

NEARLY_SURE: Final = 1.0 - 1e-6

BLOCK: Final = 64
"""So many boxes are compared with all others at once: fast, and memory stays small."""

MIN_SIDE: Final = 0.2
"""A drawn box is at least that much of the model's, however its key points lie."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What a model was built for.

    Attributes:
        side: width and height in pixels of the input that it was trained with.
        grids: (stride in pixels, boxes a cell) of each grid, in the order of the model's output.
        step: an input's width and height must be multiples of it.
    """

    side: int
    grids: tuple[tuple[int, int], ...]
    step: int


LAYOUTS: Final[dict[Kind, Layout]] = {
    "short": Layout(128, ((8, 2), (16, 6)), 16),
    "back": Layout(256, ((16, 2), (32, 6)), 32),
    "full": Layout(192, ((4, 1),), 32),
}
"""Short range: layers of stride 8, 16, 16, 16 with two boxes each, those of one stride together."""


@dataclass(frozen=True, slots=True)
class Edges:
    """Where a person would draw a face's box, from the model's own box and its key points.

    All in sides of the model's box, from its middle. Each edge is a constant plus shares of the
    edges of the box around the six key points: first the one on its own side, then the other;
    for ``top`` and ``bottom`` first the upper one, then the lower one. Left mirrors right.
    """

    side: tuple[float, float, float]
    top: tuple[float, float, float]
    bottom: tuple[float, float, float]


EDGES: Final[dict[Kind, Edges]] = {
    "short": Edges((0.444, 0.0, 0.0), (-0.604, 0.0, 0.0), (0.490, 0.0, 0.0)),
    "back": Edges((0.460, 0.0, 0.0), (-0.639, 0.0, 0.0), (0.506, 0.0, 0.0)),
    "full": Edges((0.285, 0.509, 0.094), (-0.432, 1.072, 0.252), (0.462, -0.336, 0.101)),
}
"""Least absolute deviations over some 1,200 detections on the 60 photographs of faces (WIDER
FACE, validation part), scales 0.5 to 1. Only the full-range model gains by its key points: 92
instead of 87% of its boxes overlap the drawn ones by half and more (cross-validated)."""


@dataclass(frozen=True, slots=True, eq=False)
class Detections:
    """Faces that one run of a model saw, in pixels of its input.

    Attributes:
        boxes: (n, 4) float32 x, y, width, height.
        scores: (n,) float32, 0..1.
        keypoints: (n, 6, 2) float32 x, y in the order of ``KEYPOINTS``.
    """

    boxes: NDArray[np.float32]
    scores: NDArray[np.float32]
    keypoints: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.boxes)

    def select(self, rows: NDArray[np.bool_] | NDArray[np.integer]) -> Detections:
        """Those of these rows (a mask or indices), in that order."""
        return Detections(self.boxes[rows], self.scores[rows], self.keypoints[rows])


def anchors(kind: Kind, width: int, height: int) -> NDArray[np.float32]:
    """Middles (n, 2) x, y in pixels of the cells that the model's rows belong to.

    Raises:
        ValueError: ``width`` or ``height`` is no multiple of the model's step, or below 1.
    """
    layout = LAYOUTS[kind]
    if min(width, height) < 1 or width % layout.step or height % layout.step:
        raise ValueError(f"expected multiples of {layout.step}, got {width} x {height}")
    middles = []
    for stride, boxes in layout.grids:
        x = (np.arange(width // stride, dtype=np.float32) + 0.5) * stride
        y = (np.arange(height // stride, dtype=np.float32) + 0.5) * stride
        grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
        middles.append(np.repeat(grid, boxes, axis=0))
    return np.concatenate(middles)


def decode(
    regressors: NDArray[np.float32],
    logits: NDArray[np.float32],
    middles: NDArray[np.float32],
    min_score: float,
) -> Detections:
    """All rows with ``min_score`` and more, overlapping ones too.

    Args:
        regressors: (n, 16) middle x, y, width, height and six key points x, y, relative to
            ``middles`` (width and height as they are), in pixels.
        logits: (n,) before the sigmoid.
        middles: (n, 2) as ``anchors`` gives them.
        min_score: 0..1.
    """
    # Most rows are far below, and the exponential takes long: those near are looked at exactly.
    rows = np.flatnonzero(logits > logit(min(min_score, NEARLY_SURE)) - 1e-3)
    scores = expit(np.clip(logits[rows], -MAX_LOGIT, MAX_LOGIT))
    good = (scores >= min_score) & (regressors[rows, 2:4] > 0).all(axis=1)
    rows, scores = rows[good], scores[good]
    raw, origin = regressors[rows], middles[rows]
    sides = raw[:, 2:4]
    boxes = np.concatenate([raw[:, :2] + origin - sides / 2, sides], axis=1)
    keypoints = raw[:, 4:].reshape(-1, len(KEYPOINTS), 2) + origin[:, None]
    return Detections(boxes, scores.astype(np.float32), keypoints)


def suppress(found: Detections, max_iou: float) -> Detections:
    """One detection for each group that overlaps, best first: weighted non-maximum suppression.

    As in MediaPipe's ``NonMaxSuppressionCalculator`` with algorithm WEIGHTED: boxes that overlap
    the best one by more than ``max_iou`` (intersection over union) are averaged with it, weighted
    by score; so are the key points. The best one's score stays.
    """
    found = found.select(np.argsort(-found.scores, kind="stable"))
    if not len(found):
        return found
    first = _groups(found.boxes, max_iou)
    order = np.argsort(first, kind="stable")
    starts = np.flatnonzero(np.diff(first[order], prepend=-1))
    weight = found.scores[order]
    total = np.add.reduceat(weight, starts)
    numbers = np.concatenate([found.boxes, found.keypoints.reshape(len(found), -1)], axis=1)
    means = np.asarray(
        np.add.reduceat(numbers[order] * weight[:, None], starts) / total[:, None], np.float32
    )
    best = found.scores[first[order[starts]]]
    points = means[:, 4:].reshape(-1, len(KEYPOINTS), 2)
    return Detections(means[:, :4], best, points)


def _groups(boxes: NDArray[np.float32], max_iou: float) -> NDArray[np.int64]:
    """(n,) the row of the best box of each one's group; ``boxes`` (n, 4) are best first."""
    first = np.full(len(boxes), -1)
    for start in range(0, len(boxes), BLOCK):
        rows = start + np.flatnonzero(first[start : start + BLOCK] < 0)
        same = iou_matrix(boxes[rows], boxes) > max_iou
        for row, mates in zip(rows, same, strict=True):
            if first[row] < 0:
                mates[row] = True
                first[mates & (first < 0)] = row
    return first


def hand_drawn(found: Detections, kind: Kind) -> NDArray[np.float32]:
    """The boxes (n, 4) that a person would draw; BlazeFace's are square and sit low."""
    edges = EDGES[kind]
    sides = found.boxes[:, 2:]
    middle = found.boxes[:, :2] + sides / 2
    points = (found.keypoints - middle[:, None]) / sides[:, None]
    (left, top), (right, bottom) = points.min(axis=1).T, points.max(axis=1).T

    def edge(share: tuple[float, float, float], one: NDArray[Any], two: NDArray[Any]) -> Any:
        return share[0] + share[1] * one + share[2] * two

    low = np.stack([-edge(edges.side, -left, -right), edge(edges.top, top, bottom)], axis=1)
    high = np.stack([edge(edges.side, right, left), edge(edges.bottom, top, bottom)], axis=1)
    size = np.maximum(high - low, MIN_SIDE)
    return np.concatenate([middle + low * sides, size * sides], axis=1).astype(np.float32)
