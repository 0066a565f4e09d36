"""Plays a film through a pipeline without a clock: every picture searched, every face read."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import cv2
import numpy as np

from app.core.types import Frame, FrameResult
from app.engine.bench.film import Film, Reader
from app.engine.pipeline import Pipeline

RATE = 10.0
"""Pictures of the film a second: as often as Live looks for faces."""


@dataclass(frozen=True, slots=True, eq=False)
class Played:
    """One picture.

    Attributes:
        result: what was found; ``index`` counts pictures, ``timestamp`` seconds of the film.
        place: of the picture in the film.
        cost: seconds of processor time of all threads, without decoding.
    """

    result: FrameResult
    place: int
    cost: float


def play(film: Film, pipeline: Pipeline, pictures: int, rate: float = RATE) -> Iterator[Played]:
    """Yield so many pictures; the pipeline forgets what it saw before.

    Raises:
        SourceError: the film can't be read.
    """
    pipeline.reset()
    with closing(Reader(film)) as reader:
        for index in range(pictures):
            place = film.place(round(index * film.fps / rate))
            image = np.asarray(cv2.cvtColor(reader(place), cv2.COLOR_BGR2RGB), np.uint8)
            begin = time.process_time()
            result = pipeline.process(Frame(image, index, index / rate))
            yield Played(result, place, time.process_time() - begin)
