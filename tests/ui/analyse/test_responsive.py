"""Two hundred recordings never block the window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.engine.settings import Settings
from app.ui.analyse.workspace import AnalyseWorkspace
from tests.fakes import write_video
from tests.ui.stand_ins import Stage
from tests.ui.watchdog import never_blocks

CONTROL, ROWS = Qt.KeyboardModifier.ControlModifier, 200


@pytest.mark.alone
def test_two_hundred_rows(qtbot: QtBot, stage: Stage, tmp_path: Path) -> None:
    page = AnalyseWorkspace(Settings(), stage.services)
    qtbot.addWidget(page)
    page.resize(1160, 760)
    page.show()
    page.enter()
    page.hold(True)
    table, settle = page.page.table, lambda: qtbot.wait(350)
    write_video(tmp_path / "0.mp4", 3)
    clip = (tmp_path / "0.mp4").read_bytes()
    paths = [tmp_path / f"{number:03}.mp4" for number in range(ROWS)]
    for path in paths:
        path.write_bytes(clip)
    page.add(paths)
    qtbot.waitUntil(lambda: table.rows.rowCount() == ROWS)

    def scroll() -> None:
        for value in np.linspace(0, table.verticalScrollBar().maximum(), 25):
            table.verticalScrollBar().setValue(round(value))
            qtbot.wait(8)

    def move_all_but_one() -> None:
        table.selectAll()
        QTest.mouseClick(
            table.viewport(),
            Qt.MouseButton.LeftButton,
            CONTROL,
            QPoint(60, 20 + table.height() // 2),
        )
        QTest.keyClick(table, Qt.Key.Key_Down, CONTROL)

    never_blocks(scroll, settle, tries=3)
    table.setFocus()
    before = [row.number for row in table.rows.rows]
    never_blocks(move_all_but_one, settle)
    assert [row.number for row in table.rows.rows] != before
    assert len(table.chosen()) == ROWS - 1
    with qtbot.waitSignal(page.closed):
        page.shut_down()
