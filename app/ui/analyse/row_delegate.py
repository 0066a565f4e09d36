"""How a recording's row is drawn: name over folder, a bar over its figures, a button."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.core.palette import Colours
from app.engine.analyse.queue_row import QueueRow, RowState
from app.ui.analyse.queue_model import ACTION, NAME, PLAN, PROGRESS, ROW, action_text
from app.ui.analyse.wording import plan_extra, plan_name, progress_text, second_line
from app.ui.theme import colours

Index = QModelIndex | QPersistentModelIndex

_MARGIN: Final = 8
_BAR: Final = 6


def row_height(metrics: QFontMetrics) -> int:
    """Pixels; two lines and air."""
    return 2 * metrics.height() + 16


class RowDelegate(QStyledItemDelegate):
    """Draws what Qt's own cells can't; the rest is Qt's."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        column, row = index.column(), index.data(ROW)
        if column not in {NAME, PLAN, PROGRESS, ACTION} or not isinstance(row, QueueRow):
            super().paint(painter, option, index)
            return
        self._ground(painter, option, index)
        widget = option.widget
        scheme = colours(widget.palette())
        rect = option.rect.adjusted(_MARGIN, 0, -_MARGIN, 0)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if column == NAME:
            _paint_name(painter, rect, row, scheme)
        elif column == PLAN:
            _paint_plan(painter, rect, row, scheme)
        elif column == PROGRESS:
            _paint_progress(painter, rect, row, scheme)
        else:
            _paint_action(painter, rect, row, scheme, _hovered(option))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """Two lines high."""
        size = super().sizeHint(option, index)
        return QSize(size.width(), row_height(option.fontMetrics))

    def _ground(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """What Qt draws behind the text: selection and focus."""
        bare = QStyleOptionViewItem(option)
        self.initStyleOption(bare, index)
        bare.text = ""
        widget: QWidget = bare.widget
        style = widget.style() if widget is not None else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, bare, painter, widget)


def _hovered(option: QStyleOptionViewItem) -> bool:
    return bool(option.state & QStyle.StateFlag.State_MouseOver)


def _lines(rect: QRect, metrics: QFontMetrics) -> tuple[QRect, QRect]:
    """The upper and the lower line of a cell."""
    height = metrics.height()
    top = rect.center().y() - height
    return (
        QRect(rect.left(), top, rect.width(), height),
        QRect(rect.left(), top + height + 1, rect.width(), height),
    )


def _smaller(font: QFont) -> QFont:
    made = QFont(font)
    made.setPointSizeF(font.pointSizeF() - 1)
    return made


def _write(painter: QPainter, rect: QRect, text: str, colour: str, elide: Qt.TextElideMode) -> None:
    painter.setPen(QColor(colour))
    fitting = painter.fontMetrics().elidedText(text, elide, rect.width())
    painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, fitting)


def _paint_name(painter: QPainter, rect: QRect, row: QueueRow, scheme: Colours) -> None:
    upper, lower = _lines(rect, painter.fontMetrics())
    font = QFont(painter.font())
    font.setWeight(QFont.Weight.DemiBold)
    painter.setFont(font)
    _write(painter, upper, row.path.name, scheme.text, Qt.TextElideMode.ElideMiddle)
    font.setWeight(QFont.Weight.Normal)
    painter.setFont(_smaller(font))
    wrong = row.state is RowState.FAILED
    where = Qt.TextElideMode.ElideRight if row.message else Qt.TextElideMode.ElideMiddle
    _write(painter, lower, second_line(row), scheme.error if wrong else scheme.muted, where)


def _paint_plan(painter: QPainter, rect: QRect, row: QueueRow, scheme: Colours) -> None:
    upper, lower = _lines(rect, painter.fontMetrics())
    extra = plan_extra(row.plan)
    right = Qt.TextElideMode.ElideRight
    _write(painter, upper if extra else rect, plan_name(row.plan), scheme.muted, right)
    painter.setFont(_smaller(painter.font()))
    _write(painter, lower, extra, scheme.muted, right)


def _paint_progress(painter: QPainter, rect: QRect, row: QueueRow, scheme: Colours) -> None:
    upper, lower = _lines(rect, painter.fontMetrics())
    if row.state is RowState.DONE:
        lower = rect
    elif row.state.active or row.progress:
        bar = QRectF(upper.left(), upper.center().y() - _BAR / 2, upper.width(), _BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(scheme.border))
        painter.drawRoundedRect(bar, _BAR / 2, _BAR / 2)
        share = 0.0 if row.progress is None else row.progress
        if share > 0:
            running = row.state is RowState.RUNNING
            painter.setBrush(QColor(scheme.accent if running else scheme.muted))
            bar.setWidth(max(_BAR, bar.width() * share))
            painter.drawRoundedRect(bar, _BAR / 2, _BAR / 2)
    painter.setFont(_smaller(painter.font()))
    _write(painter, lower, progress_text(row), scheme.muted, Qt.TextElideMode.ElideRight)


def _paint_action(
    painter: QPainter, rect: QRect, row: QueueRow, scheme: Colours, hovered: bool
) -> None:
    text = action_text(row)
    if not text:
        return
    metrics = painter.fontMetrics()
    button = QRectF(0, 0, rect.width(), metrics.height() + 12)
    button.moveCenter(QRectF(rect).center())
    painter.setPen(QColor(scheme.accent if row.state is RowState.DONE else scheme.border))
    painter.setBrush(QColor(scheme.hover if hovered else scheme.card))
    painter.drawRoundedRect(button, 6, 6)
    painter.setPen(QColor(scheme.accent if row.state is RowState.DONE else scheme.text))
    painter.drawText(button, Qt.AlignmentFlag.AlignCenter, text)
