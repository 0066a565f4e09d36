"""What a way of running the expression model costs, and when another one is clearly better."""

from __future__ import annotations

import hashlib
import math
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any, Final, Protocol

FACES: Final = 10
"""In a batch."""
RUNS: Final = 8
PAUSE_S: Final = 0.01
MARGIN: Final = 0.1
"""A way must be better by this share to be taken: less is not worth a change."""
_MOST: Final = 0.7
"""Share of the rounds: four of five, five of seven, all of three."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one face in a batch of ``FACES``.

    Attributes:
        alone_cpu, alone_wall: milliseconds of processor time, and until the answer.
        beside_cpu, beside_wall: likewise, while another thread calculates.
    """

    alone_cpu: float
    alone_wall: float
    beside_cpu: float
    beside_wall: float

    @property
    def score(self) -> float:
        """What is made small: what Live pays and what it waits, beside other work."""
        return self.beside_cpu + self.beside_wall

    @classmethod
    def middle(cls, rounds: Sequence[Cost]) -> Cost:
        """The median of some rounds, figure by figure."""
        return cls(
            median(one.alone_cpu for one in rounds),
            median(one.alone_wall for one in rounds),
            median(one.beside_cpu for one in rounds),
            median(one.beside_wall for one in rounds),
        )


@dataclass(frozen=True, slots=True)
class Gain:
    """How much better one way is than another, and how sure that is.

    Attributes:
        share: of the other's score that it saves, in the middle one of the rounds; below 0 it is
            worse.
        noise: how far from that ``_MOST`` of the rounds lie: a busy moment must not decide.
    """

    share: float
    noise: float

    @classmethod
    def over(cls, other: Sequence[Cost], own: Sequence[Cost]) -> Gain:
        """From rounds in which both were measured, one right after the other."""
        shares = [1 - b.score / a.score for a, b in zip(other, own, strict=True)]
        middle = median(shares)
        nearest = math.ceil(_MOST * len(shares))
        return cls(middle, sorted(abs(one - middle) for one in shares)[nearest - 1])

    @property
    def clear(self) -> bool:
        """Whether it is worth a change, and no chance."""
        return self.share >= MARGIN and self.share > self.noise


class Reader(Protocol):
    """What a way of running is tried on."""

    def read(self, crops: Any, /) -> object:
        """Read (n, 1, s, s) crops."""


def measure(reader: Reader, crops: Any) -> Cost:
    """What reading costs, alone and beside a thread that calculates; once."""
    reader.read(crops)
    alone = _paced(reader, crops, lambda: 0.0)
    with _busy() as spent:
        beside = _paced(reader, crops, spent)
    return Cost(*alone, *beside)


def _paced(reader: Reader, crops: Any, others: Callable[[], float]) -> tuple[float, float]:
    """Milliseconds a face of processor time, pauses included, and until the answer.

    ``others``: seconds of processor time that are not the reader's.
    """
    wall = 0.0
    before = time.process_time() - others()
    for _ in range(RUNS):
        start = time.perf_counter()
        reader.read(crops)
        wall += time.perf_counter() - start
        time.sleep(PAUSE_S)
    cpu = time.process_time() - others() - before
    faces = RUNS * len(crops)
    return 1000 * cpu / faces, 1000 * wall / faces


@contextmanager
def _busy() -> Any:
    """A thread that calculates; gives a function for the processor time that it spent so far."""
    end = threading.Event()
    spent = [0.0]

    def calculate() -> None:
        block = bytes(1 << 16)
        start = time.thread_time()
        while not end.is_set():
            hashlib.sha256(block).digest()  # lets go of Python's lock, as OpenCV does
            spent[0] = time.thread_time() - start

    thread = threading.Thread(target=calculate, name="tune-busy", daemon=True)
    thread.start()
    try:
        yield lambda: spent[0]
    finally:
        end.set()
        thread.join()
