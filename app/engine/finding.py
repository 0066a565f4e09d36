"""Finds the faces of single pictures, for covering them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import numpy as np
from numpy.typing import NDArray

from app.core.types import Frame
from app.engine.settings import DetectorSettings
from app.stages.protocols import Detector

_NOWHERE = np.zeros((0, 4))


def find_everywhere(detector: Detector, frame: Frame) -> NDArray[np.float32]:
    """(n, 4) boxes of all faces of a frame, searched whole and on its own.

    Args:
        detector: forgets all that it saw before.
        frame: to search.
    """
    detector.reset()
    return detector.detect(frame, _NOWHERE).boxes


@contextmanager
def finder(settings: DetectorSettings) -> Iterator[Callable[[Frame], NDArray[np.float32]]]:
    """``find_everywhere`` with the detector of the settings, which is closed at the end.

    Raises ModelError where the detector can't be had.
    """
    from app.engine.detectors import build_detector  # noqa: PLC0415  # loads the runtimes

    detector = build_detector(settings, lambda _: None)
    try:
        yield partial(find_everywhere, detector)
    finally:
        detector.close()
