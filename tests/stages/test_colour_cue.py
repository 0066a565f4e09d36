from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from app.core.types import Frame
from app.stages.colour_cue import ColourCue

PEOPLE = [
    ((40, 30, 28), (60, 90, 150)),
    ((200, 160, 100), (170, 50, 55)),
    ((95, 60, 40), (70, 120, 85)),
    ((35, 28, 28), (220, 215, 205)),
    ((180, 90, 45), (60, 62, 76)),
]
"""Colours of hair and shirt."""

BOXES = np.array([(60 + 120 * i, 80, 36, 45) for i in range(len(PEOPLE))], float)


def draw(seed: int = 0, shift: tuple[int, int] = (0, 0), skin: int = 190) -> NDArray[np.uint8]:
    picture = np.full((240, 660, 3), 150, np.float32)
    for (x, y, w, h), (hair, shirt) in zip(BOXES + np.array([*shift, 0, 0]), PEOPLE, strict=True):
        middle = int(x + w / 2), int(y + h / 2)
        low = int(x - w / 2), int(y + 1.15 * h)
        cv2.rectangle(picture, low, (int(x + 1.5 * w), 240), shirt, cv2.FILLED)
        head = int(0.62 * w), int(0.95 * h)
        cv2.ellipse(picture, (middle[0], middle[1] - 3), head, 0, 0, 360, hair, cv2.FILLED)
        face = int(w / 2), int(h / 2)
        cv2.ellipse(picture, middle, face, 0, 0, 360, (skin, 0.7 * skin, 0.6 * skin), cv2.FILLED)
    picture += np.random.default_rng(seed).normal(0, 5, picture.shape).astype(np.float32)
    return np.clip(picture, 0, 255).astype(np.uint8)


def measure(picture: NDArray[np.uint8], boxes: NDArray[np.float64] = BOXES) -> NDArray[np.float32]:
    return ColourCue().measure(Frame(picture, 0, 0.0), boxes)


def apart(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(((a[:, None] - b[None]) ** 2).sum(axis=2))


@pytest.mark.parametrize("gain", [0.5, 0.8, 1.25])
def test_students_look_like_themselves_in_other_light_and_a_little_aside(gain: float) -> None:
    one = measure(draw(0))
    later = np.clip(draw(1, shift=(3, -2)).astype(float) * gain, 0, 255).astype(np.uint8)
    squared = apart(one, measure(later, BOXES + np.array([2, 1, 2, -1])))
    others = squared[~np.eye(len(PEOPLE), dtype=bool)]
    assert squared.diagonal().max() < 0.5 * others.min()
    assert (squared.argmin(axis=1) == np.arange(len(PEOPLE))).all()


def test_the_face_itself_says_nothing() -> None:
    """Whatever is between the hair line and the chin may be painted over."""
    picture = draw()
    before = measure(picture)
    rng = np.random.default_rng(4)
    for x, y, w, h in BOXES.astype(int):
        inside = picture[y + round(0.15 * h) : y + h, x : x + w]
        inside[:] = rng.integers(0, 255, inside.shape)
    after = measure(picture)
    # The light of the whole picture changes a little with it.
    assert apart(before, after).diagonal().max() < 0.01


def test_distances_are_hellingers() -> None:
    found = measure(draw())
    np.testing.assert_allclose((found**2).sum(axis=1), 1.0, rtol=1e-5)
    assert found.dtype == np.float32


def test_what_is_out_of_the_picture_is_not_guessed() -> None:
    picture = draw()
    below = np.array([[100, 200, 36, 45], [-400, -400, 36, 45]], float)
    found = measure(picture, below)
    half = found.shape[1] // 2
    assert np.isfinite(found[0, :half]).all()
    assert np.isnan(found[0, half:]).all()
    assert np.isnan(found[1]).all()


def test_no_faces_no_colours() -> None:
    assert measure(draw(), np.zeros((0, 4))).shape[0] == 0
