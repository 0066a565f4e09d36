from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from app.core.types import Faces, Frame
from app.stages.scout import AGAIN, PERIOD, Scout, WindowDetector
from app.stages.sweep import SweepDetector
from app.stages.windows import Window, plan_windows

SIZE = (1280, 720)
STEP = 0.2


class Watched:
    """Finds a face of 40 pixels wherever a white square of 40 has its middle in a window."""

    def __init__(self) -> None:
        self.searched: list[list[Window]] = []
        self.expected: list[NDArray[np.float64]] = []
        self.blind = False

    def windows(self, frame_size: tuple[int, int]) -> list[Window]:
        return plan_windows(frame_size, 0.75, 57_000)

    def look(self, frame: Frame, expected: NDArray[np.float64], windows: Sequence[Window]) -> Faces:
        self.searched.append(list(windows))
        self.expected.append(expected)
        found = []
        rows, columns = np.nonzero(frame.image[..., 0] == 255)
        if len(rows) and not self.blind:
            box = np.array([columns.min(), rows.min(), 40, 40], np.float64)
            near = len(expected) and np.abs(expected[:, :2] - box[:2]).max(axis=1).min() < 30
            middle = box[:2] + 20
            seen = any(
                (middle * w.scale >= (w.left, w.top)).all()
                and (middle * w.scale <= (w.left + w.width, w.top + w.height)).all()
                for w in windows
            )
            found = [box] if near or seen else []
        return Faces.make(np.array(found).reshape(-1, 4), np.full(len(found), 0.9))

    def detect(self, frame: Frame, expected: NDArray[np.float64]) -> Faces:
        raise AssertionError("windows are to be searched")

    def reset(self) -> None:
        """Nothing to forget."""

    def close(self) -> None:
        """Nothing to free."""


class Plain:
    """A detector that knows no windows."""

    def detect(self, frame: Frame, expected: NDArray[np.float64]) -> Faces:
        return Faces.make(np.array([[10.0, 20, 30, 40]]), np.array([0.9]))

    def reset(self) -> None:
        """Nothing to forget."""

    def close(self) -> None:
        """Nothing to free."""


def picture(number: int, *places: tuple[int, int], grey: int = 90) -> Frame:
    """A noisy grey picture with white squares of 40 pixels at these places."""
    rng = np.random.default_rng(number)
    image = np.clip(rng.normal(grey, 6, (SIZE[1], SIZE[0], 3)), 0, 250).astype(np.uint8)
    for x, y in places:
        image[y : y + 40, x : x + 40] = 255
    return Frame(image, number, number * STEP)


NOBODY = np.zeros((0, 4))


def shares(detector: Watched) -> list[float]:
    return [len(one) / len(detector.windows(SIZE)) for one in detector.searched]


def test_noise_is_no_change_and_every_window_is_searched_once_a_period() -> None:
    detector = Watched()
    scout = Scout(detector)
    for number in range(round(PERIOD / STEP) + 1):
        scout(picture(number), NOBODY)
    assert shares(detector) == [1.0, *[0.0] * (round(PERIOD / STEP) - 1), 1.0]


def test_a_newcomer_is_found_at_once_by_a_few_windows() -> None:
    detector = Watched()
    scout = Scout(detector)
    for number in range(3):
        scout(picture(number), NOBODY)
    found = scout(picture(3, (600, 300)), NOBODY)
    np.testing.assert_allclose(found.boxes, [[600, 300, 40, 40]])
    assert 0 < shares(detector)[3] < 0.3
    # The window was last searched in the first picture: the face may have come since.
    np.testing.assert_allclose(found.since, [0.0])


def test_a_face_once_found_is_looked_for_without_a_search() -> None:
    detector = Watched()
    scout = Scout(detector)
    for number in range(5):
        found = scout(picture(number, (600, 300)), NOBODY)
        assert len(found.boxes) == 1
    assert shares(detector)[1:] == [0.0] * 4
    np.testing.assert_allclose(found.since, [3 * STEP])
    np.testing.assert_allclose(detector.expected[4], [[600, 300, 40, 40]])


def test_what_moves_under_a_cover_needs_no_search() -> None:
    cover = np.array([[590.0, 290.0, 60.0, 60.0]])
    detector = Watched()
    scout = Scout(detector)
    scout(picture(0), cover)
    scout(picture(1, (600, 300)), cover)
    assert shares(detector)[1] == 0


@pytest.mark.parametrize("place", [(600, 365), (640, 430), (502, 285)])
def test_a_head_before_the_body_of_a_covered_student_is_found(place: tuple[int, int]) -> None:
    cover = np.array([[590.0, 290.0, 60.0, 75.0]])
    detector = Watched()
    scout = Scout(detector)
    for number in range(3):
        scout(picture(number), cover)
    for number in (3, 4):
        found = scout(picture(number, place), cover)
        np.testing.assert_allclose(found.boxes, [[*place, 40, 40]])


def test_a_face_in_the_corner_of_a_cover_is_bare_as_an_oval_is_painted() -> None:
    cover = np.array([[500.0, 200.0, 200.0, 240.0]])
    detector = Watched()
    scout = Scout(detector)
    scout(picture(0), cover)
    for number in (1, 2):
        found = scout(picture(number, (502, 202)), cover)
        np.testing.assert_allclose(found.boxes, [[502, 202, 40, 40]])
    np.testing.assert_allclose(detector.expected[2], [[502, 202, 40, 40]])


def test_a_still_face_that_was_missed_is_searched_again_at_once() -> None:
    detector = Watched()
    scout = Scout(detector)
    for number in range(3):
        scout(picture(number), NOBODY)
    for number in range(3, 3 + AGAIN + 1):
        detector.blind = number < 3 + AGAIN
        found = scout(picture(number, (600, 300)), NOBODY)
    np.testing.assert_allclose(found.boxes, [[600, 300, 40, 40]])
    # Nothing changed there since: it has been there since the first search after the one in 0.
    np.testing.assert_allclose(found.since, [0.0])


def test_a_still_face_that_is_missed_again_and_again_waits_for_one_period_at_most() -> None:
    detector = Watched()
    scout = Scout(detector)
    for number in range(round(PERIOD / STEP) + 1):
        detector.blind = number < round(PERIOD / STEP)
        found = scout(picture(number, *([(600, 300)] if number >= 3 else [])), NOBODY)
    np.testing.assert_allclose(found.boxes, [[600, 300, 40, 40]])
    assert (found.since <= 3 * STEP).all()
    assert shares(detector)[-1] == 1.0


@pytest.mark.parametrize("place", [(0, 0), (1240, 680), (600, 300), (215, 210), (1000, 333)])
def test_only_a_small_part_is_searched_where_little_changed(place: tuple[int, int]) -> None:
    detector = Watched()
    scout = Scout(detector)
    scout(picture(0), NOBODY)
    image = picture(1)
    x, y = place
    image.image[y + 10 : y + 30, x + 10 : x + 30] = 250
    scout(image, NOBODY)
    searched = sum(one.width * one.height for one in detector.searched[1])
    assert 0 < searched < 0.1 * sum(one.width * one.height for one in detector.searched[0])
    face = (np.array(place), np.array(place) + 40)
    assert any(
        (face[0] * one.scale >= (one.left, one.top)).all()
        and (face[1] * one.scale <= (one.left + one.width, one.top + one.height)).all()
        for one in detector.searched[1]
    )


def test_a_change_that_was_covered_is_searched_when_the_cover_is_gone() -> None:
    cover = np.array([[590.0, 290.0, 60.0, 60.0]])
    detector = Watched()
    scout = Scout(detector)
    scout(picture(0), cover)
    assert not len(scout(picture(1, (600, 300)), cover).boxes)
    assert len(scout(picture(2, (600, 300)), NOBODY).boxes) == 1


def test_all_is_searched_where_the_light_changes_or_the_size() -> None:
    detector = Watched()
    scout = Scout(detector)
    scout(picture(0), NOBODY)
    scout(picture(1, grey=130), NOBODY)
    assert shares(detector)[1] == 1.0
    small = Frame(np.zeros((240, 320, 3), np.uint8), 2, 2 * STEP)
    scout(small, NOBODY)
    assert len(detector.searched[2]) == len(detector.windows((320, 240)))


@pytest.mark.parametrize("before", [0, 1])
def test_a_detector_without_windows_searches_everywhere_every_time(before: int) -> None:
    scout = Scout(Plain())
    for number in range(before):
        scout(picture(number), NOBODY)
    found = scout(picture(before), NOBODY)
    np.testing.assert_allclose(found.boxes, [[10, 20, 30, 40]])
    np.testing.assert_allclose(found.since, [-np.inf if before == 0 else 0.0])


def test_the_sweep_has_windows() -> None:
    assert issubclass(SweepDetector, WindowDetector)
    assert not isinstance(Plain(), WindowDetector)
