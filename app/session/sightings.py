"""When each track is seen: what tells whether two of them can be one student."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
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

    Kept are runs of frames, so memory grows with how often somebody comes and goes, and by 8 bytes
    a frame: ten hours of a class take a few megabytes.

    Args:
        times: (frames,) float64 seconds, increasing.
        faces: parts of the recording in time order; of each, (n,) int into ``times``: the frame of
            each face, and (n,) int: its track.
    """

    def __init__(
        self,
        times: NDArray[np.float64],
        faces: Iterable[tuple[NDArray[np.integer], NDArray[np.integer]]],
    ) -> None:
        self._times = times
        growing: dict[int, _Runs] = {}
        for rows, tracks in faces:
            order = np.lexsort((rows, tracks))
            found, starts = np.unique(tracks[order], return_index=True)
            parts = np.split(rows[order], starts[1:]) if len(found) else []
            for track, part in zip(found.tolist(), parts, strict=True):
                growing.setdefault(track, _Runs()).add(part)
        self._runs = {track: growing[track].ends() for track in sorted(growing)}

    @property
    def tracks(self) -> list[int]:
        """Every track that is seen, in order."""
        return list(self._runs)

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
        """(n,) frames in which the piece is seen, as rows of ``times``."""
        if piece.track not in self._runs:
            return np.zeros(0, np.int64)
        low, high = np.searchsorted(self._times, (piece.start, piece.end))
        firsts, afters = np.clip(self._runs[piece.track], low, high)
        lengths = afters - firsts
        before = np.cumsum(lengths) - lengths
        return np.repeat(firsts - before, lengths) + np.arange(lengths.sum())


class _Runs:
    """The frames of one track, as runs of neighbours."""

    def __init__(self) -> None:
        self._firsts, self._afters = array("q"), array("q")

    def add(self, rows: NDArray[np.integer]) -> None:
        """Take in rows, increasing, after those before."""
        breaks = np.flatnonzero(np.diff(rows) > 1)
        firsts = rows[np.concatenate(([0], breaks + 1))].tolist()
        afters = (rows[np.concatenate((breaks, [len(rows) - 1]))] + 1).tolist()
        if self._afters and self._afters[-1] == firsts[0]:
            self._afters.pop()
            firsts = firsts[1:]
        self._firsts.extend(firsts)
        self._afters.extend(afters)

    def ends(self) -> NDArray[np.int64]:
        """(2, n) first row of each run, and the row after its last."""
        return np.array((self._firsts, self._afters), np.int64)
