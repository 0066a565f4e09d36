"""The digest counts what a pass over the session counts, after any edits."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from app.core.types import FrameResult
from app.session.digest import ClassList, FaceList, FrameList, rests
from app.session.editor import Editor
from app.session.edits import Exclude, Merge
from app.session.resting import learn, resting_of
from app.session.store import Session
from app.session.summary import frame_span, with_spans
from tests.session.builders import assert_same, held_between, random_result, result, write
from tests.session.lessons import lesson


def edited(session: Session) -> None:
    editor = Editor(session)
    editor.apply(Merge(2, 6))
    editor.split(3, 20.1)
    editor.apply(Exclude(4))
    editor.split(2, 30.0)


def test_faces_and_frames_are_those_of_the_session(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    results = [random_result(rng, 2 * k, 0.3 * k, int(rng.integers(0, 5))) for k in range(30)]
    with Session.open(write(tmp_path / "a.roomread", results)) as session:
        frames = FrameList.of(session)
        faces = FaceList.of(session, frames)
    assert frames.numbers.tolist() == [one.index for one in results]
    spans = [
        seconds for _, seconds in with_spans(results, frame_span(one.timestamp for one in results))
    ]
    np.testing.assert_allclose(frames.seconds, spans)
    found = sorted(
        zip(faces.rows.tolist(), faces.tracks.tolist(), faces.labels.tolist(), strict=True)
    )
    wanted = [
        (row, int(track), int(label))
        for row, one in enumerate(results)
        for track, label in zip(one.faces.ids, one.expressions.labels, strict=True)
    ]
    assert found == sorted(wanted)


def test_students_after_edits_are_those_of_results(tmp_path: Path) -> None:
    with Session.open(lesson(tmp_path / "a.roomread")) as session:
        edited(session)
        frames = FrameList.of(session)
        faces = FaceList.of(session, frames)
        now = session.identities
        who = faces.students(frames, now)
        wanted = [
            (row, int(student), int(label))
            for row, one in enumerate(session.results(excluded=True))
            for student, label in zip(one.faces.ids, one.expressions.labels, strict=True)
        ]
        kept = who > 0
        assert kept.sum() == len(who) - 2  # the two frames in which 2 and 6 are one student
        columns = (faces.rows[kept], who[kept], faces.labels[kept])
        found = zip(*(one.tolist() for one in columns), strict=True)
        assert sorted(found) == sorted(wanted)
        counted = kept & ~np.isin(who, list(now.excluded))
        classes = ClassList.count(frames, faces, counted)
        for row, counts in enumerate(session.class_counts()):
            assert (classes.seen[row], classes.read[row]) == (counts.seen, counts.read)
            assert classes.labels[row].tolist() == counts.labels.tolist()


def test_rest_is_what_a_pass_over_the_session_learns(tmp_path: Path) -> None:
    with Session.open(lesson(tmp_path / "a.roomread")) as session:
        edited(session)
        frames = FrameList.of(session)
        faces = FaceList.of(session, frames)
        who = faces.students(frames, session.identities)
        found = rests(frames, faces, who, faces.probabilities(session, frames))
        learner = resting_of(session)
    known = [one for one in np.unique(who).tolist() if learner.resting(one) is not None]
    assert {1, 5} <= set(known)
    assert len(known) < len(np.unique(who))  # some were read for less than 20 s
    for student in known:
        np.testing.assert_allclose(found[student], learner.resting(student), atol=2e-3)


def test_one_frame_is_read_as_the_pass_reads_it(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    results = [random_result(rng, 2 * k, 0.3 * k, int(rng.integers(0, 5))) for k in range(20)]
    with Session.open(write(tmp_path / "a.roomread", results)) as session:
        moved, cameras = session.frames.cameras()
        assert 0 < len(moved) < len(results)
        for one in session.raw_results():
            place = int(np.searchsorted(moved, one.index, side="right")) - 1
            camera = (cameras[place],) if place >= 0 else ()
            found = session.frames.one(one.index, *camera)
            bare = FrameResult(
                one.index, one.timestamp, one.size, one.faces, one.expressions, camera=one.camera
            )
            assert_same(found, bare)


def test_rest_is_learnt_of_what_was_read_and_not_held(tmp_path: Path) -> None:
    """S03 is in view for 27 s, of which 19 have a reading of their own: too few to know."""
    read = [
        result(k, 1.5 * k, {1: "neutral", 2: "fear"} | ({3: "anger"} if k < 19 else {}))
        for k in range(40)
    ]
    with Session.open(write(tmp_path / "a.roomread", held_between(read, 3))) as session:
        frames = FrameList.of(session)
        faces = FaceList.of(session, frames)
        assert faces.held.sum() == 2 * len(faces) // 3
        who = faces.students(frames, session.identities)
        found = rests(frames, faces, who, faces.probabilities(session, frames))
        again = resting_of(session)
    learner = learn(read)
    assert found.keys() == {1, 2}
    for student, rest in found.items():
        np.testing.assert_allclose(rest, learner.resting(student), atol=2e-3)
        np.testing.assert_allclose(again.resting(student), learner.resting(student), atol=1e-6)
    assert again.resting(3) is None
