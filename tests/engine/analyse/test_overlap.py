from __future__ import annotations

import threading
from collections.abc import Generator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.analyse.overlap import ahead
from tests.waiting import PATIENCE, left_since


def numbers(count: int | None, seen: list[int] | None = None) -> Generator[int, None, None]:
    number = 0
    while count is None or number < count:
        if seen is not None:
            seen.append(number)
        yield number
        number += 1


@given(count=st.integers(0, 40), most=st.lists(st.integers(1, 5), min_size=1, max_size=3))
def test_the_same_items_in_the_same_order(count: int, most: list[int]) -> None:
    items = numbers(count)
    for number in most:
        items = ahead(items, number, "test")
    assert list(items) == list(range(count))


def test_an_error_comes_after_the_items_before_it() -> None:
    def failing() -> Generator[int, None, None]:
        yield from numbers(3)
        raise ValueError("the fourth")

    items = ahead(ahead(failing(), 2, "inner"), 2, "outer")
    assert [next(items) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ValueError, match="the fourth"):
        next(items)


def test_no_more_are_made_than_may_wait() -> None:
    seen: list[int] = []
    items = ahead(numbers(None, seen), 2, "test")
    assert next(items) == 0
    for taken in range(1, 30):
        # one in hand of whoever takes them, two that wait, one that finds no room
        assert len(seen) <= taken + 3
        assert next(items) == taken
    items.close()


def test_it_works_ahead_in_a_thread_of_its_own() -> None:
    names: set[str] = set()
    started = threading.Event()

    def watched() -> Generator[int, None, None]:
        for number in numbers(3):
            names.add(threading.current_thread().name)
            if number == 1:
                started.set()
            yield number

    items = ahead(watched(), 1, "test")
    assert next(items) == 0
    assert started.wait(PATIENCE), "the second is made before anybody asks for it"
    assert list(items) == [1, 2]
    assert names == {"test_0"}


def test_closing_early_ends_every_stage() -> None:
    before, closed = threading.enumerate(), []

    def careful() -> Generator[int, None, None]:
        try:
            yield from numbers(None)
        finally:
            closed.append(threading.current_thread().name)

    items = ahead(ahead(careful(), 3, "inner"), 3, "outer")
    assert next(items) == 0
    items.close()
    assert closed == ["inner_0"]
    assert not left_since(before)


def test_nothing_starts_before_it_is_asked_for() -> None:
    seen: list[int] = []
    ahead(numbers(3, seen), 1, "test").close()
    assert seen == []
