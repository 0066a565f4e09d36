from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from app.core.privacy import Privacy
from app.core.types import FrameResult
from app.session.database import Header, header_of
from app.session.pages import PageFile
from app.session.remains import only_the_list_is_lost, remains
from tests.session.builders import result, steady, write


def class_of_seven() -> list[FrameResult]:
    return steady([0.0, 0.5, 1.0], dict.fromkeys(range(1, 8), "fear"))


@pytest.mark.parametrize("class_only", [False, True])
def test_a_session_is_known_by_any_of_its_rows(tmp_path: Path, class_only: bool) -> None:
    path = write(tmp_path / "s.roomread", class_of_seven(), privacy=Privacy(class_only=class_only))
    assert header_of(path) is Header.OURS
    path.write_bytes(bytes(3 * 4096) + path.read_bytes()[3 * 4096 :])  # what it is about, too
    assert remains(path)
    assert header_of(path) is Header.DAMAGED


def test_nothing_else_is_taken_for_a_session(tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as db, db:
        db.execute("CREATE TABLE frame (number INTEGER PRIMARY KEY, name TEXT, at REAL)")
        db.execute("CREATE TABLE marker (number INTEGER PRIMARY KEY, at REAL, text TEXT)")
        db.executemany("INSERT INTO frame VALUES (?, 'a', 0.5)", [(k,) for k in range(500)])
        db.execute("INSERT INTO marker VALUES (1, 0.5, 'here')")
    noise = tmp_path / "noise.bin"
    noise.write_bytes(np.random.default_rng(3).bytes(4_000_000))
    text = tmp_path / "text.txt"
    text.write_bytes(b"\r\n my diary" * 50_000)
    for path in (other, noise, text):
        assert not remains(path), path.name
        assert header_of(path) is Header.FOREIGN


def test_whether_more_than_the_list_of_tables_is_lost(tmp_path: Path) -> None:
    many = [result(k, k / 4, dict.fromkeys(range(1, 20), "fear")) for k in range(60)]
    path = write(tmp_path / "s.roomread", many)
    data = bytes(4096) + path.read_bytes()[4096:]
    found = []
    for page in range(len(data) // 4096):
        path.write_bytes(data[: page * 4096] + bytes(4096) + data[(page + 1) * 4096 :])
        with PageFile(path) as file:
            for _ in file.pages():
                pass
            found.append(only_the_list_is_lost(file))
    assert found == [True] + [False] * (len(found) - 1)
    path.write_bytes(data[:-4096])
    with PageFile(path) as file:
        assert not only_the_list_is_lost(file)
