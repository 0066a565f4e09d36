from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.core.expressions import LABELS
from app.core.privacy import FaceCover, Privacy
from app.engine.settings import Settings
from app.ui.review.workspace import ReviewWorkspace
from tests.ui.review.steps import in_file, open_session


def begin(qtbot: QtBot, review: ReviewWorkspace, path: Path) -> None:
    """Open a session and start to label."""
    open_session(qtbot, review, path)
    review.tabs.setCurrentWidget(review.check)
    review.check.start.click()
    qtbot.waitUntil(lambda: review.check.labelling)


def said(path: Path) -> list[int]:
    """Labels in the file."""
    with in_file(path) as session:
        return [one.label for one in session.hand_labels.all()]


def test_faces_are_labelled_by_key_without_the_answer_in_sight(
    qtbot: QtBot, review: ReviewWorkspace, with_video: Path
) -> None:
    begin(qtbot, review, with_video)
    check = review.check
    assert not review.left.isVisible()
    qtbot.waitUntil(lambda: len(check.face._images) > 1)
    assert check.face._timer.isActive()
    assert not check.back.isEnabled()
    QTest.keyClick(review, Qt.Key.Key_2)
    QTest.keyClick(review, Qt.Key.Key_0)
    assert check.state.text().startswith("Face 3 of")
    QTest.keyClick(review, Qt.Key.Key_Backspace)
    assert check.answers[-1].isDown()
    check.answers[3].click()
    qtbot.waitUntil(lambda: sorted(said(with_video)) == [1, 3])
    check.skip.click()
    assert check.state.text().startswith("Face 4 of")
    assert not check.answers[3].isDown()


def test_one_can_stop_see_the_report_and_go_on(
    qtbot: QtBot, review: ReviewWorkspace, with_video: Path
) -> None:
    begin(qtbot, review, with_video)
    check, model = review.check, review.controller.review
    task = check._task
    assert model is not None
    assert task is not None
    for moment in task.moments[:6]:
        result = model.at(moment.timestamp)
        assert result is not None
        row = int(np.flatnonzero(result.faces.ids == moment.track)[0])
        check.answers[int(result.expressions.labels[row])].click()
    check.end.click()
    qtbot.waitUntil(lambda: check.currentIndex() == 2)
    assert review.left.isVisible()
    report = check.report
    assert "Labelled: 6 faces" in report.sample.text()
    assert report.table._counts.trace() == report.table._counts.sum() == 6
    assert "Landis" in report.verdict.toolTip()
    assert report.verdict.text()
    check.grab()
    check.go_on.click()
    check.start.click()
    qtbot.waitUntil(lambda: check.labelling)
    assert check.state.text().startswith("Face 7 of")


def test_the_last_face_leads_to_the_report(
    qtbot: QtBot, review: ReviewWorkspace, with_video: Path
) -> None:
    begin(qtbot, review, with_video)
    check, task = review.check, review.check._task
    assert task is not None
    for _ in task.moments:
        check.skip.click()
    qtbot.waitUntil(lambda: check.currentIndex() == 2)
    assert "Nothing to say" in check.report.verdict.text()
    assert said(with_video) == []


def test_covered_faces_can_not_be_labelled_and_it_says_so(
    qtbot: QtBot, review: ReviewWorkspace, with_video: Path
) -> None:
    review.set_settings(Settings(privacy=Privacy(faces=FaceCover.BLUR)))
    begin(qtbot, review, with_video)
    qtbot.waitUntil(lambda: "covered" in review.check.face._problem)


def test_a_report_shows_who_is_taken_for_what(qtbot: QtBot, review: ReviewWorkspace) -> None:
    from app.session.agreement import Agreement
    from app.session.kappa import Estimate

    counts = np.zeros((9, 9), np.int64)
    counts[0, 0], counts[1, 1], counts[1, 0], counts[8, 0] = 12, 6, 2, 3
    unknown = Estimate(float("nan"), float("nan"), float("nan"))
    kappas = (Estimate(0.6, 0.3, 0.9), Estimate(0.5, 0.2, 0.8), *[unknown] * (len(LABELS) - 2))
    report = review.check.report
    report.show_agreement(
        Agreement(
            labelled=23,
            both_tell=20,
            counts=counts,
            table=counts / counts.sum(),
            covered=0.9,
            share=Estimate(0.9, 0.7, 0.97),
            kappa=Estimate(0.55, 0.3, 0.8),
            kappas=kappas,
        )
    )
    assert report.verdict.text() == "Moderate agreement"
    assert "0.55 (0.30 to 0.80)" in report.figures.text()
    assert "2 times you happiness, the app neutral" in report.table.accessibleDescription()
    assert "happiness 0.50" in report.each.accessibleDescription()
    report.grab()
