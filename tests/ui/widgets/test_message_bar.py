from __future__ import annotations

import pytest
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ui import theme
from app.ui.widgets.message_bar import OFFER_KEYS, MessageBar, Offer


@pytest.mark.parametrize("dark", [False, True])
def test_three_kinds_differ_in_word_colour_and_shape(qtbot: QtBot, dark: bool) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, dark)
    bar = MessageBar()
    qtbot.addWidget(bar)
    said, drawn, colours = set(), set(), set()
    for show in (
        lambda: bar.show_message("x", error=True),
        lambda: bar.show_message("x", error=False),
        lambda: bar.show_note("x"),
    ):
        show()
        said.add(bar._kind.text())
        image = bar._mark.grab().toImage()
        ground = image.pixelColor(0, 0)
        shape = [image.pixelColor(x, y) != ground for x in range(18) for y in range(18)]
        drawn.add(tuple(shape))
        colours.add(bar.grab().toImage().pixelColor(bar.width() - 4, bar.height() // 2).name())
    assert said == {"Problem", "Done", "Note"}
    assert len(drawn) == len(colours) == 3
    assert not bar.is_error()


def test_what_is_offered_goes_with_its_message(qtbot: QtBot) -> None:
    bar, done = MessageBar(), []
    qtbot.addWidget(bar)
    offer = Offer("Open", "Show the report", lambda: done.append(1))
    bar.offer(offer)
    assert bar.offer_button.isHidden(), "there is no message that it belongs to"
    bar.show_message("x", error=False)
    bar.offer(offer)
    bar.show()
    assert bar.offer_button.isVisible()
    assert bar.offer_button.accessibleName() == "Open"
    assert "Ctrl" in bar.offer_button.toolTip()
    bar.offer_button.click()
    keys = [one for one in bar.findChildren(QShortcut) if one.key() == QKeySequence(OFFER_KEYS)]
    keys[0].activated.emit()
    assert done == [1, 1]
    bar.show_note("y")
    assert bar.offer_button.isHidden()
    keys[0].activated.emit()
    assert done == [1, 1]
    bar.offer(offer)
    bar.dismiss()
    bar.show_note("z")
    assert bar.offer_button.isHidden()
