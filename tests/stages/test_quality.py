from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from app.core.types import Faces
from app.stages.quality import exposure, head_yaws, measure_quality, sharpness

NOSE_EYES, NOSE_EARS = 0.9, 1.25


def head(yaw: float, roll: float = 0.0, side: float = 40.0) -> Faces:
    """Key points of a head seen from afar."""
    eye, ear = 0.2 * side, 0.45 * side
    sin, cos = math.sin(math.radians(yaw)), math.cos(math.radians(yaw))
    nose, ears = NOSE_EYES * eye * sin, (NOSE_EYES * eye - NOSE_EARS * ear) * sin
    points = np.array([
        (-eye * cos, 0.0), (eye * cos, 0.0), (nose, 0.2 * side), (nose * 0.6, 0.4 * side),
        (ears - ear * cos, 0.05 * side), (ears + ear * cos, 0.05 * side),
    ])  # fmt: skip
    angle = math.radians(roll)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    box = np.array([[100.0, 100.0, side, side]])
    return Faces.make(box, np.ones(1), (points @ turn.T + 120.0)[None])


@pytest.mark.parametrize("yaw", [-75, -40, -10, 0, 5, 30, 60, 80])
def test_yaw_of_a_head_is_found(yaw: float) -> None:
    assert head_yaws(head(yaw))[0] == pytest.approx(yaw, abs=0.1)


@pytest.mark.parametrize("roll", [-25, 20])
def test_a_head_on_the_shoulder_is_not_turned(roll: float) -> None:
    assert head_yaws(head(0.0, roll))[0] == pytest.approx(0.0, abs=0.5)
    assert head_yaws(head(12.0, roll))[0] == pytest.approx(12.0, abs=4.0)


def test_key_points_that_are_missing() -> None:
    faces = head(35.0)
    faces.keypoints[:, 4:] = np.nan
    assert head_yaws(faces)[0] == pytest.approx(35.0, abs=0.1)
    faces.keypoints[:, 2] = np.nan
    assert np.isnan(head_yaws(faces)[0])
    assert np.isnan(head_yaws(Faces.make(np.ones((1, 4)), np.ones(1)))[0])


def test_yaw_is_never_beyond_a_profile() -> None:
    rng = np.random.default_rng(0)
    points = rng.uniform(0, 50, (200, 6, 2))
    yaws = head_yaws(Faces.make(np.full((200, 4), 30.0), np.ones(200), points))
    assert np.abs(yaws).max() <= 90.0
    assert yaws.dtype == np.float32


def test_blur_lowers_sharpness_and_light_does_not() -> None:
    rng = np.random.default_rng(1)
    face = cv2.resize(rng.uniform(0, 200, (24, 24)).astype(np.float32), (48, 48))
    blurred = cv2.GaussianBlur(face, (0, 0), 3)
    dim = face * 0.5 + 20
    values = sharpness(np.stack([face, blurred, dim])[:, None])
    assert values[1] < 0.5 * values[0]
    assert values[2] == pytest.approx(values[0], rel=0.1)
    assert sharpness(np.full((1, 1, 48, 48), 128, np.float32))[0] == 0


def skin(grey: float) -> NDArray[np.float32]:
    noise = np.random.default_rng(2).normal(0, grey / 12, (48, 48))
    return (grey + noise).clip(0, 255).astype(np.float32)


def test_dark_skin_in_good_light_is_exposed_as_well_as_pale_skin() -> None:
    pale, brown, dark = skin(180), skin(90), skin(38)
    black, burnt = np.full((48, 48), 4, np.float32), np.full((48, 48), 252, np.float32)
    half = pale.copy()
    half[:, :24] = 255
    values = exposure(np.stack([pale, brown, dark, black, burnt, half])[:, None])
    assert values[:3].tolist() == [1, 1, 1]
    assert values[3:5].tolist() == [0, 0]
    assert values[5] == pytest.approx(0.5, abs=0.02)


def test_the_room_around_a_face_says_nothing_of_its_exposure() -> None:
    crop = np.full((48, 48), 255, np.float32)
    crop[8:40, 10:38] = 120
    assert exposure(crop[None, None])[0] == 1


def test_everything_is_measured_at_once() -> None:
    quality = measure_quality(np.stack([skin(100)])[:, None], head(20.0))
    assert quality.yaw[0] == pytest.approx(20.0, abs=0.1)
    assert quality.exposure[0] == 1
    assert quality.sharpness[0] > 0.2
    nobody = measure_quality(np.zeros((0, 1, 48, 48), np.float32), Faces.empty())
    assert len(nobody) == 0
