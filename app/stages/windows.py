"""Cutting a frame into windows of about equal cost, for a detector that takes any picture size.

Pure geometry. Unlike the squares of ``app.stages.tiles``, windows have the shape that covers the
frame with the fewest pixels, and those of one scale are all of one size.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

STEP: Final = 32
"""Sides are multiples of it, as the networks want them."""

OVERLAP: Final = 40
"""Scaled pixels that neighbours share at least: a face that is no wider lies whole in one of
them; a wider one is seen at the next scale."""

LEAST: Final = 4 * OVERLAP
"""Scaled pixels of a window's side where there are several: most of it is not overlap."""

MAX_PIXELS: Final = 1920 * 1080
"""Larger frames are shrunk to so many pixels: the cost of a sweep has an end."""

PARTS: Final = (96, 160)
"""Scaled pixels of the squares that are searched in place of a window where that will do. They are
few, as a network is built anew for each size."""

Rectangle: TypeAlias = tuple[int, int, int, int]
"""Left, top, right and lower end, in scaled pixels from a window's corner."""


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the frame and the scale at which it is looked at.

    Attributes:
        left, top, width, height: pixels of the scaled frame.
        scale: scaled pixels in one of the frame.
        level: 0 at the finest scale of a plan, 1 at half of it, and so on.
    """

    left: int
    top: int
    width: int
    height: int
    scale: float
    level: int = 0

    def cut(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The window's pixels, scaled, (height, width, 3) uint8; black beyond the frame."""
        x0, y0 = round(self.left / self.scale), round(self.top / self.scale)
        x1 = min(image.shape[1], round((self.left + self.width) / self.scale))
        y1 = min(image.shape[0], round((self.top + self.height) / self.scale))
        part = image[y0:y1, x0:x1]
        if self.scale != 1:
            size = round(part.shape[1] * self.scale), round(part.shape[0] * self.scale)
            size = min(max(size[0], 1), self.width), min(max(size[1], 1), self.height)
            part = shrink(part, size)
        if part.shape[:2] == (self.height, self.width):
            return np.ascontiguousarray(part)
        whole = np.zeros((self.height, self.width, 3), np.uint8)
        whole[: part.shape[0], : part.shape[1]] = part
        return whole

    def part(self, place: Rectangle) -> Window:
        """A square with all faces that reach into ``place`` and that this window is for.

        The window itself where no smaller one will do.
        """
        corner, size = np.array((self.left, self.top)), np.array((self.width, self.height))
        start = np.maximum(np.array(place[:2]) - OVERLAP, 0)
        end = np.minimum(np.array(place[2:]) + OVERLAP, size)
        for side in PARTS:
            if (end - start).max() <= side < size.max() and side <= size.min():
                left, top = corner + np.clip((start + end - side) // 2, 0, size - side)
                return replace(self, left=int(left), top=int(top), width=side, height=side)
        return self

    def holds(self, points: NDArray[np.floating]) -> NDArray[np.bool_]:
        """(n,) whether each of ``points`` (n, 2), in pixels of the frame, lies in the window."""
        inside = points * self.scale - (self.left, self.top)
        return np.asarray(((inside >= 0) & (inside <= (self.width, self.height))).all(axis=1))

    def to_frame(self, points: NDArray[np.floating]) -> NDArray[np.float64]:
        """Pixels of the window, (..., 2) x and y, as pixels of the frame."""
        corner = np.array([self.left, self.top], np.float64)
        return np.asarray((points + corner) / self.scale)

    def overhang(
        self, boxes: NDArray[np.floating], frame_size: tuple[int, int]
    ) -> NDArray[np.float64]:
        """How far each box (n, 4), in pixels of the frame, reaches over the window's borders.

        Returns (n,): the share of the box's side beyond the border, 0 where it lies within. What
        hangs over the frame's own edge counts nothing: no other window sees more of it.
        """
        low, side = boxes[:, :2].astype(np.float64), boxes[:, 2:].astype(np.float64)
        start = np.array([self.left, self.top]) / self.scale
        end = start + np.array([self.width, self.height]) / self.scale
        over = np.where(start > 0, start - low, 0.0)
        over = np.maximum(over, np.where(end < np.array(frame_size), low + side - end, 0.0))
        return np.asarray(np.clip(over / side, 0.0, None).max(axis=1))


def shrink(picture: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Shrink to (width, height): by halves, then by what is left, each bilinear.

    Half by half every pixel counts, as in OpenCV's INTER_AREA, which takes five times as long.
    """
    while picture.shape[1] >= 2 * size[0] and picture.shape[0] >= 2 * size[1]:
        half = picture.shape[1] // 2, picture.shape[0] // 2
        picture = np.asarray(cv2.resize(picture, half, interpolation=cv2.INTER_LINEAR), np.uint8)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR), np.uint8)


def plan_windows(frame_size: tuple[int, int], finest: float, max_area: int) -> list[Window]:
    """Windows that cover the frame at the scale ``finest``, at half of it, and so on.

    Frames of more than ``MAX_PIXELS`` are shrunk to that first. The last scale is the one at which
    the frame is a single window. Each window has at most ``max_area`` pixels. The scales are mixed,
    so that a few windows in a row cost about the same anywhere in the list.

    Raises:
        ValueError: a frame without pixels, or an area too small for a window that overlaps.
    """
    width, height = frame_size
    least = (LEAST + STEP) ** 2
    if min(width, height) < 1 or not 0 < finest <= 1 or max_area < least:
        raise ValueError(
            f"expected a frame above 0, a scale in 0..1 and an area of {least} or more, "
            f"got {frame_size}, {finest}, {max_area}"
        )
    scale = finest * min(1.0, math.sqrt(MAX_PIXELS / (width * height)))
    windows: list[tuple[float, Window]] = []
    for number in itertools.count():
        level = _level(width, height, scale / 2**number, max_area, number)
        windows += [((i + 0.5) / len(level), window) for i, window in enumerate(level)]
        if len(level) == 1:
            break
    return [window for _, window in sorted(windows, key=lambda entry: entry[0])]


def _level(width: int, height: int, scale: float, max_area: int, number: int) -> list[Window]:
    """The cheapest grid of windows at one scale; square ones where two are as cheap."""
    wide, high = max(1, math.ceil(width * scale)), max(1, math.ceil(height * scale))
    grids = [
        (columns * rows * w * h, max(w, h), columns, rows, w, h)
        for columns, w in _splits(wide)
        for rows, h in _splits(high)
        if w * h <= max_area and (columns == 1 or w >= LEAST) and (rows == 1 or h >= LEAST)
    ]
    _, _, columns, rows, w, h = min(grids)
    return [
        Window(left, top, w, h, scale, number)
        for top in _starts(high, h, rows)
        for left in _starts(wide, w, columns)
    ]


def _splits(length: int) -> list[tuple[int, int]]:
    """Numbers of windows that cover ``length``, each with the window's side."""
    splits = []
    for count in range(1, max(1, math.ceil((length - OVERLAP) / STEP)) + 1):
        side = math.ceil((length + (count - 1) * OVERLAP) / count / STEP) * STEP
        splits.append((count, side))
    return splits


def _starts(length: int, side: int, count: int) -> list[int]:
    """Evenly spread starts of ``count`` windows over ``length``."""
    if count == 1:
        return [0]
    return [round(i * max(0, length - side) / (count - 1)) for i in range(count)]
