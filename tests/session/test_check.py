from __future__ import annotations

import sqlite3
import tracemalloc
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from app.core.errors import SessionError
from app.core.privacy import Privacy, Purpose
from app.session.check import check
from app.session.editor import Editor
from app.session.edits import Exclude
from app.session.store import Session
from tests.session.builders import info, random_result, result, steady, write
from tests.session.lessons import long_lesson

PURPOSE = Purpose("a study", "consent", "2025-03-04T05:06:07Z")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A session with every kind of row."""
    rng = np.random.default_rng(2)
    frames = [random_result(rng, 3 * k, k / 4, 6) for k in range(40)]
    path = write(tmp_path / "s.roomread", frames, purpose=PURPOSE)
    with Session.open(path) as session:
        session.markers.add(2.0, "group work")
        track = int(frames[3].faces.ids[0])
        session.hand_labels.set(frames[3].index, track, 2)
        session.set_name(track, "Ann")
        Editor(session).apply(Exclude(track))
    return path


def harm(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        for statement in statements:
            db.execute(statement)


def test_a_whole_session(path: Path) -> None:
    before = path.read_bytes()
    found = check(path)
    assert (found.findings, found.notes) == ((), ())
    assert (found.version, found.frames, found.faces) == (4, 40, 240)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_class_only_session(tmp_path: Path) -> None:
    path = write(
        tmp_path / "s.roomread", steady([0.0, 0.5], {1: "fear"}), privacy=Privacy(class_only=True)
    )
    assert check(path).findings == ()
    harm(path, "DELETE FROM class_frame WHERE frame = 1")
    assert check(path).findings == ("1 frames without the counts of the class",)
    harm(path, "INSERT INTO face VALUES (0, 0, 1, 0, zeroblob(64), NULL)")
    assert "single faces in a session of the class as a whole" in check(path).findings


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("UPDATE frame SET timestamp = 1.0 WHERE number = 30", "time does not go on in frame: 30"),
        ("UPDATE frame SET timestamp = 1e300 WHERE number = 117", "impossible numbers in frame"),
        ("UPDATE frame SET camera = x'00' WHERE number = 9", "impossible numbers in frame: 9"),
        ("UPDATE frame SET timings = x'' WHERE number = 9", "timings of no known stages in frame"),
        ("DELETE FROM frame WHERE number = 12", "rows of face without their frame"),
        ("DELETE FROM stages", "rows of frame without their stages"),
        ("UPDATE face SET reading = x'00' WHERE frame = 3 AND place = 1", "of a face in frame: 3"),
        (
            "UPDATE face SET reading = zeroblob(64) WHERE frame = 3 AND place = 1",
            "impossible numbers of a face in frame: 3",
        ),
        (  # read a second after its frame
            "UPDATE face SET reading = CAST(substr(reading, 1, 64) || x'000080BF' AS BLOB) "
            "WHERE frame = 3 AND place = 1",
            "impossible numbers of a face in frame: 3",
        ),
        ("UPDATE face SET track = 0 WHERE frame = 6 AND place = 5", "impossible face in frame: 6"),
        ("UPDATE face SET keypoints = x'00' WHERE frame = 6 AND place = 5", "impossible face"),
        ("DELETE FROM face WHERE frame = 9 AND place = 2", "a face is missing in frame: 9"),
        ("UPDATE face SET track = 7 WHERE frame = 9 AND place < 2", "a track is seen twice"),
        ("UPDATE edit SET payload = '{}'", "the log of edits can't be read"),
        ("DELETE FROM edit WHERE number = 1", "an edit is missing in the log"),
        ("UPDATE edit SET kind = 'include'  WHERE number = 2", "the log of edits can't be read"),
        ("UPDATE marker SET timestamp = 'noon'", "impossible marker"),
        ("UPDATE hand_label SET label = 9", "impossible hand label"),
        ("UPDATE suggestion SET confidence = 2 WHERE number = 1", "impossible suggestion"),
        ("UPDATE session SET info = '{}'", "what the session is about can't be read"),
        ("UPDATE session SET read = -1", "impossible counts of frames"),
        ("DELETE FROM session", "what the session is about is missing"),
        ("DROP TABLE marker", "the list of tables can't be read to the end: marker has no"),
        ("ALTER TABLE marker RENAME COLUMN text TO said", "marker has no text"),
        ("PRAGMA user_version = 0", "version 0 of the tables is unknown"),
    ],
)
def test_what_can_be_wrong(path: Path, statement: str, finding: str) -> None:
    harm(path, statement)
    before = path.read_bytes()
    assert any(finding in line for line in check(path).findings), check(path).findings
    assert path.read_bytes() == before


def test_many_of_a_kind_are_one_line(path: Path) -> None:
    harm(path, "UPDATE face SET known = 7")
    assert check(path).findings == ("impossible face in frame: 0 and 239 more",)


def test_what_is_not_known_is_a_note(tmp_path: Path) -> None:
    path = write(tmp_path / "s.roomread", steady([0.0], {1: "fear"}), model_sha256="")
    found = check(path)
    assert found.findings == ()
    assert found.notes == (
        "the model is not known: it has no checksum",
        "nobody said by what right the class was looked at",
    )


def test_what_is_no_session(tmp_path: Path) -> None:
    with pytest.raises(SessionError, match="does not exist"):
        check(tmp_path / "s.roomread")
    (tmp_path / "s.roomread").write_text("my diary")
    with pytest.raises(SessionError, match="is no Roomread session"):
        check(tmp_path / "s.roomread")


def test_a_session_that_is_being_written(tmp_path: Path) -> None:
    with Session.create(tmp_path / "s.roomread", info()) as session:
        session.append(result(0, 0.0, {1: "fear"}))
        assert check(session.path).frames == 1
        session.append(result(1, 0.5, {1: "fear"}))
        assert check(session.path).frames == 2


def test_memory_stays_flat(tmp_path: Path) -> None:
    peaks = []
    for hours in (0.05, 0.15):
        path = long_lesson(tmp_path / f"{hours}.roomread", hours, fps=5.0, students=10)
        tracemalloc.start()
        assert check(path).findings == ()
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.3 * peaks[0]
