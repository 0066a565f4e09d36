"""An hour of forty students never blocks the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.ui.review.workspace import ReviewWorkspace
from tests.session.lessons import long_lesson
from tests.ui.review.steps import LEFT, NONE, SHIFT, open_session, spot
from tests.ui.watchdog import never_blocks

pytestmark = pytest.mark.alone


@pytest.fixture(scope="module")
def hour(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("hour") / "hour.roomread"
    return long_lesson(path, students=40).read_bytes()


@pytest.fixture
def opened(qtbot: QtBot, review: ReviewWorkspace, hour: bytes, tmp_path: Path) -> ReviewWorkspace:
    path = tmp_path / "hour.roomread"
    path.write_bytes(hour)
    open_session(qtbot, review, path)
    assert review.students.model.rowCount() == 45  # five of them came back as others
    return review


def through(qtbot: QtBot, review: ReviewWorkspace) -> Callable[[], None]:
    """Waits until all that was asked for is shown."""

    def wait() -> None:
        qtbot.waitUntil(lambda: not review.controller._turn.busy, timeout=10_000)
        qtbot.wait(200)

    return wait


def slide(qtbot: QtBot, review: ReviewWorkspace, keys: Qt.KeyboardModifier) -> None:
    """Drag from one end of the lesson to the other, as fast as a screen follows."""
    ground = review.timelines.viewport()
    QTest.mousePress(ground, LEFT, keys, spot(review, 60.0))
    for seconds in np.linspace(60.0, 3500.0, 40):
        QTest.mouseMove(ground, spot(review, float(seconds)))
        qtbot.wait(16)
    QTest.mouseRelease(ground, LEFT, keys, spot(review, 3500.0))


def test_scrubbing(qtbot: QtBot, opened: ReviewWorkspace) -> None:
    never_blocks(lambda: slide(qtbot, opened, NONE), through(qtbot, opened), tries=3)
    assert opened.controller.position == pytest.approx(3500.0, abs=10)


def test_dragging_a_stretch(qtbot: QtBot, opened: ReviewWorkspace) -> None:
    never_blocks(lambda: slide(qtbot, opened, SHIFT), through(qtbot, opened), tries=3)
    assert opened.stretch.table.rowCount() == 45


def test_edits(qtbot: QtBot, opened: ReviewWorkspace) -> None:
    def edit() -> None:
        for student in (10, 11, 12):
            opened.students.select(frozenset({student}))
            opened.students.leave.click()

    never_blocks(edit, through(qtbot, opened))
    assert opened.timelines._excluded == {10, 11, 12}
    never_blocks(opened.edits.undo.click, through(qtbot, opened))
    assert opened.timelines._excluded == {10, 11}
