from __future__ import annotations

import numpy as np
import pytest

from app.core.types import Expressions, Faces, FrameResult, Quality
from app.session.report.legibility import REASONS, LegibilityTally

BARS = {"min_face_width": 12.0, "min_sharpness": 0.2, "max_yaw": 60.0, "min_exposure": 0.5}
GOOD = (20.0, 0.0, 0.9, 0.6)


def frame(*faces: tuple[float, float, float, float], known: bool = False) -> FrameResult:
    """Faces of these widths, yaws, exposures and sharpnesses."""
    n = len(faces)
    width, yaw, exposure, sharpness = np.array(faces, np.float32).T
    boxes = np.stack((np.zeros(n), np.zeros(n), width, width), axis=1)
    found = Faces.make(boxes, np.full(n, 0.9), ids=np.arange(1, n + 1))
    quality = Quality(sharpness, yaw, exposure)
    read = Expressions(np.full((n, 8), 0.125, np.float32), np.full(n, known), quality)
    return FrameResult(0, 0.0, (640, 480), found, read)


@pytest.mark.parametrize(
    ("face", "reason"),
    [
        ((11.0, 0.0, 0.9, 0.6), "small"),
        ((20.0, -61.0, 0.9, 0.6), "turned"),
        ((20.0, 0.0, 0.4, 0.6), "dark"),
        ((20.0, 0.0, 0.9, 0.1), "blurred"),
        (GOOD, "unsure"),
        ((20.0, np.nan, np.nan, np.nan), "unsure"),
        ((11.0, 80.0, 0.1, 0.1), "small"),
    ],
)
def test_a_face_counts_for_its_first_reason(
    face: tuple[float, float, float, float], reason: str
) -> None:
    tally = LegibilityTally({"smoother": BARS})
    tally.add(frame(face, GOOD), 2.0)
    tally.add(frame(GOOD, known=True), 2.0)
    found = tally.found()
    expected = np.zeros(len(REASONS))
    expected[REASONS.index(reason)] += 2.0
    expected[REASONS.index("unsure")] += 2.0
    np.testing.assert_array_equal(found.reasons, expected)
    assert found.known


@pytest.mark.parametrize("settings", [{}, {"smoother": {}}, {"smoother": None}])
def test_without_bars_no_reason_is_named(settings: dict[str, object]) -> None:
    tally = LegibilityTally(settings)
    tally.add(frame((5.0, 80.0, 0.1, 0.1)), 1.0)
    assert not tally.found().known
    assert tally.found().reasons.tolist() == [0, 0, 0, 0, 1]


def test_widths_are_quartiles_by_time() -> None:
    tally = LegibilityTally({})
    for width, seconds in ((10.0, 1.0), (20.0, 2.0), (40.0, 1.0)):
        tally.add(frame((width, 0.0, 0.9, 0.6)), seconds)
    assert tally.found().widths == (10.0, 20.0, 20.0)
    assert np.isnan(LegibilityTally({}).found().widths).all()
