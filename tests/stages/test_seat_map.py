from __future__ import annotations

import numpy as np
import pytest

from app.stages.looks import Look, Looks, squared_distances
from app.stages.seat_map import MOVE_S, Seat, seat_distances


def sit(seat: Seat, seconds: float, x: float, y: float, sway: float = 0.0) -> None:
    rng = np.random.default_rng(2)
    for _ in range(round(10 * seconds)):
        dx, dy = rng.normal(0, sway, 2) * seat.size
        seat.learn((x + dx, y + dy), seat.size, 0.1)


def test_a_seat_is_the_usual_place_and_its_spread() -> None:
    seat = Seat(102, 96, 20)
    sit(seat, 60, 100, 100, sway=0.15)
    assert (seat.x, seat.y) == pytest.approx((100, 100), abs=1)
    assert seat.spread == pytest.approx(0.15, abs=0.03)
    assert seat.seconds == pytest.approx(60)


def test_a_walk_does_not_move_the_seat_but_a_stay_does() -> None:
    seat = Seat(100, 100, 20)
    sit(seat, 200, 100, 100)
    for x in np.linspace(130, 400, 50):
        seat.learn((float(x), 100), 20, 0.1)
    assert (seat.x, seat.y) == pytest.approx((100, 100))
    sit(seat, MOVE_S + 1, 400, 100)
    assert (seat.x, seat.y) == pytest.approx((400, 100), abs=0.5)
    assert seat.former == pytest.approx((100, 100))


def test_distances_are_in_face_sizes_to_the_nearer_of_both_seats() -> None:
    here, moved = Seat(100, 100, 20), Seat(300, 100, 20, former=(140, 100))
    distance, ratio = seat_distances(
        [here, moved], np.array([[120.0, 100.0], [300.0, 130.0]]), np.array([20.0, 40.0])
    )
    np.testing.assert_allclose(distance, [[1, np.hypot(200, 30) / 30], [1, 1]])
    np.testing.assert_allclose(ratio, [[0, np.log(2)]] * 2)


def known() -> tuple[Looks, list[np.ndarray]]:
    """What 12 students look like, and how far that strays."""
    rng = np.random.default_rng(5)
    means = list(rng.uniform(0, 0.6, (12, 8)))
    looks = Looks()
    for mean in means:
        seen = mean + rng.normal(0, 0.03, (40, 8))
        looks.stray(((seen - mean) ** 2).sum(axis=1))
    looks.differ([Look(mean, 9) for mean in means])
    return looks, means


def test_colours_speak_for_their_owner_and_against_others() -> None:
    looks, means = known()
    seen = np.stack(means) + np.random.default_rng(6).normal(0, 0.03, (12, 8))
    squared = squared_distances(means, seen)
    found = looks.evidence(squared, squared, 1.0 - np.eye(12), 0.1)
    assert found.diagonal().min() > 1.5
    assert found[~np.eye(12, dtype=bool)].max() < -1.5


def test_strange_colours_say_less_than_those_of_somebody_else() -> None:
    looks, means = known()
    seen = np.stack([means[1], np.full(8, 3.0)])
    squared = squared_distances(means, seen)
    own, other = looks.evidence(squared[:1], squared, np.eye(12)[[1]], 0.1)[0].tolist()
    assert own < other - 1
    assert -2.5 < other <= 0


def test_no_colours_no_evidence() -> None:
    looks, means = known()
    seen = np.full((2, 8), np.nan)
    squared = squared_distances([*means, None], seen)
    assert np.isnan(squared).all()
    assert (looks.evidence(squared, squared, np.ones((13, 13)), 0.1) == 0).all()


def test_missing_entries_are_left_out() -> None:
    look = Look()
    look.learn(np.array([1.0, np.nan, 2.0, np.nan]), 0.1)
    look.learn(np.array([1.0, 4.0, np.nan, np.nan]), 0.1)
    assert look.mean is not None
    np.testing.assert_allclose(look.mean, [1, 4, 2, np.nan])
    squared = squared_distances([look.mean], np.array([[1.0, 5.0, np.nan, 7.0]]))
    assert squared[0, 0] == pytest.approx(1.0 * 4 / 2)


def test_looks_of_a_large_class_are_compared_as_one_by_one() -> None:
    rng = np.random.default_rng(3)
    seen = rng.random((100, 160))
    seen[63, :80] = np.nan
    means = [None if i == 4 else row for i, row in enumerate(rng.random((100, 160)))]
    together = squared_distances(means, seen)
    alone = [
        squared_distances([mean], seen[j : j + 1])[0, 0] for j in (0, 63, 99) for mean in means
    ]
    np.testing.assert_allclose(together[:, [0, 63, 99]].T.ravel(), alone)
