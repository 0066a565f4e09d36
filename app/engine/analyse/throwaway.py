"""Folders that are gone when their owner is: closed, ended, or killed.

A session holds what was read of people's faces. One that nobody asked to keep must not stay in the
system's folder for temporary files, where no retention finds it. So each folder has a lock for as
long as its owner lives, and whoever makes the next one removes those whose lock is free.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from app.core.errors import ExportError

PREFIX: Final = "roomread-results-"
_LOCK: Final = "in-use.lock"


class ThrowawayFolder:
    """A folder of this process, which only this user may look into.

    Raises ExportError where it can't be made.

    Attributes:
        path: of what goes into it.
    """

    def __init__(self) -> None:
        remove_leftovers()
        self._process = os.getpid()
        try:
            self._root = Path(tempfile.mkdtemp(prefix=PREFIX))
            self._lock = FileLock(self._root / _LOCK, thread_local=False)
            self._lock.acquire(timeout=0)
            self.path = self._root / "results"
            self.path.mkdir()
        except OSError as error:
            raise ExportError(
                f"can't keep results in {tempfile.gettempdir()} ({error.strerror}): "
                "free some space, or give a folder for them (out)"
            ) from error

    def remove(self) -> None:
        """Remove it with all that is in it; may be called twice, and never fails."""
        if os.getpid() != self._process:  # a fork of the owner ends, not the owner
            return
        shutil.rmtree(self.path, ignore_errors=True)
        self._lock.release()
        shutil.rmtree(self._root, ignore_errors=True)


def remove_leftovers() -> None:
    """Remove the folders of this user whose process was killed."""
    for left in Path(tempfile.gettempdir()).glob(PREFIX + "*"):
        lock = FileLock(left / _LOCK)
        # Timeout: somebody uses it; OSError: another user's, or just being removed.
        with contextlib.suppress(Timeout, OSError):
            if not (left / _LOCK).exists():
                continue  # just being made
            lock.acquire(timeout=0)
            shutil.rmtree(left / "results", ignore_errors=True)
            lock.release()
            shutil.rmtree(left, ignore_errors=True)
