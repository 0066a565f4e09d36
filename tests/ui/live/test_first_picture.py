"""The first picture of a chosen camera is on the screen within two seconds."""

from __future__ import annotations

import threading
import time

import pytest
from pytestqt.qtbot import QtBot

from app.core.types import Frame
from app.ui.main_window import MainWindow
from tests.fakes import FakeSource, fake_pipeline
from tests.ui.stand_ins import Stage
from tests.ui.steps import open_camera

OPENING_S = 1.2
"""What a USB camera takes to open."""


@pytest.mark.alone
def test_of_a_slow_camera_while_the_models_take_long(
    qtbot: QtBot, window: MainWindow, stage: Stage
) -> None:
    go = threading.Event()

    def slow_camera() -> FakeSource:
        time.sleep(OPENING_S)
        return FakeSource(count=None, fps=30.0, live=True, pace=0.03)

    def slow_models() -> object:
        go.wait(10.0)
        return fake_pipeline()

    stage.camera = slow_camera
    stage.pipeline = slow_models  # type: ignore[assignment]
    shown: list[float] = []

    def note(frame: Frame | None, _: object) -> None:
        if frame is not None:
            shown.append(time.monotonic())

    window.live.controller.picture.connect(note)
    begun = time.monotonic()
    open_camera(qtbot, window)
    assert OPENING_S < shown[0] - begun < 2.0
    assert stage.sources[0].delivered == 1
    go.set()
