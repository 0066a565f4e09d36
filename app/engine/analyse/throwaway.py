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
_TRIES: Final = 20


class ThrowawayFolder:
    """A folder of this process, which only this user may look into; a context manager of its path.

    Raises ExportError where it can't be made.

    Attributes:
        path: of what goes into it.
    """

    def __init__(self) -> None:
        remove_leftovers()
        self._process = os.getpid()
        try:
            self._root, self._lock = _made()
            self.path = self._root / "results"
            self.path.mkdir()
        except OSError as error:
            raise ExportError(
                f"can't keep results in {tempfile.gettempdir()} ({error.strerror or error}): "
                "free some space, or give a folder for them (out)"
            ) from error

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, *_: object) -> None:
        self.remove()

    def remove(self) -> None:
        """Remove it with all that is in it; may be called twice, and never fails."""
        if os.getpid() != self._process:  # a fork of the owner ends, not the owner
            return
        shutil.rmtree(self.path, ignore_errors=True)
        self._lock.release()
        shutil.rmtree(self._root, ignore_errors=True)


def _made() -> tuple[Path, FileLock]:
    """A new folder, and the lock on it; OSError where it can't be made."""
    for _ in range(_TRIES):
        root = Path(tempfile.mkdtemp(prefix=PREFIX))
        lock = FileLock(root / _LOCK, thread_local=False)
        try:
            lock.acquire(timeout=0)
            if (root / _LOCK).exists():
                return root, lock
            lock.release()  # somebody took it for a leftover and has removed it
        except (Timeout, FileNotFoundError):  # is just doing so
            continue
    raise OSError("others remove it at once")


def remove_leftovers() -> None:
    """Remove the folders of this user whose process was killed."""
    for left in Path(tempfile.gettempdir()).glob(PREFIX + "*"):
        lock = FileLock(left / _LOCK)
        # Timeout: somebody uses it; OSError: another user's, or just being removed.
        with contextlib.suppress(Timeout, OSError):
            if not (left / _LOCK).exists():
                continue  # just being made
            lock.acquire(timeout=0)
            # While it is locked, so that its owner, if it was just being made, sees it gone.
            shutil.rmtree(left, ignore_errors=True)
            lock.release()
            shutil.rmtree(left, ignore_errors=True)  # Windows removes no file that is open
