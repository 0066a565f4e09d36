"""The README's picture: a real window on the demo clip.

``QT_QPA_PLATFORM=offscreen python -m tests.ui.screenshot assets/screenshots/window.png``
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication

from app.engine.settings import Settings
from app.engine.viewmodel import State
from app.ui import theme
from app.ui.main_window import MainWindow
from app.ui.services import Services
from tests.conftest import ROOT

MOMENT = 9.5
"""Seconds into the clip."""


def take(target: Path) -> None:
    """Run the window until ``MOMENT`` and save what it shows."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.follow_system(app)

    def until(condition: Callable[[], bool], seconds: float = 300.0) -> None:
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError("the window did not get there")
            app.processEvents()
            time.sleep(0.005)

    with tempfile.TemporaryDirectory() as folder:
        window = MainWindow(Settings(), Services(sessions=Path(folder)))
        shown = [0.0]
        window.live.controller.picture.connect(
            lambda frame, _: shown.append(frame.timestamp if frame is not None else 0.0)
        )
        window.resize(1280, 800)
        window.show()
        window.live.open_video(ROOT / "assets" / "demo.mp4")
        until(lambda: window.live.controller.state is State.READY)
        window.live.controller.start(fast=True)
        until(lambda: shown[-1] >= MOMENT)
        window.live.controller.pause_or_resume()
        until(lambda: window.live.controller.state is State.PAUSED)
        window.grab().save(str(target))
        window.close()
        until(lambda: not window.isVisible())


if __name__ == "__main__":
    take(Path(sys.argv[1]))
