"""Timelines and summaries of a finished session, for any stretch of it and any zoom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.session.markers import Marker

NOT_IN_VIEW = -2
"""In a student's timeline: not in view."""


@dataclass(frozen=True, slots=True, eq=False)
class ReviewStudent:
    """One student over the whole session, or over a stretch of it.

    Attributes:
        id: 1-based number of the student.
        code: the pseudonym, "S01".
        name: what the user typed, "" where nothing.
        seconds: time in view.
        faces_read: frames in which the app could tell the expression.
        read_share: share of the frames in view that were read; NaN where never in view.
        shares: (8,) share of each expression among the frames read; NaN where none was.
        seen_from, seen_to: seconds, first and last frame in view; NaN where never in view.
        excluded: left out by the user, or as a picture on the wall.
    """

    id: int
    code: str
    name: str
    seconds: float
    faces_read: int
    read_share: float
    shares: NDArray[np.float64]
    seen_from: float
    seen_to: float
    excluded: bool


@dataclass(frozen=True, slots=True, eq=False)
class ClassTimeline:
    """The class over time, without those who are left out.

    Attributes:
        starts: (k,) seconds, start of each column.
        interval: seconds a column.
        shares: (k, 8) share of each expression among the faces read; NaN where none was read.
        low, high: (k, 8) 95% band of ``shares``, see ``session.confidence``; NaN as there.
        read: (k,) share of the faces seen that were read; NaN where none was seen.
        students: (k,) int64 different students; of a class-only session, most at a time.
        withheld: (k,) bool: read and not said, since the group was too small.
        change: (k, 8) mean change of the probabilities against each student's rest; NaN where
            unknown. None unless ``Review.baseline``.
    """

    starts: NDArray[np.float64]
    interval: float
    shares: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    read: NDArray[np.float64]
    students: NDArray[np.int64]
    withheld: NDArray[np.bool_]
    change: NDArray[np.float64] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class StudentTimeline:
    """Every student over time, also those who are left out.

    Attributes:
        starts: (k,) seconds, start of each column.
        interval: seconds a column.
        ids: (n,) int64 students, increasing, as ``Review.students`` has them.
        labels: (n, k) int8 index into ``LABELS`` of the expression read most often;
            ``UNKNOWN`` where
            the app could not tell in most frames; ``NOT_IN_VIEW``.
        change: (n, k, 8) float32 mean change of the probabilities against the student's rest;
            NaN where unknown. None unless ``Review.baseline``.
    """

    starts: NDArray[np.float64]
    interval: float
    ids: NDArray[np.int64]
    labels: NDArray[np.int8]
    change: NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class StretchSummary:
    """What a stretch of the session says.

    Attributes:
        start, end: seconds.
        frames: analysed frames in it.
        seconds: that these stand for; less than the stretch where there are gaps.
        shares, low, high: (8,) as in ``ClassTimeline``.
        read, read_low, read_high: share of the faces seen that were read, with its band.
        withheld: read and not said, since the group was too small.
        change: (8,) as in ``ClassTimeline``; None unless ``Review.baseline``.
        students: those in view in it, by id; those who are left out are marked. Empty for a
            class-only session.
        markers: those inside, by time.
    """

    start: float
    end: float
    frames: int
    seconds: float
    shares: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    read: float
    read_low: float
    read_high: float
    withheld: bool
    change: NDArray[np.float64] | None
    students: tuple[ReviewStudent, ...]
    markers: tuple[Marker, ...]
