from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.core.errors import SessionError
from app.core.expressions import LABELS
from app.core.privacy import FaceCover, Privacy
from app.engine.settings import Settings
from app.session.agreement import Agreement, Moment
from app.session.kappa import Estimate
from app.ui.review.check_report import CheckReport
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
    qtbot.waitUntil(check.answers[-1].isDown)  # as soon as the file has it
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
    check = review.check
    review.set_settings(Settings(privacy=Privacy(faces=FaceCover.BLUR)))
    open_session(qtbot, review, with_video)
    review.tabs.setCurrentWidget(check)
    assert not check.start.isEnabled()
    assert "Faces are covered" in check.missing.text()
    assert check.missing.isVisible()
    review.set_settings(Settings())
    assert check.start.isEnabled()
    assert not check.missing.isVisible()


def test_no_enlarged_face_stays_when_faces_are_covered(
    qtbot: QtBot, review: ReviewWorkspace, with_video: Path
) -> None:
    begin(qtbot, review, with_video)
    check = review.check
    qtbot.waitUntil(lambda: len(check.face._images) > 1 and len(check._ahead) > 1)
    check.skip.click()  # a face is being cut out
    review.set_settings(Settings(privacy=Privacy(faces=FaceCover.BLOCK)))
    assert not check.labelling
    assert review.left.isVisible()
    qtbot.wait(300)
    assert not check.face._images
    assert not check._ahead
    assert not check.start.isEnabled()


def test_what_can_not_be_written_is_not_labelled(
    qtbot: QtBot,
    review: ReviewWorkspace,
    with_video: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begin(qtbot, review, with_video)
    check, model = review.check, review.controller.review
    assert model is not None
    told: list[str] = []
    review.controller.message.connect(lambda text, _: told.append(text))

    def full(moment: Moment, label: int | None) -> None:
        raise SessionError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(model, "label", full)
        check.answers[3].click()
        qtbot.waitUntil(lambda: told == ["the disk is full"])
    assert check._task is not None
    assert check._task.done == check.progress.value() == 0
    check.back.click()
    assert not check.answers[3].isDown()
    check.answers[1].click()
    qtbot.waitUntil(lambda: check.progress.value() == 1)
    assert said(with_video) == [1]


def shown(
    report: CheckReport, kappa: Estimate, counts: NDArray[np.int64], table: NDArray[np.float64]
) -> None:
    unknown = Estimate(float("nan"), float("nan"), float("nan"))
    kappas = (Estimate(0.6, 0.3, 0.9), Estimate(0.5, 0.2, 0.8), *[unknown] * (len(LABELS) - 2))
    total = int(counts.sum())
    report.show_agreement(
        Agreement(
            labelled=total,
            both_tell=total - int(counts[8].sum()),
            counts=counts,
            table=table,
            covered=0.9,
            share=Estimate(0.9, 0.7, 0.97),
            kappa=kappa,
            kappas=kappas,
        )
    )


def test_a_report_shows_who_is_taken_for_what(review: ReviewWorkspace) -> None:
    """Fear is rare and asked about more often than it occurs: 2 of 10 labels, 1 % of the time."""
    counts, table = np.zeros((9, 9), np.int64), np.zeros((9, 9))
    fear = LABELS.index("fear")
    counts[0, 0], counts[0, fear], counts[1, 1] = 8, 2, 6
    table[0, 0], table[0, fear], table[1, 1] = 0.792, 0.008, 0.2
    report = review.check.report
    shown(report, Estimate(0.55, 0.45, 0.65), counts, table)
    assert report.verdict.text() == "Moderate agreement"
    assert "0.55 (0.45 to 0.65)" in report.figures.text()
    said = report.table.accessibleDescription().split("; ")
    assert said[0].startswith("You: neutral. The app: neutral. Faces that you labelled: 8.")
    assert said[0].endswith("99%")
    assert "Faces that you labelled: 2." in said[1]
    assert said[1].endswith(" 1%")
    assert report.table._shares[0, fear] == pytest.approx(0.01)
    assert "happiness 0.50" in report.each.accessibleDescription()
    report.table.resize(480, report.table.sizeHint().height())
    image = report.table.grab().toImage()
    left, width, height = report.table._grid()

    def heat(row: int, column: int) -> str:
        x, y = left + column * width + 4, (row + 1) * height + 4
        return image.pixelColor(round(x), round(y)).name()

    # As pale as where nothing is, though a fifth of the labels of this row are there.
    near, empty = (QColor(heat(0, column)) for column in (fear, 5))
    assert abs(near.lightness() - empty.lightness()) <= 3
    assert heat(0, 0) != heat(0, 5)


def test_a_strength_is_not_named_from_a_few_labels(review: ReviewWorkspace) -> None:
    report, counts = review.check.report, np.diag([1, 1, 0, 0, 0, 0, 0, 0, 0])
    nan = float("nan")
    shown(report, Estimate(1.0, 0.2, 1.0), counts, counts / 2)
    assert report.verdict.text() == "Too few labels to say"
    assert "perfect" not in report.meaning.text()
    assert report.more.text() == "About 10 more labels would make this surer."
    shown(report, Estimate(0.85, 0.7, 0.95), counts * 30, counts / 2)
    assert report.verdict.text() == "Substantial agreement"
    assert report.more.text() == "About 40 more labels would make this surer."
    shown(report, Estimate(0.9, 0.82, 0.95), counts * 200, counts / 2)
    assert report.verdict.text() == "Almost perfect agreement"
    assert report.more.text() == "More labels would change little."
    shown(report, Estimate(nan, nan, nan), counts * 0, counts * nan)
    assert report.verdict.text() == "Nothing to say yet"
    assert report.more.text().startswith("About 20 more")
    report.grab()
