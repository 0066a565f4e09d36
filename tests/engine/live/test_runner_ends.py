from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from app.core.errors import SessionError, SourceError
from app.core.types import FrameResult
from app.engine.live.runner import LiveRunner, LiveState
from tests.engine.live.runs import broken, ended, no_thread_is_left, threads
from tests.fakes import (
    FakeDetector,
    FakeSource,
    fake_pipeline,
)
from tests.waiting import until

__all__ = ["no_thread_is_left"]  # a fixture


class TestErrors:
    @pytest.mark.parametrize("live", [False, True])
    def test_failing_stage_is_said_and_stops_everything(self, live: bool) -> None:
        source = FakeSource(None, live=live, pace=0.001)
        runner = LiveRunner(source, fake_pipeline(fail_at=None if live else 3), None, False)
        if live:
            detector = FakeDetector()
            detector.detect = broken  # type: ignore[method-assign]
            runner = LiveRunner(source, fake_pipeline(detector=detector))
        runner.start()
        stats = ended(runner)
        assert stats.error == "the analysis failed (RuntimeError: the fake detector failed)"
        assert stats.state is LiveState.FAILED
        until(lambda: not threads())
        assert source.closed
        assert stats.captured == stats.analysed + stats.skipped

    def test_the_sinks_own_words_reach_the_user(self) -> None:
        def full(_: FrameResult) -> None:
            raise SessionError("the disk is full")

        runner = LiveRunner(FakeSource(None), fake_pipeline(), full, realtime=False)
        runner.start()
        stats = ended(runner)
        assert stats.error == "the disk is full"
        assert stats.analysed == 0
        runner.stop()

    def test_the_sink_is_called_in_the_reading_thread(self) -> None:
        names: set[str] = set()
        runner = LiveRunner(
            FakeSource(5), fake_pipeline(), lambda _: names.add(threading.current_thread().name)
        )
        runner.start()
        ended(runner)
        assert names == {"roomread-read"}
        runner.stop()


class TestStop:
    @pytest.mark.parametrize("live", [False, True])
    @pytest.mark.parametrize("realtime", [False, True])
    def test_twenty_times_leaves_no_thread(self, live: bool, realtime: bool) -> None:
        pipeline = fake_pipeline()
        for round_ in range(20):
            source = FakeSource(None, fps=500.0, live=live, pace=0.001 if live else 0.0)
            runner = LiveRunner(source, pipeline, realtime=realtime)
            runner.start()
            if round_ % 3 == 0:
                until(lambda runner=runner: runner.stats().analysed > 1)  # type: ignore[misc]
            runner.pause()
            if round_ % 2:
                runner.resume()
            assert runner.stop()
            assert threads() == []
            assert source.closed
            stats = runner.stats()
            assert stats.error is None
            assert stats.state is LiveState.STOPPED
            assert stats.captured == stats.analysed + stats.skipped

    def test_while_the_source_blocks(self) -> None:
        runner = LiveRunner(FakeSource(None, live=True, block_at=3), fake_pipeline())
        runner.start()
        until(lambda: runner.stats().captured == 3)
        begin = time.monotonic()
        assert runner.stop()
        assert time.monotonic() - begin < 3  # it would wait 5 s for a thread that hangs
        assert runner.stats().error is None

    def test_a_source_that_complains_of_being_closed_is_no_error(self) -> None:
        source = FakeSource(None, live=True, block_at=2)
        plain = source.frames

        def complaining() -> Iterator[object]:
            yield from plain()
            raise SourceError("closed under me")

        source.frames = complaining  # type: ignore[method-assign, assignment]
        runner = LiveRunner(source, fake_pipeline())
        runner.start()
        until(lambda: runner.stats().captured == 2)
        runner.stop()
        assert runner.stats().error is None

    def test_before_start_and_twice(self) -> None:
        runner = LiveRunner(FakeSource(), fake_pipeline())
        assert runner.stop()
        assert runner.stop()
        with pytest.raises(RuntimeError, match="starts once"):
            runner.start()

    def test_from_the_sink(self) -> None:
        holder: list[LiveRunner] = []
        holder.append(LiveRunner(FakeSource(None), fake_pipeline(), lambda _: _stop(holder)))
        holder[0].start()
        until(lambda: not threads())
        assert holder[0].stats().state is LiveState.STOPPED

    @pytest.mark.alone
    def test_a_thread_that_hangs_is_said_in_bounded_time(self) -> None:
        gate = threading.Semaphore(0)
        detector = FakeDetector(gate=gate)
        runner = LiveRunner(FakeSource(None, live=True), fake_pipeline(detector=detector))
        runner.start()
        until(lambda: bool(detector.seen))
        begin = time.monotonic()
        assert not runner.stop(timeout=0.1)
        assert time.monotonic() - begin < 1
        assert "did not stop in time" in (runner.stats().error or "")
        gate.release(1000)


def _stop(holder: list[LiveRunner]) -> None:
    holder[0].stop()
