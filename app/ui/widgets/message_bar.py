"""The bar for messages, one line at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
    QShortcut,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from app.ui.theme import colours

SIDE: Final = 18
"""Side of the mark, pixels."""
OFFER_KEYS: Final = "Ctrl+Shift+Return"


@dataclass(frozen=True, slots=True)
class Offer:
    """Something to do about a message.

    Attributes:
        label: of the button.
        tip: what it does.
        act: does it.
    """

    label: str
    tip: str
    act: Callable[[], None]


class KindMark(QWidget):
    """What kind of message it is, as a shape: a triangle, a disc or a tick."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(SIDE, SIDE)
        self.kind = "info"

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw it."""
        scheme = colours(self.palette())
        fill = {"error": scheme.error, "note": scheme.note}.get(self.kind, scheme.accent)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(fill))
        ink = QPen(QColor(scheme.card), 2.0)
        if self.kind == "error":
            painter.drawPolygon([QPointF(9, 1), QPointF(17.5, 17), QPointF(0.5, 17)])
            strokes = [QLineF(9, 6.5, 9, 11), QLineF(9, 14, 9, 14.1)]
        elif self.kind == "note":
            painter.drawEllipse(QRectF(1, 1, 16, 16))
            strokes = [QLineF(9, 5, 9, 5.1), QLineF(9, 8.5, 9, 13)]
        else:
            ink = QPen(QColor(fill), 3.0)
            strokes = [QLineF(2.5, 9.5, 7, 14), QLineF(7, 14, 15.5, 4)]
        ink.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(ink)
        painter.drawLines(strokes)
        painter.end()


class MessageBar(QFrame):
    """One message above the picture until the user has read it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 8, 8)
        row.setSpacing(10)
        self._kind = QLabel()
        self._kind.setProperty("role", "kind")
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._offer: Offer | None = None
        self.offer_button = QPushButton()
        self.offer_button.clicked.connect(self._on_offer)
        QShortcut(QKeySequence(OFFER_KEYS), self, self._on_offer)
        self._close = QPushButton(self.tr("Got it"))
        self._close.setAccessibleName(self.tr("Close the message"))
        self._close.setToolTip(self.tr("Close the message (Esc)"))
        self._close.clicked.connect(self.dismiss)
        QShortcut(QKeySequence("Esc"), self, self.dismiss)
        self._mark = KindMark()
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._kind, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._text, 1)
        row.addWidget(self.offer_button)
        row.addWidget(self._close)
        self._withdraw()
        self.hide()

    def show_message(self, text: str, error: bool) -> None:
        """Say a problem, or what is done; the newest message replaces the one before."""
        if error:
            self._show("error", self.tr("Problem"), text)
        else:
            self._show("info", self.tr("Done"), text)

    def show_note(self, text: str) -> None:
        """Say what is good to know, where nothing went wrong and nothing was asked for."""
        self._show("note", self.tr("Note"), text)

    def offer(self, offer: Offer) -> None:
        """Show a button beside the message that was said last; it goes with the message."""
        if self.isHidden():
            return
        self._offer = offer
        keys = QKeySequence(OFFER_KEYS).toString(QKeySequence.SequenceFormat.NativeText)
        self.offer_button.setText(offer.label)
        self.offer_button.setAccessibleName(offer.label)
        self.offer_button.setAccessibleDescription(offer.tip)
        self.offer_button.setToolTip(f"{offer.tip} ({keys})")
        self.offer_button.show()

    def _on_offer(self) -> None:
        if self._offer is not None:
            self._offer.act()

    def _withdraw(self) -> None:
        self._offer = None
        self.offer_button.hide()

    def _show(self, kind: str, heading: str, text: str) -> None:
        """Show one line of plain text."""
        self._withdraw()
        self._mark.kind = kind
        self._kind.setText(heading)
        self._text.setText(text)
        self._text.setAccessibleName(f"{self._kind.text()}: {text}")
        self.setProperty("bar", kind)
        for widget in (self, self._kind):  # a style sheet looks at properties once only
            widget.style().unpolish(widget)
            widget.style().polish(widget)
        self.show()
        QAccessible.updateAccessibility(QAccessibleEvent(self._text, QAccessible.Event.Alert))

    def text(self) -> str:
        """What it reads; "" when closed."""
        return "" if self.isHidden() else self._text.text()

    def is_error(self) -> bool:
        """Whether the message shown is an error."""
        return bool(self.text()) and self.property("bar") == "error"

    def dismiss(self) -> None:
        """Close it."""
        self._withdraw()
        self.hide()
