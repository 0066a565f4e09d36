"""Waiting for what another thread does, on a machine that may be busy."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from typing import Final

PATIENCE: Final = 20.0
"""Seconds that another worker's test, or the disk, may hold a thread up; it costs nothing else."""


def until(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait for it; fails where it does not come."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.002)


def still(value: Callable[[], int], seconds: float = 0.3) -> int:
    """``value`` once it has not changed for so long."""
    end = time.monotonic() + PATIENCE
    last, since = value(), time.monotonic()
    while time.monotonic() - since < seconds:
        assert time.monotonic() < end, "it does not come to rest"
        time.sleep(0.002)
        if (now := value()) != last:
            last, since = now, time.monotonic()
    return last


def left_since(before: Collection[threading.Thread]) -> set[threading.Thread]:
    """Threads that were not there ``before``; older ones may have ended meanwhile."""
    return set(threading.enumerate()) - set(before)
