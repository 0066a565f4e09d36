"""The class as it is now: students in view and the share of each expression."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.core.expressions import LABELS
from app.engine.viewmodel import ClassView, empty_view
from app.ui.theme import colours
from app.ui.widgets.card import card
from app.ui.widgets.marks import UNKNOWN, colour, paint_mark, word

ROWS = (*range(len(LABELS)), UNKNOWN)
"""Label indices in the order of the bars; "can't tell" last."""


class ShareBars(QWidget):
    """One bar an expression: mark, word, bar, per cent.

    Expressions are shares of the faces read; "can't tell" is the share of the faces seen.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shares = np.full(len(ROWS), np.nan)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Share of each expression now")

    def sizeHint(self) -> QSize:  # noqa: N802
        """Preferred size."""
        return QSize(300, len(ROWS) * self._row() + 9)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Smallest size at which nothing is cut."""
        return QSize(240, self.sizeHint().height())

    def _row(self) -> int:
        return self.fontMetrics().height() + 8

    def show_shares(self, shares: NDArray[np.float64], read: float) -> None:
        """Shares (8,) of the faces read, and the share of the faces seen that were read."""
        self._shares = np.append(shares, 1.0 - read)
        said = [
            f"{word(label)} {share:.0%}"
            for label, share in zip(ROWS, self._shares.tolist(), strict=True)
            if math.isfinite(share)
        ]
        self.setAccessibleDescription(", ".join(said) or "no faces read yet")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw every row."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scheme = colours(self.palette())
        metrics = self.fontMetrics()
        words = max(metrics.horizontalAdvance(word(label)) for label in ROWS)
        number = metrics.horizontalAdvance("100 %") + 6
        left = 22 + words + 12
        row, y = self._row(), 0.0
        for label, share in zip(ROWS, self._shares.tolist(), strict=True):
            if label == UNKNOWN:
                painter.setPen(QColor(scheme.border))
                painter.drawLine(0, int(y + 4), self.width(), int(y + 4))
                y += 9
            middle = y + row / 2
            paint_mark(painter, label, QRectF(1, middle - 7, 14, 14))
            painter.setPen(QColor(scheme.text if math.isfinite(share) else scheme.muted))
            flags = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(22, y, words + 4, row), flags, word(label))
            track = QRectF(left, middle - 6, max(10.0, self.width() - left - number), 12)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(scheme.track))
            painter.drawRoundedRect(track, 3, 3)
            known = math.isfinite(share)
            if known and share > 0.004:
                fill = QRectF(track)
                fill.setWidth(max(4.0, track.width() * share))
                painter.setBrush(colour(label))
                painter.setPen(colour(label).darker(130))
                painter.drawRoundedRect(fill.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
            painter.setPen(QColor(scheme.text if known else scheme.muted))
            text = f"{share * 100:.0f} %" if known else "–"
            right = QRectF(self.width() - number, y, number, row)
            painter.drawText(right, flags | Qt.AlignmentFlag.AlignRight, text)
            y += row
        painter.end()


class ClassPanel(QFrame):
    """The card "Class now"."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        frame, layout = card("Class now")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)
        head = QHBoxLayout()
        head.setSpacing(10)
        self._count = QLabel("0")
        self._count.setProperty("role", "figure")
        self._count.setAccessibleName("Students in view")
        self._unit = QLabel("students\nin view")
        self._read = QLabel()
        self._read.setProperty("role", "muted")
        self._read.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._read.setAccessibleName("Faces read")
        head.addWidget(self._count)
        head.addWidget(self._unit)
        head.addStretch(1)
        head.addWidget(self._read)
        layout.addLayout(head)
        self.bars = ShareBars()
        layout.addWidget(self.bars)
        note = QLabel("What faces show in the last seconds, not what students feel.")
        note.setProperty("role", "muted")
        note.setWordWrap(True)
        layout.addWidget(note)
        self.show_view(empty_view())

    def show_view(self, view: ClassView) -> None:
        """Show the newest view of the class."""
        self._count.setText(str(view.in_view))
        self._unit.setText("student\nin view" if view.in_view == 1 else "students\nin view")
        if math.isfinite(view.read):
            self._read.setText(f"{view.read * 100:.0f} % of faces read\nin the last seconds")
        else:
            self._read.setText("no faces yet")
        self.bars.show_shares(view.shares, view.read)
