from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.session.pages import Kind, PageFile, Value

VALUES = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30),
    st.binary(max_size=30),
    st.binary(min_size=900, max_size=12_000),
)


def read(path: Path, kinds: set[Kind]) -> list[tuple[Value, ...]]:
    """Every row with three columns, one that is no text for a table's name."""
    with PageFile(path) as file:
        rows = [row for page in file.pages() if page.kind in kinds for row in page.rows]
    assert None not in rows
    return [
        (row.values[0] if row.rowid is None else row.rowid, *row.values[1:])
        for row in rows
        if row is not None and len(row.values) == 3
    ]


@settings(max_examples=30)
@given(
    rows=st.dictionaries(st.integers(-(2**63), 2**63 - 1), st.tuples(VALUES, VALUES), max_size=40),
    size=st.sampled_from([512, 4096, 65536]),
    without=st.booleans(),
)
def test_it_reads_what_sqlite_wrote(
    tmp_path_factory: pytest.TempPathFactory,
    rows: dict[int, tuple[Value, Value]],
    size: int,
    without: bool,
) -> None:
    path = tmp_path_factory.mktemp("pages") / "some.db"
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(f"PRAGMA page_size = {size}")
        tail = "WITHOUT ROWID" if without else ""
        db.execute(f"CREATE TABLE t (number INTEGER PRIMARY KEY, a, b) {tail}")
        expected = [(key, *values) for key, values in sorted(rows.items())]
        db.executemany("INSERT INTO t VALUES (?, ?, ?)", expected)
    kinds = {Kind.INDEX_LEAF, Kind.INDEX_INTERIOR} if without else {Kind.TABLE_LEAF}
    assert sorted(read(path, kinds), key=lambda row: row[0]) == expected  # type: ignore[arg-type, return-value]


def test_rows_that_were_deleted_stay_so(tmp_path: Path) -> None:
    path = tmp_path / "some.db"
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE t (number INTEGER PRIMARY KEY, a, b)")
        db.executemany("INSERT INTO t VALUES (?, 1, ?)", [(k, "x" * 100) for k in range(500)])
        db.execute("DELETE FROM t WHERE number >= 10")
    assert [row[0] for row in read(path, {Kind.TABLE_LEAF})] == list(range(10))


def test_a_file_without_a_header_is_read_as_sessions_are(tmp_path: Path) -> None:
    path = tmp_path / "some.db"
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE t (number INTEGER PRIMARY KEY, a, b)")
        db.executemany("INSERT INTO t VALUES (?, 1, 2)", [(k,) for k in range(500)])
    data = path.read_bytes()
    path.write_bytes(bytes(4096) + data[4096:-1000])
    with PageFile(path) as file:
        assert (file.page_size, file.version, file.cut_off) == (4096, None, False)
        found = [row for page in file.pages() for row in page.rows]
        assert 300 < len(found) < 500
        assert file.kind(1) is None
        assert file.page(99) is None


@pytest.mark.parametrize("content", [b"", b"hello", bytes(9000), bytes([13]) * 9000])
def test_a_file_that_is_no_database_has_no_rows(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "some.db"
    path.write_bytes(content)
    with PageFile(path) as file:
        assert all(row is None for page in file.pages() for row in page.rows)
