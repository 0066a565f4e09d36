from __future__ import annotations

import pytest

from app.engine.live.pace import LATE, SETTLE, Pace, PaceWatch


def test_slow_is_what_lasts() -> None:
    watch = PaceWatch()
    assert not watch.behind(2.0, 25.0, 10.0)
    assert not watch.behind(2.0, 25.0, 10.0 + SETTLE - 0.1)
    assert watch.behind(2.0, 25.0, 10.0 + SETTLE)
    assert not watch.behind(24.0, 25.0, 20.0)
    assert not watch.behind(2.0, 25.0, 30.0)


def test_without_a_pace_nothing_is_slow() -> None:
    watch = PaceWatch()
    assert not any(watch.behind(0.0, 0.0, now) for now in (0.0, 5.0, 50.0))


def test_a_recording_waits_for_its_time_and_never_hurries() -> None:
    now = 100.0
    pace = Pace(lambda: now)
    assert pace.early(0.0) == 0.0
    assert pace.early(0.5) == 0.5
    now = 100.5 + LATE / 2
    assert pace.early(0.5) < 0.0
    assert pace.early(0.6) == pytest.approx(LATE / 2)
    now = 103.0  # far behind: its clock is set anew
    assert pace.early(0.6) == 0.0
    assert pace.early(0.7) == pytest.approx(0.1)
