"""How the cost of a picture grows with faces, pixels and minutes: at most linear, or it is said."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.engine.analyse.throwaway import ThrowawayFolder
from app.engine.bench.apart import in_own_process
from app.engine.bench.cut_outs import cast_of
from app.engine.bench.film import Film, crowd_film
from app.engine.bench.machine import machine
from app.engine.bench.memory import memory_now, peak_memory
from app.engine.bench.play import play
from app.engine.bench.synthetic_camera import SyntheticCamera
from app.engine.build import Built, build_pipeline, session_info, share_cores
from app.engine.keep import keep_text
from app.engine.settings import Settings
from app.session.store import SUFFIX, Session

FACES: Final = (0, 10, 25, 50, 75, 100)
SIZES: Final = ((960, 540), (1280, 720), (1920, 1080), (2560, 1440), (3840, 2160))
MINUTES: Final = 10
STEEPEST: Final = 1.1
"""Slope of log cost over log size from which on growth is more than linear; 1 is linear."""
_SIZE: Final = (1920, 1080)
_CLASS: Final = 30
_LONG: Final = (1280, 720)
_LONG_CLASS: Final = 20
_LONG_RATE: Final = 5.0
_WARM_UP: Final = 30
_PICTURES: Final = 80
_LENGTH: Final = 4.0
_LIMIT_S: Final = 1800.0
GROWTH_S: Final = 300.0
"""Seconds that all of it takes, about: 4 minutes of processor time on two AMD EPYC cores."""
_BEND: Final = 0.1
"""Share of the cost at the far end that a quadratic part must have to matter."""
STUDENT_T: Final = (6.314, 2.920, 2.353, 2.132, 2.015, 1.943, 1.895, 1.860, 1.833, 1.812)
"""95% quantile of Student's t with 1, 2, ... degrees of freedom; with more, the last errs on the
side of linear by a tenth at most."""
FACES_WORDS: Final = "faces"
PIXELS_WORDS: Final = "megapixels"
MINUTES_WORDS: Final = "minutes"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Point:
    """What one measurement came to: seconds of processor time a picture, bytes of memory."""

    cost: float
    memory: int


@dataclass(frozen=True, slots=True)
class Growth:
    """The cost of a picture over something that grows.

    Attributes:
        over: what grows.
        at: its values.
        cost: seconds of processor time a picture at each, all its faces read.
        memory: bytes at each: at most, or over minutes at the end of each.
        slope: of log cost over log size, by least squares; NaN where it can't be told.
        bend: share of the cost at the far end that the quadratic part of a parabola has; 0 where
            it may be chance.
    """

    over: str
    at: tuple[float, ...]
    cost: tuple[float, ...]
    memory: tuple[int, ...]
    slope: float
    bend: float

    @property
    def linear(self) -> bool:
        """Whether it grows no faster than what it grows with."""
        return not self.slope > STEEPEST and self.bend <= _BEND

    @property
    def verdict(self) -> str:
        """One line for people."""
        said = "At most linear" if self.linear else "Grows faster than linear"
        slope = "" if math.isnan(self.slope) else f"slope of the logarithms {self.slope:.2f}, "
        return f"{said}: {slope}quadratic part {self.bend:.0%} of the cost at {self.at[-1]:g}."


def growth_of(
    over: str, at: Sequence[float], cost: Sequence[float], memory: Sequence[int]
) -> Growth:
    """Fit what was measured: a line through the logarithms, and a parabola.

    The quadratic part counts where a t-test of ordinary least squares takes it for above 0, 19
    times in 20.
    """
    x, y = np.array(at, np.float64), np.array(cost, np.float64)
    up = x > 0
    slope = math.nan
    if up.sum() > 1 and (y[up] > 0).all():
        slope = float(np.polyfit(np.log(x[up]), np.log(y[up]), 1)[0])
    return Growth(over, tuple(at), tuple(cost), tuple(memory), slope, _bend(x, y))


def _bend(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    free = len(x) - 3
    if free < 1 or y[-1] <= 0:
        return 0.0
    powers = np.vander(x / x[-1], 3)
    parts, *_ = np.linalg.lstsq(powers, y, rcond=None)
    spread = float(((y - powers @ parts) ** 2).sum()) / free
    error = math.sqrt(spread * float(np.linalg.inv(powers.T @ powers)[0, 0]))
    sure = parts[0] > error * STUDENT_T[min(free, len(STUDENT_T)) - 1]
    return max(0.0, float(parts[0] / y[-1])) if sure else 0.0


def bench_growth(
    video: Path,
    settings: Settings,
    say: Say,
    working: Callable[[str, float], None],
    minutes: int = MINUTES,
) -> list[Growth]:
    """Measure all three with classes made of the students of ``video``.

    Each point is measured in a process of its own, all minutes in one. Time is the film's: what
    is read keeps no clock waiting.

    Raises:
        RoomreadError: the video can't be used, or a model is missing.
    """
    grown = []
    with ThrowawayFolder() as folder:
        cast = cast_of(video, settings, say)
        film = folder / "film.mjpeg"
        steps = len(FACES) + len(SIZES)

        def measured(faces: int, size: tuple[int, int], number: int) -> Point:
            made = crowd_film(cast, faces, size, film, length=_LENGTH)
            point = in_own_process(point_of, made, settings, limit=_LIMIT_S)
            working("Faces and pixels", number / steps)
            return point

        points = [measured(faces, _SIZE, number) for number, faces in enumerate(FACES, 1)]
        grown.append(_growth(FACES_WORDS, [float(one) for one in FACES], points))
        points = [
            measured(_CLASS, size, number) for number, size in enumerate(SIZES, len(FACES) + 1)
        ]
        pixels = [round(width * height / 1e6, 2) for width, height in SIZES]
        grown.append(_growth(PIXELS_WORDS, pixels, points))
        made = crowd_film(cast, _LONG_CLASS, _LONG, film, length=2 * _LENGTH)
        say(f"{minutes} minutes of a class of {_LONG_CLASS}, as fast as that goes ...")
        points = in_own_process(minutes_of, made, settings, minutes, limit=_LIMIT_S)
        grown.append(_growth(MINUTES_WORDS, [float(one) for one in range(1, minutes + 1)], points))
    return grown


def write_growth(path: Path, grown: Sequence[Growth]) -> None:
    """Write all figures as JSON. Raises SettingsError where that can't be."""
    cases = [
        {**asdict(one), "slope": None if math.isnan(one.slope) else one.slope, "linear": one.linear}
        for one in grown
    ]
    content = {"kind": "roomread bench live --growth", "machine": machine(), "cases": cases}
    keep_text(path, json.dumps(content, indent=1) + "\n", "the figures")


def point_of(film: Film, settings: Settings) -> Point:
    """Play a film for a few seconds; those in which everybody is still being found do not count."""
    built = build_pipeline(share_cores(settings), _no_word)
    with closing(built.pipeline):
        costs = [one.cost for one in play(film, built.pipeline, _WARM_UP + _PICTURES)]
    return Point(float(np.mean(costs[_WARM_UP:])), peak_memory())


def minutes_of(film: Film, settings: Settings, minutes: int) -> list[Point]:
    """Play a film for so many of its minutes, into a session, as fast as that goes."""
    built = build_pipeline(share_cores(settings), _no_word)
    with closing(built.pipeline), ThrowawayFolder() as folder:
        return list(each_minute(film, built, settings, minutes, folder))


def each_minute(
    film: Film, built: Built, settings: Settings, minutes: int, folder: Path
) -> Iterator[Point]:
    """Mean cost of a picture in each minute, and the memory at its end; of each as it is over."""
    pictures = round(60 * _LONG_RATE)
    with closing(SyntheticCamera(film).open()) as camera:
        info = session_info(camera, built, settings)
    with Session.create(folder / f"bench{SUFFIX}", info) as session:
        played = play(film, built.pipeline, minutes * pictures, _LONG_RATE)
        costs: list[float] = []
        for one in played:
            session.append(one.result)
            costs.append(one.cost)
            if len(costs) == pictures:
                yield Point(float(np.mean(costs)), memory_now())
                costs.clear()


def _no_word(_: str) -> None:
    """Say nothing: it would be said for every point."""


def _growth(over: str, at: Sequence[float], points: Sequence[Point]) -> Growth:
    return growth_of(over, at, [one.cost for one in points], [one.memory for one in points])
