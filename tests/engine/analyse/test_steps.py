"""The stages one by one, and that they may overlap without changing anything."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.core.types import Expressions, Faces, Frame, FrameResult, Suggestion
from app.engine.analyse.batch import BatchRun
from app.engine.analyse.sampling import Chooser, Sampling
from app.engine.analyse.steps import chosen, followed
from app.engine.build import build_pipeline, share_cores
from app.engine.kept_model import for_recording
from app.engine.pipeline import Followed, Pipeline
from app.engine.settings import Settings
from app.stages.protocols import Picture, Tracked
from app.stages.video import VideoSource
from tests.conftest import ROOT
from tests.fakes import (
    FakeDetector,
    FakeRecognizer,
    FakeSmoother,
    FakeSource,
    FakeTracker,
    fake_pipeline,
)
from tests.waiting import PATIENCE, left_since

FIELDS = ("boxes", "scores", "keypoints", "ids")


class Always:
    """Wants every frame that may be followed."""

    def wants(self, timestamp: float) -> bool:
        return True

    def saw(self, followed: Followed) -> None:
        pass


class Telling(FakeTracker):
    """Suggests something in frames 2 and 5."""

    def update(self, faces: Faces, frame: Frame) -> Tracked:
        told = super().update(faces, frame)
        if frame.index in (2, 5):
            one = Suggestion(1, frame.index, frame.timestamp, 0.5)
            return replace(told, suggestions=(one,))
        return told


class Counting(FakeRecognizer):
    def __init__(self) -> None:
        self.read: list[int] = []

    def recognize(self, faces: Faces, frame: Frame) -> Expressions:
        self.read.append(frame.index)
        return super().recognize(faces, frame)


def same(one: FrameResult, other: FrameResult) -> None:
    assert (one.index, one.timestamp, one.suggestions) == (
        other.index,
        other.timestamp,
        other.suggestions,
    )
    for name in FIELDS:
        np.testing.assert_array_equal(getattr(one.faces, name), getattr(other.faces, name))
    np.testing.assert_array_equal(one.camera, other.camera)
    np.testing.assert_array_equal(one.expressions.known, other.expressions.known)
    np.testing.assert_array_equal(one.expressions.probabilities, other.expressions.probabilities)
    np.testing.assert_array_equal(
        one.expressions.quality.sharpness, other.expressions.quality.sharpness
    )


def test_frames_between_are_followed_and_neither_read_nor_stored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.engine.analyse.batch.Unrest", Always)
    detector, recognizer = FakeDetector(), Counting()
    pipeline = Pipeline(detector, Telling(), recognizer, FakeSmoother())
    results: list[FrameResult] = []
    run = BatchRun(
        FakeSource(8, fps=15.0), pipeline, results.append, Sampling(fps=5.0, adaptive=True)
    )
    counts = run.run()
    assert detector.seen == list(range(8))
    assert recognizer.read == [one.index for one in results] == [0, 3, 6]
    assert (counts.read, counts.analysed) == (8, 3)
    told = [(one.index, [s.later for s in one.suggestions]) for one in results]
    assert told == [(0, []), (3, [2]), (6, [5])]


def test_only_frames_that_are_looked_at_are_made_rgb() -> None:
    made: list[int] = []

    class Lazy(FakeSource):
        def pictures(self) -> Iterator[Picture]:
            for frame in super().frames():
                yield Undeveloped(frame)

    class Undeveloped:
        def __init__(self, frame: Frame) -> None:
            self._frame, self.index, self.timestamp = frame, frame.index, frame.timestamp

        def frame(self) -> Frame:
            made.append(self.index)
            return self._frame

    run = BatchRun(Lazy(30, fps=15.0), fake_pipeline(), lambda _: None, Sampling(fps=5.0))
    assert run.run().read == 30
    assert made == list(range(0, 30, 3))


def test_a_stage_lets_go_of_what_it_has_used() -> None:
    sampling = Sampling(fps=5.0, adaptive=True)
    steps = chosen(FakeSource(6, fps=15.0), sampling, Chooser(sampling))
    for step in followed(steps, fake_pipeline(), Always()):
        assert step.frame is None
        assert step.picture is None


@pytest.mark.parametrize("overlap", [True, False])
def test_what_a_stage_raises_comes_after_the_frames_before(overlap: bool) -> None:
    results: list[int] = []
    pipeline = fake_pipeline(fail_at=5, error=ValueError("frame 5"))
    source = FakeSource(None)
    run = BatchRun(
        source, pipeline, lambda one: results.append(one.index), Sampling(), overlap=overlap
    )
    before = threading.enumerate()
    with pytest.raises(ValueError, match="frame 5"):
        run.run()
    assert results == [0, 1, 2, 3, 4]
    assert run.counts.read == 5
    assert source.closed
    assert not left_since(before)


def test_a_sink_that_fails_ends_every_stage() -> None:
    def sink(result: FrameResult) -> None:
        raise OSError("disk full")

    source, before = FakeSource(None), threading.enumerate()
    with pytest.raises(OSError, match="disk full"):
        BatchRun(source, fake_pipeline(), sink, Sampling()).run()
    assert source.closed
    assert not left_since(before)


def test_a_frame_in_work_is_the_last_one_where_it_is_cancelled() -> None:
    gate, stop = threading.Semaphore(3), threading.Event()
    detector = FakeDetector(gate=gate)
    run = BatchRun(
        FakeSource(None),
        fake_pipeline(detector=detector),
        lambda _: None,
        Sampling(),
        cancelled=stop,
    )
    thread = threading.Thread(target=run.run)
    thread.start()
    while detector.seen != [0, 1, 2, 3]:  # the fourth waits for the gate
        time.sleep(0.002)
    stop.set()
    gate.release()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    assert detector.seen == [0, 1, 2, 3]


def test_sink_and_progress_are_called_where_it_runs() -> None:
    names: set[str] = set()

    def note(*_: object) -> None:
        names.add(threading.current_thread().name)

    BatchRun(FakeSource(5), fake_pipeline(), note, Sampling(), note).run()
    assert names == {threading.current_thread().name}


def test_overlapping_changes_no_bit() -> None:
    clip: Path = ROOT / "assets" / "demo.mp4"
    built = build_pipeline(share_cores(for_recording(Settings())), lambda _: None)
    found: list[list[FrameResult]] = []
    for overlap in (False, True):
        results: list[FrameResult] = []
        sampling = Sampling(fps=5.0, end=2.0, adaptive=True)
        run = BatchRun(VideoSource(clip), built.pipeline, results.append, sampling, overlap=overlap)
        assert run.run().analysed == 10
        found.append(results)
    built.pipeline.close()
    for one, other in zip(*found, strict=True):
        assert len(one.faces) > 10
        same(one, other)
