"""Paints the lanes of the time axis: class, coverage, one row a student, markers, clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFontMetricsF,
    QImage,
    QPainter,
    QPen,
    QPixmap,
    QPolygonF,
)

from app.core.expressions import LABELS, UNKNOWN
from app.core.palette import Colours
from app.engine.review.timeline import NOT_IN_VIEW
from app.engine.review.view import AT_REST
from app.engine.time_window import TimeWindow
from app.ui.images import argb_image
from app.ui.widgets.marks import colour, paint_mark
from app.ui.wording import clock

LEVELS: Final = 128
"""Heights that the stacked shares are painted in."""
MARK: Final = 11
"""Side of a mark within a row, pixels."""
ROOM: Final = 17
"""Pixels that a stretch of one expression must be wide to carry its mark."""


REST: Final = QColor(128, 136, 146, 90)
"""Of a face that looks as it does at rest."""
COVERED: Final = QColor(122, 132, 146)
"""Of the faces read among those seen."""
FARTHEST: Final = 0.4
"""Change against rest that reaches the edge of its lane; larger ones are cut."""


@dataclass(frozen=True, slots=True)
class Lane:
    """A strip across the widget, in pixels from its top."""

    top: float
    height: float

    @property
    def bottom(self) -> float:
        """Where it ends."""
        return self.top + self.height


@dataclass(frozen=True, slots=True)
class Grid:
    """Columns of equal length in time.

    Attributes:
        first: seconds at which column 0 starts.
        interval: seconds a column.
        columns: how many.
    """

    first: float
    interval: float
    columns: int

    def visible(self, window: TimeWindow) -> slice:
        """The columns of which a part is shown."""
        low = int(np.floor((window.low - self.first) / self.interval))
        high = int(np.ceil((window.high - self.first) / self.interval))
        return slice(min(max(low, 0), self.columns), min(max(high, 0), self.columns))

    def at(self, seconds: float) -> int:
        """The column of a moment; -1 beside all."""
        place = int(np.floor((seconds - self.first) / self.interval + 1e-9))
        return place if 0 <= place < self.columns else -1

    def edge(self, column: int) -> float:
        """Seconds at which a column starts."""
        return self.first + column * self.interval


@cache
def _palette() -> NDArray[np.uint32]:
    """ARGB of every label index, from ``AT_REST`` on."""
    rgb = [colour(label).rgba() for label in (UNKNOWN, *range(len(LABELS)))]
    return np.array([REST.rgba(), 0, *rgb], np.uint32)


def label_image(labels: NDArray[np.integer]) -> QImage:
    """(rows, columns) label indices as a picture, transparent where out of view."""
    return argb_image(_palette()[labels - AT_REST])


def stacked(shares: NDArray[np.float64]) -> NDArray[np.integer]:
    """(LEVELS, k) label index at every height of stacked shares (k, 8), the top one first.

    The first label stands at the bottom. Out of view where a column holds no shares.
    """
    tops = np.cumsum(np.nan_to_num(shares), axis=1)
    heights = (np.arange(LEVELS)[::-1] + 0.5) / LEVELS
    below = np.less_equal(tops[None], heights[:, None, None])
    labels = np.minimum(below.sum(axis=2), shares.shape[1] - 1)
    said = np.isfinite(shares).all(axis=1, keepdims=True).T
    return np.where(said, labels, NOT_IN_VIEW)


def coverage_image(read: NDArray[np.float64]) -> QImage:
    """Shares (k,) as bars, transparent above them."""
    heights = (np.arange(LEVELS)[::-1] + 0.5) / LEVELS
    pixels = np.where(np.nan_to_num(read)[None] >= heights[:, None], COVERED.rgba(), 0)
    return argb_image(pixels.astype(np.uint32))


def runs(labels: NDArray[np.integer], least: float = 1.0) -> list[tuple[int, int, int]]:
    """(start, end, label) of every run of one label in a row (k,) of ``least`` columns or more.

    Those out of view and those at rest are left out.
    """
    if not len(labels):
        return []
    edges = np.flatnonzero(np.diff(labels)) + 1
    starts = np.concatenate(([0], edges))
    ends = np.concatenate((edges, [len(labels)]))
    kept = (ends - starts >= least) & ~np.isin(labels[starts], (NOT_IN_VIEW, AT_REST))
    found = (starts[kept], ends[kept], labels[starts[kept]])
    return list(zip(*(one.tolist() for one in found), strict=True))


@cache
def mark_pixmap(label: int, ratio: float) -> QPixmap:
    """The mark of a label with a dark edge, to be seen on its own colour."""
    pixmap = QPixmap(round((MARK + 2) * ratio), round((MARK + 2) * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    paint_mark(painter, label, QRectF(1, 1, MARK, MARK), QColor(10, 12, 16))
    painter.end()
    return pixmap


@dataclass(frozen=True, slots=True)
class Canvas:
    """Where to paint: the painter, the strip right of the names, the time shown, the colours."""

    painter: QPainter
    left: float
    width: float
    window: TimeWindow
    scheme: Colours

    def x(self, seconds: float) -> float:
        """Pixels from the widget's left."""
        return self.left + self.width * self.window.fraction(seconds)

    def columns(self, grid: Grid, lane: Lane) -> tuple[slice, QRectF]:
        """The columns shown and the rectangle that they fill in a lane."""
        part = grid.visible(self.window)
        left, right = self.x(grid.edge(part.start)), self.x(grid.edge(part.stop))
        return part, QRectF(left, lane.top, right - left, lane.height)


def paint_ground(canvas: Canvas, lane: Lane) -> None:
    """The empty ground of a lane."""
    where = QRectF(canvas.left, lane.top, canvas.width, lane.height)
    canvas.painter.fillRect(where, QColor(canvas.scheme.track))


def paint_image(canvas: Canvas, lane: Lane, grid: Grid, image: QImage) -> None:
    """A picture of all columns, as high as the lane."""
    paint_ground(canvas, lane)
    part, where = canvas.columns(grid, lane)
    if part.stop > part.start:
        source = QRectF(part.start, 0, part.stop - part.start, image.height())
        canvas.painter.drawImage(where, image, source)


def paint_class_marks(
    canvas: Canvas, lane: Lane, grid: Grid, shares: NDArray[np.float64], ratio: float
) -> None:
    """The mark of each expression where its band is highest, if it has room there."""
    part, where = canvas.columns(grid, lane)
    shown = np.nan_to_num(shares[part])
    if not len(shown) or where.width() < ROOM:
        return
    tops = np.cumsum(shown, axis=1)
    pixels = where.width() / len(shown)
    side = MARK + 2
    for label in range(shares.shape[1]):
        column = int(shown[:, label].argmax())
        if shown[column, label] * lane.height < side:
            continue
        middle = tops[column, label] - shown[column, label] / 2
        x = where.left() + (column + 0.5) * pixels - side / 2
        x = min(max(x, canvas.left), canvas.left + canvas.width - side)
        y = lane.bottom - middle * lane.height - side / 2
        canvas.painter.drawPixmap(QPointF(x, y), mark_pixmap(label, ratio))


def paint_change(
    canvas: Canvas, lane: Lane, grid: Grid, change: NDArray[np.float64], ratio: float
) -> None:
    """One line an expression, above the middle where there is more of it than at rest.

    The mark of each stands where it is farthest from rest, if that is far enough to see.
    """
    paint_ground(canvas, lane)
    part, where = canvas.columns(grid, lane)
    painter, middle = canvas.painter, lane.top + lane.height / 2
    painter.setPen(QPen(QColor(canvas.scheme.muted), 1, Qt.PenStyle.DashLine))
    painter.drawLine(QPointF(canvas.left, middle), QPointF(canvas.left + canvas.width, middle))
    shown = change[part]
    if not np.isfinite(shown).any():
        return
    pixels, side = where.width() / len(shown), MARK + 2
    xs = where.left() + (np.arange(len(shown)) + 0.5) * pixels
    ys = middle - np.clip(shown / FARTHEST, -1, 1) * (lane.height / 2 - 2)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for label in range(change.shape[1]):
        known = np.isfinite(ys[:, label])
        spots = zip(xs[known].tolist(), ys[known, label].tolist(), strict=True)
        line = QPolygonF([QPointF(x, y) for x, y in spots])
        for pen in (QPen(QColor(canvas.scheme.card), 3.5), QPen(colour(label), 2)):
            painter.setPen(pen)
            painter.drawPolyline(line)
        far = np.abs(np.nan_to_num(shown[:, label]))
        column = int(far.argmax())
        if far[column] > FARTHEST / 5:
            x = min(max(xs[column] - side / 2, canvas.left), canvas.left + canvas.width - side)
            y = min(max(ys[column, label] - side / 2, lane.top), lane.bottom - side)
            painter.drawPixmap(QPointF(x, y), mark_pixmap(label, ratio))
    painter.restore()


def paint_withheld(canvas: Canvas, lane: Lane, grid: Grid, withheld: NDArray[np.bool_]) -> None:
    """Hatching where the group was too small to say."""
    part = grid.visible(canvas.window)
    brush = QBrush(QColor(canvas.scheme.muted), Qt.BrushStyle.BDiagPattern)
    for start, end, _ in runs(np.where(withheld[part], 0, NOT_IN_VIEW)):
        left = canvas.x(grid.edge(part.start + start))
        right = canvas.x(grid.edge(part.start + end))
        canvas.painter.fillRect(QRectF(left, lane.top, right - left, lane.height), brush)


def paint_row(canvas: Canvas, lane: Lane, grid: Grid, image: QImage, row: int, faded: bool) -> None:
    """The expressions of one student, pale where the student is left out."""
    paint_ground(canvas, lane)
    part, where = canvas.columns(grid, lane)
    if part.stop > part.start:
        canvas.painter.setOpacity(0.3 if faded else 1.0)
        canvas.painter.drawImage(where, image, QRectF(part.start, row, part.stop - part.start, 1))
        canvas.painter.setOpacity(1.0)


def paint_row_marks(
    canvas: Canvas, lane: Lane, grid: Grid, labels: NDArray[np.integer], ratio: float
) -> None:
    """The mark at the start of every stretch of one expression that has room for it."""
    part, where = canvas.columns(grid, lane)
    if part.stop <= part.start:
        return
    pixels = where.width() / (part.stop - part.start)
    y = lane.top + (lane.height - MARK - 2) / 2
    for start, end, label in runs(labels[part], ROOM / pixels):
        left = max(where.left() + start * pixels, canvas.left)
        if where.left() + end * pixels - left >= ROOM:
            canvas.painter.drawPixmap(QPointF(left + 2, y), mark_pixmap(label, ratio))


def paint_clock(canvas: Canvas, lane: Lane, top: float) -> None:
    """The axis, and a fine line up through the lanes at every tick."""
    painter, scheme = canvas.painter, canvas.scheme
    for tick in canvas.window.ticks(canvas.width):
        x = canvas.x(tick)
        painter.setPen(QPen(QColor(scheme.border), 1))
        painter.drawLine(QPointF(x, top), QPointF(x, lane.top + 3))
        painter.setPen(QColor(scheme.muted))
        where = QRectF(x - 40, lane.top + 2, 80, lane.height - 2)
        shift = max(0.0, canvas.left - where.left() - 26)
        over = max(0.0, where.right() - 26 - (canvas.left + canvas.width))
        painter.drawText(
            where.translated(shift - over, 0), Qt.AlignmentFlag.AlignCenter, clock(tick)
        )


def paint_name(
    painter: QPainter, lane: Lane, width: float, text: str, ink: QColor, struck: bool = False
) -> None:
    """What a lane is, at its left, cut where there is no room."""
    font = painter.font()
    font.setStrikeOut(struck)
    painter.setFont(font)
    painter.setPen(ink)
    cut = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, width - 8)
    flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.drawText(QRectF(2, lane.top, width - 8, lane.height), flags, cut)
    font.setStrikeOut(False)
    painter.setFont(font)


@dataclass(frozen=True, slots=True)
class Flag:
    """A marker as drawn: its number, moment and text, and the place of its label in pixels."""

    number: int
    timestamp: float
    text: str
    where: QRectF


def flags(canvas: Canvas, lane: Lane, markers: Sequence[tuple[int, float, str]]) -> list[Flag]:
    """The labels of the markers (number, seconds, text) shown, each cut before the next one."""
    seen = [one for one in markers if canvas.window.low <= one[1] <= canvas.window.high]
    metrics = QFontMetricsF(canvas.painter.font())
    end = canvas.left + canvas.width
    ends = [*(canvas.x(one[1]) - 3 for one in seen[1:]), end]
    made = []
    for (number, at, text), stop in zip(seen, ends, strict=False):  # none seen: one end too many
        x = canvas.x(at)
        wide = min(metrics.horizontalAdvance(text) + 12, max(stop - x, 9.0))
        shift = max(0.0, x + wide - end) if x + 9 > end else 0.0
        made.append(Flag(number, at, text, QRectF(x - shift, lane.top, wide, lane.height - 2)))
    return made


def paint_flag(canvas: Canvas, flag: Flag, bottom: float, chosen: bool) -> None:
    """A line down through the lanes and a label at its top."""
    painter, scheme = canvas.painter, canvas.scheme
    ink = QColor(scheme.accent)
    x = canvas.x(flag.timestamp)
    painter.setPen(QPen(ink, 2.0 if chosen else 1.2))
    painter.drawLine(QPointF(x, flag.where.top()), QPointF(x, bottom))
    painter.setPen(Qt.PenStyle.NoPen if not chosen else QPen(QColor(scheme.text), 2))
    painter.setBrush(ink)
    painter.drawRoundedRect(flag.where, 3, 3)
    painter.setPen(QColor(scheme.on_accent))
    room = flag.where.adjusted(5, 0, -4, 0)
    metrics = QFontMetricsF(painter.font())
    cut = metrics.elidedText(flag.text, Qt.TextElideMode.ElideRight, room.width())
    if room.width() > 8:
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, cut)


def paint_stretch(canvas: Canvas, top: float, bottom: float, ends: tuple[float, float]) -> None:
    """What is chosen stays clear; the rest is dimmed, and two handles stand at its ends."""
    painter, scheme = canvas.painter, canvas.scheme
    low = min(max(canvas.x(ends[0]), canvas.left), canvas.left + canvas.width)
    high = min(max(canvas.x(ends[1]), canvas.left), canvas.left + canvas.width)
    veil = QColor(scheme.card)
    veil.setAlpha(150)
    painter.fillRect(QRectF(canvas.left, top, low - canvas.left, bottom - top), veil)
    painter.fillRect(QRectF(high, top, canvas.left + canvas.width - high, bottom - top), veil)
    for end, x in zip(ends, (low, high), strict=True):
        if canvas.window.low <= end <= canvas.window.high:
            painter.setPen(QPen(QColor(scheme.accent), 2))
            painter.drawLine(QPointF(x, top), QPointF(x, bottom))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(scheme.accent))
            painter.drawRoundedRect(QRectF(x - 4, (top + bottom) / 2 - 12, 8, 24), 3, 3)


def paint_playhead(canvas: Canvas, top: float, bottom: float, at: float) -> None:
    """A line with a head, light within dark, to be seen on any colour."""
    if not canvas.window.low <= at <= canvas.window.high:
        return
    painter, x = canvas.painter, canvas.x(at)
    painter.setPen(QPen(QColor(canvas.scheme.card), 4))
    painter.drawLine(QPointF(x, top), QPointF(x, bottom))
    painter.setPen(QPen(QColor(canvas.scheme.text), 2))
    painter.drawLine(QPointF(x, top), QPointF(x, bottom))
    painter.setBrush(QColor(canvas.scheme.text))
    painter.setPen(QPen(QColor(canvas.scheme.card), 1))
    head = [QPointF(x - 6, top), QPointF(x + 6, top), QPointF(x, top + 9)]
    painter.drawPolygon(QPolygonF(head))
