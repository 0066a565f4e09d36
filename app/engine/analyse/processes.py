"""Recordings side by side on this machine, each in a process of its own.

A process that crashes, is killed or hangs takes nothing else with it; one whose parent is gone
ends at once. What it had stored by then is safe, and the next one goes on from there.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Final

from app.core.machine import share_of_cores, usable_cores
from app.engine.analyse.queue_row import RowState
from app.engine.analyse.work import (
    Begun,
    Ended,
    Event,
    Outcome,
    Said,
    Tell,
    Work,
    do,
    seldom,
)

ATTEMPTS: Final = 2
"""Processes that may die over a recording in one run; one that hangs is not tried again."""
STALL: Final = 1800.0
"""Seconds without a sign of life after which a process hangs: a day's tables take minutes."""
_STARTING: Final = 120.0
"""Seconds that the first sign may take at least."""
_STOPPING: Final = 30.0
"""Seconds for a frame in work to end."""
_EVERY: Final = 0.2
"""Seconds between two words on how far a recording is."""
_LOOK: Final = 0.25


class OnProcesses:
    """Does works, so many at a time; see ``work.RunAll``.

    Args:
        jobs: how many at a time; they share the cores.
        stall: seconds without a sign after which a process is given up.
    """

    def __init__(self, jobs: int, stall: float = STALL) -> None:
        self.jobs, self._stall = jobs, stall

    def __call__(self, works: list[Work], tell: Tell, stopped: threading.Event) -> None:
        """See ``work.RunAll``."""
        jobs = min(self.jobs, len(works)) or 1
        with environment(share_of_cores(max(1, usable_cores() // jobs))):
            _Round(works, tell, stopped, jobs, self._stall).run()


@dataclass(slots=True, eq=False)
class _Running:
    """A process at work."""

    work: Work
    process: BaseProcess
    pipe: Connection
    heard: float
    begun: bool = False
    hangs: bool = False
    outcome: Outcome | None = None


class _Round:
    def __init__(
        self, works: list[Work], tell: Tell, stopped: threading.Event, jobs: int, stall: float
    ) -> None:
        self._waiting, self._tell, self._stopped = deque(works), tell, stopped
        self._jobs, self._stall = jobs, stall
        self._running: list[_Running] = []
        self._deaths: Counter[str] = Counter()

    def run(self) -> None:
        deadline = None
        try:
            while self._running or (self._waiting and not self._stopped.is_set()):
                if self._stopped.is_set() and deadline is None:
                    deadline = time.monotonic() + _STOPPING
                    for one in self._running:
                        with suppress(OSError):
                            one.pipe.send("stop")
                while self._waiting and len(self._running) < self._jobs and deadline is None:
                    self._start(self._waiting.popleft())
                ready = wait([one.pipe for one in self._running], timeout=_LOOK)
                for one in [one for one in self._running if one.pipe in ready]:
                    self._hear(one)
                self._give_up(deadline)
        finally:
            for one in self._running:
                _kill(one)

    def _start(self, work: Work) -> None:
        ours, theirs = multiprocessing.Pipe()
        process = multiprocessing.get_context("spawn").Process(
            target=_main, args=(work, theirs), name=f"roomread {work.name}", daemon=True
        )
        with deaf_to_ctrl_c():
            process.start()
        theirs.close()  # so that the end of the process is the end of the pipe
        self._running.append(_Running(work, process, ours, time.monotonic()))

    def _hear(self, one: _Running) -> None:
        try:
            event: Event = one.pipe.recv()
        except (EOFError, OSError):
            self._end(one)
            return
        one.heard, one.begun = time.monotonic(), True
        if isinstance(event, Ended):
            one.outcome = event.outcome
        else:
            self._tell(event)

    def _give_up(self, deadline: float | None) -> None:
        """Kill what hangs, and what does not stop."""
        now = time.monotonic()
        for one in self._running:
            if now - one.heard > (self._stall if one.begun else max(self._stall, _STARTING)):
                one.hangs = True
                one.process.kill()
            elif deadline is not None and now > deadline:
                one.process.kill()

    def _end(self, one: _Running) -> None:
        self._running.remove(one)
        _kill(one, patience=10.0)
        outcome, name = one.outcome, one.work.name
        if outcome is None and self._stopped.is_set():
            outcome = Outcome(RowState.CANCELLED)
        if outcome is None:
            self._deaths[name] += 1
            why = f"the process of {one.work.video.name} ended, {_death(one.process.exitcode)}"
            if self._deaths[name] < ATTEMPTS and not one.hangs:
                self._tell(Said(name, f"{why}; trying again"))
                self._waiting.appendleft(one.work)
                return
            if one.hangs:
                why = f"it gave no sign of life for {self._stall / 60:.0f} minutes"
            else:
                why += f", {ATTEMPTS} times in a row"
            outcome = Outcome(RowState.FAILED, why)
        self._tell(Ended(name, outcome))


def _kill(one: _Running, patience: float = 0.0) -> None:
    """End the process, after so many seconds where it does not by itself."""
    if patience:
        one.process.join(patience)
    if one.process.exitcode is None:
        one.process.kill()
        one.process.join()
    one.pipe.close()


def _death(code: int | None) -> str:
    if code is None or code >= 0:
        return f"with status {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        return f"killed by signal {-code}"
    return f"killed by {name}" + (" (too little memory?)" if name == "SIGKILL" else "")


def _main(work: Work, pipe: Connection) -> None:
    """The process: does ``work``, tells how it goes."""
    # The parent says when to stop; a terminal or a session that ends tells all of them at once.
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):  # Windows has no SIGHUP
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    cancelled, abandoned = threading.Event(), threading.Event()
    threading.Thread(target=_listen, args=(pipe, cancelled, abandoned), daemon=True).start()
    tell = seldom(partial(_send, pipe), _EVERY)
    _send(pipe, Begun(work.name))
    _send(pipe, Ended(work.name, do(work, tell, cancelled, abandoned)))


def _send(pipe: Connection, event: Event) -> None:
    """Tell the parent; without one, end here."""
    try:
        pipe.send(event)
    except OSError:
        os._exit(1)


def _listen(pipe: Connection, cancelled: threading.Event, abandoned: threading.Event) -> None:
    """Stop when the parent says so; without a parent, end here."""
    try:
        while pipe.recv():
            abandoned.set()
            cancelled.set()
    except (EOFError, OSError):
        os._exit(1)


@contextmanager
def environment(more: Mapping[str, str]) -> Iterator[None]:
    """The environment with ``more``, for the processes that begin meanwhile."""
    before = {name: os.environ.get(name) for name in more}
    os.environ.update(more)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def deaf_to_ctrl_c() -> Iterator[None]:
    """A process that begins meanwhile does not take the terminal's Ctrl-C, which goes to all."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
