"""Where each track is in the room, as far as looking back needs it.

The room is the picture of the first frame: places are freed of the camera's nudges and zoom.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.core.geometry import centres
from app.core.similarity import move_boxes
from app.core.types import FrameResult, Suggestion

STEP_S: Final = 0.25
"""Seconds between two places that are kept of a track: a seat needs no more."""


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """One track in the room.

    Attributes:
        track: its number.
        first, last: seconds, of its first and last sighting.
        frames: in which it is seen.
        score: mean score of its faces.
        times: (k,) seconds of the places that were kept, increasing.
        places: (k, 2) middle of the face in pixels of the first frame.
        sizes: (k,) geometric mean of width and height, same pixels.
    """

    track: int
    first: float
    last: float
    frames: int
    score: float
    times: NDArray[np.float64]
    places: NDArray[np.float64]
    sizes: NDArray[np.float64]

    @property
    def seconds(self) -> float:
        """How long it is in sight; a gap counts for no more than one second."""
        return float(np.minimum(np.diff(self.times), 1.0).sum())


@dataclass(frozen=True, slots=True)
class Story:
    """A whole recording: every track's path in order of appearance, and what was suggested.

    ``end`` is the time of the last frame in seconds.
    """

    paths: tuple[Path, ...]
    suggestions: tuple[Suggestion, ...]
    end: float


class _Growing:
    """A path that is being followed."""

    def __init__(self, first: float) -> None:
        self.first = self.last = first
        self.frames = 0
        self.scores = 0.0
        self.kept = array("d")  # time, x, y, size, ...

    def path(self, track: int) -> Path:
        kept = np.array(self.kept).reshape(-1, 4)
        score = self.scores / self.frames
        return Path(
            track, self.first, self.last, self.frames, score, kept[:, 0], kept[:, 1:3], kept[:, 3]
        )


def follow(results: Iterable[FrameResult], left_out: Collection[int] = ()) -> Story:
    """Read a recording once; keeps 32 bytes for every face and ``STEP_S``.

    Args:
        results: as tracked, in time order.
        left_out: tracks that are no student's, and play no part.
    """
    growing: dict[int, _Growing] = {}
    suggestions: list[Suggestion] = []
    end = 0.0
    for result in results:
        told = result.suggestions
        suggestions += [one for one in told if not {one.earlier, one.later} & set(left_out)]
        end, camera, faces = result.timestamp, result.camera, result.faces
        boxes = move_boxes(camera, faces.boxes)
        places, sizes = centres(boxes), np.sqrt(boxes[:, 2] * boxes[:, 3])
        seen = (faces.ids.tolist(), places.tolist(), sizes.tolist(), faces.scores.tolist())
        for track, (x, y), size, score in zip(*seen, strict=True):
            if track in left_out:
                continue
            one = growing.get(track)
            if one is None:
                one = growing[track] = _Growing(end)
            one.last = end
            one.frames += 1
            one.scores += score
            if not one.kept or end - one.kept[-4] >= STEP_S:
                one.kept.extend((end, x, y, size))
    paths = sorted((one.path(track) for track, one in growing.items()), key=lambda p: p.first)
    return Story(tuple(paths), tuple(suggestions), end)
