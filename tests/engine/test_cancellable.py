from __future__ import annotations

from collections.abc import Callable

import pytest

from app.core.errors import SourceError
from app.engine.cancellable import ended


def work(tell: Callable[[float], None]) -> None:
    for share in (0.0, 0.5, 1.0):
        tell(share)


def test_work_tells_how_far_it_is_and_ends() -> None:
    told: list[float] = []
    assert ended(work, told.append, lambda: False)
    assert told == [0.0, 0.5, 1.0]
    assert ended(work, None, lambda: False)


def test_it_stops_where_the_user_cancels() -> None:
    told: list[float] = []
    assert not ended(work, told.append, lambda: len(told) == 2)
    assert told == [0.0, 0.5]


def test_its_own_errors_come_through() -> None:
    def fail(_: Callable[[float], None]) -> None:
        raise SourceError("the video is gone")

    with pytest.raises(SourceError, match="gone"):
        ended(fail, None, lambda: False)
