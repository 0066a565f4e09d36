from __future__ import annotations

import numpy as np
import pytest

from app.stages.kalman import FADE_S, SPEED, FaceFilter
from tests.stages.test_bytetrack import WIDTH, see


def test_the_filter_predicts_the_same_in_one_step_or_many() -> None:
    one, many = (FaceFilter.start(see((50, 50)).boxes[0]) for _ in range(2))
    for motion in (one, many):
        motion.predict(0.1)
        motion.update(see((56, 51)).boxes[0])
    one.predict(0.6)
    for _ in range(60):
        many.predict(0.01)
    assert many.centre == pytest.approx(one.centre)
    assert many.spread == pytest.approx(one.spread)


def test_the_filter_follows_a_steady_walk_and_stops_in_a_gap() -> None:
    motion, speed = FaceFilter.start(see((0, 50)).boxes[0]), 60.0
    for i in range(1, 31):
        motion.predict(1 / 15)
        if i > 10:
            assert motion.centre[0] == pytest.approx(speed * i / 15, abs=0.15 * WIDTH)
        motion.update(see((speed * i / 15, 50)).boxes[0])
    narrow = motion.spread
    motion.predict(60.0)
    assert motion.centre[0] - speed * 2 < 1.1 * speed * FADE_S
    assert motion.spread > 3 * narrow
    assert motion.spread < SPEED * FADE_S * np.sqrt(2 * 60 / FADE_S) + 1
