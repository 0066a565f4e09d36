"""Episodes: how long a student showed one expression, from readings of single frames.

Two rules turn readings into episodes, in this order:

1. ``gap``: an interruption shorter than this is bridged. An interruption is whatever is not the
   episode's own expression: another expression, a frame in which the app can't tell, a student
   out of sight. Where two expressions could bridge each other, the episode that began first does:
   the student is in one episode at a time, and what happens later changes no episode that ended.
2. ``minimum``: of what is there then, an episode shorter than this is dropped. So a flicker does
   not cut a long episode in two, each of which would be dropped.

"Can't tell" is an episode of its own, so that a gap between episodes means that the student was
out of sight (or nothing lasted long enough), and the time that was read stays known. It bridges
time out of sight only: a reading always ends it.

A reading that is held until the face is read again (``Expressions.age``) goes on with its episode,
as the reading of an analysed frame stands until the next one.

An episode begins at the timestamp of its first frame and ends where the span of its last frame
does (``summary.with_spans``): at the next analysed frame, but no later than one second or three
usual frames.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from app.core.errors import ExportError
from app.core.expressions import CANT_TELL, LABELS, UNKNOWN
from app.core.types import FrameResult
from app.session.interval import GAP, MINIMUM
from app.session.summary import with_spans

_EPSILON: Final = 1e-6  # ten frames of 0.05 s are half a second


@dataclass(frozen=True, slots=True)
class Rules:
    """When readings are one episode.

    Attributes:
        gap: interruptions shorter than this (seconds) are bridged; 0: none.
        minimum: episodes shorter than this (seconds) are dropped; 0: none.

    Raises ExportError where one of them is below 0, or no number.
    """

    gap: float = GAP
    minimum: float = MINIMUM

    def __post_init__(self) -> None:
        for name, value in (("gap", self.gap), ("minimum", self.minimum)):
            if not (math.isfinite(value) and value >= 0):
                raise ExportError(f"{name} {value:g}: give 0 seconds or more")


@dataclass(frozen=True, slots=True)
class Episode:
    """One expression of one student.

    Attributes:
        student: track number.
        label: index into ``LABELS``; ``UNKNOWN``: the app can't tell.
        start, end: seconds.
        first, last: numbers of its first and last frame.
    """

    student: int
    label: int
    start: float
    end: float
    first: int
    last: int

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.end - self.start

    @property
    def behaviour(self) -> str:
        """The expression in words, or "can't tell"."""
        return CANT_TELL if self.label == UNKNOWN else LABELS[self.label]


def episodes(
    results: Iterable[FrameResult], span: float, rules: Rules | None = None
) -> Iterator[Episode]:
    """The episodes of every student, in time order within each student.

    Different students' come in the order in which they are known to have ended. Memory grows with
    students only: what is kept of one is the episode that is open and less than ``rules.gap``
    after it.

    Args:
        results: in time order.
        span: seconds that a usual frame stands for, see ``summary.frame_span``.
        rules: of gap and minimum length; by default 0.5 s each.
    """
    rules = rules or Rules()
    students: dict[int, _Student] = {}
    for result, seconds in with_spans(results, span):
        end = result.timestamp + seconds
        rows = zip(result.faces.ids.tolist(), result.expressions.labels.tolist(), strict=True)
        for student, label in rows:
            one = students.get(student)
            if one is None:
                one = students[student] = _Student(rules)
            read = Episode(student, label, result.timestamp, end, result.index, result.index)
            yield from one.add(read)
    for one in students.values():
        yield from one.finish()


class _Student:
    """What is open of one student."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._open: Episode | None = None
        self._later: list[Episode] = []  # pieces of other labels since; shorter than the gap

    def add(self, read: Episode) -> Iterator[Episode]:
        """Take in what was read in a frame; yields episodes that ended."""
        todo = [read]
        while todo:
            piece = todo.pop()
            now = self._open
            if now is None:
                self._open = piece
            elif self._joins(now, piece):
                self._open = _joined(now, piece)
                self._later.clear()
            elif self._ends(now, piece):
                # What came since gets its own chance to be an episode, in order.
                todo += [piece, *reversed(self._later)]
                self._open = None
                self._later.clear()
                yield from self._long_enough(now)
            else:
                self._hold(piece)

    def finish(self) -> Iterator[Episode]:
        """The student is not seen any more."""
        while self._open is not None:
            now, later = self._open, self._later
            self._open, self._later = None, []
            yield from self._long_enough(now)
            for piece in later:
                yield from self.add(piece)

    def _joins(self, now: Episode, piece: Episode) -> bool:
        """Whether ``piece`` continues what is open."""
        return piece.label == now.label and self._bridged(now, piece.start)

    def _ends(self, now: Episode, piece: Episode) -> bool:
        """Whether what is open can't be continued after ``piece``, which is of something else."""
        return now.label == UNKNOWN or not self._bridged(now, piece.end)

    def _bridged(self, now: Episode, until: float) -> bool:
        away = until - now.end
        return away < _EPSILON or away < self._rules.gap - _EPSILON

    def _hold(self, piece: Episode) -> None:
        last = self._later[-1] if self._later else None
        if last is not None and last.label == piece.label and piece.start - last.end < _EPSILON:
            self._later[-1] = _joined(last, piece)
        else:
            self._later.append(piece)

    def _long_enough(self, one: Episode) -> Iterator[Episode]:
        if one.duration > self._rules.minimum - _EPSILON:
            yield one


def _joined(one: Episode, later: Episode) -> Episode:
    return Episode(one.student, one.label, one.start, later.end, one.first, later.last)
