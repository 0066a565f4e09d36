from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import SessionError, SourceError, TruncatedSourceError
from app.core.types import Frame, FrameResult
from app.engine.analyse.batch import BatchRun, Progress
from app.engine.analyse.sampling import Chooser, Sampling, Take
from app.engine.analyse.steps import Ready
from app.session.store import FrameCounts
from tests.fakes import FakeDetector, FakeSource, fake_pipeline


def run_batch(*args: Any, **kwargs: Any) -> FrameCounts:
    return BatchRun(*args, **kwargs).run()


def analysed(sampling: Sampling, count: int = 30, fps: float = 10.0) -> list[int]:
    results: list[FrameResult] = []
    run_batch(FakeSource(count, fps), fake_pipeline(), results.append, sampling)
    return [result.index for result in results]


class TestSampling:
    def test_everything_by_default(self) -> None:
        assert analysed(Sampling()) == list(range(30))

    def test_every_counts_from_the_start_of_the_span(self) -> None:
        assert analysed(Sampling(every=7)) == [0, 7, 14, 21, 28]
        assert analysed(Sampling(every=10, start=0.35)) == [4, 14, 24]

    def test_fps_keeps_its_rate_over_time(self) -> None:
        assert analysed(Sampling(fps=2.5), 21) == [0, 4, 8, 12, 16, 20]
        assert len(analysed(Sampling(fps=3.0), 1000, 29.97)) == pytest.approx(100, abs=1)

    def test_fps_above_the_sources_takes_all(self) -> None:
        assert analysed(Sampling(fps=25.0), 9) == list(range(9))

    def test_span_has_its_start_and_not_its_end(self) -> None:
        assert analysed(Sampling(start=1.0, end=1.5)) == [10, 11, 12, 13, 14]

    def test_frames_keep_the_sources_numbers_and_times(self) -> None:
        results: list[FrameResult] = []
        run_batch(FakeSource(30), fake_pipeline(), results.append, Sampling(start=2.0, every=4))
        assert [(r.index, r.timestamp) for r in results] == [(20, 2.0), (24, 2.4), (28, 2.8)]

    @given(
        fps=st.floats(0.1, 60), rate=st.sampled_from([5.0, 16.667, 25.0]), count=st.integers(1, 120)
    )
    def test_fps_never_takes_two_frames_of_one_slot(
        self, fps: float, rate: float, count: int
    ) -> None:
        taken = analysed(Sampling(fps=fps), count, rate)
        assert taken[0] == 0
        slots = [int((index / rate + 0.0006) * fps) for index in taken]
        assert len(set(slots)) == len(slots)

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            ({"every": 0}, "every 0: give a whole number of 1 or more"),
            ({"fps": 0.0}, "frames a second 0: give a number above 0"),
            ({"fps": float("nan")}, "frames a second nan"),
            ({"every": 2, "fps": 5.0}, "not both"),
            ({"start": -1.0}, "start -1: give seconds"),
            ({"end": 0.0}, "end 0: give seconds after the start"),
            ({"start": 5.0, "end": 5.0}, "end 5: give seconds after the start"),
            ({"end": float("nan")}, "end nan"),
        ],
    )
    def test_out_of_range(self, arguments: dict[str, float], words: str) -> None:
        with pytest.raises(ValueError, match=words):
            Sampling(**arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize(("rate", "fps", "step"), [(24, 12.0, 2), (30, 15.0, 2), (60, 20.0, 3)])
def test_milliseconds_of_matroska_keep_the_steps_even(rate: int, fps: float, step: int) -> None:
    chooser, image = Chooser(Sampling(fps=fps)), np.zeros((2, 2, 3), np.uint8)
    frames = [Ready(Frame(image, i, round(i / rate, 3))) for i in range(10 * rate)]
    read = [frame.index for frame in frames if chooser.take(frame) is Take.READ]
    assert read == list(range(0, 10 * rate, step))


class TestRun:
    def test_counts(self) -> None:
        counts = run_batch(
            FakeSource(30), fake_pipeline(), lambda _: None, Sampling(every=4, start=1.0, end=2.0)
        )
        assert counts == FrameCounts(read=10, analysed=3, skipped=7)

    def test_source_is_closed_and_pipeline_is_not(self) -> None:
        source, detector = FakeSource(3), FakeDetector()
        run_batch(source, fake_pipeline(detector=detector), lambda _: None, Sampling())
        assert source.closed
        assert not detector.closed

    def test_pipeline_may_be_used_again(self) -> None:
        pipeline = fake_pipeline()
        for _ in range(2):
            assert run_batch(FakeSource(4), pipeline, lambda _: None, Sampling()).analysed == 4

    def test_progress_after_every_frame(self) -> None:
        seen: list[Progress] = []
        sampling = Sampling(every=2, start=1.0)
        run_batch(FakeSource(30), fake_pipeline(students=5), lambda _: None, sampling, seen.append)
        assert [p.read for p in seen] == list(range(1, 21))
        fractions = [p.fraction for p in seen]
        assert fractions == sorted(fractions)  # type: ignore[type-var]
        assert fractions[0] == pytest.approx(0.05)
        assert fractions[-1] == pytest.approx(1.0)
        last = seen[-1]
        assert (last.analysed, last.faces, last.total_faces) == (10, 5, 50)
        assert last.timestamp == pytest.approx(2.9)
        assert last.end == pytest.approx(3.0)

    def test_progress_where_nobody_knows_the_end(self) -> None:
        seen: list[Progress] = []
        run_batch(
            FakeSource(5, live=True), fake_pipeline(), lambda _: None, Sampling(), seen.append
        )
        assert [p.fraction for p in seen] == [None] * 5

    def test_cancelled(self) -> None:
        stop = threading.Event()
        results: list[FrameResult] = []

        def sink(result: FrameResult) -> None:
            results.append(result)
            if result.index == 6:
                stop.set()

        source = FakeSource(None)
        counts = run_batch(source, fake_pipeline(), sink, Sampling(every=2), cancelled=stop)
        assert [r.index for r in results] == [0, 2, 4, 6]
        assert counts == FrameCounts(7, 4, 3)
        assert source.closed

    def test_cut_off_recording_is_raised_after_its_last_frame(self) -> None:
        results: list[FrameResult] = []
        source = FakeSource(8, error=TruncatedSourceError("cut off"))
        run = BatchRun(source, fake_pipeline(), results.append, Sampling())
        with pytest.raises(TruncatedSourceError, match="cut off"):
            run.run()
        assert len(results) == 8
        assert run.counts == FrameCounts(8, 8, 0)
        assert source.closed

    def test_a_cut_after_the_end_of_the_span_does_not_matter(self) -> None:
        source = FakeSource(8, error=TruncatedSourceError("cut off"))
        counts = run_batch(source, fake_pipeline(), lambda _: None, Sampling(end=0.5))
        assert counts.analysed == 5

    @pytest.mark.parametrize("what", [SessionError("disk is full"), RuntimeError("broken")])
    def test_errors_of_the_sink_come_through_with_right_counts(self, what: Exception) -> None:
        def sink(result: FrameResult) -> None:
            if result.index == 3:
                raise what

        source = FakeSource(8)
        run = BatchRun(source, fake_pipeline(), sink, Sampling())
        with pytest.raises(type(what), match=str(what)):
            run.run()
        assert run.counts == FrameCounts(3, 3, 0)
        assert source.closed

    def test_an_empty_span_is_said(self) -> None:
        with pytest.raises(SourceError, match=r"no frame after 5 s, it is 3\.0 s long"):
            run_batch(FakeSource(30), fake_pipeline(), lambda _: None, Sampling(start=5.0))
