"""Covers faces in a picture that is shown or stored."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.privacy import FaceCover

GROWN: Final = 0.35
"""By which a cover reaches farther than the box on each side, in its own width and height: boxes
end at the chin, and a head moves between two readings."""
_COARSE: Final = 4
"""Pixels across a face that a blur leaves; people can't be told apart by so few."""


def cover_faces(
    image: NDArray[np.uint8], boxes: NDArray[np.floating], how: FaceCover
) -> NDArray[np.uint8]:
    """The picture with every face covered as ``how`` says.

    A blur keeps ``_COARSE`` by ``_COARSE`` mean colours a face, of which no sharpening brings a
    face back; a block keeps one.

    Args:
        image: (height, width, 3) uint8 RGB; not changed.
        boxes: (n, 4) x, y, width, height in pixels; may hang over the edge.
        how: with ``SHOW`` the picture itself is returned.
    """
    if how is FaceCover.SHOW or not len(boxes):
        return image
    covered = image.copy()
    size = np.array((image.shape[1], image.shape[0]))
    covers = grown(boxes)
    starts, ends = np.floor(covers[:, :2]), np.ceil(covers[:, :2] + covers[:, 2:])
    firsts, lasts = (np.clip(side, 0, size).astype(int) for side in (starts, ends))
    # Over the picture's edge the oval goes on: it must not grow slim there.
    middles, axes = (starts + ends) / 2 - firsts, ends - starts
    cells = _COARSE if how is FaceCover.BLUR else 1
    places = zip(*(one.tolist() for one in (firsts, lasts, middles, axes)), strict=True)
    for (left, top), (right, bottom), middle, sides in places:
        if right > left and bottom > top:
            oval = np.zeros((bottom - top, right - left), np.uint8)
            cv2.ellipse(oval, (middle, sides, 0.0), 255, -1)
            _cover(image[top:bottom, left:right], covered[top:bottom, left:right], oval, cells)
    return covered


def grown(boxes: NDArray[np.floating]) -> NDArray[np.float64]:
    """(n, 4) what lies under the covers of boxes (n, 4), each an oval in such a box."""
    more = boxes[:, 2:] * GROWN
    return np.concatenate([boxes[:, :2] - more, boxes[:, 2:] + 2 * more], axis=1)


def _cover(
    face: NDArray[np.uint8], target: NDArray[np.uint8], oval: NDArray[np.uint8], cells: int
) -> None:
    """Paint the mean colours of ``cells`` by ``cells`` parts of ``face``, smoothly, in ``oval``."""
    height, width = face.shape[:2]
    # Area interpolation is the mean of each cell, so that nothing finer is left in the picture.
    coarse = cv2.resize(face, (cells, cells), interpolation=cv2.INTER_AREA)
    patch = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    cv2.copyTo(patch, oval, target)
