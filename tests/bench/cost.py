"""What a frame costs on one core: detection and tracking against a whole look by YuNet."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import cv2
import numpy as np

from app.core.types import Frame
from app.engine.detectors import build_detector
from app.engine.settings import Settings
from app.stages.protocols import Detector, Tracker
from app.stages.yunet import YuNetDetector
from tests.bench.clips import film, scene_text, watch
from tests.bench.ground_truth import Floats
from tests.bench.stages import build_tracker

FRAMES = 120
WARM_UP = 30
"""Frames, of the above, that are not timed: two seconds, a round of the sweep."""


@dataclass(frozen=True)
class Cost:
    """Milliseconds a frame: medians, and the mean of ours; the peak is the 95th percentile.

    A pass of YuNet is timed after every frame of ours, so that both have the same machine.
    """

    detection: float
    tracking: float
    both: float
    mean: float
    peak: float
    yunet: float

    @property
    def ratio(self) -> float:
        """Detection and tracking to one whole-frame pass of YuNet."""
        return self.both / self.yunet


def cost(yunet: Path, folder: Path | None, frames: int = FRAMES, warm_up: int = WARM_UP) -> Cost:
    """Time the first frames of ``live_40`` on one core; ``yunet`` is its model file."""
    with one_core():
        detector, peer = build_detector(Settings().detector, _quiet), YuNetDetector(yunet)
        tracker = build_tracker(Settings())
        nobody = np.zeros((0, 4))
        with film(scene_text("live_40", seconds=frames / 15), folder) as path:
            rows = [
                [*_timed(detector, tracker, frame), _time(peer, frame, nobody)]
                for frame in islice(watch(path), frames)
            ]
        detector.close()
        peer.close()
    found = 1000.0 * np.array(rows[warm_up:])
    both = found[:, 0] + found[:, 1]
    return Cost(
        detection=float(np.median(found[:, 0])),
        tracking=float(np.median(found[:, 1])),
        both=float(np.median(both)),
        mean=float(both.mean()),
        peak=float(np.quantile(both, 0.95)),
        yunet=float(np.median(found[:, 2])),
    )


@contextmanager
def one_core() -> Iterator[None]:
    """All of this process on one core; threads that start meanwhile too."""
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
    try:
        if cores:
            os.sched_setaffinity(0, {max(cores)})
        yield
    finally:
        cv2.setNumThreads(threads)
        if cores:
            os.sched_setaffinity(0, cores)


def _timed(detector: Detector, tracker: Tracker, frame: Frame) -> tuple[float, float]:
    """Seconds of detection and of tracking."""
    start = time.perf_counter()
    expected = tracker.expect(frame)
    ready = time.perf_counter()
    faces = detector.detect(frame, expected.boxes)
    found = time.perf_counter()
    tracker.update(faces, frame)
    done = time.perf_counter()
    return found - ready, done - found + ready - start


def _time(detector: Detector, frame: Frame, expected: Floats) -> float:
    start = time.perf_counter()
    detector.detect(frame, expected)
    return time.perf_counter() - start


def _quiet(_: str) -> None:
    """Say nothing."""
