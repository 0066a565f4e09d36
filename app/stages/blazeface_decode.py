"""From BlazeFace's raw numbers to boxes and key points, at any input size.

BlazeFace (Bazarevsky et al., 2019) predicts, for each cell of one or two grids over its input, a
few boxes whose offsets are counted in input pixels from the middle of the cell. Anchors have no
size of their own, so nothing here depends on the input's size. The numbers are those of
MediaPipe's graphs ``face_detection_short_range``, ``face_detection`` (back camera, 256 pixels)
and ``face_detection_full_range``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from app.core.geometry import iou_matrix
from app.core.types import KEYPOINTS

Kind = Literal["short", "back", "full"]

MAX_LOGIT: Final = 100.0
"""Logits are clipped there before the sigmoid, as upstream does."""


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
    scores = expit(np.clip(logits, -MAX_LOGIT, MAX_LOGIT))
    rows = np.flatnonzero(scores >= min_score)
    rows = rows[(regressors[rows, 2] > 0) & (regressors[rows, 3] > 0)]
    raw, origin = regressors[rows], middles[rows]
    sides = raw[:, 2:4]
    boxes = np.concatenate([raw[:, :2] + origin - sides / 2, sides], axis=1)
    keypoints = raw[:, 4:].reshape(-1, len(KEYPOINTS), 2) + origin[:, None]
    return Detections(boxes, scores[rows].astype(np.float32), keypoints)


def suppress(found: Detections, max_iou: float) -> Detections:
    """One detection for each group that overlaps, best first: weighted non-maximum suppression.

    As in MediaPipe's ``NonMaxSuppressionCalculator`` with algorithm WEIGHTED: boxes that overlap
    the best one by more than ``max_iou`` (intersection over union) are averaged with it, weighted
    by score; so are the key points. The best one's score stays.
    """
    rest = found.select(np.argsort(-found.scores, kind="stable"))
    boxes, scores, keypoints = [], [], []
    while len(rest):
        same = iou_matrix(rest.boxes[:1], rest.boxes)[0] > max_iou
        same[0] = True
        group, rest = rest.select(same), rest.select(~same)
        weight = group.scores / group.scores.sum()
        boxes.append(weight @ group.boxes)
        scores.append(group.scores[0])
        keypoints.append(np.tensordot(weight, group.keypoints, axes=1))
    if not scores:
        return found
    return Detections(np.array(boxes), np.array(scores), np.array(keypoints))
