"""Session files of the second version always open, and come up to date with their first edit."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from app.core.types import FrameResult
from app.session import schema
from app.session.check import check
from app.session.editor import Editor
from app.session.edits import Exclude
from app.session.export import export_all
from app.session.repair import repair
from app.session.store import Session
from tests.session.builders import assert_same, info
from tests.session.test_version_1 import TABLES, results

NEWER = (
    "ALTER TABLE frame ADD COLUMN camera BLOB",
    """CREATE TABLE suggestion (
        number INTEGER PRIMARY KEY,
        frame INTEGER NOT NULL REFERENCES frame (number),
        earlier INTEGER NOT NULL, later INTEGER NOT NULL,
        timestamp REAL NOT NULL,
        confidence REAL NOT NULL
    )""",
    """CREATE TABLE edit (
        number INTEGER PRIMARY KEY,
        time TEXT NOT NULL,
        kind TEXT NOT NULL,
        payload TEXT NOT NULL,
        origin TEXT NOT NULL,
        undone INTEGER NOT NULL DEFAULT 0
    )""",
)


def face_rows(result: FrameResult) -> list[tuple[object, ...]]:
    """What versions 2 and 3 made of a frame's faces."""
    faces, read = result.faces, result.expressions
    quality = (read.quality.sharpness, read.quality.yaw, read.quality.exposure)
    readings = np.column_stack((faces.boxes, faces.scores, read.probabilities, *quality))
    assert readings.shape == (len(faces), 16)
    return [
        (
            result.index,
            place,
            int(faces.ids[place]),
            int(read.known[place]),
            readings[place].astype("<f4").tobytes(),
            None if np.isnan(points).all() else points.astype("<f4").tobytes(),
        )
        for place, points in enumerate(faces.keypoints)
    ]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A session as version 2 left it: 200 frames, suggestions and an edit."""
    path = tmp_path / "old.roomread"
    about = asdict(info())
    del about["purpose"], about["privacy"]
    with closing(sqlite3.connect(path)) as db, db:
        for statement in (*TABLES[:-1], *NEWER):
            db.execute(statement)
        db.execute(f"PRAGMA application_id = {0x526F6F6D}")
        db.execute("PRAGMA user_version = 2")
        db.execute(
            "INSERT INTO session VALUES (1, ?, '{}', 400, 200, 200, 1, '')", (json.dumps(about),)
        )
        db.execute("INSERT INTO stages VALUES (1, ?)", (json.dumps(["detector", "tracker"]),))
        for one in results():
            row = (
                one.index,
                one.timestamp,
                *one.size,
                1,
                schema.pack_timings(one.timings.values()),
                schema.pack_camera(one.camera),
            )
            db.execute("INSERT INTO frame VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            db.executemany("INSERT INTO face VALUES (?, ?, ?, ?, ?, ?)", face_rows(one))
            db.executemany(
                "INSERT INTO suggestion (frame, earlier, later, timestamp, confidence) "
                "VALUES (?, ?, ?, ?, ?)",
                [
                    (one.index, told.earlier, told.later, told.timestamp, told.confidence)
                    for told in one.suggestions
                ],
            )
        db.execute(
            "INSERT INTO edit VALUES (1, '2025-03-04T05:06:07+00:00', 'name', ?, 'user', 0)",
            (json.dumps({"student": 2, "text": "Zoë"}),),
        )
    return path


def assert_as_stored(session: Session) -> None:
    again = list(session.raw_results())
    assert len(again) == 200
    for one, other in zip(results(), again, strict=True):
        assert_same(one, other)
    assert session.names()[2] == "Zoë"


def test_it_opens_is_exported_and_is_left_as_it_is(path: Path, tmp_path: Path) -> None:
    before = path.read_bytes()
    assert check(path).findings == ()
    with Session.open(path) as session:
        assert_as_stored(session)
        assert (session.version, session.class_only, session.info.purpose) == (2, False, None)
        assert session.markers.all() == ()
        export_all(session, tmp_path / "out")
    assert path.read_bytes() == before
    assert (tmp_path / "out" / "observations.csv").is_file()


def test_the_first_edit_brings_it_up_to_date(path: Path) -> None:
    with Session.open(path) as session:
        session.markers.add(2.0, "group work")
        Editor(session).apply(Exclude(1))
    with Session.open(path) as session:
        assert session.version == schema.VERSION
        assert_as_stored(session)
        assert [edit.number for edit in session.log.edits()] == [1, 2]
        assert len(session.markers.all()) == 1
    assert check(path).findings == ()


def test_a_damaged_one_is_saved(path: Path, tmp_path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[10 * 4096 : 11 * 4096] = bytes(4096)
    path.write_bytes(data)
    done = repair(path, tmp_path / "new.roomread")
    assert 100 < done.frames < 200
    with Session.open(done.path) as session:
        assert session.names() == {2: "Zoë"}
        assert session.version == schema.VERSION
