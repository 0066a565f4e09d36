from __future__ import annotations

import cv2
import numpy as np
import pytest

from app.stages.quality import sharpness


def test_blur_lowers_sharpness_and_light_does_not() -> None:
    rng = np.random.default_rng(1)
    face = cv2.resize(rng.uniform(0, 200, (24, 24)).astype(np.float32), (48, 48))
    blurred = cv2.GaussianBlur(face, (0, 0), 3)
    dim = face * 0.5 + 20
    values = sharpness(np.stack([face, blurred, dim])[:, None])
    assert values[1] < 0.5 * values[0]
    assert values[2] == pytest.approx(values[0], rel=0.1)
    assert sharpness(np.full((1, 1, 48, 48), 128, np.float32))[0] == 0
