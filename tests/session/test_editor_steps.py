from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo
from pathlib import Path

import pytest

from app.core.errors import EditError
from app.session import log
from app.session.editor import Editor
from app.session.edits import Exclude
from app.session.store import Session
from tests.session.builders import result, write


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    frames = [result(index, index / 10, {1: None, 2: None, 5: None}) for index in range(4)]
    with Session.open(write(tmp_path / "lesson.roomread", frames)) as session:
        yield session


@pytest.fixture
def editor(session: Session) -> Editor:
    return Editor(session)


def test_several_in_one_step(session: Session, editor: Editor) -> None:
    editor.apply(Exclude(5))
    editor.apply_all([Exclude(1), Exclude(2)])
    editor.undo()
    assert session.identities.excluded == {5}
    editor.undo()
    assert session.identities.excluded == set()
    editor.redo()
    editor.redo()
    assert session.identities.excluded == {1, 2, 5}
    editor.undo(2)  # that one was asked for
    assert session.identities.excluded == {2, 5}


def test_what_one_step_changed_is_known_when_the_session_is_opened_again(
    session: Session, editor: Editor
) -> None:
    editor.apply(Exclude(5))
    editor.apply_all([Exclude(1), Exclude(2)])
    again = Editor(session)
    assert again.undo().number == 3
    assert session.identities.excluded == {5}
    again.undo()
    assert session.identities.excluded == set()


def test_steps_of_one_moment_are_two_whatever_the_clock_says(
    session: Session, editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime(2026, 3, 2, 8, 15, tzinfo=tz)

    monkeypatch.setattr(log, "datetime", Stopped)
    editor.apply(Exclude(1))
    editor.apply(Exclude(2))
    times = [edit.time for edit in session.log.edits()]
    assert times == ["2026-03-02T08:15:00.000000+00:00", "2026-03-02T08:15:00.000001+00:00"]
    Editor(session).undo()
    assert session.identities.excluded == {1}


def test_of_older_files_each_edit_is_undone_on_its_own(session: Session, editor: Editor) -> None:
    editor.apply_all([Exclude(1), Exclude(2)])
    with session.log.writing():
        session._db.execute("UPDATE edit SET time = '2026-03-02T08:15:00+00:00'")
    Editor(session).undo()
    assert session.identities.excluded == {1}


def test_several_or_none(session: Session, editor: Editor) -> None:
    with pytest.raises(EditError, match="no S99"):
        editor.apply_all([Exclude(1), Exclude(99)])
    assert session.identities.excluded == set()
    assert session.log.edits() == []
