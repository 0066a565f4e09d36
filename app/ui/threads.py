"""Two ways to keep the window free: only the newest question counts, or all work in its order."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from app.ui.jobs import Jobs, attempt

Answer = Callable[[Any], None]
Failure = Callable[[str], None]


class Newest(QObject):
    """Answers questions in one thread; of each kind only the newest waits, as while scrubbing.

    Questions of different kinds are answered in the order in which they were first asked.
    """

    _answered = Signal(int, object, object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._changed = threading.Condition()
        self._waiting: dict[str, tuple[int, Callable[[], Any], Answer, Failure]] = {}
        self._name = name
        self._thread: threading.Thread | None = None
        self._busy = self._closed = False
        self._round = 0  # answers to questions of an earlier round are dropped
        self._answered.connect(self._deliver)

    def ask(self, kind: str, work: Callable[[], Any], done: Answer, failed: Failure) -> None:
        """Run ``work``, then ``done`` with its value or ``failed`` with one line."""
        with self._changed:
            if self._closed:
                return
            self._waiting[kind] = (self._round, work, done, failed)
            self._changed.notify_all()
        if self._thread is None:
            # A daemon, so that a disk that hangs can't keep a closed app alive.
            name = f"roomread-{self._name}"
            self._thread = threading.Thread(target=self._run, name=name, daemon=True)
            self._thread.start()

    def forget(self) -> None:
        """Drop every question and the answers that are on their way."""
        with self._changed:
            self._round += 1
            self._waiting.clear()

    def wait_until_idle(self) -> None:
        """Wait for the question in work; not from the window's thread."""
        with self._changed:
            self._changed.wait_for(lambda: not self._busy and not self._waiting)

    def close(self) -> None:
        """End the thread and wait for it."""
        self.forget()
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._busy = False
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._waiting or self._closed)
                if self._closed:
                    return
                self._busy = True
                asked, work, done, failed = self._waiting.pop(next(iter(self._waiting)))
            answer, value = attempt(self._name, work, done, failed)
            self._answered.emit(asked, answer, value)

    @Slot(int, object, object)
    def _deliver(self, asked: int, answer: Answer, value: Any) -> None:
        if asked == self._round:
            answer(value)


class InTurn:
    """Runs jobs one after the other, in the order they were put.

    Args:
        jobs: runs them.
        failed: told of every one that failed, in one line.
    """

    def __init__(self, jobs: Jobs, failed: Failure) -> None:
        self._jobs, self._failed = jobs, failed
        self._waiting: deque[tuple[str, Callable[[], Any], Answer, Failure]] = deque()
        self._busy = False

    @property
    def busy(self) -> bool:
        """Whether something runs or waits."""
        return self._busy

    def put(
        self, name: str, work: Callable[[], Any], done: Answer, failed: Failure | None = None
    ) -> None:
        """Run ``work`` when all that was put before it is through."""
        self._waiting.append((name, work, done, failed or self._failed))
        self._next()

    def _next(self) -> None:
        if self._busy or not self._waiting:
            return
        self._busy = True
        name, work, done, failed = self._waiting.popleft()

        def answer(say: Answer) -> Answer:
            def then(value: Any) -> None:
                self._busy = False
                try:
                    say(value)
                finally:
                    self._next()

            return then

        self._jobs.start(name, work, answer(done), answer(failed))
