"""Training tests need the ``train`` extra; the app's tests run without it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

pytest.importorskip("torch")

from training.data import FacesSet

_LABELS, _OTHERS = 8, 2
# FER2013's number of each of the app's labels; it has no contempt.
_FER2013 = (6, 3, 5, 4, 0, 1, 2, -1)


def texture(rng: np.random.Generator, contrast: float = 25.0) -> np.ndarray:
    """(48, 48) float32 smooth noise of its own a face, so that none is another's near-copy."""
    noise = cv2.GaussianBlur(rng.normal(0, 1, (48, 48)).astype(np.float32), (0, 0), 2)
    return contrast / noise.std() * noise + rng.normal(0, 8, (48, 48)).astype(np.float32)


def make_faces(each: int, seed: int = 0) -> FacesSet:
    """Little blobs whose place tells their class: ``each`` faces a class and split."""
    rng = np.random.default_rng(seed)
    images, votes, usage, fer2013 = [], [], [], []
    for split in range(3):
        for label in range(_LABELS):
            for _ in range(each):
                image = 110 + texture(rng)
                x, y = 6 + 11 * (label % 4), 8 + 20 * (label // 4)
                image[y : y + 12, x : x + 8] += 90
                images.append(np.clip(image, 0, 255).astype(np.uint8))
                count = np.zeros(_LABELS + _OTHERS, np.uint8)
                count[label], count[(label + 1) % _LABELS] = 8, 2
                votes.append(count)
                usage.append(split)
                fer2013.append(_FER2013[label])
    return FacesSet(
        np.stack(images),
        np.stack(votes),
        np.array(usage, np.uint8),
        np.array(fer2013, np.int8),
    )


@pytest.fixture(scope="session")
def toy_faces() -> FacesSet:
    return make_faces(each=20)
