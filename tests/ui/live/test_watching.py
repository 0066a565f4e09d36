from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any, Protocol

import numpy as np
import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.core.types import Expressions, Faces, Frame, FrameResult
from app.engine.live.schedule import Plan
from app.engine.live.state import LiveState, LiveStats, LiveView
from app.engine.live.viewmodel import State, empty_view
from app.ui.live import watching
from app.ui.live.watching import Watching

CAMERA_MS = 1000 / 30
POLL = watching.POLL_MS
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


def found_nothing() -> FrameResult:
    return FrameResult(0, 0.0, (4, 4), Faces.empty(), Expressions.unread(0))


class Camera:
    """A session that is given 30 pictures a second, each a little late."""

    def __init__(self, plan: Plan, jitter: float = 0.0) -> None:
        self.plan, self.view = plan, empty_view()
        late = np.random.default_rng(0).uniform(0.0, jitter, 300) if jitter else np.zeros(300)
        self.times = np.maximum.accumulate(np.arange(300) * CAMERA_MS + late)
        self._last = LiveView(Frame(PIXELS, 0, 0.0), None)

    def start(self) -> None:
        pass

    def latest(self) -> LiveView:
        index = int(np.searchsorted(self.times, Clock.now, side="right")) - 1
        if index > self._last.frame.index:
            self._last = LiveView(Frame(PIXELS, index, index / 30), self._last.result)
        return self._last

    def find(self) -> None:
        """Something was found in a picture: the newest one is shown with it from now on."""
        self._last = LiveView(self.latest().frame, found_nothing())

    def stats(self) -> LiveStats:
        return LiveStats(LiveState.RUNNING, 0, 0, 0, 30.0, 10.0, None, False, plan=self.plan)


class Screen:
    """Takes the pictures; (time of the camera, time shown) in ms."""

    frame = result = None

    def __init__(self) -> None:
        self.shown: list[tuple[float, float]] = []
        self.pictures: set[int] = set()
        self.results = 0

    def begin(self) -> None:
        pass

    def speed(self) -> float:
        return 0.0

    def show(self, view: LiveView) -> None:
        self.shown.append((view.frame.index * CAMERA_MS, Clock.now))
        self.pictures.add(view.frame.index)
        self.results += view.result is not None


class Look(Protocol):
    """Looks at a camera for ten seconds of a clock of its own."""

    def __call__(self, plan: Plan, jitter: float = 0.0, found: Sequence[float] = ()) -> Screen: ...


@pytest.fixture
def watch(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Look]:
    """``jitter``: ms that a picture comes late at most; ``found``: ms at which something was found
    in one."""
    monkeypatch.setattr(watching, "QElapsedTimer", Clock)
    monkeypatch.setattr(Clock, "now", 0.0)
    made: list[Watching] = []

    def run(plan: Plan, jitter: float = 0.0, found: Sequence[float] = ()) -> Screen:
        class Owner(QObject):
            state, provider, exporting = State.RUNNING, "CPU", False
            sources = SimpleNamespace(info=None)

        owner, screen, camera = Owner(), Screen(), Camera(plan, jitter)
        looking: Any = Watching(owner, screen)  # type: ignore[arg-type]
        made.append(looking)
        looking._keep_owner = owner
        looking.begin(camera)

        happens = [(tick, looking._poll) for tick in range(POLL, 10_000, POLL)]
        happens += [(at, camera.find) for at in found]
        for at, what in sorted(happens, key=lambda one: one[0]):
            Clock.now = float(at)
            what()
        return screen

    yield run
    for looking in made:
        looking.pause()


def test_every_picture_of_a_camera_is_shown_and_none_waits_long(watch: Look) -> None:
    shown = watch(Plan()).shown
    assert len(shown) == pytest.approx(299, abs=2)
    assert max(at - taken for taken, at in shown) <= POLL


@pytest.mark.parametrize("late", [2.0, 12.0, 20.0, 24.0, 28.0, 31.0])
def test_what_is_found_in_a_picture_takes_no_other_pictures_place(watch: Look, late: float) -> None:
    found = np.arange(4, 296, 3) * CAMERA_MS + late  # 10 times a second
    screen = watch(Plan(), found=list(found))
    assert len(screen.pictures) >= 299
    assert screen.results >= len(found)


def test_no_picture_is_missed_where_they_come_unevenly(watch: Look) -> None:
    found = np.arange(4, 296, 3) * CAMERA_MS + 26.0
    screen = watch(Plan(), jitter=15.0, found=list(found))
    assert len(screen.pictures) >= 297


def test_a_lower_display_rate_of_the_plan_is_kept(watch: Look) -> None:
    shown = watch(Plan(display_fps=15.0)).shown
    assert len(shown) == pytest.approx(150, abs=12)
    assert max(at - taken for taken, at in shown) <= CAMERA_MS + POLL


def test_a_lower_display_rate_is_kept_where_pictures_come_unevenly_and_much_is_found(
    watch: Look,
) -> None:
    found = np.arange(4, 296, 3) * CAMERA_MS + 26.0
    screen = watch(Plan(display_fps=15.0), jitter=15.0, found=list(found))
    assert len(screen.pictures) == pytest.approx(150, abs=12)
