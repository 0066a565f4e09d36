"""Ends everything that runs before the window goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from app.ui.jobs import Jobs

GRACE_MS = 8000
"""How long closing waits for a look-up or a download before it goes without."""
_MAY_BE_LEFT: Final = frozenset({"cameras", "models", "open", "start"})


class Closing(QObject):
    """Waits for the jobs, then frees what they used; what writes is always waited for.

    Args:
        jobs: those that are waited for.
        free: ends the session and frees the models; called once, in a job.
        held: whether a session is open.

    Signals:
        closed: every thread has ended, or the last one hangs in a look-up.
    """

    closed = Signal()

    def __init__(
        self,
        jobs: Jobs,
        free: Callable[[], None],
        held: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._jobs, self._free_all, self._held = jobs, free, held
        self._begun = self._freed = False
        self._grace = QTimer(self)
        self._grace.setSingleShot(True)
        self._grace.timeout.connect(self._on_grace)
        jobs.idle.connect(self._on_idle)

    def begin(self) -> None:
        """Close."""
        self._begun = True
        self._grace.start(GRACE_MS)
        self._on_idle()

    def _on_idle(self) -> None:
        if self._begun and not self._jobs.running and not self._freed:
            self._free()

    def _free(self) -> None:
        self._freed = True
        self._jobs.start("free", self._free_all, self._on_freed, self._on_freed)

    def _on_freed(self, _: object) -> None:
        self._grace.stop()
        self.closed.emit()

    def _on_grace(self) -> None:
        stuck = self._jobs.running_names() <= _MAY_BE_LEFT
        if stuck and not self._held():
            self.closed.emit()
            return
        if stuck and not self._freed:
            self._free()
        self._grace.start(GRACE_MS)
