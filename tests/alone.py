"""Tests run on several cores, and those that hold a clock against the code run alone.

pytest-xdist runs the tests in several processes, its workers; ``tests/conftest.py`` says in how
many. A test marked ``alone`` would fail where another one takes the core from it, so no other
runs meanwhile: each test takes its turn at a ``Turns``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, MutableMapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock

MOST: Final = 2
"""Workers, unless ``-n`` asks for more: with Qt, torch and models each grows to over 2 GB."""

POLL: Final = 0.01
"""Seconds between two looks at a lock that somebody else holds."""

ONE_THREAD: Final = (
    "OMP_NUM_THREADS",  # torch too
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "OPENCV_FOR_THREADS_NUM",
)
"""What numerical libraries read when they are loaded."""


def limit_threads(environment: MutableMapping[str, str]) -> None:
    """Let each worker, and what it starts, calculate on one core: the others have work too."""
    for name in ONE_THREAD:
        environment.setdefault(name, "1")


def workers(paths: list[str], cores: int | None = None) -> int:
    """How many workers are worth their start for tests at ``paths``; 0: run them right here.

    Args:
        paths: of files or folders, or names of tests, as on the command line.
        cores: that this process may use; asked of the machine where None.
    """
    if cores is None:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0
    count = min(cores or os.cpu_count() or 1, MOST)
    return count if count > 1 and any(Path(path).is_dir() for path in paths) else 0


class Turns:
    """Tests of several processes beside each other, or one alone.

    A lock for readers and a writer, out of plain ones ("big-reader lock"): a test holds its own
    worker's, and one that runs alone holds everybody's. All come in by one gate, which the one
    who wants to be alone keeps shut while it waits; so it need not wait for more than one test
    of each worker. A process that dies leaves its locks.

    Args:
        folder: for the locks' files, the same for all workers.
        worker: this one's name.
    """

    def __init__(self, folder: Path, worker: str) -> None:
        self._folder = folder
        self._gate = FileLock(folder / "gate", poll_interval=POLL)
        self._own = FileLock(folder / f"{worker}.running", poll_interval=POLL)

    @contextmanager
    def beside_others(self) -> Iterator[None]:
        """Nothing runs alone meanwhile."""
        with self._gate:
            self._own.acquire()
        try:
            yield
        finally:
            self._own.release()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nothing else runs meanwhile."""
        with self._gate, ExitStack() as held:
            for path in self._folder.glob("*.running"):
                held.enter_context(FileLock(path, poll_interval=POLL))
            yield
