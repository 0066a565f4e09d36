"""Tests beside each other and alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.alone import MOST, ONE_THREAD, Turns, limit_threads, workers


class Worker:
    """In a thread of its own: wants its turn, and has it until it is told to go on."""

    def __init__(self, turn: AbstractContextManager[None]) -> None:
        self.has_it, self._enough = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, args=(turn,))
        self._thread.start()

    def _run(self, turn: AbstractContextManager[None]) -> None:
        with turn:
            self.has_it.set()
            self._enough.wait(10)

    def waits(self) -> bool:
        return not self.has_it.wait(0.1)

    def runs(self) -> bool:
        return self.has_it.wait(10)

    def end(self) -> None:
        self._enough.set()
        self._thread.join()


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Turns]:
    return Turns(tmp_path, "gw0")


@pytest.fixture
def other(tmp_path: Path) -> Turns:
    return Turns(tmp_path, "gw1")


def test_tests_run_beside_each_other(one: Turns, other: Turns) -> None:
    for _ in range(2):
        with one.beside_others(), other.beside_others():
            pass


def test_one_alone_waits_for_the_others_and_they_for_it(one: Turns, other: Turns) -> None:
    running = Worker(one.beside_others())
    assert running.runs()
    alone = Worker(other.alone())
    assert alone.waits()
    running.end()
    assert alone.runs()
    following = Worker(one.beside_others())
    assert following.waits()
    alone.end()
    assert following.runs()
    following.end()


def test_two_alone_are_one_after_the_other(one: Turns, other: Turns) -> None:
    first = Worker(one.alone())
    assert first.runs()
    second = Worker(other.alone())
    assert second.waits()
    first.end()
    assert second.runs()
    second.end()


def test_none_overtakes_one_that_waits_to_be_alone(tmp_path: Path) -> None:
    one, other, third = (Turns(tmp_path, name) for name in ("gw0", "gw1", "gw2"))
    running = Worker(one.beside_others())
    assert running.runs()
    alone = Worker(other.alone())
    assert alone.waits()
    late = Worker(third.beside_others())  # its first test: it has no file yet
    assert late.waits()
    running.end()
    assert alone.runs()
    assert late.waits()
    alone.end()
    assert late.runs()
    late.end()


def test_a_failure_gives_the_turn_back(one: Turns, other: Turns) -> None:
    for turn in (one.alone, one.beside_others):
        with pytest.raises(ZeroDivisionError), turn():
            raise ZeroDivisionError
        with other.alone():
            pass


def test_as_many_workers_as_cores_for_folders_alone(tmp_path: Path) -> None:
    file = tmp_path / "test_a.py"
    file.touch()
    assert workers([str(tmp_path)], cores=2) == 2
    assert workers([str(file), str(tmp_path)], cores=64) == MOST
    assert workers([str(tmp_path)], cores=1) == 0
    assert workers([str(file)], cores=2) == 0
    assert workers([f"{file}::test_one"], cores=2) == 0
    assert workers([str(tmp_path)]) <= MOST


def test_what_the_user_set_stays() -> None:
    environment = {"OMP_NUM_THREADS": "3"}
    limit_threads(environment)
    assert environment == {**dict.fromkeys(ONE_THREAD, "1"), "OMP_NUM_THREADS": "3"}
