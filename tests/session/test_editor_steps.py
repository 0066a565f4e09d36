from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.errors import EditError
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


def test_several_or_none(session: Session, editor: Editor) -> None:
    with pytest.raises(EditError, match="no S99"):
        editor.apply_all([Exclude(1), Exclude(99)])
    assert session.identities.excluded == set()
    assert session.log.edits() == []
