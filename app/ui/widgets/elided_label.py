"""One line of text that gives way."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget

from app.ui.theme import colours


class ElidedLabel(QLabel):
    """One line that is cut where there is no room for all of it.

    Args:
        cut: where; a file's name says most at its ends.
    """

    def __init__(
        self, cut: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._cut = cut

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Room for the beginning and the end of a name."""
        return QSize(80, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw what fits."""
        painter = QPainter(self)
        painter.setPen(QColor(colours(self.palette()).muted))
        text = self.fontMetrics().elidedText(self.text(), self._cut, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()
