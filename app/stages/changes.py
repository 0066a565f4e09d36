"""Where a window of the sweep shows something that it did not show when it was last searched.

Windows are compared in squares of ``CELL`` scaled pixels, whose means hide the camera's noise. A
face that comes changes most of the squares that it covers, so less is no news: an arm that moves,
a shoulder, a leaf. Light that changes the whole window alike is no news either.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.geometry import centres
from app.core.types import Frame
from app.stages.windows import OVERLAP, Rectangle, Window

LEAST_FACE: Final = 12
"""Scaled pixels across the smallest face that the finest windows show."""
CELL: Final = 4
"""Scaled pixels across a square."""
CHANGE: Final = (6.0, 12.0)
"""Levels (of 255) of a colour by which a square's mean differs where something changed: at least,
in a picture without noise, and at most."""
NOISE: Final = 4.0
"""Times the median of all differences in the window that a change is, between these limits."""
SHARE: Final = 0.5
"""Of the area of the smallest face that a window is for, so much changes where one appears."""
REST: Final = 8.0
"""Seconds after which a window is searched whole though nothing changed in it."""
SPARE: Final = 0.1
"""Of a known face's box, so much around it moves along with the face."""


@dataclass(slots=True)
class _Memory:
    """Of a window: its squares when last searched, and where it is searched once more."""

    squares: NDArray[np.int16]
    whole_at: float
    searched_at: float
    again: Rectangle | None


class Changes:
    """Which part of each window needs a search, as somebody may have come there.

    Args:
        windows: all parts of the frames, which must be of one size.
    """

    def __init__(self, windows: Sequence[Window]) -> None:
        self._windows = windows
        self._least = smallest_faces(windows)
        self._seen: dict[int, _Memory] = {}

    def due(
        self,
        number: int,
        frame: Frame,
        known: NDArray[np.floating],
        doubted: NDArray[np.floating],
    ) -> Window | None:
        """The part of a window that is to be searched in ``frame``; None: nothing to be seen there.

        That is where something changed now or before the last search, where somebody is doubted,
        or all of it where that is long ago. What is returned counts as searched.

        Args:
            number: of the window.
            frame: later than the one before.
            known: (n, 4) faces that are found without a search: what changes there is no news.
            doubted: (m, 4) those that the last search did not see, or nothing saw clearly.
        """
        window, now = self._windows[number], frame.timestamp
        squares = _squares(window.cut(frame.image))
        memory = self._seen.get(number)
        if memory is None or now - memory.whole_at >= REST - 1e-3:
            self._seen[number] = _Memory(squares, now, now, None)
            return window
        changed = self._changed(window, squares - memory.squares, known, frame.size)
        wanted = [one for one in (changed, memory.again) if one is not None]
        wanted += _boxes_in(window, doubted[self._fit(window, doubted)])
        memory.again = changed
        if not wanted:
            return None
        part = window.part(_around(wanted))
        if part is window:
            self._seen[number] = _Memory(squares, now, now, changed)
        else:
            left, top = (part.left - window.left) // CELL, (part.top - window.top) // CELL
            area = np.s_[top : top + part.height // CELL, left : left + part.width // CELL]
            memory.squares[area] = squares[area]
            memory.searched_at = now
        return part

    def look_again(self, boxes: NDArray[np.floating]) -> None:
        """Search next time, too, where faces (n, 4) were found that nobody expected."""
        if not len(boxes):
            return
        for number, memory in self._seen.items():
            window = self._windows[number]
            found = _boxes_in(window, boxes[self._fit(window, boxes)])
            if found:
                memory.again = _around(found + ([memory.again] if memory.again else []))

    def searched(self, number: int) -> float:
        """When a window was last searched, whole or in part; infinite: never."""
        memory = self._seen.get(number)
        return np.inf if memory is None else memory.searched_at

    def shows(self, number: int, boxes: NDArray[np.floating]) -> NDArray[np.bool_]:
        """(n,) whether a window shows the middle of each of ``boxes`` (n, 4), large enough."""
        return self._fit(self._windows[number], boxes)

    def _fit(self, window: Window, boxes: NDArray[np.floating]) -> NDArray[np.bool_]:
        """(n,) whether the middle of each of ``boxes`` lies in the window, and its size is one that
        the window is for, or a larger one."""
        large = boxes[:, 2] >= (self._least[window.level] if window.level else 0)
        return np.asarray(window.holds(centres(boxes)) & large)

    def _changed(
        self,
        window: Window,
        other: NDArray[np.int16],
        known: NDArray[np.floating],
        frame_size: tuple[int, int],
    ) -> Rectangle | None:
        """What holds the middles of all places where a face may have come."""
        edge = np.array(frame_size) * window.scale - (window.left, window.top)
        columns, rows = np.floor(edge / CELL).astype(int)
        other = other[:rows, :columns]  # there is nothing beyond the frame
        light = np.median(other.reshape(-1, 3), axis=0).astype(np.int16)
        most = np.abs(other - light).max(axis=2)
        limit = float(np.clip(NOISE * np.median(most), *CHANGE))
        news = np.asarray(most > limit, np.uint8)
        for left, top, right, low in _boxes_in(window, known, SPARE):
            news[top // CELL : -(-low // CELL), left // CELL : -(-right // CELL)] = 0
        places = room_for_faces(news, self._least[window.level] * window.scale / CELL, SHARE)
        x, y, width, height = cv2.boundingRect(places)
        if not width:
            return None
        return x * CELL, y * CELL, (x + width) * CELL, (y + height) * CELL


def smallest_faces(windows: Sequence[Window]) -> dict[int, float]:
    """Width of the smallest face that windows of each level are for, in pixels of the frame.

    What is smaller is seen at the scale before.
    """
    scales = {window.level: window.scale for window in windows}
    return {
        level: LEAST_FACE / scale if level == 0 else OVERLAP / scales[level - 1]
        for level, scale in scales.items()
    }


def room_for_faces(news: NDArray[np.uint8], least: float, share: float) -> NDArray[np.uint8]:
    """(h, w) 1 in the middles of all places where ``share`` of a face's area is 1 in ``news``.

    Args:
        news: (h, w) 0 or 1.
        least: width of the face in pixels of it.
        share: 0..1.
    """
    side = max(1, int(least))
    count = cv2.boxFilter(
        news, cv2.CV_16U, (side, side), normalize=False, borderType=cv2.BORDER_CONSTANT
    )
    return np.asarray(count >= share * least**2, np.uint8)


def _squares(picture: NDArray[np.uint8]) -> NDArray[np.int16]:
    """Means of squares of ``CELL`` pixels, (height / CELL, width / CELL, 3)."""
    # Halving by two neighbours on each side is exact and takes a third of the time of areas.
    for _ in range(CELL.bit_length() - 1):
        size = picture.shape[1] // 2, picture.shape[0] // 2
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR), np.uint8)
    return picture.astype(np.int16)


def _boxes_in(window: Window, boxes: NDArray[np.floating], spare: float = 0.0) -> list[Rectangle]:
    """What the window shows of ``boxes`` (n, 4), each larger by a share on every side."""
    grown = boxes[:, 2:] * spare
    start = (boxes[:, :2] - grown) * window.scale - (window.left, window.top)
    end = (boxes[:, :2] + boxes[:, 2:] + grown) * window.scale - (window.left, window.top)
    size = (window.width, window.height)
    start, end = np.clip(np.floor(start), 0, size), np.clip(np.ceil(end), 0, size)
    seen = (start < end).all(axis=1)
    rows = np.concatenate([start, end], axis=1)[seen].astype(int).tolist()
    return [(left, top, right, low) for left, top, right, low in rows]


def _around(rectangles: Sequence[Rectangle]) -> Rectangle:
    """The smallest one that holds them all."""
    left, top, right, low = zip(*rectangles, strict=True)
    return min(left), min(top), max(right), max(low)
