"""How the camera moved since the first frame, so that a nudge or a zoom moves no student.

Corners of a key picture are looked for in every frame (pyramidal Lucas-Kanade, Bouguet, 2001) and
joined by a similarity that most of them agree on (RANSAC, Fischler and Bolles, 1981). Every frame
is compared with the key picture, not with the frame before it, so errors do not add up; the key
picture is renewed only when it has too little in common with what is seen. A camera that stands
still is said to stand still exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.similarity import compose, invert, move_points
from app.core.types import STILL, Frame

WIDTH: Final = 384
"""Pixels: the pictures are shrunk to about this width. Corners are found to a tenth of a pixel,
so a face of 16 pixels in 1280 is placed to a fiftieth of its width."""

CORNERS: Final = 140
CELL: Final = 48
PER_CELL: Final = 4
"""At most so many corners in a square of so many shrunk pixels: nobody with a patterned shirt may
outvote the room."""

MIN_CORNERS: Final = 12
SHARE: Final = 0.35
"""Fewer corners, or a smaller share of those that should be in the picture, and the camera is
lost. A teacher who hides a third of the room leaves more."""

TOLERANCE: Final = 0.7
"""Shrunk pixels by which a corner may miss the similarity and still agree with it."""

FEATURES: Final = 400
"""ORB features (Rublee et al., 2011) by which a lost camera is found again."""

SEARCH_EVERY: Final = 3
"""Frames between two such searches, which take longer."""

DEAD_BAND: Final = 0.3
"""Shrunk pixels by which the picture's corners must have moved from the key picture, so that
noise and people do not move the room."""

COMMON: Final = 0.5
"""Share of the key picture's corners that must still be in the picture for it to be kept."""

MAX_AGE: Final = 600
"""Frames after which a key picture of a moved camera is renewed: light and furniture change."""

LOST_FRAMES: Final = 15
"""Frames after which a lost camera takes what it sees as the new key picture, at the last place:
the recording was cut, or something large stands before the lens."""


@dataclass(frozen=True, slots=True, eq=False)
class _Key:
    """A picture to compare with: its corners (n, 1, 2), ORB features, and where it was taken."""

    picture: NDArray[np.uint8]
    corners: NDArray[np.float32]
    features: tuple[Sequence[cv2.KeyPoint], Any]
    to_room: NDArray[np.float64]

    @classmethod
    def take(
        cls, picture: NDArray[np.uint8], boxes: NDArray[np.floating], to_room: NDArray[np.float64]
    ) -> _Key:
        """Of ``picture`` without the people in ``boxes`` (n, 4)."""
        mask = np.full(picture.shape, 255, np.uint8)
        for x, y, width, height in boxes:
            # A face with hair, shoulders and chest.
            low = int(x - 0.6 * width), int(y - 0.4 * height)
            cv2.rectangle(mask, low, (int(x + 1.6 * width), int(y + 3 * height)), 0, cv2.FILLED)
        features = cv2.ORB.create(FEATURES).detectAndCompute(picture, mask)
        return cls(picture, _spread_corners(picture, mask), features, to_room)


class CameraMotion:
    """Follows the camera; implements the tracker's ``Motion``."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget the room; the next frame is the first."""
        self._home: _Key | None = None
        self._key: _Key | None = None
        self._now = STILL.copy()  # shrunk pixels of the last frame to the room's
        self._since_key = 0
        self._lost = 0

    def update(self, frame: Frame, boxes: NDArray[np.floating]) -> NDArray[np.float64]:
        """Where the pixels of ``frame`` were in the first frame.

        Args:
            frame: the next one.
            boxes: (n, 4) where faces are about, x, y, width, height in pixels: people move by
                themselves.

        Returns:
            (2, 3) similarity; the last one where it can't be told.
        """
        factor = max(1.0, frame.size[0] / WIDTH)
        picture, boxes = _shrink(frame.image, factor), boxes / factor
        if self._key is None or self._key.picture.shape != picture.shape:
            self._renew(picture, boxes)
            self._home = self._key
        elif (found := self._find(picture)) is not None:
            self._take(found, picture, boxes)
        else:
            self._lost += 1
            if self._lost >= LOST_FRAMES:
                self._renew(picture, boxes)
        transform = self._now.copy()
        transform[:, 2] *= factor
        return transform

    def _take(
        self,
        found: tuple[_Key, NDArray[np.float64]],
        picture: NDArray[np.uint8],
        boxes: NDArray[np.floating],
    ) -> None:
        """Note that this picture moves to that of the key by ``found``."""
        self._key, to_key = found
        self._lost = 0
        self._since_key += 1
        still = _corner_shift(to_key, picture.shape) < DEAD_BAND
        self._now = self._key.to_room if still else compose(self._key.to_room, to_key)
        if not still:
            common = _inside(_moved(invert(to_key), self._key.corners), picture.shape).mean()
            if common < COMMON or self._since_key > MAX_AGE:
                self._renew(picture, boxes)

    def _renew(self, picture: NDArray[np.uint8], boxes: NDArray[np.floating]) -> None:
        self._key = _Key.take(picture, boxes, self._now)
        self._since_key = self._lost = 0

    def _find(self, picture: NDArray[np.uint8]) -> tuple[_Key, NDArray[np.float64]] | None:
        """A key picture and (2, 3) from this picture to it, None where it can't be told."""
        assert self._key is not None
        assert self._home is not None
        if len(self._key.corners) < MIN_CORNERS:
            return self._key, STILL  # nothing to hold on to: a blank picture, taken as still
        guess = compose(invert(self._now), self._key.to_room)
        if (found := _compare(self._key, picture, guess)) is not None:
            return self._key, found
        if self._lost % SEARCH_EVERY == 0:
            for key in (self._key, self._home):
                guess_far = _search(key, picture)
                if guess_far is None:
                    continue
                if (found := _compare(key, picture, guess_far)) is not None:
                    return key, found
        return None


def _compare(
    key: _Key, picture: NDArray[np.uint8], guess: NDArray[np.float64]
) -> NDArray[np.float64] | None:
    """(2, 3) from a picture to the key picture, near the inverse of ``guess``; None: not found."""
    start = _moved(guess, key.corners)
    expected = _inside(start, picture.shape)
    if expected.sum() < MIN_CORNERS:
        return None
    ended, status, _ = cv2.calcOpticalFlowPyrLK(
        key.picture, picture, key.corners[expected], start[expected], winSize=(13, 13), maxLevel=2,
        criteria=(cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 12, 0.03),
        flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
    )  # fmt: skip
    there = status.ravel() == 1
    enough = max(MIN_CORNERS, SHARE * float(expected.sum()))
    ended, start, corners = ended[there], start[expected][there], key.corners[expected][there]
    # Who moves about the room must not outvote what is left of it: what is about where it was in
    # the last frame is preferred.
    stayed = np.linalg.norm(ended - start, axis=2).ravel() < 4 * TOLERANCE
    moved, agreed = _similarity(ended[stayed], corners[stayed])
    if agreed < max(enough, 0.6 * len(ended)):
        other, agreed_other = _similarity(ended, corners)
        if agreed < max(enough, 0.6 * agreed_other):
            moved, agreed = other, agreed_other
    return moved if agreed >= enough and moved is not None and _sensible(moved) else None


def _search(key: _Key, picture: NDArray[np.uint8]) -> NDArray[np.float64] | None:
    """(2, 3) from the key picture to this one, wherever the camera went; None if not found."""
    points, described = cv2.ORB.create(FEATURES).detectAndCompute(picture, None)
    key_points, key_described = key.features
    if described is None or key_described is None:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(key_described, described)
    start = np.array([key_points[pair.queryIdx].pt for pair in pairs]).reshape(-1, 2)
    end = np.array([points[pair.trainIdx].pt for pair in pairs]).reshape(-1, 2)
    moved, agreed = _similarity(start, end, 3 * TOLERANCE)
    return moved if agreed >= MIN_CORNERS and moved is not None and _sensible(moved) else None


def _similarity(
    start: NDArray[np.floating], end: NDArray[np.floating], tolerance: float = TOLERANCE
) -> tuple[NDArray[np.float64] | None, int]:
    """(2, 3) that takes most of the points ``start`` to ``end``, and how many agree."""
    if len(start) < MIN_CORNERS:
        return None, 0
    found, agreed = cv2.estimateAffinePartial2D(
        start, end, ransacReprojThreshold=tolerance, maxIters=500
    )
    return (None, 0) if found is None else (np.asarray(found, np.float64), int(agreed.sum()))


def _moved(transform: NDArray[np.float64], points: NDArray[np.floating]) -> NDArray[np.float32]:
    return np.asarray(points @ transform[:, :2].T + transform[:, 2], np.float32)


def _inside(points: NDArray[np.floating], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """(n,) whether points (n, 1, 2) are in a picture of this shape."""
    return np.asarray(((points >= 0) & (points < np.array(shape[::-1]))).all(axis=(1, 2)))


def _spread_corners(picture: NDArray[np.uint8], mask: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(n, 1, 2) corners, a few in every part of the picture, the strongest first."""
    found: Any = cv2.goodFeaturesToTrack(picture, 4 * CORNERS, 0.02, 6, mask=mask)
    if found is None:
        return np.zeros((0, 1, 2), np.float32)
    cells = (found[:, 0] // CELL).astype(int)
    taken: dict[tuple[int, int], int] = {}
    kept = []
    for row, (x, y) in enumerate(cells.tolist()):
        taken[x, y] = taken.get((x, y), 0) + 1
        if taken[x, y] <= PER_CELL:
            kept.append(row)
    return np.asarray(found[kept[:CORNERS]], np.float32)


def _sensible(transform: NDArray[np.floating]) -> bool:
    """Whether a camera in a class room may have moved like this: no flips to a quarter the size."""
    return 0.3 < float(np.hypot(transform[0, 0], transform[1, 0])) < 3.0


def _shrink(image: NDArray[np.uint8], factor: float) -> NDArray[np.uint8]:
    """Grey, shrunk, and with the same contrast everywhere: light may change."""
    size = max(1, round(image.shape[1] / factor)), max(1, round(image.shape[0] / factor))
    # Every second or third green pixel is quicker than a proper shrinking and tells as much.
    step = max(1, int(factor))
    green = np.ascontiguousarray(image[::step, ::step, 1])
    grey = cv2.resize(green, size, interpolation=cv2.INTER_AREA)
    fine = cv2.GaussianBlur(grey, (3, 3), 0).astype(np.float32)
    mean = cv2.blur(fine, (31, 31))
    contrast = cv2.sqrt(np.maximum(cv2.blur(cv2.multiply(fine, fine), (31, 31)) - mean * mean, 0))
    level = (fine - mean) * (50.0 / (contrast + 6.0)) + 128.0
    return np.asarray(np.clip(level, 0, 255).astype(np.uint8))


def _corner_shift(transform: NDArray[np.float64], shape: tuple[int, ...]) -> float:
    """By how many pixels it moves a corner of a picture of this shape at most."""
    height, width = shape
    corners = np.array([[0, 0], [width, 0], [0, height], [width, height]], np.float64)
    moved = move_points(transform, corners)
    return float(np.linalg.norm(moved - corners, axis=1).max())
