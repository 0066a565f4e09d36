from __future__ import annotations

import numpy as np
import pytest

from app.core.geometry import iou_matrix
from app.core.sigmoid import expit
from app.stages.blazeface_decode import BLOCK, Detections, Kind, decode, hand_drawn, suppress

MAX_IOU = 0.3


def crowd(count: int, places: int) -> Detections:
    """Boxes in loose heaps, some of equal scores."""
    rng = np.random.default_rng(count)
    middles = rng.uniform(0, 40 * places**0.5, (places, 2))[rng.integers(0, places, count)]
    sides = rng.uniform(10, 30, (count, 1)) * [1, 1]
    boxes = np.concatenate([middles + rng.normal(0, 5, (count, 2)), sides], axis=1)
    points = rng.uniform(0, 100, (count, 6, 2))
    scores = rng.integers(3, 10, count) / 10
    return Detections(*(part.astype(np.float32) for part in (boxes, scores, points)))


def one_by_one(found: Detections) -> Detections:
    """Weighted non-maximum suppression as the calculator's source has it."""
    rest = found.select(np.argsort(-found.scores, kind="stable"))
    means = []
    while len(rest):
        same = iou_matrix(rest.boxes[:1], rest.boxes)[0] > MAX_IOU
        group, rest = rest.select(same), rest.select(~same)
        shares = group.scores / group.scores.sum()
        points = np.tensordot(shares, group.keypoints, axes=1)
        means.append((shares @ group.boxes, group.scores[0], points))
    return Detections(*(np.array(part) for part in zip(*means, strict=True)))


@pytest.mark.parametrize("count", [1, 2, 17, BLOCK - 1, BLOCK, BLOCK + 1, 5 * BLOCK])
@pytest.mark.parametrize("places", [1, 12, 60])
def test_faces_are_averaged_as_one_by_one(count: int, places: int) -> None:
    found = crowd(count, places)
    ours, theirs = suppress(found, MAX_IOU), one_by_one(found)
    assert len(ours) == len(theirs)
    np.testing.assert_allclose(ours.boxes, theirs.boxes, atol=1e-3)
    np.testing.assert_array_equal(ours.scores, theirs.scores)
    np.testing.assert_allclose(ours.keypoints, theirs.keypoints, atol=1e-3)
    assert ours.boxes.dtype == ours.scores.dtype == ours.keypoints.dtype == np.float32


def test_no_face_makes_none() -> None:
    nobody = crowd(3, 1).select(np.zeros(3, bool))
    assert len(suppress(nobody, MAX_IOU)) == 0


@pytest.mark.parametrize("kind", ["short", "back", "full"])
def test_a_mirrored_face_has_the_mirrored_box(kind: Kind) -> None:
    """No detector's boxes sit to one side of the face: crops would, too."""
    found = crowd(40, 40)
    found.keypoints[:] = found.boxes[:, None, :2] + found.keypoints / 100 * found.boxes[:, None, 2:]
    flip = np.array([-1.0, 1.0], np.float32)
    corners = found.boxes[:, :2] * flip - found.boxes[:, 2:] * [1, 0]
    mirrored = Detections(
        np.concatenate([corners, found.boxes[:, 2:]], axis=1).astype(np.float32),
        found.scores,
        found.keypoints * flip,
    )
    drawn, other = hand_drawn(found, kind), hand_drawn(mirrored, kind)
    np.testing.assert_allclose(other[:, 0], -drawn[:, 0] - drawn[:, 2], atol=1e-3)
    np.testing.assert_allclose(other[:, 1:], drawn[:, 1:], atol=1e-3)


@pytest.mark.parametrize("min_score", [0.0, 1e-6, 0.3, 0.5, 0.999, 1.0])
def test_every_row_from_the_lowest_score_on_is_decoded(min_score: float) -> None:
    rng = np.random.default_rng(0)
    rows = rng.normal(0, 20, (400, 16)).astype(np.float32)
    logits = np.concatenate(
        [rng.normal(0, 8, 390), np.linspace(-1, 1, 5), [-1e9, -99, 17, 40, 1e9]]
    )
    middles = rng.uniform(0, 99, (400, 2)).astype(np.float32)
    found = decode(rows, logits.astype(np.float32), middles, min_score)
    scores = expit(np.clip(logits.astype(np.float32), -100, 100))
    right = np.flatnonzero((scores >= min_score) & (rows[:, 2] > 0) & (rows[:, 3] > 0))
    assert len(right) > 3
    np.testing.assert_array_equal(found.scores, scores[right])
    np.testing.assert_allclose(
        found.boxes[:, :2] + found.boxes[:, 2:] / 2, rows[right, :2] + middles[right], atol=1e-4
    )
    np.testing.assert_array_equal(found.boxes[:, 2:], rows[right, 2:4])
