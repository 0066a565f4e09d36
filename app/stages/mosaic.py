"""Known faces, cut out and put side by side in one picture, so that one short look finds them all.

A detector that looks everywhere spends nearly all its time where nobody is. Where faces should be
is known from the frames before, so only those places are shown to it: each face, scaled to the
size that the model sees best, in the middle of a cell of its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.core.geometry import centres, iou_matrix
from app.core.types import Faces
from app.stages.windows import shrink

CELL: Final = 64
"""Side of a cell in pixels of the mosaic."""

FACE: Final = 24.0
"""Width in pixels of the mosaic to which an expected face is scaled. Measured with the short-range
model on 60 photographs (WIDER FACE, validation part): with 3% of empty cells taken for faces it
finds 78% of the faces again at 24 pixels, 82% at 20, 72% at 32; but at 20 it takes faces that are
a quarter smaller than expected for 16% larger than they are, so that tracks would swell. At 24 it
is 6%."""

COLUMNS: Final = 8
MAX_ROWS: Final = 6
"""Cells beside and above one another in one picture: few sizes, as a network is set up for each."""

REACH: Final = 0.8
"""Farthest that a face may lie from where it is expected, in widths of the expected face."""

MAX_GROWTH: Final = 1.8
"""Largest change of width against the expected face, either way."""

SAME_FACE_IOU: Final = 0.3
"""Two boxes that overlap more are one face: the cells of neighbours show each other's faces."""


@dataclass(frozen=True, slots=True, eq=False)
class Mosaic:
    """A picture of ``m`` cells, row by row, and where each of them lies in the frame.

    Attributes:
        picture: (rows * CELL, COLUMNS * CELL, 3) uint8 RGB; spare cells are grey.
        expected: (m, 4) float64 boxes in pixels of the frame, one a cell.
        origins: (m, 2) float64: x, y in the frame of each cell's top left corner.
        scales: (m,) float64: pixels of the frame in one pixel of the cell.
    """

    picture: NDArray[np.uint8]
    expected: NDArray[np.float64]
    origins: NDArray[np.float64]
    scales: NDArray[np.float64]

    @property
    def corners(self) -> NDArray[np.int64]:
        """(m, 2): x, y in the picture of each cell's top left corner."""
        row, column = np.divmod(np.arange(len(self.scales)), COLUMNS)
        return np.stack([column, row], axis=1) * CELL

    def locate(self, found: Faces) -> tuple[Faces, NDArray[np.int64]]:
        """The faces of the picture that are near what their cell expects, as faces of the frame.

        Args:
            found: in pixels of ``picture``.

        Returns:
            The faces in pixels of the frame, and (n,) the number of the cell of each; several
            may be of one cell.
        """
        middle = np.floor(centres(found.boxes) / CELL).astype(np.int64)
        inside = (middle >= 0).all(axis=1) & (middle[:, 0] < COLUMNS)
        cell = np.where(inside, middle[:, 1] * COLUMNS + middle[:, 0], len(self.scales))
        found, cell = found.select(cell < len(self.scales)), cell[cell < len(self.scales)]
        scale, corner, origin = self.scales[cell], self.corners[cell], self.origins[cell]
        boxes = found.boxes.astype(np.float64)
        boxes[:, :2] = (boxes[:, :2] - corner) * scale[:, None] + origin
        boxes[:, 2:] *= scale[:, None]
        points = (found.keypoints - corner[:, None]) * scale[:, None, None] + origin[:, None]
        expected = self.expected[cell]
        growth = np.abs(np.log(boxes[:, 2] / expected[:, 2]))
        fits = (_offset(boxes, expected) <= REACH) & (growth <= math.log(MAX_GROWTH))
        return Faces.make(boxes, found.scores, points).select(fits), cell[fits]


def pack(image: NDArray[np.uint8], boxes: NDArray[np.floating]) -> Mosaic:
    """Cut the surroundings of ``boxes`` (m, 4) out of ``image`` (height, width, 3), scaled.

    The middle of a box lies in the middle of its cell within a pixel of the frame. Beyond the
    frame's edge its border pixels are repeated.

    Raises:
        ValueError: no box, more than a picture has room for, or one that is not finite or has
            no size.
    """
    boxes = np.asarray(boxes, np.float64).reshape(-1, 4)
    if not 0 < len(boxes) <= COLUMNS * MAX_ROWS:
        raise ValueError(f"expected 1 to {COLUMNS * MAX_ROWS} boxes, got {len(boxes)}")
    if not np.isfinite(boxes).all() or (boxes[:, 2:] <= 0).any():
        raise ValueError(f"boxes: expected finite numbers and sizes above 0, got {boxes.tolist()}")
    picture = np.full((math.ceil(len(boxes) / COLUMNS) * CELL, COLUMNS * CELL, 3), 128, np.uint8)
    sides = np.maximum(2, np.rint(boxes[:, 2] * CELL / FACE))
    origins = np.rint(centres(boxes) - sides[:, None] / 2)
    mosaic = Mosaic(picture, boxes, origins, sides / CELL)
    for (left, top), origin, side in zip(mosaic.corners, origins, sides, strict=True):
        cell = _cut(image, int(origin[0]), int(origin[1]), int(side))
        picture[top : top + CELL, left : left + CELL] = cell
    return mosaic


def choose(
    faces: Faces, cells: NDArray[np.int64], expected: NDArray[np.float64], first: int
) -> NDArray[np.int64]:
    """At most one face a cell and one cell a face, by score and nearness to what is expected.

    Two who sit close together see each other in their cells; they never both claim one face.

    Args:
        faces: (n) candidates in pixels of the frame, as ``Mosaic.locate`` gives them.
        cells: (n,) which of ``expected`` each is a candidate for.
        expected: (m, 4) boxes in pixels of the frame.
        first: so many of ``expected``, from the front, choose before the others.

    Returns:
        The rows of ``faces`` that are taken.
    """
    merit = faces.scores * np.exp(-(_offset(faces.boxes, expected[cells]) ** 2))
    rivals = iou_matrix(faces.boxes, faces.boxes) > SAME_FACE_IOU
    rivals |= cells[:, None] == cells[None, :]
    free, taken = np.ones(len(faces), bool), []
    for row in np.lexsort((-merit, cells >= first)):
        if free[row]:
            taken.append(row)
            free &= ~rivals[row]
    return np.array(taken, np.int64)


def _offset(boxes: NDArray[np.floating], expected: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distance of the middles, row by row, in widths of the expected face."""
    gap = np.linalg.norm(centres(boxes) - centres(expected), axis=1)
    return np.asarray(gap / expected[:, 2])


def _cut(image: NDArray[np.uint8], left: int, top: int, side: int) -> NDArray[np.uint8]:
    """A square of the image, (CELL, CELL, 3), with the border repeated beyond the image."""
    height, width = image.shape[:2]
    x0, y0 = min(max(left, 0), width - 1), min(max(top, 0), height - 1)
    x1, y1 = min(max(left + side, x0 + 1), width), min(max(top + side, y0 + 1), height)
    part = image[y0:y1, x0:x1]
    if part.shape[:2] != (side, side):
        # A square wholly beyond the edge shows the nearest border pixels alone.
        before_x, before_y = min(x0 - left, side - 1), min(y0 - top, side - 1)
        before_x, before_y = max(before_x, 0), max(before_y, 0)
        part = part[: side - before_y, : side - before_x]
        after_x, after_y = side - before_x - part.shape[1], side - before_y - part.shape[0]
        part = np.pad(part, ((before_y, after_y), (before_x, after_x), (0, 0)), mode="edge")
    return shrink(part, (CELL, CELL))
