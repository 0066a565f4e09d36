"""The window answers while a full class is analysed, and starts soon."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from app.ui.main_window import MainWindow
from app.ui.services import Services
from tests.conftest import ROOT
from tests.fakes import FakeSource, fake_pipeline
from tests.ui.stand_ins import Stage
from tests.ui.steps import analysed, open_camera
from tests.ui.watchdog import never_blocks


@pytest.mark.alone
def test_forty_faces_never_block_the_window(
    qtbot: QtBot, open_window: Callable[[Services], MainWindow], stage: Stage
) -> None:
    size = (1280, 720)
    stage.camera = lambda: FakeSource(count=None, fps=25.0, live=True, pace=0.04, size=size)
    stage.pipeline = lambda: fake_pipeline(students=40, delay=0.06)
    window = open_window(stage.services)
    open_camera(qtbot, window)
    window.live.controls.start.click()
    qtbot.waitUntil(lambda: analysed(window) > 3)
    people = window.live.people
    painted = [0]
    window.live.controller.picture.connect(lambda *_: painted.__setitem__(0, painted[0] + 1))

    def look_at_both() -> None:
        for page in (people.seats, people.students):
            people.tabs.setCurrentWidget(page)
            qtbot.wait(1000)

    never_blocks(look_at_both, lambda: qtbot.wait(50), tries=3)
    assert window.live.students.model.rowCount() == 40
    assert len(people.seats.canvas.marks()) == 40
    assert painted[0] > 15
    assert analysed(window) > 15


def test_the_window_is_there_without_the_heavy_parts() -> None:
    """What takes seconds to load is loaded in jobs; the limit of the whole start is 3 s."""
    code = """
import os, sys, time, tempfile
os.environ["QT_QPA_PLATFORM"] = "offscreen"
import platformdirs
folder = tempfile.mkdtemp()
platformdirs.user_config_dir = platformdirs.user_data_dir = lambda *_, **__: folder
start = time.process_time()
from PySide6.QtWidgets import QApplication
from app.engine.settings import Settings
from app.ui import theme
from app.ui.main_window import MainWindow
app = QApplication([])
theme.choose(app, "light")
window = MainWindow(Settings())
window.show()
app.processEvents()
window.grab()
print(time.process_time() - start)
print(*{name.partition(".")[0] for name in sys.modules})
sys.stdout.flush()
os._exit(0)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    seconds, modules = done.stdout.splitlines()[-2:]
    heavy = {"cv2", "onnxruntime", "mediapipe", "ai_edge_litert", "scipy", "torch"}
    assert not heavy & set(modules.split())
    assert float(seconds) < 3.0  # of processor time, which other programs do not change
