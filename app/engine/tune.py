"""Finds by trying how the expression model runs best on this computer, for Live.

Live reads some ten faces at a time, many times a second, while other threads find and follow
faces. So each way of running is tried with batches of ten, pauses between them, and another
thread that calculates without a pause: threads of ONNX Runtime that wait busily look fast when
nobody else is there, and cost several times as much as the reading itself when somebody is.

Times vary from one moment to the next. Two ways are compared in rounds, one right after the other,
and only one that is clearly better than the usual way (``Gain``) takes its place.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.core.errors import ModelError
from app.core.machine import usable_cores
from app.engine.bench.calibration import calibrate
from app.engine.how_to_run import check_agrees, noise, rivals_of_the_cpu, usual
from app.engine.running_cost import FACES, MARGIN, Cost, Gain, measure
from app.engine.settings import AUTO, RecognizerSettings
from app.stages.providers import (
    COREML,
    CPU,
    CUDA,
    DIRECTML,
    OPENVINO,
    TENSORRT,
    Running,
    provider_named,
)
from app.stages.recognizer import OnnxRecognizer, shipped_model

ROUNDS: Final = 5
"""Two ways are compared so many times."""
_HOPELESS: Final = 3
"""Who was never better in so many rounds is compared no further."""
SURE_ROUNDS: Final = 7
"""Who won is compared anew so many times: among many, one is lucky."""


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


@dataclass(frozen=True, slots=True)
class Tuning:
    """What was tried.

    Attributes:
        trials: all ways, in the order in which they were tried; the first is the usual one.
        best: the one to run; the usual one where no other is clearly better.
        gain: of the best over the usual way; None where they are the same.
        busy: whether other programs had so much of the computer that all this is worth little.
    """

    trials: list[Trial]
    best: Trial
    gain: Gain | None
    busy: bool

    @property
    def usual(self) -> Trial:
        """The way it runs where nothing was kept."""
        return self.trials[0]

    @property
    def found(self) -> Running | None:
        """What to keep: None where no way is clearly better than the usual one."""
        return None if self.gain is None else self.best.running


Load = Callable[[Running], Callable[[], Cost]]
"""Starts a way of running and gives what measures it once; raises ModelError where it can't, or
where it reads wrongly."""


def tune(
    settings: RecognizerSettings,
    say: Callable[[str], None] = lambda _: None,
    load: Load | None = None,
) -> Tuning:
    """Try the ways of running, one thing changed at a time. Keeps nothing.

    Takes half a minute. ``settings`` bind it: a provider or a number of threads that they name is
    not changed.

    Args:
        settings: of the recognizer.
        say: told what is tried next, in one line.
        load: starts one way of running; None: the shipped model, or the user's.

    Raises:
        ModelError: the model can't be loaded at all, or the provider that was asked for reads
            wrongly.
    """
    busy = others_work()
    first = usual(settings, keep=False)
    first = replace(first, threads=first.threads or usable_cores())
    search = _Search(load or _loader(settings))
    search.start(first)
    best, gain = first, None
    for changes in _steps(settings):
        for change in changes:
            rival = replace(best, **change)
            if rival in search.rounds or rival in search.failed or not _matters(rival, change):
                continue
            say(f"trying: {words(rival)}")
            better = search.better(best, rival)
            if better is not None:
                gain = better if best == first else search.compare(first, rival, SURE_ROUNDS)
                best = rival
    if gain is not None and not gain.clear:  # of steps, each of which was a gain over the last
        best, gain = first, None
    trials = search.trials()
    chosen = next(one for one in trials if one.running == best)
    return Tuning(trials, chosen, gain, busy or others_work())


@dataclass
class _Search:
    """Measures ways of running, and remembers.

    Attributes:
        load: starts a way.
        measures: what measures each way once.
        rounds: what each way cost, every time.
        failed: those that do not work, and why.
    """

    load: Load
    measures: dict[Running, Callable[[], Cost]] = field(default_factory=dict)
    rounds: dict[Running, list[Cost]] = field(default_factory=dict)
    failed: dict[Running, str] = field(default_factory=dict)

    def start(self, running: Running) -> None:
        """Load a way and measure it once, which does not count: the first time is slow."""
        measure_once = self.load(running)
        measure_once()
        self.measures[running], self.rounds[running] = measure_once, []

    def better(self, best: Running, rival: Running) -> Gain | None:
        """What a new way saves; None where it does not work, or is not clearly better."""
        try:
            self.start(rival)
            if not self.compare(best, rival, ROUNDS).clear:
                return None
            gain = self.compare(best, rival, SURE_ROUNDS)
        except ModelError as error:
            self.failed[rival] = str(error).rpartition(": ")[0] or str(error)
            self.rounds.pop(rival, None)
            return None
        return gain if gain.clear else None

    def compare(self, one: Running, other: Running, most: int) -> Gain:
        """What ``other`` saves; who goes first changes, as the second may find it warmer."""
        pairs: dict[Running, list[Cost]] = {one: [], other: []}
        for number in range(most):
            for way in (one, other) if number % 2 else (other, one):
                cost = self.measures[way]()
                pairs[way].append(cost)
                self.rounds[way].append(cost)
            won = any(b.score < a.score for a, b in zip(pairs[one], pairs[other], strict=True))
            if number + 1 >= _HOPELESS and not won:
                break
        return Gain.over(pairs[one], pairs[other])

    def trials(self) -> list[Trial]:
        """All that was tried, with the middle of its rounds; what does not work comes last."""
        return [
            *(
                Trial(one, Cost.middle(rounds or [self.measures[one]()]))
                for one, rounds in self.rounds.items()
            ),
            *(Trial(one, None, why) for one, why in self.failed.items()),
        ]


def others_work() -> bool:
    """Whether other programs take so much of this computer that no time is worth much."""
    return calibrate().busy


def reason(tuning: Tuning) -> str:
    """Which way is chosen, and why, in words for the user."""
    way = words(tuning.best.running)
    if tuning.gain is None:
        return (
            f"No clear difference: left as it usually is ({way}). Something else is kept only if "
            f"it saves {MARGIN:.0%} or more, in nearly every round."
        )
    costs = [one.cost for one in tuning.trials if one.cost is not None]
    best = tuning.best.cost
    soonest = best is not None and best.beside_wall <= min(one.beside_wall for one in costs)
    why = "the answer comes soonest beside other work, and " if soonest else "beside other work, "
    less = f"processor time and waiting together are {tuning.gain.share:.0%} less than usual"
    return f"Chosen: {way}. There {why}{less}."


_PLACES: Final = {
    CPU: "processor",
    CUDA: "NVIDIA graphics card (CUDA)",
    TENSORRT: "NVIDIA graphics card (TensorRT)",
    COREML: "Apple's chip (CoreML)",
    DIRECTML: "graphics card (DirectML)",
    OPENVINO: "processor (OpenVINO)",
}


def words(running: Running) -> str:
    """A way of running in a few words that need no explanation."""
    threads = running.threads or usable_cores()
    provider = provider_named(running.provider)
    parts = [_PLACES[provider], f"{threads} core" + "s" * (threads > 1)]
    if running.spinning:
        parts.append("kept awake in pauses")
    if running.level != "all":
        parts.append("model simplified " + {"extended": "less", "basic": "hardly"}[running.level])
    if not running.arena:
        parts.append("memory given back")
    if running.buckets and not provider.buckets:
        parts.append("groups of faces filled up")
    if running.buckets is False and provider.buckets:
        parts.append("groups of faces as they come")
    return ", ".join(parts)


def _steps(settings: RecognizerSettings) -> list[list[dict[str, Any]]]:
    """What is changed, one after the other; each time the best so far is the start."""
    steps: list[list[dict[str, Any]]] = []
    if settings.provider == AUTO:
        steps.append([{"provider": one.name} for one in (CPU, *rivals_of_the_cpu())])
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
    plain = Running(CPU.name, threads=1, half=settings.half)

    @functools.cache
    def by_the_cpu() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The crops, and what the processor reads in them as it usually does."""
        reader = OnnxRecognizer(folder, plain)
        crops = noise(FACES, reader.card.input_size)
        return crops, reader.read(crops)

    def load(running: Running) -> Callable[[], Cost]:
        crops, expected = by_the_cpu()
        reader = OnnxRecognizer(folder, running)
        if running != plain:
            check_agrees(reader.read(crops), expected)
        return lambda: measure(reader, crops)

    return load


def _named(settings: RecognizerSettings) -> Sequence[str]:
    return () if settings.shipped == AUTO else (settings.shipped,)
