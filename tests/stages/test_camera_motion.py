from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from app.core.similarity import compose, invert, move_boxes
from app.core.types import STILL, Frame
from app.stages.camera_motion import CameraMotion

SIZE = (640, 360)
NOBODY = np.zeros((0, 4))
POINTS = np.array([[100, 80], [540, 90], [320, 180], [120, 300], [520, 280]], float)


@pytest.fixture(scope="module")
def room() -> NDArray[np.uint8]:
    """A wall with furniture: rectangles of many greys, a little out of focus."""
    rng = np.random.default_rng(3)
    picture = np.full((SIZE[1], SIZE[0], 3), 170, np.uint8)
    for _ in range(120):
        x, y = rng.integers(0, SIZE[0]), rng.integers(0, SIZE[1])
        w, h = rng.integers(10, 60, 2)
        shade = tuple(int(v) for v in rng.integers(40, 230, 3))
        cv2.rectangle(picture, (int(x), int(y)), (int(x + w), int(y + h)), shade, cv2.FILLED)
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 1.0), np.uint8)


def view(dx: float = 0.0, dy: float = 0.0, angle: float = 0.0, scale: float = 1.0) -> np.ndarray:
    """(2, 3) from pixels of the room to those of a camera that was moved."""
    moved = cv2.getRotationMatrix2D((SIZE[0] / 2, SIZE[1] / 2), angle, scale)
    moved[:, 2] += dx, dy
    return np.asarray(moved)


def shoot(
    room: NDArray[np.uint8], look: np.ndarray, seed: int, gain: float = 1.0, grain: float = 2.0
) -> NDArray[np.uint8]:
    seen = cv2.warpAffine(room, look, SIZE, borderMode=cv2.BORDER_REFLECT).astype(np.float32) * gain
    seen += np.random.default_rng(seed).normal(0, grain, seen.shape)
    return np.clip(seen, 0, 255).astype(np.uint8)


def error(found: np.ndarray, look: np.ndarray) -> float:
    """By how many pixels the worst of ``POINTS`` is misplaced."""
    seen = POINTS @ look[:, :2].T + look[:, 2]
    return float(np.linalg.norm(seen @ found[:, :2].T + found[:, 2] - POINTS, axis=1).max())


def watch(motion: CameraMotion, pictures: list[NDArray[np.uint8]]) -> list[np.ndarray]:
    return [motion.update(Frame(p, i, i / 15), NOBODY) for i, p in enumerate(pictures)]


def test_a_camera_that_stands_still_does_so_exactly(room: NDArray[np.uint8]) -> None:
    """Noise, flicker and someone who walks through move nothing."""
    pictures = []
    for i in range(60):
        picture = shoot(room, view(), i, gain=1 + 0.03 * np.sin(i))
        cv2.rectangle(picture, (10 * i, 100), (10 * i + 90, 360), (30, 60, 90), cv2.FILLED)
        pictures.append(picture)
    for found in watch(CameraMotion(), pictures):
        np.testing.assert_array_equal(found, STILL)


@pytest.mark.parametrize(
    "look",
    [
        view(17, -9),
        view(-30, 12, 1.5),
        view(0, 0, 0, 1.2),
        view(8, 4, -1, 0.85),
        view(120, 40, 4, 1.1),
    ],
)
def test_nudges_and_zoom_are_undone(room: NDArray[np.uint8], look: np.ndarray) -> None:
    pictures = [shoot(room, view(), 0), *(shoot(room, look, i) for i in range(1, 6))]
    found = watch(CameraMotion(), pictures)
    assert error(found[-1], look) < 1.0


def test_light_that_changes_with_a_nudge_does_not_matter(room: NDArray[np.uint8]) -> None:
    look = view(14, 6)
    pictures = [shoot(room, view(), 0), *(shoot(room, look, i, gain=0.55) for i in range(1, 4))]
    assert error(watch(CameraMotion(), pictures)[-1], look) < 1.0


def test_errors_do_not_add_up_and_home_is_home(room: NDArray[np.uint8]) -> None:
    """A hundred frames of a swaying camera, and back to where it was."""
    looks = [view(12 * np.sin(i / 7), 5 * np.sin(i / 5), np.sin(i / 9)) for i in range(100)]
    motion = CameraMotion()
    found = watch(motion, [shoot(room, look, i) for i, look in enumerate(looks)])
    assert max(error(f, look) for f, look in zip(found, looks, strict=True)) < 1.0
    back = motion.update(Frame(shoot(room, view(), 200), 101, 99.0), NOBODY)
    np.testing.assert_array_equal(back, STILL)


def test_a_teacher_who_fills_a_third_is_not_the_camera(room: NDArray[np.uint8]) -> None:
    coat = np.random.default_rng(1).integers(0, 255, (30, 18, 3)).astype(np.uint8)
    coat = np.asarray(cv2.resize(coat, (210, 360), interpolation=cv2.INTER_CUBIC))
    pictures, looks = [], []
    for i in range(80):
        looks.append(view() if i < 40 else view(6, 3))
        picture = shoot(room, looks[-1], i)
        left = -200 + 10 * i
        low, high = max(left, 0), min(left + 210, SIZE[0])
        if high > low:
            picture[:, low:high] = coat[:, low - left : high - left]
        pictures.append(picture)
    found = watch(CameraMotion(), pictures)
    assert max(error(f, look) for f, look in zip(found, looks, strict=True)) < 1.5


def test_a_camera_that_is_lost_stays_where_it_was(room: NDArray[np.uint8]) -> None:
    """Another scene is cut in for a second and a half; after it the room is found again."""
    look = view(20, -5)
    other = np.ascontiguousarray(np.rot90(room, 2))[:, ::-1] ^ np.uint8(0x5A)
    pictures = [shoot(room, view(), 0), *(shoot(room, look, i) for i in range(1, 5))]
    pictures += [shoot(other, view(), i) for i in range(5, 13)]
    pictures += [shoot(room, look, i) for i in range(13, 18)]
    found = watch(CameraMotion(), pictures)
    assert max(error(f, look) for f in found[2:]) < 1.0


def test_nothing_to_hold_on_to_is_taken_as_still() -> None:
    blank = np.full((48, 64, 3), 90, np.uint8)
    for found in watch(CameraMotion(), [blank] * 20):
        np.testing.assert_array_equal(found, STILL)


def test_reset_makes_the_next_frame_the_first(room: NDArray[np.uint8]) -> None:
    motion = CameraMotion()
    watch(motion, [shoot(room, view(), 0), shoot(room, view(25, 0), 1)])
    motion.reset()
    np.testing.assert_array_equal(watch(motion, [shoot(room, view(25, 0), 2)])[0], STILL)


def test_boxes_move_along_and_back() -> None:
    look = view(12, -7, 3, 1.3)
    boxes = np.array([[10, 20, 30, 36], [200, 100, 12, 15]], float)
    there = move_boxes(look, boxes)
    np.testing.assert_allclose(there[:, 2:], boxes[:, 2:] * 1.3)
    np.testing.assert_allclose(move_boxes(invert(look), there), boxes)
    np.testing.assert_allclose(compose(look, invert(look)), STILL, atol=1e-12)
