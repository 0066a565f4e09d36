"""Who is who: ids that stay with a student from frame to frame and over short occlusions.

Association follows ByteTrack (Zhang et al., 2022): sure detections first, then the unsure ones
for students who are still missing, each step solved as an assignment (Kuhn, 1955) behind a gate
around the prediction of ``app.stages.kalman``. Boxes of small faces often do not overlap from one
analysed frame to the next, so the distance of centres in face sizes stands for ByteTrack's
overlap. Students sit: one who was out of sight is looked for near the seat only.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from app.core.geometry import centres, iou_matrix
from app.core.types import STILL, Faces, Frame
from app.stages.kalman import FaceFilter
from app.stages.protocols import Expectation, Tracked

GATE_SIGMAS: Final = 3.0
SEAT_S: Final = 3.0
"""Time constant of the mean place where a student who was out of sight is looked for. A passing
face that is taken for the student's own just before does not shift it."""
SAME_FACE_IOU: Final = 0.3


@dataclass(slots=True)
class _Track:
    """A face that is followed; ``id`` is 0 until it is trusted to be a student."""

    motion: FaceFilter
    seat: tuple[float, float]  # slow mean of the places, x and y in pixels
    born: float
    seen: float
    hits: int = 1
    id: int = 0
    fresh: bool = True  # seen in the frame before this one
    row: int = -1  # of the detection in this frame, -1 where there is none


class ByteTracker:
    """Gives each student one id; implements ``protocols.Tracker``.

    A student out of sight for up to ``max_gap`` seconds gets the id back near the same seat;
    after that, or where two could have come back, the face gets a new id: a student in two
    pieces can be joined later, two in one can't be told apart again. Ids count from 1 without
    holes; only a trusted face takes one. Whoever is there in the very first frame is trusted at
    once.

    Args:
        high_score: detections from here on may start a track or bring a student back; those
            below only carry on a track that is being followed.
        max_gap: seconds.
        max_distance: farthest that a face may be from where it is expected, in face sizes
            (geometric mean of width and height). The gate is narrower right after a sighting.
        max_size_ratio: largest change of size against the track's own, above 1; narrower right
            after a sighting, too.
        confirm_hits: sightings before a new face is trusted.
        confirm_time: seconds from the first to the last of them, at least.
        patience: seconds for which an unseen track still counts as followed.
        doubt: face sizes. Where two candidates for a return are closer together than this, the
            return is not certain.

    Raises:
        ValueError: an argument is out of range.
    """

    def __init__(
        self,
        high_score: float = 0.68,
        max_gap: float = 5.0,
        max_distance: float = 0.8,
        max_size_ratio: float = 1.7,
        confirm_hits: int = 3,
        confirm_time: float = 0.3,
        patience: float = 0.5,
        doubt: float = 0.3,
    ) -> None:
        if not (0 <= high_score <= 1 and max_gap > 0 and max_distance > 0 and doubt >= 0):
            raise ValueError(f"out of range: {high_score=} {max_gap=} {max_distance=} {doubt=}")
        if not (max_size_ratio > 1 and confirm_hits > 0 and confirm_time >= 0 and patience >= 0):
            raise ValueError(
                f"out of range: {max_size_ratio=} {confirm_hits=} {confirm_time=} {patience=}"
            )
        self._high_score = high_score
        self._max_gap = max_gap
        self._max_distance = max_distance
        self._max_log_ratio = float(np.log(max_size_ratio))
        self._confirm_hits = confirm_hits
        self._confirm_time = confirm_time
        self._patience = patience
        self._doubt = doubt
        self.reset()

    def reset(self) -> None:
        """Forget everyone; the next id is 1 again."""
        self._tracks: list[_Track] = []
        self._next_id = 1
        self._now: float | None = None
        self._first = True
        self._interval: float | None = None

    def expect(self, frame: Frame) -> Expectation:
        """See ``Tracker``.

        Raises:
            ValueError: ``frame.timestamp`` is not later than the last one.
        """
        now, self._first = frame.timestamp, self._now is None
        if self._now is not None:
            if now <= self._now:
                raise ValueError(f"time must increase, got {now} after {self._now}")
            self._advance(now, now - self._now)
        self._now = now
        boxes = np.array([t.motion.box for t in self._tracks]).reshape(-1, 4)
        return Expectation(boxes, STILL)

    def update(self, faces: Faces, frame: Frame) -> Tracked:
        """The faces of trusted students, each with its id, in order of id.

        Raises:
            ValueError: ``expect`` was not called with this frame.
        """
        if frame.timestamp != self._now:
            raise ValueError(f"expect comes first: got {frame.timestamp} after {self._now}")
        boxes = faces.boxes.astype(np.float64)
        order = np.lexsort((*boxes.T, faces.scores))  # the detector's order must not matter
        high = [int(i) for i in order if faces.scores[i] >= self._high_score]
        low = [int(i) for i in order if faces.scores[i] < self._high_score]

        students = [t for t in self._tracks if t.id and self._followed(t)]
        high = self._carry_on(students, high, boxes, rivals=self._lost())
        self._carry_on([t for t in students if t.row < 0], low, boxes)
        high = self._carry_on([t for t in self._tracks if not t.id], high, boxes)
        high = self._bring_back(high, boxes)
        self._start(high, boxes)
        self._confirm(boxes, at_once=self._first)
        return Tracked(self._seen(faces))

    def _advance(self, now: float, dt: float) -> None:
        """Move every track to ``now`` and let go of those that were out of sight for too long."""
        # Where frames come more than max_gap apart as a rule, whoever was in the last one stays.
        usual = self._interval is None or dt <= 1.5 * self._interval
        self._interval = dt
        kept = []
        for track in self._tracks:
            track.fresh = track.row >= 0
            track.row = -1
            limit = self._max_gap if track.id else self._patience
            if now - track.seen <= limit or (track.fresh and (usual or dt <= self._max_gap)):
                track.motion.predict(dt)
                kept.append(track)
        self._tracks = kept

    def _followed(self, track: _Track) -> bool:
        assert self._now is not None
        return track.fresh or self._now - track.seen <= self._patience

    def _lost(self) -> list[_Track]:
        return [t for t in self._tracks if t.id and t.row < 0 and not self._followed(t)]

    def _carry_on(
        self,
        tracks: Sequence[_Track],
        rows: list[int],
        boxes: NDArray[np.float64],
        rivals: Sequence[_Track] = (),
    ) -> list[int]:
        """Assign detections to followed tracks; returns the rows left over.

        ``rivals`` are out of sight: a detection that fits one of them better is left over too.
        """
        if not tracks or not rows:
            return rows
        everyone = [*tracks, *rivals]
        distance, ratio = self._compare(everyone, rows, boxes)
        spread = np.array([t.motion.spread for t in everyone])[:, None]
        spread = np.minimum(spread, self._max_distance)  # people sit
        # Negative log likelihood: a track that could be anywhere must not outbid a sure one.
        size_spread = np.array([t.motion.size_spread for t in everyone])[:, None]
        cost = (distance / spread) ** 2 + (ratio / size_spread) ** 2 + 4 * np.log(spread)
        reach = np.minimum(GATE_SIGMAS * spread, self._max_distance)
        growth = np.minimum(GATE_SIGMAS * size_spread, self._max_log_ratio)
        allowed = (distance <= reach) & (ratio <= growth)
        for i, j in _assign(np.where(allowed, cost, np.inf)):
            if i < len(tracks):
                self._sight(tracks[i], rows[j], boxes)
        return _without(rows, tracks)

    def _bring_back(self, rows: list[int], boxes: NDArray[np.float64]) -> list[int]:
        """Assign detections to students out of sight, where it is certain who it is."""
        lost = self._lost()
        for i, j in self._certain(lost, rows, boxes):
            self._sight(lost[i], rows[j], boxes)
        return _without(rows, lost)

    def _certain(
        self, lost: Sequence[_Track], rows: Sequence[int], boxes: NDArray[np.float64]
    ) -> list[tuple[int, int]]:
        """Pairs (lost track, row) near each other with no other candidate nearly as near."""
        if not lost or not rows:
            return []
        distance, ratio = self._compare(lost, rows, boxes)
        near = np.where(ratio <= self._max_log_ratio, distance, np.inf)
        pairs = []
        for i, j in np.argwhere(near <= self._max_distance):
            others = np.concatenate([np.delete(near[i], j), np.delete(near[:, j], i)])
            if (others >= near[i, j] + self._doubt).all():
                pairs.append((int(i), int(j)))
        return pairs

    def _compare(
        self, tracks: Sequence[_Track], rows: Sequence[int], boxes: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Distance in face sizes and absolute log ratio of sizes, each (tracks, rows)."""
        found = boxes[list(rows)]
        size = np.sqrt(found[:, 2] * found[:, 3])
        expected = np.array([t.motion.centre if self._followed(t) else t.seat for t in tracks])
        expected_size = np.array([t.motion.size for t in tracks])
        gap = np.linalg.norm(expected[:, None] - centres(found)[None], axis=2)
        distance = gap / ((expected_size[:, None] + size[None]) / 2)
        return distance, np.abs(np.log(expected_size[:, None] / size[None]))

    def _sight(self, track: _Track, row: int, boxes: NDArray[np.float64]) -> None:
        assert self._now is not None
        track.motion.update(boxes[row])
        track.hits += 1
        share = max(1 / track.hits, 1 - math.exp((track.seen - self._now) / SEAT_S))
        (x, y), (seat_x, seat_y) = _centre(boxes[row]), track.seat
        track.seat = seat_x + share * (x - seat_x), seat_y + share * (y - seat_y)
        track.row, track.seen = row, self._now

    def _start(self, rows: list[int], boxes: NDArray[np.float64]) -> None:
        """Begin a track for each detection that shows nobody who is followed already."""
        assert self._now is not None
        for row in rows:
            taken = [t.row for t in self._tracks if t.row >= 0]
            if taken and iou_matrix(boxes[[row]], boxes[taken]).max() > SAME_FACE_IOU:
                continue
            motion, seat = FaceFilter.start(boxes[row]), _centre(boxes[row])
            self._tracks.append(_Track(motion, seat, born=self._now, seen=self._now, row=row))

    def _confirm(self, boxes: NDArray[np.float64], at_once: bool) -> None:
        """Trust those seen often enough: a student who came back unrecognised, or a new one."""
        ready = [t for t in self._tracks if not t.id and t.row >= 0 and self._ripe(t, at_once)]
        lost = self._lost()
        for i, j in self._certain(lost, [t.row for t in ready], boxes):
            ready[j].id = lost[i].id
            self._tracks.remove(lost[i])
        for track in sorted((t for t in ready if not t.id), key=lambda t: t.motion.centre):
            track.id = self._next_id
            self._next_id += 1

    def _ripe(self, track: _Track, at_once: bool) -> bool:
        lasted = track.seen - track.born >= self._confirm_time
        return at_once or (track.hits >= self._confirm_hits and lasted)

    def _seen(self, faces: Faces) -> Faces:
        here = sorted((t for t in self._tracks if t.id and t.row >= 0), key=lambda t: t.id)
        rows = np.array([t.row for t in here], np.int64)
        ids = np.array([t.id for t in here], np.int32)
        return Faces(faces.boxes[rows], faces.scores[rows], faces.keypoints[rows], ids)


def _centre(box: NDArray[np.float64]) -> tuple[float, float]:
    return float(box[0] + box[2] / 2), float(box[1] + box[3] / 2)


def _without(rows: Sequence[int], tracks: Sequence[_Track]) -> list[int]:
    taken = {t.row for t in tracks}
    return [row for row in rows if row not in taken]


def _assign(cost: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Pairs (track, detection) of least total cost (n, m); inf forbids a pair.

    Leaving a track out costs what the farthest pair inside a wide gate does, so that nobody is
    pushed onto a neighbour for the sake of one pair more.
    """
    n, m = cost.shape
    forbidden = 1e6
    padded = np.full((n, m + n), forbidden)
    padded[:, :m] = np.where(np.isfinite(cost), cost, forbidden)
    padded[np.arange(n), m + np.arange(n)] = GATE_SIGMAS**2
    rows, columns = linear_sum_assignment(padded)
    pairs = zip(rows.tolist(), columns.tolist(), strict=True)
    return [(i, j) for i, j in pairs if j < m and np.isfinite(cost[i, j])]
