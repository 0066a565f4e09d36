from __future__ import annotations

import os
import shutil
import sqlite3
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.core.errors import SessionError
from app.core.privacy import Privacy
from app.session.editor import Editor
from app.session.edits import Exclude, Merge
from app.session.library import Library
from app.session.store import FrameCounts, Session
from tests.session.builders import info, result, steady, write

NOW = datetime(2025, 3, 14, 5, 6, 7, tzinfo=UTC)
"""Ten days after the sessions of ``builders`` began."""
LIVE = {"source_live": True, "privacy": Privacy(picture=True), "source_name": "Webcam"}


def damage(path: Path) -> Path:
    """Spoil everything behind the header."""
    with path.open("r+b") as file:
        file.seek(100)
        file.write(os.urandom(path.stat().st_size - 100))
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_each_session_holds(tmp_path: Path) -> None:
    with Session.create(tmp_path / "a.roomread", info()) as session:
        for one in steady([1.0, 2.0, 4.5], {1: "fear", 2: None, 3: "fear"}):
            session.append(one)
        session.finish(FrameCounts(3, 3, 0), complete=True)
        Editor(session).apply(Exclude(3))
    private = Privacy(class_only=True)
    later = steady([0.0, 60.0], {1: "fear"})
    write(tmp_path / "b.roomread", later, created="2025-04-01T00:00:00Z", privacy=private)
    (tmp_path / "notes.txt").write_text("mine")
    newest, oldest = Library([tmp_path, tmp_path, tmp_path / "nowhere"]).entries()
    assert newest.path == tmp_path / "b.roomread"
    assert newest.class_only
    assert newest.most_at_a_time is None
    assert newest.seconds == 60.0
    assert not newest.complete
    assert "did not finish" in newest.message
    assert oldest.created == datetime(2025, 3, 4, 5, 6, 7, tzinfo=UTC)
    assert (oldest.source, oldest.seconds, oldest.most_at_a_time) == ("lesson.mp4", 3.5, 2)
    assert (oldest.complete, oldest.message, oldest.damaged) == (True, "", False)
    assert oldest.size_bytes == oldest.path.stat().st_size


def test_students_are_those_in_view_at_a_time_after_all_edits(tmp_path: Path) -> None:
    """Whoever comes when another has left is not one more, nor who passes by for a moment."""
    frames = [result(k, float(k), {1: "fear", 2 if k < 500 else 3: None}) for k in range(1000)]
    frames[701:705] = [result(k, float(k), {1: "fear", 3: None, 4: None}) for k in range(701, 705)]
    path = write(tmp_path / "a.roomread", frames)
    (entry,) = Library([tmp_path]).entries()
    assert entry.most_at_a_time == 2
    with Session.open(path) as session:
        Editor(session).apply(Merge(2, 3))
    (entry,) = Library([tmp_path]).entries()
    assert entry.most_at_a_time == 2
    with Session.open(path) as session:
        Editor(session).apply(Exclude(2))
    (entry,) = Library([tmp_path]).entries()
    assert entry.most_at_a_time == 1


def test_a_session_without_a_frame(tmp_path: Path) -> None:
    write(tmp_path / "a.roomread", [])
    (entry,) = Library([tmp_path]).entries()
    assert (entry.seconds, entry.most_at_a_time, entry.damaged) == (0.0, 0, False)


def test_one_that_cannot_be_opened_says_why_in_one_line(tmp_path: Path) -> None:
    damage(write(tmp_path / "damaged.roomread", steady([0.0], {1: "fear"})))
    (tmp_path / "empty.roomread").touch()
    (tmp_path / "text.roomread").write_text("my notes")
    newer = write(tmp_path / "newer.roomread", [])
    db = sqlite3.connect(newer)
    db.execute("PRAGMA user_version = 99")
    db.close()
    other = sqlite3.connect(tmp_path / "other.roomread")
    other.execute("CREATE TABLE session (info)")
    other.close()
    entries = {entry.path.stem: entry for entry in Library([tmp_path]).entries()}
    assert len(entries) == 5
    for entry in entries.values():
        assert entry.damaged
        assert "\n" not in entry.message
        assert entry.most_at_a_time is None
        assert abs(entry.created - datetime.now(UTC)) < timedelta(minutes=5)
    assert "is damaged" in entries["damaged"].message
    assert "is damaged" in entries["empty"].message
    assert "no Roomread session" in entries["text"].message
    assert "no Roomread session" in entries["other"].message
    assert "newer Roomread" in entries["newer"].message


def test_a_session_that_is_being_written_is_listed_and_never_deleted(tmp_path: Path) -> None:
    library = Library([tmp_path])
    path = tmp_path / "a.roomread"
    with Session.create(path, info()) as session:
        session.append(result(0, 0.0, {1: "fear"}))
        (entry,) = library.entries()
        assert entry.most_at_a_time == 1
        assert library.expire(1, NOW) == []
        assert len(library.problems) == 1
        assert "still being written" in library.problems[0]
        with pytest.raises(SessionError, match="still being written"):
            library.delete(path)
        session.append(result(1, 1.0, {1: "fear", 2: "fear"}))  # nothing was taken from under it
        session.finish(FrameCounts(2, 2, 0), complete=True)
    (entry,) = library.entries()
    assert (entry.most_at_a_time, entry.complete) == (2, True)
    assert library.expire(1, NOW) == [path]
    assert library.problems == ()
    assert names(tmp_path) == []


def test_listing_changes_nothing_of_one_that_was_killed(tmp_path: Path) -> None:
    with Session.create(tmp_path / "running.roomread", info()) as session:
        session.append(result(0, 0.0, {1: "fear"}))
        for path in list(tmp_path.iterdir()):
            shutil.copy(path, path.with_name(path.name.replace("running", "killed")))
        before = {path.name: path.read_bytes() for path in tmp_path.glob("killed*-wal")}
        killed, _ = sorted(Library([tmp_path]).entries(), key=lambda entry: entry.path)
        assert (killed.most_at_a_time, killed.complete) == (1, False)
        assert killed.size_bytes > killed.path.stat().st_size
        assert {p.name: p.read_bytes() for p in tmp_path.glob("killed*-wal")} == before
    Library([tmp_path]).delete(tmp_path / "killed.roomread")
    assert names(tmp_path) == ["running.roomread"]


def test_deleting_takes_what_belongs_to_it_and_nothing_else(tmp_path: Path) -> None:
    """A recording of the same name is the user's; a live session's video is ours."""
    lesson = write(tmp_path / "lesson.roomread", steady([0.0], {1: "fear"}))
    live = write(tmp_path / "live.roomread", steady([0.0], {1: "fear"}), **LIVE)
    for name in ("lesson.mp4", "live.mp4", "live2.mp4", "live.txt", "live.roomread-wal"):
        (tmp_path / name).write_bytes(b"" if name.endswith("wal") else b"video")
    library = Library([tmp_path])
    sizes = {entry.path: entry.size_bytes for entry in library.entries()}
    assert sizes[live] == live.stat().st_size + 5
    assert sizes[lesson] == lesson.stat().st_size
    library.delete(lesson)
    assert (tmp_path / "lesson.mp4").exists()
    library.delete(live)
    assert names(tmp_path) == ["lesson.mp4", "live.txt", "live2.mp4"]


def test_the_video_of_a_damaged_session_goes_if_the_app_named_it(tmp_path: Path) -> None:
    for stem in ("2025-03-04T05-06-07Z", "2025-03-04T05-06-07Z-2", "lesson"):
        damage(write(tmp_path / f"{stem}.roomread", steady([0.0], {1: "fear"}), **LIVE))
        (tmp_path / f"{stem}.mp4").write_bytes(b"video")
    done = Library([tmp_path]).delete_all()
    assert (len(done.deleted), done.problems) == (3, ())
    assert names(tmp_path) == ["lesson.mp4"]


def test_the_old_ones_go_by_what_the_file_says(tmp_path: Path) -> None:
    paths = []
    for stem, created in (("old", "2025-03-04T05:06:06Z"), ("new", "2025-03-04T05:06:08Z")):
        paths.append(write(tmp_path / f"{stem}.roomread", [], created=created))
    naive = write(tmp_path / "naive.roomread", [], created="2025-03-01T00:00:00")
    nobody = write(tmp_path / "nobody-knows.roomread", [], created="some day")
    damaged = damage(write(tmp_path / "damaged.roomread", steady([0.0], {1: "fear"})))
    before = NOW.timestamp() - 11 * 86_400
    for path in (paths[1], damaged):  # the file's own time counts where nothing else is known
        os.utime(path, (before, before))
    library = Library([tmp_path])
    assert sorted(library.expire(10, NOW)) == sorted([paths[0], naive, damaged])
    assert names(tmp_path) == ["new.roomread", nobody.name]
    with pytest.raises(ValueError, match="1 or more"):
        library.expire(0, NOW)


def test_what_cannot_be_deleted_is_said_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck, other = (write(tmp_path / f"{stem}.roomread", []) for stem in "ab")
    unlink = Path.unlink

    def refuse(path: Path, missing_ok: bool = False) -> None:
        if path == stuck:
            raise PermissionError(13, "Permission denied", str(path))
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", refuse)
    library = Library([tmp_path])
    done = library.delete_all()
    assert done.deleted == (other,)
    (problem,) = done.problems
    assert problem == library.problems[0]
    assert str(stuck) in problem
    assert "Permission denied" in problem
    assert [entry.path for entry in library.entries()] == [stuck]


def test_what_is_no_session_is_never_deleted(tmp_path: Path) -> None:
    text, recording = tmp_path / "text.roomread", tmp_path / "lesson.mp4"
    text.write_text("my notes, long enough to be taken for a header: " + "x" * 100)
    recording.write_bytes(b"video")
    library = Library([tmp_path])
    with pytest.raises(SessionError, match="as a Roomread session, so it is not deleted"):
        library.delete(text)
    for path in (recording, tmp_path / "gone.roomread"):
        with pytest.raises(SessionError, match="there is no session"):
            library.delete(path)
    assert library.delete_all().deleted == ()
    assert names(tmp_path) == ["lesson.mp4", "text.roomread"]


def test_what_a_power_cut_left_can_be_deleted(tmp_path: Path) -> None:
    (tmp_path / "empty.roomread").touch()
    (tmp_path / "blank.roomread").write_bytes(bytes(4096))
    assert len(Library([tmp_path]).delete_all().deleted) == 2
    assert names(tmp_path) == []


def test_students_who_come_one_after_the_other_are_never_two_at_a_time(tmp_path: Path) -> None:
    frames = [result(k, float(k), {1 + k // 10: "fear"}) for k in range(40)]
    write(tmp_path / "a.roomread", frames)
    (entry,) = Library([tmp_path]).entries()
    assert entry.most_at_a_time == 1


@pytest.mark.alone
def test_a_long_session_is_listed_as_fast_as_a_short_one(tmp_path: Path) -> None:
    """A few rows are read of each file, however many there are."""
    students: dict[int, str | None] = dict.fromkeys(range(1, 31), "fear")
    path = write(tmp_path / "a.roomread", steady([k / 2 for k in range(2000)], students))
    times = []
    for _ in range(3):
        started = time.perf_counter()
        (entry,) = Library([tmp_path]).entries()
        times.append(time.perf_counter() - started)
        assert entry.most_at_a_time == 30
    listed = min(times)
    started = time.perf_counter()
    with Session.open(path) as session:
        assert session.sightings().tracks
    assert listed < (time.perf_counter() - started) / 2
