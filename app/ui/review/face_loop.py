"""A face, enlarged, over and over again for the seconds around a moment."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QHideEvent,
    QImage,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.core.types import Frame
from app.ui.images import rgb_image

PACE_MS = 100
"""Between two pictures."""


class FaceLoop(QWidget):
    """Shows pictures in turn while it is on the screen; keeps them nowhere else."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._images: list[QImage] = []
        self._place = 0
        self._problem = ""
        self._timer = QTimer(self)
        self._timer.setInterval(PACE_MS)
        self._timer.timeout.connect(self._on_time)
        self.setMinimumSize(120, 120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("The face to label"))

    def sizeHint(self) -> QSize:  # noqa: N802
        """Preferred size."""
        return QSize(280, 240)

    def show_pictures(self, pictures: Sequence[Frame]) -> None:
        """Loop through these pictures; none: it is being looked for."""
        self._images = [rgb_image(picture.image) for picture in pictures]
        self._place, self._problem = 0, ""
        self._run()

    def show_problem(self, text: str) -> None:
        """Say why there is no picture."""
        self._images, self._problem = [], text
        self._run()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Go on."""
        super().showEvent(event)
        self._run()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """Rest while nobody looks."""
        self._timer.stop()
        super().hideEvent(event)

    def _run(self) -> None:
        if self.isVisible() and len(self._images) > 1:
            self._timer.start()
        else:
            self._timer.stop()
        self.update()

    def _on_time(self) -> None:
        self._place = (self._place + 1) % len(self._images)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the picture as large as it fits, or a line of text."""
        painter = QPainter(self)
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        clip = QPainterPath()
        clip.addRoundedRect(QRectF(self.rect()), 8, 8)
        painter.setClipPath(clip)
        painter.fillRect(self.rect(), QColor("#101317"))
        if self._images:
            image = self._images[self._place]
            scale = min(self.width() / image.width(), self.height() / image.height())
            width, height = image.width() * scale, image.height() * scale
            left, top = (self.width() - width) / 2, (self.height() - height) / 2
            painter.drawImage(QRectF(left, top, width, height), image)
        else:
            painter.setPen(QColor("#a9b3be"))
            text = self._problem or self.tr("Looking for the face in the video…")
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(QRectF(self.rect()).adjusted(16, 16, -16, -16), flags, text)
        painter.end()
