"""Session files of the first version always open, and come up to date with their first edit."""

from __future__ import annotations

import json
import os
import sqlite3
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from app.core.errors import SessionError
from app.core.types import STILL, FrameResult
from app.session import schema
from app.session.check import check
from app.session.editor import Editor
from app.session.edits import Merge
from app.session.export import export_all
from app.session.repair import repair
from app.session.store import FrameCounts, Session
from tests.session.builders import info, random_result

TABLES = (
    """CREATE TABLE session (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        info TEXT NOT NULL,
        environment TEXT NOT NULL,
        read INTEGER, analysed INTEGER, skipped INTEGER,
        complete INTEGER NOT NULL DEFAULT 0,
        message TEXT NOT NULL DEFAULT ''
    )""",
    "CREATE TABLE stages (id INTEGER PRIMARY KEY, names TEXT NOT NULL UNIQUE)",
    """CREATE TABLE frame (
        number INTEGER PRIMARY KEY,
        timestamp REAL NOT NULL,
        width INTEGER NOT NULL, height INTEGER NOT NULL,
        stages INTEGER NOT NULL REFERENCES stages (id),
        timings BLOB NOT NULL
    )""",
    """CREATE TABLE face (
        frame INTEGER NOT NULL REFERENCES frame (number),
        place INTEGER NOT NULL,
        track INTEGER NOT NULL,
        known INTEGER NOT NULL,
        reading BLOB NOT NULL,
        keypoints BLOB,
        PRIMARY KEY (frame, place)
    ) WITHOUT ROWID""",
    "CREATE TABLE student (track INTEGER PRIMARY KEY, name TEXT NOT NULL)",
)
READING = np.dtype(
    [
        ("box", "<f4", (4,)),
        ("score", "<f4"),
        ("probabilities", "<f4", (8,)),
        ("sharpness", "<f4"),
    ]
)


def face_rows(result: FrameResult) -> list[tuple[object, ...]]:
    """What version 1 made of a frame's faces."""
    faces, expressions = result.faces, result.expressions
    readings = np.zeros(len(faces), READING)
    readings["box"], readings["score"] = faces.boxes, faces.scores
    readings["probabilities"] = expressions.probabilities
    readings["sharpness"] = expressions.quality.sharpness
    return [
        (
            result.index,
            place,
            int(faces.ids[place]),
            int(expressions.known[place]),
            readings[place].tobytes(),
            None if np.isnan(points).all() else points.astype("<f4").tobytes(),
        )
        for place, points in enumerate(faces.keypoints)
    ]


def results() -> list[FrameResult]:
    rng = np.random.default_rng(3)
    return [random_result(rng, 2 * k, k * 0.1, int(rng.integers(0, 6))) for k in range(200)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A session as version 1 left it: 200 frames and two names."""
    path = tmp_path / "old.roomread"
    db = sqlite3.connect(path)
    with db:
        for statement in TABLES:
            db.execute(statement)
        db.execute(f"PRAGMA application_id = {0x526F6F6D}")
        db.execute("PRAGMA user_version = 1")
        about = json.dumps(asdict(info()))
        db.execute("INSERT INTO session VALUES (1, ?, '{}', 400, 200, 200, 1, '')", (about,))
        db.execute("INSERT INTO stages VALUES (1, ?)", (json.dumps(["detector", "tracker"]),))
        for one in results():
            timings = np.array(list(one.timings.values()), "<f8").tobytes()
            row = (one.index, one.timestamp, *one.size, 1, timings)
            db.execute("INSERT INTO frame VALUES (?, ?, ?, ?, ?, ?)", row)
            db.executemany("INSERT INTO face VALUES (?, ?, ?, ?, ?, ?)", face_rows(one))
        db.execute("INSERT INTO student VALUES (2, 'Zoë \"Z\"'), (5, 'Bob')")
    db.close()
    return path


def assert_as_stored(session: Session) -> None:
    again = list(session.raw_results())
    assert len(again) == 200
    for one, other in zip(results(), again, strict=True):
        assert (one.index, one.timestamp, one.size) == (other.index, other.timestamp, other.size)
        assert dict(one.timings) == dict(other.timings)
        assert other.suggestions == ()
        np.testing.assert_array_equal(other.camera, STILL)
        for name in ("boxes", "scores", "keypoints", "ids"):
            np.testing.assert_array_equal(getattr(one.faces, name), getattr(other.faces, name))
        read, kept = one.expressions, other.expressions
        np.testing.assert_array_equal(read.probabilities, kept.probabilities)
        np.testing.assert_array_equal(read.known, kept.known)
        np.testing.assert_array_equal(read.quality.sharpness, kept.quality.sharpness)
        assert np.isnan(kept.quality.yaw).all()
        assert np.isnan(kept.quality.exposure).all()
        np.testing.assert_array_equal(read.age, kept.age)  # of its frame, or not read


def test_it_opens_and_is_left_as_it_is(path: Path, tmp_path: Path) -> None:
    before = path.read_bytes()
    with Session.open(path) as session:
        assert_as_stored(session)
        assert session.counts == FrameCounts(400, 200, 200)
        assert session.names() == {2: 'Zoë "Z"', 5: "Bob"}
        assert Editor(session).suggestions() == []
        export_all(session, tmp_path / "out")
    assert path.read_bytes() == before
    lines = (tmp_path / "out" / "observations.csv").read_text().splitlines()
    assert lines[0].endswith("sharpness,yaw_deg,exposure,reading_age")
    assert all(line.endswith((",,,", ",,,0.000")) for line in lines[1:])


def test_it_opens_on_a_disk_that_can_only_be_read(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = path.read_bytes()
    monkeypatch.setattr(os, "access", lambda *_: False)
    with Session.open(path) as session:
        assert_as_stored(session)
        assert session.names()[5] == "Bob"
        with pytest.raises(SessionError, match=r"can't write .* a folder you can write to"):
            session.set_name(5, "Bo")
    assert path.read_bytes() == before


def test_the_first_edit_brings_it_up_to_date(path: Path) -> None:
    with Session.open(path) as session:
        session.set_name(5, "")
        assert session.names() == {2: 'Zoë "Z"'}
        assert_as_stored(session)
    with Session.open(path) as session:
        assert_as_stored(session)
        assert [edit.number for edit in session.log.edits()] == [1, 2, 3]
        assert session.log.edits()[0].time == ""
        assert Editor(session).undo().number == 3
        assert session.names() == {2: 'Zoë "Z"', 5: "Bob"}
    db = sqlite3.connect(path)
    (version,) = db.execute("PRAGMA user_version").fetchone()
    db.close()
    assert version == schema.VERSION


def test_an_edit_that_is_refused_changes_nothing(path: Path) -> None:
    before = path.read_bytes()
    with Session.open(path) as session, pytest.raises(SessionError, match="there is no S900"):
        Editor(session).apply(Merge(1, 900))
    with Session.open(path) as session:
        assert_as_stored(session)
    assert path.read_bytes() == before


def test_a_migration_that_fails_leaves_version_1(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = (*schema.FROM_1[:-1], "INSERT INTO nowhere VALUES (1)")
    monkeypatch.setattr(schema, "FROM_1", broken)
    with Session.open(path) as session:
        with pytest.raises(SessionError, match="nowhere"):
            session.set_name(1, "Ann")
        assert_as_stored(session)
        assert session.names() == {2: 'Zoë "Z"', 5: "Bob"}


def test_it_may_be_read_while_another_program_edits_it(path: Path) -> None:
    with Session.open(path) as session:
        reading = session.raw_results()
        next(reading)
        with Session.open(path) as other:
            other.set_name(1, "Ann")
        assert len(list(reading)) == 199
        assert session.names() == {1: "Ann", 2: 'Zoë "Z"', 5: "Bob"}


def test_a_check_finds_it_whole_and_a_damaged_one_is_saved(path: Path, tmp_path: Path) -> None:
    assert check(path).findings == ()
    data = bytearray(path.read_bytes())
    data[10 * 4096 : 11 * 4096] = bytes(4096)
    path.write_bytes(data)
    done = repair(path, tmp_path / "new.roomread")
    assert 100 < done.frames < 200
    with Session.open(done.path) as session:
        assert session.names() == {2: 'Zoë "Z"', 5: "Bob"}
        export_all(session, tmp_path / "out")
