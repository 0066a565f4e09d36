"""Who is who after the user's edits.

Tracks are never rewritten. Every change is an entry of a log, and replaying the entries that hold,
in order, over the tracks gives the students. So any edit can be undone at any time, as long as no
later one builds on it.

Rules: merged students keep the number, the name and the exclusion of the one they are merged
into; where that one has no name, they keep the other's. The later part of a split student has a
number that nobody had before, also in edits that were undone; it has no name yet, and is left out
as the earlier part is.
"""

from __future__ import annotations

import json
import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.core.errors import EditError
from app.core.types import Faces, FrameResult, student_code
from app.session.sightings import EVER, Piece, Sightings

USER: Final = "user"
TWO_WAY: Final = "two-way pass"
PICTURE: Final = "a picture on the wall"
REPAIR: Final = "repair"
"""Where an edit comes from."""

_MOST: Final = 1 << 31  # no student or suggestion has a number as high
TOLERANCE: Final = 2
"""Frames for which two tracks of one student may overlap, as where a tracker hands over."""


@dataclass(frozen=True, slots=True)
class Name:
    """A student gets a name; an empty one takes it away."""

    student: int
    text: str


@dataclass(frozen=True, slots=True)
class Merge:
    """From now on the rows of ``student`` are those of ``into``."""

    into: int
    student: int


@dataclass(frozen=True, slots=True)
class Split:
    """The rows of ``student`` from ``at`` (seconds) on become those of ``new``."""

    student: int
    at: float
    new: int


@dataclass(frozen=True, slots=True)
class Exclude:
    """A student, or what was taken for one, is left out of every table."""

    student: int


@dataclass(frozen=True, slots=True)
class Include:
    """A student who was left out is not any more."""

    student: int


@dataclass(frozen=True, slots=True)
class Reject:
    """A suggestion is wrong, says the user."""

    suggestion: int


Change = Name | Merge | Split | Exclude | Include | Reject

KINDS: Final[Mapping[str, type[Change]]] = {
    kind.__name__.lower(): kind for kind in (Name, Merge, Split, Exclude, Include, Reject)
}


@dataclass(frozen=True, slots=True)
class Edit:
    """An entry of the log.

    Attributes:
        number: 1-based, its place in the log for ever.
        time: ISO 8601, UTC, the same for all that one action changed; only to the second in
            files of older versions, empty for names older than the log.
        change: what it does.
        origin: ``USER``, ``TWO_WAY`` or ``PICTURE``.
        undone: 0 where it holds; else the how-manyth undoing it was.
    """

    number: int
    time: str
    change: Change
    origin: str
    undone: int = 0


def pack(change: Change) -> tuple[str, str]:
    """Kind and JSON payload, as the session file keeps them."""
    return type(change).__name__.lower(), json.dumps(asdict(change))


def unpack(kind: str, payload: str) -> Change:
    """The change that ``pack`` made these of; ValueError, KeyError or TypeError for any others."""
    change = KINDS[kind](**json.loads(payload))
    for key, value in asdict(change).items():
        if key == "text":
            right = isinstance(value, str)
        elif key == "at":
            right = isinstance(value, int | float) and math.isfinite(value)
        else:
            right = type(value) is int and 0 <= value < _MOST
        if not right:
            raise ValueError(f"{kind}: impossible {key}")
    return change


def words(change: Change) -> str:
    """A change as a user says it."""
    match change:
        case Name(student, text):
            code = student_code(student)
            return f'name {code} "{text}"' if text else f"take the name of {code} away"
        case Merge(into, student):
            return f"merge {student_code(student)} into {student_code(into)}"
        case Split(student, at, new):
            return f"split {student_code(student)} at {at:.1f} s: {student_code(new)} from there on"
        case Exclude(student):
            return f"leave {student_code(student)} out"
        case Include(student):
            return f"take {student_code(student)} in again"
        case Reject(suggestion):
            return f"reject suggestion {suggestion}"


class Identities:
    """Who is who: which piece of which track is which student.

    A track that no edit speaks of is the student of the same number.

    Args:
        reserved: numbers that splits give; no track has them.
    """

    def __init__(self, reserved: frozenset[int] = frozenset()) -> None:
        self.names: dict[int, str] = {}
        self.excluded: set[int] = set()
        self.rejected: set[int] = set()
        self._reserved = reserved
        self._made: set[int] = set()
        self._merged: dict[int, int] = {}
        self._pieces: dict[int, list[tuple[float, int]]] = {}  # track: start, student

    @property
    def moved(self) -> bool:
        """Whether any track is, in part, another student than the one of its number."""
        return bool(self._pieces)

    def student_of(self, track: int, time: float) -> int:
        """The student whose face ``track`` shows at ``time`` (seconds)."""
        pieces = self._pieces.get(track)
        if pieces is None:
            return track
        return pieces[bisect_right(pieces, time, key=lambda piece: piece[0]) - 1][1]

    def pieces(self, tracks: Iterable[int]) -> dict[int, list[Piece]]:
        """What every student is made of, as far as these tracks go, by student."""
        made: dict[int, list[Piece]] = {}
        for track in tracks:
            starts = self._pieces.get(track, [(-EVER, track)])
            ends = [*(start for start, _ in starts[1:]), EVER]
            for (start, student), end in zip(starts, ends, strict=True):
                made.setdefault(student, []).append(Piece(track, start, end))
        return dict(sorted(made.items()))

    def require(self, student: int) -> None:
        """Raise EditError where the log leaves no student of this number."""
        if student in self._merged:
            into = self._merged[student]
            while into in self._merged:
                into = self._merged[into]
            code = student_code(into)
            raise EditError(f"{student_code(student)} is a part of {code} now: give {code}")
        if student < 1 or (student in self._reserved and student not in self._made):
            raise EditError(f"there is no {student_code(student)}")

    def apply(self, change: Change) -> None:
        """Take in the next change; EditError where it does not fit what is."""
        match change:
            case Name(student, text):
                self.require(student)
                self.names.pop(student, None)
                if text:
                    self.names[student] = text
            case Merge(into, student):
                self._merge(into, student)
            case Split(student, at, new):
                self._split(student, at, new)
            case Exclude(student):
                self.require(student)
                if student in self.excluded:
                    raise EditError(f"{student_code(student)} is left out already")
                self.excluded.add(student)
            case Include(student):
                self.require(student)
                if student not in self.excluded:
                    raise EditError(f"{student_code(student)} is not left out")
                self.excluded.remove(student)
            case Reject(suggestion):
                if suggestion in self.rejected:
                    raise EditError(f"suggestion {suggestion} is rejected already")
                self.rejected.add(suggestion)

    def seen_in(self, result: FrameResult, excluded: bool = False) -> FrameResult:
        """A frame as tracked with the ids of students, each at most once, and no suggestions.

        Where two pieces of a student share a frame (see ``TOLERANCE``), the surer face stays.

        Args:
            result: its ids are tracks.
            excluded: keep the students who are left out, too.
        """
        if not (self._pieces or self.excluded or result.suggestions):
            return result
        faces, read = result.faces, result.expressions
        if self._pieces or self.excluded:
            tracks = faces.ids.tolist()
            ids = np.array([self.student_of(one, result.timestamp) for one in tracks], np.int32)
            surest_first = np.lexsort((faces.ids, -faces.scores))
            _, firsts = np.unique(ids[surest_first], return_index=True)
            rows = np.sort(surest_first[firsts])
            if not excluded:
                rows = rows[~np.isin(ids[rows], list(self.excluded))]
            faces = Faces(faces.boxes[rows], faces.scores[rows], faces.keypoints[rows], ids[rows])
            read = read.select(rows)
        return replace(result, faces=faces, expressions=read, suggestions=())

    def _merge(self, into: int, student: int) -> None:
        self.require(into)
        self.require(student)
        if into == student:
            raise EditError(f"{student_code(into)} can't be merged into itself: give two students")
        self._touch(student)
        for track, pieces in self._pieces.items():
            self._pieces[track] = [(at, into if own == student else own) for at, own in pieces]
        name = self.names.pop(student, "")
        if name:
            self.names.setdefault(into, name)
        self.excluded.discard(student)
        self._merged[student] = into

    def _split(self, student: int, at: float, new: int) -> None:
        self.require(student)
        self._touch(student)
        self._made.add(new)
        for track, pieces in self._pieces.items():
            self._pieces[track] = list(_cut(pieces, student, at, new))
        if student in self.excluded:
            self.excluded.add(new)

    def _touch(self, student: int) -> None:
        """Take note of the track of the same number, if there can be one."""
        if student not in self._reserved:
            self._pieces.setdefault(student, [(-EVER, student)])


def _cut(
    pieces: Sequence[tuple[float, int]], student: int, at: float, new: int
) -> Iterator[tuple[float, int]]:
    """The pieces of one track where ``student`` is ``new`` from ``at`` on."""
    ends = [*(start for start, _ in pieces[1:]), EVER]
    for (start, own), end in zip(pieces, ends, strict=True):
        if own != student or end <= at:
            yield start, own
        else:
            if start < at:
                yield start, own
            yield max(start, at), new


def replay(edits: Sequence[Edit]) -> Identities:
    """Who is who after these edits; EditError where one does not fit those before it."""
    splits = [edit.change for edit in edits if isinstance(edit.change, Split)]
    now = Identities(frozenset(split.new for split in splits))
    for edit in edits:
        if not edit.undone:
            now.apply(edit.change)
    return now


def of_one_action(edits: Iterable[Edit], chosen: Edit) -> list[Edit]:
    """Those of these edits that were made with ``chosen``, it too, in order.

    Times to the second can't tell two actions apart: then ``chosen`` stands alone.
    """
    if "." not in chosen.time:
        return [chosen]
    return [edit for edit in edits if edit.time == chosen.time]


def next_number(edits: Iterable[Edit], tracks: Iterable[int]) -> int:
    """A student's number that nobody has or had."""
    made = [edit.change.new for edit in edits if isinstance(edit.change, Split)]
    return max([*made, *tracks], default=0) + 1


def refuse_overlaps(now: Identities, sightings: Sightings) -> None:
    """Raise EditError where a student would be at two places at once."""
    for student, pieces in now.pieces(sightings.tracks).items():
        for one, other in combinations(pieces, 2):
            times = sightings.together(one, other)
            if len(times) > TOLERANCE:
                raise EditError(
                    f"{student_code(student)} would be at two places at once "
                    f"{span_words(times)} (tracks {one.track} and {other.track})"
                )


def span_words(times: NDArray[np.float64]) -> str:
    """From when to when, for people."""
    return f"from {clock(times[0])} to {clock(times[-1])}, in {len(times)} frames"


def clock(seconds: float) -> str:
    """Minutes and seconds as the command line takes them, "1:30.5"."""
    tenths = round(seconds * 10)
    return f"{tenths // 600}:{tenths % 600 / 10:04.1f}"
