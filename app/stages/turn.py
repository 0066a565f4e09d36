"""How a recording says that its pictures are to be turned before they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from app.core.types import Frame


@dataclass(frozen=True, slots=True)
class Turn:
    """Quarter turns counter-clockwise, then a mirror, as the display matrix asks."""

    quarters: int
    mirrored: bool

    def apply(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The upright picture, contiguous."""
        turned = np.rot90(image, self.quarters)
        return np.ascontiguousarray(turned[:, ::-1] if self.mirrored else turned)


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """A decoded frame that is made RGB, and upright, when it is asked for.

    Implements ``protocols.Picture``.
    """

    picture: VideoFrame
    turn: Turn
    index: int
    timestamp: float

    def frame(self) -> Frame:
        """(height, width, 3) contiguous uint8 RGB."""
        image = np.asarray(self.picture.to_ndarray(format="rgb24"), dtype=np.uint8)
        return Frame(self.turn.apply(image), self.index, self.timestamp)


def turn_of(frame: VideoFrame) -> Turn:
    """The display matrix as quarter turns and mirror (FFmpeg's libavutil/display.h)."""
    sides = cast("Mapping[str, bytes]", frame.side_data)
    if "DISPLAYMATRIX" not in sides:
        return Turn(0, False)
    matrix = np.frombuffer(bytes(sides["DISPLAYMATRIX"]), np.int32)[:9].astype(np.float64)
    mirrored = bool(matrix[0] * matrix[4] - matrix[1] * matrix[3] < 0)
    across = -matrix[0] if mirrored else matrix[0]
    degrees = -float(np.degrees(np.arctan2(matrix[1], across)))
    return Turn(round(degrees / 90) % 4, mirrored)
