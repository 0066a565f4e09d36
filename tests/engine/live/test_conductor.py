from __future__ import annotations

import time

import numpy as np
import pytest

from app.core.types import Faces, Frame, FrameResult
from app.engine.live.conductor import Conductor
from app.engine.pipeline import Pipeline
from app.engine.settings import LiveSettings
from tests.fakes import (
    FakeDetector,
    FakeRecognizer,
    FakeSmoother,
    FakeSource,
    FakeTracker,
    fake_pipeline,
)


def burn(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


class Clock:
    """Time that passes only when it is told to; the processor works half of it."""

    now = 0.0

    def __call__(self) -> float:
        return self.now

    def process(self) -> float:
        return self.now / 2


class Detector(FakeDetector):
    """Sweeps; takes 2 ms of processor time, half of it for the sweep."""

    def __init__(self) -> None:
        super().__init__(students=4)
        self.period, self.swept, self.periods = 2.0, 0.0, set[float]()

    def detect(self, frame: Frame, expected: np.ndarray) -> Faces:
        self.periods.add(self.period)
        start = time.thread_time()
        burn(0.001)
        self.swept += time.thread_time() - start
        burn(0.001)
        return super().detect(frame, expected)


def run(conductor: Conductor, clock: Clock, frames: int, start: int = 0) -> list[FrameResult]:
    """So many frames, ten a second."""
    results: list[FrameResult] = []
    for frame in list(FakeSource(start + frames).frames())[start:]:
        conductor.read(conductor.follow(frame, 10.0), results.append)
        clock.now += 0.1
    return results


def test_each_face_is_read_as_often_as_planned() -> None:
    clock = Clock()
    conductor = Conductor(
        fake_pipeline(4), LiveSettings(reads=2.5), 0.5, clock, clock.process, cores=2
    )
    results = run(conductor, clock, 45)
    assert results[0].expressions.fresh.all()
    read = np.sum([one.expressions.fresh for one in results[5:]], axis=0)
    assert read.tolist() == [10, 10, 10, 10]
    assert conductor.plan.reads == 2.5
    assert conductor.busy == pytest.approx(0.25)


def test_it_spends_no_more_than_its_share_and_leaves_the_detector_as_it_was() -> None:
    clock, detector = Clock(), Detector()
    stages = FakeTracker(), FakeRecognizer(), FakeSmoother()
    pipeline = Pipeline(detector, *stages)
    settings = LiveSettings(share=0.2)  # of two cores; the process takes half of one
    conductor = Conductor(pipeline, settings, 0.5, clock, clock.process, cores=2)
    run(conductor, clock, 45)
    # Nothing that gives way makes this process take less, so all of it has given way.
    plan = conductor.plan
    assert (plan.follow_fps, plan.reads, plan.display_fps, plan.period) == (3.0, 1.0, 15.0, 6.0)
    assert detector.periods == {2.0, 6.0}
    conductor.close()
    assert detector.period == 2.0


def test_a_pause_is_neither_rest_nor_work() -> None:
    clock = Clock()
    conductor = Conductor(fake_pipeline(), LiveSettings(), 0.5, clock, clock.process, cores=1)
    run(conductor, clock, 30)
    clock.now += 1000.0
    conductor.pause()
    run(conductor, clock, 30, start=30)
    assert conductor.busy == pytest.approx(0.5)


def test_what_is_done_with_a_result_counts_as_reading() -> None:
    clock = Clock()
    conductor = Conductor(fake_pipeline(2), LiveSettings(), 0.5, clock, clock.process, cores=1)

    def keep(_: FrameResult) -> None:
        clock.now += 0.3  # a disk that hangs

    for frame in FakeSource(20).frames():
        conductor.read(conductor.follow(frame, 10.0), keep)
    assert conductor.plan.reads == 1.0
