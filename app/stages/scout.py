"""Searches a recording for faces five times a second where something changed, to cover them.

Where a picture looks as it did when that place was last searched, nobody can have come. So the
windows of the sweep (``app.stages.sweep``) are searched in which more changed than the noise does,
and each of them once a ``PERIOD`` whatever is seen, as a search may miss who sits still. A face
once found is looked for at its place every time, which costs next to nothing. A detector without
windows searches the whole picture every time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol, runtime_checkable

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.geometry import iou_matrix
from app.core.types import Faces, Frame
from app.stages.protocols import Detector
from app.stages.sweep import SMALL_FRAME
from app.stages.windows import OVERLAP, Window

PERIOD: Final = 2.0
"""Seconds in which every window is searched once, at least."""
CHANGE: Final = 12
"""Levels (of 255) of a colour by which a small square's mean differs where something changed."""
LEAST_FACE: Final = 12
"""Scaled pixels across the smallest face that the finest windows show."""
SHARE: Final = 0.25
"""Of the area of the smallest face that a window is for, so much changes where one appears."""
BODY: Final = (-0.25, -0.1, 1.5, 2.4)
"""Where a covered student has hair, shoulders and chest: x, y, width and height in those of the
cover, from its corner. What moves there is the student."""
EXPECTED: Final = 2.0
"""Seconds for which a face is looked for where it was found last."""
_SAME_PLACE: Final = 0.3  # intersection over union
_KNOWN: Final = 0.8  # share of a face that lies under a cover
_NOWHERE: Final = np.zeros((0, 4))


@runtime_checkable
class WindowDetector(Detector, Protocol):
    """A detector that can search parts of a frame; ``app.stages.sweep.SweepDetector`` is one."""

    def windows(self, frame_size: tuple[int, int]) -> list[Window]:
        """All parts of a frame of (width, height) pixels."""

    def look(self, frame: Frame, expected: NDArray[np.float64], windows: Sequence[Window]) -> Faces:
        """The faces in these windows, and those at places where some are ``expected`` (m, 4)."""


class Sighting(NamedTuple):
    """What a search found.

    Attributes:
        boxes: (n, 4) float32 faces.
        since: (n,) seconds of the search before that would have shown each of them, had it been
            there: it came after that.
    """

    boxes: NDArray[np.float32]
    since: NDArray[np.float64]


class Scout:
    """Searches frames that come in time order.

    Args:
        detector: forgets all that it saw before.
    """

    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        self._changes: _Changes | None = None
        self._last = -np.inf
        self._boxes = _NOWHERE
        self._times = np.zeros(0)

    def __call__(self, frame: Frame, covered: NDArray[np.floating] = _NOWHERE) -> Sighting:
        """Faces of a frame; those may be missing that lie in ``covered`` (m, 4)."""
        before, self._last = self._last, frame.timestamp
        if not isinstance(self._detector, WindowDetector):
            self._detector.reset()
            boxes = self._detector.detect(frame, _NOWHERE).boxes
            return Sighting(boxes, np.full(len(boxes), before))
        if self._changes is None or self._changes.frame_size != frame.size:
            self._detector.reset()
            self._changes = _Changes(self._detector.windows(frame.size), frame.size)
        due, seen = self._changes.due(frame, covered)
        windows = [self._changes.windows[row] for row in due]
        expected = self._expected(frame.timestamp, covered)
        boxes = self._detector.look(frame, expected, windows).boxes
        since = np.full(len(boxes), before)
        new = ~(iou_matrix(boxes, expected) > _SAME_PLACE).any(axis=1)
        for window, time in zip(windows, seen, strict=True):
            since[new & _shows(window, boxes)] = np.minimum(
                since[new & _shows(window, boxes)], time
            )
        self._remember(boxes, frame.timestamp)
        return Sighting(boxes, since)

    def _expected(self, now: float, covered: NDArray[np.floating]) -> NDArray[np.float64]:
        """(k, 4) where faces were found lately that no cover hides."""
        fresh = now - self._times <= EXPECTED
        self._boxes, self._times = self._boxes[fresh], self._times[fresh]
        hidden = _hidden_shares(self._boxes, covered) > _KNOWN
        return self._boxes[~hidden]

    def _remember(self, boxes: NDArray[np.float32], now: float) -> None:
        again = (iou_matrix(self._boxes, boxes) > _SAME_PLACE).any(axis=1)
        self._boxes = np.concatenate([self._boxes[~again], boxes.astype(np.float64)])
        self._times = np.concatenate([self._times[~again], np.full(len(boxes), now)])


class _Changes:
    """Which windows show something that was not there when they were last searched.

    Pictures are compared in squares of ``cell`` pixels: their means hide the noise.
    """

    def __init__(self, windows: Sequence[Window], frame_size: tuple[int, int]) -> None:
        self.windows, self.frame_size = windows, frame_size
        width, height = frame_size
        self._cell = 2 if width * height <= SMALL_FRAME else 4
        self._size = max(1, width // self._cell), max(1, height // self._cell)
        self._times = np.full(len(windows), -np.inf)
        self._searched: dict[int, NDArray[np.uint8]] = {}
        scales = {window.level: window.scale for window in windows}
        # What is smaller is seen at the scale before.
        self._least = {
            level: (LEAST_FACE / scale if level == 0 else OVERLAP / scales[level - 1])
            for level, scale in scales.items()
        }

    def due(
        self, frame: Frame, covered: NDArray[np.floating]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Rows of the windows to search in this frame, and when they were searched before."""
        shrunk = cv2.resize(frame.image, self._size, interpolation=cv2.INTER_AREA)
        small = np.asarray(shrunk, np.uint8)
        shown = self._uncovered(covered)
        sums = {
            level: cv2.integral(self._changed(small, picture) & shown)
            for level, picture in self._searched.items()
        }
        wanted = frame.timestamp - self._times >= PERIOD - 1e-3
        for row, window in enumerate(self.windows):
            if not wanted[row]:
                left, top, right, low = self._place(window)
                total = sums[window.level]
                area = total[low, right] - total[top, right] - total[low, left] + total[top, left]
                least = SHARE * (self._least[window.level] / self._cell) ** 2
                wanted[row] = area >= least
        rows = np.flatnonzero(wanted)
        before = self._times[rows]
        self._times[rows] = frame.timestamp
        for row in rows.tolist():
            window = self.windows[row]
            left, top, right, low = self._place(window)
            picture = self._searched.setdefault(window.level, np.zeros_like(small))
            picture[top:low, left:right] = small[top:low, left:right]
        return rows, before

    def _changed(self, small: NDArray[np.uint8], picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """(height, width) of squares: 1 where they differ."""
        return np.asarray(cv2.absdiff(small, picture).max(axis=2) > CHANGE, np.uint8)

    def _uncovered(self, covered: NDArray[np.floating]) -> NDArray[np.uint8]:
        """(height, width) of squares: 0 where a student is whose cover (m, 4) is given."""
        shown = np.ones(self._size[::-1], np.uint8)
        starts = (covered[:, :2] + covered[:, 2:] * BODY[:2]) / self._cell
        ends = starts + covered[:, 2:] * BODY[2:] / self._cell
        starts = np.maximum(np.ceil(starts), 0).astype(int)
        ends = np.maximum(np.floor(ends), 0).astype(int)
        for (left, top), (right, low) in zip(starts.tolist(), ends.tolist(), strict=True):
            shown[top:low, left:right] = 0
        return shown

    def _place(self, window: Window) -> tuple[int, int, int, int]:
        """Left, top, right and lower end of a window in squares."""
        size = window.scale * self._cell
        left, top = int(window.left / size), int(window.top / size)
        right = min(self._size[0], int(np.ceil((window.left + window.width) / size)))
        low = min(self._size[1], int(np.ceil((window.top + window.height) / size)))
        return left, top, right, low


def _shows(window: Window, boxes: NDArray[np.floating]) -> NDArray[np.bool_]:
    """(n,) whether the middle of each box lies in the window."""
    middles = (boxes[:, :2] + boxes[:, 2:] / 2) * window.scale - (window.left, window.top)
    return np.asarray(((middles >= 0) & (middles <= (window.width, window.height))).all(axis=1))


def _hidden_shares(
    boxes: NDArray[np.floating], covered: NDArray[np.floating]
) -> NDArray[np.float64]:
    """(n,) share of each box (n, 4) that lies in one of ``covered`` (m, 4), the largest."""
    if not len(covered):
        return np.zeros(len(boxes))
    starts = np.maximum(boxes[:, None, :2], covered[None, :, :2])
    ends = np.minimum(
        (boxes[:, :2] + boxes[:, 2:])[:, None], (covered[:, :2] + covered[:, 2:])[None]
    )
    inside = np.clip(ends - starts, 0, None).prod(axis=2)
    return np.asarray((inside / boxes[:, 2:].prod(axis=1)[:, None]).max(axis=1))
