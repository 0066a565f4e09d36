from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import tracemalloc
from dataclasses import replace
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath

import numpy as np
import pytest

from app.core.errors import SessionError
from app.core.types import STILL
from app.session import schema
from app.session.database import uri_of
from app.session.store import FrameCounts, Session
from tests.conftest import ROOT
from tests.session.builders import assert_same, info, random_result, result, steady, write

TIMES = [0.0, 0.1, 0.2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lesson.roomread"


def test_every_result_comes_back_to_the_last_bit(path: Path) -> None:
    rng = np.random.default_rng(5)
    results = [
        random_result(rng, 3 * k, k * 0.123, int(rng.integers(0, 12)), held=True)
        for k in range(300)
    ]
    write(path, results)
    with Session.open(path) as session:
        again = list(session.raw_results())
        edited = list(session.results())
    for one, other in zip(again, edited, strict=True):
        assert_same(replace(one, suggestions=()), other)
    assert len(again) == len(results)
    for one, other in zip(results, again, strict=True):
        assert_same(one, other)


def test_the_camera_is_stored_where_it_moved(path: Path) -> None:
    nudged = np.array([[1.0, 0.0, 2.5], [0.0, 1.0, -1.0]])
    cameras = [STILL, STILL, nudged, nudged, nudged, STILL, STILL]
    frames = steady([k / 10 for k in range(7)], {1: "fear"})
    write(path, [replace(one, camera=camera) for one, camera in zip(frames, cameras, strict=True)])
    with Session.open(path) as session:
        for one, camera in zip(session.raw_results(), cameras, strict=True):
            np.testing.assert_array_equal(one.camera, camera)
    db = sqlite3.connect(path)
    stored = [number for (number,) in db.execute("SELECT number FROM frame WHERE camera NOTNULL")]
    db.close()
    assert stored == [2, 5]


def test_what_is_known_of_the_session_comes_back(path: Path) -> None:
    with Session.create(path, info(source_duration=None, source_live=True)) as session:
        session.append(result(0, 0.0, {1: "fear"}))
        session.finish(FrameCounts(30, 10, 20), complete=False, message="the camera was unplugged")
    with Session.open(path) as session:
        assert session.info == info(source_duration=None, source_live=True)
        assert session.counts == FrameCounts(30, 10, 20)
        assert not session.complete
        assert session.message == "the camera was unplugged"
        assert session.environment["python"].startswith("3.")
        assert session.environment["numpy"] == np.__version__


def test_closing_leaves_one_file(path: Path) -> None:
    with Session.create(path, info()) as session:
        session.append(result(0, 0.0, {1: "fear"}))
        assert path.with_name(path.name + "-wal").exists()
        session.close()
        session.close()
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    with Session.open(path) as session:
        assert len(list(session.results())) == 1
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_a_session_that_was_never_finished_says_so_and_counts_what_it_has(path: Path) -> None:
    write(path, [result(index, index / 10, {1: "fear"}) for index in (4, 7, 13)])
    with Session.open(path) as session:
        assert session.counts == FrameCounts(read=10, analysed=3, skipped=7)
        assert not session.complete
        assert "did not finish" in session.message
        assert session.stretch == (4, 13, 0.4, 1.3)


def test_an_empty_session(path: Path) -> None:
    write(path, [])
    with Session.open(path) as session:
        assert list(session.results()) == []
        assert list(session.timestamps()) == []
        assert session.counts == FrameCounts(0, 0, 0)
        assert session.stretch is None


def test_names_can_be_given_changed_and_taken_away(path: Path) -> None:
    with Session.create(path, info()) as session:
        session.set_name(3, "  Ö'Hara \n=1 ")
        session.set_name(1, "Ann")
        session.set_name(2, "Bob")
        session.set_name(1, "Anna")
        session.set_name(2, " ")
    with Session.open(path) as session:
        assert session.names() == {1: "Anna", 3: "Ö'Hara \n=1"}
        session.set_name(2, "half an emoji \ud83d and a \x00 byte")
    with Session.open(path) as session:
        assert session.names()[2] == "half an emoji ? and a  byte"


@pytest.mark.parametrize(("index", "time"), [(5, 2.0), (4, 2.0), (6, 1.0), (6, 0.5)])
def test_frames_come_in_order(path: Path, index: int, time: float) -> None:
    with Session.create(path, info()) as session:
        session.append(result(5, 1.0, {1: "fear"}))
        with pytest.raises(ValueError, match=r"expected a frame after 5 at 1\.000 s"):
            session.append(result(index, time, {}))
        session.append(result(6, 1.1, {}))


def test_a_finished_session_takes_no_frames(path: Path) -> None:
    with Session.create(path, info()) as session:
        session.append(result(0, 0.0, {}))
        session.finish(FrameCounts(1, 1, 0), complete=True)
        with pytest.raises(ValueError, match="finished"):
            session.append(result(1, 0.1, {}))


def test_an_opened_session_takes_no_frames(path: Path) -> None:
    write(path, [])
    with Session.open(path) as session, pytest.raises(ValueError, match="opened to read"):
        session.append(result(0, 0.0, {}))


def test_it_can_be_read_while_it_is_written_and_from_any_thread(path: Path) -> None:
    with Session.create(path, info()) as session:
        session.append(result(0, 0.0, {1: "fear"}))
        reading = session.results()
        assert next(reading).index == 0
        thread = threading.Thread(target=session.append, args=(result(1, 0.1, {2: "fear"}),))
        thread.start()
        thread.join()
        with Session.open(path) as other:
            assert [one.index for one in other.results()] == [0, 1]
        session.append(result(2, 0.2, {}))
        assert [one.index for one in reading] == [1, 2]


def test_stages_may_change_on_the_way(path: Path) -> None:
    timings: list[dict[str, float]] = [{"a": 0.1}, {"a": 0.2, "b": 0.3}, {}, {"a": 0.4}]
    write(path, [result(k, k / 10, {}, timings=one) for k, one in enumerate(timings)])
    with Session.open(path) as session:
        assert [dict(one.timings) for one in session.results()] == timings


_WRITER = """
import sys
from pathlib import Path
from app.session.store import Session
from tests.session.builders import info, result
session = Session.create(Path(sys.argv[1]), info())
session.set_name(1, "Ann")
for index in range(100_000):
    session.append(result(index, index / 10, {1: "fear", 2: None, 3: "anger"}))
    print(index, flush=True)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_a_killed_process_loses_no_frame_that_it_had_stored(path: Path) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(path)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert writer.stdout is not None
    with writer, writer.stdout as lines:
        stored = [int(next(lines)) for _ in range(200)]
        writer.send_signal(signal.SIGKILL)
        stored += [int(line) for line in lines if line.endswith("\n")]
    assert writer.returncode == -signal.SIGKILL
    assert path.with_name(path.name + "-wal").stat().st_size > 0
    with Session.open(path) as session:
        again = list(session.results())
        assert session.names() == {1: "Ann"}
        assert not session.complete
    # The frame in work may have been committed without having been told.
    assert len(again) - len(stored) in (0, 1)
    for index, one in enumerate(again):
        assert_same(one, result(index, index / 10, {1: "fear", 2: None, 3: "anger"}))


def test_a_log_that_was_left_over_is_read(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy" / path.name
    copy.parent.mkdir()
    with Session.create(path, info()) as session:
        session.append(result(0, 0.0, {1: "fear"}))
        for file in tmp_path.glob(path.name + "*"):
            if not file.name.endswith("-shm"):
                shutil.copy(file, copy.parent)
    with Session.open(copy) as session:
        assert len(list(session.results())) == 1
    assert [p.name for p in copy.parent.iterdir()] == [path.name]


def test_a_new_session_replaces_the_earlier_one_with_its_log(path: Path) -> None:
    old = Session.create(path, info())
    old.append(result(0, 0.0, {1: "fear"}))
    write(path, steady(TIMES, {2: "anger"}))
    old.close()
    with Session.open(path) as session:
        assert len(list(session.results())) == 3


def test_a_file_of_another_kind_is_not_replaced(path: Path) -> None:
    path.write_text("my diary")
    with pytest.raises(SessionError, match="is no Roomread session, so it is not replaced"):
        Session.create(path, info())
    assert path.read_text() == "my diary"


def test_a_session_that_is_damaged_at_its_start_is_not_replaced(path: Path) -> None:
    write(path, steady(TIMES, {2: "anger"}))
    harmed = bytes(4096) + path.read_bytes()[4096:]
    path.write_bytes(harmed)
    with pytest.raises(SessionError, match=r"damaged at its start, so it is not replaced: to save"):
        Session.create(path, info())
    assert path.read_bytes() == harmed


def test_missing_folders_are_made(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b c#?%" / "s.roomread"
    write(deep, steady(TIMES, {2: "anger"}))
    with Session.open(deep) as session:
        assert len(list(session.results())) == 3


def test_a_folder_that_cant_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SessionError, match="choose a folder you can write to"):
        Session.create(tmp_path / "file" / "s.roomread", info())
    (tmp_path / "s.roomread").mkdir()
    with pytest.raises(SessionError, match="choose a folder you can write to"):
        Session.create(tmp_path / "s.roomread", info())


def _append_many(session: Session, rng: np.random.Generator) -> None:
    for index in range(10_000):
        session.append(random_result(rng, index, index / 10, 20))


def test_a_full_disk_keeps_what_was_stored(path: Path) -> None:
    rng = np.random.default_rng(1)
    with Session.create(path, info()) as session:
        session._db.execute("PRAGMA max_page_count = 40")  # SQLite's own word for a full disk
        with pytest.raises(SessionError, match=r"disk of .* is full: free some space"):
            _append_many(session, rng)
        stored = session.counts.analysed
        assert stored > 10
        assert len(list(session.results())) == stored
        # When there is room again, the same session goes on.
        session._db.execute("PRAGMA max_page_count = 4000")
        session.append(random_result(rng, stored, stored / 10, 20))
    with Session.open(path) as session:
        assert len(list(session.results())) == stored + 1


def test_a_missing_file(path: Path) -> None:
    with pytest.raises(SessionError, match="does not exist: check the path"):
        Session.open(path)
    assert list(path.parent.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"hello", b"SQLite format 3\x00", bytes(5000)])
def test_a_file_that_is_no_session(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(SessionError, match=r"is no Roomread session: choose a \.roomread file"):
        Session.open(path)
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    assert path.read_bytes() == content


def test_some_other_database(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE session (info TEXT)")
    db.close()
    with pytest.raises(SessionError, match="is no Roomread session"):
        Session.open(path)


def test_a_session_of_a_newer_version(path: Path) -> None:
    write(path, [])
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    db.close()
    with pytest.raises(SessionError, match="made by a newer Roomread: update Roomread"):
        Session.open(path)


@pytest.mark.parametrize("harm", ["cut", "scribbled", "emptied", "no info"])
def test_a_damaged_session(path: Path, harm: str) -> None:
    write(path, steady([k / 10 for k in range(400)], {1: "fear", 2: None}))
    whole = path.read_bytes()
    if harm == "cut":
        path.write_bytes(whole[: len(whole) // 2])
    elif harm == "scribbled":
        path.write_bytes(whole[:8192] + bytes(len(whole) - 16384) + whole[-8192:])
    else:
        db = sqlite3.connect(path)
        db.execute("DELETE FROM session" if harm == "emptied" else "UPDATE session SET info = '{}'")
        db.commit()
        db.close()
    with pytest.raises(
        SessionError, match=r"is damaged: to save what can be read, run `roomread session repair"
    ):
        Session.open(path)


def test_a_reading_of_the_wrong_length_is_damage(path: Path) -> None:
    write(path, steady(TIMES, {1: "fear", 2: None}))
    db = sqlite3.connect(path)
    db.execute("UPDATE face SET reading = x'00' WHERE frame = 1 AND place = 0")
    db.commit()
    db.close()
    with Session.open(path) as session, pytest.raises(SessionError, match="is damaged"):
        list(session.results())


def test_a_read_only_session_can_be_read_but_takes_no_names(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(path, steady(TIMES, {1: "fear"}))
    monkeypatch.setattr(os, "access", lambda *_: False)
    with Session.open(path) as session:
        assert len(list(session.results())) == 3
        with pytest.raises(SessionError, match=r"can't write .* a folder you can write to"):
            session.set_name(1, "Ann")


def test_a_closed_session_says_so(path: Path) -> None:
    session = Session.create(path, info())
    session.close()
    with pytest.raises(SessionError, match="closed"):
        session.append(result(0, 0.0, {}))


def test_memory_stays_flat_while_reading(path: Path) -> None:
    rng = np.random.default_rng(2)
    many = [random_result(rng, k, k / 10, 12) for k in range(200)]
    with Session.create(path, info()) as session:
        for index in range(1200):
            one = many[index % 200]
            session.append(replace(one, index=index, timestamp=index / 10))
        del many
        peaks = []
        for count in (300, 1200):
            tracemalloc.start()
            for one, _ in zip(session.results(), range(count), strict=False):
                del one
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0]
    assert peaks[1] < 3e6


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        (PurePosixPath("/tmp/a b?#%.roomread"), "file:///tmp/a%20b%3F%23%25.roomread"),
        (PureWindowsPath("C:/Klasse 5/a.roomread"), "file:///C:/Klasse%205/a.roomread"),
        (PureWindowsPath("//school/share/a.roomread"), "file:////school/share/a.roomread"),
    ],
)
def test_sqlite_finds_paths_of_every_system(path: PurePath, uri: str) -> None:
    assert uri_of(path) == uri


def test_a_path_with_signs_that_mean_something_in_an_address(tmp_path: Path) -> None:
    path = tmp_path / "5a? 100% #1 é.roomread"
    with Session.create(path, info()) as session:
        session.append(result(0, 0.0, {}))
    assert path.is_file()
    with Session.open(path) as session:
        assert session.counts.analysed == 1
