"""Where faces were seen lately: the sweep's short memory of places, not of people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.core.geometry import centres, iou_matrix
from app.core.types import Faces
from app.stages.tiles import same_face

SAME_PLACE_IOU: Final = 0.3

SWEEP_SHARE: Final = 2 / 3
"""How much the sweep's box counts against the mosaic's. On 60 photographs (WIDER FACE, validation
part) the mean overlaps the drawn box best, by 0.77 in the median; the mosaic's alone by 0.73."""

NEWEST_SHARE: Final = 0.5
"""How much the newest comparison of the two counts against those before."""

REMEMBERED: Final = 5.0
"""Times as long as a sighting counts, what was learned there is kept."""


def concatenate(parts: Sequence[Faces]) -> Faces:
    """The faces of all parts, without ids."""
    return Faces.make(
        np.concatenate([part.boxes for part in parts]),
        np.concatenate([part.scores for part in parts]),
        np.concatenate([part.keypoints for part in parts]),
    )


class RecentPlaces:
    """Places where the sweep saw a face; they move along with faces that are followed.

    The mosaic's boxes of one face are all too large or too small by about the same share, the
    sweep's are better. Where both have seen a face the difference is learned, and the mosaic's
    boxes are set right by it until the next time.

    Args:
        lasting: seconds for which a sighting counts; may be changed later.
    """

    def __init__(self, lasting: float) -> None:
        self.lasting = lasting
        self._boxes = np.zeros((0, 4))
        self._times = np.zeros(0)
        self._changes = np.zeros((0, 4))  # as ``_change`` gives them; NaN: not learned yet

    def add(self, boxes: NDArray[np.floating], now: float) -> None:
        """The sweep saw faces at ``boxes`` (n, 4), at ``now`` in seconds."""
        overlap = iou_matrix(boxes, self._boxes)
        changes = np.full((len(boxes), 4), np.nan)
        if overlap.size:
            old = overlap.max(axis=1) > SAME_PLACE_IOU
            changes[old] = self._changes[overlap.argmax(axis=1)[old]]
        kept = now - self._times <= REMEMBERED * self.lasting
        kept &= overlap.max(axis=0, initial=0.0) <= SAME_PLACE_IOU
        self._boxes = np.concatenate([self._boxes[kept], boxes.astype(np.float64)])
        self._times = np.concatenate([self._times[kept], np.full(len(boxes), now)])
        self._changes = np.concatenate([self._changes[kept], changes])

    @property
    def boxes(self) -> NDArray[np.float64]:
        """(k, 4) all places, also those of which the sighting no longer counts."""
        return self._boxes

    def renew(self, rows: NDArray[np.bool_], since: float, now: float) -> None:
        """Nothing changed since then where these of ``boxes`` are: who was seen there still is."""
        self._times[rows & (self._times >= since)] = now

    def learn(self, boxes: NDArray[np.floating], now: float) -> None:
        """The mosaic saw faces at ``boxes`` (n, 4), in the frame of the last ``add``."""
        fresh = np.flatnonzero(self._times == now)
        overlap = iou_matrix(self._boxes[fresh], boxes)
        if not overlap.size:
            return
        both = overlap.max(axis=1) > SAME_PLACE_IOU
        fresh, row = fresh[both], overlap.argmax(axis=1)[both]
        change = SWEEP_SHARE * _change(boxes[row].astype(np.float64), self._boxes[fresh])
        before = self._changes[fresh]
        mean = before + NEWEST_SHARE * (change - before)
        self._changes[fresh] = np.where(np.isnan(before), change, mean)

    def correct(self, boxes: NDArray[np.floating]) -> NDArray[np.float64]:
        """The mosaic's boxes (n, 4) set right."""
        right = boxes.astype(np.float64)
        overlap = iou_matrix(boxes, self._boxes)
        if not overlap.size:
            return right
        change = np.nan_to_num(self._changes[overlap.argmax(axis=1)])
        change[overlap.max(axis=1) <= SAME_PLACE_IOU] = 0.0
        middle = centres(right) + change[:, :2] * right[:, 2:]
        size = right[:, 2:] * np.exp(change[:, 2:])
        return np.concatenate([middle - size / 2, size], axis=1)

    def follow(self, boxes: NDArray[np.floating]) -> None:
        """Faces are now at ``boxes`` (n, 4): what was seen near one of them is seen there."""
        overlap = iou_matrix(self._boxes, boxes)
        if overlap.size:
            moved = overlap.max(axis=1) > SAME_PLACE_IOU
            self._boxes[moved] = boxes[overlap.argmax(axis=1)[moved]]

    def confirm(self, boxes: NDArray[np.floating], now: float) -> NDArray[np.bool_]:
        """(n,): whether a face was seen near each of ``boxes`` (n, 4), and not too long ago."""
        fresh = self._boxes[now - self._times <= self.lasting]
        return np.asarray(iou_matrix(boxes, fresh).max(axis=1, initial=0.0) > SAME_PLACE_IOU)


def _change(before: NDArray[np.float64], after: NDArray[np.float64]) -> NDArray[np.float64]:
    """From boxes (n, 4) to others: shift of the middle in sizes, and log ratio of the sizes."""
    shift = (centres(after) - centres(before)) / before[:, 2:]
    return np.concatenate([shift, np.log(after[:, 2:] / before[:, 2:])], axis=1)


class Hopes:
    """Faces that were seen once and that nobody follows yet.

    Args:
        lasting: seconds after which a hope is given up.
    """

    def __init__(self, lasting: float) -> None:
        self._lasting = lasting
        self._faces = Faces.empty()
        self._times = np.zeros(0)

    def join(self, new: Faces, expected: NDArray[np.floating], now: float) -> Faces:
        """``new`` and those hopes that are neither among them nor ``expected`` (m, 4)."""
        others = np.concatenate([new.boxes.astype(np.float64), expected])
        open_ = ~same_face(self._faces.boxes, others).any(axis=1)
        rows = np.flatnonzero(open_ & (now - self._times <= self._lasting))
        self._faces = concatenate([new, self._faces.select(rows)])
        self._times = np.concatenate([np.full(len(new), now), self._times[rows]])
        return self._faces

    def keep(self, rows: NDArray[np.bool_]) -> None:
        """Give up all but ``rows`` of what ``join`` returned."""
        kept = np.flatnonzero(rows)
        self._faces, self._times = self._faces.select(kept), self._times[kept]
