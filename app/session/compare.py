"""Two sessions of one class, side by side.

Each session has intervals of its own (``bootstrap``), drawn independently. The interval of a
difference is put together from the two, each with its own skew: MOVER, the method of variance
estimates recovery (Zou & Donner, 2008, "Construction of confidence limits about effect measures";
for shares Newcombe, 1998, "Interval estimation for the difference between independent
proportions", method 10).

A difference of shares is one of two recordings. Whether it is one of the class depends on how alike
they were made: ``reasons`` says what speaks against it. Ids are pseudonyms that begin anew in every
session, so students are matched by the names that the user gave, and by nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np

from app.session.bootstrap import ShareEstimates
from app.session.kappa import Estimate
from app.session.statistics import Figures, SessionStatistics, StudentFigures, session_statistics
from app.session.store import Session, SessionInfo

MOST_COVERAGE_APART: Final = 0.1
"""Difference of the coverages up to which two sessions are taken for comparable."""
MOST_TIMES: Final = 1.5
"""Ratio of rates, sizes and numbers of students up to which they are."""

_READ_WITH: Final = ("detector", "tracker", "smoother", "regions")  # sections of the settings

_REASONS: Final = {
    "same": "both are of the same recording",
    "model": "they were read by different models ({first} and {second})",
    "version": "they were made by different versions of Roomread ({first} and {second})",
    "settings": "their settings differ ({first})",
    "size": "their pictures differ in size ({first} and {second})",
    "rate": "they were looked at at different rates ({first} and {second} frames a second)",
    "coverage": "the app could read {first} of the faces in one and {second} in the other",
    "students": "they show different numbers of students at a time ({first} and {second})",
    "purpose": "they were recorded for different purposes ({first}; {second})",
    "privacy": "one is of the class as a whole only",
    "unfinished": "an analysis did not reach the end ({first})",
    "short": "too short to say how sure the shares are ({first})",
    "names": "more than one student of a session has the name {first}, so nobody is matched by it",
}

_NUMBERS: Final = {"rate": ".1f", "coverage": ".0%", "students": ".0f"}
"""How the numbers of these reasons are written in English."""


class Reason(NamedTuple):
    """Why two sessions may not be comparable.

    Attributes:
        kind: one word for it.
        first, second: what differs, of either session, a number or words; empty where nothing is
            to be added, or nothing was said (of the purpose).
    """

    kind: str
    first: str | float = ""
    second: str | float = ""

    @property
    def words(self) -> str:
        """As the user reads it, without a full stop."""
        first, second = (
            format(one, _NUMBERS.get(self.kind, "")) or "none given"
            for one in (self.first, self.second)
        )
        return _REASONS[self.kind].format(first=first, second=second)


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """The second less the first, of the class or of one student.

    Attributes:
        first, second: figures of each session.
        labels, probabilities: (8,) differences of the shares, -1..1, with their 95% intervals; NaN
            where either session is too short to say.
        coverage: difference of the coverages.
    """

    first: Figures
    second: Figures
    labels: ShareEstimates
    probabilities: ShareEstimates
    coverage: Estimate

    @property
    def sure(self) -> bool:
        """Whether both are long enough to tell a difference of shares from chance."""
        return self.first.sure and self.second.sure


@dataclass(frozen=True, slots=True, eq=False)
class NamedChange:
    """One student, who has the same name in both sessions."""

    name: str
    change: Change


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Two sessions side by side.

    Attributes:
        first, second: statistics of each.
        of_faces: the change of the class, every face read counting the same.
        of_students: the same, every student counting the same; None where either session is
            class-only.
        students: those whom the user gave the same name in both, by name; nobody else is matched.
        reasons: why the two may not be comparable; () where nothing speaks against it.
    """

    first: SessionStatistics
    second: SessionStatistics
    of_faces: Change
    of_students: Change | None
    students: tuple[NamedChange, ...]
    reasons: tuple[Reason, ...]

    @property
    def warnings(self) -> tuple[str, ...]:
        """The reasons in words, a line each."""
        return tuple(one.words for one in self.reasons)


def compare_sessions(first: Session, second: Session) -> Comparison:
    """Compare two sessions of one class; a pass over each file.

    Raises SessionError where a file is damaged.
    """
    one, other = session_statistics(first), session_statistics(second)
    ambiguous = sorted({*_ambiguous(one), *_ambiguous(other)})
    here, there = _by_name(one), _by_name(other)
    both = [name for name in here if name in there and name not in ambiguous]
    of_students = None
    if one.of_students is not None and other.of_students is not None:
        of_students = change(one.of_students, other.of_students)
    reasons = [
        *_made_differently(first, second),
        *_seen_differently(first, second, one, other),
        *(Reason("names", here.get(name, there.get(name, (name,)))[0]) for name in ambiguous),
    ]
    return Comparison(
        first=one,
        second=other,
        of_faces=change(one.of_faces, other.of_faces),
        of_students=of_students,
        students=tuple(
            NamedChange(here[name][0], change(here[name][1], there[name][1]))
            for name in sorted(both)
        ),
        reasons=tuple(reasons),
    )


def change(first: Figures, second: Figures) -> Change:
    """The second less the first."""
    coverage = difference(_as_shares(first.coverage), _as_shares(second.coverage))
    return Change(
        first,
        second,
        difference(first.labels, second.labels),
        difference(first.probabilities, second.probabilities),
        Estimate(float(coverage.values[0]), float(coverage.low[0]), float(coverage.high[0])),
    )


def difference(first: ShareEstimates, second: ShareEstimates) -> ShareEstimates:
    """Shares of the second less those of the first, independent of it, by MOVER.

    The intervals are NaN where either has none, and so is the effective number.
    """
    apart = second.values - first.values
    low = apart - np.hypot(second.values - second.low, first.high - first.values)
    high = apart + np.hypot(second.high - second.values, first.values - first.low)
    return ShareEstimates(apart, low, high, float("nan"), 0)


def _as_shares(one: Estimate) -> ShareEstimates:
    value, low, high = (np.array([end]) for end in one)
    return ShareEstimates(value, low, high, float("nan"), 0)


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()


def _ambiguous(statistics: SessionStatistics) -> set[str]:
    names = Counter(_key(one.name) for one in statistics.students if one.name)
    return {name for name, students in names.items() if students > 1}


def _by_name(statistics: SessionStatistics) -> dict[str, tuple[str, Figures]]:
    named: tuple[StudentFigures, ...] = tuple(one for one in statistics.students if one.name)
    return {_key(one.name): (one.name, one.figures) for one in named}


def _made_differently(first: Session, second: Session) -> Iterator[Reason]:
    """What the two sessions say of how they were made."""
    one, other = first.info, second.info
    if _recorded(one) == _recorded(other):
        yield Reason("same")
    models = [f"{info.model_name} {info.model_version}".strip() for info in (one, other)]
    if one.model_sha256 != other.model_sha256:
        yield Reason("model", *models)
    if one.app_version != other.app_version:
        yield Reason("version", one.app_version, other.app_version)
    settings: tuple[Any, Any] = (one.settings, other.settings)
    differ = [name for name in _READ_WITH if settings[0].get(name) != settings[1].get(name)]
    if differ:
        yield Reason("settings", ", ".join(differ))
    if one.source_size != other.source_size:
        yield Reason("size", *(f"{w} × {h}" for w, h in (one.source_size, other.source_size)))
    purposes = ["" if info.purpose is None else info.purpose.purpose for info in (one, other)]
    if _key(purposes[0]) != _key(purposes[1]):
        yield Reason("purpose", *purposes)
    if first.class_only != second.class_only:
        yield Reason("privacy")
    unfinished = [session.info.recording for session in (first, second) if not session.complete]
    if unfinished:
        yield Reason("unfinished", ", ".join(unfinished))


def _recorded(info: SessionInfo) -> tuple[Any, ...]:
    """What tells one recording from another, also where it was moved or analysed again."""
    if info.source_live:
        return info.source_name, info.created
    return info.recording, info.source_size, info.source_duration


def _seen_differently(
    first: Session, second: Session, one: SessionStatistics, other: SessionStatistics
) -> Iterator[Reason]:
    """What their figures say of it."""
    both = ((first, one), (second, other))
    rates = [_rate(session, found) for session, found in both]
    if _apart(*rates):
        yield Reason("rate", *rates)
    coverages = [found.of_faces.coverage.value for _, found in both]
    if abs(coverages[0] - coverages[1]) > MOST_COVERAGE_APART:
        yield Reason("coverage", *coverages)
    students = [
        found.of_faces.faces_seen / max(session.counts.analysed, 1) for session, found in both
    ]
    if _apart(*students):
        yield Reason("students", *students)
    short = [
        session.info.recording
        for session, found in both
        if not (found.of_faces.sure or found.of_faces.withheld)
    ]
    if short:
        yield Reason("short", ", ".join(short))


def _rate(session: Session, found: SessionStatistics) -> float:
    """Analysed frames a second; NaN without any."""
    duration = found.end - found.start
    return session.counts.analysed / duration if duration > 0 else float("nan")


def _apart(one: float, other: float) -> bool:
    """Whether one of two numbers is so many times the other; never where one is unknown."""
    low, high = sorted((one, other))
    return bool(high > MOST_TIMES * low)
