from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.engine.user_data import Wiped
from app.ui.dialogs.farewell import Farewell

SMALLEST = QSize(1080, 640)


@pytest.mark.parametrize("count", [0, 3, 400])
def test_it_fits_the_smallest_window_however_long_the_list(qtbot: QtBot, count: int) -> None:
    problems = tuple(f"/home/ada/Recordings/lesson {n}/x is not there now" for n in range(count))
    left = tuple(Path(f"/home/ada/Recordings/lesson {n}") for n in range(count))
    farewell = Farewell(Wiped(count, problems, left))
    qtbot.addWidget(farewell)
    farewell.show()
    qtbot.waitExposed(farewell)
    assert farewell.height() <= SMALLEST.height() - 40
    assert farewell.width() <= SMALLEST.width()
    button = farewell.close_button
    assert farewell.rect().contains(button.geometry())
    assert farewell.focusWidget() is button
    bar = farewell.area.verticalScrollBar()
    assert (bar.maximum() > 0) == (count == 400), "a short list is seen at once"
    if count == 400:
        farewell.area.setFocus()
        QTest.keyClick(farewell.area, Qt.Key.Key_PageDown)
        assert bar.value() > 0
        bar.setValue(bar.maximum())
        end = farewell.text.mapTo(farewell.area, QPoint(0, farewell.text.height()))
        assert end.y() <= farewell.area.height()
