from __future__ import annotations

import signal
import threading

import pytest

from app.engine.stoppable import stoppable


def test_the_first_stop_is_a_wish_the_second_is_at_once() -> None:
    before = signal.getsignal(signal.SIGINT)
    with stoppable() as stopped:
        assert not stopped.is_set()
        signal.raise_signal(signal.SIGINT)
        assert stopped.is_set()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_other_threads_take_no_signals() -> None:
    found: list[bool] = []

    def work() -> None:
        with stoppable() as stopped:
            found.append(stopped.is_set())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [False]
