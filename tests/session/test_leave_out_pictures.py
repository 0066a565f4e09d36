from __future__ import annotations

from pathlib import Path

from app.session.editor import Editor
from app.session.edits import PICTURE, Exclude
from app.session.store import Session
from tests.session.builders import result, write


def test_pictures_are_left_out_but_for_those_with_names(tmp_path: Path) -> None:
    frames = [result(i, i / 10, {1: "fear", 2: "fear", 3: None, 4: None}) for i in range(20)]
    with Session.open(write(tmp_path / "lesson.roomread", frames)) as session:
        editor = Editor(session)
        editor.name(3, "Ann")
        editor.apply(Exclude(4))
        (edit,) = editor.leave_out_pictures((1, 3, 4, 99))
        assert (edit.change, edit.origin) == (Exclude(1), PICTURE)
        assert [one.faces.ids.tolist() for one in session.results()] == [[2, 3]] * 20
        editor.undo(edit.number)
        assert [one.faces.ids.tolist() for one in session.results()] == [[1, 2, 3]] * 20
