"""What tests of the queue share."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.engine.analyse.queue import AnalysisQueue
from app.engine.analyse.queue_run import Tools
from app.engine.settings import Settings
from tests.engine.analyse.fake_analysis import FakeAnalysis


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., AnalysisQueue]]:
    """Makes queues over one file; all are ended, and none may leave a thread."""
    before = set(threading.enumerate())
    made: list[AnalysisQueue] = []

    def queue(analysis: FakeAnalysis, settings: Settings | None = None) -> AnalysisQueue:
        tools = Tools(analysis, rooms=tmp_path / "rooms")
        file = tmp_path / "user" / "queue.json"
        made.append(AnalysisQueue(file, settings or Settings(), tools, lambda _: 10.0))
        made[-1].start()
        return made[-1]

    yield queue
    for one in made:
        one.shut_down()
    assert set(threading.enumerate()) <= before
