from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QAbstractButton, QApplication

from app.core.expressions import MARKS
from app.engine.live.viewmodel import State
from app.ui import theme
from app.ui.main_window import MainWindow
from app.ui.services import Services
from app.ui.wording import clock
from tests.ui.scenes import show_class


def pixels(image: QImage) -> np.ndarray:
    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    return rows[:, : rgb.width() * 3].reshape(rgb.height(), rgb.width(), 3).copy()


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (59.99, "0:59"), (65, "1:05"), (3605, "1:00:05")]
)
def test_clock(seconds: float, text: str) -> None:
    assert clock(seconds) == text


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio."""

    def luminance(name: str) -> float:
        parts = np.array(QColor(name).getRgbF()[:3])
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        return float(linear @ (0.2126, 0.7152, 0.0722))

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [theme.LIGHT, theme.DARK])
def test_text_stands_out(scheme: theme.Colours) -> None:
    assert contrast(scheme.text, scheme.card) >= 7
    assert contrast(scheme.muted, scheme.card) >= 4.5
    assert contrast(scheme.muted, scheme.window) >= 4.5
    assert contrast(scheme.on_accent, scheme.accent) >= 4.5
    assert contrast(scheme.error, scheme.error_ground) >= 4.5
    assert contrast(scheme.text, scheme.info_ground) >= 4.5


@pytest.mark.parametrize("dark", [False, True])
def test_the_whole_window_is_drawn(
    open_window: Callable[[Services], MainWindow], tmp_path: Path, dark: bool
) -> None:
    window = open_window(Services(sessions=tmp_path))
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, dark)
    show_class(window, 40, {1: "Mia"})
    app.processEvents()
    shown = window.grab().toImage()
    assert (shown.width(), shown.height()) == (1280, 800)
    image = pixels(shown)
    ground = QColor((theme.DARK if dark else theme.LIGHT).window)
    assert tuple(image[5, 5]) == (ground.red(), ground.green(), ground.blue())
    for widget in (
        window.live.video,
        window.live.panel,
        window.live.students,
        window.live.timeline,
        window.live.status,
    ):
        corner = widget.mapTo(window, QPoint(0, 0))
        part = image[
            corner.y() : corner.y() + widget.height(), corner.x() : corner.x() + widget.width()
        ]
        assert len(np.unique(part.reshape(-1, 3), axis=0)) > 20, type(widget).__name__
        assert part.std() > 8, type(widget).__name__
    for mark in MARKS[:4]:  # bars or timeline show every colour that the class shows
        assert (np.abs(image.astype(int) - mark.colour).max(axis=2) <= 2).sum() > 100
    theme.apply(app, dark=False)


def test_nothing_is_cut_off_at_the_smallest_size(
    open_window: Callable[[Services], MainWindow], tmp_path: Path
) -> None:
    window = open_window(Services(sessions=tmp_path))
    show_class(window, 12)
    window.live.controls.show_source("a recording with a very long name " * 8 + ".mp4")
    window.live.controls.show_state(State.DONE, live=False, exportable=True, exporting=False)
    window.resize(window.minimumSize())
    QApplication.processEvents()
    controls = window.live.controls
    for button in controls.findChildren(QAbstractButton):
        if not button.isVisible():
            continue
        assert button.width() >= button.sizeHint().width(), button.text()
        assert button.geometry().right() <= controls.width()
    bars = window.live.panel.bars
    assert bars.height() >= bars.minimumSizeHint().height()
