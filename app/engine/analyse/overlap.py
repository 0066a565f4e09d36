"""Stages of an analysis side by side: an iterator that runs ahead in a thread of its own.

A recording is decoded, followed and read by generators that take from one another. Each that is
wrapped in ``ahead`` works on the next frames while the one behind it still has the last in hand.
Every stage sees all items in order, so the results are those of the same generators without it.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Generic, TypeVar

T = TypeVar("T")


def ahead(items: Generator[T, None, None], most: int, name: str) -> Generator[T, None, None]:
    """The same items, made in a thread up to ``most`` ahead of whoever takes them.

    What ``items`` raises is raised here, after the items before it. Where this generator is closed
    early, the thread finishes the item in hand, closes ``items`` and ends, before ``close``
    returns: what it may be waiting for must have been told to end.

    Args:
        items: runs in the thread alone, from the first item to its end.
        most: items that wait at a time, 1 or more; memory is bounded by it.
        name: of the thread.
    """
    belt = _Belt[T](most)
    with ThreadPoolExecutor(1, thread_name_prefix=name) as pool:
        made = pool.submit(_make, items, belt)
        made.add_done_callback(lambda _: belt.end())
        try:
            yield from belt
            made.result()
        finally:
            belt.stop()


def _make(items: Generator[T, None, None], belt: _Belt[T]) -> None:
    with closing(items):
        for item in items:
            if not belt.put(item):
                return


class _Belt(Generic[T]):
    """A queue of bounded length from one thread to another, which either of them may end."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._items: deque[T] = deque()
        self._changed = threading.Condition()
        self._ended = self._stopped = False

    def put(self, item: T) -> bool:
        """Wait for room; whether anybody still wants it."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopped or len(self._items) < self._most)
            self._items.append(item)
            self._changed.notify()
            return not self._stopped

    def end(self) -> None:
        """There will be no more items."""
        with self._changed:
            self._ended = True
            self._changed.notify()

    def stop(self) -> None:
        """Nobody wants any more items."""
        with self._changed:
            self._stopped = True
            self._items.clear()
            self._changed.notify()

    def __iter__(self) -> Generator[T, None, None]:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._ended or self._items)
                if not self._items:
                    return
                item = self._items.popleft()
                self._changed.notify()
            yield item
