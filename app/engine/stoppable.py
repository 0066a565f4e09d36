"""Ctrl-C, and a notebook's stop button, as a wish that long work can see to its end."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def stoppable() -> Iterator[threading.Event]:
    """An event that the first Ctrl-C sets; the second one interrupts at once."""
    stopped = threading.Event()

    def stop(*_: object) -> None:
        if stopped.is_set():
            raise KeyboardInterrupt
        stopped.set()

    before: Callable[..., object] | int | None = None
    main_thread = threading.current_thread() is threading.main_thread()
    if main_thread:  # only there does Python take signals
        before = signal.signal(signal.SIGINT, stop)
    try:
        yield stopped
    finally:
        if main_thread:
            signal.signal(signal.SIGINT, before)
