"""How well the app and the user agree: a figure, words, and who takes what for what."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from app.core.expressions import LABELS, UNKNOWN
from app.engine.review.view import labels_wanted, strength
from app.ui.theme import colours
from app.ui.widgets.marks import paint_mark, word
from app.ui.wording import percent

if TYPE_CHECKING:
    from app.session.agreement import Agreement
    from app.session.kappa import Estimate

ORDER = (*range(len(LABELS)), UNKNOWN)
"""Rows and columns of the table."""
_FIGURE = "{:.2f}".format
_MEANING = {
    "poor": QT_TRANSLATE_NOOP(
        "CheckReport", "Do not rely on it here: it may agree with you no better than chance."
    ),
    "slight": QT_TRANSLATE_NOOP(
        "CheckReport", "Do not rely on it here: it may agree with you little better than chance."
    ),
    "fair": QT_TRANSLATE_NOOP(
        "CheckReport", "Take it as a hint at most, and only for the class as a whole."
    ),
    "moderate": QT_TRANSLATE_NOOP(
        "CheckReport", "Useful for the class over minutes; not for one student at one moment."
    ),
    "substantial": QT_TRANSLATE_NOOP(
        "CheckReport", "It mostly reads these faces as you do. Look twice at the weak expressions."
    ),
    "almost perfect": QT_TRANSLATE_NOOP(
        "CheckReport", "It reads these faces as you do, nearly always."
    ),
}
_WORDS = (
    QT_TRANSLATE_NOOP("CheckReport", "poor"),
    QT_TRANSLATE_NOOP("CheckReport", "slight"),
    QT_TRANSLATE_NOOP("CheckReport", "fair"),
    QT_TRANSLATE_NOOP("CheckReport", "moderate"),
    QT_TRANSLATE_NOOP("CheckReport", "substantial"),
    QT_TRANSLATE_NOOP("CheckReport", "almost perfect"),
)


class CheckReport(QWidget):
    """The report, top to bottom."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 8, 0)
        layout.setSpacing(8)
        self.verdict = _label("section")
        self.verdict.setToolTip(
            self.tr(
                "Words for kappa after Landis & Koch (1977), “The measurement of observer "
                "agreement for categorical data”: to 0.2 slight, to 0.4 fair, to 0.6 moderate, to "
                "0.8 substantial, above almost perfect. Kappa is agreement beyond chance "
                "(Cohen, 1960). The word is that of the lower end of its 95% interval: the "
                "agreement is at least so strong. While the interval is wider than 0.4, there are "
                "too few labels to say."
            )
        )
        self.figures, self.meaning, self.sample = _label(""), _label(""), _label("muted")
        self.more = _label("muted")
        self.table = ConfusionTable()
        self.each = KappaBars()
        self.plain = _label(
            "muted",
            self.tr(
                "Kappa is how much more often you and the app agree than luck would: 0 is no "
                "better than luck, 1 is always."
            ),
        )
        self.figures.setToolTip(self.verdict.toolTip())
        self.plain.setToolTip(self.verdict.toolTip())
        for widget in (
            self.verdict, self.figures, self.plain, self.meaning, self.sample, self.more,
        ):  # fmt: skip
            layout.addWidget(widget)
        layout.addSpacing(4)
        layout.addWidget(_label("title", self.tr("Kappa of each expression against all others")))
        layout.addWidget(self.each)
        layout.addSpacing(4)
        layout.addWidget(_label("title", self.tr("You say (rows), the app says (columns)")))
        layout.addWidget(self.table)
        note = self.tr(
            "Numbers: faces that you labelled. Colours: of the time in which you would say so, "
            "what the app says, estimated for the whole session (rare expressions are asked about "
            "more often than they occur)."
        )
        layout.addWidget(_label("muted", note))
        layout.addStretch(1)

    def show_agreement(self, agreement: Agreement) -> None:
        """Show the newest figures."""
        kappa = agreement.kappa
        known, sure = math.isfinite(kappa.value), strength(kappa)
        if sure:
            text = self.tr("{Strength} agreement").format(Strength=_said(sure).capitalize())
            self.verdict.setText(text)
            self.meaning.setText(_said(str(_MEANING[sure])))
        elif known:
            self.verdict.setText(self.tr("Too few labels to say"))
            self.meaning.setText(self.tr("So few labels could agree, or not, by luck."))
        else:
            self.verdict.setText(self.tr("Nothing to say yet"))
            self.meaning.setText(
                self.tr("There are too few faces of which both you and the app name an expression.")
            )
        line = self.tr("Kappa {kappa}. Same expression: {share} of the time.")
        figures = line.format(
            kappa=_interval(kappa, _FIGURE), share=_interval(agreement.share, percent)
        )
        self.figures.setText(figures if known else "")
        self.plain.setVisible(known)
        wanted = labels_wanted(kappa, agreement.labelled)
        self.more.setText(
            self.tr("About {n} more labels would make this surer.").format(n=wanted)
            if wanted
            else self.tr("More labels would change little.")
        )
        parts = [self.tr("Labelled: {n} faces").format(n=agreement.labelled)]
        parts.append(self.tr("both name an expression: {n}").format(n=agreement.both_tell))
        if agreement.labelled and math.isfinite(agreement.covered):
            text = self.tr("the labels speak of {share} of the session")
            parts.append(text.format(share=percent(agreement.covered)))
        self.sample.setText(" · ".join(parts) + ".")
        self.each.show_kappas(agreement.kappas)
        self.table.show_counts(agreement.counts, agreement.table)


def _label(role: str, text: str = "") -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    if role:
        label.setProperty("role", role)
    return label


def _said(text: str) -> str:
    return QCoreApplication.translate("CheckReport", text)


def _interval(one: Estimate, words: Callable[[float], str]) -> str:
    value = words(one.value)
    if not (math.isfinite(one.low) and math.isfinite(one.high)):
        return value
    text = QCoreApplication.translate("CheckReport", "{value} ({low} to {high})")
    return text.format(value=value, low=words(one.low), high=words(one.high))


class KappaBars(QWidget):
    """One row an expression: its kappa as a dot with its 95% interval."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kappas: tuple[Estimate, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Kappa of each expression"))

    def sizeHint(self) -> QSize:  # noqa: N802
        """Preferred size."""
        return QSize(280, len(LABELS) * self._row())

    def _row(self) -> int:
        return self.fontMetrics().height() + 6

    def show_kappas(self, kappas: tuple[Estimate, ...]) -> None:
        """Show the newest figures, in the order of ``LABELS``."""
        self._kappas = kappas
        said = [
            f"{word(label)} {_interval(one, _FIGURE)}"
            for label, one in enumerate(kappas)
            if math.isfinite(one.value)
        ]
        self.setAccessibleDescription(", ".join(said))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw every row."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scheme, metrics, row = colours(self.palette()), self.fontMetrics(), self._row()
        left = 22 + max(metrics.horizontalAdvance(word(label)) for label in range(len(LABELS))) + 12
        number = metrics.horizontalAdvance("-0.00") + 8
        width = max(20, self.width() - left - number)
        flags = Qt.AlignmentFlag.AlignVCenter
        for label, one in enumerate(self._kappas):
            y, known = label * row, math.isfinite(one.value)
            paint_mark(painter, label, QRectF(1, y + row / 2 - 7, 14, 14))
            painter.setPen(QColor(scheme.text if known else scheme.muted))
            painter.drawText(QRectF(22, y, left - 22, row), flags, word(label))
            said = f"{one.value:.2f}" if known else "–"
            where = QRectF(self.width() - number, y, number, row)
            painter.drawText(where, flags | Qt.AlignmentFlag.AlignRight, said)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(scheme.track))
            painter.drawRoundedRect(QRectF(left, y + row / 2 - 4, width, 8), 3, 3)
            if known:
                ends = [
                    left + width * min(max(end, 0.0), 1.0) if math.isfinite(end) else None
                    for end in (one.low, one.high)
                ]
                if ends[0] is not None and ends[1] is not None:
                    painter.setBrush(QColor(scheme.muted))
                    bar = QRectF(ends[0], y + row / 2 - 1.5, max(ends[1] - ends[0], 1.0), 3)
                    painter.drawRect(bar)
                dot = left + width * min(max(one.value, 0.0), 1.0)
                painter.setBrush(QColor(scheme.accent))
                painter.drawEllipse(QRectF(dot - 5, y + row / 2 - 5, 10, 10))
        painter.end()


class ConfusionTable(QWidget):
    """What people say against what the app says: faces labelled, on heat colours.

    The sample asks about rare expressions more often than they occur, so the colours are not those
    of the numbers: they are shares of the session's time, estimated, and a row adds up to 1.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts = np.zeros((len(ORDER), len(ORDER)), np.int64)
        self._shares = np.zeros((len(ORDER), len(ORDER)))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Confusion table"))

    def sizeHint(self) -> QSize:  # noqa: N802
        """Preferred size."""
        return QSize(320, (len(ORDER) + 1) * self._row())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Smallest size at which nothing is cut."""
        return QSize(280, self.sizeHint().height())

    def _row(self) -> int:
        return self.fontMetrics().height() + 8

    def show_counts(self, counts: NDArray[np.int64], table: NDArray[np.float64]) -> None:
        """Show the newest table; both as in ``Agreement``, people in rows, the app in columns.

        Args:
            counts: (9, 9) faces labelled.
            table: (9, 9) shares of the session's time; NaN where nothing is labelled.
        """
        self._counts = counts
        whole = np.nan_to_num(table).sum(axis=1, keepdims=True)
        self._shares = np.divide(table, whole, out=np.zeros(table.shape), where=whole > 0)
        said = [self._say(row, column) for row, column in np.argwhere(counts).tolist()]
        self.setAccessibleDescription("; ".join(said))
        self.update()

    def _say(self, row: int, column: int) -> str:
        text = self.tr(
            "You: {hand}. The app: {machine}. Faces that you labelled: {n}. Of the time in which "
            "you would say {hand}, estimated for the whole session: {share}"
        )
        return text.format(
            hand=word(ORDER[row]),
            machine=word(ORDER[column]),
            n=int(self._counts[row, column]),
            share=percent(self._shares[row, column]),
        )

    def _grid(self) -> tuple[float, float, int]:
        """Left of the cells, and their width and height."""
        widest = max(self.fontMetrics().horizontalAdvance(word(label)) for label in ORDER)
        left = 20 + widest + 10
        return left, (self.width() - left) / len(ORDER), self._row()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw marks at the top, words at the left, cells in between."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scheme, (left, width, height) = colours(self.palette()), self._grid()
        for place, label in enumerate(ORDER):
            x, y = left + (place + 0.5) * width, (place + 1.5) * height
            paint_mark(painter, label, QRectF(x - 7, height / 2 - 7, 14, 14))
            paint_mark(painter, label, QRectF(1, y - 7, 14, 14))
            painter.setPen(QColor(scheme.text))
            where = QRectF(20, y - height / 2, left - 20, height)
            painter.drawText(where, Qt.AlignmentFlag.AlignVCenter, word(label))
        heat = QColor(scheme.accent)
        for row in range(len(ORDER)):
            for column in range(len(ORDER)):
                cell = QRectF(left + column * width, (row + 1) * height, width, height)
                cell.adjust(1, 1, -1, -1)
                painter.fillRect(cell, QColor(scheme.track))
                share = min(float(self._shares[row, column]), 1.0)
                heat.setAlphaF(share)
                painter.fillRect(cell, heat)
                count = int(self._counts[row, column])
                if count:
                    painter.setPen(QColor(scheme.on_accent if share > 0.55 else scheme.text))
                    painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, str(count))
                if row == column:
                    painter.setPen(QColor(scheme.muted))
                    painter.setBrush(Qt.BrushStyle.NoBrush)
                    painter.drawRect(cell)
        painter.end()

    def event(self, event: QEvent) -> bool:
        """Say what a cell means."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            left, width, height = self._grid()
            column = int((event.pos().x() - left) // width)
            row = int(event.pos().y() // height) - 1
            if 0 <= row < len(ORDER) and 0 <= column < len(ORDER):
                QToolTip.showText(event.globalPos(), self._say(row, column), self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)
