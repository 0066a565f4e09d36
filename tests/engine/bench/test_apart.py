from __future__ import annotations

import os
import shutil
import sys
import time
from multiprocessing import resource_tracker, spawn

import pytest

from app.core.errors import RoomreadError, SourceError
from app.engine.bench.apart import in_own_process
from app.engine.bench.memory import memory_now, peak_memory


def where(word: str) -> tuple[int, str]:
    return os.getpid(), word


def peak_after(size: int) -> int:
    held = bytearray(os.urandom(1)) * size
    return peak_memory() if held else 0


def fail() -> None:
    raise SourceError("no camera")


def die() -> None:
    os._exit(7)


def test_it_runs_elsewhere_and_answers() -> None:
    process, word = in_own_process(where, "hello", limit=60)
    assert word == "hello"
    assert process != os.getpid()


def test_what_goes_wrong_is_said() -> None:
    with pytest.raises(RoomreadError, match="no camera"):
        in_own_process(fail, limit=60)
    with pytest.raises(RoomreadError, match="status 7"):
        in_own_process(die, limit=60)
    with pytest.raises(RoomreadError, match="longer than 0 s"):
        in_own_process(time.sleep, 60, limit=0.1)


def test_memory_is_that_process_s_own() -> None:
    mine = bytearray(os.urandom(1)) * 200_000_000
    small = in_own_process(peak_after, 1, limit=60)
    large = in_own_process(peak_after, 150_000_000, limit=60)
    assert memory_now() > len(mine)
    assert peak_memory() >= 0.9 * memory_now()
    assert large - small == pytest.approx(150_000_000, rel=0.1)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a program that ends at once")
def test_a_process_that_ends_at_once_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its arguments are more than a pipe holds, so that nobody would read the rest of them."""
    resource_tracker.ensure_running()
    monkeypatch.setattr(spawn, "_python_exe", os.fsencode(shutil.which("false") or "none"))
    with pytest.raises(RoomreadError, match="ended with status 1 and no word"):
        in_own_process(where, "hello" * 1_000_000, limit=60)
