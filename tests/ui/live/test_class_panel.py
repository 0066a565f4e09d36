from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.engine.live.viewmodel import ClassView, empty_view
from app.ui.live.class_panel import ClassPanel
from tests.ui.test_widgets import pixels

SHARES = np.array([0.6, 0.3, 0.1, 0, 0, 0, 0, 0])


@pytest.fixture
def panel(qtbot: QtBot) -> ClassPanel:
    panel = ClassPanel()
    qtbot.addWidget(panel)
    panel.resize(360, 340)
    panel.show()
    return panel


def seen(**more: object) -> ClassView:
    view = replace(
        empty_view(),
        in_view=10,
        shares=SHARES,
        low=np.maximum(SHARES - 0.1, 0),
        high=SHARES + 0.1,
        read=0.8,
        read_low=0.55,
        read_high=0.93,
    )
    return replace(view, **more)  # type: ignore[arg-type]


def drawn(panel: ClassPanel) -> QImage:
    return panel.bars.grab().toImage()


def test_it_says_who_is_in_view_and_how_many_are_read(panel: ClassPanel) -> None:
    assert panel._read.text() == "no faces yet"
    panel.show_view(seen())
    assert panel._count.text() == "10"
    assert panel._read.text() == "80% of faces read\nbetween 55% and 93%"
    assert panel.bars.accessibleDescription().startswith(
        "Of the faces read: neutral 60%, happiness 30%"
    )
    assert panel.bars.accessibleDescription().endswith("Of all faces seen: can't tell 20%")
    panel.show_view(seen(in_view=1))
    assert panel._unit.text() == "student\nin view"


def test_a_wide_band_is_drawn_wider_than_a_narrow_one(panel: ClassPanel) -> None:
    def dark(view: ClassView) -> int:
        panel.show_view(view)
        first_row = pixels(drawn(panel))[18:40, 110:300]
        return int((first_row.max(axis=2) < 140).sum())

    none = dark(seen(low=np.full(8, np.nan), high=np.full(8, np.nan)))
    narrow = dark(seen(low=SHARES - 0.05, high=SHARES + 0.05))
    wide = dark(seen(low=SHARES - 0.3, high=SHARES + 0.3))
    assert none < narrow < wide


def test_shares_of_few_faces_are_withheld(panel: ClassPanel) -> None:
    panel.set_smallest_group(7)
    panel.show_view(seen(withheld=True, class_only=True, shares=np.full(8, np.nan)))
    assert "fewer than 7 faces" in panel.bars.accessibleDescription()
    assert "neutral" not in panel.bars.accessibleDescription()
    assert not panel.change.isVisible()
    panel.show_view(seen())
    assert "neutral 60%" in panel.bars.accessibleDescription()


def test_change_against_rest_is_shown_on_request(panel: ClassPanel, qtbot: QtBot) -> None:
    heard: list[bool] = []
    panel.change_wanted.connect(heard.append)
    panel.show_view(seen())
    panel.change.click()
    assert heard == [True]
    assert "Learning each student's rest" in panel._note.text()
    change = np.array([-0.2, 0.15, 0.05, 0, 0, 0, 0, 0])
    panel.show_view(seen(change=change))
    assert "than at rest" in panel._note.text()
    assert panel.bars.accessibleDescription().startswith(
        "Points against rest: neutral -20, happiness +15"
    )
    image = drawn(panel)
    middle = round((110 + 300) / 2)
    blue, yellow = (86, 180, 233), (240, 228, 66)
    rows = pixels(image).astype(int)
    left = np.flatnonzero((np.abs(rows - blue).max(axis=2) <= 2)[:, 110:300].any(axis=0)) + 110
    right = np.flatnonzero((np.abs(rows - yellow).max(axis=2) <= 2)[:, 110:300].any(axis=0)) + 110
    assert left.max() < middle + 12
    assert right.min() > left.max() - 3
    panel.change.click()
    assert heard == [True, False]
    assert "neutral 60%" in panel.bars.accessibleDescription()


def test_in_a_low_window_the_bars_give_way_and_none_is_cut(qtbot: QtBot) -> None:
    panel = ClassPanel()
    qtbot.addWidget(panel)
    panel.show()
    panel.resize(360, panel.sizeHint().height())
    roomy = panel.bars.height()
    panel.resize(360, panel.minimumSizeHint().height())
    assert panel.bars.height() < roomy
    bars = panel.bars
    assert bars._row() >= bars.fontMetrics().height()
    assert bars.geometry().bottom() < panel._note.geometry().top()
