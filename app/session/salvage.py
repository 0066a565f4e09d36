"""What can still be read of a damaged session file: rows, by the shape they have.

The faces of a frame lie in one or more pages. Where a page is lost, a frame may look as if fewer
had been seen, so it matters where rows are missing, too. Table ``face`` has no row ids: its rows
lie in the leaves of its tree and, one between each two leaves, in the pages above them. So leaves
and single rows take turns in the order of their keys; where they don't, or a row of a page can't
be read, faces are missing between the keys on both sides.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.session import schema
from app.session.pages import Kind, Page, PageFile, Row, Value
from app.session.shapes import PLACES, TABLES, all_of, in_range, table_of, whole

BEGIN: Final = -1
END: Final = PLACES * schema.MOST_FRAMES
"""Before and after every key."""
_OURS_ALONE: Final = frozenset({"session", "frame", "class_frame"})
"""Tables whose rows nothing else looks like."""
_SMALL: Final = TABLES - {"frame", "face"}
"""Tables of which a second look at every row costs little."""


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
        tables = [None if row is None else table_of(page.kind, row) for row in page.rows]
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
                found.tables.setdefault(table, []).append(whole(row))
            elif most:
                found.lost[most[0][0]] += 1
    _note_lost_roots(file, found)
    return found


def holds_rows(page: Page) -> bool:
    """Whether any row of a page is one that only a session has."""
    tables = [None if row is None else table_of(page.kind, row) for row in page.rows]
    if "face" in tables:
        return any(row is not None for _, row in _faces(page, tables))
    return not _OURS_ALONE.isdisjoint(tables)


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


def _faces(page: Page, tables: Sequence[str | None]) -> list[tuple[int, schema.FaceRow | None]]:
    """Key and row of every face of a page; None where it can't be read, or is impossible."""
    rows: list[Any] = [
        row.values if row is not None and table == "face" and in_range(row.values) else None
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
            lost = _lost_between(file, root, str(name))
            found.lost[str(name)] += len(lost)
            if name == "face":
                found.edges = lost
    if not any(name == "session" for _, name, *_ in roots):
        found.lost["root"] += 1


def _is_face(row: Row) -> bool:
    return table_of(Kind.INDEX_LEAF, row) == "face"


def _key(row: Row) -> int:
    frame, place = row.values[:2]
    return int(frame or 0) * PLACES + int(place or 0)


def _is_page_of(table: str, file: PageFile, number: int) -> bool:
    """Whether a page may be one of a table's tree."""
    kind = file.kind(number)
    if table not in _SMALL or kind in {None, Kind.TABLE_INTERIOR}:
        return kind is not None
    page = file.page(number)
    return page is not None and all_of(table, page)


def _lost_between(file: PageFile, root: int, table: str) -> list[tuple[int, int]]:
    """Keys of faces around each page of a tree that can't be one; of other trees no keys."""
    lost, seen = [], set()
    waiting = [(root, BEGIN, END)]
    while waiting:
        number, low, high = waiting.pop()
        if number in seen:
            continue
        seen.add(number)
        if not _is_page_of(table, file, number):
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
