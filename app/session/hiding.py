"""Takes opted-out seats out of a picture that is about to be stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.regions import Polygon, Regions
from app.core.similarity import invert, move_points
from app.session.region_log import RegionChange

GROWN: Final = 0.3
"""By which a seat is covered farther than drawn, in its own width and height: heads lean."""


def opted_out(
    settings: Mapping[str, Any], changes: Sequence[RegionChange] = ()
) -> tuple[Polygon, ...]:
    """The seats that are opted out when a session begins, and those that are when it ends.

    Args:
        settings: of the session; those of an older version have no regions.
        changes: what was drawn while it ran.
    """
    seats = Regions.parse(settings.get("regions", {})).opt_out
    last = changes[-1].regions.opt_out if changes else ()
    return tuple(dict.fromkeys((*seats, *last)))


def hide_seats(
    image: NDArray[np.uint8],
    seats: tuple[Polygon, ...],
    camera: NDArray[np.float64],
    first_size: tuple[int, int],
) -> None:
    """Cover the seats with their mean colour, which can't be undone as a blur can.

    Args:
        image: (height, width, 3) uint8 RGB, contiguous; painted into.
        seats: as ``Regions.opt_out``.
        camera: (2, 3) as ``FrameResult.camera`` of this frame.
        first_size: (width, height) in pixels of the first frame.
    """
    back = invert(camera)
    for seat in seats:
        corners = np.array(seat) * first_size
        middle = (corners.min(axis=0) + corners.max(axis=0)) / 2
        corners = middle + (corners - middle) * (1 + 2 * GROWN)
        outline = np.round(move_points(back, corners)).astype(np.int32)
        covered = np.zeros(image.shape[:2], np.uint8)
        cv2.fillPoly(covered, [outline], 255)
        cv2.fillPoly(image, [outline], cv2.mean(image, covered)[:3])
