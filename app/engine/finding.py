"""Finds the faces of a recording, for covering them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from app.engine.settings import DetectorSettings

if TYPE_CHECKING:
    from app.stages.scout import Scout


@contextmanager
def finder(settings: DetectorSettings) -> Iterator[Scout]:
    """A ``Scout`` with the detector of the settings, which is closed at the end.

    Raises ModelError where the detector can't be had.
    """
    # Both load what takes the window's start a second.
    from app.engine.detectors import build_detector  # noqa: PLC0415
    from app.stages.scout import Scout  # noqa: PLC0415

    detector = build_detector(settings, lambda _: None)
    try:
        yield Scout(detector)
    finally:
        detector.close()
