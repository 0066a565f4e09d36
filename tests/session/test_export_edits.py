"""Every file of an export follows the edits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from app.core.types import Suggestion
from app.session.about import who_is_who
from app.session.editor import Editor
from app.session.edits import TWO_WAY, Exclude, Merge, Split
from app.session.export import export_all
from app.session.store import Session
from tests.session.builders import result, write
from tests.session.test_export import rows


def lesson(path: Path) -> Path:
    """12 s: S01 all the time, S02 never readable, S11 in the end."""
    frames = []
    for index in range(121):
        students: dict[int, str | None] = {1: "fear", 2: None}
        if index >= 100:
            students[11] = "anger"
        frames.append(result(index, index / 10, students))
    return write(path, frames)


def test_every_table(tmp_path: Path) -> None:
    with Session.open(lesson(tmp_path / "s.roomread")) as session:
        session.set_name(1, "Ann")
        editor = Editor(session)
        assert editor.split(1, 4.0).change == Split(1, 4.0, 12)
        editor.apply(Exclude(2))
        export_all(session, tmp_path)
    seen = {row["student"] for row in rows(tmp_path / "observations.csv")}
    assert seen == {"S01", "S11", "S12"}
    assert sorted(path.name for path in (tmp_path / "students").iterdir()) == [
        "S01.csv",
        "S11.csv",
        "S12.csv",
    ]
    assert rows(tmp_path / "students" / "S12.csv")[0]["timestamp"] == "4.000"
    students = rows(tmp_path / "students.csv")
    assert [(row["student"], row["name"], row["faces_read"]) for row in students] == [
        ("S01", "Ann", "40"),
        ("S11", "", "21"),
        ("S12", "", "81"),
    ]
    classes = rows(tmp_path / "class.csv")
    # S02, who is never readable, does not count as seen any more.
    assert [row["share_read"] for row in classes] == ["1.0000", "1.0000", "1.0000"]
    assert [row["students_seen"] for row in classes] == ["2", "1", "2"]


def pieces(tmp_path: Path) -> Path:
    """S01 for 2 s, then S02, and from 3 s on S03, whom S02 may be."""
    frames = [result(k, k / 10, {1 if k < 20 else 2 + k // 30: "fear"}) for k in range(60)]
    told = (Suggestion(1, 2, 2.0, 0.43219),)
    frames[20] = result(20, 2.0, {2: "fear"}, suggestions=told)
    return write(tmp_path / "s.roomread", frames)


def track(number: int, start: float | None = None, end: float | None = None) -> dict[str, Any]:
    return {"track": number, "from": start, "to": end}


def test_session_json_tells_who_is_who(tmp_path: Path) -> None:
    with Session.open(pieces(tmp_path)) as session:
        editor = Editor(session)
        editor.apply(Merge(1, 3), TWO_WAY)
        editor.split(1, 5.0)
        export_all(session, tmp_path)
        expected = who_is_who(session, [1, 2, 4])
    about = json.loads((tmp_path / "session.json").read_text(encoding="utf-8"))
    assert about["identities"] == [
        {"student": "S01", "tracks": [track(1, end=5.0), track(3, end=5.0)]},
        {"student": "S02", "tracks": [track(2)]},
        {"student": "S04", "tracks": [track(3, start=5.0)]},
    ]
    assert about["left_out"] == []
    assert about["open_suggestions"] == [
        {"number": 1, "earlier": "S01", "later": "S02", "timestamp": 2.0, "confidence": 0.4322}
    ]
    assert {key: about[key] for key in expected} == expected
    assert "student" in about["columns"]["identities in session.json"]


def test_who_is_left_out_is_told(tmp_path: Path) -> None:
    with Session.open(pieces(tmp_path)) as session:
        Editor(session).apply(Exclude(2))
        about = who_is_who(session, [1, 3])
    assert about["identities"] == [
        {"student": "S01", "tracks": [track(1)]},
        {"student": "S03", "tracks": [track(3)]},
    ]
    assert about["left_out"] == [{"student": "S02", "tracks": [track(2)]}]
    assert about["open_suggestions"] == []


def test_the_log_is_told_but_for_names(tmp_path: Path) -> None:
    with Session.open(pieces(tmp_path)) as session:
        session.set_name(1, "Ann")
        editor = Editor(session)
        editor.apply(Merge(1, 3), TWO_WAY)
        editor.split(1, 5.0)
        editor.reject(1)
        editor.undo()
        times = [edit.time for edit in session.log.edits()]
        edits = who_is_who(session, [1, 2, 4])["edits"]
    assert [edit.pop("time") for edit in edits] == times
    user = {"origin": "user", "undone": False}
    assert edits == [
        {"number": 1, **user, "kind": "name", "student": "S01"},
        {
            **{"number": 2, "origin": "two-way pass", "undone": False},
            **{"kind": "merge", "into": "S01", "student": "S03"},
        },
        {"number": 3, **user, "kind": "split", "student": "S01", "at": 5.0, "new": "S04"},
        {"number": 4, "origin": "user", "undone": True, "kind": "reject", "suggestion": 1},
    ]
