"""Who leans over to a neighbour, told by who is gone and who is seen instead."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from app.core.types import Frame
from app.stages.bytetrack import ByteTracker
from app.stages.looks import MOST_FOR, Looks
from tests.stages.test_bytetrack import times
from tests.stages.test_returns import ALIKE, SEATS, Place, Wardrobe, play, without


class Table(Wardrobe):
    """Below the face of student 1, while leaning, is ``share`` of something else."""

    def __init__(self, share: float, leans: tuple[float, float]) -> None:
        super().__init__()
        self._mixed = (1 - share) * ALIKE[1] + share * ALIKE[15]
        self._leans = leans

    def measure(self, frame: Frame, boxes: NDArray[np.floating]) -> NDArray[np.float32]:
        self.looks = ALIKE.copy()
        if self._leans[0] <= frame.timestamp < self._leans[1]:
            self.looks[1] = self._mixed
        return super().measure(frame, boxes)


def lean(t: float, start: float, end: float) -> dict[int, Place]:
    """From one frame to the next student 1 is before 2, and back."""
    return {**without(1, 2), 1: (SEATS[2][0] + 2, SEATS[2][1] + 2)} if start <= t < end else SEATS


@pytest.mark.parametrize("share", [0.0, 0.3, 0.4])
def test_who_leans_over_at_once_keeps_the_id_and_takes_none(share: float) -> None:
    cue = Table(share, (10, 16))
    seen, suggestions = play(
        ByteTracker(cue=cue), cue, lambda t: lean(t, 10, 16), times(0, 20, fps=5)
    )
    for now in seen:
        assert now.items() <= seen[0].items()
    assert sum(1 in now for now in seen) > 0.95 * len(seen)
    assert seen[-1] == seen[0]
    assert suggestions == []


def test_a_neighbour_whose_table_changes_is_not_the_one_who_left() -> None:
    """1 goes; at the same moment 2 looks strange, but not like 1."""
    cue = Wardrobe()

    def scene(t: float) -> dict[int, Place]:
        cue.looks = ALIKE.copy()
        if t >= 10:
            cue.looks[2] = 0.6 * ALIKE[2] + 0.4 * ALIKE[15]
        return SEATS if t < 10 else without(1)

    seen, _ = play(ByteTracker(cue=cue), cue, scene, times(0, 16, fps=5))
    assert all(now[2] == seen[0][2] for now in seen)


def test_who_is_back_is_not_a_neighbour_who_looks_alike() -> None:
    """1 is hidden, then 2, who wears the same; 1 is seen again first."""
    looks = ALIKE.copy()
    looks[2] = looks[1] + 0.02
    cue = Wardrobe(looks)

    def scene(t: float) -> dict[int, Place]:
        return without(*([1] if 10 < t < 12 else []), *([2] if t > 11.5 else []))

    seen, _ = play(ByteTracker(cue=cue), cue, scene, times(0, 16, fps=5))
    assert all(now.items() <= seen[0].items() for now in seen)
    assert seen[-1][1] == seen[0][1]


@pytest.mark.parametrize("found", [0.0, 0.6])
def test_who_leaned_over_for_long_is_not_whom_she_hid(found: float) -> None:
    """Longer than she sat before, so her seat is there; she is found again ``found`` s late."""
    cue = Wardrobe()

    def scene(t: float) -> dict[int, Place]:
        late = 16 <= t < 16 + found
        return {w: p for w, p in lean(t, 6, 16).items() if not (late and w == 1)}

    seen, _ = play(ByteTracker(cue=cue), cue, scene, times(0, 20, fps=5))
    for now in seen:
        assert now.items() <= seen[0].items()
    assert seen[-1] == seen[0]


def test_rather_one_than_the_other() -> None:
    looks = Looks()
    near, far = np.array([[0.1, 0.1, np.nan]]), np.array([[0.8, 0.1, 0.5]])
    nats = looks.rather(near, far)
    assert nats[0, 0] > 2
    assert nats[0, 1] == nats[0, 2] == 0
    np.testing.assert_allclose(looks.rather(far, near), -nats)
    assert looks.rather(np.zeros((1, 1)), np.full((1, 1), 1e9))[0, 0] == MOST_FOR
