from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.ui.widgets.elided_label import ElidedLabel
from tests.ui.palette import save_small
from tests.ui.screenshot import DARK, SCENES, scene


def cut(window: QWidget) -> list[str]:
    """Texts that have less room than they need, of labels and buttons that are seen."""
    found = []
    for widget in (*window.findChildren(QLabel), *window.findChildren(QAbstractButton)):
        text = widget.text()
        if not text or not widget.isVisible() or isinstance(widget, ElidedLabel):
            continue
        wraps = isinstance(widget, QLabel) and widget.wordWrap()
        height = widget.heightForWidth(widget.width()) if wraps else widget.sizeHint().height()
        narrow = not wraps and widget.width() < widget.sizeHint().width()
        hidden = not _scrolls(widget) and _seen(widget) != widget.rect()
        if narrow or widget.height() < height or hidden:
            found.append(text)
    return found


def _seen(widget: QWidget) -> QRect:
    return widget.visibleRegion().boundingRect()


def _scrolls(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    return parent is not None and (isinstance(parent, QAbstractScrollArea) or _scrolls(parent))


def colours(image: QImage) -> NDArray[np.int16]:
    """(pixels, 3) of a picture."""
    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    return np.frombuffer(rgb.constBits(), np.uint8).astype(np.int16).reshape(-1, 3)


@pytest.mark.parametrize(("name", "dark"), [("analyse-empty", False), ("review-12", True)])
def test_a_picture_is_drawn_whole_and_small(
    qtbot: QtBot, tmp_path: Path, name: str, dark: bool
) -> None:
    path = tmp_path / "picture.png"
    with scene(name, dark, tmp_path) as window:
        assert cut(window) == []
        drawn = window.grab().toImage()
        save_small(drawn, path)
    assert path.stat().st_size < 120_000
    read = QImage(str(path))
    assert read.size() == drawn.size()
    assert read.format() == QImage.Format.Format_Indexed8
    off = np.abs(colours(drawn) - colours(read))
    assert off.mean() < 2.0
    assert (off > 40).mean() < 0.001
    assert len(np.unique(colours(read) @ np.array([1 << 16, 1 << 8, 1]))) > 30


def test_a_text_without_room_is_noticed(qtbot: QtBot) -> None:
    label = QLabel("Single videos or whole folders")
    qtbot.addWidget(label)
    label.show()
    assert cut(label.window()) == []  # a window is not its own child
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(400, 100)
    label.setParent(parent)
    label.show()
    parent.show()
    for short in ((80, 30), (300, 8)):
        label.resize(*short)
        assert cut(parent) == [label.text()]
    label.resize(label.sizeHint())
    assert cut(parent) == []
    label.move(395, 0)
    assert cut(parent) == [label.text()]


def test_every_workspace_is_drawn_in_every_state() -> None:
    states = {"empty", "12", "40", "class-only", "error"}
    wanted = {f"{page}-{state}" for page in ("live", "analyse", "review") for state in states}
    assert wanted < SCENES.keys()
    assert {name.partition("-")[0] for name in DARK} == {"live", "analyse", "review"}
