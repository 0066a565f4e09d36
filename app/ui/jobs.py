"""Work that takes time, done off the window's thread."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot

from app.core.errors import RoomreadError

log = logging.getLogger(__name__)


class Jobs(QObject):
    """Runs each job in a thread of its own and answers in the window's thread.

    Signals:
        idle: the last running job has been answered.
    """

    idle = Signal()
    _answered = Signal(object)
    _reported = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._threads: set[threading.Thread] = set()
        self._answered.connect(self._deliver)
        self._reported.connect(self._relay)

    @property
    def running(self) -> int:
        """Jobs whose answer has not been delivered yet."""
        return len(self._threads)

    def running_names(self) -> set[str]:
        """The names of those jobs."""
        return {thread.name.removeprefix("roomread-") for thread in self._threads}

    def start(
        self,
        name: str,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[str], None],
    ) -> None:
        """Run ``work``; then call ``done`` with what it returned or ``failed`` with one line."""

        def run() -> None:
            answer, value = attempt(name, work, done, failed)
            self._answered.emit((threading.current_thread(), answer, value))

        # A daemon, so that a download that hangs can't keep a closed app alive.
        thread = threading.Thread(target=run, name=f"roomread-{name}", daemon=True)
        self._threads.add(thread)
        thread.start()

    def report(self, answer: Callable[[Any], None], value: Any) -> None:
        """From a job's thread: call ``answer`` with ``value`` in the window's thread."""
        self._reported.emit((answer, value))

    @Slot(object)
    def _deliver(self, message: tuple[threading.Thread, Callable[[Any], None], Any]) -> None:
        thread, answer, value = message
        thread.join()  # it has nothing left to do but end
        self._threads.discard(thread)
        try:
            answer(value)
        finally:  # a closing window waits for this
            if not self._threads:
                self.idle.emit()

    @Slot(object)
    def _relay(self, message: tuple[Callable[[Any], None], Any]) -> None:
        answer, value = message
        answer(value)


def attempt(
    name: str,
    work: Callable[[], Any],
    done: Callable[[Any], None],
    failed: Callable[[str], None],
) -> tuple[Callable[[Any], None], Any]:
    """Do ``work`` in a thread's top frame; whom to answer, and what: its value, or one line."""
    try:
        return done, work()
    except RoomreadError as error:
        return failed, str(error)
    except Exception as error:  # the thread's top frame
        log.exception("job %s failed", name)
        return failed, unexpected(error)


def nothing(_: Any) -> None:
    """For answers that nobody waits for."""


def unexpected(error: BaseException) -> str:
    """One line for an error that is ours."""
    text = QCoreApplication.translate(
        "jobs",
        "Roomread ran into a fault of its own ({what}). What was read so far is kept; please "
        "start again, and report this if it comes back.",
    )
    return text.format(what=f"{type(error).__name__}: {error}")
