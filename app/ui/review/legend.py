"""What the colours and shapes mean, in one row, or in some of equal length."""

from __future__ import annotations

from bisect import bisect_left

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.core.expressions import LABELS, UNKNOWN
from app.ui.review.timeline_paint import REST
from app.ui.theme import colours
from app.ui.widgets.marks import paint_mark, word

MARK, ROW = 11, 18
GAPS = (10, 7)
"""Pixels between two entries; the smaller where that saves a row."""
_REST, _WITHHELD = len(LABELS), len(LABELS) + 1
"""Places of "as at rest" and "withheld" among the entries."""


class Legend(QWidget):
    """Mark and word of every expression."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Legend"))
        self._entries: tuple[int, ...] = (*range(len(LABELS)), UNKNOWN)
        self.show_more(False, False)

    def show_more(self, rest: bool, withheld: bool) -> None:
        """Whether "as at rest" and the hatching of "withheld" are among the entries."""
        more = (_REST,) * rest + (_WITHHELD,) * withheld
        self._entries = (*range(len(LABELS)), UNKNOWN, *more)
        self.setAccessibleDescription(", ".join(self._word(one) for one in self._entries))
        self._fit()
        self.update()

    def _word(self, entry: int) -> str:
        if entry == _WITHHELD:
            return self.tr("withheld: too few faces")
        return self.tr("as at rest") if entry == _REST else word(entry)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Preferred size."""
        return QSize(400, self.height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """It gives way."""
        return QSize(200, self.height())

    def _small(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(9.0)
        return font

    def _places(self) -> list[tuple[int, float, float]]:
        """(label, x, y) of every entry."""
        metrics = QFontMetricsF(self._small())
        wide = [MARK + 5 + metrics.horizontalAdvance(self._word(one)) for one in self._entries]
        room = max(self.width(), int(max(wide)) + 1)
        gap = min(GAPS, key=lambda one: _rows(wide, one, room))
        fewest = _rows(wide, gap, room)
        # The least width that takes no more rows: none of them holds a single entry.
        room = bisect_left(range(room), True, key=lambda less: _rows(wide, gap, less) <= fewest)
        spots = _spots(wide, gap, room)
        return [(label, x, y) for label, (x, y) in zip(self._entries, spots, strict=True)]

    def _fit(self) -> None:
        self.setFixedHeight(int(self._places()[-1][2]) + ROW)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Take one row or more."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Follow a change of the font or language."""
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.LanguageChange}:
            self._fit()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw every entry."""
        painter = QPainter(self)
        painter.setFont(self._small())
        painter.setPen(QColor(colours(self.palette()).muted))
        for label, x, y in self._places():
            spot = QRectF(x, y + (ROW - MARK) / 2, MARK, MARK)
            if label == _REST:
                painter.fillRect(spot, REST)
            elif label == _WITHHELD:
                hatching = QBrush(painter.pen().color(), Qt.BrushStyle.BDiagPattern)
                painter.fillRect(spot, hatching)
                painter.drawRect(spot)
            else:
                paint_mark(painter, label, spot)
            where = QRectF(x + MARK + 5, y, self.width(), ROW)
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter, self._word(label))
        painter.end()


def _spots(wide: list[float], gap: int, room: int) -> list[tuple[float, float]]:
    """(x, y) of entries as wide as these, in rows as wide as ``room``, all in pixels."""
    spots, x, y = [], 0.0, 0.0
    for one in wide:
        if x and x + one > room:
            x, y = 0.0, y + ROW
        spots.append((x, y))
        x += one + gap
    return spots


def _rows(wide: list[float], gap: int, room: int) -> int:
    return len({y for _, y in _spots(wide, gap, room)})
