"""A user's first day: the first questions, a camera, a recording, looking back, settings."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import Any

import cv2
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app import cli
from app.engine.analyse.queue_row import RowState
from app.engine.live.viewmodel import State
from app.stages import camera
from app.ui.dialogs.first_start import FirstStart
from app.ui.main_window import MainWindow
from tests.ui import tour


class ClipCapture:
    """A recording in the place of a camera's driver: over and over, at its own pace."""

    def __init__(self, clip: Path) -> None:
        self._clip = str(clip)
        self._video = cv2.VideoCapture(self._clip)
        self._pause = 1 / self._video.get(cv2.CAP_PROP_FPS)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._video, name)

    def read(self) -> tuple[bool, Any]:
        time.sleep(self._pause)
        works, image = self._video.read()
        if not works:
            self._video = cv2.VideoCapture(self._clip)
            works, image = self._video.read()
        return works, image


class User:
    """Does all that in the real window.

    Args:
        clip: recording, also what the camera sees.
        tables: folder for what is exported, with ``live`` and ``review`` in it.
    """

    def __init__(self, clip: Path, tables: Path) -> None:
        self._clip, self._tables = clip, tables
        self._done = False

    def use(self) -> None:
        """From the command to the end of the program."""
        camera.list_cameras = lambda: [camera.Camera(0, "Webcam", 0)]
        camera.CameraSource = partial(  # type: ignore[misc, assignment]
            camera.CameraSource, open_capture=lambda *_: ClipCapture(self._clip)
        )
        QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
        app = QApplication([])
        QTimer.singleShot(0, self._agree)
        cli.main([])
        del app
        if not self._done:
            raise tour.TourError("the day ended early: the reason was printed before")

    def _agree(self) -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, FirstStart):
            QTimer.singleShot(10, self._agree)
            return
        dialog.go_on.click()
        dialog.form.purpose.setText("looking back on my own lessons")
        dialog.form.bases["self"].click()
        dialog.agreed.click()
        dialog.go_on.click()
        QTimer.singleShot(0, self._work)

    def _work(self) -> None:
        windows = [one for one in QApplication.topLevelWidgets() if isinstance(one, MainWindow)]
        if not windows:
            QTimer.singleShot(10, self._work)
            return
        try:
            self._live(windows[0])
            self._analyse(windows[0])
            self._review(windows[0])
            self._settings(windows[0])
            self._done = True
        finally:
            windows[0].close()

    def _live(self, window: MainWindow) -> None:
        page, state = window.live, lambda: window.live.controller.state
        tour.choose(page.controls.camera, "Webcam")
        tour.wait(lambda: state() is State.READY, "the camera's picture is shown")
        tour.click(page.controls.start)
        tour.wait(lambda: page.students.model.rowCount() > 3, "students are listed")
        tour.come_back(window)
        tour.press(window, Qt.Key.Key_M)
        tour.wait(page.markers.line.hasFocus, "a marker is asked for")
        QTest.keyClicks(page.markers.line, "group work")
        tour.press(window, Qt.Key.Key_Return)
        tour.wait(lambda: page._view.markers, "a moment is marked")
        tour.click(page.controls.stop)
        tour.wait(lambda: state() is State.DONE, "the session is kept")
        page.controller.work.export(self._tables / "live")  # as the folder's dialog does
        tour.wait(lambda: not page.controller.exporting, "its tables are written")

    def _analyse(self, window: MainWindow) -> None:
        page = window.analyse
        tour.click(window.rail.pages["analyse"])
        tour.wait(lambda: page._view.loaded, "the list is read")
        page.add([self._clip])  # as a drop does
        tour.wait(lambda: page._view.count(RowState.DONE) == 1, "the recording is analysed")
        tour.click(page.page.table.viewport(), QPoint(60, 20))
        tour.click(page.page.review)

    def _review(self, window: MainWindow) -> None:
        page = window.review
        tour.look(page)
        tour.tab(page.tabs, page.check)
        tour.click(page.check.start)
        tour.wait(lambda: page.check.labelling, "a face is asked about")
        tour.wait(lambda: len(page.check.face._images) > 1, "it moves")
        tour.click(page.check.answers[1])
        tour.wait(lambda: page.check.state.text().startswith("Face 2"), "it is labelled")
        tour.click(page.check.end)
        page.controller.exports.tables(self._tables / "review")
        tour.wait(lambda: not page.controller.exports.running, "all tables are written")

    def _settings(self, window: MainWindow) -> None:
        dialog = window.show_settings()
        dialog.tabs.setCurrentWidget(dialog.look)
        tour.wait(lambda: not window._jobs.running, "the settings are shown")
        tour.click(dialog.save)
        tour.wait(lambda: not window._jobs.running, "the settings are kept")
