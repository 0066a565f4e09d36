from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from app.core.errors import SessionError
from app.core.expressions import LABELS
from app.core.privacy import Privacy, Purpose
from app.core.types import ClassCounts
from app.session.editor import Editor
from app.session.edits import Merge
from app.session.export import export_all
from app.session.store import Session
from tests.session.builders import result, steady, write

CLASS_ONLY = Privacy(class_only=True, min_group=3)
THREE = {1: "happiness", 2: "happiness", 3: "fear", 4: None}
TWO = {1: "anger", 2: "happiness", 3: None, 4: None}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Two frames with three faces read, then one with two."""
    results = [result(0, 0.0, THREE), result(1, 1.0, THREE), result(2, 2.0, TWO)]
    return write(tmp_path / "class.roomread", results, privacy=CLASS_ONLY)


def test_nothing_of_a_single_student_is_in_the_file(path: Path) -> None:
    db = sqlite3.connect(path)
    for table in ("face", "suggestion", "edit", "hand_label"):
        assert db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    db.close()
    with Session.open(path) as session:
        assert session.class_only
        assert [len(one.faces) for one in session.results()] == [0, 0, 0]
        assert list(session.timestamps()) == [0.0, 1.0, 2.0]


def test_the_class_is_kept_and_a_small_group_withheld(path: Path) -> None:
    with Session.open(path) as session:
        first, _, last = session.class_counts()
    assert (first.seen, first.read, first.withheld) == (4, 3, 0)
    assert first.labels[LABELS.index("happiness")] == 2
    assert first.sums.sum() == pytest.approx(3.0, abs=1e-6)
    assert (last.seen, last.read, last.withheld) == (4, 2, 2)
    assert not last.labels.any()
    assert not last.sums.any()


def test_every_session_gives_the_same_counts(tmp_path: Path) -> None:
    results = [result(0, 0.0, THREE), result(1, 1.0, TWO)]
    with Session.open(write(tmp_path / "a.roomread", results)) as session:
        counts = list(session.class_counts())
    for one, expected in zip(counts, map(ClassCounts.of, results), strict=True):
        assert (one.index, one.seen, one.read) == (expected.index, expected.seen, expected.read)
        np.testing.assert_array_equal(one.labels, expected.labels)
        np.testing.assert_allclose(one.sums, expected.sums)


def test_counts_follow_the_edits(tmp_path: Path) -> None:
    from app.session.edits import Exclude

    with Session.open(write(tmp_path / "a.roomread", [result(0, 0.0, THREE)])) as session:
        Editor(session).apply(Exclude(3))
        (counts,) = session.class_counts()
    assert (counts.seen, counts.read) == (3, 2)


def test_edits_names_and_hand_labels_are_refused(path: Path) -> None:
    with Session.open(path) as session:
        with pytest.raises(SessionError, match="the class as a whole only"):
            session.set_name(1, "Ann")
        with pytest.raises(SessionError, match="the class as a whole only"):
            Editor(session).apply(Merge(1, 2))
        with pytest.raises(SessionError, match="no face"):
            session.hand_labels.set(0, 1, 3)


def test_its_export_has_the_class_only_and_takes_students_away(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with Session.open(write(tmp_path / "a.roomread", steady([0.0, 1.0], THREE))) as session:
        export_all(session, out)
    (out / "mine.txt").write_text("mine")
    with Session.open(path) as session:
        export_all(session, out, interval=1.0, overwrite=True)
    left = sorted(p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file())
    assert left == ["class.csv", "markers.csv", "mine.txt", "session.json", "statistics.csv"]
    lines = (out / "class.csv").read_text().splitlines()
    assert lines[0].endswith("contempt,faces_withheld")
    happiness = lines[0].split(",").index("happiness")
    rows = [row.split(",") for row in lines[1:]]
    assert [row[happiness] for row in rows] == ["0.6667", "0.6667", ""]
    assert [row[-1] for row in rows] == ["0", "0", "2"]
    assert [row[2] for row in rows] == ["4", "4", "4"]
    told = json.loads((out / "session.json").read_text())
    assert told["students"] is None
    assert told["privacy"]["class_only"] is True
    assert "S01" not in (out / "session.json").read_text().replace("S01.csv", "")


def test_purpose_and_privacy_are_kept(tmp_path: Path) -> None:
    why = Purpose("pilot study", "consent", "2026-01-02T03:04:05Z")
    path = write(tmp_path / "a.roomread", [], purpose=why, privacy=CLASS_ONLY)
    with Session.open(path) as session:
        assert session.info.purpose == why
        assert session.info.privacy == CLASS_ONLY
    with Session.open(write(tmp_path / "b.roomread", [])) as session:
        assert session.info.purpose is None
        assert session.info.privacy == Privacy()
