from __future__ import annotations

import cv2
import numpy as np
import pytest

from app.core.card import CropSpec
from app.core.types import Faces
from app.stages.crops import cut_faces, head_rolls

PLAIN = CropSpec(scale=1.0, shift=(0.0, 0.0), upright=False)


def portrait(side: int, seed: int = 0) -> np.ndarray:
    """A smooth, face-like pattern: (side, side) uint8."""
    rng = np.random.default_rng(seed)
    coarse = rng.uniform(0, 255, (9, 9)).astype(np.float32)
    return np.clip(cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC), 0, 255).astype(
        np.uint8
    )


def frame_with(face: np.ndarray, x: int, y: int, size: tuple[int, int] = (200, 160)) -> np.ndarray:
    """An RGB picture of (width, height) with a grey face at (x, y)."""
    image = np.full((size[1], size[0], 3), 90, np.uint8)
    image[y : y + face.shape[0], x : x + face.shape[1]] = face[..., None]
    return image


def one_face(x: float, y: float, side: float, keypoints: np.ndarray | None = None) -> Faces:
    return Faces.make(np.array([[x, y, side, side]]), np.array([0.9]), keypoints)


@pytest.mark.parametrize("pixels", [8, 12, 16, 24, 36, 48])
def test_small_faces_are_enlarged_as_training_does(pixels: int) -> None:
    face = portrait(pixels)
    crop = cut_faces(frame_with(face, 40, 30), one_face(40, 30, pixels), PLAIN, 48)[0, 0]
    trained = cv2.resize(face, (48, 48), interpolation=cv2.INTER_CUBIC).astype(np.float32)
    inner = slice(10, -10)  # the rim sees the frame around the face in the app only
    assert np.abs(crop - trained)[inner, inner].max() <= 4
    assert np.abs(crop - trained)[inner, inner].mean() <= 1


@pytest.mark.parametrize("pixels", [96, 120, 144])
def test_large_faces_are_shrunk_by_area(pixels: int) -> None:
    face = portrait(pixels)
    crop = cut_faces(frame_with(face, 20, 10), one_face(20, 10, pixels), PLAIN, 48)[0, 0]
    trained = cv2.resize(face, (48, 48), interpolation=cv2.INTER_AREA).astype(np.float32)
    assert np.abs(crop - trained).mean() <= 1.0


def test_crop_follows_scale_and_shift() -> None:
    face = portrait(80)
    spec = CropSpec(scale=0.5, shift=(0.25, -0.25), upright=False)
    crop = cut_faces(frame_with(face, 60, 40), one_face(60, 40, 80), spec, 40)[0, 0]
    assert np.abs(crop - face[0:40, 40:80].astype(np.float32)).mean() < 1


@pytest.mark.parametrize("degrees", [-25.0, 10.0, 30.0])
def test_turned_faces_are_cut_upright(degrees: float) -> None:
    face = portrait(60)
    flat = frame_with(face, 70, 50)
    matrix = cv2.getRotationMatrix2D((99.5, 79.5), -degrees, 1.0)  # clockwise on screen
    turned = cv2.warpAffine(flat, matrix, (200, 160), flags=cv2.INTER_CUBIC)
    points = np.array([[85, 70], [115, 70], [100, 80], [100, 95], [75, 75], [125, 75]], float)
    keypoints = (points - 0.5) @ matrix[:, :2].T + matrix[:, 2] + 0.5
    spec = CropSpec(scale=0.8, shift=(0.05, 0.1), upright=True)
    straight = cut_faces(flat, one_face(70, 50, 60, points[None]), spec, 48)
    levelled = cut_faces(turned, one_face(70, 50, 60, keypoints[None]), spec, 48)
    assert np.abs(straight - levelled).mean() < 3


def test_roll_is_what_eyes_and_mouth_agree_on() -> None:
    keypoints = np.full((5, 6, 2), np.nan, np.float32)
    keypoints[0, [0, 1, 3]] = [[20, 20], [40, 30], [25, 45]]  # eyes 27 degrees, mouth 14
    keypoints[1, [0, 1, 3]] = [[20, 20], [40, 30], [35, 45]]  # they contradict each other
    keypoints[2, [0, 1, 3]] = [[10, 20], [14, 28], [8, 40]]  # eyes close together: a profile
    keypoints[3, [0, 1, 3]] = [[10, 20], [16, 50], [-20, 40]]  # lying: more than a seated head
    boxes = np.array([[0, 0, 60, 60]] * 5, np.float32)  # the last has no key points
    rolls = np.rad2deg(head_rolls(Faces.make(boxes, np.ones(5), keypoints)))
    assert rolls == pytest.approx([14, 0, 0, 0, 0], abs=0.1)


def test_faces_over_the_edge_are_cut_without_error() -> None:
    image = frame_with(portrait(60), 0, 0)
    crops = cut_faces(image, one_face(-30, -20, 60), PLAIN, 48)
    assert np.isfinite(crops).all()


def test_a_face_is_cut_alike_whatever_part_of_the_frame_is_made_grey() -> None:
    """As from the whole frame, also over its edges: mirrored around the frame's own pixels."""
    rng = np.random.default_rng(3)
    image = rng.integers(0, 255, (120, 160, 3), dtype=np.uint8)
    around = cv2.copyMakeBorder(image, 150, 150, 150, 150, cv2.BORDER_REFLECT_101)
    count = 40
    corner, side = rng.uniform(-40, 150, (count, 2)), rng.uniform(6, 90, count)
    boxes = np.column_stack([corner, side, side])
    eyes = np.array([[-0.2, -0.1], [0.2, 0.0], [0.0, 0.1], [-0.1, 0.3], [-0.4, 0], [0.4, 0]])
    points = corner[:, None] + side[:, None, None] * (eyes + 0.5)
    spec = CropSpec(scale=1.0, shift=(0.0, -0.03), upright=True)
    mine = cut_faces(image, Faces.make(boxes, np.ones(count), points), spec, 48)
    moved = boxes + np.array([150.0, 150, 0, 0])
    whole = cut_faces(around, Faces.make(moved, np.ones(count), points + 150), spec, 48)
    # Turned places are rounded to a thirty-second of a pixel.
    assert np.abs(mine - whole).mean() < 0.05
    assert np.abs(mine - whole).mean(axis=(1, 2, 3)).max() < 1


def test_no_faces_no_crops() -> None:
    assert cut_faces(frame_with(portrait(8), 0, 0), Faces.empty(), PLAIN, 48).shape == (
        0,
        1,
        48,
        48,
    )
