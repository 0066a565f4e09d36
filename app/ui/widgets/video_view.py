"""The picture with a box, an id and an expression on every face."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.core.expressions import UNKNOWN
from app.core.overlay import crowded, place_labels
from app.core.types import Frame, FrameResult, student_code
from app.ui.images import FrameImage
from app.ui.widgets.face_tags import HELD, INK, MARK, PAD, PLATE, Tag, TagLayer
from app.ui.widgets.marks import word
from app.ui.wording import decimal, percent

GROUND = QColor("#101317")
RECORDED = QColor("#d3202a")
GREYED = 0.35
"""Opacity of a picture that is not the present one."""
MARGIN = 0.12
"""Of a box: what is left free around a neighbour's face."""
STEADY = 2.0
"""Seconds for which labels stay beside their faces; then all may take better places."""
FULL, CODE, BARE = range(3)
"""How much a plate says: id and expression word, id, or the mark alone."""


class VideoView(QWidget):
    """Paints the newest frame, scaled to fit, and the newest result over it.

    Signals:
        student_picked: id of the face that the user clicked, 0 beside all faces.
        file_dropped: path of a file dropped on the picture.
    """

    student_picked = Signal(int)
    file_dropped = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: Frame | None = None
        self._image = FrameImage()
        self._layer = TagLayer()
        self._result: FrameResult | None = None
        self._names: dict[int, str] = {}
        self._selected = 0
        self._hidden: frozenset[int] = frozenset()
        self._tags: list[Tag] | None = None
        self._short = False
        self._beside: dict[int, tuple[int, float, float]] = {}
        self._placed = 0.0
        self._hint = ("", "")
        self._details: dict[int, str] = {}
        self._faces_shown = True
        self._waiting = ""
        self._recording = False
        self.setMinimumSize(320, 200)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAcceptDrops(True)
        self.setAccessibleName(self.tr("Picture"))

    def sizeHint(self) -> QSize:  # noqa: N802
        """Preferred size."""
        return QSize(880, 495)

    def show_hint(self, title: str, text: str) -> None:
        """What to read where there is no picture."""
        self._hint = (title, text)
        self.setAccessibleDescription(f"{title}. {text}")
        self.update()

    def show_frame(self, frame: Frame | None, result: FrameResult | None) -> None:
        """Show ``frame`` (None: the hint) with ``result`` over it, which may be an older one."""
        if frame is not self._frame:
            before, self._frame = self._frame, frame
            # The picture comes more often than the faces in it, whose places cost most.
            if before is None or frame is None or before.size != frame.size:
                self._tags = None
        if result is not self._result:
            self._result = result
            self._tags = None
        self.update()

    def set_names(self, names: dict[int, str]) -> None:
        """Names that the user gave, by track id."""
        if names != self._names:
            self._names = names
            self._tags = None
            self.update()

    def set_details(self, details: dict[int, str]) -> None:
        """Lines to read under a name when the pointer rests on a face, by track id."""
        self._details = details

    def show_faces(self, shown: bool) -> None:
        """Whether single faces may be told apart: boxes, ids, and what the pointer is told."""
        if shown != self._faces_shown:
            self._faces_shown = shown
            self._tags = None
            self.update()

    def show_waiting(self, text: str) -> None:
        """Grey the picture and say why no new one comes; "" when it does."""
        if text != self._waiting:
            self._waiting = text
            self.update()

    def show_recording(self, recording: bool) -> None:
        """Say that the picture is being kept."""
        if recording != self._recording:
            self._recording = recording
            self.update()

    def hide_faces(self, track_ids: frozenset[int]) -> None:
        """Draw nothing on these faces."""
        if track_ids != self._hidden:
            self._hidden = track_ids
            self._tags = None
            self.update()

    def select(self, track_id: int) -> None:
        """Highlight one student; 0: nobody."""
        if track_id != self._selected:
            self._selected = track_id
            self.update()

    def picture_rect(self) -> QRectF:
        """Where the frame lies in the widget; empty without a frame."""
        if self._frame is None:
            return QRectF()
        width, height = self._frame.size
        scale = min(self.width() / width, self.height() / height)
        w, h = width * scale, height * scale
        return QRectF((self.width() - w) / 2, (self.height() - h) / 2, w, h)

    def tags(self) -> list[Tag]:
        """Every face as drawn now."""
        if self._tags is None:
            self._tags = self._lay_out()
        return self._tags

    def _lay_out(self) -> list[Tag]:
        result, area = self._result, self.picture_rect()
        shown = self._frame is not None and self._faces_shown
        if result is None or not shown or not len(result.faces):
            return []
        seen = ~np.isin(result.faces.ids, list(self._hidden))
        boxes = result.faces.boxes[seen] * np.float32(area.width() / result.size[0])
        labels = result.expressions.labels[seen].tolist()
        held = (result.expressions.age[seen] > HELD).tolist()
        ids = result.faces.ids[seen].tolist()
        metrics = QFontMetricsF(self._label_font())
        height = metrics.height() + 2
        usual = metrics.horizontalAdvance(f"S00 · {word(1)}") + MARK + 3 * PAD
        short = crowded(boxes, (usual, height), self._short)
        if short != self._short or not 0.0 <= result.timestamp - self._placed < STEADY:
            self._beside, self._short, self._placed = {}, short, result.timestamp
        usually = (CODE if short else FULL, np.nan, np.nan)
        known = np.array([self._beside.get(track_id, usually) for track_id in ids]).reshape(-1, 3)
        detail = known[:, 0].astype(int).tolist()
        spots = boxes[:, :2] + known[:, 1:]
        texts, sizes = [""] * len(ids), np.zeros((len(ids), 2))
        size = int(area.width()), int(area.height())
        for _ in (FULL, CODE, BARE):  # a label without a place says less, then is tried again
            for row, (track_id, label) in enumerate(zip(ids, labels, strict=True)):
                texts[row] = self._text(track_id, label, detail[row], held[row])
                words = metrics.horizontalAdvance(texts[row]) + PAD if texts[row] else 0.0
                sizes[row] = words + MARK + 2 * PAD, height
            spots = place_labels(boxes, sizes, size, margin=MARGIN, before=spots)
            homeless = np.flatnonzero(np.isnan(spots[:, 0])).tolist()
            if not homeless:
                break
            for row in homeless:
                detail[row] = min(detail[row] + 1, BARE)
        beside = (spots - boxes[:, :2]).tolist()
        self._beside = {track_id: (detail[row], *beside[row]) for row, track_id in enumerate(ids)}
        tags = []
        for row, (track_id, label) in enumerate(zip(ids, labels, strict=True)):
            box = QRectF(*boxes[row].tolist()).translated(area.topLeft())
            plate = QRectF()
            if np.isfinite(spots[row, 0]):
                plate = QRectF(*spots[row].tolist(), *sizes[row].tolist())
                plate.translate(area.topLeft())
            tags.append(Tag(track_id, label, box, plate, texts[row], held[row]))
        return tags

    def _text(self, track_id: int, label: int, detail: int, held: bool) -> str:
        if detail == BARE:
            return ""
        more = " …" if held else ""
        code, name = student_code(track_id), self._names.get(track_id, "")
        if detail == CODE:
            return code + more
        who = f"{code} {name[:14]}" if name else code
        return f"{who} · {word(label)}{more}"

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the picture, then what lies over it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        clip = QPainterPath()
        clip.addRoundedRect(QRectF(self.rect()), 8, 8)
        painter.setClipPath(clip)
        painter.fillRect(self.rect(), GROUND)
        if self._frame is None:
            self._paint_hint(painter)
        else:
            self._paint_picture(painter, self._image.of(self._frame.image))
        painter.end()

    def _paint_picture(self, painter: QPainter, image: QImage) -> None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setOpacity(GREYED if self._waiting else 1.0)
        painter.drawImage(self.picture_rect(), image)
        painter.setOpacity(1.0)
        if self._waiting:
            self._paint_waiting(painter)
        elif self.tags():
            font, ratio = self._label_font(), self.devicePixelRatioF()
            layer = self._layer.of(self.tags(), self._selected, font, self.size(), ratio)
            painter.setClipping(False)  # with it, a layer takes several times as long
            painter.drawPixmap(0, 0, layer)
        if self._recording:
            self._paint_recording(painter)

    def _paint_waiting(self, painter: QPainter) -> None:
        font = self.font()
        font.setPointSizeF(14)
        font.setBold(True)
        painter.setFont(font)
        size = QFontMetricsF(font).size(0, self._waiting)
        plate = QRectF(0, 0, size.width() + 40, size.height() + 24)
        plate.moveCenter(QRectF(self.rect()).center())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(PLATE)
        painter.drawRoundedRect(plate, 8, 8)
        painter.setPen(INK)
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, self._waiting)

    def _paint_recording(self, painter: QPainter) -> None:
        painter.setFont(self._label_font())
        text = self.tr("Picture is being recorded")
        metrics = QFontMetricsF(self._label_font())
        plate = QRectF(0, 0, metrics.horizontalAdvance(text) + 40, metrics.height() + 10)
        area = self.picture_rect()
        plate.moveTopRight(area.topRight() + QPointF(-10, 10))
        painter.setPen(QPen(INK, 1.5))
        painter.setBrush(RECORDED)
        painter.drawRoundedRect(plate, plate.height() / 2, plate.height() / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(INK)
        painter.drawEllipse(QPointF(plate.left() + 16, plate.center().y()), 5, 5)
        painter.setPen(INK)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(plate.adjusted(28, 0, 0, 0), flags, text)

    def _label_font(self) -> QFont:
        font = self.font()
        font.setPointSizeF(9.5)
        font.setBold(True)
        return font

    def _paint_hint(self, painter: QPainter) -> None:
        title, text = self._hint
        middle = QRectF(self.rect()).adjusted(40, 0, -40, 0)
        font = self.font()
        font.setPointSizeF(17)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor("#eceff2"))
        upper = QRectF(middle.left(), middle.center().y() - 112, middle.width(), 90)
        wrapped = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(upper, wrapped | Qt.AlignmentFlag.AlignBottom, title)
        font.setPointSizeF(11)
        font.setBold(False)
        painter.setFont(font)
        painter.setPen(QColor("#a9b3be"))
        lower = QRectF(middle.left(), middle.center().y(), middle.width(), 90)
        painter.drawText(lower, wrapped | Qt.AlignmentFlag.AlignTop, text)

    def _at(self, point: QPointF) -> Tag | None:
        for tag in self.tags():
            if tag.box.contains(point) or tag.plate.contains(point):
                return tag
        return None

    def event(self, event: QEvent) -> bool:
        """Say who is under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            tag = self._at(QPointF(event.pos()))
            if tag is None:
                QToolTip.hideText()
            else:
                QToolTip.showText(event.globalPos(), self.describe(tag.track_id), self)
            return True
        return super().event(event)

    def describe(self, track_id: int) -> str:
        """Who it is, what the face shows and how sure that is; then the details."""
        name = self._names.get(track_id, "")
        said = f"{student_code(track_id)} {name}".strip()
        faces = None if self._result is None else self._result.faces
        if self._result is not None and faces is not None and track_id in faces.ids:
            row = int(np.flatnonzero(faces.ids == track_id)[0])
            label = int(self._result.expressions.labels[row])
            said += f": {word(label)}"
            if label != UNKNOWN:
                sure = float(self._result.expressions.confidences[row])
                said += ", " + self.tr("{share} sure").format(share=percent(sure))
            age = float(self._result.expressions.age[row])
            if age > HELD:
                said += ", " + self.tr("read {seconds} s ago").format(seconds=decimal(age))
        more = self._details.get(track_id, "")
        return f"{said}\n{more}" if more else said

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Pick the face under the pointer."""
        if event.button() == Qt.MouseButton.LeftButton:
            tag = self._at(event.position())
            self.student_picked.emit(0 if tag is None else tag.track_id)
        super().mousePressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Lay the labels out anew."""
        self._tags = None
        self._short = False
        self._beside = {}
        super().resizeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Welcome one local file."""
        urls = event.mimeData().urls()
        if len(urls) == 1 and urls[0].isLocalFile():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Hand the dropped file up."""
        self.file_dropped.emit(event.mimeData().urls()[0].toLocalFile())
        event.acceptProposedAction()
