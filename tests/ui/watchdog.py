"""Measures for how long the window's thread does not come back to its event loop."""

from __future__ import annotations

import os
import sys
import threading
import time
import traceback
from bisect import bisect_left
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from types import TracebackType
from typing import Final, NamedTuple, Self

from PySide6.QtCore import QObject, Qt, QTimer

EVERY: Final = 0.005
"""Seconds between two looks; up to this much of the event loop's own rest counts as a block."""
LIMIT: Final = 0.05
"""Seconds that the window's thread may stay away at a time."""

DEEP: Final = 7
"""Innermost frames that are shown of where it was."""


class Times(NamedTuple):
    """What the kernel knows of a thread, in seconds of its life so far.

    Attributes:
        ran: on a processor.
        queued: ready to run, while the processors did something else.
        turns: how often it got a processor.
        all_ran: as ``ran``, all threads of the process together.
    """

    ran: float
    queued: float
    turns: int
    all_ran: float


class ThreadClock:
    """Tells of a thread of this process; nothing where the kernel is not Linux.

    Source: Documentation/scheduler/sched-stats.rst of Linux, /proc/PID/task/TID/schedstat.
    """

    def __init__(self, thread: int) -> None:
        self._handle: int | None = None
        with suppress(OSError):
            self._handle = os.open(f"/proc/self/task/{thread}/schedstat", os.O_RDONLY)

    def read(self) -> Times:
        if self._handle is None:
            return Times(0.0, 0.0, 0, 0.0)
        ran, queued, turns = map(int, os.pread(self._handle, 100, 0).split())
        return Times(ran / 1e9, queued / 1e9, turns, time.process_time())

    def close(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch without the event loop.

    Attributes:
        seconds: that the window itself is to blame for: it computed, or waited for a lock, the
            disk, a sleep, or Python's lock.
        computed: seconds of them in which it ran.
        stack: where it was; "" where nobody had a look.
    """

    seconds: float
    computed: float
    stack: str

    def __str__(self) -> str:
        kind = f"{self.seconds * 1e3:.0f} ms ({self.computed * 1e3:.0f} ms computing)"
        return f"{kind}\n{self.stack}"


class Watchdog(QObject):
    """Looks in the window's thread all the time whether it comes back, and notes how late.

    ``with Watchdog() as dog:`` in the window's thread, which has to run its event loop inside.
    ``blocks`` are there afterwards.

    A second thread, the pulse, looks from outside, as often. What other programs take is no block:

    - the time for which the kernel let the thread wait for a processor;
    - waiting for Python's lock while whoever has it waits for a processor. A thread that asks for
      that lock wakes every ``sys.getswitchinterval()``, which tells it from other waiting; where
      the other threads ran meanwhile, it counts;
    - a stop of the whole process, by its terminal or with the machine: then the pulse slept for
      long too. (Where it waits for Python's lock, it does not sleep.)
    """

    def __init__(self) -> None:
        super().__init__()
        self._clock = ThreadClock(threading.get_native_id())
        self._window = threading.get_ident()
        self._back: list[float] = []  # when the window's thread was in its event loop
        self._looks: list[tuple[float, Times]] = []  # of both threads
        self._stops: list[tuple[float, float]] = []
        self._stacks: dict[int, str] = {}  # by the length of ``_back`` then
        self._over = threading.Event()
        self._pulse = threading.Thread(target=self._beat, name="watchdog")
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(round(EVERY * 1e3))
        self._timer.timeout.connect(self._come_back)

    @property
    def blocks(self) -> list[Block]:
        """Every stretch, also the shortest."""
        return [self._block(number) for number in range(1, len(self._back))]

    @property
    def longest(self) -> Block:
        """The worst of them."""
        return max(self.blocks, key=lambda block: block.seconds)

    def __enter__(self) -> Self:
        self._come_back()
        self._pulse.start()
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._come_back()
        self._timer.stop()
        self._over.set()
        self._pulse.join()
        self._clock.close()
        self._looks.sort()

    def _look(self) -> float:
        while True:
            start, times, now = time.perf_counter(), self._clock.read(), time.perf_counter()
            if now - start < EVERY / 10:  # else it was set aside meanwhile: they do not belong
                self._looks.append((now, times))
                return now

    def _come_back(self) -> None:
        self._back.append(self._look())

    def _beat(self) -> None:
        own = ThreadClock(threading.get_native_id())
        then, before = self._look(), own.read()
        while not self._over.wait(EVERY):
            now, times = self._look(), own.read()
            slept = (now - then) - (times.ran - before.ran) - (times.queued - before.queued)
            if slept > 4 * EVERY and times.turns - before.turns < slept / (4 * EVERY):
                self._stops.append((then, now))
            number = len(self._back)
            if now - self._back[-1] > LIMIT / 2 and number not in self._stacks:
                frame = sys._current_frames()[self._window]
                self._stacks[number] = "".join(traceback.format_stack(frame, DEEP))
            then, before = now, times
        own.close()

    def _block(self, number: int) -> Block:
        start, end = self._back[number - 1 : number + 1]
        first, last = (bisect_left(self._looks, (at,)) for at in (start, end))
        seconds = ran = others = asking = 0.0
        for (then, before), (now, after) in pairwise(self._looks[first : last + 1]):
            more, queued, turns, all_ran = (b - a for a, b in zip(before, after, strict=True))
            seconds += now - then - queued
            ran += more
            others += all_ran - more
            waited = max(0.0, now - then - queued - more)
            if waited <= turns * sys.getswitchinterval() * 1.2:
                asking += waited
        asking = min(asking, seconds - ran)  # what one look ascribes too early, the next one lacks
        stopped = sum(max(0.0, min(end, b) - max(start, a)) for a, b in self._stops)
        seconds -= stopped + max(0.0, asking - others)
        return Block(max(0.0, seconds), ran, self._stacks.get(number, ""))


def never_blocks(act: Callable[[], None], settle: Callable[[], None], tries: int = 1) -> None:
    """Do something in the window's thread; fail where it stays away for ``LIMIT``.

    Args:
        act: in the window's thread.
        settle: lets the event loop run until all is shown.
        tries: how often it may be done, where it can be repeated. A wait that the window causes
            comes again every time; one that a busy computer causes does not. Computing for so
            long fails at once.
    """
    settle()
    for left in reversed(range(tries)):
        with Watchdog() as dog:
            act()
            settle()
        longest = dog.longest
        if longest.seconds < LIMIT:
            return
        assert left, str(longest)
        assert longest.computed < LIMIT, str(longest)
