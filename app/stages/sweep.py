"""Sweep and hold: known faces in every frame, new ones within two seconds, at a tenth of the cost.

Looking everywhere in every frame takes longer than a frame lasts. Faces that are followed are
found again in every frame in one mosaic (``app.stages.mosaic``) by the short-range BlazeFace; the
rest of the picture is searched by the dense full-range model a few windows
(``app.stages.windows``) a frame, so that every place's turn comes once a ``period``; what looks
as it did when it was last searched is passed over (``app.stages.changes``). What the sweep finds
gets a cell in the same mosaic: two models that were trained apart agree on a face more often than
on a curtain.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from app.core.geometry import centres
from app.core.sigmoid import expit, logit
from app.core.types import Faces, Frame
from app.stages.changes import Changes
from app.stages.mosaic import COLUMNS, MAX_ROWS, choose, pack
from app.stages.places import Hopes, RecentPlaces, concatenate
from app.stages.tiles import MAX_CONTAINMENT, MAX_IOU, MAX_OVERHANG, merge, same_face
from app.stages.windows import Window, plan_windows

WINDOW: Final = 57_000
"""Pixels of a window at most: about 6 ms on one core. With twice as many, 15% less is searched as
less of it is overlap, but more small faces are missed: who has bad luck in one window is often seen
by its neighbour (drawn scene small_10: recall 78 instead of 87%)."""

SCALES: Final = ((640 * 480, 1.0), (1280 * 720, 0.9))
"""Scale of the finest windows of frames of no more than so many pixels: their faces are small, too.
With 0.75 at 1280 x 720 dark faces of 14 pixels in poor light are never found (drawn scene small_10:
recall 86 instead of 92%); with 1 more large ones are missed, and students get other ids (drawn
scene seated_30, analysed: 6 switches instead of 2)."""

FINEST: Final = 0.75
"""Of larger frames, at half the cost of 1."""

LEVEL_SHIFT: Final = -0.8
"""Added to the log odds of the full-range model's score for each halving of the scale, so that
one score means one precision."""

LEAST_SWEPT: Final = 0.15
LEAST_SHORT: Final = 0.3
"""Of the models' own scores: what is below is not looked at further."""

HELD: Final = (1.54, 1.1)
"""Slope and shift on the log odds of the short model's score, for an expected face that the sweep
has seen lately: 0.3 of the model's own is held (0.45)."""
DOUBTED: Final = (1.54, -0.5)
"""The same where the sweep has not seen it lately: 0.55 is held, which 1% of the cells with nobody
in them reach; 9% reach 0.3. Who has left is followed no longer than the sweep takes."""
SWEPT: Final = (2.14, 1.96)
"""The same of the full-range model's score, where the mosaic does not show an expected face."""
NEW: Final = (1.52, 1.08, 1.3)
"""Slopes of the full-range and the short model's score, and shift, for a face that nobody expects;
a short model that does not see it counts as ``LEAST_SHORT``. Logistic regression on the same
photographs, shifted so that the score means there what the tiles' does: from 0.68 on nine in ten
are faces. A frame that is searched whole shows 42% of the faces of 16 pixels and more at that
precision, the tiles show 32%."""

LATELY: Final = 1.25
"""Periods for which what the sweep saw counts."""

HOPE: Final = 0.5
"""Seconds for which a face that the sweep saw is looked at again in every frame, where nobody
expects it yet: it may have been too unsure for the tracker to follow."""

SURE: Final = 0.68
"""Faces below are searched for at every turn: the better of the two models' scores may be enough to
trust one that the mosaic alone shows poorly."""

JOLT_SHARE: Final = 0.5
"""Fewer than this share of the faces of the frame before are found again: the camera was pushed or
the recording cut, and the whole frame is searched at once."""
JOLT_FACES: Final = 3
"""That many faces must have been there, as one or two may well leave together."""
JOLT_PAUSE: Final = 0.5
"""Seconds from one search of the whole frame to such another at least."""


class FaceNet(Protocol):
    """A network that takes pictures of any size; ``app.stages.litert.BlazeFaceNet`` is one."""

    def detect(
        self, image: NDArray[np.uint8], min_score: float
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """Boxes (n, 4), scores (n,) and key points (n, 6, 2), in pixels of ``image``."""

    def close(self) -> None:
        """Free the model."""


class SweepDetector:
    """Holds known faces and sweeps for new ones; implements ``protocols.Detector``.

    Args:
        short: the short-range model, for the mosaic.
        full: the dense full-range model, for the sweep. The detector owns and closes both.
        period: seconds of the frames' own time in which every place is looked at once; one
            frame more where frames do not come in step with it.
        min_score: faces below are left out, 0..1 on the common scale.

    Attributes:
        swept: seconds of processor time that the search of windows has taken so far, in the thread
            that asked for it.

    Raises:
        ValueError: ``period`` is not above 0 or ``min_score`` not within 0..1.
    """

    def __init__(
        self, short: FaceNet, full: FaceNet, period: float = 2.0, min_score: float = 0.45
    ) -> None:
        if not (period > 0 and 0 < min_score < 1):
            raise ValueError(f"out of range: {period=} {min_score=}")
        self._short, self._full = short, full
        self._period = period
        self._min_score = min_score
        self._closed = False
        self.swept = 0.0
        self.reset()

    def reset(self) -> None:
        """Forget what was seen; the next frame is searched whole."""
        self._windows: list[Window] = []
        self._changes = Changes(self._windows)
        self._size: tuple[int, int] | None = None
        self._next = 0  # number of the window that is due next
        self._credit = 0.0  # windows that are due, and the fraction of one
        self._last: float | None = None  # time of the frame before
        self._held = 0  # faces found again in it
        self._unsure = np.zeros((0, 4))  # faces found in it with a low score
        self._whole_at = -math.inf
        self._places = RecentPlaces(LATELY * self._period)
        self._hopes = Hopes(HOPE)

    @property
    def period(self) -> float:
        """Seconds in which every place is looked at once; may be changed between frames.

        Raises:
            ValueError: set to 0 or less.
        """
        return self._period

    @period.setter
    def period(self, seconds: float) -> None:
        if not seconds > 0:
            raise ValueError(f"out of range: period={seconds}")
        self._period = seconds
        self._places.lasting = LATELY * seconds

    def detect(self, frame: Frame, expected: NDArray[np.float64]) -> Faces:
        """The known faces and what this frame's part of the sweep shows, best first, ids 0.

        Raises:
            ValueError: the detector is closed.
        """
        if self._closed:
            raise ValueError("the detector is closed")
        expected = _within(expected, frame.size)
        faces, held = self._look(frame, expected, self._due(frame, expected))
        if self._jolted(frame.timestamp, held):
            faces, held = self._look(frame, expected, self._whole(frame))
        self._held = held
        faces = self._sure(faces)
        self._unsure = faces.boxes[faces.scores < SURE].astype(np.float64)
        unknown = ~same_face(faces.boxes, expected).any(axis=1)
        self._changes.look_again(faces.boxes[unknown])
        return faces

    def windows(self, frame_size: tuple[int, int]) -> list[Window]:
        """The parts of a frame of (width, height) pixels of which ``look`` is told some."""
        if frame_size != self._size:
            width, height = self._size = frame_size
            fitting = (scale for most, scale in SCALES if width * height <= most)
            finest = next(fitting, FINEST)
            self._windows = plan_windows(frame_size, finest, WINDOW)
            self._changes = Changes(self._windows)
        return self._windows

    def look(self, frame: Frame, expected: NDArray[np.float64], windows: Sequence[Window]) -> Faces:
        """As ``detect``, where somebody else decides which ``windows`` are searched."""
        if self._closed:
            raise ValueError("the detector is closed")
        faces, self._held = self._look(frame, _within(expected, frame.size), windows)
        return self._sure(faces)

    def close(self) -> None:
        """Free the models; may be called twice."""
        self._closed = True
        self._short.close()
        self._full.close()

    def _due(self, frame: Frame, expected: NDArray[np.float64]) -> list[Window]:
        """What is to be searched in this frame; keeps the clock of the sweep."""
        now, before = frame.timestamp, self._last
        self._last = now
        if frame.size != self._size or before is None:
            return self._whole(frame)
        count = len(self._windows)
        self._credit = min(count, self._credit + (now - before) / self._period * count)
        due = math.floor(self._credit + 1e-9)
        self._credit -= due
        first, self._next = self._next, (self._next + due) % count
        numbers = [(first + i) % count for i in range(due)]
        start = time.thread_time()
        parts = self._changed(numbers, frame, expected)
        self.swept += time.thread_time() - start
        return parts

    def _changed(
        self, numbers: Sequence[int], frame: Frame, expected: NDArray[np.float64]
    ) -> list[Window]:
        """What needs a search in these windows; elsewhere in them all is as it was seen."""
        missed = expected[~self._places.confirm(expected, frame.timestamp)]
        doubted = np.concatenate([missed, self._unsure])
        parts = []
        for number in numbers:
            since = self._changes.searched(number)
            part = self._changes.due(number, frame, expected, doubted)
            places = self._places.boxes
            same = self._changes.shows(number, places)
            if part is not None:
                same &= ~part.holds(centres(places))
                parts.append(part)
            self._places.renew(same, since, frame.timestamp)
        return parts

    def _whole(self, frame: Frame) -> list[Window]:
        """All windows; the sweep begins anew."""
        self._next, self._credit, self._whole_at = 0, 0.0, frame.timestamp
        return self.windows(frame.size)

    def _sure(self, faces: Faces) -> Faces:
        """Those of ``min_score`` and more, best first."""
        faces = faces.select(np.flatnonzero(faces.scores >= self._min_score))
        return faces.select(np.argsort(-faces.scores, kind="stable"))

    def _jolted(self, now: float, held: int) -> bool:
        """Whether the faces of the frame before are gone all at once."""
        few = self._held >= JOLT_FACES and held < JOLT_SHARE * self._held
        return few and now - self._whole_at >= JOLT_PAUSE

    def _look(
        self, frame: Frame, expected: NDArray[np.float64], windows: Sequence[Window]
    ) -> tuple[Faces, int]:
        """All faces that the mosaic and the windows show, and how many are known ones."""
        start = time.thread_time()
        swept = self._search(frame, windows)
        self.swept += time.thread_time() - start
        self._places.add(swept.boxes, frame.timestamp)
        near = same_face(swept.boxes, expected).any(axis=1)
        known, new = (swept.select(np.flatnonzero(rows)) for rows in (near, ~near))
        new = self._hopes.join(new, expected, frame.timestamp)
        places = np.concatenate([expected, new.boxes.astype(np.float64)])
        seen, cells = self._find(frame, places, new.scores)

        held, number = cells < len(expected), cells - len(expected)
        self._places.learn(seen.boxes, frame.timestamp)
        faces = Faces.make(self._places.correct(seen.boxes), seen.scores, seen.keypoints)
        alone = np.setdiff1d(np.arange(len(new)), number)
        scores = _new_score(new.scores)
        scores[number[~held]] = seen.scores[~held]
        self._hopes.keep(scores >= self._min_score)
        rest = [
            _rescore(known, _common(known.scores, SWEPT)),
            _rescore(new, scores).select(alone),
        ]
        self._places.follow(faces.boxes[held])
        return _join(faces, concatenate(rest)), int(held.sum())

    def _find(
        self, frame: Frame, places: NDArray[np.float64], swept: NDArray[np.float32]
    ) -> tuple[Faces, NDArray[np.int64]]:
        """What the mosaic of ``places`` (m, 4) shows, and the number of each one's place.

        The last of them are new; ``swept`` are the full-range model's scores there. The faces
        returned have scores on the common scale, ``min_score`` and more.
        """
        found, cells, most = [Faces.empty()], [np.zeros(0, np.int64)], COLUMNS * MAX_ROWS
        for start in range(0, len(places), most):
            mosaic = pack(frame.image, places[start : start + most])
            faces, numbers = mosaic.locate(
                Faces.make(*self._short.detect(mosaic.picture, LEAST_SHORT))
            )
            found.append(faces)
            cells.append(numbers + start)
        seen, cell, first = concatenate(found), np.concatenate(cells), len(places) - len(swept)

        trusted = self._places.confirm(places, frame.timestamp)[cell]
        scores = np.where(trusted, _common(seen.scores, HELD), _common(seen.scores, DOUBTED))
        new = cell >= first
        scores[new] = _new_score(swept[cell[new] - first], seen.scores[new])
        sure = np.flatnonzero(scores >= self._min_score)
        seen, cell = _rescore(seen, scores).select(sure), cell[sure]
        taken = choose(seen, cell, places, first)
        return seen.select(taken), cell[taken]

    def _search(self, frame: Frame, windows: Sequence[Window]) -> Faces:
        """The faces in ``windows``, with the full-range model's own scores."""
        found, overhang = [Faces.empty()], [np.zeros(0)]
        for window in windows:
            shift = LEVEL_SHIFT * window.level
            least = float(_common(np.array([LEAST_SWEPT]), (1.0, -shift))[0])
            boxes, scores, points = self._full.detect(window.cut(frame.image), least)
            ends = np.concatenate([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]], axis=1)
            ends = window.to_frame(ends.reshape(-1, 2, 2)).reshape(-1, 4)
            ends[:, 2:] -= ends[:, :2]
            scores = _common(scores, (1.0, shift)).astype(np.float32)
            found.append(Faces.make(ends, scores, window.to_frame(points)))
            overhang.append(window.overhang(ends, frame.size))
        return merge(
            concatenate(found),
            np.concatenate(overhang),
            max_iou=MAX_IOU,
            max_containment=MAX_CONTAINMENT,
            max_overhang=MAX_OVERHANG,
        )


def _common(scores: NDArray[np.floating], scale: tuple[float, float]) -> NDArray[np.float64]:
    slope, shift = scale
    return np.asarray(expit(slope * logit(scores.astype(np.float64)) + shift))


def _new_score(
    swept: NDArray[np.floating], short: NDArray[np.floating] | float = LEAST_SHORT
) -> NDArray[np.float64]:
    slope, other, shift = NEW
    odds = slope * logit(swept.astype(np.float64)) + other * logit(np.asarray(short, np.float64))
    return np.asarray(expit(odds + shift))


def _rescore(faces: Faces, scores: NDArray[np.float64]) -> Faces:
    return Faces.make(faces.boxes, scores, faces.keypoints)


def _within(boxes: NDArray[np.float64], frame_size: tuple[int, int]) -> NDArray[np.float64]:
    """Those that have a size and whose middle lies in the frame."""
    middle = boxes[:, :2] + boxes[:, 2:] / 2
    return boxes[((middle >= 0) & (middle < frame_size) & (boxes[:, 2:] > 0)).all(axis=1)]


def _join(seen: Faces, swept: Faces) -> Faces:
    """One list: what the mosaic shows, with the better score where the sweep shows it too, and
    what the sweep alone shows."""
    same = same_face(swept.boxes, seen.boxes)
    both = np.where(same, swept.scores[:, None], 0.0).max(axis=0, initial=0.0)
    seen = _rescore(seen, np.maximum(seen.scores, both))
    return concatenate([seen, swept.select(np.flatnonzero(~same.any(axis=1)))])
