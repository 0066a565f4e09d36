"""Cutting a frame into overlapping tiles, and making one list of faces of what they saw.

Pure geometry: no detector is called here. Tiling a frame for a detector that sees only large
faces, and merging what the tiles saw, follows slicing-aided inference (Akyon et al., 2022);
boxes of one face are averaged by weight, as in weighted boxes fusion (Solovyev et al., 2021).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.geometry import containment_matrix, iou_matrix
from app.core.types import Faces

MAX_ZOOM_STEP = 3.0
"""A tile of the next level is at most this many times as wide, so that a face too large to be
seen whole at one level is not yet too small at the next."""

MAX_IOU = 0.3
MAX_CONTAINMENT = 0.7
MAX_OVERHANG = 0.3
"""What ``merge`` is given for the detections of one BlazeFace model in overlapping parts."""

ALIKE_AREAS = 0.3
"""Two uncut boxes, one in the other, are one face if the smaller has at least this share of the
larger one's area; a small face before a large one is two."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A square of the frame: left, top and side in pixels.

    It may hang over the right and bottom edge of a frame that is smaller than it.
    """

    left: int
    top: int
    side: int

    def cut(self, image: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
        """The tile's pixels, (size, size, 3) uint8; black where it hangs over the frame."""
        part = image[self.top : self.top + self.side, self.left : self.left + self.side]
        height, width = part.shape[:2]
        scale = size / self.side
        shape = (max(1, round(width * scale)), max(1, round(height * scale)))
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        small = part if scale == 1 else cv2.resize(part, shape, interpolation=how)
        if small.shape[:2] == (size, size):
            return np.ascontiguousarray(small, dtype=np.uint8)
        padded = np.zeros((size, size, 3), np.uint8)
        padded[: small.shape[0], : small.shape[1]] = small
        return padded


def plan_tiles(frame_size: tuple[int, int], tile: int, overlap: float) -> list[Tile]:
    """Tiles of every level: ``tile`` pixels, coarser ones, and the whole frame, finest first.

    Neighbours of a level share at least ``overlap`` (0..1) of their side. A frame no larger than
    ``tile`` is one tile.

    Raises:
        ValueError: a size below 1 or an overlap outside 0..0.9.
    """
    width, height = frame_size
    if min(width, height, tile) < 1:
        raise ValueError(f"expected sizes above 0, got frame {frame_size} and tile {tile}")
    if not 0 <= overlap <= 0.9:
        raise ValueError(f"overlap: expected 0..0.9, got {overlap}")
    whole = max(width, height)
    tiles = []
    for side in _sides(tile, whole):
        for top in _starts(height, side, overlap):
            tiles += [Tile(left, top, side) for left in _starts(width, side, overlap)]
    return tiles


def _sides(tile: int, whole: int) -> list[int]:
    if tile >= whole:
        return [whole]
    steps = max(1, math.ceil(math.log(whole / tile, MAX_ZOOM_STEP) - 1e-9))
    return [round(tile * (whole / tile) ** (step / steps)) for step in range(steps + 1)]


def _starts(length: int, side: int, overlap: float) -> list[int]:
    """Evenly spread starts of tiles that cover ``length``."""
    if side >= length:
        return [0]
    count = math.ceil((length - side) / max(1.0, side * (1 - overlap)) - 1e-9) + 1
    return [round(i * (length - side) / (count - 1)) for i in range(count)]


def inner_overhang(
    boxes: NDArray[np.floating], tile: Tile, frame_size: tuple[int, int]
) -> NDArray[np.float64]:
    """How far each box (n, 4) reaches over borders of ``tile`` that lie inside the frame.

    Returns (n,): the share of the box's side beyond the border, 0 where it lies within. What
    hangs over the frame's own edge counts nothing: no other tile sees more of it.
    """
    low = boxes[:, :2].astype(np.float64)
    side = boxes[:, 2:].astype(np.float64)
    high = low + side
    start = np.array([tile.left, tile.top], np.float64)
    end = start + tile.side
    over = np.where(start > 0, start - low, 0.0)
    over = np.maximum(over, np.where(end < np.array(frame_size), high - end, 0.0))
    return np.asarray(np.clip(over / side, 0.0, None).max(axis=1))


def merge(
    faces: Faces,
    overhang: NDArray[np.floating],
    *,
    max_iou: float,
    max_containment: float,
    max_overhang: float,
) -> Faces:
    """One detection a face, from those of all tiles.

    Detections that hang over an inner tile border by more than ``max_overhang`` of their side
    are dropped; the overlap and the coarser levels see that face whole. The others are grouped,
    uncut and best first, where boxes overlap by more than ``max_iou`` (intersection over union)
    or one lies in the other by more than ``max_containment`` (of the smaller area) though a
    border cut one of them or their sizes are alike. A group's box is the average weighted by
    score and by how little hangs over; its score is the highest and its key points are the
    first's.

    Args:
        faces: of all tiles, in pixels of the frame.
        overhang: (n,) as ``inner_overhang`` gives it.
    """
    keep = np.asarray(overhang) <= max_overhang
    faces, overhang = faces.select(keep), np.asarray(overhang, np.float64)[keep]
    if len(faces) < 2:
        return faces
    quality = faces.scores * (1.0 - overhang)
    # Half a face often scores as well as the whole one beside it, which must lead all the same.
    order = np.lexsort((-faces.scores, overhang > 0))
    same = _same_or_cut(faces.boxes, overhang, max_iou, max_containment)
    free = np.ones(len(faces), bool)
    boxes, rows, scores = [], [], []
    for row in order:
        if not free[row]:
            continue
        group = np.flatnonzero(free & same[row])
        free[group] = False
        near = group[iou_matrix(faces.boxes[row : row + 1], faces.boxes[group])[0] > max_iou]
        weight = quality[near] ** 2
        boxes.append((faces.boxes[near] * weight[:, None]).sum(axis=0) / weight.sum())
        scores.append(faces.scores[group].max())
        rows.append(row)
    return Faces.make(np.array(boxes), np.array(scores), faces.keypoints[rows])


def same_face(
    a: NDArray[np.floating],
    b: NDArray[np.floating],
    max_iou: float = MAX_IOU,
    max_containment: float = MAX_CONTAINMENT,
) -> NDArray[np.bool_]:
    """(n, m): boxes of ``a`` and ``b`` that overlap, or lie in one another and are alike."""
    areas = (a[:, 2] * a[:, 3])[:, None], (b[:, 2] * b[:, 3])[None, :]
    alike = np.minimum(*areas) > ALIKE_AREAS * np.maximum(*areas)
    within = containment_matrix(a, b) > max_containment
    return np.asarray((iou_matrix(a, b) > max_iou) | (within & alike))


def _same_or_cut(
    boxes: NDArray[np.floating],
    overhang: NDArray[np.float64],
    max_iou: float,
    max_containment: float,
) -> NDArray[np.bool_]:
    cut = overhang > 0
    within = containment_matrix(boxes, boxes) > max_containment
    return np.asarray(
        same_face(boxes, boxes, max_iou, max_containment)
        | (within & (cut[:, None] | cut[None, :]))
        | np.eye(len(boxes), dtype=bool)
    )
