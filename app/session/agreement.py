"""Can the machine be trusted in this room? What people say of some of its faces, against it.

What is asked about is a second of a student: every second in which a student was seen counts the
same, however many frames it has. One face of each such second is drawn at random, and of these a
stratified sample (Cochran, 1977, "Sampling techniques", ch. 5): a stratum is what the machine
says, one of the expressions or "can't tell". The strata share the sample by the square root of
their size (Bankier, 1988, "Power allocations"), so that rare expressions are there and the common
ones still have most. Within a stratum every k-th is taken from a random start, in the order of
students and time, which spreads the sample over both.

Each labelled face then stands for as many seconds as its stratum has, over its labelled faces
(Horvitz & Thompson, 1952): figures speak of the whole session, not of the sample. The moments come
in random order, so this also holds where somebody stops half way. They do not speak of another
room, light or class.

Only faces that were read in that very frame are drawn, and those of which nothing is told: what the
machine held from an earlier frame (``Expressions.age``) it did not see in the picture that a person
is asked about. Held readings are part of the seconds that the labels speak of.

Intervals count labels, where the bands of shares (``confidence``) count students: the faces are
drawn at random from the seconds of the session, so labels of one student tell of it no less than
those of several.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.core.expressions import LABELS, UNKNOWN
from app.session.digest import FaceList, FrameList
from app.session.kappa import Estimate, Sample
from app.session.store import Session

UNKNOWN_PLACE: Final = len(LABELS)
"""Row and column of "can't tell" in a table, after those of ``LABELS``."""
SIZE: Final = len(LABELS) + 1
"""Rows and columns of a table."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A face to label.

    Attributes:
        frame: number in the source.
        timestamp: seconds.
        track: as tracked, whatever was edited; what ``Session.hand_labels`` takes.
        box: x, y, width, height in pixels of the frame.
        weight: seconds of students that it stands for.
    """

    frame: int
    timestamp: float
    track: int
    box: tuple[float, float, float, float]
    weight: float


@dataclass(frozen=True, slots=True, eq=False)
class Agreement:
    """How the machine and people read the same faces.

    Tables have people's label as row and the machine's as column, in the order of ``LABELS``,
    then ``UNKNOWN_PLACE``.

    Attributes:
        labelled: faces that people labelled.
        both_tell: those of which both say an expression; what ``share`` and kappas rest on.
        counts: (9, 9) int64 labelled faces.
        table: (9, 9) share of the session's seconds, estimated, sum 1; NaN where nothing is
            labelled.
        covered: share of the session's seconds that the labels speak of: less than 1 where the
            machine says something of which no face was labelled yet.
        share: of the seconds of which both say an expression, those where it is the same one.
        kappa: Cohen's kappa of the same, over all expressions.
        kappas: of each expression against all others.
    """

    labelled: int
    both_tell: int
    counts: NDArray[np.int64]
    table: NDArray[np.float64]
    covered: float
    share: Estimate
    kappa: Estimate
    kappas: tuple[Estimate, ...]

    @property
    def machine_alone(self) -> NDArray[np.float64]:
        """(8,) what the machine says where people can't tell, shares of the session's seconds."""
        return self.table[UNKNOWN_PLACE, :UNKNOWN_PLACE]

    @property
    def people_alone(self) -> NDArray[np.float64]:
        """(8,) what people say where the machine can't tell, shares of the session's seconds."""
        return self.table[:UNKNOWN_PLACE, UNKNOWN_PLACE]


class _Seconds:
    """Every second of every student of a session, in the order of students and time.

    Attributes:
        frames, faces: of the session.
        rows: (m,) into ``faces``: all faces of these seconds.
        starts: (s,) into ``rows``: where each second begins.
        counts: (s,) faces of each second.
        offered: (o,) into ``rows``: faces that are not held.
        strata: (m,) what the machine says of each face.
    """

    def __init__(self, session: Session) -> None:
        self.frames = FrameList.of(session)
        self.faces = FaceList.of(session, self.frames)
        now = session.identities
        students = self.faces.students(self.frames, now)
        counted = (students > 0) & ~np.isin(students, list(now.excluded))
        self.rows = self.faces.in_order(students, counted)
        seconds = np.floor(self.frames.times[self.faces.rows[self.rows]])
        begins = np.diff(students[self.rows], prepend=0) != 0
        begins |= np.diff(seconds, prepend=-1.0) != 0
        self.starts = np.flatnonzero(begins)
        self.counts = np.diff(np.append(self.starts, len(self.rows)))
        labels = self.faces.labels[self.rows]
        self.strata = np.where(labels == UNKNOWN, UNKNOWN_PLACE, labels)
        self.offered = np.flatnonzero(~self.faces.held[self.rows])

    def sizes(self) -> NDArray[np.float64]:
        """(9,) seconds in which the machine says each; one with two faces may be half of two."""
        each = np.repeat(1.0 / self.counts, self.counts)
        return np.bincount(self.strata, each, SIZE).astype(np.float64)

    def draw(self, rng: np.random.Generator) -> NDArray[np.int64]:
        """(t,) one of the faces of every second that may be offered, as places in ``rows``."""
        low, high = np.searchsorted(self.offered, (self.starts, self.starts + self.counts))
        choice = high > low
        low, count = low[choice], (high - low)[choice]
        chosen: NDArray[np.int64] = self.offered[low + (rng.random(len(low)) * count).astype(int)]
        return chosen

    def place(self, frame: int, track: int) -> int | None:
        """Where this face is in ``rows``; None where there is none, or its student is left out."""
        row = np.searchsorted(self.frames.numbers, frame)
        low, high = np.searchsorted(self.faces.tracks, (track, track + 1))
        face = low + np.searchsorted(self.faces.rows[low:high], row)
        if face >= high or self.faces.rows[face] != row or self.frames.numbers[row] != frame:
            return None
        found = np.flatnonzero(self.rows == face)
        return int(found[0]) if len(found) else None


def sample_moments(session: Session, count: int = 60, seed: int = 0) -> tuple[Moment, ...]:
    """Faces for a person to label, in random order; takes a pass over the file.

    The same session, edits, count and seed give the same faces. What was labelled already is not
    left out.

    Args:
        session: any; of a class-only session there are no moments.
        count: how many; fewer where the session has fewer seconds of students.
        seed: of the draw.

    Raises SessionError where the file is damaged.
    """
    if count < 1:
        raise ValueError(f"count: expected 1 or more, got {count}")
    rng, seconds = np.random.default_rng(seed), _Seconds(session)
    drawn = seconds.draw(rng)
    strata = seconds.strata[drawn]
    sizes = np.bincount(strata, minlength=SIZE)
    taken = allocate(sizes, count)
    chosen = []
    for stratum in np.flatnonzero(taken):
        own, n = drawn[strata == stratum], int(taken[stratum])
        chosen += own[np.floor((np.arange(n) + rng.random()) * len(own) / n).astype(int)].tolist()
    moments = []
    for place in rng.permutation(np.array(chosen, np.int64)).tolist():
        face, stratum = seconds.rows[place], seconds.strata[place]
        track, row = int(seconds.faces.tracks[face]), seconds.faces.rows[face]
        result = session.frames.one(int(seconds.frames.numbers[row]))
        x, y, width, height = result.faces.boxes[result.faces.ids == track][0].tolist()
        weight = float(sizes[stratum] / taken[stratum])
        box = (x, y, width, height)
        moments.append(Moment(result.index, result.timestamp, track, box, weight))
    return tuple(moments)


def allocate(sizes: NDArray[np.integer], count: int) -> NDArray[np.int64]:
    """Share ``count`` out among strata of these sizes by the square roots of them.

    Nobody gets more than there is; two each come first, so that variances can be told. Then the
    next goes to whoever has least for its root (D'Hondt's highest averages).
    """
    given = np.zeros(len(sizes), np.int64)
    roots = np.sqrt(sizes)
    for _ in range(min(count, int(sizes.sum()))):
        first = np.where(given < np.minimum(sizes, 2), 2 - given, 0)
        claims = np.where(given < sizes, roots / (given + 1), -1.0)
        given[np.lexsort((claims, first > 0))[-1]] += 1
    return given


def agreement(session: Session) -> Agreement:
    """How the machine agrees with all hand labels of a session; takes a pass over the file.

    Labels of students who are left out do not count. Raises SessionError where the file is damaged.
    """
    seconds = _Seconds(session)
    pairs = []
    for label in session.hand_labels.all():
        place = seconds.place(label.frame, label.track)
        if place is not None:
            said = UNKNOWN_PLACE if label.label == UNKNOWN else label.label
            pairs.append((said, int(seconds.strata[place])))
    hand, machine = np.array(pairs, np.int64).reshape(-1, 2).T
    return compare(hand, machine, seconds.sizes())


def compare(
    hand: NDArray[np.int64], machine: NDArray[np.int64], sizes: NDArray[np.floating]
) -> Agreement:
    """How the machine agrees with these labels.

    Args:
        hand, machine: (n,) what people and the machine say of each face, also ``UNKNOWN_PLACE``.
        sizes: (9,) seconds of students in which the machine says each.
    """
    counts = np.zeros((SIZE, SIZE), np.int64)
    np.add.at(counts, (hand, machine), 1)
    taken = counts.sum(axis=0)
    weights = np.divide(sizes, taken, out=np.zeros(SIZE), where=taken > 0)
    table, total = counts * weights, float(sizes.sum())
    told = (hand != UNKNOWN_PLACE) & (machine != UNKNOWN_PLACE)
    sample = Sample(hand, machine, machine, weights[machine], told)
    return Agreement(
        labelled=len(hand),
        both_tell=int(told.sum()),
        counts=counts,
        table=table / table.sum() if len(hand) else np.full((SIZE, SIZE), np.nan),
        covered=float(table.sum()) / total if total > 0 else float("nan"),
        share=sample.share(),
        kappa=sample.kappa(),
        kappas=tuple(sample.kappa(label) for label in range(len(LABELS))),
    )
