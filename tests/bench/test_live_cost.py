"""No stage of Live has become dearer, and memory stays flat for an hour."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from app.core.types import Expressions, Faces, Frame
from app.engine.analyse.recordings import demo_clip
from app.engine.bench.apart import in_own_process
from app.engine.bench.cut_outs import cast_of
from app.engine.bench.film import Film, crowd_film
from app.engine.bench.growth import minutes_of
from app.engine.settings import RecognizerSettings, Settings
from app.stages.protocols import Recognizer
from tests.bench.live_cost import dearer, load, make_film, stage_costs

HOUR = 60
SETTLED = 5
"""Minutes after which memory may grow no more."""
MOST_GROWTH = 20e6


@pytest.fixture(scope="module")
def film() -> Iterator[Film]:
    with TemporaryDirectory() as folder:
        yield make_film(Path(folder))


class Dear:
    """A recognizer that takes three times as long."""

    def __init__(self, inner: Recognizer) -> None:
        self._inner = inner

    def recognize(self, faces: Faces, frame: Frame) -> Expressions:
        begin = time.process_time()
        found = self._inner.recognize(faces, frame)
        until = time.process_time() + 2 * (time.process_time() - begin)
        while time.process_time() < until:
            pass
        return found


@pytest.mark.alone
def test_no_stage_is_dearer_than_it_was(film: Film) -> None:
    assert not dearer(stage_costs(film), load())


@pytest.mark.alone
def test_a_stage_that_is_three_times_as_dear_is_found(film: Film) -> None:
    lines = dearer(stage_costs(film, Dear), stage_costs(film))
    assert [line.split()[0] for line in lines] == ["recognizer"]


@pytest.mark.parametrize("stage", ["detector", "tracker", "recognizer", "smoother"])
def test_each_stage_has_to_answer_for_three_times_its_cost(stage: str) -> None:
    committed = load()
    assert not dearer(committed, committed)
    assert len(dearer({**committed, stage: 3 * committed[stage]}, committed)) == 1
    assert dearer({"new": 1.0}, committed) == ["new costs 1.00 rounds, was 0.00"]


@pytest.mark.slow
@pytest.mark.skipif(not os.environ.get("ROOMREAD_SLOW"), reason="takes minutes: ROOMREAD_SLOW=1")
def test_an_hour_costs_no_more_at_its_end_and_memory_is_flat(tmp_path: Path) -> None:
    settings = Settings(recognizer=RecognizerSettings(shipped="small", provider="cpu", threads=1))
    with demo_clip() as clip:
        cast = cast_of(clip, settings, lambda _: None)
    film = crowd_film(cast, 20, (1280, 720), tmp_path / "film.mjpeg")
    points = in_own_process(minutes_of, film, settings, HOUR, limit=7200.0)
    memory = np.array([point.memory for point in points[SETTLED:]])
    assert memory.max() - memory[0] < MOST_GROWTH
    cost = np.array([point.cost for point in points[SETTLED:]])
    minutes = np.arange(len(cost))
    growth, _ = np.polyfit(minutes, cost, 1)
    assert growth * len(cost) < 0.1 * np.median(cost)
