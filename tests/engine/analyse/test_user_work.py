from __future__ import annotations

from pathlib import Path

import pytest

from app.engine.analyse.resume import BREAK
from app.engine.analyse.user_work import UserWork, user_work
from app.session.editor import Editor
from app.session.edits import PICTURE, TWO_WAY, Exclude, Merge
from app.session.store import FrameCounts, Session
from tests.session.builders import info, result


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Two who are seen together, then a third, as the app left them."""
    file = tmp_path / "session.roomread"
    with Session.create(file, info()) as session:
        for index in range(4):
            session.append(result(index, index / 10, {1: None, 2: None}))
        session.append(result(4, 0.4, {3: None}))
        session.finish(FrameCounts(5, 5, 0), True)
        session.markers.add(0.2, BREAK)
        editor = Editor(session)
        editor.apply(Exclude(2), PICTURE)
        editor.apply(Merge(1, 3), TWO_WAY)
    return file


def test_what_the_app_did_by_itself_is_nobodys_work(path: Path) -> None:
    assert not user_work(path)


def test_what_the_user_did_is_counted(path: Path) -> None:
    with Session.open(path) as session:
        editor = Editor(session)
        editor.undo(1)  # the picture is a student, says the user
        editor.apply(Exclude(1))
        editor.apply(Exclude(2))
        editor.undo()  # holds no more
        editor.name(1, "Ada")
        session.markers.add(0.1, "group work")
        session.hand_labels.set(0, 1, 0)
        session.hand_labels.set(1, 1, -1)
    found = user_work(path)
    assert found == UserWork(edits=2, names=1, markers=1, labels=2)
    assert str(found) == "2 edits, 1 name, 1 marker and 2 hand labels"


def test_where_nothing_can_be_read_nothing_is_lost(tmp_path: Path) -> None:
    assert not user_work(tmp_path / "none.roomread")
