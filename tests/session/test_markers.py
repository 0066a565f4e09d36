from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from app.core.errors import SessionError
from app.core.expressions import UNKNOWN
from app.session import schema
from app.session.export import export_all
from app.session.markers import Marker
from app.session.store import Session
from tests.session.builders import info, result, steady, write


def test_markers_come_by_time_and_keep_their_numbers(tmp_path: Path) -> None:
    path = write(tmp_path / "a.roomread", steady([0.0, 1.0], {1: "fear"}))
    with Session.open(path) as session:
        late = session.markers.add(9.5, "  group\nwork\x00 starts ")
        early = session.markers.add(1.25, "quiz")
        assert late == Marker(1, 9.5, "group work starts")
        session.markers.remove(late.number)
        assert session.markers.add(3.0, "again").number == 3
        moved = session.markers.change(early.number, timestamp=8.0)
        assert moved == Marker(2, 8.0, "quiz")
        assert session.markers.change(3, text="once more").text == "once more"
    with Session.open(path) as session:
        assert [one.number for one in session.markers.all()] == [3, 2]


def test_what_can_not_be_is_refused(tmp_path: Path) -> None:
    with Session.open(write(tmp_path / "a.roomread", [])) as session:
        with pytest.raises(SessionError, match="needs a text"):
            session.markers.add(0.0, " \n")
        for change in (session.markers.change, session.markers.remove):
            with pytest.raises(SessionError, match="no marker 7"):
                change(7)


def test_a_session_that_is_written_takes_markers(tmp_path: Path) -> None:
    with Session.create(tmp_path / "a.roomread", info()) as session:
        session.append(result(0, 0.0, {1: "fear"}))
        session.markers.add(0.5, "begins")
        session.append(result(1, 1.0, {1: "fear"}))
        assert [one.text for one in session.markers.all()] == ["begins"]


def test_markers_are_exported(tmp_path: Path) -> None:
    path = write(tmp_path / "a.roomread", steady([0.0, 1.0], {1: "fear"}))
    with Session.open(path) as session:
        session.markers.add(61.0004, "=danger, part 2")
        export_all(session, tmp_path / "out")
    lines = (tmp_path / "out" / "markers.csv").read_text().splitlines()
    assert lines[0] == "timestamp,marker"
    assert lines[1].startswith("61.000,")
    assert not lines[1].split(",", 1)[1].lstrip('"').startswith("=")


def test_hand_labels_are_one_a_face(tmp_path: Path) -> None:
    path = write(tmp_path / "a.roomread", [result(4, 0.0, {1: "fear", 2: None})])
    with Session.open(path) as session:
        session.hand_labels.set(4, 1, 3)
        session.hand_labels.set(4, 1, 5)
        session.hand_labels.set(4, 2, UNKNOWN)
        assert [(one.track, one.label) for one in session.hand_labels.all()] == [(1, 5), (2, -1)]
        session.hand_labels.set(4, 1, None)
        assert [one.track for one in session.hand_labels.all()] == [2]
        with pytest.raises(SessionError, match="no face of track 9"):
            session.hand_labels.set(4, 9, 0)
        with pytest.raises(ValueError, match="label"):
            session.hand_labels.set(4, 1, 8)


def test_a_session_of_version_2_opens_and_migrates_with_its_first_marker(tmp_path: Path) -> None:
    path = write(tmp_path / "a.roomread", steady([0.0, 1.0], {1: "fear"}))
    db = sqlite3.connect(path)
    for table in ("region_change", "marker", "hand_label", "class_frame"):
        db.execute(f"DROP TABLE {table}")
    db.execute("PRAGMA user_version = 2")
    db.commit()
    db.close()
    before = path.read_bytes()
    with Session.open(path) as session:
        assert session.markers.all() == ()
        assert session.hand_labels.all() == ()
        assert len(list(session.results())) == 2
    assert path.read_bytes() == before
    with Session.open(path) as session:
        session.markers.add(1.0, "quiz")
    with Session.open(path) as session:
        assert [one.text for one in session.markers.all()] == ["quiz"]
    db = sqlite3.connect(path)
    assert db.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)
    db.close()
