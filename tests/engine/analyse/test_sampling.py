from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.types import Frame
from app.engine.analyse.sampling import MOST_FPS, USUAL_FPS, Chooser, Sampling, Take
from app.engine.analyse.steps import Ready

IMAGE = np.zeros((2, 2, 3), np.uint8)


def takes(sampling: Sampling, count: int, rate: float) -> list[Take]:
    chooser = Chooser(sampling)
    return [chooser.take(Ready(Frame(IMAGE, i, i / rate))) for i in range(count)]


def test_the_usual_where_a_user_asks_for_nothing() -> None:
    assert Sampling.asked() == Sampling(fps=USUAL_FPS, adaptive=True)
    assert Sampling.asked(start=2.0, end=3.0) == Sampling(None, USUAL_FPS, 2.0, 3.0, True)
    assert Sampling.asked(every=1) == Sampling(every=1)
    assert Sampling.asked(fps=5.0) == Sampling(fps=5.0)


@given(rate=st.floats(1.0, 60.0), count=st.integers(1, 200), fps=st.floats(0.5, 10.0))
def test_adaptive_reads_the_same_frames(rate: float, count: int, fps: float) -> None:
    fixed = takes(Sampling(fps=fps), count, rate)
    adaptive = takes(Sampling(fps=fps, adaptive=True), count, rate)
    assert [i for i, one in enumerate(fixed) if one is Take.READ] == [
        i for i, one in enumerate(adaptive) if one is Take.READ
    ]


def test_the_frames_between_may_be_followed_up_to_a_rate() -> None:
    second = takes(Sampling(fps=5.0, adaptive=True), 30, 30.0)
    assert [i for i, one in enumerate(second) if one is Take.READ] == [0, 6, 12, 18, 24]
    looked_at = [i for i, one in enumerate(second) if one is not Take.PASS]
    assert looked_at == list(range(0, 30, round(30 / MOST_FPS)))


def test_a_slow_source_is_read_whole() -> None:
    assert set(takes(Sampling.asked(), 20, 4.0)) == {Take.READ}


@pytest.mark.parametrize(
    ("sampling", "stride"),
    [(Sampling(), 1), (Sampling(every=7), 7), (Sampling(fps=5.0), 6), (Sampling(fps=50.0), 1)],
)
def test_stride(sampling: Sampling, stride: int) -> None:
    assert sampling.stride(29.97) == stride


def test_adaptive_needs_a_rate() -> None:
    with pytest.raises(ValueError, match="frames a second"):
        Sampling(adaptive=True)
