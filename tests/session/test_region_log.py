from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.core.errors import SessionError
from app.core.regions import Regions
from app.session.region_log import RegionChange
from app.session.store import Session
from tests.session.builders import info, result, write

SEAT = ((0.1, 0.25), (0.5, 0.25), (0.3, 0.75))
CHANGES = [
    RegionChange(0.1, Regions(look=(SEAT,), opt_out=(SEAT, SEAT[::-1]))),
    RegionChange(2.5, Regions()),
]


def changed(path: Path, *statements: str) -> Path:
    with closing(sqlite3.connect(path)) as db, db:
        for statement in statements:
            db.execute(statement)
    return path


def test_what_was_noted_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "s.roomread"
    with Session.create(path, info()) as session:
        for change in CHANGES:
            session.regions.add(*change)
        assert session.regions.changes() == CHANGES
    with Session.open(path) as session:
        assert session.regions.changes() == CHANGES


def test_a_file_from_before_has_no_changes(tmp_path: Path) -> None:
    path = write(tmp_path / "s.roomread", [result(0, 0.0, {1: "fear"})])
    older = changed(path, "DROP TABLE region_change", "PRAGMA user_version = 2")
    with Session.open(older) as session:
        assert session.regions.changes() == []
        assert len(list(session.results())) == 1


@pytest.mark.parametrize("text", ["{", "[1]", '{"look": [[[0, 0]]]}', '{"see": []}'])
def test_a_damaged_change_is_one_line(tmp_path: Path, text: str) -> None:
    path = write(tmp_path / "s.roomread", [result(0, 0.0, {1: "fear"})])
    changed(path, f"INSERT INTO region_change (timestamp, regions) VALUES (1, '{text}')")
    with Session.open(path) as session, pytest.raises(SessionError, match="damaged") as caught:
        session.regions.changes()
    assert "\n" not in str(caught.value)
