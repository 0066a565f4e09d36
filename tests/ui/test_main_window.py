from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from app.engine.settings import Settings
from app.ui.main_window import MainWindow
from tests.ui.stand_ins import Stage


def test_the_window_fits_a_small_screen(
    qtbot: QtBot, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = SimpleNamespace(availableSize=lambda: QSize(1366, 728))
    monkeypatch.setattr(MainWindow, "screen", lambda _: small)
    window = MainWindow(Settings(), stage.services)
    qtbot.addWidget(window)
    assert window.size() == QSize(1280, 688)
