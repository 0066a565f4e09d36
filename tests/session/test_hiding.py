from __future__ import annotations

import numpy as np

from app.core.regions import Regions
from app.core.types import STILL
from app.session.hiding import hide_seats, opted_out
from app.session.region_log import RegionChange

SEAT = ((0.2, 0.2), (0.4, 0.2), (0.4, 0.6), (0.2, 0.6))


def noise() -> np.ndarray:
    return np.random.default_rng(1).integers(0, 255, (100, 200, 3), np.uint8)


def changed(image: np.ndarray) -> tuple[int, int, int, int]:
    """First and last row and column that were painted over."""
    rows, columns = np.nonzero((image != noise()).any(axis=2))
    return int(rows.min()), int(rows.max()), int(columns.min()), int(columns.max())


def test_a_seat_is_one_colour_and_the_rest_untouched() -> None:
    image = noise()
    hide_seats(image, (SEAT,), STILL, (200, 100))
    assert changed(image) == (8, 72, 28, 92)  # 40 x 40 pixels and 0.3 of it on every side
    assert (image[10:70, 30:90] == image[30, 50]).all()


def test_the_seat_is_where_the_camera_shows_it_now() -> None:
    image = noise()
    nudged = np.array([[1.0, 0, -50], [0, 1, 10]])  # what is at 100, 30 was at 50, 40
    hide_seats(image, (SEAT,), nudged, (200, 100))
    assert changed(image) == (0, 62, 78, 142)


def test_sessions_of_older_versions_have_no_seats() -> None:
    assert opted_out({}) == ()
    assert opted_out({"regions": {"look": [], "opt_out": [SEAT]}}) == (SEAT,)


def test_a_seat_opted_out_later_is_one_too() -> None:
    other = tuple((x + 0.5, y) for x, y in SEAT)
    later = [
        RegionChange(1.0, Regions(opt_out=(SEAT[:3],))),
        RegionChange(2.0, Regions(opt_out=(SEAT, other))),
    ]
    assert opted_out({}, later) == (SEAT, other)
    assert opted_out({"regions": {"opt_out": [SEAT]}}, later) == (SEAT, other)
    assert opted_out({"regions": {"opt_out": [SEAT]}}, [RegionChange(1.0, Regions())]) == (SEAT,)
