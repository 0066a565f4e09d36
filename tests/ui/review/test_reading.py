"""What a teacher reads at first sight: picture, shares, who is left out, what is hatched."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.engine.live.viewmodel import empty_view
from app.engine.settings import Settings
from app.ui import theme
from app.ui.live.share_bars import ShareBars
from app.ui.main_window import SMALLEST_SIZE, MainWindow
from app.ui.review.check_report import CheckReport
from app.ui.review.legend import Legend
from app.ui.review.workspace import ReviewWorkspace
from app.ui.services import Services
from app.ui.translations import speak
from tests.ui.review.steps import open_session, settled


def test_shares_say_of_what_they_are_shares(qtbot: QtBot) -> None:
    bars = ShareBars()
    qtbot.addWidget(bars)
    view = empty_view()
    shares = np.zeros(8)
    shares[0] = 1.0
    bars.show_view(type(view)(**{**_fields(view), "shares": shares, "read": 0.53}))
    said = bars.accessibleDescription()
    assert said.startswith("Of the faces read: neutral 100%")
    assert said.endswith("Of all faces seen: can't tell 47%")


def _fields(view: object) -> dict[str, object]:
    return {name: getattr(view, name) for name in type(view).__dataclass_fields__}


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_tab_can_be_read_and_the_picture_is_large(
    qtbot: QtBot, tmp_path: Path, with_video: Path, language: str
) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, dark=False)
    speak(app, language)
    workspace = ReviewWorkspace(Settings(), Services(sessions=tmp_path))
    qtbot.addWidget(workspace)
    # What the window leaves of its smallest size: rail and margins at the left, margins.
    workspace.resize(SMALLEST_SIZE.width() - 130, SMALLEST_SIZE.height() - 18)
    workspace.show()
    try:
        open_session(qtbot, workspace, with_video)
        bar = workspace.tabs.tabBar()
        across = workspace.left.parentWidget()
        across.setSizes([100_000, 1])
        QApplication.processEvents()
        last = bar.tabRect(bar.count() - 1)
        assert last.right() < bar.width()
        for place in range(bar.count()):
            words = bar.fontMetrics().horizontalAdvance(bar.tabText(place))
            assert bar.tabRect(place).width() >= words + 18  # the padding of a tight tab
        assert workspace.video.height() >= 280
    finally:
        speak(app, "en")
        settled(qtbot, workspace)
        with qtbot.waitSignal(workspace.closed, timeout=15_000):
            workspace.shut_down()


def test_a_class_only_session_promises_no_students_and_names_the_hatching(
    qtbot: QtBot, review: ReviewWorkspace, class_only: Path, with_video: Path
) -> None:
    open_session(qtbot, review, class_only)
    assert "student" not in review.stretch._hint.text()
    open_session(qtbot, review, with_video)
    assert "every student" in review.stretch._hint.text()
    legend = Legend()
    qtbot.addWidget(legend)
    assert "withheld" not in legend.accessibleDescription()
    legend.show_more(rest=False, withheld=True)
    assert legend.accessibleDescription().endswith("withheld: too few faces")


def test_the_room_of_a_class_only_session_is_not_kept(
    qtbot: QtBot, review: ReviewWorkspace, class_only: Path, with_video: Path
) -> None:
    open_session(qtbot, review, with_video)
    usual = review.left.sizes()
    open_session(qtbot, review, class_only)
    assert review.left.sizes()[0] < usual[0]
    assert review.left.property("usual") == usual
    open_session(qtbot, review, with_video)
    assert review.left.property("usual") is None
    assert review.left.sizes() == usual


def test_who_is_left_out_stands_muted_without_shares(
    qtbot: QtBot, review: ReviewWorkspace, with_video: Path
) -> None:
    open_session(qtbot, review, with_video)
    review.controller.change(lambda one: one.exclude(1))
    settled(qtbot, review)
    review.timelines.stretch_wanted.emit(0.5, 3.5)
    qtbot.waitUntil(lambda: review.stretch.table.rowCount() > 1)
    settled(qtbot, review)
    table = review.stretch.table
    assert [table.item(0, column).text() for column in (0, 2)] == ["S01", "left out"]
    assert table.item(0, 2).foreground().color().name() == theme.LIGHT.muted
    assert "%" in table.item(1, 2).text()


def test_kappa_is_explained_where_it_stands(qtbot: QtBot) -> None:
    report = CheckReport()
    qtbot.addWidget(report)
    assert "0 is no better than luck, 1 is always" in report.plain.text()
    assert "Cohen" in report.figures.toolTip()


def test_a_session_that_is_cut_off_is_a_note(qtbot: QtBot, window: MainWindow) -> None:
    window.review.controller.note.emit("This session is not complete: stopped.")
    assert window.messages._kind.text() == "Note"
