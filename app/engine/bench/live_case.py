"""One case of ``roomread bench live``: what is run, what is noted of it, and its figures."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.core.geometry import iou_matrix
from app.core.types import FrameResult
from app.engine.bench.calibration import Speed
from app.engine.bench.film import Film
from app.engine.bench.synthetic_camera import Taken
from app.engine.settings import Settings

WARM_UP: Final = 5.0
"""Seconds that do not count: models and caches are cold, and nobody is found yet."""
FOUND: Final = 0.3
"""Overlap (IoU) from which on a box is that of a student."""
FOLLOWED: Final = 0.8
"""Share of the pictures in which a student must be found under one id to be followed."""
PATIENCE: Final = 1.0
"""Seconds that a result may be on its way to the screen when the case ends."""


@dataclass(frozen=True, slots=True, eq=False)
class LiveCase:
    """What is run.

    Attributes:
        film: what the camera sees.
        settings: of the app.
        seconds: that count.
        warm_up: seconds before.
    """

    film: Film
    settings: Settings
    seconds: float
    warm_up: float = WARM_UP


@dataclass(frozen=True, slots=True)
class Painted:
    """A picture on the screen.

    Attributes:
        begun, ended: seconds of the camera's clock: before and after it was painted.
        frame: index of the frame.
        result: index of the frame whose result lies over it; -1 for none.
    """

    begun: float
    ended: float
    frame: int
    result: int


@dataclass(frozen=True, slots=True, eq=False)
class LiveLog:
    """What was noted of a run.

    Attributes:
        taken: pictures that the camera gave, see ``SyntheticCamera.capture``.
        painted: in order.
        results: all that the session holds.
        timings: index of a result that was given to be painted to its seconds by stage.
        span: seconds of the camera's clock between which it counts.
        processor: seconds of processor time in it, of all threads.
        memory: bytes that the process needed at most.
        speed: of the machine, right before.
        provider, model: who read.
        screen: kind of screen that was painted on.
    """

    taken: Sequence[Taken]
    painted: Sequence[Painted]
    results: Sequence[FrameResult]
    timings: Mapping[int, Mapping[str, float]]
    span: tuple[float, float]
    processor: float
    memory: int
    speed: Speed
    provider: str
    model: str
    screen: str


@dataclass(frozen=True, slots=True)
class LiveFigures:
    """What a case comes to. A figure that can't be told is NaN, a time that never came infinite.

    Attributes:
        faces: students that are there.
        size: (width, height) of the camera's pictures.
        seconds: that were measured.
        there: students whom nothing hid in a picture that was looked at, on average.
        found: of these, students who were found.
        followed: students found in ``FOLLOWED`` of the pictures in which nothing hid them, under
            one id.
        wrong: faces found where nobody is, on average.
        shown_fps: different pictures painted a second.
        follow_fps: pictures looked at a second.
        reads, reads_least: times a second that a student's face was really read: the median, and
            the one read least often, of all who could be seen in any picture that was looked at,
            found or not.
        missed: students who could be seen, and were found in less than ``FOLLOWED`` of the
            pictures in which nothing hid them.
        reads_found: times a second in view that a student's face was really read: the one read
            least often of all but those who were missed.
        latency: seconds from the camera's taking a picture to the end of painting what was found
            in it: 50th, 95th, 99th percentile, each the next value that was measured. What was
            never painted came later than all that was.
        picture: the same of the picture alone, of those that were painted.
        unpainted: pictures that were looked at, and what was found in them never painted.
        busy: share of the usable cores, the camera's decoding included.
        memory: bytes at most.
        skipped: pictures that were captured and not looked at.
        lost: pictures that the camera took and nobody asked it for.
        stages: mean seconds by stage, by the wall clock, of pictures of the measured time only.
        cost: seconds of processor time for each face that was looked for in a picture.
        speed: of the machine, right before.
        provider, model, screen: see ``LiveLog``.
    """

    faces: int
    size: tuple[int, int]
    seconds: float
    there: float
    found: float
    followed: int
    wrong: float
    shown_fps: float
    follow_fps: float
    reads: float
    reads_least: float
    missed: int
    reads_found: float
    latency: tuple[float, float, float]
    picture: tuple[float, float, float]
    unpainted: int
    busy: float
    memory: int
    skipped: int
    lost: int
    stages: Mapping[str, float]
    cost: float
    speed: Speed
    provider: str
    model: str
    screen: str


@dataclass(slots=True)
class _Students:
    """What was seen of every student of a film.

    Attributes:
        looks: pictures that were looked at.
        there: (n,) int64: in how many of them a student could be seen.
        seen: (n,) int64: in how many of those one was found.
        read: (n,) int64: in how many pictures one was read.
        read_seen: (n,) int64: in how many of those in ``seen``.
        ids: of each student, track to the number of pictures.
        wrong: faces where nobody is.
    """

    there: NDArray[np.int64]
    seen: NDArray[np.int64]
    read: NDArray[np.int64]
    read_seen: NDArray[np.int64]
    ids: list[dict[int, int]]
    looks: int = 0
    wrong: int = 0

    def rates_in_view(self, seconds: float) -> NDArray[np.float64]:
        """(m,) reads a second in view of each student who was found most of that time."""
        most = (self.there > 0) & (self.seen >= FOLLOWED * self.there)
        return self.read_seen[most] * self.looks / (self.there[most] * seconds)


def figures_of(film: Film, log: LiveLog) -> LiveFigures:
    """Work a run out."""
    begin, end = log.span
    seconds = end - begin
    due = dict(enumerate(log.taken[1:]))
    results = [
        result
        for result in log.results
        if result.index in due and begin <= due[result.index].due < end
    ]
    students = _students(film, results, due)
    numbers = [taken.number for taken in log.taken if begin <= taken.due < end]
    shown = _first_shown(log.painted, log.span)
    delays = _overlay_delays(log, {result.index: due[result.index].due for result in results})
    rates = students.read[students.there > 0] / seconds
    in_view = students.rates_in_view(seconds)
    looked = sum(len(result.faces) for result in results)
    return LiveFigures(
        faces=film.faces,
        size=film.size,
        seconds=seconds,
        there=float(students.there.sum()) / max(1, students.looks),
        found=float(students.seen.sum()) / max(1, students.looks),
        followed=sum(
            max(ids.values(), default=0) >= max(1.0, FOLLOWED * float(there))
            for ids, there in zip(students.ids, students.there, strict=True)
        ),
        wrong=students.wrong / max(1, students.looks),
        shown_fps=len(shown) / seconds,
        follow_fps=len(results) / seconds,
        reads=float(np.median(rates)) if len(rates) else math.nan,
        reads_least=float(rates.min()) if len(rates) else math.nan,
        missed=len(rates) - len(in_view),
        reads_found=float(in_view.min()) if len(in_view) else math.nan,
        latency=_percentiles(delays),
        picture=_percentiles([at - due[one].due for one, at in shown.items() if one in due]),
        unpainted=delays.count(math.inf),
        busy=log.processor / seconds / log.speed.cores,
        memory=log.memory,
        skipped=len(numbers) - len(results),
        lost=max(numbers) - min(numbers) + 1 - len(numbers) if numbers else 0,
        stages=_stages(log, [result.index for result in results]),
        cost=log.processor / looked if looked else math.nan,
        speed=log.speed,
        provider=log.provider,
        model=log.model,
        screen=log.screen,
    )


def _students(film: Film, results: Sequence[FrameResult], due: Mapping[int, Taken]) -> _Students:
    count = film.faces
    there, seen, read, read_seen = np.zeros((4, count), np.int64)
    found = _Students(there, seen, read, read_seen, [{} for _ in range(count)])
    for result in results:
        place = film.place(due[result.index].number)
        rows = matches(film.boxes[place], result.faces.boxes)
        found.looks += 1
        found.there += film.seen[place]
        found.wrong += len(result.faces) - int((rows >= 0).sum())
        for student in np.flatnonzero(rows >= 0).tolist():
            row = rows[student]
            found.read[student] += bool(result.expressions.fresh[row])
            if not film.seen[place, student]:
                continue
            found.seen[student] += 1
            found.read_seen[student] += bool(result.expressions.fresh[row])
            track = int(result.faces.ids[row])
            found.ids[student][track] = found.ids[student].get(track, 0) + 1
    return found


def matches(truth: NDArray[np.float64], boxes: NDArray[np.floating]) -> NDArray[np.int64]:
    """(n,) row of the boxes (m, 4) that is each student's (n, 4); -1 for none.

    The best overlaps first, each box once.
    """
    rows = np.full(len(truth), -1, np.int64)
    there = np.flatnonzero(np.isfinite(truth[:, 0]))
    overlaps = iou_matrix(truth[there], boxes)
    pairs = np.argwhere(overlaps >= FOUND)
    order = np.argsort(-overlaps[pairs[:, 0], pairs[:, 1]], kind="stable")
    taken: set[int] = set()
    for one, row in pairs[order].tolist():
        if rows[there[one]] < 0 and row not in taken:
            rows[there[one]] = row
            taken.add(row)
    return rows


def _first_shown(painted: Sequence[Painted], span: tuple[float, float]) -> dict[int, float]:
    """Frame to when it was first on the screen; of those that were in span."""
    shown: dict[int, float] = {}
    for one in painted:
        shown.setdefault(one.frame, one.ended)
    begin, end = span
    return {index: at for index, at in shown.items() if begin <= at < end}


def _overlay_delays(log: LiveLog, due: Mapping[int, float]) -> list[float]:
    """Seconds from capture to paint of each result, infinite for one that was passed over.

    Args:
        log: of the run.
        due: index of each result of the span to when its picture was taken.
    """
    overlaid: dict[int, float] = {}
    for one in log.painted:
        overlaid.setdefault(one.result, one.ended)
    newest = max((due[index] for index in overlaid if index in due), default=-math.inf)
    # A later one may have been on its way when the window was told to stop.
    settled = max(newest, log.span[1] - PATIENCE)
    return [
        overlaid.get(index, math.inf) - at
        for index, at in due.items()
        if index in overlaid or at < settled
    ]


def _stages(log: LiveLog, counted: Sequence[int]) -> dict[str, float]:
    begin, end = log.span
    decoding = [taken.decoding for taken in log.taken if begin <= taken.due < end]
    painting = [one.ended - one.begun for one in log.painted if begin <= one.ended < end]
    timed = [log.timings[index] for index in counted if index in log.timings]
    names = dict.fromkeys(name for timings in timed for name in timings)
    return {
        "decode": _mean(decoding),
        **{name: _mean([one[name] for one in timed if name in one]) for name in names},
        "paint": _mean(painting),
    }


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else math.nan


def _percentiles(values: Sequence[float]) -> tuple[float, float, float]:
    if not values:
        return math.nan, math.nan, math.nan
    # A value between a time and never would be none.
    low, high, highest = np.percentile(values, (50, 95, 99), method="higher").tolist()
    return low, high, highest
