"""What can still be read of a damaged session file: rows, by the shape they have.

The faces of a frame lie in one or more pages. Where a page is lost, a frame may look as if fewer
had been seen, so it matters where rows are missing, too. Table ``face`` has no row ids: its rows
lie in the leaves of its tree and, one between each two leaves, in the pages above them. So leaves
and single rows take turns in the order of their keys; where they don't, or a row of a page can't
be read, faces are missing between the keys on both sides.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.core.expressions import LABELS, UNKNOWN
from app.core.regions import Regions
from app.core.types import Suggestion
from app.session import schema
from app.session.edits import unpack
from app.session.pages import Kind, Page, PageFile, Row, Value

PLACES: Final = 4096
"""More than a frame has faces: a face's key is the number of its frame times this, plus place."""
BEGIN: Final = -1
END: Final = PLACES * schema.MOST_FRAMES
"""Before and after every key."""
_MOST_TRACKS: Final = 1 << 31
_SIGNS: Final = {type(None): "n", int: "i", float: "f", str: "t", bytes: "b"}
_SHAPES: Final = {
    "session": "ntt[ni]{3}it",
    "stages": "nt",
    "frame": "n[if]iiib[bn]?",
    "suggestion": "niii[if][if]",
    "edit": "ntttti",
    "region_change": "n[if]t",
    "marker": "n[if]t",
    "class_frame": "niibb",
    "student": "nt",
    "face": "iiiib[bn]",
    "hand_label": "iiit",
    "root": "ttti[nt]",
}
"""Types of each table's columns as SQLite stores them; whole numbers of a REAL column as integers.
"root" is SQLite's own list of tables, "student" one of version 1."""
_SHAPE: Final = {table: re.compile(shape) for table, shape in _SHAPES.items()}
_WITHOUT_ROWID: Final = frozenset({"face", "hand_label"})


class Run(NamedTuple):
    """Faces that follow one another in the file.

    Attributes:
        keys: (n,) int64, increasing, see ``PLACES``.
        rows: (n,) int64: the how-manyth face given to the taker each is, from 0.
        single: it stands between two leaves; else it is a leaf, or a part of one.
        open_before, open_after: something is missing there.
    """

    keys: NDArray[np.int64]
    rows: NDArray[np.int64]
    single: bool
    open_before: bool = False
    open_after: bool = False

    def only(self, good: NDArray[np.bool_]) -> list[Run]:
        """The parts of which every key is ``good`` (n,)."""
        if good.all():
            return [self]
        edges = np.flatnonzero(np.diff(np.concatenate(([False], good, [False])).astype(np.int8)))
        return [
            Run(
                self.keys[start:end],
                self.rows[start:end],
                self.single,
                self.open_before or start > 0,
                self.open_after or end < len(self.keys),
            )
            for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
        ]


@dataclass(slots=True)
class Salvage:
    """The rows that were found.

    Attributes:
        tables: rows of each small table, in the order of the file; those of a rowid table with
            their key in front, as ``SELECT *`` gives them.
        runs: where the faces lie.
        lost: tables of which something could not be read.
        edges: keys of faces around each page of their tree that is lost.
    """

    tables: dict[str, list[tuple[Value, ...]]] = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)
    lost: Counter[str] = field(default_factory=Counter)
    edges: list[tuple[int, int]] = field(default_factory=lambda: [(BEGIN, END)])


FaceTaker = Callable[[Sequence[schema.FaceRow]], None]


def salvage(file: PageFile, take: FaceTaker, progress: Callable[[float], None]) -> Salvage:
    """Read every page of a session file.

    Args:
        file: damaged or not.
        take: gets the faces, page by page; what was given stands for ``Run.rows``.
        progress: told how much is done, 0..1.
    """
    found, given = Salvage(), 0
    for page in file.pages():
        progress(page.number / file.count)
        tables = [None if row is None else _table(page.kind, row) for row in page.rows]
        if "face" in tables:
            faces = _faces(page, tables)
            take([row for _, row in faces if row is not None])
            runs = _runs(page, faces, given)
            given += sum(row is not None for _, row in faces)
            found.runs += runs
            found.lost["face"] += sum(row is None for _, row in faces)
            continue
        most = Counter(filter(None, tables)).most_common(1)
        for row, table in zip(page.rows, tables, strict=True):
            if row is not None and table is not None:
                found.tables.setdefault(table, []).append(_whole(row))
            elif most:
                found.lost[most[0][0]] += 1
    _note_lost_roots(file, found)
    return found


def rising(values: NDArray[Any]) -> NDArray[np.bool_]:
    """(n,) a longest strictly increasing selection of ``values`` (n,): what breaks it is wrong.

    Patience sorting, https://en.wikipedia.org/wiki/Longest_increasing_subsequence.
    """
    chosen = np.ones(len(values), bool)
    if (np.diff(values) > 0).all():
        return chosen
    tops: list[Any] = []
    places: list[int] = []
    before: list[int] = []
    for place, value in enumerate(values.tolist()):
        pile = bisect_left(tops, value)
        before.append(places[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [value]
        places[pile : pile + 1] = [place]
    chosen[:] = False
    place = places[-1]
    while place >= 0:
        chosen[place] = True
        place = before[place]
    return chosen


def in_order(runs: Iterable[Run]) -> list[Run]:
    """The runs by their keys; where two overlap, the keys of the shorter part are wrong."""
    ordered: list[Run] = []
    for run in sorted(runs, key=lambda one: int(one.keys[len(one.keys) // 2])):
        later = run
        while ordered and ordered[-1].keys[-1] >= later.keys[0]:
            earlier = ordered.pop()
            beyond = earlier.keys >= later.keys[0]
            within = later.keys <= earlier.keys[-1]
            if beyond.sum() <= within.sum():
                ordered += earlier.only(~beyond)
                later = later._replace(open_before=True)
            else:
                ordered.append(earlier._replace(open_after=True))
                rest = later.only(~within)
                if not rest:
                    break
                later = rest[0]
        else:
            ordered.append(later)
    return ordered


def holes(runs: Sequence[Run], edges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Keys between which faces are missing.

    Args:
        runs: as ``in_order`` gives them.
        edges: see ``Salvage``; there, both ends of what is missing may be out of sight.
    """
    found = []
    after, before_these = {low for low, _ in edges}, {high for _, high in edges}
    edge = np.zeros(0, np.int64)
    ordered = [Run(edge, edge, True), *runs, Run(edge, edge, True)]
    for one, other in pairwise(ordered):
        low = int(one.keys[-1]) if len(one.keys) else BEGIN
        high = int(other.keys[0]) if len(other.keys) else END
        known = one.single == other.single or one.open_after or other.open_before
        if known or low in after or high in before_these:
            found.append((low, high))
    return found if runs else []


def possible(table: str, row: tuple[Any, ...]) -> bool:
    """Whether a row of a small table holds what Roomread could have written."""
    try:
        return _POSSIBLE[table](*row)
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return False


def _table(kind: Kind, row: Row) -> str | None:
    """The table that a row is of; None where it is of none of ours."""
    signs = "".join(_SIGNS[type(value)] for value in row.values)
    without = kind is not Kind.TABLE_LEAF
    for table, shape in _SHAPE.items():
        fits = (table in _WITHOUT_ROWID) == without and shape.fullmatch(signs)
        # Faces are looked at a page at a time.
        if fits and (table in {"root", "face"} or possible(table, _whole(row))):
            return table
    return None


def _whole(row: Row) -> tuple[Value, ...]:
    """With its key, where that is the row id."""
    if row.rowid is None or row.values[0] is not None:
        return row.values
    return (row.rowid, *row.values[1:])


def _faces(page: Page, tables: Sequence[str | None]) -> list[tuple[int, schema.FaceRow | None]]:
    """Key and row of every face of a page; None where it can't be read, or is impossible."""
    rows: list[Any] = [
        row.values if row is not None and table == "face" and _in_range(row.values) else None
        for row, table in zip(page.rows, tables, strict=True)
    ]
    places = [place for place, row in enumerate(rows) if row is not None]
    good = np.zeros(len(rows), bool)
    if places:
        faces = [rows[place] for place in places]
        keys = np.array([row[0] * PLACES + row[1] for row in faces], np.int64)
        fits = schema.possible_readings([row[4] for row in faces], [row[3] for row in faces])
        fits[fits] = rising(keys[fits])
        good[places] = fits
    return [
        (-1, None) if not fits else (row[0] * PLACES + row[1], row)
        for row, fits in zip(rows, good.tolist(), strict=True)
    ]


def _runs(page: Page, faces: Sequence[tuple[int, schema.FaceRow | None]], given: int) -> list[Run]:
    keys = np.array([key for key, _ in faces], np.int64)
    good = np.array([row is not None for _, row in faces])
    rows = given + np.cumsum(good) - 1
    if page.kind is Kind.INDEX_LEAF:
        return Run(keys, rows, single=False).only(good)
    return [
        Run(keys[place : place + 1], rows[place : place + 1], single=True)
        for place in np.flatnonzero(good).tolist()
    ]


def _note_lost_roots(file: PageFile, found: Salvage) -> None:
    """A table of whose tree a page can't be read lost rows, as far as the list of tables tells."""
    roots = found.tables.pop("root", [])
    for kind, name, _, root, _ in roots:
        if kind == "table" and isinstance(root, int):
            lost = _lost_between(file, root)
            found.lost[str(name)] += len(lost)
            if name == "face":
                found.edges = lost
    if not any(name == "session" for _, name, *_ in roots):
        found.lost["root"] += 1


def _is_face(row: Row) -> bool:
    return _table(Kind.INDEX_LEAF, row) == "face"


def _key(row: Row) -> int:
    frame, place = row.values[:2]
    return int(frame or 0) * PLACES + int(place or 0)


def _lost_between(file: PageFile, root: int) -> list[tuple[int, int]]:
    """Keys of faces around each page of a tree that can't be one; of other trees no keys."""
    lost, seen = [], set()
    waiting = [(root, BEGIN, END)]
    while waiting:
        number, low, high = waiting.pop()
        if number in seen:
            continue
        seen.add(number)
        if not file.is_tree(number):
            lost.append((low, high))
            continue
        children, bounds = file.children(number), [low]
        if not children:
            continue
        page = file.page(number)
        for row in page.rows if page is not None else ():
            bounds.append(_key(row) if row is not None and _is_face(row) else bounds[-1])
        bounds += [high] * (len(children) + 1 - len(bounds))
        waiting += zip(children, bounds, bounds[1:], strict=False)
    return lost


def _frame(
    number: int,
    timestamp: float,
    width: int,
    height: int,
    stages: int,
    timings: bytes,
    camera: bytes | None = None,
) -> bool:
    return (
        0 <= number < schema.MOST_FRAMES
        and schema.possible_time(timestamp)
        and 0 < width < 1 << 20
        and 0 < height < 1 << 20
        and len(schema.unpack_timings([""] * (len(timings) // 8), timings)) <= 1
        and (camera is None or bool(np.isfinite(schema.unpack_camera(camera)).all()))
    )


def _in_range(row: Any) -> bool:
    """Whether a face's row can be one, but for the numbers of its reading."""
    frame, place, track, known, _, points = row
    return (
        0 <= frame < schema.MOST_FRAMES
        and 0 <= place < PLACES
        and 0 < track < _MOST_TRACKS
        and known in {0, 1}
        and (points is None or len(points) == schema.KEYPOINT_BYTES)
    )


def _class_frame(frame: int, seen: int, read: int, labels: bytes, sums: bytes) -> bool:
    schema.unpack_class((frame, 0.0, seen, read, labels, sums))
    return 0 <= frame < schema.MOST_FRAMES


def _suggestion(number: int, frame: int, *fields: Any) -> bool:
    return schema.possible_time(fields[2]) and Suggestion(*fields) is not None and frame >= 0


def _edit(number: int, time: str, kind: str, payload: str, origin: str, undone: int) -> bool:
    return number > 0 and undone >= 0 and unpack(kind, payload) is not None


def _regions(number: int, timestamp: float, text: str) -> bool:
    return schema.possible_time(timestamp) and Regions.parse(json.loads(text)) is not None


def _hand_label(frame: int, track: int, label: int, time: str) -> bool:
    return frame >= 0 and track > 0 and UNKNOWN <= label < len(LABELS)


def _stages(number: int, names: str) -> bool:
    read = json.loads(names)
    return isinstance(read, list) and all(isinstance(name, str) for name in read)


_POSSIBLE: Final[dict[str, Callable[..., bool]]] = {
    "session": lambda number, info, *_: number == 1 and isinstance(json.loads(info), dict),
    "stages": _stages,
    "frame": _frame,
    "suggestion": _suggestion,
    "edit": _edit,
    "region_change": _regions,
    "marker": lambda _, timestamp, text: schema.possible_time(timestamp),
    "class_frame": _class_frame,
    "student": lambda track, name: 0 < track < _MOST_TRACKS,
    "hand_label": _hand_label,
    "face": lambda *row: _in_range(row),
}
