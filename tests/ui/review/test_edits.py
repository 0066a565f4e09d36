from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QInputDialog, QLineEdit, QMenu, QMessageBox
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from app.ui.review.students_panel import READ
from app.ui.review.workspace import ReviewWorkspace
from app.ui.widgets.students import CODE, NAME
from tests.ui.review.steps import (
    CONTROL,
    LEFT,
    SHIFT,
    ids,
    in_file,
    open_session,
    settled,
    spot,
)


def button(box: QMessageBox, text: str) -> QAbstractButton:
    return next(one for one in box.buttons() if one.text().replace("&", "") == text)


def select(review: ReviewWorkspace, *students: int) -> None:
    """Choose students in the list."""
    review.students.select(frozenset(students))


def test_a_click_on_a_face_or_on_its_row_chooses_the_student(
    qtbot: QtBot, review: ReviewWorkspace, alone: Path
) -> None:
    open_session(qtbot, review, alone)
    qtbot.waitUntil(lambda: len(review.video.tags()) == 3)
    tag = next(one for one in review.video.tags() if one.track_id == 2)
    QTest.mouseClick(review.video, LEFT, pos=tag.box.center().toPoint())
    assert review._chosen == {2}
    assert [index.row() for index in review.students.table.selectionModel().selectedRows()] == [1]
    QTest.mouseClick(review.timelines.viewport(), LEFT, pos=spot(review, 1.0, row=0))
    assert review._chosen == {1}
    assert review.video._selected == 1
    name = QPoint(20, spot(review, 1.0, row=2).y())
    QTest.mouseClick(review.timelines.viewport(), LEFT, CONTROL, name)
    assert review._chosen == {1, 3}
    assert review.students.merge.isEnabled()


def test_a_name_is_typed_into_the_list_and_stands_everywhere(
    qtbot: QtBot, review: ReviewWorkspace, alone: Path
) -> None:
    open_session(qtbot, review, alone)
    select(review, 2)
    review.tabs.setCurrentWidget(review.edits)
    QTest.keyClick(review, Qt.Key.Key_F2)
    assert review.tabs.currentWidget() is review.students
    field = review.students.table.findChild(QLineEdit)
    assert field is not None
    QTest.keyClicks(field, "Ada, M. 1")
    QTest.keyClick(field, Qt.Key.Key_Return)
    cell = review.students.model.index(1, NAME)
    qtbot.waitUntil(lambda: cell.data() == "Ada, M. 1")
    assert review.video._names == {2: "Ada, M. 1"}
    assert review.timelines._who(2) == "S02 Ada, M. 1"
    assert "name S02 “Ada, M. 1”" in review.edits.log.item(0).text()
    with in_file(alone) as session:
        assert session.names() == {2: "Ada, M. 1"}


def test_a_name_that_is_being_typed_outlives_a_change_elsewhere(
    qtbot: QtBot, review: ReviewWorkspace, alone: Path
) -> None:
    open_session(qtbot, review, alone)
    select(review, 2)
    QTest.keyClick(review, Qt.Key.Key_F2)
    field = review.students.table.findChild(QLineEdit)
    QTest.keyClicks(field, "Ad")
    review.controller.change(lambda one: one.merge(3, 4))  # what follows on another student's row
    qtbot.waitUntil(lambda: ids(review) == [1, 2, 3])
    review.controller.change(lambda one: one.exclude(1, 2))
    out = review.students.model.index(1, READ)
    qtbot.waitUntil(lambda: out.data() == "left out")
    assert review._chosen == {2}
    QTest.keyClicks(field, "a")
    QTest.keyClick(field, Qt.Key.Key_Return)
    cell = review.students.model.index(1, NAME)
    qtbot.waitUntil(lambda: cell.data() == "Ada")


def test_who_is_merged_away_is_chosen_no_more(
    qtbot: QtBot, review: ReviewWorkspace, alone: Path
) -> None:
    open_session(qtbot, review, alone)
    select(review, 2, 4)
    review.controller.change(lambda one: one.merge(3, 4))
    qtbot.waitUntil(lambda: ids(review) == [1, 2, 3])
    assert review._chosen == {2}
    assert review.students.name.isEnabled()


def test_two_are_merged_by_key_undone_and_redone(
    qtbot: QtBot, review: ReviewWorkspace, alone: Path
) -> None:
    open_session(qtbot, review, alone)
    select(review, 3)
    assert not review.students.merge.isEnabled()
    select(review, 3, 4)
    QTest.keyClick(review, Qt.Key.Key_M, CONTROL)
    qtbot.waitUntil(lambda: ids(review) == [1, 2, 3])
    qtbot.waitUntil(lambda: review.timelines._ids == (1, 2, 3))
    assert review._chosen == {3}
    QTest.keyClick(review, Qt.Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: ids(review) == [1, 2, 3, 4])
    assert "undone" in review.edits.log.item(0).text()
    QTest.keyClick(review, Qt.Key.Key_Z, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: ids(review) == [1, 2, 3])
    review.edits.log.setCurrentRow(0)
    review.edits.one.click()
    qtbot.waitUntil(lambda: ids(review) == [1, 2, 3, 4])


def test_a_merge_that_can_not_be_is_refused_in_one_line(
    qtbot: QtBot, review: ReviewWorkspace, alone: Path
) -> None:
    open_session(qtbot, review, alone)
    select(review, 1, 2)
    with qtbot.waitSignal(review.message) as said:
        review.students.merge.click()
    assert said.args[1]
    assert "seen together" in said.args[0]
    assert ids(review) == [1, 2, 3, 4]


def test_a_student_is_split_at_the_playhead(
    qtbot: QtBot, review: ReviewWorkspace, alone: Path
) -> None:
    open_session(qtbot, review, alone)
    review.controller.seek(2.0)
    select(review, 2)
    QTest.keyClick(review, Qt.Key.Key_T, CONTROL)
    qtbot.waitUntil(lambda: ids(review) == [1, 2, 3, 4, 5])
    assert review._chosen == {5}
    with in_file(alone) as session:
        assert session.identities.student_of(2, 1.9) == 2
        assert session.identities.student_of(2, 2.1) == 5


def test_students_are_left_out_and_taken_in_again(
    qtbot: QtBot, review: ReviewWorkspace, alone: Path
) -> None:
    open_session(qtbot, review, alone)
    qtbot.waitUntil(lambda: len(review.video.tags()) == 3)
    select(review, 1, 2)
    review.stretch.setFocus()
    QTest.keyClick(review.bar, Qt.Key.Key_Delete)  # nothing that can be deleted has the focus
    settled(qtbot, review)
    review.students.table.setFocus()
    QTest.keyClick(review.students.table, Qt.Key.Key_Delete)
    out = review.students.model.index(1, READ)
    qtbot.waitUntil(lambda: out.data() == "left out")
    qtbot.waitUntil(lambda: [one.track_id for one in review.video.tags()] == [3])
    assert review.timelines._excluded == {1, 2}
    assert review.students.leave.text() == "Take in"
    review.students.leave.click()
    qtbot.waitUntil(lambda: review.timelines._excluded == frozenset())
    assert review.students.leave.text() == "Leave out"


def test_one_undo_takes_back_all_that_one_action_did(
    qtbot: QtBot, review: ReviewWorkspace, alone: Path
) -> None:
    open_session(qtbot, review, alone)
    excluded = lambda: review.timelines._excluded  # noqa: E731
    select(review, 1, 2, 3)
    review.students.leave.click()
    qtbot.waitUntil(lambda: excluded() == {1, 2, 3})
    settled(qtbot, review)
    QTest.keyClick(review, Qt.Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: excluded() != {1, 2, 3})
    settled(qtbot, review)
    assert excluded() == frozenset()
    QTest.keyClick(review, Qt.Key.Key_Z, CONTROL | SHIFT)
    qtbot.waitUntil(lambda: excluded() != frozenset())
    settled(qtbot, review)
    assert excluded() == {1, 2, 3}
    open_session(qtbot, review, alone)  # read anew
    qtbot.waitUntil(lambda: excluded() == {1, 2, 3})
    QTest.keyClick(review, Qt.Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: excluded() != {1, 2, 3})
    settled(qtbot, review)
    assert excluded() == frozenset()


def test_a_suggestion_is_shown_and_accepted(
    qtbot: QtBot, review: ReviewWorkspace, alone: Path
) -> None:
    open_session(qtbot, review, alone)
    assert review.edits.suggestions.count() == 1
    review.tabs.setCurrentWidget(review.edits)
    review.edits.suggestions.setCurrentRow(0)
    assert review._chosen == {3, 4}
    assert review.controller.position == pytest.approx(2.0)
    review.edits.accept.click()
    qtbot.waitUntil(lambda: ids(review) == [1, 2, 3])
    assert review.edits.suggestions.count() == 0


def test_markers_are_added_renamed_and_removed(
    qtbot: QtBot, review: ReviewWorkspace, alone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_session(qtbot, review, alone)
    review.controller.seek(3.0)
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: ("quiet work", True))
    QTest.keyClick(review, Qt.Key.Key_M)
    texts = lambda: [one[2] for one in review.timelines._markers]  # noqa: E731
    qtbot.waitUntil(lambda: texts() == ["group work", "quiet work"])
    review.timelines.grab()
    flag = review.timelines._flags[1].where.center().toPoint()
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: ("talk", True))
    QTest.mouseDClick(review.timelines.viewport(), LEFT, pos=flag)
    qtbot.waitUntil(lambda: texts() == ["group work", "talk"])
    review.timelines.grab()
    flag = review.timelines._flags[1].where.center().toPoint()
    QTest.mouseClick(review.timelines.viewport(), LEFT, pos=flag)
    review.timelines.setFocus()
    for words, left in (("Cancel", ["group work", "talk"]), ("Remove", ["group work"])):
        QTest.keyClick(review.timelines, Qt.Key.Key_Delete)
        box = review.findChildren(QMessageBox)[-1]
        assert '"talk" at 0:03' in box.text()
        button(box, words).click()
        qtbot.waitUntil(lambda box=box: not isValid(box) or not box.isVisible())  # type: ignore[misc]
        settled(qtbot, review)
        assert texts() == left
    with in_file(alone) as session:
        assert [one.text for one in session.markers.all()] == ["group work"]
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: ("  ", True))
    with qtbot.waitSignal(review.message) as said:
        review.mark.click()
    assert said.args[1]


def test_the_menu_of_a_face_offers_what_the_buttons_do(
    qtbot: QtBot, review: ReviewWorkspace, alone: Path
) -> None:
    open_session(qtbot, review, alone)
    select(review, 1)
    menu = QMenu()
    review.students.fill(menu)
    offered = {one.text(): one.isEnabled() for one in menu.actions()}
    assert offered == {"Name": True, "Merge": False, "Split here": True, "Leave out": True}
    code = review.students.model.index(0, CODE)
    assert code.data(Qt.ItemDataRole.AccessibleTextRole) == "Id: S01"
    menu.deleteLater()
    settled(qtbot, review)
