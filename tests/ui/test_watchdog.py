"""The watchdog catches whatever keeps the window's thread, and nothing that others do."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from tests.ui.watchdog import LIMIT, Block, Watchdog, never_blocks

pytestmark = pytest.mark.alone

TOO_LONG = 0.07
linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux tells what the others took")


def longest(qtbot: QtBot, act: Callable[[], object], seconds: float = 0.15) -> Block:
    """The worst block while the event loop runs and does ``act`` once."""
    with Watchdog() as dog:
        qtbot.wait(20)
        QTimer.singleShot(0, act)
        qtbot.wait(round(seconds * 1000))
    return dog.longest


def sleep() -> None:
    time.sleep(TOO_LONG)


def wait_for_a_lock() -> None:
    taken = threading.Lock()
    with taken:
        taken.acquire(timeout=TOO_LONG)


def compute(seconds: float = TOO_LONG) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def keep_pythons_lock() -> None:
    """As a call into a library does that reads a file without giving the lock."""
    ctypes.PyDLL(None).usleep(round(TOO_LONG * 1e6))


def wait_for_pythons_lock() -> None:
    """Another thread computes with it, and gives it to nobody."""
    other = threading.Thread(target=sum, args=(range(8_000_000),))
    other.start()
    while other.is_alive():
        pass


BLOCKS = (sleep, wait_for_a_lock, compute, keep_pythons_lock, wait_for_pythons_lock)


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_is_caught(qtbot: QtBot, block: Callable[[], None]) -> None:
    if sys.platform == "win32" and block is keep_pythons_lock:
        pytest.skip("its C library has no usleep")
    assert longest(qtbot, block).seconds > LIMIT


@linux
@pytest.mark.parametrize("block", [sleep, compute])
def test_and_it_is_said_where(qtbot: QtBot, block: Callable[[], None]) -> None:
    found = longest(qtbot, block)
    assert f"in {block.__name__}" in found.stack
    assert (found.computed > LIMIT) == (block is compute)


@pytest.fixture
def other_programs() -> Iterator[None]:
    """Six programs that take what they can of the one processor that is left to this test."""
    usual = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(usual)})
    others = [subprocess.Popen(["sh", "-c", "while :; do :; done"]) for _ in range(6)]
    yield
    os.sched_setaffinity(0, usual)
    for other in others:
        other.kill()
        other.wait()


@linux
def test_other_programs_are_no_block(qtbot: QtBot, other_programs: None) -> None:
    took = []

    def work() -> None:
        start = time.perf_counter()
        compute(LIMIT / 2)
        took.append(time.perf_counter() - start)

    found = longest(qtbot, work, 0.6)
    assert took[0] > LIMIT  # a user would have felt it: so they were at work
    assert found.seconds < LIMIT, str(found)


@linux
def test_a_block_beside_other_programs_is_caught(qtbot: QtBot, other_programs: None) -> None:
    assert longest(qtbot, sleep, 0.4).seconds > LIMIT


@linux
def test_a_stopped_process_is_no_block(qtbot: QtBot) -> None:
    stopped = f"sleep 0.05; kill -STOP {os.getpid()}; sleep 0.2; kill -CONT {os.getpid()}"
    started = time.perf_counter()
    other = subprocess.Popen(["sh", "-c", stopped])
    with Watchdog() as dog:
        qtbot.waitUntil(lambda: other.poll() is not None)
        qtbot.wait(20)
    assert time.perf_counter() - started > 0.25
    assert dog.longest.seconds < LIMIT


def test_a_wait_that_comes_again_is_the_windows_own(qtbot: QtBot) -> None:
    with pytest.raises(AssertionError, match="ms"):
        never_blocks(sleep, lambda: qtbot.wait(20), tries=3)


def test_a_wait_that_came_once_is_not(qtbot: QtBot) -> None:
    acts = [sleep]
    never_blocks(lambda: acts.pop()() if acts else None, lambda: qtbot.wait(20), tries=3)
    assert not acts


@linux
def test_computing_once_is_too_much(qtbot: QtBot) -> None:
    acts = [compute]
    with pytest.raises(AssertionError, match="ms"):
        never_blocks(lambda: acts.pop()() if acts else None, lambda: qtbot.wait(20), tries=3)
