from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.core.errors import EditError, SessionError
from app.core.types import FrameResult, Suggestion
from app.session.editor import Editor, OpenSuggestion
from app.session.edits import TOLERANCE, TWO_WAY, Exclude, Include, Merge, Name, Reject
from app.session.sightings import Piece
from app.session.store import FrameCounts, Session
from tests.conftest import ROOT
from tests.session.builders import assert_same, info, result, steady, write

SEEN = {1: range(0, 60), 2: range(0, 20), 3: range(25, 40), 4: range(38, 60), 5: range(50, 60)}
"""In which frames each track is; ten frames a second. 3 and 4 share two frames, 4 and 5 ten."""

SUGGESTIONS = {25: [Suggestion(2, 3, 2.5, 0.87)], 50: [Suggestion(2, 5, 5.0, 0.3)]}


def lesson() -> list[FrameResult]:
    frames = []
    for index in range(60):
        students: dict[int, str | None] = {t: "fear" for t, seen in SEEN.items() if index in seen}
        more = tuple(SUGGESTIONS.get(index, ()))
        frames.append(result(index, index / 10, students, suggestions=more))
    return frames


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path / "lesson.roomread", lesson())


@pytest.fixture
def session(path: Path) -> Iterator[Session]:
    with Session.open(path) as session:
        yield session


@pytest.fixture
def editor(session: Session) -> Editor:
    return Editor(session)


def ids(session: Session) -> list[list[int]]:
    return [one.faces.ids.tolist() for one in session.results()]


def frames_of(session: Session, student: int) -> list[int]:
    return [one.index for one in session.results() if student in one.faces.ids]


class TestMerge:
    def test_the_rows_of_one_are_those_of_the_other(self, session: Session, editor: Editor) -> None:
        editor.apply(Merge(2, 3))
        assert frames_of(session, 2) == [*range(20), *range(25, 40)]
        assert frames_of(session, 3) == []

    def test_tracks_stay_as_they_are(self, session: Session, editor: Editor) -> None:
        editor.apply(Merge(2, 3))
        for one, other in zip(lesson(), session.raw_results(), strict=True):
            assert_same(one, other)

    def test_two_who_are_seen_together_are_two(self, session: Session, editor: Editor) -> None:
        with pytest.raises(EditError) as caught:
            editor.apply(Merge(4, 5))
        assert str(caught.value).startswith(
            "S04 and S05 are seen together from 0:05.0 to 0:05.9, in 10 frames"
        )
        assert session.log.edits() == []

    def test_a_hand_over_of_two_frames_is_no_hindrance(
        self, session: Session, editor: Editor
    ) -> None:
        assert TOLERANCE == 2
        editor.apply(Merge(3, 4))
        assert frames_of(session, 3) == list(range(25, 60))
        # In both frames the scores are alike: then the lower track stays.
        shared = [one for one in session.raw_results() if one.index in (38, 39)]
        edited = [one for one in session.results() if one.index in (38, 39)]
        for raw, one in zip(shared, edited, strict=True):
            kept = raw.faces.boxes[raw.faces.ids == 3]
            np.testing.assert_array_equal(one.faces.boxes[one.faces.ids == 3], kept)

    def test_the_surer_face_stays(self, tmp_path: Path) -> None:
        one = result(0, 0.0, {1: "fear", 2: "anger"})
        one.faces.scores[:] = (0.7, 0.8)
        with Session.open(write(tmp_path / "s.roomread", [one])) as session:
            Editor(session).apply(Merge(1, 2))
            (only,) = session.results()
            assert only.faces.ids.tolist() == [1]
            assert only.faces.scores.tolist() == [pytest.approx(0.8)]
            assert only.expressions.labels.tolist() == one.expressions.labels.tolist()[1:]

    def test_names(self, session: Session, editor: Editor) -> None:
        session.set_name(3, "Ann")
        editor.apply(Merge(2, 3))
        assert session.names() == {2: "Ann"}
        with pytest.raises(EditError, match="S03 is a part of S02 now: give S02"):
            session.set_name(3, "Bob")
        editor.apply(Name(4, "Cy"))
        with pytest.raises(EditError, match="S03 is a part of S02 now"):
            editor.apply(Merge(4, 3))
        editor.undo()
        editor.undo()
        assert session.names() == {3: "Ann"}

    def test_both_have_a_name(self, session: Session, editor: Editor) -> None:
        session.set_name(2, "Bob")
        session.set_name(3, "Ann")
        editor.apply(Merge(2, 3))
        assert session.names() == {2: "Bob"}


class TestSplit:
    def test_from_that_time_on_it_is_somebody_new(self, session: Session, editor: Editor) -> None:
        session.set_name(1, "Ann")
        editor.split(1, 3.0)
        assert frames_of(session, 1) == list(range(30))
        assert frames_of(session, 6) == list(range(30, 60))
        assert session.names() == {1: "Ann"}

    def test_a_number_is_never_given_twice(self, session: Session, editor: Editor) -> None:
        editor.split(1, 3.0)
        editor.undo()
        editor.split(1, 2.0)
        assert frames_of(session, 7) == list(range(20, 60))
        with pytest.raises(EditError, match="there is no S06"):
            editor.apply(Exclude(6))
        editor.redo(1)
        assert frames_of(session, 6) == list(range(30, 60))
        assert frames_of(session, 7) == list(range(20, 30))

    @pytest.mark.parametrize(("at", "side"), [(0.0, "before"), (6.5, "from")])
    def test_where_nobody_is_seen_on_a_side(self, editor: Editor, at: float, side: str) -> None:
        with pytest.raises(EditError, match=f"S01 is not seen {side} {at} s: choose a time"):
            editor.split(1, at)

    def test_those_seen_together_after_a_while(self, session: Session, editor: Editor) -> None:
        """5 was 2 all the while, and 4 lasted until 5 came: split, then merge."""
        editor.split(4, 5.0)
        editor.apply(Merge(3, 4))
        editor.apply(Merge(3, 5))
        assert frames_of(session, 3) == list(range(25, 60))
        assert frames_of(session, 6) == list(range(50, 60))

    def test_a_merged_student(self, session: Session, editor: Editor) -> None:
        editor.apply(Merge(2, 3))
        editor.split(2, 3.0)
        assert frames_of(session, 2) == [*range(20), *range(25, 30)]
        assert frames_of(session, 6) == list(range(30, 40))
        editor.apply(Merge(6, 5))
        assert frames_of(session, 6) == [*range(30, 40), *range(50, 60)]
        made = editor.made_of([2, 6])
        inf = float("inf")
        assert made[2] == [Piece(2, -inf, 3.0), Piece(3, -inf, 3.0)]
        assert made[6] == [Piece(3, 3.0, inf), Piece(5)]


class TestExclude:
    def test_and_include(self, session: Session, editor: Editor) -> None:
        editor.apply(Exclude(1))
        assert frames_of(session, 1) == []
        assert [one.faces.ids.tolist() for one in session.results(excluded=True)] == [
            one.faces.ids.tolist() for one in session.raw_results()
        ]
        with pytest.raises(EditError, match="S01 is left out already"):
            editor.apply(Exclude(1))
        editor.apply(Include(1))
        assert frames_of(session, 1) == list(range(60))
        with pytest.raises(EditError, match="S01 is not left out"):
            editor.apply(Include(1))

    def test_is_passed_on(self, session: Session, editor: Editor) -> None:
        editor.apply(Exclude(2))
        editor.apply(Merge(2, 3))
        editor.split(2, 3.0)
        assert [frames_of(session, one) for one in (2, 3, 6)] == [[], [], []]
        editor.apply(Include(6))
        assert frames_of(session, 6) == list(range(30, 40))

    def test_merged_into_one_who_is_seen(self, session: Session, editor: Editor) -> None:
        editor.apply(Exclude(3))
        editor.apply(Merge(2, 3))
        assert len(frames_of(session, 2)) == 35


class TestSuggestions:
    def test_those_open(self, editor: Editor) -> None:
        assert editor.suggestions() == [
            OpenSuggestion(1, 2, 3, 2.5, 0.87),
            OpenSuggestion(2, 2, 5, 5.0, 0.3),
        ]

    def test_accepted(self, session: Session, editor: Editor) -> None:
        edit = editor.accept(1)
        assert edit.change == Merge(2, 3)
        assert len(frames_of(session, 2)) == 35
        assert editor.suggestions() == [OpenSuggestion(2, 2, 5, 5.0, 0.3)]
        with pytest.raises(EditError, match="there is no open suggestion 1"):
            editor.accept(1)
        editor.undo()
        assert len(editor.suggestions()) == 2

    def test_rejected(self, editor: Editor) -> None:
        editor.reject(1)
        assert [one.number for one in editor.suggestions()] == [2]
        with pytest.raises(EditError, match="there is no open suggestion 1"):
            editor.reject(1)
        with pytest.raises(EditError, match="suggestion 1 is rejected already"):
            editor.apply(Reject(1))
        editor.undo()
        assert [one.number for one in editor.suggestions()] == [1, 2]

    def test_they_follow_the_edits(self, editor: Editor) -> None:
        editor.apply(Merge(3, 4))
        assert editor.suggestions()[0] == OpenSuggestion(1, 2, 3, 2.5, 0.87)
        editor.split(2, 1.5)
        assert editor.suggestions()[0] == OpenSuggestion(1, 6, 3, 2.5, 0.87)

    def test_those_that_can_not_be_any_more(self, editor: Editor) -> None:
        editor.apply(Merge(2, 4))  # 4 and 5 are seen together
        assert [one.number for one in editor.suggestions()] == [1]
        editor.apply(Exclude(3))
        assert editor.suggestions() == []

    def test_another_answer_closes_the_rest(self, tmp_path: Path) -> None:
        seen: list[dict[int, str | None]] = [{1: "fear"}, {2: "fear"}, {3: "fear"}]
        told = (Suggestion(1, 3, 0.2, 0.4), Suggestion(2, 3, 0.2, 0.5))
        frames = [
            result(k, k / 10, who, suggestions=told if k == 2 else ()) for k, who in enumerate(seen)
        ]
        with Session.open(write(tmp_path / "s.roomread", frames)) as session:
            editor = Editor(session)
            assert len(editor.suggestions()) == 2
            editor.accept(2)
            assert editor.suggestions() == []


class TestUndo:
    def test_in_order(self, session: Session, editor: Editor) -> None:
        before = [ids(session)]
        for change in (Merge(2, 3), Exclude(1), Merge(2, 5)):
            editor.apply(change)
            before.append(ids(session))
        assert [editor.undo().number for _ in range(3)] == [3, 2, 1]
        assert ids(session) == before[0]
        with pytest.raises(EditError, match="there is nothing to undo"):
            editor.undo()
        for number in (1, 2, 3):
            assert editor.redo().number == number
            assert ids(session) == before[number]
        with pytest.raises(EditError, match="there is nothing to redo"):
            editor.redo()

    def test_in_the_middle(self, session: Session, editor: Editor) -> None:
        editor.apply(Exclude(1))
        editor.apply(Merge(2, 3), TWO_WAY)
        session.set_name(5, "Ann")
        editor.undo(2)
        assert frames_of(session, 3) == list(range(25, 40))
        assert session.names() == {5: "Ann"}
        assert frames_of(session, 1) == []
        with pytest.raises(EditError, match=r"edit 2 \(merge S03 into S02\) is undone already"):
            editor.undo(2)
        with pytest.raises(EditError, match=r"edit 1 \(leave S01 out\) is not undone"):
            editor.redo(1)
        editor.redo(2)
        assert session.log.edits()[1].origin == TWO_WAY
        assert [edit.undone for edit in session.log.edits()] == [0, 0, 0]

    def test_what_others_build_on(self, session: Session, editor: Editor) -> None:
        editor.split(1, 3.0)
        editor.apply(Exclude(6))
        with pytest.raises(EditError) as caught:
            editor.undo(1)
        assert str(caught.value) == (
            "edit 1 (split S01 at 3.0 s: S06 from there on) can't be undone on its own: "
            "undo the later edits first (there is no S06)"
        )
        assert frames_of(session, 1) == list(range(30))

    def test_that_would_put_somebody_at_two_places(self, editor: Editor) -> None:
        editor.split(4, 5.0)
        editor.apply(Merge(4, 5))
        with pytest.raises(EditError, match=r"S04 would be at two places at once from 0:05\.0"):
            editor.undo(1)

    def test_redoing_what_does_not_fit_any_more(self, editor: Editor) -> None:
        editor.apply(Merge(2, 3))
        editor.undo()
        editor.apply(Exclude(3))
        with pytest.raises(
            EditError, match=r"can't be redone: undo what was .*S03 is a part of S02"
        ):
            editor.redo()

    @pytest.mark.parametrize("word", ["undo", "redo"])
    def test_an_edit_that_is_not_there(self, editor: Editor, word: str) -> None:
        with pytest.raises(EditError, match="there is no edit 9: list shows the log"):
            getattr(editor, word)(9)


class TestWhoeverEdits:
    def test_nobody_of_that_number(self, editor: Editor) -> None:
        for change in (Merge(1, 99), Merge(99, 1), Exclude(99), Include(99), Name(99, "Ann")):
            with pytest.raises(EditError, match="there is no S99: list shows who there is"):
                editor.apply(change)
        with pytest.raises(EditError, match="can't be merged into itself"):
            editor.apply(Merge(4, 4))
        with pytest.raises(EditError, match="there is no S99"):
            editor.name(99, "Ann")
        with pytest.raises(EditError, match="there is no S99"):
            editor.split(99, 1.0)

    def test_edits_are_kept(self, path: Path) -> None:
        with Session.open(path) as session:
            editor = Editor(session)
            editor.apply(Merge(2, 3))
            editor.name(2, "Ann")
            editor.undo(1)
            edits = session.log.edits()
        with Session.open(path) as session:
            assert session.log.edits() == edits
            assert [(e.number, e.origin, e.undone) for e in edits] == [
                (1, "user", 1),
                (2, "user", 0),
            ]
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00", edits[0].time)

    def test_the_same_name_again_is_no_edit(self, session: Session) -> None:
        for name in ("Ann", " Ann", "Ann\x00"):
            session.set_name(1, name)
        session.set_name(2, "")
        assert len(session.log.edits()) == 1

    def test_while_it_is_analysed(self, tmp_path: Path) -> None:
        with Session.create(tmp_path / "s.roomread", info()) as session:
            for one in steady([0.0, 0.1], {1: "fear"}):
                session.append(one)
            with pytest.raises(EditError, match="still being analysed: wait until it ends"):
                Editor(session).apply(Exclude(1))
            session.set_name(1, "Ann")
            session.finish(FrameCounts(2, 2, 0), complete=True)
            Editor(session).apply(Exclude(1))
            assert ids(session) == [[], []]

    def test_while_another_program_analyses_it(self, tmp_path: Path) -> None:
        path = tmp_path / "s.roomread"
        writer = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        assert writer.stdin is not None
        assert writer.stdout is not None
        with writer:
            writer.stdout.readline()
            with Session.open(path) as session:
                session._db.execute("PRAGMA busy_timeout = 100")
                with pytest.raises(SessionError, match="in use by another program"):
                    Editor(session).apply(Exclude(1))
                session.set_name(1, "Ann")
            writer.stdin.write("\n")
        with Session.open(path) as session:
            Editor(session).apply(Exclude(1))
            assert session.names() == {1: "Ann"}

    def test_a_damaged_log(self, path: Path) -> None:
        with Session.open(path) as session:
            session.set_name(1, "Ann")
        db = sqlite3.connect(path)
        db.execute("UPDATE edit SET kind = 'nonsense'")
        db.commit()
        db.close()
        with Session.open(path) as session, pytest.raises(SessionError, match="is damaged"):
            session.names()


_WRITER = """
import sys
from pathlib import Path
from app.session.store import Session
from tests.session.builders import info, result
session = Session.create(Path(sys.argv[1]), info())
session.append(result(0, 0.0, {1: "fear"}))
print("ready", flush=True)
sys.stdin.readline()
"""
