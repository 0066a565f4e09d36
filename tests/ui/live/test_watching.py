from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.core.types import Frame
from app.engine.live.schedule import Plan
from app.engine.live.state import LiveState, LiveStats, LiveView
from app.engine.live.viewmodel import State, empty_view
from app.ui.live import watching
from app.ui.live.watching import Watching

CAMERA_MS = 1000 / 30
PIXELS = np.zeros((4, 4, 3), np.uint8)


class Clock:
    """Stands in for ``QElapsedTimer``; all read one time, in ms."""

    now = 0.0

    def __init__(self) -> None:
        self._since = Clock.now

    def start(self) -> None:
        self._since = Clock.now

    restart = start

    def elapsed(self) -> float:
        return Clock.now - self._since


class Camera:
    """A session that is given a picture whenever 30 a second are due."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.view = plan, empty_view()
        self._last = LiveView(Frame(PIXELS, 0, 0.0), None)

    def start(self) -> None:
        pass

    def latest(self) -> LiveView:
        index = int(Clock.now / CAMERA_MS)
        if index != self._last.frame.index:
            self._last = LiveView(Frame(PIXELS, index, index / 30), None)
        return self._last

    def stats(self) -> LiveStats:
        return LiveStats(LiveState.RUNNING, 0, 0, 0, 30.0, 10.0, None, False, plan=self.plan)


class Screen:
    """Takes the pictures; (time of the camera, time shown) in ms."""

    frame = result = None

    def __init__(self) -> None:
        self.shown: list[tuple[float, float]] = []

    def begin(self) -> None:
        pass

    def speed(self) -> float:
        return 0.0

    def show(self, view: LiveView) -> None:
        self.shown.append((view.frame.index * CAMERA_MS, Clock.now))


@pytest.fixture
def watch(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Plan], Screen]]:
    """Looks at a camera for ten seconds of a clock of its own."""
    monkeypatch.setattr(watching, "QElapsedTimer", Clock)
    monkeypatch.setattr(Clock, "now", 0.0)
    made: list[Watching] = []

    def run(plan: Plan) -> Screen:
        class Owner(QObject):
            state, provider, exporting = State.RUNNING, "CPU", False
            sources = SimpleNamespace(info=None)

        owner, screen = Owner(), Screen()
        looking: Any = Watching(owner, screen)  # type: ignore[arg-type]
        made.append(looking)
        looking._keep_owner = owner
        looking.begin(Camera(plan))
        for tick in range(1, 10_000 // watching.POLL_MS):
            Clock.now = float(tick * watching.POLL_MS)
            looking._poll()
        return screen

    yield run
    for looking in made:
        looking.pause()


def test_every_picture_of_a_camera_is_shown_and_none_waits_long(
    watch: Callable[[Plan], Screen],
) -> None:
    shown = watch(Plan()).shown
    assert len(shown) == pytest.approx(299, abs=2)
    assert max(at - taken for taken, at in shown) <= watching.POLL_MS


def test_a_lower_display_rate_of_the_plan_is_kept(watch: Callable[[Plan], Screen]) -> None:
    shown = watch(Plan(display_fps=15.0)).shown
    assert len(shown) == pytest.approx(150, abs=12)
    assert max(at - taken for taken, at in shown) <= CAMERA_MS + watching.POLL_MS
