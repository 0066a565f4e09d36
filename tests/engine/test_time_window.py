from __future__ import annotations

from itertools import pairwise

import pytest

from app.engine.time_window import NARROWEST, TimeWindow

HOUR = TimeWindow.whole(0.0, 3600.0)


def test_a_zoom_keeps_the_moment_under_the_pointer_where_it_is() -> None:
    for at in (300.0, 1800.0, 3000.0):
        before = HOUR.zoomed(1800.0, 2.0)
        after = before.zoomed(at, 3.0)
        if before.low <= at <= before.high:
            assert after.fraction(at) == pytest.approx(before.fraction(at))
        assert after.span == pytest.approx(600.0)


def test_a_zoom_ends_at_the_whole_and_at_the_narrowest() -> None:
    assert HOUR.zoomed(5.0, 1e9).span == pytest.approx(NARROWEST)
    assert HOUR.zoomed(5.0, 1e9).zoomed(5.0, 1e-9) == HOUR
    assert HOUR.is_whole
    assert not HOUR.zoomed(5.0, 2.0).is_whole


def test_it_never_leaves_the_session() -> None:
    window = HOUR.zoomed(1800.0, 4.0)
    assert window.moved(1e6).high == 3600.0
    assert window.moved(-1e6).low == 0.0
    assert window.moved(60.0).low == pytest.approx(window.low + 60.0)
    assert window.seconds(-3.0) == 0.0 or window.low > 0
    assert HOUR.seconds(2.0) == 3600.0


def test_it_turns_the_page_to_follow_a_moment() -> None:
    window = HOUR.zoomed(0.0, 6.0)
    assert window.showing(300.0) is window
    turned = window.showing(900.0)
    assert turned.low < 900.0 < turned.high
    assert turned.fraction(900.0) < 0.2
    assert window.showing(3600.0).high == 3600.0


def test_a_place_and_its_moment_belong_together() -> None:
    window = HOUR.zoomed(900.0, 5.0)
    for fraction in (0.0, 0.25, 1.0):
        assert window.fraction(window.seconds(fraction)) == pytest.approx(fraction)


@pytest.mark.parametrize("span", [2.0, 17.0, 300.0, 3600.0, 20_000.0])
def test_ticks_are_apart_and_on_the_axis(span: float) -> None:
    window = TimeWindow.whole(3.0, 3.0 + span)
    ticks = window.ticks(700.0)
    assert 1 <= len(ticks) <= 10
    assert all(window.low <= tick <= window.high for tick in ticks)
    places = [700.0 * window.fraction(tick) for tick in ticks]
    assert all(b - a >= 69.9 for a, b in pairwise(places))


def test_a_session_of_one_frame_has_an_axis() -> None:
    window = TimeWindow.whole(4.0, 4.0)
    assert window.span == NARROWEST
    assert window.fraction(4.0) == 0.0
