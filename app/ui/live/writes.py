"""What the user adds to a session while it runs, on its way to the file, one after the other."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from app.engine.live_session import LiveSession
from app.ui.jobs import Jobs


class Writes:
    """Writes names and markers in the order the user gave them; the disk is waited for in a job.

    Args:
        jobs: runs the writing.
        done: told of the session after each.
        failed: told why something could not be kept.
    """

    def __init__(
        self, jobs: Jobs, done: Callable[[LiveSession], None], failed: Callable[[str], None]
    ) -> None:
        self._jobs, self._done, self._failed = jobs, done, failed
        self._waiting: deque[tuple[str, LiveSession, Callable[[], object]]] = deque()
        self._busy = False

    def put(self, name: str, live: LiveSession, write: Callable[[], object]) -> None:
        """Call ``write`` as soon as what came before it is through; ``name`` is that of its job."""
        self._waiting.append((name, live, write))
        self._next()

    def _next(self) -> None:
        if self._busy or not self._waiting:
            return
        self._busy = True
        name, live, write = self._waiting.popleft()

        def done(_: object) -> None:
            self._busy = False
            self._done(live)
            self._next()

        def failed(text: str) -> None:
            self._busy = False
            self._failed(text)
            self._next()

        self._jobs.start(name, write, done, failed)
