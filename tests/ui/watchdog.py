"""Measures for how long the window's thread does not come back to its event loop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, Signal

EVERY = 0.005
"""Seconds between two calls; a block is measured this exactly."""


class Watchdog(QObject):
    """Calls the window's thread all the time, and notes how late each answer is.

    ``with Watchdog() as dog:`` in the window's thread, which has to run its event loop inside.
    """

    _called = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self._lateness: list[float] = []
        self._work: list[float] = []
        self._cpu = 0.0
        self._over = threading.Event()
        self._caller = threading.Thread(target=self._call, name="watchdog")
        self._called.connect(self._answer, Qt.ConnectionType.QueuedConnection)

    @property
    def lateness(self) -> NDArray[np.float64]:
        """Seconds that each answer took: what a user feels, and whatever else the machine did."""
        return np.array(self._lateness)

    @property
    def work(self) -> NDArray[np.float64]:
        """Seconds of processor time that the thread used from each answer to the next.

        Other programs do not change it; but waiting for a lock or the disk is not in it.
        """
        return np.array(self._work)

    def __enter__(self) -> Self:
        self._cpu = time.thread_time()
        self._caller.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._caller.join()

    def _call(self) -> None:
        while not self._over.wait(EVERY):
            self._called.emit(time.perf_counter())

    def _answer(self, called: float) -> None:
        self._lateness.append(time.perf_counter() - called)
        now = time.thread_time()
        self._work.append(now - self._cpu)
        self._cpu = now


LIMIT = 0.05
"""Seconds that the window's thread may be busy at a time."""


def worst_of_three(act: Callable[[int], None], settle: Callable[[], None]) -> None:
    """Do something three times; fail where it blocks the window's thread over ``LIMIT``.

    Of each time the worst answer counts, and of the three the middle one: a machine that does
    something else for a moment must not fail this. Processor time is the thread's own, lateness
    is also what other programs and Python's lock take, so it may be twice the limit.

    Args:
        act: in the window's thread, with the number of the try, 0 to 2.
        settle: lets the event loop run until all is shown.
    """
    work, late = [], []
    for number in range(3):
        settle()
        with Watchdog() as dog:
            act(number)
            settle()
        work.append(float(dog.work.max()))
        late.append(float(dog.lateness.max()))
    assert float(np.median(work)) < LIMIT, work
    assert float(np.median(late)) < 2 * LIMIT, late
