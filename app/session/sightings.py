"""When each track is seen: what tells whether two of them can be one student."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

EVER = float("inf")


class Piece(NamedTuple):
    """A track from ``start`` on and before ``end``, seconds; all of it where these are endless."""

    track: int
    start: float = -EVER
    end: float = EVER


class Sightings:
    """In which frames each track is seen.

    Args:
        times: (frames,) float64 seconds, increasing.
        rows: (faces,) int, into ``times``: the frame of each face, not decreasing.
        tracks: (faces,) int: the track of each face.
    """

    def __init__(
        self, times: NDArray[np.float64], rows: NDArray[np.integer], tracks: NDArray[np.integer]
    ) -> None:
        self._times = times
        order = np.argsort(tracks, kind="stable")
        found, starts = np.unique(tracks[order], return_index=True)
        parts = np.split(rows[order], starts[1:]) if len(found) else []
        self._rows = dict(zip(found.tolist(), parts, strict=True))

    @property
    def tracks(self) -> list[int]:
        """Every track that is seen, in order."""
        return list(self._rows)

    def times(self, piece: Piece) -> NDArray[np.float64]:
        """Seconds at which this piece is seen, increasing."""
        seen: NDArray[np.float64] = self._times[self._of(piece)]
        return seen

    def together(self, one: Piece, other: Piece) -> NDArray[np.float64]:
        """Seconds at which both are seen, increasing."""
        both = np.intersect1d(self._of(one), self._of(other), assume_unique=True)
        seen: NDArray[np.float64] = self._times[both]
        return seen

    def _of(self, piece: Piece) -> NDArray[np.integer]:
        rows = self._rows.get(piece.track)
        if rows is None:
            return np.zeros(0, np.int32)
        low, high = np.searchsorted(self._times[rows], (piece.start, piece.end))
        part: NDArray[np.integer] = rows[low:high]
        return part
