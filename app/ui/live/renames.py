"""Renames on their way to the session, one after the other."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from app.engine.live_session import LiveSession
from app.ui.jobs import Jobs


class Renames:
    """Writes names in the order the user gave them; the disk is waited for in a job.

    Args:
        jobs: runs the writing.
        done: told of the session after each name.
        failed: told why a name could not be kept.
    """

    def __init__(
        self, jobs: Jobs, done: Callable[[LiveSession], None], failed: Callable[[str], None]
    ) -> None:
        self._jobs, self._done, self._failed = jobs, done, failed
        self._waiting: deque[tuple[LiveSession, int, str]] = deque()
        self._busy = False

    def put(self, live: LiveSession, track_id: int, name: str) -> None:
        """Rename a student as soon as the renames before it are through."""
        self._waiting.append((live, track_id, name))
        self._next()

    def _next(self) -> None:
        if self._busy or not self._waiting:
            return
        self._busy = True
        live, track_id, name = self._waiting.popleft()

        def done(_: object) -> None:
            self._busy = False
            self._done(live)
            self._next()

        def failed(text: str) -> None:
            self._busy = False
            self._failed(text)
            self._next()

        self._jobs.start("rename", lambda: live.rename(track_id, name), done, failed)
