"""What may be taken away for a new session, and what may not."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.core.errors import SessionError
from app.session import schema
from app.session.database import discard, make_room
from tests.session.builders import steady, write

PAGE = 4096


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path / "s.roomread", steady([k / 10 for k in range(100)], {1: "fear"}))


def _scribble(path: Path, first: int) -> None:
    data = bytearray(path.read_bytes())
    data[first:PAGE] = bytes(PAGE - first)
    path.write_bytes(data)


def _make_newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA user_version = {schema.VERSION + 1}")


def test_a_session_makes_room(path: Path) -> None:
    make_room(path)
    assert not path.exists()


@pytest.mark.parametrize(
    ("first", "line"),
    [
        (0, "damaged at its start, so it is not replaced: to save"),
        (100, "damaged, so it is not replaced: to save"),
        (None, "made by a newer Roomread, so it is not replaced: choose another name"),
    ],
)
def test_one_that_cannot_be_read_stays_until_it_is_given_up(
    path: Path, first: int | None, line: str
) -> None:
    if first is None:
        _make_newer(path)
    else:
        _scribble(path, first)
    before = path.read_bytes()
    with pytest.raises(SessionError, match=line):
        make_room(path)
    assert path.read_bytes() == before
    discard(path)
    assert not path.exists()


def test_a_file_of_another_kind_cannot_be_given_up(tmp_path: Path) -> None:
    diary = tmp_path / "s.roomread"
    diary.write_text("my diary")
    discard(diary)
    assert diary.read_text() == "my diary"
    discard(tmp_path / "none.roomread")
