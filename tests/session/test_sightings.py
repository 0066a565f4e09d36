from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from app.session.sightings import Piece, Sightings

Faces = tuple[NDArray[np.int64], NDArray[np.int32]]


def parts(seen: NDArray[np.bool_], frames: int) -> Iterator[Faces]:
    """The faces of (frames, tracks) sightings, so many frames at a time; tracks from 1."""
    for start in range(0, len(seen), frames):
        rows, tracks = np.nonzero(seen[start : start + frames])
        yield rows + start, (tracks + 1).astype(np.int32)


@pytest.mark.parametrize("frames", [1, 7, 64, 1000])
def test_they_say_who_is_seen_when(frames: int) -> None:
    rng = np.random.default_rng(4)
    seen = rng.random((300, 5)) < [0.0, 0.1, 0.5, 0.9, 1.0]
    times = np.cumsum(rng.uniform(0.05, 0.3, 300))
    sightings = Sightings(times, parts(seen, frames))
    assert sightings.tracks == [2, 3, 4, 5]
    for track in range(1, 6):
        for start, end in ((-np.inf, np.inf), (times[10], times[20]), (5.0, 9.0), (9.0, 5.0)):
            there = seen[:, track - 1] & (times >= start) & (times < end)
            found = sightings.times(Piece(track, start, end))
            np.testing.assert_array_equal(found, times[there])
    both = sightings.together(Piece(3, 4.0), Piece(4, end=20.0))
    there = seen[:, 2] & seen[:, 3] & (times >= 4.0) & (times < 20.0)
    np.testing.assert_array_equal(both, times[there])
    assert len(sightings.together(Piece(1), Piece(5))) == 0


def test_the_order_of_a_frames_faces_is_not_asked_for() -> None:
    rows, tracks = np.array([0, 0, 1, 1, 2]), np.array([7, 3, 3, 7, 3], np.int32)
    sightings = Sightings(np.array([0.0, 0.5, 1.0]), [(rows, tracks)])
    assert sightings.tracks == [3, 7]
    assert sightings.times(Piece(7)).tolist() == [0.0, 0.5]


def test_memory_is_of_comings_and_goings_not_of_faces() -> None:
    seen = np.ones((512, 30), np.bool_)
    (rows, tracks), kept = next(parts(seen, 512)), []
    for count in (10, 40):
        times = np.arange(512.0 * count)
        faces = ((rows + 512 * k, tracks) for k in range(count))
        tracemalloc.start()
        sightings = Sightings(times, faces)
        kept.append(tracemalloc.get_traced_memory())
        tracemalloc.stop()
        assert len(sightings.times(Piece(30))) == len(times)
    assert kept[1][0] - kept[0][0] < 10_000  # 8 bytes a face would be 3.7 MB
    assert kept[1][1] - kept[0][1] < 100_000
