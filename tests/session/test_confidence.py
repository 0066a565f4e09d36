from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import binomtest

from app.core.types import ClassCounts
from app.session.confidence import share_band
from app.session.summary import ClassSummary, IntervalTally
from tests.session.builders import held_between, result, steady


@given(st.integers(1, 200), st.data())
def test_the_band_is_wilsons(n: int, data: st.DataObject) -> None:
    k = data.draw(st.integers(0, n))
    low, high = share_band(k / n, n)
    expected = binomtest(k, n).proportion_ci(0.95, method="wilson")
    assert float(low) == pytest.approx(expected.low, abs=1e-9)
    assert float(high) == pytest.approx(expected.high, abs=1e-9)


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=8),
    st.floats(0.1, 1000),
)
def test_a_share_lies_in_its_band_within_0_and_1(shares: list[float], n: float) -> None:
    low, high = share_band(shares, n)
    assert (low >= 0).all()
    assert (high <= 1).all()
    assert (low <= np.array(shares)).all()
    assert (high >= np.array(shares)).all()
    wider = share_band(shares, n / 2)
    assert (wider[1] - wider[0] >= high - low - 1e-12).all()


def test_what_is_not_known_has_no_band() -> None:
    low, high = share_band([[0.5, np.nan]] * 2, [[4.0], [0.0]])
    assert np.isfinite(low).tolist() == np.isfinite(high).tolist() == [[True, False], [False] * 2]


def width(low: NDArray[np.float64], high: NDArray[np.float64]) -> float:
    return float(high[0] - low[0])


def test_a_faster_camera_makes_nobody_surer() -> None:
    """Six students, half of them afraid: as many observations, however many frames there are."""
    students: dict[int, str | None] = dict(
        zip(range(1, 9), ["fear", "neutral"] * 3 + [None] * 2, strict=True)
    )
    bands = []
    for fps in (1, 10, 30):
        times = (np.arange(4 * fps) / fps).tolist()
        summary, tally = ClassSummary(), IntervalTally(5.0, smallest=1)
        for one in steady(times, students):
            summary.update(ClassCounts.of(one))
            assert not list(tally.add(ClassCounts.of(one)))
        (part,) = tally.finish(1 / fps)
        now = summary.now
        assert (now.students_read, now.students_seen, part.students_read) == (6.0, 8.0, 6.0)
        expected = share_band(now.shares, 6)
        np.testing.assert_allclose((part.low, part.high), expected)
        bands.append(width(part.low, part.high))
    assert bands == pytest.approx([bands[0]] * 3)
    assert bands[0] > 0.5


def test_frames_of_which_nothing_is_said_do_not_count() -> None:
    summary, tally = ClassSummary(), IntervalTally(5.0, smallest=1)
    for one in (
        result(0, 0.0, {}),
        result(1, 1.0, {1: "fear", 2: None}),
        result(2, 2.0, {2: None}),
    ):
        summary.update(ClassCounts.of(one))
        assert not list(tally.add(ClassCounts.of(one)))
    assert (summary.now.students_read, summary.now.students_seen) == (1.0, 1.5)
    (part,) = tally.finish(1.0)
    assert part.students_read == 1.0


def test_readings_at_a_time_are_no_more_than_kish_would_count() -> None:
    rng = np.random.default_rng(3)
    for _ in range(50):
        frames = rng.random((40, 12)) < rng.random(12)  # who is read in each frame
        each = frames.sum(axis=0)
        kish = each.sum() ** 2 / (each**2).sum()
        at_a_time = frames.sum() / frames.any(axis=1).sum()
        assert at_a_time <= kish + 1e-9


def test_nobody_yet_no_band() -> None:
    now = ClassSummary().now
    assert (now.students_read, now.students_seen) == (0.0, 0.0)
    assert np.isnan(share_band(now.shares, now.students_read)).all()


def test_holding_a_reading_makes_nobody_surer() -> None:
    """As many students are behind the band, whether they are read once or held ten times over."""
    students: dict[int, str | None] = dict(zip(range(1, 7), ["fear", "neutral"] * 3, strict=True))
    read = steady([0.0, 1.0, 2.0, 3.0], students)
    bands = []
    for results in (read, held_between(read, 10)):
        summary, tally = ClassSummary(), IntervalTally(5.0, smallest=1)
        for one in results:
            summary.update(ClassCounts.of(one))
            assert not list(tally.add(ClassCounts.of(one)))
        (part,) = tally.finish(0.1)
        assert (summary.now.students_read, part.students_read) == (6.0, 6.0)
        bands.append((part.low, part.high))
    np.testing.assert_array_equal(*bands)
