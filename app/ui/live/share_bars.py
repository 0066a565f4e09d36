"""One bar an expression: its share now with a confidence band, or its change against rest."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.core.expressions import LABELS, UNKNOWN
from app.core.palette import Colours
from app.engine.live.viewmodel import ClassView
from app.ui.theme import colours
from app.ui.widgets.marks import colour, paint_mark, word
from app.ui.wording import percent

ROWS = (*range(len(LABELS)), UNKNOWN)
"""Label indices in the order of the bars; "can't tell" last."""
_STEPS = (0.1, 0.25, 0.5, 1.0)
"""Probabilities that the scale of changes may reach to each side."""
_MARK, _LEFT = 14, 22


class ShareBars(QWidget):
    """Mark, word, bar and number of each expression.

    Shares are of the faces read; "can't tell" is the share of the faces seen. Changes are in
    points of probability, to both sides of zero.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        none = np.full(len(ROWS), np.nan)
        self._shares = self._low = self._high = self._change = none
        self._as_change = False
        self._instead = ""
        self._reach = _STEPS[0]
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.show_change(False)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Preferred size."""
        return QSize(300, self._height_of(self.fontMetrics().height() + 5))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Smallest size at which nothing is cut: rows stand closer in a low window."""
        return QSize(240, self._height_of(self.fontMetrics().height()))

    def _height_of(self, row: int) -> int:
        return math.ceil(len(ROWS) * row + 2 * self._caption())

    def _row(self) -> float:
        """Height of a row: they share the height there is."""
        return (self.height() - 2 * self._caption()) / len(ROWS)

    def _small(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(9.0)
        return font

    def _caption(self) -> float:
        """Height of the line that says of what the numbers below are shares."""
        return QFontMetricsF(self._small()).height() + 3

    def _captions(self) -> tuple[str, str]:
        """Over the expressions and over "can't tell": they do not add up to 100 %."""
        if self._as_change:
            return self.tr("Points against rest"), ""
        return self.tr("Of the faces read"), self.tr("Of all faces seen")

    def show_view(self, view: ClassView) -> None:
        """Show the newest view of the class."""
        self._shares = np.append(view.shares, 1.0 - view.read)
        self._low = np.append(view.low, 1.0 - view.read_high)
        self._high = np.append(view.high, 1.0 - view.read_low)
        self._change = np.append(view.change, np.nan)
        largest = float(np.nan_to_num(np.abs(self._change)).max())
        self._reach = next((step for step in _STEPS if largest <= step), _STEPS[-1])
        self._say()

    def show_change(self, wanted: bool) -> None:
        """Show changes against rest instead of shares, or shares again."""
        self._as_change = wanted
        if wanted:
            self.setAccessibleName(self.tr("Change of each expression against rest"))
            self.setToolTip(
                self.tr(
                    "How much more or less of each expression than the same students show at "
                    "rest, in points of probability; every student counts the same"
                )
            )
        else:
            self.setAccessibleName(self.tr("Share of each expression now"))
            self.setToolTip(
                self.tr(
                    "Share of each expression among the faces read in the last seconds. The thin "
                    "line is its 95% confidence band, the range in which chance leaves it: few "
                    "students read at a time, wide band."
                )
            )
        self._say()

    def show_instead(self, text: str) -> None:
        """Show a text in place of the bars; "" for the bars."""
        if text != self._instead:
            self._instead = text
            self._say()

    @property
    def learning(self) -> bool:
        """Whether changes are wanted and no student's rest is known yet."""
        return self._as_change and not np.isfinite(self._change).any()

    def _say(self) -> None:
        values = self._change if self._as_change else self._shares
        said = [
            f"{word(label)} {self._number(value)}" if math.isfinite(value) else ""
            for label, value in zip(ROWS, values.tolist(), strict=True)
        ]
        heads = zip(self._captions(), (said[:-1], said[-1:]), strict=True)
        parts = [f"{head}: {', '.join(filter(None, some))}" for head, some in heads if any(some)]
        text = "; ".join(parts) or self.tr("no faces read yet")
        self.setAccessibleDescription(self._instead or text)
        self.update()

    def _number(self, value: float) -> str:
        if not math.isfinite(value):
            return "–"
        return f"{value * 100:+.0f}" if self._as_change else percent(value)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw every row."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scheme, metrics = colours(self.palette()), self.fontMetrics()
        if self._instead:
            painter.setPen(QColor(scheme.text))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(12, 0, -12, 0), flags, self._instead)
            painter.end()
            return
        words = max(metrics.horizontalAdvance(word(label)) for label in ROWS)
        number = metrics.horizontalAdvance(percent(1.0)) + 6
        left = _LEFT + words + 12
        row, y = self._row(), self._paint_caption(painter, 0.0, self._captions()[0], scheme)
        values = (self._change if self._as_change else self._shares).tolist()
        for at, (label, value) in enumerate(zip(ROWS, values, strict=True)):
            if label == UNKNOWN and self._as_change:
                break
            if label == UNKNOWN:
                y = self._paint_caption(painter, y, self._captions()[1], scheme)
            middle = y + row / 2
            paint_mark(painter, label, QRectF(1, middle - _MARK / 2, _MARK, _MARK))
            painter.setPen(QColor(scheme.text if math.isfinite(value) else scheme.muted))
            flags = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(_LEFT, y, words + 4, row), flags, word(label))
            right = QRectF(self.width() - number, y, number, row)
            painter.drawText(right, flags | Qt.AlignmentFlag.AlignRight, self._number(value))
            track = QRectF(left, middle - 6, max(10.0, self.width() - left - number), 12)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(scheme.track))
            painter.drawRoundedRect(track, 3, 3)
            if self._as_change:
                self._paint_change(painter, label, value, track, scheme)
            else:
                self._paint_share(painter, at, track, scheme)
            y += row
        painter.end()

    def _paint_caption(self, painter: QPainter, y: float, text: str, scheme: Colours) -> float:
        """A small line of text and a rule beside it; returns where it ends."""
        usual, height = painter.font(), self._caption()
        painter.setFont(self._small())
        wide = QFontMetricsF(self._small()).horizontalAdvance(text)
        painter.setPen(QColor(scheme.muted))
        where = QRectF(0, y, self.width(), height)
        painter.drawText(where, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        painter.setPen(QColor(scheme.border))
        middle = int(y + height / 2)
        painter.drawLine(int(wide) + 8, middle, self.width(), middle)
        painter.setFont(usual)
        return y + height

    def _paint_share(self, painter: QPainter, at: int, track: QRectF, scheme: Colours) -> None:
        share, low, high = (float(a[at]) for a in (self._shares, self._low, self._high))
        if math.isfinite(share) and share > 0.004:
            fill = QRectF(track)
            fill.setWidth(max(4.0, track.width() * share))
            _paint_bar(painter, ROWS[at], fill)
        if math.isfinite(low) and math.isfinite(high):
            ends = (track.left() + track.width() * low, track.left() + track.width() * high)
            _paint_whisker(painter, ends, track.center().y(), scheme)

    def _paint_change(
        self, painter: QPainter, label: int, value: float, track: QRectF, scheme: Colours
    ) -> None:
        zero = track.center().x()
        if math.isfinite(value):
            length = min(abs(value) / self._reach, 1.0) * track.width() / 2
            left = zero if value >= 0 else zero - length
            _paint_bar(painter, label, QRectF(left, track.top(), max(length, 1.0), track.height()))
        painter.setPen(QPen(QColor(scheme.muted), 1.0))
        painter.drawLine(int(zero), int(track.top() - 2), int(zero), int(track.bottom() + 2))


def _paint_bar(painter: QPainter, label: int, fill: QRectF) -> None:
    painter.setBrush(colour(label))
    painter.setPen(colour(label).darker(130))
    painter.drawRoundedRect(fill.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)


def _paint_whisker(painter: QPainter, ends: tuple[float, float], y: float, scheme: Colours) -> None:
    """A line with caps; cased, so that it is seen on its bar and beside it."""
    left, right, middle = (math.floor(value) + 0.5 for value in (*ends, y))
    lines = [QLineF(left, middle, right, middle)]
    lines += [QLineF(x, middle - 3, x, middle + 3) for x in (left, right)]
    for pen in (QPen(QColor(scheme.card), 3.4), QPen(QColor(scheme.text), 1.4)):
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawLines(lines)
