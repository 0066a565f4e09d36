from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from app import cli
from app.core.privacy import Privacy
from app.core.types import Suggestion
from app.session.editor import Editor
from app.session.edits import TWO_WAY, Exclude
from app.session.store import Session
from tests.session.builders import result, write

Out = pytest.CaptureFixture[str]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Two minutes: S01 is always there, S02 for the first minute, S03 from 1:10 on."""
    frames = []
    for index in range(240):
        students: dict[int, str | None] = {1: "fear"}
        if index < 120:
            students[2] = "happiness"
        if index >= 140:
            students[3] = "happiness"
        told = (Suggestion(2, 3, 70.0, 0.874),) if index == 140 else ()
        frames.append(result(index, index / 2, students, suggestions=told))
    return write(tmp_path / "session.roomread", frames)


def call(path: Path, *arguments: object) -> int:
    return cli.main(["edit", str(path), *(str(argument) for argument in arguments)])


def said(capsys: Out) -> list[str]:
    captured = capsys.readouterr()
    assert captured.err == ""
    return str(captured.out).splitlines()


def test_list(path: Path, capsys: Out) -> None:
    assert call(path, "list") == 0
    assert said(capsys) == [
        "student    first     last   in view   name",
        "S01       0:00.0   1:59.5   120.0 s",
        "S02       0:00.0   0:59.5    60.0 s",
        "S03       1:10.0   1:59.5    50.0 s",
        "",
        "suggestions",
        f"  S03 may be S02 (87%): roomread edit {path} accept 1",
    ]


def test_list_after_edits(path: Path, capsys: Out) -> None:
    call(path, "name", "S02", "Ada")
    with Session.open(path) as session:
        Editor(session).apply(Exclude(1), TWO_WAY)
    call(path, "accept", 1)
    call(path, "undo", 2)
    call(path, "exclude", "s01")
    capsys.readouterr()
    assert call(path, "list") == 0
    lines = said(capsys)
    assert lines[1:3] == [
        "S01       0:00.0   1:59.5   120.0 s   (left out)",
        "S02       0:00.0   1:59.5   110.0 s   Ada",
    ]
    assert "suggestions" not in lines
    log = lines[lines.index("edits") + 1 :]
    assert [line[:5].strip() for line in log] == ["1", "2", "3", "4"]
    assert [line[25:] for line in log] == [
        'name S02 "Ada"',
        "leave S01 out  (two-way pass, undone)",
        "merge S03 into S02",
        "leave S01 out",
    ]


def test_nobody_was_seen(tmp_path: Path, capsys: Out) -> None:
    assert call(write(tmp_path / "s.roomread", []), "list") == 0
    assert said(capsys) == ["nobody was seen"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["merge", "S02", "S03"], "Edit 1: merge S03 into S02"),
        (["split", "S01", "--at", "1:30"], "Edit 1: split S01 at 90.0 s: S04 from there on"),
        (["name", "S01", "Ada"], "S01: Ada"),
        (["name", "S01", ""], "S01: no name"),
        (["exclude", "S03"], "Edit 1: leave S03 out"),
        (["accept", 1], "Edit 1: merge S03 into S02"),
        (["reject", 1], "Edit 1: reject suggestion 1"),
    ],
    ids=str,
)
def test_it_says_what_it_did_and_how_to_go_on(
    path: Path, arguments: list[object], words: str, capsys: Out
) -> None:
    assert call(path, *arguments) == 0
    assert said(capsys) == [
        words,
        f"To make the tables again: roomread export {path} --out DIR",
    ]


def test_a_session_of_the_class_as_a_whole(tmp_path: Path, capsys: Out) -> None:
    private = Privacy(class_only=True, min_group=2)
    path = write(tmp_path / "c.roomread", [result(0, 0.0, {1: "fear"})], privacy=private)
    assert call(path, "list") == 0
    whole = "his session holds the class as a whole only"
    assert said(capsys) == [f"T{whole}: no student was followed."]
    for action in (["name", "S01", "Ada"], ["split", "S01", "--at", 1], ["accept", 1], ["undo"]):
        assert call(path, *action) == 1
        captured = capsys.readouterr()
        assert captured.err.endswith(
            f"t{whole}, no student was followed: there is nobody to edit\n"
        )
        assert (captured.out, captured.err.count("\n")) == ("", 1)


def test_undo_and_redo(path: Path, capsys: Out) -> None:
    call(path, "exclude", "S03")
    call(path, "include", "S03")
    capsys.readouterr()
    assert call(path, "undo") == 0
    assert said(capsys)[0] == "Undone: edit 2, take S03 in again"
    assert call(path, "undo", 1) == 0
    assert said(capsys)[0] == "Undone: edit 1, leave S03 out"
    assert call(path, "redo") == 0
    assert said(capsys)[0] == "Redone: edit 1, leave S03 out"


def test_what_one_action_made_is_undone_as_one_and_counted(path: Path, capsys: Out) -> None:
    assert call(path, "exclude", "S01", "s02", "S01") == 0
    assert said(capsys)[:2] == ["Edit 1: leave S01 out", "Edit 2: leave S02 out"]
    assert call(path, "undo") == 0
    many = "2 edits that were made as one: edit 1, leave S01 out; edit 2, leave S02 out"
    assert said(capsys)[0] == f"Undone: {many}"
    assert call(path, "redo") == 0
    assert said(capsys)[0] == f"Redone: {many}"
    assert call(path, "undo", 1) == 0
    assert said(capsys)[0] == "Undone: edit 1, leave S01 out"


def test_the_tables_follow(path: Path, tmp_path: Path, capsys: Out) -> None:
    out = tmp_path / "an analysis"
    assert cli.main(["export", str(path), "--out", str(out)]) == 0
    moved = path.rename(out / path.name)
    capsys.readouterr()
    call(out, "merge", "S02", "S03")
    command = said(capsys)[1].removeprefix("To make the tables again: roomread ")
    assert command == f"export '{out}' --out '{out}'"
    call(moved, "split", "S01", "--at", 30)
    call(moved, "exclude", "S01")
    assert cli.main(["export", str(moved), "--out", str(out)]) == 0
    with (out / "students.csv").open(encoding="utf-8") as file:
        seen = {row["student"]: row["seconds_seen"] for row in csv.DictReader(file)}
    assert seen == {"S02": "110.000", "S04": "90.000"}
    files = sorted(path.name for path in (out / "students").iterdir())
    assert files == ["S02.csv", "S04.csv"]
    about = json.loads((out / "session.json").read_text(encoding="utf-8"))
    assert [edit["kind"] for edit in about["edits"]] == ["merge", "split", "exclude"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["merge", "S01", "S02"], "S01 and S02 are seen together from 0:00.0 to 0:59.5"),
        (["merge", "S01", "S09"], "there is no S09: list shows who there is"),
        (["split", "S02", "--at", "1:30"], "S02 is not seen from 90.0 s"),
        (["accept", 7], "there is no open suggestion 7"),
        (["undo"], "there is nothing to undo"),
        (["redo", 3], "there is no edit 3"),
        (["include", "S01"], "S01 is not left out"),
        (["exclude", "S01", "S09"], "there is no S09: list shows who there is"),
    ],
    ids=str,
)
def test_what_can_not_be_done_is_one_clear_line(
    path: Path, arguments: list[object], words: str, capsys: Out
) -> None:
    before = path.read_bytes()
    assert call(path, *arguments) == cli.EXIT_ERROR == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"roomread: {words}")
    assert captured.err.count("\n") == 1
    assert path.read_bytes() == before


def test_no_session(tmp_path: Path, capsys: Out) -> None:
    assert call(tmp_path, "list") == 1
    assert "session.roomread does not exist" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["merge", "Ada", "S01"], "'Ada': give a student's id, such as S03"),
        (["merge", "S01"], "OTHER"),
        (["exclude", "S00"], "give a student's id"),
        (["split", "S01"], "--at"),
        (["split", "S01", "--at", "soon"], "give seconds"),
        (["undo", "last"], "give a number as list shows it"),
        (["accept", "0"], "give a number as list shows it"),
        (["destroy"], "invalid choice"),
        ([], "required"),
    ],
    ids=str,
)
def test_wrong_use(path: Path, arguments: list[object], words: str, capsys: Out) -> None:
    with pytest.raises(SystemExit) as caught:
        call(path, *arguments)
    assert caught.value.code == 2
    assert words in capsys.readouterr().err
