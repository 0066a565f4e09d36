"""The app must cut faces as the training pictures were cut.

FER2013's crops came from another detector. Here ours look at FER2013's training faces, and their
boxes tell how far a crop like theirs reaches around them; the card must say the same.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import cv2
import numpy as np
import pytest

from app.core.card import load_card
from app.core.geometry import centres
from app.core.types import Faces, Frame
from app.engine.detectors import build_detector
from app.engine.settings import DetectorSettings
from app.stages.recognizer import shipped_model

SIDE, RIM, COLUMNS, ROWS = 96, 48, 3, 2
CELL = SIDE + 2 * RIM + 24


def collage(faces: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Six faces on grey, their mirrored surroundings blurred; also each face's centre."""
    canvas = np.full((ROWS * CELL, COLUMNS * CELL, 3), 128, np.uint8)
    middles = []
    for i, face in enumerate(faces):
        large = cv2.resize(face, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
        around = cv2.copyMakeBorder(large, RIM, RIM, RIM, RIM, cv2.BORDER_REFLECT_101)
        around = cv2.GaussianBlur(around, (0, 0), 8)
        around[RIM : RIM + SIDE, RIM : RIM + SIDE] = large
        x, y = 12 + i % COLUMNS * CELL, 12 + i // COLUMNS * CELL
        canvas[y : y + len(around), x : x + len(around)] = around[..., None]
        middles.append((x + RIM + SIDE / 2, y + RIM + SIDE / 2))
    return canvas, np.array(middles)


@pytest.mark.shared
@pytest.mark.parametrize("kind", ["sweep", "tiles"])
def test_card_crops_match_the_training_pictures(
    shared: Path, kind: Literal["sweep", "tiles"]
) -> None:
    """Whichever detector draws the box, and also where known faces are found again."""
    with np.load(shared / "data" / "ferplus.npz") as packed:
        training = packed["images"][packed["usage"] == 0]
    chosen = training[np.random.default_rng(0).choice(len(training), 120, replace=False)]
    detector = build_detector(DetectorSettings(kind=kind), lambda text: None)
    card, _ = load_card(shipped_model())
    measured: list[list[tuple[float, ...]]] = [[], []]
    for start in range(0, len(chosen), COLUMNS * ROWS):
        image, middles = collage(chosen[start : start + COLUMNS * ROWS])
        detector.reset()
        expected = np.zeros((0, 4))
        for time in (0, 1):
            found = detector.detect(Frame(image, time, 0.1 * time), expected)
            expected = found.boxes.astype(np.float64)
            measured[time] += crops_like_the_pictures(found.select(found.scores > 0.5), middles)
    detector.close()
    for fits in measured:
        assert len(fits) > 80
        scale, shift_x, shift_y = np.median(fits, axis=0)
        assert card.crop.scale == pytest.approx(scale, abs=0.04)
        assert card.crop.shift == pytest.approx((shift_x, shift_y), abs=0.015)


def crops_like_the_pictures(found: Faces, middles: np.ndarray) -> list[tuple[float, ...]]:
    """Scale and shift of the crop that is the training picture, of every face found."""
    offsets = middles[:, None] - centres(found.boxes)[None]
    sides = found.boxes[:, 2:].max(axis=1).astype(float)
    return [
        (SIDE / sides[column], *(offsets[row, column] / sides[column]))
        for row, column in zip(*np.nonzero(np.abs(offsets).max(axis=2) < SIDE / 2.4), strict=True)
    ]
