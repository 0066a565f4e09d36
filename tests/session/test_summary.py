from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.expressions import LABELS
from app.core.types import ClassCounts, FrameResult
from app.session.students import summarise_students
from app.session.summary import (
    MAX_SILENCE,
    ClassInterval,
    ClassSummary,
    IntervalTally,
    StreamMedian,
    frame_span,
    with_spans,
)
from tests.session.builders import result, steady

HAPPY, FEAR = LABELS.index("happiness"), LABELS.index("fear")


def class_intervals(
    results: Iterable[FrameResult], interval: float, span: float = 0.0, smallest: int = 1
) -> Iterator[ClassInterval]:
    tally = IntervalTally(interval, smallest)
    for each in results:
        yield from tally.add(ClassCounts.of(each), each.faces.ids.tolist())
    yield from tally.finish(span)


@given(st.lists(st.floats(0, 500), min_size=1, max_size=60))
def test_the_median_of_a_stream_is_the_median(values: list[float]) -> None:
    median = StreamMedian(0.1)
    for value in values:
        median.add(value)
    rounded = [round(value / 0.1) * 0.1 for value in values]
    assert median.value == pytest.approx(np.median(rounded))
    assert median.value == pytest.approx(np.median(values), abs=0.0501)


def test_the_median_of_nothing_is_nan() -> None:
    assert np.isnan(StreamMedian(0.1).value)


def test_a_usual_frame_stands_for_the_median_gap() -> None:
    assert frame_span([0.0, 0.1, 0.2, 60.0, 60.1]) == pytest.approx(0.1)
    assert frame_span([3.0], fallback=0.04) == 0.04
    assert frame_span([], fallback=0.04) == 0.04


def test_frames_stand_for_the_time_until_the_next_but_long_gaps_are_capped() -> None:
    times = [0.0, 0.1, 0.5, 10.0, 10.1]
    spans = [seconds for _, seconds in with_spans(steady(times, {}), 0.1)]
    assert spans == pytest.approx([0.1, 0.4, 1.0, 0.1, 0.1])
    # Sampled every two seconds, a frame does stand for two seconds.
    spans = [seconds for _, seconds in with_spans(steady([0.0, 2.0, 4.0], {}), 2.0)]
    assert spans == pytest.approx([2.0, 2.0, 2.0])


def test_a_student_over_a_session() -> None:
    results = [
        result(0, 0.0, {1: "fear", 4: None}, width=10),
        result(1, 0.5, {1: "happiness", 4: None}, width=12),
        result(2, 0.6, {4: None}, width=14),
        result(3, 0.7, {1: "fear"}, width=17),
        result(4, 0.8, {1: None}, width=30),
    ]
    first, second = summarise_students(results, 0.1)
    assert (first.track_id, second.track_id) == (1, 4)
    assert (first.seen_from, first.seen_to) == (0.0, 0.8)
    assert first.seconds_seen == pytest.approx(0.5 + 0.1 + 0.1 + 0.1)
    assert (first.faces_seen, first.faces_read) == (4, 3)
    assert first.median_face_width == pytest.approx(14.5)
    assert first.shares[FEAR] == pytest.approx(2 / 3)
    assert first.shares[HAPPY] == pytest.approx(1 / 3)
    assert first.shares.sum() == pytest.approx(1)
    assert (second.faces_seen, second.faces_read) == (3, 0)
    assert np.isnan(second.shares).all()


def test_intervals_of_a_class() -> None:
    results = [
        result(0, 0.0, {1: "fear", 2: None}),
        result(1, 4.9, {1: "fear", 3: "happiness"}),
        result(2, 5.0, {}),
        result(3, 10.0, {3: None}),
        result(4, 11.0, {3: None}),
    ]
    first, second, third = class_intervals(results, 5.0, span=1.0)
    assert (first.start, first.end, first.frames) == (0.0, 5.0, 2)
    assert (first.students_seen, first.faces_seen, first.faces_read) == (3, 4, 3)
    assert first.read_share == pytest.approx(0.75)
    assert first.shares[[FEAR, HAPPY]] == pytest.approx([2 / 3, 1 / 3])
    assert (second.start, second.end, second.frames, second.students_seen) == (5.0, 10.0, 1, 0)
    assert np.isnan(second.read_share)
    assert np.isnan(second.shares).all()
    assert (third.start, third.end) == (10.0, 12.0)
    assert third.read_share == 0.0
    assert np.isnan(third.shares).all()


def test_an_interval_of_too_few_has_counts_and_no_shares() -> None:
    few = [result(k, float(k), {k % 3 + 1: "fear", 9: None}) for k in range(5)]  # one by one
    enough = [result(5, 5.0, {1: "fear", 2: "happiness", 3: "fear"}), result(6, 6.0, {1: "fear"})]
    first, second = class_intervals(few + enough, 5.0, span=1.0, smallest=3)
    assert (first.students_seen, first.faces_seen, first.faces_read) == (4, 10, 5)
    assert (first.faces_withheld, first.students_read, first.read_share) == (5, 0.0, 0.5)
    assert np.isnan([*first.shares, *first.low, *first.high]).all()
    assert (second.faces_read, second.faces_withheld) == (4, 0)
    assert second.shares[[FEAR, HAPPY]] == pytest.approx([0.75, 0.25])


def test_intervals_lie_on_the_grid_even_if_the_analysis_starts_late() -> None:
    parts = list(class_intervals(steady([7.2, 11.0, 13.0], {1: "fear"}), 5.0, span=0.5))
    assert [(part.start, part.end) for part in parts] == [(7.2, 10.0), (10.0, 13.5)]


def test_intervals_without_a_frame_are_there_but_not_for_days() -> None:
    parts = list(class_intervals(steady([0.0, 21.0], {1: "fear"}), 5.0))
    assert [part.frames for part in parts] == [1, 0, 0, 0, 1]
    assert [part.start for part in parts] == [0.0, 5.0, 10.0, 15.0, 20.0]
    parts = list(class_intervals(steady([0.0, MAX_SILENCE * 9 + 1], {1: "fear"}), 5.0))
    assert [(part.start, part.end) for part in parts] == [
        (0.0, 5.0),
        (MAX_SILENCE * 9, MAX_SILENCE * 9 + 1),
    ]


def test_no_result_no_interval() -> None:
    assert list(class_intervals([], 5.0)) == []


@pytest.mark.parametrize("interval", [0.0, -1.0, float("nan")])
def test_an_interval_has_a_length(interval: float) -> None:
    with pytest.raises(ValueError, match="seconds above 0"):
        list(class_intervals([], interval))


@given(
    st.lists(st.floats(0.01, 3.0), min_size=1, max_size=50),
    st.sampled_from([0.5, 1.0, 5.0]),
)
def test_every_face_is_in_just_one_interval(gaps: list[float], interval: float) -> None:
    times = np.cumsum(gaps)
    parts = list(class_intervals(steady(times.tolist(), {1: "fear", 2: None}), interval, 0.1))
    assert sum(part.frames for part in parts) == len(gaps)
    assert sum(part.faces_seen for part in parts) == 2 * len(gaps)
    assert sum(part.faces_read for part in parts) == len(gaps)
    for one, other in pairwise(parts):
        assert one.end == other.start
        assert one.start < one.end


def test_the_live_summary_looks_back_a_few_seconds() -> None:
    summary = ClassSummary(recent=2.0)
    for index in range(40):
        label = "fear" if index < 30 else "happiness"
        summary.update(ClassCounts.of(result(index, index / 10, {1: label, 2: label, 3: None})))
    now = summary.now
    assert now.students == 3
    assert now.read_share == pytest.approx(2 / 3)
    assert now.shares[[FEAR, HAPPY]] == pytest.approx([0.5, 0.5])
    summary.update(ClassCounts.of(result(40, 60.0, {})))
    assert summary.now.students == 0
    assert np.isnan(summary.now.read_share)
    assert np.isnan(summary.now.shares).all()


def test_before_the_first_result_nothing_is_claimed() -> None:
    summary = ClassSummary()
    assert summary.now.students == 0
    assert np.isnan(summary.now.shares).all()
    starts, shares, _ = summary.timeline()
    assert starts.shape == (0,)
    assert shares.shape == (0, 8)


def test_the_timeline_agrees_with_the_exported_intervals() -> None:
    rng = np.random.default_rng(3)
    results = [
        result(k, k * 0.31, {i: rng.choice([*LABELS, None]) for i in range(1, 6)})
        for k in range(200)
    ]
    summary = ClassSummary(interval=5.0)
    for one in results:
        summary.update(ClassCounts.of(one))
    timeline = summary.timeline()
    parts = list(class_intervals(results, 5.0))
    np.testing.assert_allclose(timeline.starts, [part.start for part in parts])
    np.testing.assert_allclose(timeline.shares, [part.shares for part in parts])
    np.testing.assert_allclose(timeline.read_shares, [part.read_share for part in parts])


def test_a_long_lesson_keeps_its_timeline_small() -> None:
    summary = ClassSummary(interval=1.0, max_intervals=16)
    for index in range(1000):
        summary.update(
            ClassCounts.of(result(index, index / 4, {1: "fear" if index < 500 else "happiness"}))
        )
    starts, shares, _ = summary.timeline()
    assert len(starts) <= 16
    assert summary.interval == 16.0
    np.testing.assert_allclose(np.diff(starts), 16.0)
    assert shares[0, FEAR] == 1.0
    assert shares[-1, HAPPY] == 1.0
    np.testing.assert_allclose(shares.sum(axis=1), 1.0)


def test_the_live_summary_needs_real_lengths() -> None:
    with pytest.raises(ValueError, match="above 0"):
        ClassSummary(recent=0.0)
