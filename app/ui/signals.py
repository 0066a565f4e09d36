"""Ctrl+C in the terminal, logging out and ``kill`` close the window as the user would."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

_LOOK_MS: Final = 250
_NAMES: Final = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows has no SIGHUP


@contextlib.contextmanager
def closed_by_signals(app: QApplication) -> Iterator[None]:
    """Close everything on such a signal: an open dialog first, then the window with its threads.

    One that comes before anything is shown is heeded once something is. A signal that was ignored
    before stays so, as under ``nohup``. To be used in the main thread.
    """
    asked = False

    def ask(*_: object) -> None:
        nonlocal asked
        asked = True

    def look() -> None:
        """Python sees a signal here at the latest: while Qt waits, nothing of Python runs."""
        nonlocal asked
        if asked and any(one.isVisible() for one in app.topLevelWidgets()):
            asked = False
            # Not in here: while a dialog that this brings up is open, the timer would stand still.
            QTimer.singleShot(0, app.closeAllWindows)

    before = {
        one: signal.signal(one, ask)
        for one in (getattr(signal, name) for name in _NAMES if hasattr(signal, name))
        if signal.getsignal(one) is not signal.SIG_IGN
    }
    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(_LOOK_MS)
    try:
        yield
    finally:
        timer.stop()
        for one, handler in before.items():
            signal.signal(one, handler)
