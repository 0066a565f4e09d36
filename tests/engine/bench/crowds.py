"""A cast and films made of nothing but noise and rectangles, for tests of the bench."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from app.engine.bench.cut_outs import Cast, CutOut
from app.engine.bench.film import Film, crowd_film


def cast(students: int = 3, pictures: int = 6) -> Cast:
    """Students of 40 x 60 pixels whose face, 20 x 24, moves a pixel to the right a picture."""
    chance = np.random.default_rng(1)
    made = []
    for number in range(students):
        image = chance.integers(0, 80, (pictures, 60, 40, 3), np.uint8)
        boxes = np.array([(8 + t, 14, 20, 24) for t in range(pictures)], np.float64)
        for t, (x, y, width, height) in enumerate(boxes.astype(int).tolist()):
            image[t, y : y + height, x : x + width] = 120 + 30 * number
        made.append(CutOut(image, boxes, np.ones(pictures, bool)))
    return Cast("made up", 5.0, tuple(made), np.full((90, 160, 3), 60, np.uint8))


def film(folder: Path, faces: int = 4, length: float = 0.5) -> Film:
    """A film of that cast in 320 x 180 pixels."""
    return crowd_film(cast(), faces, (320, 180), folder / "film.mjpeg", length)
