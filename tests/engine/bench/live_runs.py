"""Runs of the live bench that nobody ran: a camera that is never late, a class that sits still."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from app.core.types import Expressions, Faces, FrameResult, Quality
from app.engine.bench.calibration import Speed
from app.engine.bench.film import Film
from app.engine.bench.live_case import LiveFigures, LiveLog, Painted
from app.engine.bench.synthetic_camera import Taken

BOXES = np.array([[10, 10, 20, 20], [50, 10, 20, 20], [90, 10, 20, 20]], np.float64)
SPEED = Speed(one=1000.0, all=2000.0, cores=2)


def still_film(boxes: np.ndarray = BOXES) -> Film:
    """Ten pictures in which nobody moves."""
    return Film(
        Path("film"), "still", (160, 90), 30.0, np.arange(10, dtype=np.int64),
        np.repeat(boxes[None], 10, axis=0), np.ones((10, len(boxes)), bool),
    )  # fmt: skip


def result(
    index: int,
    boxes: np.ndarray = BOXES,
    ids: tuple[int, ...] = (1, 2, 3),
    fresh: tuple[bool, ...] = (True, True, True),
) -> FrameResult:
    """A frame whose faces were read, now or 0.1 s ago."""
    count = len(boxes)
    read = np.full((count, 8), 0.125, np.float32)
    ages = np.where(fresh, 0.0, 0.1).astype(np.float32)
    return FrameResult(
        index, index / 30, (160, 90),
        Faces.make(boxes, np.ones(count), ids=np.array(ids)),
        Expressions(read, np.ones(count, bool), Quality.unmeasured(count), ages),
    )  # fmt: skip


def run(
    results: Callable[[int], FrameResult] = result,
    seconds: float = 4.0,
    every: int = 3,
    late: float = 0.05,
    lost: tuple[int, ...] = (),
) -> LiveLog:
    """30 pictures a second, of which every third is looked at and painted ``late``."""
    count = round(30 * (seconds + 2))
    numbers = [number for number in range(count) if number not in lost]
    taken = [Taken(number, 10 + number / 30, 0.004) for number in numbers]
    frames = range(len(numbers) - 1)  # the first one was looked at to learn the size
    looked = [index for index in frames if index % every == 0]
    painted, newest = [], -1
    for index in frames:
        newest = index if index in looked else newest
        at = taken[index + 1].due + late
        painted.append(Painted(at - 0.01, at, index, newest))
    return LiveLog(
        taken=taken,
        painted=painted,
        results=[results(index) for index in looked],
        timings={
            index: {"detector": 0.02 + 0.02 * (place % 2), "recognizer": 0.03 + 0.02 * (place % 2)}
            for place, index in enumerate(looked)
        },
        span=(11.0, 11.0 + seconds),
        processor=2.0,
        memory=300_000_000,
        speed=SPEED,
        provider="CPU",
        model="small",
        screen="offscreen",
    )


USUAL = LiveFigures(
    faces=10,
    size=(1280, 720),
    seconds=20.0,
    there=9.5,
    found=9.0,
    followed=9,
    wrong=0.1,
    shown_fps=29.5,
    follow_fps=9.9,
    reads=5.1,
    reads_least=4.2,
    missed=0,
    reads_found=4.6,
    latency=(0.08, 0.12, 0.2),
    picture=(0.03, 0.04, 0.05),
    unpainted=2,
    busy=0.62,
    memory=412_000_000,
    skipped=402,
    lost=3,
    stages={"decode": 0.004, "detector": 0.0201},
    cost=0.0025,
    speed=SPEED,
    provider="CPU",
    model="small",
    screen="offscreen",
)


def figures(faces: int = 10, size: tuple[int, int] = (1280, 720), **others: Any) -> LiveFigures:
    """Figures of a case, all of them told."""
    found = {"there": faces - 0.5, "found": faces - 1.0, "followed": faces - 1}
    return replace(USUAL, faces=faces, size=size, **{**found, **others})
