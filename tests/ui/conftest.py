"""The window off screen; no test may leave a thread or a running timer behind."""

from __future__ import annotations

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before Qt is loaded
os.environ.pop("QT_QPA_PLATFORM_PLUGIN_PATH", None)

import gc
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import platformdirs
import pytest
from PySide6.QtCore import QEvent, QTimer, SignalInstance
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from pytestqt.wait_signal import SignalBlocker

from app.engine.settings import Settings
from app.ui import theme
from app.ui.main_window import MainWindow
from app.ui.services import Services
from tests.ui.stand_ins import Stage
from tests.waiting import PATIENCE

PATIENCE_MS = int(1000 * PATIENCE)


class PatientBot(QtBot):
    """Waits longer than the usual 5 s: another worker's test, or the disk, may take the core."""

    def waitUntil(self, callback: Callable[[], object], *, timeout: int = PATIENCE_MS) -> None:  # noqa: N802
        """Let the event loop run until ``callback`` says so."""
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(  # noqa: N802
        self, signal: SignalInstance, *, timeout: int = PATIENCE_MS, **how: Any
    ) -> SignalBlocker:
        """Let the event loop run until the signal comes; to be used in a ``with``."""
        return super().waitSignal(signal, timeout=timeout, **how)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """In place of pytest-qt's."""
    return PatientBot(request)


@pytest.fixture(autouse=True, scope="module")
def what_was_there_before() -> None:
    """Half a million objects of the modules and tests that are loaded need no look at each leak."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def no_leaks(what_was_there_before: None) -> Iterator[None]:
    """Fail where a test leaves threads or active timers."""
    before = set(threading.enumerate())
    yield
    app = QApplication.instance()
    deadline = time.monotonic() + 3
    while set(threading.enumerate()) - before and time.monotonic() < deadline:
        time.sleep(0.01)
    left = [t.name for t in threading.enumerate() if t not in before]
    if app is not None:
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    # Qt's own one-shot timers for tooltips and menus have no interval that matters; ours do.
    # By type: isinstance would ask every object for __class__, at which some modules warn.
    timers = [t for t in gc.get_objects() if issubclass(type(t), QTimer) and _active(t)]
    assert not left, f"threads left behind: {left}"
    assert not timers, f"timers left running: {timers}"


def _active(timer: QTimer) -> bool:
    try:
        return timer.isActive()
    except RuntimeError:  # its C++ half is gone, and it with it
        return False


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, consent and data of a test lie in a folder of its own, never in the user's."""
    folder = tmp_path / "user"
    monkeypatch.setattr(platformdirs, "user_config_dir", lambda *_, **__: str(folder / "config"))
    monkeypatch.setattr(platformdirs, "user_data_dir", lambda *_, **__: str(folder / "data"))
    return folder


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Fake sources and models for the window."""
    return Stage(tmp_path / "sessions")


@pytest.fixture
def open_window(qtbot: QtBot) -> Iterator[Callable[[Services], MainWindow]]:
    """Makes a window at 1280x800 and closes it after the test, waiting for its threads."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, dark=False)
    windows: list[MainWindow] = []

    def make(services: Services) -> MainWindow:
        window = MainWindow(Settings(), services)
        windows.append(window)
        window.resize(1280, 800)
        window.show()
        qtbot.waitExposed(window)
        return window

    yield make
    for window in windows:
        window.close()
        qtbot.waitUntil(lambda w=window: not w.isVisible(), timeout=15_000)
        window.deleteLater()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def window(open_window: Callable[[Services], MainWindow], stage: Stage) -> MainWindow:
    """A window over ``stage``."""
    return open_window(stage.services)
