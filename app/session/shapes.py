"""Of which table a row of a damaged session file is: by its types, and by what can be in it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from app.core.expressions import LABELS, UNKNOWN
from app.core.regions import Regions
from app.core.types import Suggestion
from app.session import schema
from app.session.edits import unpack
from app.session.pages import Kind, Page, Row, Value

PLACES: Final = 4096
"""More than a frame has faces: a face's key is the number of its frame times this, plus place."""
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
TABLES: Final = _SHAPES.keys() - {"root"}
"""Of sessions of every version."""
_WITHOUT_ROWID: Final = frozenset({"face", "hand_label"})


def possible(table: str, row: tuple[Any, ...]) -> bool:
    """Whether a row of a small table holds what Roomread could have written."""
    try:
        return _POSSIBLE[table](*row)
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return False


def table_of(kind: Kind, row: Row) -> str | None:
    """The table that a row is of; None where it is of none of ours."""
    signs = _signs(row)
    return next((table for table in _SHAPE if _fits(table, kind, row, signs)), None)


def _signs(row: Row) -> str:
    return "".join(_SIGNS[type(value)] for value in row.values)


def _fits(table: str, kind: Kind, row: Row, signs: str) -> bool:
    """Whether a row with these ``signs`` can be one of a table."""
    without = kind is not Kind.TABLE_LEAF
    if (table in _WITHOUT_ROWID) != without or not _SHAPE[table].fullmatch(signs):
        return False
    return table in {"root", "face"} or possible(table, whole(row))  # faces: a page at a time


def all_of(table: str, page: Page) -> bool:
    """Whether every row of a page can be one of a table."""
    return all(row is not None and _fits(table, page.kind, row, _signs(row)) for row in page.rows)


def whole(row: Row) -> tuple[Value, ...]:
    """With its key, where that is the row id."""
    if row.rowid is None or row.values[0] is not None:
        return row.values
    return (row.rowid, *row.values[1:])


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


def in_range(row: Any) -> bool:
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
    "face": lambda *row: in_range(row),
}
