"""The colours of the expressions, as people with another colour vision see them.

Colour never stands alone here, each has a shape; but in the timeline areas lie on each other
without shapes, and there neighbours must differ.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from app.core.expressions import LABELS, MARKS

# Machado, Oliveira & Fernandes, "A physiologically-based model for simulation of color vision
# deficiency", IEEE TVCG 15(6), 2009, table of severity 1.0; on linear RGB.
SEEN_AS = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
NOTICEABLE = 15.0
"""CIE76 distance in Lab; about 2.3 can just be told apart side by side."""


def lab(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 3) CIE Lab, D65, of (n, 3) linear sRGB in 0..1."""
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    ratio = rgb.clip(0, 1) @ to_xyz.T / (0.9505, 1.0, 1.089)
    f = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    x, y, z = f.T
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], 1)


def seen(colours: list[tuple[int, int, int]], vision: str) -> NDArray[np.float64]:
    """(n, 3) Lab of 8-bit sRGB colours through someone's eyes."""
    parts = np.array(colours) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return lab(linear @ SEEN_AS[vision].T)


@pytest.mark.parametrize("vision", SEEN_AS)
def test_every_two_expressions_differ(vision: str) -> None:
    colours = seen([mark.colour for mark in MARKS], vision)
    for one, other in combinations(range(len(MARKS)), 2):
        distance = np.linalg.norm(colours[one] - colours[other])
        assert distance > NOTICEABLE, (LABELS[one], LABELS[other], round(float(distance), 1))


def test_the_simulation_knows_a_pair_that_is_confused() -> None:
    red, green = (190, 75, 50), (110, 120, 40)  # far apart, but not with deuteranopia
    far = np.subtract(*seen([red, green], "usual"))
    near = np.subtract(*seen([red, green], "deuteranopia"))
    assert np.linalg.norm(far) > 3 * np.linalg.norm(near)


def test_shapes_differ_where_colours_come_close() -> None:
    assert len({mark.shape for mark in MARKS}) == len(MARKS)
