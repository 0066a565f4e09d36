"""What tests of a runner share."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from app.core.errors import SessionError
from app.core.types import FrameResult
from app.engine.live.runner import LiveRunner, LiveState, LiveStats

OURS = "roomread-"


def threads() -> list[str]:
    return [t.name for t in threading.enumerate() if t.name.startswith(OURS)]


def until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.002)


def ended(runner: LiveRunner) -> LiveStats:
    until(lambda: runner.stats().state in {LiveState.FINISHED, LiveState.FAILED})
    return runner.stats()


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    yield
    until(lambda: not threads(), 2.0)


def full(_: FrameResult) -> None:
    raise SessionError("the disk is full")


def broken(*_: object) -> None:
    raise RuntimeError("the fake detector failed")
