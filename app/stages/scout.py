"""Searches a recording for faces five times a second where something changed, to cover them.

Where a picture looks as it did when that place was last searched, nobody can have come. So those
parts of the sweep's windows (``app.stages.sweep``) are searched in which more changed than the
noise does, and ``AGAIN`` times more, as a search may miss a face. Each window is searched whole
once a ``PERIOD`` whatever is seen. Only what is painted over counts as covered: heads of the front
row are seen before the chests of the row behind. A face once found is looked for at its place every
time, which costs next to nothing. A detector without windows searches the whole picture every time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol, runtime_checkable

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.geometry import centres, iou_matrix
from app.core.types import Faces, Frame
from app.stages.changes import room_for_faces, smallest_faces
from app.stages.protocols import Detector
from app.stages.windows import Window

SMALL_FRAME: Final = 640 * 480
"""Frames of no more pixels are compared in squares of 2 pixels, larger ones of 4."""
PERIOD: Final = 2.0
"""Seconds in which every window is searched once, at least."""
CHANGE: Final = 12
"""Levels (of 255) of a colour by which a small square's mean differs where something changed."""
SHARE: Final = 0.25
"""Of the area of the smallest face that a window is for, so much changes where one appears."""
AGAIN: Final = 3
"""Searches of a part that changed, after the first one."""
EXPECTED: Final = 2.0
"""Seconds for which a face is looked for where it was found last."""
_SAME_PLACE: Final = 0.3  # intersection over union
_KNOWN: Final = 0.8  # share of a face that lies under a cover
_NOWHERE: Final = np.zeros((0, 4))
_NOTHING: Final = (np.inf, np.inf, -np.inf, -np.inf)
_POINTS: Final = (np.arange(8) + 0.5) / 8  # of a box's side, at which it is compared with ovals


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
        since: (n,) seconds after which each of them came: it was not there then, or nothing has
            changed around it since before. It may have come
            later, as nothing is seen of a small change in a large window.
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
        """Faces of a frame; those may be missing that lie under ``covered``.

        Args:
            frame: later than the one before.
            covered: (m, 4) boxes, each of which holds an oval that is painted over.
        """
        before, self._last = self._last, frame.timestamp
        if not isinstance(self._detector, WindowDetector):
            self._detector.reset()
            boxes = self._detector.detect(frame, _NOWHERE).boxes
            return Sighting(boxes, np.full(len(boxes), before))
        if self._changes is None or self._changes.frame_size != frame.size:
            self._detector.reset()
            self._changes = _Changes(self._detector.windows(frame.size), frame.size)
        windows, seen = self._changes.due(frame, covered)
        expected = self._expected(frame.timestamp, covered)
        boxes = self._detector.look(frame, expected, windows).boxes
        since = np.full(len(boxes), before)
        new = ~(iou_matrix(boxes, expected) > _SAME_PLACE).any(axis=1)
        new &= _hidden_shares(boxes, covered) <= _KNOWN  # a student has a place at any time
        for window, time in zip(windows, seen, strict=True):
            since[new & window.holds(centres(boxes))] = np.minimum(
                since[new & window.holds(centres(boxes))], time
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
    """Which parts of windows show something that was not there when they were last searched.

    Pictures are compared in squares of ``cell`` pixels: their means hide the noise.
    """

    def __init__(self, windows: Sequence[Window], frame_size: tuple[int, int]) -> None:
        self._windows, self.frame_size = windows, frame_size
        width, height = frame_size
        self._cell = 2 if width * height <= SMALL_FRAME else 4
        self._size = max(1, width // self._cell), max(1, height // self._cell)
        self._whole = np.full(len(windows), -np.inf)  # when each was searched whole
        self._last = np.full(len(windows), -np.inf)  # or where it changed
        self._still = np.full(len(windows), -np.inf)  # the time of that before the last change
        self._recent = np.tile(_NOTHING, (len(windows), AGAIN + 1, 1))  # what changed, newest first
        self._searched: dict[int, NDArray[np.uint8]] = {}
        faces = smallest_faces(windows)
        self._least = {level: width / self._cell for level, width in faces.items()}  # in squares

    def due(
        self, frame: Frame, covered: NDArray[np.floating]
    ) -> tuple[list[Window], NDArray[np.float64]]:
        """The parts to search in this frame, and the time after which what is new in each came."""
        now = frame.timestamp
        shrunk = cv2.resize(frame.image, self._size, interpolation=cv2.INTER_AREA)
        small = np.asarray(shrunk, np.uint8)
        self._recent = np.roll(self._recent, 1, axis=1)
        self._recent[:, 0] = self._changed(small, covered)
        changed = np.isfinite(self._recent[:, 0, 0])
        self._still[changed] = self._last[changed]
        starts, ends = self._recent[..., :2].min(axis=1), self._recent[..., 2:].max(axis=1)
        whole = now - self._whole >= PERIOD - 1e-3
        rows = np.flatnonzero(whole | np.isfinite(starts[:, 0]))
        parts = []
        for row in rows.tolist():
            window = self._windows[row]
            part = window if whole[row] else self._part(window, starts[row], ends[row])
            parts.append(part)
            if part is window:
                self._whole[row] = now
                self._see(small, window.level, self._place(window))
            elif changed[row]:
                self._see(small, window.level, self._around(row))
        self._last[changed | (self._whole == now)] = now
        return parts, self._still[rows]

    def _changed(
        self, small: NDArray[np.uint8], covered: NDArray[np.floating]
    ) -> NDArray[np.float64]:
        """(windows, 4) left, top, right and lower end, in squares, of what changed in each.

        It holds the middles of all places as large as the smallest face of which ``SHARE`` changed.
        """
        shown = self._uncovered(covered)
        faces = {}
        for level, picture in self._searched.items():
            red, green, blue = cv2.split(cv2.absdiff(small, picture))
            most = cv2.max(cv2.max(red, green), blue)
            other = np.asarray(most > CHANGE, np.uint8) & shown
            faces[level] = room_for_faces(other, self._least[level], SHARE)
        changed = np.tile(_NOTHING, (len(self._windows), 1))
        for row, window in enumerate(self._windows):
            if window.level in faces:
                left, top, right, low = self._place(window)
                x, y, width, height = cv2.boundingRect(faces[window.level][top:low, left:right])
                if width:
                    changed[row] = left + x, top + y, left + x + width, top + y + height
        return changed

    def _part(self, window: Window, start: NDArray[np.float64], end: NDArray[np.float64]) -> Window:
        """A square with all faces that are looked for in the window and reach between two squares.

        The window itself where no smaller one will do.
        """
        scaled = self._cell * window.scale
        corner = np.array((window.left, window.top))
        left, top = (np.floor(start * scaled) - corner).astype(int).tolist()
        right, low = (np.ceil(end * scaled) - corner).astype(int).tolist()
        return window.part((left, top, right, low))

    def _see(self, small: NDArray[np.uint8], level: int, place: tuple[int, int, int, int]) -> None:
        """Compare this place with the picture from now on."""
        left, top, right, low = place
        picture = self._searched.setdefault(level, np.zeros_like(small))
        picture[top:low, left:right] = small[top:low, left:right]

    def _around(self, row: int) -> tuple[int, int, int, int]:
        """Left, top, right and lower end of what changed just now in a window, in squares."""
        window = self._windows[row]
        more = int(self._least[window.level]) // 2 + 1
        place = np.array(self._place(window))
        box = self._recent[row, 0] + (-more, -more, more, more)
        box = np.clip(box, np.tile(place[:2], 2), np.tile(place[2:], 2)).astype(int)
        return int(box[0]), int(box[1]), int(box[2]), int(box[3])

    def _uncovered(self, covered: NDArray[np.floating]) -> NDArray[np.uint8]:
        """(height, width) of squares: 0 where one lies wholly under an oval in ``covered``."""
        shown = np.ones(self._size[::-1], np.uint8)
        ends = np.array(self._size)
        for box in covered / self._cell:
            half = box[2:] / 2
            middle = box[:2] + half
            start = np.clip(np.floor(box[:2]), 0, ends).astype(int)
            end = np.clip(np.ceil(box[:2] + box[2:]), start, ends).astype(int)
            # The corner of a square that is farthest from the middle.
            x, y = (
                (np.abs(np.arange(start[k], end[k]) + 0.5 - middle[k]) + 0.5) / half[k]
                for k in (0, 1)
            )
            part = shown[start[1] : end[1], start[0] : end[0]]
            part[x**2 + (y**2)[:, None] <= 1] = 0
        return shown

    def _place(self, window: Window) -> tuple[int, int, int, int]:
        """Left, top, right and lower end of a window in squares."""
        size = window.scale * self._cell
        left, top = int(window.left / size), int(window.top / size)
        right = min(self._size[0], int(np.ceil((window.left + window.width) / size)))
        low = min(self._size[1], int(np.ceil((window.top + window.height) / size)))
        return left, top, right, low


def _hidden_shares(
    boxes: NDArray[np.floating], covered: NDArray[np.floating]
) -> NDArray[np.float64]:
    """(n,) share of each box (n, 4) that lies under the ovals in ``covered`` (m, 4)."""
    half = covered[:, 2:] / 2
    points = boxes[:, None, :2] + _POINTS[:, None] * boxes[:, None, 2:]  # (n, 8, 2)
    off = (points[:, :, None] - (covered[:, :2] + half)) / half  # (n, 8, m, 2)
    across, down = off[..., 0] ** 2, off[..., 1] ** 2
    under = (across[:, :, None] + down[:, None] <= 1).any(axis=3)
    return np.asarray(under.mean(axis=(1, 2)), np.float64)
