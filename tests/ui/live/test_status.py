from __future__ import annotations

import math
from types import SimpleNamespace

import pytest
from pytestqt.qtbot import QtBot

from app.engine.live.schedule import Plan
from app.engine.live.state import LiveState, LiveStats
from app.engine.live.viewmodel import State
from app.ui.live import workspace
from app.ui.live.status import Figures, StatusBar, figures
from app.ui.main_window import MainWindow

STATS = LiveStats(LiveState.RUNNING, 300, 90, 210, 30.0, 9.0, None, False)


@pytest.fixture
def bar(qtbot: QtBot) -> StatusBar:
    bar = StatusBar()
    qtbot.addWidget(bar)
    return bar


def test_of_a_camera_it_says_what_the_schedule_does(bar: StatusBar) -> None:
    bar.show_figures(
        Figures(29.7, 9.8, 29, 210, "CPU", reads=4.96, reads_least=4.1, busy=0.62, plan=Plan())
    )
    assert bar.text("shown") == "Shown 30 fps"
    assert bar.text("analysed") == "Followed 9.8 fps"
    assert bar.text("reads") == "Read 5.0/s, slowest 4.1/s"
    assert "aims at 5.0" in bar.tip("reads")
    assert bar.text("busy") == "Computer 62%"
    assert "210 pictures" in bar.tip("analysed")
    assert bar.text("skipped") == ""


def test_of_a_recording_it_says_what_is_skipped_and_nothing_of_a_schedule(bar: StatusBar) -> None:
    bar.show_figures(Figures(20.0, 12.0, 29, 0, "CPU", reads=12.0, reads_least=11.0))
    assert bar.text("analysed") == "Analysed 12.0 fps"
    assert bar.text("skipped") == "Skipped 0"
    assert bar.text("reads") == bar.text("busy") == ""


def test_figures_of_the_schedule_are_the_runners() -> None:
    live = LiveStats(
        LiveState.RUNNING, 300, 90, 210, 30.0, 9.0, None, False,
        follow_fps=9.5, reads=4.0, reads_least=2.0, busy=0.5, plan=Plan(6.0, 3.0, 15.0),
    )  # fmt: skip
    said = figures(live, None, 28.0, "CPU")
    assert (said.shown_fps, said.analysed_fps, said.busy) == (28.0, 9.5, 0.5)
    assert (said.reads, said.reads_least, said.plan) == (4.0, 2.0, live.plan)
    assert figures(STATS, None, 28.0, "CPU").analysed_fps == 9.0
    still = figures(live, None, None, "CPU")
    assert still.analysed_fps == 0.0
    assert math.isnan(still.reads)
    assert still.skipped == 210


@pytest.mark.parametrize(("reads", "said"), [(2.0, True), (4.0, False)])
def test_a_computer_that_reads_too_seldom_says_what_helps(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, reads: float, said: bool
) -> None:
    live = window.live
    monkeypatch.setattr(type(live.controller), "state", State.RUNNING)
    clock = iter(range(0, 1000, 2))
    now = SimpleNamespace(monotonic=lambda: float(next(clock)))
    monkeypatch.setattr(workspace, "time", now)  # not everybody's
    for _ in range(4):
        live._on_figures(Figures(15.0, 6.0, 50, 9, "CPU", reads, 1.0, 0.8, Plan(6.0, reads)))
    assert ("smaller picture size" in window.messages.text()) is said
    monkeypatch.undo()
