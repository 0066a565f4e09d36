from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.engine.viewmodel import StudentRow
from app.ui.live.student_list import NAME, StudentList


def test_the_list_changes_cells_without_losing_an_open_editor(qtbot: QtBot) -> None:
    students = StudentList()
    qtbot.addWidget(students)
    students.show()
    rows = (StudentRow(1, "S01", "", 0, True, 3.0), StudentRow(2, "S02", "Bo", -1, True, 3.0))
    students.show_students(rows)
    index = students.model.index(0, NAME)
    students.table.setCurrentIndex(index)
    students.table.edit(index)
    assert students.table.state() == students.table.State.EditingState
    later = (
        StudentRow(1, "S01", "", 3, True, 4.0),
        StudentRow(2, "S02", "Bo", -1, False, 3.0),
        StudentRow(5, "S05", "", 1, True, 0.5),
    )
    students.show_students(later)
    assert students.table.state() == students.table.State.EditingState
    assert students.model.rowCount() == 3
    texts = [[students.model.index(r, c).data() for c in range(4)] for r in range(3)]
    assert texts == [
        ["S01", "add name", "sadness", "0:04"],
        ["S02", "Bo", "out of view", "0:03"],
        ["S05", "add name", "happiness", "0:00"],
    ]
    assert not students.model.index(0, 0).flags() & Qt.ItemFlag.ItemIsEditable


def test_an_empty_name_takes_it_away_and_the_same_name_is_no_intent(qtbot: QtBot) -> None:
    students = StudentList()
    qtbot.addWidget(students)
    students.show_students((StudentRow(4, "S04", "Bo", 0, True, 3.0),))
    heard: list[tuple[int, str]] = []
    students.renamed.connect(lambda i, name: heard.append((i, name)))
    index = students.model.index(0, NAME)
    students.model.setData(index, "Bo")
    students.model.setData(index, "  Bo \n Li ")
    students.model.setData(index, "")
    assert heard == [(4, "Bo Li"), (4, "")]
