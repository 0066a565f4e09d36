"""The app must cut faces as the training pictures were cut.

FER2013's crops came from another detector. Here ours looks at FER2013's training faces, and its
boxes tell how far a crop like theirs reaches around them; the card must say the same.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from app.core.card import load_card
from app.core.geometry import centres
from app.core.types import Frame
from app.engine.settings import DetectorSettings
from app.stages.blazeface import BlazeFaceDetector
from app.stages.fetch import blazeface_model
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
def test_card_crops_match_the_training_pictures(shared: Path) -> None:
    with np.load(shared / "data" / "ferplus.npz") as packed:
        training = packed["images"][packed["usage"] == 0]
    chosen = training[np.random.default_rng(0).choice(len(training), 96, replace=False)]
    settings = DetectorSettings()
    detector = BlazeFaceDetector(blazeface_model(), settings.tile, settings.overlap, 0.5)
    measured = []
    for start in range(0, len(chosen), COLUMNS * ROWS):
        image, middles = collage(chosen[start : start + COLUMNS * ROWS])
        found = detector.detect(Frame(image, 0, 0.0))
        offsets = middles[:, None] - centres(found.boxes)[None]
        for row, column in zip(*np.nonzero(np.abs(offsets).max(axis=2) < SIDE / 2.4), strict=True):
            side = float(found.boxes[column, 2:].max())
            measured.append((SIDE / side, *(offsets[row, column] / side)))
    detector.close()
    assert len(measured) > 60
    scale, shift_x, shift_y = np.median(measured, axis=0)
    card, _ = load_card(shipped_model())
    assert card.crop.scale == pytest.approx(scale, abs=0.04)
    assert card.crop.shift == pytest.approx((shift_x, shift_y), abs=0.02)
