"""A dialog that asks for work off the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QDialog, QWidget
from shiboken6 import isValid

from app.ui.jobs import Jobs


class JobDialog(QDialog):
    """Lives until its last job is answered, also when it is closed before; then it deletes itself.

    Args:
        jobs: the window's, which waits for them when it closes.
    """

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._waiting = 0
        self._over = False

    def run_job(self, name: str, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        """Run ``work`` in a job, then ``done`` with what it returned, unless closed by then."""
        self._waiting += 1
        self._jobs.start(
            name,
            work,
            lambda value: self._answer(done, value),
            lambda text: self._answer(self.show_problem, text),
        )

    def show_problem(self, text: str) -> None:
        """Say in one line what went wrong."""
        raise NotImplementedError

    def done(self, result: int) -> None:
        """Close."""
        super().done(result)
        self._over = True
        self._end()

    def _answer(self, answer: Callable[[Any], None], value: Any) -> None:
        self._waiting -= 1
        if isValid(self) and not self._over:
            answer(value)
        self._end()

    def _end(self) -> None:
        # A parent that closes takes it along, whatever it waits for.
        if isValid(self) and self._over and not self._waiting:
            self.deleteLater()
