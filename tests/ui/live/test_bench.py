from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.core.errors import ModelError, RoomreadError
from app.core.types import Faces, Frame
from app.engine.bench.calibration import Speed
from app.engine.bench.live_case import LiveCase
from app.engine.build import Built
from app.engine.settings import Settings
from app.ui.live import bench
from app.ui.live.bench import Driver, PaintWatch, run_case
from tests.engine.bench import crowds
from tests.fakes import CARD, FakeDetector, fake_pipeline, fake_results


@pytest.fixture
def case(tmp_path: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> LiveCase:
    """Half a second of a class of four, read by fake models."""
    usual = bench._services
    build = lambda settings, say: Built(fake_pipeline(2), "CPU", CARD)  # noqa: E731
    monkeypatch.setattr(bench, "_services", lambda *given: replace(usual(*given), build=build))
    monkeypatch.setattr(bench, "calibrate", lambda: Speed(1000.0, 2000.0, 2))
    return LiveCase(crowds.film(tmp_path), Settings(), seconds=0.6, warm_up=0.3)


def test_a_case_in_the_real_window(case: LiveCase) -> None:
    found = run_case(case)
    assert (found.faces, found.size) == (4, (320, 180))
    assert 0.5 < found.seconds < 3
    assert found.shown_fps > 5
    assert found.follow_fps > 1
    assert 0 < found.picture[0] < 1
    assert 0 < found.latency[0] < 1
    assert found.busy > 0
    assert found.memory > 1e7
    assert {"decode", "detector", "recognizer", "paint"} <= set(found.stages)
    assert found.stages["paint"] > 0
    assert (found.provider, found.screen) == ("CPU", "offscreen")


def test_nothing_of_the_user_is_written(case: LiveCase, own_folders: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    log = Driver(case, folder).run()
    assert log.results
    assert [path.suffix for path in (folder / "sessions").iterdir()] == [".roomread"]
    assert not [path for path in own_folders.rglob("*") if path.is_file()]


def test_what_goes_wrong_is_said(case: LiveCase, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(settings, say):
        raise ModelError("no model")

    usual = bench._services
    monkeypatch.setattr(bench, "_services", lambda *given: replace(usual(*given), build=failing))
    with pytest.raises(RoomreadError, match="no model"):
        run_case(case)


def test_an_analysis_that_fails(case: LiveCase, monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing(FakeDetector):
        def detect(self, frame: Frame, expected: NDArray[np.float64]) -> Faces:
            if len(self.seen) == 3:
                raise ModelError("the model is gone")
            return super().detect(frame, expected)

    def build(settings, say):
        return Built(fake_pipeline(detector=Failing()), "CPU", CARD)

    usual = bench._services
    monkeypatch.setattr(bench, "_services", lambda *given: replace(usual(*given), build=build))
    with pytest.raises(RoomreadError, match="the model is gone"):
        run_case(case)


def test_paints_are_noted_with_what_they_show(qtbot: QtBot) -> None:
    view = QWidget()
    qtbot.addWidget(view)
    watch = PaintWatch(view)
    view.show()
    qtbot.waitExposed(view)
    view.repaint()
    QApplication.processEvents()
    assert not watch.painted  # nothing was given to it yet
    results = fake_results(3)
    frame = type("Frame", (), {"index": 7})()
    watch.expect(frame, None)
    view.repaint(QRect(0, 0, 5, 5))
    QApplication.processEvents()
    watch.expect(frame, results[2])
    view.update()
    qtbot.waitUntil(lambda: len(watch.painted) == 2)
    assert [(one.frame, one.result) for one in watch.painted] == [(7, -1), (7, 2)]
    assert all(one.ended >= one.begun for one in watch.painted)
    assert set(watch.timings) == {2}
