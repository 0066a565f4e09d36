from __future__ import annotations

import numpy as np
import pytest

from app.core.regions import Regions
from app.core.types import STILL, Faces, Frame
from app.engine.analyse.unrest import FAST, LASTING, Unrest
from app.engine.pipeline import Followed
from app.stages.protocols import Tracked

IMAGE = np.zeros((360, 640, 3), np.uint8)
NOBODY = np.zeros((0, 4), np.float32)
STEP = 0.2


def saw(unrest: Unrest, time: float, boxes: list[list[float]], pan: float = 0.0) -> None:
    ids = np.arange(1, len(boxes) + 1)
    faces = Faces.make(np.array(boxes, np.float32).reshape(-1, 4), np.ones(len(boxes)), ids=ids)
    camera = STILL + np.array([[0, 0, pan], [0, 0, 0]])
    frame = Frame(IMAGE, round(time * 15), time)
    unrest.saw(Followed(frame, Tracked(faces), camera, 0.0, 0.0, Regions(), NOBODY, NOBODY))


def box(x: float, y: float = 100.0) -> list[float]:
    return [x, y, 40.0, 40.0]


def test_a_class_that_sits_needs_no_more() -> None:
    unrest = Unrest()
    for number in range(10):
        sway = 0.8 * FAST * STEP * 40 * (number % 2)
        saw(unrest, number * STEP, [box(100 + sway), box(200), box(400)])
        assert not unrest.wants(number * STEP + 0.07)


@pytest.mark.parametrize(
    ("after", "pan"),
    [
        ([box(100 + 1.2 * FAST * STEP * 40), box(400)], 0.0),  # walks
        ([box(100), box(120)], 0.0),  # one before the other
        ([box(92), box(392)], 8.0),  # the camera is pushed, nobody moves in the room
    ],
)
def test_what_moves_is_looked_at_more_often_for_a_while(
    after: list[list[float]], pan: float
) -> None:
    unrest = Unrest()
    before = [box(100), box(400)]
    if pan == 0.0 and after[1][0] == 120:
        before = [box(100), box(160)]
    saw(unrest, 0.0, before)
    assert not unrest.wants(0.1)
    saw(unrest, STEP, after, pan)
    assert unrest.wants(STEP + 0.07)
    assert unrest.wants(STEP + LASTING)
    assert not unrest.wants(STEP + LASTING + 0.01)


def test_a_student_who_comes_back_elsewhere_has_not_walked() -> None:
    unrest = Unrest()
    saw(unrest, 0.0, [box(100)])
    saw(unrest, STEP, [])
    saw(unrest, 2 * STEP, [box(300)])
    assert not unrest.wants(2 * STEP + 0.07)
