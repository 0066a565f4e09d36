"""A scripted user: one window, real models, mouse and keys only. For ``tests.ui.test_tour``.

``python -m tests.ui.tour CLIP FOLDER [--fast]`` reads CLIP in Live, corrects and checks it in
Review and exports the tables to FOLDER/tables. Ends with 0 when every step worked.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFileDialog,
    QLineEdit,
    QMenu,
    QPushButton,
    QTabWidget,
    QWidget,
)

from app.engine.live.viewmodel import State
from app.engine.settings import Settings
from app.ui import theme
from app.ui.live.workspace import LiveWorkspace
from app.ui.main_window import MainWindow
from app.ui.review.export_dialog import ExportDialog
from app.ui.review.students_panel import CODE, NAME
from app.ui.review.workspace import ReviewWorkspace
from app.ui.translations import speak
from tests.ui.stand_ins import services_in

LEFT: Final = Qt.MouseButton.LeftButton
NONE, SHIFT, CONTROL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)
log = logging.getLogger("tour")


class TourError(Exception):
    """A step that did not work."""


def pause() -> None:
    """Let the window work for a moment. (``QTest.qWait`` keeps Python's lock: no thread would.)"""
    loop = QEventLoop()
    QTimer.singleShot(10, loop.quit)
    loop.exec()


def wait(condition: Callable[[], object], what: str, seconds: float = 40.0) -> None:
    """Let the window work until something is so."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TourError(f"waited in vain: {what}")
        pause()
    log.info("%s", what)


def click(widget: QWidget, at: QPoint | None = None, keys: Qt.KeyboardModifier = NONE) -> None:
    """Click where a user could."""
    wait(lambda: widget.isVisible() and widget.isEnabled(), f"{_called(widget)} can be clicked")
    at = widget.rect().center() if at is None else at
    if not widget.visibleRegion().contains(at):
        raise TourError(f"{_called(widget)} is hidden at {at}")
    QTest.mouseClick(widget, LEFT, keys, at)


def _called(widget: QWidget) -> str:
    return widget.accessibleName() or type(widget).__name__


def tab(tabs: QTabWidget, page: QWidget) -> None:
    """Click the tab of a page."""
    bar = tabs.tabBar()
    click(bar, bar.tabRect(tabs.indexOf(page)).center())
    wait(page.isVisible, "the tab is shown")


def press(window: QWidget, key: Qt.Key, keys: Qt.KeyboardModifier = NONE) -> None:
    """Press a key, wherever the keyboard is."""
    QTest.keyClick(QApplication.focusWidget() or window, key, keys)


def cell(
    table: QAbstractItemView, row: int, column: int, keys: Qt.KeyboardModifier = NONE
) -> QPoint:
    """Click into a table."""
    at = table.visualRect(table.model().index(row, column)).center()
    click(table.viewport(), at, keys)
    return at


def answer(path: Path) -> None:
    """Type a path into the file dialog that opens next, and press Enter."""

    def look(answered: bool = False) -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QFileDialog):
            field = dialog.findChild(QLineEdit, "fileNameEdit")
            field.clear()
            QTest.keyClicks(field, str(path))
            QTest.keyClick(field, Qt.Key.Key_Return)  # where it completes names: once more
        if not answered or dialog is not None:
            QTimer.singleShot(100, lambda: look(answered or dialog is not None))

    QTimer.singleShot(30, look)


def come_back(window: QWidget) -> None:
    """Where nothing manages windows, none is active once a dialog is closed."""
    window.activateWindow()
    wait(window.isActiveWindow, "the window has the keyboard")


def choose(owner: QPushButton, text: str) -> None:
    """Click a button with a menu, and then the entry that begins with ``text``."""

    def look() -> None:
        menu = QApplication.activePopupWidget()
        entries = menu.actions() if isinstance(menu, QMenu) else []
        action = next((one for one in entries if one.text().startswith(text)), None)
        if action is None:
            QTimer.singleShot(30, look)
            return
        QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())

    QTimer.singleShot(30, look)
    click(owner)


def live(window: MainWindow, clip: Path, fast: bool, seconds: float) -> None:
    """Read some seconds, mark a moment, look at the seats, stop."""
    page: LiveWorkspace = window.live
    state = lambda: page.controller.state  # noqa: E731
    answer(clip)
    click(page.controls.open)
    come_back(window)
    wait(lambda: state() is State.READY, "the first picture is shown")
    if fast:
        click(page.controls.fast, QPoint(10, page.controls.fast.height() // 2))
    click(page.controls.start)
    wait(lambda: state() is State.RUNNING, "the analysis runs")
    wait(lambda: page.students.model.rowCount() > 3, "students are listed")
    press(window, Qt.Key.Key_M)
    wait(page.markers.line.hasFocus, "a marker is asked for")
    QTest.keyClicks(page.markers.line, "group work")
    press(window, Qt.Key.Key_Return)
    wait(lambda: [one.text for one in page._view.markers] == ["group work"], "the marker is there")
    tab(page.people.tabs, page.seats)
    canvas = page.seats.canvas
    wait(lambda: len(canvas.marks()) > 3, "the seats are drawn")
    mark = canvas.marks()[0]
    left, top, width, height = mark.mark
    click(canvas, QPoint(round(left + width / 2), round(top + height / 2)))
    wait(
        lambda: page.video._selected == mark.row.track_id, "one click chooses a student everywhere"
    )
    wait(lambda: page.controller.moment >= seconds or state() is State.DONE, "seconds went by")
    if state() is not State.DONE:
        click(page.controls.stop)
    wait(lambda: state() is State.DONE, "the session is kept")
    click(page.controls.review)


def look(page: ReviewWorkspace) -> None:
    """Play, stop, scrub."""
    wait(lambda: page.timelines._class is not None, "the session is open in Review")
    wait(page.video.tags, "faces are marked in the picture")
    before = page.controller.position
    click(page.transport.play)
    wait(lambda: page.controller.position > before + 0.4, "it plays")
    click(page.transport.play)
    wait(lambda: page.transport.play.accessibleName() == "Play", "it stands")
    middle = (page.timelines.window_shown.low + page.timelines.window_shown.high) / 2
    drag(page, page.controller.position, middle)
    wait(lambda: abs(page.controller.position - middle) < 0.1, "scrubbing moves the playhead")
    wait(lambda: abs(page.video._frame.timestamp - middle) < 0.3, "and the picture")


def drag(page: ReviewWorkspace, start: float, end: float, keys: Qt.KeyboardModifier = NONE) -> None:
    """Drag over the lane of the class, in seconds."""
    lines, ground = page.timelines, page.timelines.viewport()
    lane = lines._class_lane()
    spots = [QPoint(round(lines._x(start + (end - start) * part / 5)),
                    round(lane.top + lane.height / 2)) for part in range(6)]  # fmt: skip
    QTest.mousePress(ground, LEFT, keys, spots[0])
    for spot in spots[1:]:
        QTest.mouseMove(ground, spot)
        pause()
    QTest.mouseRelease(ground, LEFT, keys, spots[-1])


def correct(window: MainWindow, page: ReviewWorkspace) -> None:
    """Name one student, split another, merge the two halves, undo that."""
    tab(page.tabs, page.students)
    table, model = page.students.table, page.students.model
    count = model.rowCount()
    at = cell(table, 0, NAME)
    QTest.mouseDClick(table.viewport(), LEFT, pos=at)
    wait(lambda: table.findChild(QLineEdit), "a name is asked for")
    QTest.keyClicks(table.findChild(QLineEdit), "Ada")
    press(window, Qt.Key.Key_Return)
    wait(lambda: model.index(0, NAME).data() == "Ada", "the student has a name")
    cell(table, 2, CODE)
    click(page.students.split)
    wait(lambda: model.rowCount() == count + 1, "a student is split")
    cell(table, 2, CODE)
    cell(table, count, CODE, CONTROL)
    click(page.students.merge)
    wait(lambda: model.rowCount() == count, "the halves are merged")
    press(window, Qt.Key.Key_Z, CONTROL)
    wait(lambda: model.rowCount() == count + 1, "the merge is undone")


def sum_up(page: ReviewWorkspace) -> None:
    """Choose a stretch."""
    low, high = page.timelines._class.starts[[0, -1]].tolist()
    drag(page, low + (high - low) * 0.2, low + (high - low) * 0.8, SHIFT)
    wait(lambda: page.stretch.table.rowCount() > 3, "the stretch is summed up")


def check(window: MainWindow, page: ReviewWorkspace) -> None:
    """Label three faces by hand, by key and by mouse, and see the report."""
    tab(page.tabs, page.check)
    click(page.check.start)
    wait(lambda: page.check.labelling, "a face is asked about")
    for number, key in enumerate((Qt.Key.Key_1, None, Qt.Key.Key_0)):
        wait(lambda: len(page.check.face._images) > 1, "the face moves")
        if key is None:
            click(page.check.answers[1])
        else:
            press(window, key)
        words = f"Face {number + 2} of"
        wait(lambda words=words: page.check.state.text().startswith(words), words)
    click(page.check.end)
    wait(lambda: "Labelled: 3 faces" in page.check.report.sample.text(), "the report is there")


def export(page: ReviewWorkspace, out: Path) -> None:
    """Write the tables."""
    choose(page.bar.export, "&Tables")
    wait(lambda: isinstance(QApplication.activeModalWidget(), ExportDialog), "the dialog is there")
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, ExportDialog)
    dialog.folder.selectAll()
    QTest.keyClicks(dialog.folder, str(out))
    click(dialog.export)
    wait((out / "students.csv").is_file, "tables are written")
    wait(lambda: not page.controller.exports.running, "all of them")


def main() -> None:
    """Take the tour."""
    parser = argparse.ArgumentParser(prog="python -m tests.ui.tour", description=__doc__)
    parser.add_argument("clip", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--fast", action="store_true", help="do not wait for the clip's own pace")
    parser.add_argument("--seconds", type=float, default=3.0, help="of the clip to read")
    given = parser.parse_args()
    logging.basicConfig(stream=sys.stdout, format="%(relativeCreated)6d %(message)s", level="INFO")
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    app = QApplication([])
    log.info("on %s", app.platformName())
    theme.apply(app, dark=False)
    speak(app, "en")
    folder = given.folder.resolve()
    tables = folder / "tables"
    tables.mkdir()
    window = MainWindow(Settings(), services_in(folder))
    window.resize(1280, 800)
    window.show()
    window.activateWindow()
    wait(window.isActiveWindow, "the window is there")
    live(window, given.clip.resolve(), given.fast, given.seconds)
    look(window.review)
    correct(window, window.review)
    sum_up(window.review)
    check(window, window.review)
    export(window.review, tables)
    window.close()
    wait(lambda: not window.isVisible(), "the window is closed, and every thread with it")


if __name__ == "__main__":
    main()
