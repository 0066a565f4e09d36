"""Session files of the third version always open, and come up to date with their first edit."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from app.core.privacy import Privacy
from app.core.types import ClassCounts
from app.session import schema
from app.session.check import check
from app.session.export import export_all
from app.session.repair import repair
from app.session.store import Session
from tests.session.builders import assert_same, info, random_result, result
from tests.session.test_version_1 import TABLES, results
from tests.session.test_version_2 import NEWER, face_rows

NEWEST = (
    """CREATE TABLE region_change (
        number INTEGER PRIMARY KEY,
        timestamp REAL NOT NULL,
        regions TEXT NOT NULL
    )""",
    """CREATE TABLE marker (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        timestamp REAL NOT NULL,
        text TEXT NOT NULL
    )""",
    """CREATE TABLE hand_label (
        frame INTEGER NOT NULL REFERENCES frame (number),
        track INTEGER NOT NULL,
        label INTEGER NOT NULL,
        time TEXT NOT NULL,
        PRIMARY KEY (frame, track)
    ) WITHOUT ROWID""",
    """CREATE TABLE class_frame (
        frame INTEGER PRIMARY KEY REFERENCES frame (number),
        seen INTEGER NOT NULL, read INTEGER NOT NULL,
        labels BLOB NOT NULL,
        sums BLOB NOT NULL
    )""",
)


def made(path: Path, class_only: bool = False) -> Path:
    """A session as version 3 left it when it was killed: 200 frames and a marker."""
    about = asdict(info(privacy=Privacy(class_only=class_only)))
    with closing(sqlite3.connect(path)) as db, db:
        for statement in (*TABLES[:-1], *NEWER, *NEWEST):
            db.execute(statement)
        db.execute(f"PRAGMA application_id = {0x526F6F6D}")
        db.execute("PRAGMA user_version = 3")
        db.execute(
            "INSERT INTO session VALUES (1, ?, '{}', NULL, NULL, NULL, 0, '')",
            (json.dumps(about, default=str),),
        )
        db.execute("INSERT INTO stages VALUES (1, ?)", (json.dumps(["detector", "tracker"]),))
        db.execute("INSERT INTO marker VALUES (1, 2.0, 'group work')")
        camera = schema.pack_camera(schema.STILL)
        for one in results():
            now = schema.pack_camera(one.camera)
            timings = schema.pack_timings(one.timings.values())
            moved, camera = None if now == camera else now, now
            row = (one.index, one.timestamp, *one.size, 1, timings, moved)
            db.execute("INSERT INTO frame VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            if class_only:
                counts = schema.pack_class(ClassCounts.of(one))
                db.execute("INSERT INTO class_frame VALUES (?, ?, ?, ?, ?)", counts)
                continue
            db.executemany("INSERT INTO face VALUES (?, ?, ?, ?, ?, ?)", face_rows(one))
            for told in one.suggestions:
                db.execute(
                    "INSERT INTO suggestion (frame, earlier, later, timestamp, confidence) "
                    "VALUES (?, ?, ?, ?, ?)",
                    (one.index, told.earlier, told.later, told.timestamp, told.confidence),
                )
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return made(tmp_path / "old.roomread")


def assert_as_stored(session: Session, count: int = 200) -> None:
    again = list(session.raw_results())
    assert len(again) == count
    for one, other in zip(results(), again, strict=False):
        assert_same(one, other)  # whatever was read was read in its frame
    assert session.markers.all()[0].text == "group work"


def test_it_opens_is_exported_and_is_left_as_it_is(path: Path, tmp_path: Path) -> None:
    before = path.read_bytes()
    assert check(path).findings == ()
    with Session.open(path) as session:
        assert_as_stored(session)
        assert session.version == 3
        export_all(session, tmp_path / "out")
        faces = list(session.frames.faces())
        assert not any(part.held.any() for part in faces)
    assert path.read_bytes() == before
    lines = (tmp_path / "out" / "observations.csv").read_text().splitlines()
    assert {line.rpartition(",")[2] for line in lines} == {"reading_age", "0.000", ""}


def test_the_first_edit_brings_it_up_to_date(path: Path) -> None:
    with Session.open(path) as session:
        session.set_name(1, "Ann")
    with Session.open(path) as session:
        assert session.version == schema.VERSION == 4
        assert_as_stored(session)
        assert session.names() == {1: "Ann"}
    assert check(path).findings == ()


def test_what_goes_on_has_rows_of_both_lengths(path: Path, tmp_path: Path) -> None:
    rng = np.random.default_rng(9)
    more = [random_result(rng, 400 + k, 40.0 + k / 5, 7, held=True) for k in range(30)]
    with Session.open(path) as session:
        session.go_on()
        assert session.version == 4, "an older Roomread must not take it for one of its own"
        for one in more:
            session.append(one)
    with Session.open(path) as session:
        assert_as_stored(session, 230)
        for one, other in zip(more, list(session.raw_results())[200:], strict=True):
            assert_same(one, other)
        held = np.concatenate([part.held for part in session.frames.faces()])
        expected = np.concatenate([one.expressions.age > 0 for one in more])
        assert held[-len(expected) :].tolist() == expected.tolist()
        assert expected.any()
        assert not held[: -len(expected)].any()
    db = sqlite3.connect(path)
    lengths = {length for (length,) in db.execute("SELECT length(reading) FROM face")}
    db.close()
    assert lengths == {64, 68}
    assert check(path).findings == ()
    data = bytearray(path.read_bytes())
    data[20 * 4096 : 21 * 4096] = bytes(4096)
    path.write_bytes(data)
    done = repair(path, tmp_path / "new.roomread")
    with Session.open(done.path) as session:
        for one, other in zip(more, list(session.raw_results())[-30:], strict=True):
            assert_same(one, other)


def test_a_damaged_one_is_saved(path: Path, tmp_path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[20 * 4096 : 21 * 4096] = bytes(4096)
    path.write_bytes(data)
    done = repair(path, tmp_path / "new.roomread")
    assert 100 < done.frames < 200
    with Session.open(done.path) as session:
        assert session.version == schema.VERSION
        for one in session.raw_results():
            read = np.isfinite(one.expressions.probabilities).all(axis=1)
            assert one.expressions.fresh.tolist() == read.tolist()


def test_the_class_as_a_whole_goes_on(tmp_path: Path) -> None:
    path = made(tmp_path / "class.roomread", class_only=True)
    assert check(path).findings == ()
    with Session.open(path) as session:
        session.go_on()
        session.append(result(400, 40.0, {1: "fear"}, age=0.4))
        assert len(list(session.class_counts())) == 201
    assert check(path).findings == ()
