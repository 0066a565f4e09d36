"""How fast this machine is right now, by work that never changes.

Figures of other machines, or of a busy one, are compared through it: a cost in seconds times the
rounds of this work that fit into a second is a cost in rounds.
"""

from __future__ import annotations

import base64
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import onnxruntime as ort

from app.core.machine import usable_cores

SECONDS: Final = 0.4
"""That each of the two parts takes."""
_FREE: Final = 0.5
_CONVOLUTION: Final = base64.b64decode(
    "CAgSADryAQoyCgFzEgF3Ig9Db25zdGFudE9mU2hhcGUqGQoFdmFsdWUqDQgBEAEiBArXIzxCAXagAQQKIgoBeAoBdxIB"
    "YSIEQ29udioRCgRwYWRzQAFAAUABQAGgAQcKDAoBYRIBYiIEUmVsdQoiCgFiCgF3EgF5IgRDb252KhEKBHBhZHNAAUAB"
    "QAFAAaABBxIBZyopCAQQB0IBc0ogIAAAAAAAAAAgAAAAAAAAAAMAAAAAAAAAAwAAAAAAAABaGwoBeBIWChQIARIQCgII"
    "AQoCCCAKAggYCgIIGGIbCgF5EhYKFAgBEhAKAggBCgIIIAoCCBgKAggYQgQKABAN"
)
"""An ONNX model: x (1, 32, 24, 24) convolved with 32 x 32 x 3 x 3 weights of 0.01, twice."""


@dataclass(frozen=True, slots=True)
class Speed:
    """What the machine can do.

    Attributes:
        one: rounds that one thread does in a second of processor time.
        all: rounds that a thread on each usable core do together in a second.
        cores: how many of them there are.
    """

    one: float
    all: float
    cores: int

    @property
    def busy(self) -> bool:
        """Whether other work takes so much of the machine that no figure is worth much.

        Two threads on one core do 0.6 of what two cores do, and nobody else is to blame.
        """
        return self.all < _FREE * self.one * self.cores


def calibrate(seconds: float = SECONDS) -> Speed:
    """Measure it, for twice so many seconds."""
    threads, cores = cv2.getNumThreads(), usable_cores()
    cv2.setNumThreads(1)
    try:
        rounds = [_Round() for _ in range(cores)]
        for one in rounds:
            one()  # the first one prepares
        begin, worked = time.perf_counter(), time.thread_time()
        alone = _many(rounds[0], begin + seconds)
        rate = alone / (time.thread_time() - worked)
        with ThreadPoolExecutor(cores) as pool:
            begin = time.perf_counter()
            done = sum(pool.map(lambda one: _many(one, begin + seconds), rounds))
            together = done / (time.perf_counter() - begin)
    finally:
        cv2.setNumThreads(threads)
    return Speed(rate, together, cores)


def _many(work: _Round, until: float) -> int:
    done = 0
    while time.perf_counter() < until:
        work()
        done += 1
    return done


class _Round:
    """About a millisecond of what Roomread does most: pictures, arrays, a network; one thread."""

    def __init__(self) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._network = ort.InferenceSession(
            _CONVOLUTION, options, providers=["CPUExecutionProvider"]
        )
        noise = np.random.default_rng(1)
        self._picture = noise.integers(0, 256, (270, 480, 3), np.uint8)
        self._array = noise.random((64, 512), np.float32)
        self._input = noise.random((1, 32, 24, 24), np.float32)

    def __call__(self) -> None:
        rgb = cv2.cvtColor(self._picture, cv2.COLOR_BGR2RGB)
        cv2.resize(rgb, (224, 128), interpolation=cv2.INTER_AREA)
        cv2.warpAffine(rgb, np.eye(2, 3), (112, 112))
        np.exp(self._array).sum(axis=1)
        self._network.run(None, {"x": self._input})
