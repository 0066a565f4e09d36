"""Files that the system hands over: named at the start, or dropped on the app's icon."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QFileOpenEvent

from app.session.store import SUFFIX

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow

TOGETHER_MS: Final = 100
"""Files dropped together come one by one, without a pause."""


class GivenFiles(QObject):
    """Opens files in the window: a session in Review, one recording in Live, more in Analyse.

    macOS tells a program that runs already of a file dropped on its icon, or opened with a double
    click, by an event; from before the window is there, too. Other systems start the program again.

    Args:
        app: whose events are looked at, on macOS or where ``listen`` says so.
        listen: None: as the system needs it, as every event then passes through here.
    """

    def __init__(self, app: QObject, listen: bool | None = None) -> None:
        super().__init__()  # of its owner's: a child of the app would outlive the window
        self._window: MainWindow | None = None
        self._waiting: list[Path] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TOGETHER_MS)
        self._timer.timeout.connect(self._open_waiting)
        if sys.platform == "darwin" if listen is None else listen:
            app.installEventFilter(self)

    def attach(self, window: MainWindow) -> None:
        """The window is there: open in it what came before, and what will come."""
        self._window = window
        if self._waiting:
            self._timer.start()

    def open(self, files: Sequence[Path], regions: Path | None = None) -> None:
        """Open files now; ``regions``: the file with those of a recording.

        What is too much, or is no recording, is said in the window.
        """
        window = self._window
        if window is None:
            self._waiting += files
            return
        files = [path.absolute() for path in files]  # what is written beside them is said whole
        sessions = [path for path in files if path.suffix.lower() == SUFFIX]
        others = [path for path in files if path not in sessions]
        if sessions:
            window.show_workspace(window.review)
            window.review.open_session(sessions[0])
        elif len(others) == 1 and window.live.ready_for_another:
            window.show_workspace(window.live)
            window.live.open_video(others[0], regions)
            others = []
        elif others:
            window.show_workspace(window.analyse)
        if others:
            window.analyse.add(others)
        if len(sessions) > 1:
            text = self.tr("Review shows one session at a time; {name} is open now.")
            window.messages.show_note(text.format(name=sessions[0].name))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Take the files; everything else goes on its way."""
        if event.type() != QEvent.Type.FileOpen or not isinstance(event, QFileOpenEvent):
            return super().eventFilter(watched, event)
        if event.file():
            self._waiting.append(Path(event.file()))
            if self._window is not None:
                self._timer.start()
        return True

    def _open_waiting(self) -> None:
        files, self._waiting = self._waiting, []
        self.open(files)
        if self._window is not None:
            self._window.raise_()
            self._window.activateWindow()
