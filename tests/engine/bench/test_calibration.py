from __future__ import annotations

import cv2

from app.engine.bench.calibration import Speed, calibrate


def test_it_measures_something_and_leaves_threads_as_they_were() -> None:
    before = cv2.getNumThreads()
    found = calibrate(0.05)
    assert found.one > 1
    assert found.all > 1
    assert found.cores >= 1
    assert cv2.getNumThreads() == before


def test_a_busy_machine_is_known() -> None:
    assert Speed(1000.0, 900.0, 2).busy
    assert not Speed(1000.0, 1200.0, 2).busy
