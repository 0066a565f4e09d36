"""Finds by trying how the expression model runs best on this computer, for Live.

Live reads some ten faces at a time, many times a second, while other threads find and follow
faces. So each way of running is tried with batches of ten, pauses between them, and another
thread that calculates without a pause: threads of ONNX Runtime that wait busily look fast when
nobody else is there, and cost several times as much as the reading itself when somebody is.
"""

from __future__ import annotations

import functools
import hashlib
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from app.core.errors import ModelError
from app.core.machine import usable_cores
from app.engine.how_to_run import check_agrees, keep_tuned, noise, rivals_of_the_cpu
from app.engine.settings import AUTO, RecognizerSettings
from app.stages.providers import CPU, Running, provider_named
from app.stages.recognizer import OnnxRecognizer, shipped_model

FACES: Final = 10
"""In a batch."""
RUNS: Final = 8
PAUSE_S: Final = 0.01
ROUNDS: Final = 4
"""Two ways are tried in turn so many times, and the best of each counts: a busy moment must not
decide."""
MARGIN: Final = 0.05
"""A way must be better by this share to be taken: less is chance."""


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

    def least(self, other: Cost) -> Cost:
        """The better of two measurements, figure by figure: what disturbs only adds."""
        return Cost(
            min(self.alone_cpu, other.alone_cpu),
            min(self.alone_wall, other.alone_wall),
            min(self.beside_cpu, other.beside_cpu),
            min(self.beside_wall, other.beside_wall),
        )


@dataclass(frozen=True, slots=True)
class Trial:
    """One way of running that was tried.

    Attributes:
        running: the way.
        cost: None where it does not work.
        problem: why it does not, in a few words.
    """

    running: Running
    cost: Cost | None
    problem: str = "does not work here"


class Reader(Protocol):
    """What a way of running is tried on."""

    def read(self, crops: Any, /) -> object:
        """Read (n, 1, s, s) crops."""


Load = Callable[[Running], Callable[[], Cost]]
"""Starts a way of running and gives what measures it once; raises ModelError where it can't, or
where it reads wrongly."""


def tune(
    settings: RecognizerSettings,
    file: Path | None = None,
    say: Callable[[str], None] = lambda _: None,
    load: Load | None = None,
) -> list[Trial]:
    """Try the ways of running, one thing changed at a time, and keep the best.

    Takes half a minute. ``settings`` bind it: a provider or a number of threads that they name is
    not changed. The best is the last of the list that is ``best_of`` it.

    Args:
        settings: of the recognizer.
        file: where the best is kept; None: the usual one.
        say: told what is tried next, in one line.
        load: starts one way of running; None: the shipped model, or the user's.

    Raises:
        ModelError: the model can't be loaded at all, or the provider that was asked for reads
            wrongly.
        SettingsError: the file can't be written.
    """
    load = load or _loader(settings)
    name = CPU.name if settings.provider == AUTO else settings.provider
    best = Running(name, threads=settings.threads or 1, half=settings.half)
    measures = {best: load(best)}
    costs = {best: measures[best]()}
    failed: dict[Running, str] = {}
    for changes in _steps(settings):
        for change in changes:
            rival = replace(best, **change)
            if rival in costs or rival in failed or not _matters(rival, change):
                continue
            say(f"trying {words(rival)}")
            try:
                measures[rival] = load(rival)
                costs[rival] = measures[rival]()
                for _ in range(ROUNDS - 1):
                    for one in (best, rival):
                        costs[one] = costs[one].least(measures[one]())
            except ModelError as error:
                failed[rival] = str(error).rpartition(": ")[0] or str(error)
                costs.pop(rival, None)
                continue
            if costs[rival].score < (1 - MARGIN) * costs[best].score:
                best = rival
    keep_tuned(best, file, settings)
    trials = [Trial(one, cost) for one, cost in costs.items() if one != best]
    return [
        *trials,
        *(Trial(one, None, why) for one, why in failed.items()),
        Trial(best, costs[best]),
    ]


def words(running: Running) -> str:
    """A way of running in a few words."""
    threads = running.threads or usable_cores()
    parts = [provider_named(running.provider).title, f"{threads} thread" + "s" * (threads > 1)]
    if running.spinning:
        parts.append("waiting busily")
    if running.level != "all":
        parts.append(f"graph rewritten less ({running.level})")
    if not running.arena:
        parts.append("memory given back")
    if running.buckets:
        parts.append("batches filled up")
    if running.buckets is False and provider_named(running.provider).buckets:
        parts.append("batches as they come")
    return ", ".join(parts)


def _steps(settings: RecognizerSettings) -> list[list[dict[str, Any]]]:
    """What is changed, one after the other; each time the best so far is the start."""
    steps: list[list[dict[str, Any]]] = []
    if settings.provider == AUTO:
        steps.append([{"provider": one.name} for one in rivals_of_the_cpu()])
    if not settings.threads:
        steps.append([{"threads": threads} for threads in _threads(usable_cores())])
    steps += [
        [{"spinning": True}],
        [{"level": "extended"}, {"level": "basic"}],
        [{"arena": False}],
        [{"buckets": True}, {"buckets": False}],
    ]
    return steps


def _threads(cores: int) -> list[int]:
    """1, 2, 4 ... and all of them."""
    powers = [2**power for power in range(cores.bit_length()) if 2**power < cores]
    return [*powers, cores]


def _matters(running: Running, change: dict[str, Any]) -> bool:
    """Whether a change makes a difference at all."""
    if running.provider != CPU.name and change.keys() & {"spinning", "level", "arena"}:
        return False  # these are the processor's
    if "spinning" in change:
        return running.threads != 1
    if "buckets" in change:
        return bool(change["buckets"]) != provider_named(running.provider).buckets
    return True


def _loader(settings: RecognizerSettings) -> Load:
    """Starts the model that the settings name, or the most accurate shipped one."""
    folder = settings.model or shipped_model(*_named(settings))
    usual = Running(CPU.name, threads=1, half=settings.half)

    @functools.cache
    def by_the_cpu() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The crops, and what the processor reads in them as it usually does."""
        reader = OnnxRecognizer(folder, usual)
        crops = noise(FACES, reader.card.input_size)
        return crops, reader.read(crops)

    def load(running: Running) -> Callable[[], Cost]:
        crops, expected = by_the_cpu()
        reader = OnnxRecognizer(folder, running)
        if running != usual:
            check_agrees(reader.read(crops), expected)
        return lambda: measure(reader, crops)

    return load


def _named(settings: RecognizerSettings) -> Sequence[str]:
    return () if settings.shipped == AUTO else (settings.shipped,)


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
