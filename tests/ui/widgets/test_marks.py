from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QCheckBox, QRadioButton
from pytestqt.qtbot import QtBot

from app.ui import theme
from app.ui.widgets.marks import mark_icon


def test_a_mark_keeps_its_colour_in_a_selected_row(qtbot: QtBot) -> None:
    icon, size = mark_icon(1), QSize(16, 16)
    usual = icon.pixmap(size, QIcon.Mode.Normal).toImage()
    assert icon.pixmap(size, QIcon.Mode.Selected).toImage() == usual


@pytest.mark.parametrize("dark", [False, True])
def test_a_checked_box_shows_a_tick(qtbot: QtBot, dark: bool) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, dark)
    box, dot = QCheckBox(), QRadioButton()
    for one in (box, dot):
        qtbot.addWidget(one)
        one.setChecked(True)
        one.resize(24, 24)
    image = box.grab().toImage()
    ink = image.pixelColor
    middle = image.height() // 2
    marks = [(x, y) for x in range(2, 15) for y in range(middle - 6, middle + 7)
             if ink(x, y).name() == (theme.DARK if dark else theme.LIGHT).on_accent]  # fmt: skip
    assert marks
    across = [x for x, _ in marks]
    lowest = max(marks, key=lambda at: at[1])[0]
    assert min(across) < lowest < max(across) - 2  # a tick ends high at the right
