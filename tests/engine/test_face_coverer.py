from __future__ import annotations

import threading

import numpy as np
import pytest

from app.core.privacy import FaceCover
from app.core.types import Expressions, Faces, Frame, FrameResult
from app.engine.face_coverer import FaceCoverer, Shot, cover

SIZE = (320, 240)
BOX = (100.0, 80.0, 40.0, 40.0)


def noise(index: int = 0) -> Frame:
    image = np.random.default_rng(index).integers(0, 256, (240, 320, 3), np.uint8)
    return Frame(image, index, float(index))


def found(*boxes: tuple[float, ...]) -> FrameResult:
    faces = Faces.make(
        np.array(boxes).reshape(-1, 4), np.full(len(boxes), 0.9), ids=np.arange(1, len(boxes) + 1)
    )
    return FrameResult(0, 0.0, SIZE, faces, Expressions.unread(len(boxes)))


@pytest.mark.parametrize("how", [FaceCover.BLUR, FaceCover.BLOCK])
def test_faces_are_covered_and_the_rest_stays(how: FaceCover) -> None:
    frame = noise()
    shown = cover(Shot(frame, found(BOX), how)).image
    assert np.diff(shown[85:115, 105:135].astype(int), axis=1).std() < 5
    np.testing.assert_array_equal(shown[180:], frame.image[180:])
    assert frame.image[85:115, 105:135].std() > 60  # the picture itself is as it was


def test_where_nobody_has_looked_yet_all_is_coarse() -> None:
    shown = cover(Shot(noise(), None, FaceCover.BLUR)).image
    assert shown.shape == (240, 320, 3)
    assert np.abs(np.diff(shown.astype(int), axis=1)).max() < 20


def test_a_seat_that_opted_out_is_covered_without_a_face() -> None:
    frame = noise()
    seat = ((0.5, 0.5), (0.7, 0.5), (0.7, 0.8), (0.5, 0.8))
    shown = cover(Shot(frame, found(), FaceCover.BLUR, (seat,), SIZE)).image
    assert shown[130:180, 170:215].std() < 5
    np.testing.assert_array_equal(shown[:80], frame.image[:80])
    assert frame.image[130:180, 170:215].std() > 60


def test_faces_that_the_result_leaves_out_are_covered_too() -> None:
    frame = noise()
    others = np.array([[200.0, 80.0, 40.0, 40.0]], np.float32)
    shown = cover(Shot(frame, found(BOX), FaceCover.BLOCK, left_out=others)).image
    assert shown[85:115, 205:235].std() < 5
    assert shown[85:115, 105:135].std() < 5


def test_only_the_newest_picture_is_covered() -> None:
    done: list[int] = []
    first, go, last = threading.Event(), threading.Event(), threading.Event()

    def take(shot: Shot, frame: Frame) -> None:
        done.append(shot.frame.index)
        first.set()
        go.wait(5)
        if shot.frame.index == 9:
            last.set()

    coverer = FaceCoverer(take)
    coverer.put(Shot(noise(0), found(BOX), FaceCover.BLUR))
    assert first.wait(5)
    for index in range(1, 10):
        coverer.put(Shot(noise(index), found(BOX), FaceCover.BLUR))
    go.set()
    assert last.wait(5)
    coverer.close()
    coverer.close()
    assert done == [0, 9]
    coverer.put(Shot(noise(), None, FaceCover.BLUR))
    assert not [t for t in threading.enumerate() if t.name == "roomread-cover"]
