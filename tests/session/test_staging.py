"""What is left in a folder is always of the session that session.json speaks of, as it is now."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from filelock import FileLock

from app.core.errors import ExportError
from app.session import staging
from app.session.editor import Editor
from app.session.edits import Exclude
from app.session.export import export_all
from app.session.formats import FORMATS, export_formats
from app.session.store import Session
from tests.session.builders import steady, write


def of(path: Path, **changes: object) -> Path:
    """Six students for three seconds, one of them named."""
    frames = steady([k / 5 for k in range(15)], dict.fromkeys(range(1, 7), "fear"))
    write(path, frames, **changes)
    with Session.open(path) as session:
        session.set_name(1, "Anna Smith")
        session.hand_labels.set(1, 1, 0)
    return path


def exported(path: Path, out: Path, *names: str, overwrite: bool = False) -> list[str]:
    """Export; returns the names of what is gone."""
    gone: list[Path] = []
    with Session.open(path) as session:
        export_formats(session, out, names, overwrite=overwrite, removed=gone.extend)
    assert not [one for one in gone if one.exists()]
    return [one.relative_to(out).as_posix() for one in gone]


def files(out: Path) -> set[str]:
    return {one.relative_to(out).as_posix() for one in out.rglob("*") if one.is_file()}


def test_nothing_of_another_session_is_left(tmp_path: Path) -> None:
    one, other = of(tmp_path / "a.roomread"), of(tmp_path / "b.roomread", source_name="b.mp4")
    out = tmp_path / "out"
    exported(one, out, *FORMATS)
    (out / "students" / "S07 notes.csv").write_text("mine")
    before = files(out)
    gone = exported(other, out, "parquet", overwrite=True)
    left = {"observations.parquet", "students.parquet", "class.parquet", "session.json"}
    assert files(out) == {*left, "students/S07 notes.csv"}
    assert set(gone) == before - files(out)
    assert {"observations.csv", "agreement.csv", "students/S01.csv", "boris.tsv"} <= set(gone)


def test_it_never_stands_beside_another_sessions_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the machine stops while files are moved."""
    one, other = of(tmp_path / "a.roomread"), of(tmp_path / "b.roomread", source_name="b.mp4")
    out = tmp_path / "out"
    exported(one, out, "csv", "boris")

    replace = os.replace

    def stop(source: Path, target: Path) -> None:
        if target.name == "class.csv":
            raise KeyboardInterrupt
        replace(source, target)

    monkeypatch.setattr(os, "replace", stop)
    with pytest.raises(KeyboardInterrupt):
        exported(other, out, "csv", overwrite=True)
    assert json.loads((out / "session.json").read_text())["source"]["name"] == "b.mp4"
    assert not [name for name in files(out) if "Anna" in (out / name).read_text()]
    assert files(out) <= {"session.json", "change.csv", "agreement.csv"}


def test_who_is_left_out_is_in_no_file(tmp_path: Path) -> None:
    path, out = of(tmp_path / "a.roomread"), tmp_path / "out"
    exported(path, out, "csv", "openface", "srt")
    with Session.open(path) as session:
        Editor(session).apply(Exclude(3))
    gone = exported(path, out, "boris")
    assert {"observations.csv", "openface.csv", "class.srt", "students/S03.csv"} <= set(gone)
    assert files(out) == {"boris.boris", "boris.tsv", "session.json"}
    assert "S03" not in (out / "boris.tsv").read_text() + (out / "boris.boris").read_text()
    with Session.open(path) as session:
        Editor(session).undo()
        Editor(session).redo()
    assert exported(path, out, "csv") == []  # the edits that hold are the same
    assert "boris.tsv" in files(out)


def test_a_new_name_makes_only_files_with_names_old(tmp_path: Path) -> None:
    path, out = of(tmp_path / "a.roomread"), tmp_path / "out"
    exported(path, out, "csv", "parquet")
    with Session.open(path) as session:
        session.set_name(1, "")
    assert exported(path, out, "srt") == ["students.csv", "students.parquet"]
    assert {"observations.csv", "class.srt", "students/S01.csv"} <= files(out)


def test_without_an_edit_the_other_formats_stay(tmp_path: Path) -> None:
    path, out = of(tmp_path / "a.roomread"), tmp_path / "out"
    exported(path, out, *FORMATS)
    before = files(out)
    assert [exported(path, out, name) for name in FORMATS] == [[]] * len(FORMATS)
    assert files(out) == before


def test_two_sessions_of_one_second(tmp_path: Path) -> None:
    one, other = of(tmp_path / "a.roomread"), of(tmp_path / "b.roomread", source_name="b.mp4")
    out = tmp_path / "out"
    exported(one, out, "csv")
    with pytest.raises(ExportError, match=r"another session \(lesson\.mp4"):
        exported(other, out, "csv")


def test_a_name_that_is_no_unicode_is_the_same_again(tmp_path: Path) -> None:
    path = of(tmp_path / "a.roomread", source_name="lesson \udcff.mp4")
    for _ in range(2):
        exported(path, tmp_path / "out", "csv")


@pytest.mark.parametrize("folder", ["/home/anna/", "C:\\Anna\\"])
def test_a_session_json_of_an_older_version_names_the_folder(folder: str, tmp_path: Path) -> None:
    path = of(tmp_path / "a.roomread", source_name=f"{folder}lesson.mp4")
    other = of(tmp_path / "b.roomread", source_name=f"{folder}b.mp4")
    exported(path, tmp_path / "out", "srt")
    about = tmp_path / "out" / "session.json"
    told = json.loads(about.read_text())
    assert told["source"]["name"] == "lesson.mp4"
    told["source"]["name"] = f"{folder}lesson.mp4"
    about.write_text(json.dumps(told))
    with pytest.raises(ExportError, match=r"another session \(lesson\.mp4"):
        exported(other, tmp_path / "out", "srt")
    exported(path, tmp_path / "out", "srt")
    assert json.loads(about.read_text())["source"]["name"] == "lesson.mp4"


def test_a_session_json_of_somebody_else(tmp_path: Path) -> None:
    path = of(tmp_path / "a.roomread")
    for told in ("[]", '{"created": 1}', '{"created": "x", "source": []}'):
        (tmp_path / "session.json").write_text(told)
        exported(path, tmp_path, "srt")


def test_an_export_that_runs_is_left_alone(tmp_path: Path) -> None:
    path, out = of(tmp_path / "a.roomread"), tmp_path / "out"
    with Session.open(path) as session, staging.staged(session, out, overwrite=False) as first:
        (first.folder / "class.csv").write_text("a\n")
        export_all(session, out)
        assert first.folder.exists()
        first.move()
    assert (out / "class.csv").read_text() == "a\n"
    assert not [name for name in files(out) if "lock" in name or staging.PREFIX in name]


def test_what_a_killed_export_left_goes(tmp_path: Path) -> None:
    path = of(tmp_path / "a.roomread")
    killed, old, new = (tmp_path / f"{staging.PREFIX}{k}" for k in range(3))
    for folder in (killed, old, new):
        folder.mkdir()
        (folder / "students.csv").write_text("Anna Smith")
    FileLock(killed / staging._LOCK).acquire().lock.release()
    (killed / staging._LOCK).touch()
    os.utime(old, (time.time() - 100,) * 2)
    exported(path, tmp_path, "srt")
    assert [one.exists() for one in (killed, old, new)] == [False, False, True]
