from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.expressions import LABELS
from app.engine.review.timeline import NOT_IN_VIEW
from app.ui import theme
from app.ui.review.workspace import ReviewWorkspace
from app.ui.widgets.marks import colour
from tests.ui.review.steps import LEFT, SHIFT, drag, open_session, spot


def painted(review: ReviewWorkspace, seconds: float, row: int) -> QColor:
    """The colour of a student's row at a moment, beside its marks."""
    at = spot(review, seconds, row)
    image = review.timelines.viewport().grab().toImage()
    lane = review.timelines._row_lane(row)
    return image.pixelColor(at.x(), int(lane.bottom) - 2)


def test_rows_have_the_colour_of_what_was_read_when_it_was_read(
    qtbot: QtBot, review: ReviewWorkspace, alone: Path
) -> None:
    review.window().resize(1280, 1000)  # so that all rows are in sight
    open_session(qtbot, review, alone)
    assert painted(review, 0.55, 0) == colour(LABELS.index("happiness"))
    assert painted(review, 0.55, 1) == colour(LABELS.index("neutral"))
    assert painted(review, 3.05, 1) == colour(LABELS.index("sadness"))
    assert painted(review, 0.55, 2) == colour(-1)
    ground = QColor(theme.colours(review.palette()).track)
    assert painted(review, 3.05, 2) == ground
    assert painted(review, 0.55, 3) == ground


def test_dragging_scrubs(qtbot: QtBot, review: ReviewWorkspace, alone: Path) -> None:
    open_session(qtbot, review, alone)
    drag(review, 0.5, 3.0)
    assert review.controller.position == pytest.approx(3.0, abs=0.02)
    assert review.transport.time.text() == "0:03 / 0:04"


def test_a_stretch_is_chosen_with_shift_moved_by_its_handles_and_summed_up(
    qtbot: QtBot, review: ReviewWorkspace, alone: Path
) -> None:
    open_session(qtbot, review, alone)
    drag(review, 2.2, 3.6, SHIFT)
    assert review.controller.stretch == pytest.approx((2.2, 3.6), abs=0.02)
    assert review.tabs.currentWidget() is review.stretch
    qtbot.waitUntil(lambda: review.stretch.table.rowCount() == 3)
    said = [review.stretch.table.item(row, 2).text() for row in range(3)]
    assert said == ["happiness 100%", "sadness 100%", "surprise 100%"]
    drag(review, 2.2, 0.5)
    assert review.controller.stretch == pytest.approx((0.5, 3.6), abs=0.02)
    qtbot.waitUntil(lambda: review.stretch.table.rowCount() == 4)
    review.stretch.clear.click()
    assert review.controller.stretch is None
    assert review.timelines._stretch is None


def test_keys_choose_a_stretch_too(qtbot: QtBot, review: ReviewWorkspace, alone: Path) -> None:
    open_session(qtbot, review, alone)
    review.controller.seek(1.0)
    QTest.keyClick(review, Qt.Key.Key_I)
    review.controller.seek(2.0)
    QTest.keyClick(review, Qt.Key.Key_O)
    assert review.controller.stretch == pytest.approx((1.0, 2.0))
    review.timelines.setFocus()
    QTest.keyClick(review.timelines, Qt.Key.Key_Home)
    assert review.controller.position == 0.0
    for _ in range(10):
        QTest.keyClick(review.timelines, Qt.Key.Key_Right)
    assert review.controller.position > 0.2
    QTest.keyClick(review.timelines, Qt.Key.Key_Down)
    assert review._chosen == {1}


def test_zooming_draws_finer_and_keeps_the_lanes_on_one_axis(
    qtbot: QtBot, review: ReviewWorkspace, alone: Path
) -> None:
    open_session(qtbot, review, alone)
    review.controller.seek(3.0)
    review.timelines.show_position(3.0, follow=True)
    before = review.timelines._x(3.0)
    with qtbot.waitSignal(review.controller.timelines_changed):
        review.closer.click()
    assert review.timelines._x(3.0) == pytest.approx(before, abs=1.0)
    assert review.timelines.window_shown.span < 3.0
    assert review.timelines.horizontalScrollBar().maximum() > 0
    assert painted(review, 3.05, 1) == colour(LABELS.index("sadness"))
    review.timelines.zoom(100.0)
    review.timelines.grab()  # no marker is in view: nothing to fail on
    review.whole.click()
    assert review.timelines.window_shown.is_whole


def test_pointing_says_who_when_and_what(
    qtbot: QtBot, review: ReviewWorkspace, alone: Path
) -> None:
    open_session(qtbot, review, alone)
    tell = lambda at, row: review.timelines.describe(QPointF(spot(review, at, row)))  # noqa: E731
    assert tell(3.05, 1) == "S02, 0:03: sadness"
    assert tell(3.05, 2) == "S03, 0:03: out of view"
    assert tell(0.55, 2) == "S03, 0:00: can't tell"
    assert "happiness 50%" in tell(0.55, -1)
    assert "faces read 67%" in tell(0.55, -1)


def test_against_rest_shows_what_rose_and_back(
    qtbot: QtBot, review: ReviewWorkspace, alone: Path
) -> None:
    open_session(qtbot, review, alone)
    assert (review.timelines._labels[0] == LABELS.index("happiness")).any()
    with qtbot.waitSignal(review.controller.timelines_changed):
        review.bar.baseline.click()
    classroom = review.timelines._class
    assert classroom is not None
    assert classroom.change is not None
    assert set(review.timelines._labels[0].tolist()) <= {-1, -3}  # four seconds teach no rest
    review.timelines.grab()
    with qtbot.waitSignal(review.controller.timelines_changed):
        review.bar.baseline.click()
    assert (review.timelines._labels[0] == LABELS.index("happiness")).any()
    assert (review.timelines._labels[2] == NOT_IN_VIEW).any()


def test_nothing_is_cut_off_in_the_smallest_window_in_light_and_dark(
    qtbot: QtBot, review: ReviewWorkspace, alone: Path
) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    open_session(qtbot, review, alone)
    review.resize(980, 610)
    for dark in (True, False):
        theme.apply(app, dark)
        QApplication.processEvents()
        review.grab()
        buttons = [review.bar.open, review.bar.recent, review.bar.baseline, review.bar.export]
        buttons += [review.students.name, review.students.leave, review.students.split]
        buttons += [review.mark, review.closer, review.whole]
        for one in buttons:
            assert one.width() >= one.minimumSizeHint().width(), one.text()
            parent = one.parentWidget()
            assert parent.rect().contains(one.geometry()), one.text()
        assert review.timelines._visible_rows().stop >= 2
    QTest.mouseClick(review.timelines.viewport(), LEFT, pos=spot(review, 1.0))
