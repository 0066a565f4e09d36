"""What tests of a runner share."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from app.core.errors import SessionError
from app.core.types import FrameResult
from app.engine.live.runner import LiveRunner, LiveState, LiveStats
from tests.waiting import until

OURS = "roomread-"


def threads() -> list[str]:
    return [t.name for t in threading.enumerate() if t.name.startswith(OURS)]


def ended(runner: LiveRunner) -> LiveStats:
    until(lambda: runner.stats().state in {LiveState.FINISHED, LiveState.FAILED})
    return runner.stats()


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    yield
    until(lambda: not threads(), 5.0)


def full(_: FrameResult) -> None:
    raise SessionError("the disk is full")


def broken(*_: object) -> None:
    raise RuntimeError("the fake detector failed")
