from __future__ import annotations

import threading

import numpy as np
import pytest

from app.core.privacy import FaceCover
from app.core.types import Expressions, Faces, Frame, FrameResult
from app.engine.face_coverer import Coverer, FaceCoverer, Found, Shot
from app.session.lingering import LINGER
from tests.waiting import PATIENCE, until

SIZE = (320, 240)
BOX = (100.0, 80.0, 40.0, 40.0)


def noise(index: int = 0) -> Frame:
    image = np.random.default_rng(index).integers(0, 256, (240, 320, 3), np.uint8)
    return Frame(image, index, float(index))


def found(*boxes: tuple[float, ...], at: float = 0.0, **others: np.ndarray) -> Found:
    faces = Faces.make(
        np.array(boxes).reshape(-1, 4), np.full(len(boxes), 0.9), ids=np.arange(1, len(boxes) + 1)
    )
    return Found(FrameResult(0, at, SIZE, faces, Expressions.unread(len(boxes))), **others)


def cover(shot: Shot) -> np.ndarray:
    return Coverer().cover(shot)


def hidden(image: np.ndarray, x: int = 100, y: int = 80) -> bool:
    """Whether nothing is left of the noise where a face of 40 pixels would be."""
    return bool(image[y + 5 : y + 35, x + 5 : x + 35].std(axis=(0, 1)).max() < 5)


def no_fault(error: Exception) -> None:
    raise error


@pytest.mark.parametrize("how", [FaceCover.BLUR, FaceCover.BLOCK])
def test_faces_are_covered_and_the_rest_stays(how: FaceCover) -> None:
    frame = noise()
    shown = cover(Shot(frame, found(BOX), how))
    assert np.diff(shown[85:115, 105:135].astype(int), axis=1).std() < 5
    np.testing.assert_array_equal(shown[180:], frame.image[180:])
    assert frame.image[85:115, 105:135].std() > 60  # the picture itself is as it was


def test_where_nobody_has_looked_yet_all_is_coarse() -> None:
    shown = cover(Shot(noise(), None, FaceCover.BLUR))
    assert shown.shape == (240, 320, 3)
    assert np.abs(np.diff(shown.astype(int), axis=1)).max() < 20


@pytest.mark.parametrize("how", list(FaceCover))
def test_a_seat_that_opted_out_is_covered_without_a_face(how: FaceCover) -> None:
    frame = noise()
    seat = ((0.5, 0.5), (0.7, 0.5), (0.7, 0.8), (0.5, 0.8))
    shown = cover(Shot(frame, found(), how, (seat,), SIZE))
    assert shown[130:180, 170:215].std() < 5
    np.testing.assert_array_equal(shown[:80], frame.image[:80])
    assert frame.image[130:180, 170:215].std() > 60


def test_faces_that_the_result_leaves_out_are_covered_too() -> None:
    others = np.array([[200.0, 80.0, 40.0, 40.0]], np.float32)
    shown = cover(Shot(noise(), found(BOX, left_out=others), FaceCover.BLOCK))
    assert hidden(shown)
    assert hidden(shown, 200)


def test_an_opted_out_student_is_covered_though_faces_are_shown() -> None:
    others = np.array([[200.0, 80.0, 40.0, 40.0]], np.float32)
    there = found(BOX, left_out=others, opted_out=others)
    shown = cover(Shot(noise(), there, FaceCover.SHOW))
    assert not hidden(shown)
    assert hidden(shown, 200)


def test_a_face_that_is_lost_for_a_moment_stays_covered() -> None:
    coverer, other = Coverer(), np.array([[200.0, 80.0, 40.0, 40.0]], np.float32)
    coverer.see(found(BOX, left_out=other))
    for seconds, left in ((0.5, True), (LINGER, True), (LINGER + 0.5, False)):
        shown = coverer.cover(Shot(noise(), found(at=seconds), FaceCover.BLOCK))
        assert hidden(shown) == hidden(shown, 200) == left
    coverer.see(found(BOX, at=9.0))
    shown = coverer.cover(Shot(noise(), found(at=0.1), FaceCover.BLOCK))
    assert not hidden(shown)  # a new run


def test_a_fault_is_told_and_the_next_picture_is_shown() -> None:
    shown, faults = threading.Event(), list[Exception]()
    coverer = FaceCoverer(lambda *_: shown.set(), faults.append)
    bad = found(BOX, opted_out=np.zeros((1, 5), np.float32))
    coverer.put(Shot(noise(0), bad, FaceCover.BLUR))
    until(lambda: faults)
    assert not shown.is_set()
    coverer.put(Shot(noise(1), found(BOX, at=1.0), FaceCover.BLUR))
    assert shown.wait(PATIENCE)
    coverer.close()
    assert len(faults) == 1


def test_only_the_newest_picture_is_covered() -> None:
    done: list[int] = []
    first, go, last = threading.Event(), threading.Event(), threading.Event()

    def take(shot: Shot, frame: Frame) -> None:
        done.append(shot.frame.index)
        first.set()
        go.wait(PATIENCE)
        if shot.frame.index == 9:
            last.set()

    coverer = FaceCoverer(take, no_fault)
    coverer.put(Shot(noise(0), found(BOX), FaceCover.BLUR))
    assert first.wait(PATIENCE)
    for index in range(1, 10):
        coverer.put(Shot(noise(index), found(BOX), FaceCover.BLUR))
    go.set()
    assert last.wait(PATIENCE)
    coverer.close()
    coverer.close()
    assert done == [0, 9]
    coverer.put(Shot(noise(), None, FaceCover.BLUR))
    assert not [t for t in threading.enumerate() if t.name == "roomread-cover"]
