from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.core.expressions import LABELS
from app.engine.live.viewmodel import StudentRow
from app.ui import theme
from app.ui.live.student_list import NOW, READ, SEEN, StudentList
from app.ui.widgets.students import CODE, NAME


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
        StudentRow(1, "S01", "", 3, True, 4.0, refresh=4.84),
        StudentRow(2, "S02", "Bo", -1, False, 3.0),
        StudentRow(5, "S05", "", 1, True, 0.5),
    )
    students.show_students(later)
    assert students.table.state() == students.table.State.EditingState
    assert students.model.rowCount() == 3
    texts = [[students.model.index(r, c).data() for c in range(5)] for r in range(3)]
    assert texts == [
        ["S01", "add name", "sadness", "4.8", "0:04"],
        ["S02", "Bo", "out of view", "–", "0:03"],
        ["S05", "add name", "happiness", "–", "0:00"],
    ]
    assert not students.model.index(0, 0).flags() & Qt.ItemFlag.ItemIsEditable
    read = students.model.index(0, READ).data(Qt.ItemDataRole.AccessibleTextRole)
    assert read == "read 4.8 times a second"
    across, tip = Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole
    assert "really read" in students.model.headerData(READ, across, tip)


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


def test_a_name_that_is_being_typed_outlives_every_news_of_the_class(qtbot: QtBot) -> None:
    students = StudentList()
    qtbot.addWidget(students)
    students.show()
    students.show_students((StudentRow(2, "S02", "", 0, True, 3.0),))
    index = students.model.index(0, NAME)
    students.table.setCurrentIndex(index)
    students.table.edit(index)
    editor = students.table.findChild(QLineEdit)
    QTest.keyClicks(editor, "Ad")
    told: list[int] = []
    students.model.dataChanged.connect(lambda first, last: told.append(last.column()))
    students.show_students((StudentRow(2, "S02", "", 0, True, 4.0),))
    assert told == [SEEN]
    students.show_students((StudentRow(2, "S02", "", 1, False, 5.0),))  # all of it turns grey
    before = (StudentRow(1, "S01", "", 0, True, 1.0), StudentRow(2, "S02", "", 1, True, 6.0))
    students.show_students(before)
    QTest.keyClicks(editor, "a")
    students.show_students(before[1:])
    heard: list[tuple[int, str]] = []
    students.renamed.connect(lambda student, name: heard.append((student, name)))
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: heard == [(2, "Ada")])


def test_f2_names_the_student_whatever_the_column(qtbot: QtBot) -> None:
    students = StudentList()
    qtbot.addWidget(students)
    students.show()
    students.show_students((StudentRow(1, "S01", "", 0, True, 3.0),))
    for column in (CODE, SEEN):
        students.table.setCurrentIndex(students.model.index(0, column))
        QTest.keyClick(students.table, Qt.Key.Key_F2)
        assert students.table.state() == students.table.State.EditingState
        QTest.keyClick(students.table.findChild(QLineEdit), Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda: students.table.findChild(QLineEdit) is None)
    students.select(1)
    assert students.table.currentIndex().column() == NAME


def test_no_figure_is_cut_off(qtbot: QtBot, qapp: QApplication) -> None:
    theme.apply(qapp, dark=False)
    students = StudentList()
    qtbot.addWidget(students)
    students.show()
    seen = ((label, True) for label in range(-1, len(LABELS)))
    rows = (
        StudentRow(120 + label, "S120", "", label, there, 9000.0, refresh=4.8)
        for label, there in (*seen, (-2, False))
    )
    students.show_students(tuple(rows))
    for column in (CODE, NOW, READ, SEEN):
        assert students.table.sizeHintForColumn(column) <= students.table.columnWidth(column)
