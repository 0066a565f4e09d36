from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from app.core.types import Faces
from app.stages.places import SWEEP_SHARE, Hopes, RecentPlaces

PLACE = np.array([[10.0, 10, 20, 20]])


def right_of(box: NDArray[np.float64], pixels: float) -> NDArray[np.float64]:
    return box + np.array([pixels, 0, 0, 0])


def test_a_place_is_confirmed_for_a_while() -> None:
    seen = RecentPlaces(2.0)
    assert not seen.confirm(PLACE, 0.0).any()
    seen.add(PLACE, 1.0)
    both = np.concatenate([PLACE, right_of(PLACE, 50)])
    assert seen.confirm(both, 3.0).tolist() == [True, False]
    assert not seen.confirm(PLACE, 3.1).any()


def test_a_sighting_moves_along_with_the_face() -> None:
    seen = RecentPlaces(2.0)
    seen.add(PLACE, 0.0)
    for step in range(1, 11):
        seen.follow(right_of(PLACE, 5.0 * step))
    assert seen.confirm(right_of(PLACE, 50), 1.0).all()
    assert not seen.confirm(PLACE, 1.0).any()


def test_a_new_sighting_takes_the_place_of_the_old_one() -> None:
    seen = RecentPlaces(2.0)
    seen.add(PLACE, 0.0)
    seen.add(PLACE + 1.0, 1.5)
    seen.add(np.zeros((0, 4)), 1.6)
    assert seen.confirm(PLACE, 3.0).all()


def test_the_mosaics_boxes_are_set_right_by_the_sweeps() -> None:
    narrow = np.array([[12.0, 14, 16, 12]])  # what the mosaic makes of PLACE
    seen = RecentPlaces(2.0)
    assert (seen.correct(narrow) == narrow).all()
    seen.add(PLACE, 0.0)
    assert (seen.correct(narrow) == narrow).all()
    seen.learn(narrow, 0.0)
    right = seen.correct(narrow)[0]
    assert right[2] == pytest.approx(16 * (20 / 16) ** SWEEP_SHARE)
    assert right[3] == pytest.approx(12 * (20 / 12) ** SWEEP_SHARE)
    assert right[:2] + right[2:] / 2 == pytest.approx([20, 20])
    for step in range(1, 11):  # the face moves off and comes nearer
        there = right_of(narrow, 5.0 * step)
        seen.follow(seen.correct(there))
    assert seen.correct(there)[0, 2:] == pytest.approx(right[2:])
    seen.add(right_of(PLACE, 50), 1.9)  # the sweep comes by again, nothing is forgotten
    assert seen.correct(there)[0, 2:] == pytest.approx(right[2:])
    elsewhere = right_of(narrow, 200)
    assert (seen.correct(elsewhere) == elsewhere).all()


def test_a_hope_lasts_a_while_or_until_somebody_expects_it() -> None:
    nobody = np.zeros((0, 4))
    hopes = Hopes(0.5)
    two = Faces.make(np.concatenate([PLACE, right_of(PLACE, 50)]), np.array([0.5, 0.6]))
    assert len(hopes.join(two, nobody, 0.0)) == 2
    again = hopes.join(Faces.empty(), right_of(PLACE, 51), 0.1)
    assert again.scores.tolist() == [0.5]
    hopes.keep(np.array([True]))
    assert len(hopes.join(two.select(np.array([0])), nobody, 0.4)) == 1  # no double
    assert len(hopes.join(Faces.empty(), nobody, 0.9)) == 1
    assert len(hopes.join(Faces.empty(), nobody, 1.0)) == 0


def test_a_hope_may_be_given_up() -> None:
    hopes = Hopes(0.5)
    hopes.join(Faces.make(PLACE, np.array([0.5])), np.zeros((0, 4)), 0.0)
    hopes.keep(np.array([False]))
    assert len(hopes.join(Faces.empty(), np.zeros((0, 4)), 0.1)) == 0


def test_nothing_is_near_nothing() -> None:
    seen = RecentPlaces(2.0)
    seen.follow(PLACE)
    seen.add(PLACE, 0.0)
    assert seen.confirm(np.zeros((0, 4)), 0.0).shape == (0,)


def test_what_looks_as_it_did_when_somebody_was_seen_there_still_counts() -> None:
    seen = RecentPlaces(2.0)
    far = right_of(PLACE, 50)
    seen.add(np.concatenate([PLACE, far]), 1.0)
    seen.renew(np.array([True, False]), 1.0, 3.0)
    assert seen.confirm(np.concatenate([PLACE, far]), 4.5).tolist() == [True, False]
    seen.renew(np.array([True, True]), 3.5, 4.5)  # searched at 3.5, and nobody was seen
    assert not seen.confirm(PLACE, 5.5).any()
