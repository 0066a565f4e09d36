from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from app.core.errors import SourceError, TruncatedSourceError
from app.core.regions import Regions
from app.core.types import Faces, Frame, FrameResult, Suggestion
from app.engine.live.runner import LiveRunner, LiveState
from app.engine.pipeline import Pipeline
from app.engine.settings import LiveSettings
from app.stages.protocols import Tracked
from tests.engine.live.runs import broken, ended, full, no_thread_is_left, threads
from tests.fakes import (
    FakeDetector,
    FakeRecognizer,
    FakeSmoother,
    FakeSource,
    FakeTracker,
    fake_pipeline,
    grid_boxes,
)
from tests.waiting import still, until

__all__ = ["no_thread_is_left"]  # a fixture


class TestRecording:
    def test_every_frame_is_analysed_in_order_however_slow(self) -> None:
        results: list[FrameResult] = []
        source = FakeSource(25)
        runner = LiveRunner(source, fake_pipeline(delay=0.003), results.append, realtime=False)
        runner.start()
        stats = ended(runner)
        assert runner.stop()
        assert [r.index for r in results] == list(range(25))
        assert (stats.captured, stats.analysed, stats.skipped) == (25, 25, 0)
        assert stats.finished
        assert stats.error is None
        assert stats.state is LiveState.FINISHED
        assert source.closed

    def test_the_view_pairs_a_result_with_its_own_frame(self) -> None:
        runner = LiveRunner(FakeSource(12), fake_pipeline(delay=0.002), realtime=False)
        assert runner.latest() is None
        runner.start()
        while not runner.stats().finished:
            view = runner.latest()
            if view is not None and view.result is not None:
                assert view.result.index == view.frame.index
        last = runner.latest()
        assert last is not None
        assert last.frame.index == 11
        runner.stop()

    def test_is_never_faster_than_its_timestamps(self) -> None:
        runner = LiveRunner(FakeSource(7, fps=20.0), fake_pipeline())
        begin = time.monotonic()
        runner.start()
        ended(runner)
        assert time.monotonic() - begin >= 6 / 20
        runner.stop()

    @pytest.mark.alone
    def test_does_not_hurry_after_a_slow_stretch(self) -> None:
        gate = threading.Semaphore(0)
        times: list[float] = []
        pipeline = fake_pipeline(gate=gate)
        runner = LiveRunner(
            FakeSource(8, fps=20.0), pipeline, lambda _: times.append(time.monotonic())
        )
        runner.start()
        time.sleep(0.4)
        gate.release(8)
        ended(runner)
        runner.stop()
        # Frame 1 already waited in the slot when frame 0 was let go; five gaps of 0.05 s follow.
        assert times[7] - times[2] > 0.2

    def test_pause_holds_the_place_and_resume_loses_nothing(self) -> None:
        results: list[FrameResult] = []
        runner = LiveRunner(FakeSource(40), fake_pipeline(delay=0.002), results.append, False)
        runner.start()
        until(lambda: len(results) >= 5)
        runner.pause()
        assert runner.stats().state is LiveState.PAUSED
        held = still(lambda: len(results))  # that in work still comes
        assert held < 40
        runner.resume()
        assert ended(runner).analysed == 40
        assert [r.index for r in results] == list(range(40))
        runner.stop()

    def test_cut_off_recording_is_analysed_to_its_last_frame_and_says_so(self) -> None:
        source = FakeSource(9, error=TruncatedSourceError("a.mp4 is cut off"))
        runner = LiveRunner(source, fake_pipeline(delay=0.002), realtime=False)
        runner.start()
        stats = ended(runner)
        assert stats.analysed == 9
        assert stats.error == "a.mp4 is cut off"
        assert stats.finished
        runner.stop()

    def test_frames_before_a_failure_of_the_source_are_analysed(self) -> None:
        source = FakeSource(6, error=OSError("disk gone"))
        runner = LiveRunner(source, fake_pipeline(delay=0.002), realtime=False)
        runner.start()
        stats = ended(runner)
        assert stats.analysed == 6
        assert stats.state is LiveState.FAILED
        assert not stats.finished
        assert stats.error == "reading fake.mp4 failed (OSError: disk gone)"
        runner.stop()


class TestCamera:
    def test_slow_analysis_never_lags_and_counts_what_it_skips(self) -> None:
        source = FakeSource(None, live=True, pace=0.002)
        lag: list[int] = []
        detector = FakeDetector(delay=0.03)
        runner = LiveRunner(
            source,
            fake_pipeline(detector=detector),
            lambda r: lag.append(source.delivered - 1 - r.index),
        )
        runner.start()
        until(lambda: len(lag) >= 12)
        stats = runner.stats()
        assert stats.captured_fps > 2 * stats.analysed_fps > 0
        runner.stop()
        stats = runner.stats()
        assert stats.skipped > 3 * stats.analysed
        assert stats.captured == stats.analysed + stats.skipped
        # What came while one frame was analysed, and no more as time goes on.
        half = len(lag) // 2
        assert np.median(lag[half:]) <= 2 * np.median(lag[:half]) + 5

    def test_the_newest_frame_is_analysed_next(self) -> None:
        gate = threading.Semaphore(0)
        source = FakeSource(50, live=True)
        detector = FakeDetector(gate=gate)
        runner = LiveRunner(source, fake_pipeline(detector=detector))
        runner.start()
        until(lambda: source.delivered == 50 and runner.stats().captured == 50)
        waiting = detector.seen[0]
        gate.release(2)
        stats = ended(runner)
        assert detector.seen == ([waiting, 49] if waiting != 49 else [49])
        assert stats.analysed + stats.skipped == 50
        runner.stop()

    def test_the_picture_stays_fresh_while_the_analysis_is_busy(self) -> None:
        gate = threading.Semaphore(0)
        runner = LiveRunner(FakeSource(None, live=True, pace=0.001), fake_pipeline(gate=gate))
        runner.start()

        def shown() -> int:
            view = runner.latest()
            return -1 if view is None else view.frame.index

        until(lambda: shown() >= 20)
        assert runner.stats().analysed == 0
        gate.release(100000)
        runner.stop()

    def test_pause_lets_frames_pass_unseen_and_uncounted(self) -> None:
        source = FakeSource(None, live=True, pace=0.001)
        runner = LiveRunner(source, fake_pipeline())
        runner.start()
        until(lambda: runner.stats().analysed > 5)
        runner.pause()
        still(lambda: runner.stats().analysed)
        before, passed = runner.stats(), source.delivered
        until(lambda: source.delivered > passed + 20)
        after = runner.stats()
        assert (after.captured, after.analysed) == (before.captured, before.analysed)
        runner.resume()
        until(lambda: runner.stats().analysed > after.analysed + 5)
        runner.stop()

    def test_view_and_watcher_have_the_faces_that_the_result_leaves_out(self) -> None:
        everywhere = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
        pipeline = fake_pipeline(students=3)
        pipeline.set_regions(Regions(ignore=(everywhere,)))
        seen: list[tuple[int, int]] = []
        runner = LiveRunner(
            FakeSource(None, live=True, pace=0.001),
            pipeline,
            watch=lambda followed, result: seen.append((followed.frame.index, result.index)),
        )
        runner.start()
        until(lambda: runner.stats().analysed > 2)
        view = runner.latest()
        runner.stop()
        assert view is not None
        np.testing.assert_array_equal(view.left_out, grid_boxes(3))
        assert len(seen) == runner.stats().analysed
        assert all(frame == result for frame, result in seen)

    def test_unplugged_camera_is_said(self) -> None:
        source = FakeSource(4, live=True, error=SourceError("camera X stopped: plug it in"))
        runner = LiveRunner(source, fake_pipeline())
        runner.start()
        stats = ended(runner)
        assert stats.error == "camera X stopped: plug it in"
        assert stats.state is LiveState.FAILED
        runner.stop()

    def test_camera_unplugged_while_paused_is_said(self) -> None:
        source = FakeSource(30, live=True, pace=0.002, error=SourceError("camera X is gone"))
        runner = LiveRunner(source, fake_pipeline())
        runner.start()
        runner.pause()
        assert ended(runner).error == "camera X is gone"
        runner.stop()


class SuggestingTracker(FakeTracker):
    """Says something in every frame, and notes in which."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[int] = []

    def update(self, faces: Faces, frame: Frame) -> Tracked:
        self.said.append(frame.index)
        tracked = super().update(faces, frame)
        return replace(tracked, suggestions=(Suggestion(1, 2, frame.timestamp, 0.5),))


class TestHalves:
    """Following and reading side by side."""

    def begin(
        self, source: FakeSource, sink: Callable[[FrameResult], None], **more: object
    ) -> tuple[LiveRunner, SuggestingTracker]:
        tracker = SuggestingTracker()
        stages = FakeDetector(**more), tracker, FakeRecognizer(), FakeSmoother()  # type: ignore[arg-type]
        runner = LiveRunner(source, Pipeline(*stages), sink, realtime=False)
        runner.start()
        return runner, tracker

    @pytest.mark.parametrize("live", [False, True])
    @pytest.mark.parametrize("end", ["source", "stop", "fail"])
    def test_whatever_was_followed_is_read_however_it_ends(self, live: bool, end: str) -> None:
        results: list[FrameResult] = []

        def slow(result: FrameResult) -> None:
            time.sleep(0.02)
            results.append(result)

        count = 12 if end == "source" else None
        fail_at = 8 if end == "fail" and not live else None
        source = FakeSource(count, live=live, pace=0.05 if live else 0.0)
        runner, tracker = self.begin(source, slow, fail_at=fail_at)
        until(lambda: len(results) >= 3)
        if end == "stop":
            runner.stop()
        elif end == "fail" and live:
            tracker.update = broken  # type: ignore[method-assign]
        until(lambda: not threads())
        assert [one.index for one in results] == tracker.said
        assert all(len(one.suggestions) == 1 for one in results)
        stats = runner.stats()
        assert stats.captured == stats.analysed + stats.skipped
        assert stats.analysed == len(results)
        assert (stats.state is LiveState.FAILED) == (end == "fail")

    def test_following_goes_on_while_faces_are_read_and_is_one_frame_ahead_at_most(self) -> None:
        gate = threading.Semaphore(0)
        source = FakeSource(None, live=True, pace=0.002)
        runner, tracker = self.begin(source, lambda _: _wait(gate))
        until(lambda: len(tracker.said) == 2)
        time.sleep(0.25)
        assert len(tracker.said) == 2
        behind = runner.latest()
        assert behind is not None
        assert behind.frame.index > tracker.said[1] + 20
        gate.release(1)
        until(lambda: len(tracker.said) == 3)
        assert tracker.said[2] > tracker.said[1] + 20  # the newest one, none that waited
        gate.release(1000)
        runner.stop()

    def test_a_sink_that_fails_is_said_and_counted(self) -> None:
        source = FakeSource(None, live=True, pace=0.002)
        runner, _ = self.begin(source, full)
        assert ended(runner).error == "the disk is full"
        stats = runner.stats()
        assert stats.analysed == 0
        assert stats.captured == stats.analysed + stats.skipped
        until(lambda: not threads())
        assert source.closed

    def test_a_recording_is_read_whole_and_has_no_plan(self) -> None:
        results: list[FrameResult] = []
        runner = LiveRunner(FakeSource(20), fake_pipeline(), results.append, realtime=False)
        runner.start()
        stats = ended(runner)
        runner.stop()
        assert len(results) == 20
        assert all(one.expressions.fresh.all() for one in results)
        assert stats.plan is None

    @pytest.mark.alone
    def test_a_camera_is_followed_and_read_as_planned(self) -> None:
        results: list[FrameResult] = []
        source = FakeSource(None, fps=100.0, live=True, pace=0.01)
        runner = LiveRunner(
            source, fake_pipeline(4), results.append, settings=LiveSettings(reads=2.5)
        )
        runner.start()
        until(lambda: len(results) >= 26)
        stats = runner.stats()
        runner.stop()
        assert stats.follow_fps == pytest.approx(10.0, rel=0.1)
        assert stats.captured_fps > 50
        assert stats.plan is not None
        assert (stats.plan.follow_fps, stats.plan.reads) == (10.0, 2.5)
        assert 0.0 <= stats.busy < 1.0
        assert 0.0 < stats.latency < 0.1
        # By the camera's own time, which is a little slower than it says.
        assert 1.5 < stats.reads_least <= stats.reads < 3.5
        read = np.sum([one.expressions.fresh for one in results], axis=0)
        assert read.max() < len(results) / 2


def _wait(gate: threading.Semaphore) -> None:
    gate.acquire()
