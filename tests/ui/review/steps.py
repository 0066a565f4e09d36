"""Steps that tests of Review take."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.session.store import Session
from app.ui.review.timeline_lanes import CLASS, FLAGS
from app.ui.review.workspace import ReviewWorkspace

NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton


def open_session(qtbot: QtBot, workspace: ReviewWorkspace, path: Path) -> None:
    """Open a session and wait until it is drawn."""
    workspace.open_session(path)
    qtbot.waitUntil(
        lambda: (
            workspace.controller.review is not None
            and workspace.controller.review.path == path
            and workspace.timelines._class is not None
        )
    )


def ids(workspace: ReviewWorkspace) -> list[int]:
    """Students in the list."""
    model = workspace.students.model
    return [model.student(row).id for row in range(model.rowCount())]


def settled(qtbot: QtBot, workspace: ReviewWorkspace) -> None:
    """Wait until all that was asked for is answered."""
    qtbot.waitUntil(lambda: not workspace.controller.jobs.running)


def in_file(path: Path) -> Session:
    """The session as another program would see it."""
    return Session.open(path)


def spot(workspace: ReviewWorkspace, seconds: float, row: int = -1) -> QPoint:
    """Where a moment lies, in the class lane or in a student's row."""
    lines = workspace.timelines
    y = FLAGS + CLASS / 2 if row < 0 else lines._row_lane(row).top + 8
    return QPoint(round(lines._x(seconds)), round(y))


def drag(
    workspace: ReviewWorkspace,
    start: float,
    end: float,
    keys: Qt.KeyboardModifier = NONE,
) -> None:
    """Drag over the class lane."""
    ground = workspace.timelines.viewport()
    QTest.mousePress(ground, LEFT, keys, spot(workspace, start))
    for share in (0.5, 1.0):
        QTest.mouseMove(ground, spot(workspace, start + (end - start) * share))
    QTest.mouseRelease(ground, LEFT, keys, spot(workspace, end))
