from __future__ import annotations

import json
from pathlib import Path

import pytest

from app import cli
from app.core.privacy import Privacy, Purpose
from app.session.store import FrameCounts, Session
from tests.session.builders import info, result, steady, write

Out = pytest.CaptureFixture[str]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    purpose = Purpose("a study", "consent", "2025-03-04T05:06:07Z")
    path = tmp_path / "session.roomread"
    with Session.create(path, info(purpose=purpose)) as session:
        for index in range(300):
            session.append(result(index, index / 10, {1: "fear", 2: None, 3: "anger"}))
        session.markers.add(2.0, "group work")
        session.set_name(1, "Ann")
        session.finish(FrameCounts(300, 300, 0), complete=True)
    return path


@pytest.fixture
def torn(path: Path) -> Path:
    torn = path.with_name("torn.roomread")
    data = bytearray(path.read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 4096] = bytes(4096)
    torn.write_bytes(data)
    return torn


def call(*arguments: object) -> int:
    return cli.main(["session", *(str(argument) for argument in arguments)])


def test_info(path: Path, capsys: Out) -> None:
    assert call("info", path) == 0
    lines = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines())
    assert lines["purpose"] == "a study"
    assert lines["by"] == (
        "right   Everyone in the picture agreed, and parents where students are under age"
    )
    assert lines["recording"] == "lesson.mp4, 640x480 pixels, 10 frames a second"
    assert lines["model"] == f"base 1 on CPU, SHA-256 {'ab' * 32}"
    assert lines["frames"] == "300 analysed of 300 read, from 0:00.0 to 0:29.9"
    assert (lines["students"], lines["edits"], lines["markers"]) == ("3", "1 in force", "1")
    assert lines["complete"] == "yes"
    assert "Ann" not in lines.values()


def test_info_for_programs(path: Path, capsys: Out) -> None:
    assert call("info", path.parent, "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["frames"] == {"read": 300, "analysed": 300, "skipped": 0}
    assert said["students"] == 3
    assert said["privacy"]["min_group"] == 5
    assert said["size_bytes"] == path.stat().st_size


def test_info_of_a_class_only_session(tmp_path: Path, capsys: Out) -> None:
    path = write(
        tmp_path / "s.roomread", steady([0.0], {1: "fear"}), privacy=Privacy(class_only=True)
    )
    assert call("info", path) == 0
    out = capsys.readouterr().out
    assert "students   the class as a whole only: it knows no students" in out
    assert call("info", path, "--json") == 0
    assert json.loads(capsys.readouterr().out)["students"] is None


def test_check(path: Path, torn: Path, capsys: Out) -> None:
    assert call("check", path) == 0
    assert capsys.readouterr().out == f"{path} is whole: 300 frames, 900 faces, version 4.\n"
    assert call("check", torn) == 1
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.endswith(f"roomread session repair {torn} --out NEW")


def test_a_torn_session_says_how_it_is_repaired_and_then_opens(torn: Path, capsys: Out) -> None:
    assert call("info", torn) == 1
    assert f"run `roomread session repair {torn} --out NEW`" in capsys.readouterr().err
    new = torn.with_name("new.roomread")
    assert call("repair", torn, "--out", new) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith("Saved 2")
    assert out[1].startswith("Lost: ")
    assert call("check", new) == 0
    assert call("info", new) == 0
    assert "complete   no: repaired: " in capsys.readouterr().out
    assert call("export", new, "--out", torn.parent / "csv") == 0
    assert (torn.parent / "csv" / "class.csv").is_file()
    assert not json.loads((torn.parent / "csv" / "session.json").read_text())["complete"]


def overwritten(path: Path, new: Path, at: int, page: bytes) -> Path:
    data = bytearray(path.read_bytes())
    data[at : at + len(page)] = page
    new.write_bytes(data)
    return new


@pytest.mark.parametrize("start", [bytes(100), bytes(4096), b"a note\n" * 600, b"\r" * 4096])
@pytest.mark.parametrize("name", ["harmed.roomread", "harmed.sqlite"])
def test_a_session_that_is_damaged_at_its_start(
    path: Path, capsys: Out, name: str, start: bytes
) -> None:
    harmed = overwritten(path, path.with_name(name), 0, start[:4096])
    for action in (["check"], ["info"], ["export", "--out", path.parent / "csv"]):
        assert call(action[0], harmed, *action[1:]) == 1
        said = capsys.readouterr()
        assert said.err == (
            f"roomread: session {harmed} is damaged at its start: to save what can be read, run "
            f"`roomread session repair {harmed} --out NEW`\n"
        )
    new = path.with_name("new.roomread")
    assert call("repair", harmed, "--out", new) == 0
    assert (
        capsys.readouterr().out == f"Saved 300 frames with 900 faces to {new}.\nLost: 0 frames.\n"
    )
    with Session.open(new) as session:
        assert session.names() == {1: "Ann"}
        assert not session.identities.excluded


def test_a_session_with_a_lost_edit_shows_nobody_until_the_user_says_who(
    path: Path, tmp_path: Path, capsys: Out
) -> None:
    cli.main(["edit", str(path), "exclude", "S03"])
    at = path.read_bytes().index(b'{"student": 3}') // 4096 * 4096
    harmed, new = (
        overwritten(path, tmp_path / "h.roomread", at, bytes(4096)),
        tmp_path / "n.roomread",
    )
    assert call("repair", harmed, "--out", new) == 0
    said = capsys.readouterr().out
    assert f"To take students in again: roomread edit {new} include S01 S02 ..." in said
    assert "Lost: 0 frames.\nNote: edits (who is named, joined and left out) are lost\n" in said

    def students() -> list[str]:
        csv = tmp_path / "csv"
        assert call("export", new, "--out", csv, "--format", "csv,jsonl,boris,elan,srt") == 0
        lines = (csv / "students.csv").read_text(encoding="utf-8").splitlines()[1:]
        for name in ("observations.csv", "frames.jsonl", "boris.tsv"):
            assert ("S03" in (csv / name).read_text(encoding="utf-8")) == (
                "S03" in "".join(lines)
            ), name
        return [line[:3] for line in lines]

    assert students() == []
    assert "nobody knows any more who was left out" in capsys.readouterr().out
    assert cli.main(["edit", str(new), "include", "S01", "S02"]) == 0
    assert students() == ["S01", "S02"]
    assert cli.main(["edit", str(new), "undo"]) == 0
    assert students() == []


def test_a_text_is_no_session_whatever_its_name(tmp_path: Path, capsys: Out) -> None:
    for name in ("diary.sqlite", "diary.roomread"):
        path = tmp_path / name
        path.write_text("\nDear diary, today\r\n" * 2000)
        for action in ("check", "info"):
            assert call(action, path) == 1
            assert "is no Roomread session: choose a .roomread file" in capsys.readouterr().err


def test_a_folder_of_many_recordings(path: Path, tmp_path: Path, capsys: Out) -> None:
    for name in ("b", "a"):
        (tmp_path / "many" / name).mkdir(parents=True)
        (tmp_path / "many" / name / "session.roomread").write_bytes(path.read_bytes())
    assert call("info", tmp_path / "many") == 1
    a = tmp_path / "many" / "a"
    assert f"holds 2 sessions in folders of their own: give one of them, such as {a}" in (
        capsys.readouterr().err
    )


def test_export_is_the_same_command(path: Path, tmp_path: Path) -> None:
    assert call("export", path, "--out", tmp_path / "one") == 0
    assert cli.main(["export", str(path), "--out", str(tmp_path / "two")]) == 0
    one, two = ((tmp_path / name / "class.csv").read_bytes() for name in ("one", "two"))
    assert one == two


@pytest.mark.parametrize("action", ["info", "check", "repair"])
def test_what_is_no_session(tmp_path: Path, capsys: Out, action: str) -> None:
    more = ["--out", tmp_path / "new"] if action == "repair" else []
    assert call(action, tmp_path / "none.roomread", *more) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_info_says_who_is_left_out(tmp_path: Path, capsys: Out) -> None:
    path = write(tmp_path / "s.roomread", steady([0.0, 0.5], {1: "fear", 2: None}))
    cli.main(["edit", str(path), "exclude", "S01"])
    capsys.readouterr()
    assert call("info", path) == 0
    assert "and 1 left out" in capsys.readouterr().out
