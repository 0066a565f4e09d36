from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.ui import theme
from app.ui.live.stream_dialog import StreamDialog
from app.ui.translations import speak


@pytest.fixture(params=["en", "de"])
def dialog(
    qtbot: QtBot, qapp: QApplication, request: pytest.FixtureRequest
) -> Iterator[StreamDialog]:
    theme.apply(qapp, False)
    speak(qapp, request.param)
    dialog = StreamDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    yield dialog
    speak(qapp, "en")


def clipped(dialog: StreamDialog) -> list[str]:
    """Texts that have less height than they need at their width."""
    labels = [label for label in dialog.findChildren(QLabel) if label.isVisible()]
    return [one.text() for one in labels if one.height() < one.heightForWidth(one.width())]


def test_the_dialog_grows_for_what_is_wrong(qtbot: QtBot, dialog: StreamDialog) -> None:
    assert clipped(dialog) == []
    before = dialog.height()
    dialog.line.setText("http://a b")
    qtbot.keyClick(dialog.line, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert len(dialog.problem()) > 20
    assert clipped(dialog) == []
    assert dialog.height() > before
    again = dialog.height()
    qtbot.keyClick(dialog.line, Qt.Key.Key_Return)
    assert dialog.height() == again


def test_the_buttons_are_as_the_apps_others(qtbot: QtBot, dialog: StreamDialog) -> None:
    buttons = dialog.findChildren(QPushButton)
    assert [one.text() for one in buttons] in (["Cancel", "Open"], ["Abbrechen", "Öffnen"])
    assert all(one.icon().isNull() for one in buttons)
    assert all(one.toolTip() for one in buttons)
    assert [bool(one.property("primary")) for one in buttons] == [False, True]
    dialog.line.setText("rtsp://10.0.0.7/1")
    with qtbot.waitSignal(dialog.address_chosen):
        buttons[1].click()
    dialog.open()
    buttons[0].click()
    assert not dialog.isVisible()
