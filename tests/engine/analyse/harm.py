"""Session files that can't be read any more, and where the fake students sit."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from app.core.regions import Polygon
from app.session import schema
from tests.fakes import SIZE, grid_boxes

_PAGE: Final = 4096


def no_list(path: Path) -> None:
    """Zero the list of tables, behind what says that it is a session."""
    data = bytearray(path.read_bytes())
    data[100:_PAGE] = bytes(_PAGE - 100)
    path.write_bytes(data)


def no_start(path: Path) -> None:
    """Zero the first page, so that nothing says what the file is but its rows."""
    data = bytearray(path.read_bytes())
    data[:_PAGE] = bytes(_PAGE)
    path.write_bytes(data)


def cut(path: Path) -> None:
    """Cut the last three pages off."""
    path.write_bytes(path.read_bytes()[: -3 * _PAGE])


def newer(path: Path) -> None:
    """As of a Roomread to come."""
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA user_version = {schema.VERSION + 90}")


HARMS: Final = (no_list, no_start, cut, newer)


def seat_of(student: int, students: int = 3) -> Polygon:
    """Around the face of one of the students of a fake detector, as ``Regions.opt_out``."""
    x, y, width, height = (grid_boxes(students)[student - 1] / (SIZE * 2)).tolist()
    return ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
