from __future__ import annotations

from app.engine.live.pace import SETTLE, PaceWatch


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
