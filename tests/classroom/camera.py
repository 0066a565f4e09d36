"""Where the camera looks: nudges and zooms as a transform of pixels, and the blur they cause."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from tests.classroom.scene import Scene, ease

Matrix = NDArray[np.float64]


def view(scene: Scene, time: float) -> Matrix:
    """(2, 3) matrix from pixels of the first frame to pixels of the frame at ``time``."""
    right = down = turn = 0.0
    for nudge in scene.nudges:
        share = _jolt((time - nudge.start) / nudge.settle)
        right += share * nudge.shift[0]
        down += share * nudge.shift[1]
        turn += share * nudge.angle
    scale = 1.0
    for zoom in scene.zooms:
        scale *= zoom.factor ** ease(zoom.start, max(zoom.end - zoom.start, 1e-6), time)
    a, b = scale * math.cos(math.radians(turn)), scale * math.sin(math.radians(turn))
    x, y = scene.size[0] / 2.0, scene.size[1] / 2.0
    return np.array([[a, -b, x - a * x + b * y + right], [b, a, y - b * x - a * y + down]])


def _jolt(share: float) -> float:
    """0 before a nudge, then overshoots and swings about 1, and stays there from ``share`` 1."""
    if share <= 0.0:
        return 0.0
    return 1.0 if share >= 1.0 else 1.0 - (1.0 - share) ** 2 * math.cos(3.0 * math.pi * share)


def overscan(scene: Scene) -> int:
    """Pixels around the first frame that the camera comes to see, at most a third of its height."""
    ends = [end for zoom in scene.zooms for end in (zoom.start, zoom.end + 1e-3)]
    for nudge in scene.nudges:
        ends += np.linspace(nudge.start, nudge.end, 12).tolist()
    width, height = scene.size
    corners = np.array([[0, width, 0, width], [0, 0, height, height], [1, 1, 1, 1]])
    most = 0.0
    for time in ends:
        x, y = inverse(view(scene, time)) @ corners
        most = max(most, -x.min(), x.max() - width, -y.min(), y.max() - height)
    return min(int(np.ceil(most)), height // 3)


def inverse(matrix: Matrix) -> Matrix:
    """The (2, 3) matrix that undoes ``matrix``."""
    back = np.linalg.inv(matrix[:, :2])
    return np.hstack([back, -back @ matrix[:, 2:]])


def streak(scene: Scene, time: float) -> tuple[float, float]:
    """Pixels right and down that the middle of the picture moves while a frame is exposed."""
    middle = np.array([scene.size[0] / 2.0, scene.size[1] / 2.0, 1.0])
    moved = (view(scene, time) - view(scene, time - scene.recording.shutter)) @ middle
    return float(moved[0]), float(moved[1])
