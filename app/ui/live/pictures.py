"""The picture on its way to the screen: as it is, or with its faces and seats covered."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Signal, Slot

from app.core.privacy import FaceCover
from app.core.regions import Polygon
from app.core.types import Frame, FrameResult
from app.engine.face_coverer import FaceCoverer, Found, Shot
from app.engine.live.rate import Rate
from app.engine.live.runner import LiveView
from app.ui.jobs import unexpected


class Pictures(QObject):
    """Keeps the newest frame and result and hands them on.

    A picture in which something is to be covered is never shown before it is. Then only analysed
    frames are shown, each with what was found in itself: a face has moved on in a newer one.

    Signals:
        picture: ``Frame`` as it may be shown, and the newest ``FrameResult`` (or None).
        failed: a fault of our own, one line.
    """

    picture = Signal(object, object)
    failed = Signal(str)
    _covered = Signal(object, object)
    _not_covered = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view: LiveView | None = None
        self._how = FaceCover.SHOW
        self._seats: tuple[Polygon, ...] = ()
        self._first_size = (0, 0)
        self._ticket = 0
        self._sent: Frame | None = None
        self._problem = ""
        self._rate = Rate()
        self._coverer = FaceCoverer(self._covered.emit, self._not_covered.emit)
        self._covered.connect(self._on_covered)
        self._not_covered.connect(self._on_not_covered)

    @property
    def frame(self) -> Frame | None:
        """The newest frame."""
        return None if self._view is None else self._view.frame

    @property
    def result(self) -> FrameResult | None:
        """The newest result."""
        return None if self._view is None else self._view.result

    def set_privacy(self, how: FaceCover, seats: tuple[Polygon, ...]) -> None:
        """How faces are drawn, and which seats have opted out, from now on."""
        if (how, seats) != (self._how, self._seats):
            self._how, self._seats = how, seats
            self._sent = None
            self._send()

    def show(self, view: LiveView | None) -> None:
        """Show the newest; nothing happens where it is shown already."""
        if view is self._view:
            return
        if self._view is None and view is not None:
            self._first_size = view.frame.size
        self._view = view
        self._send()

    def speed(self) -> float:
        """Pictures a second."""
        return self._rate.at(time.monotonic())

    def begin(self) -> None:
        """A new run: count pictures anew."""
        self._rate = Rate()
        frame = self.frame
        self.show(None if frame is None else LiveView(frame, None))

    def close(self) -> None:
        """End the thread; in a job."""
        self._coverer.close()

    def _send(self) -> None:
        view = self._view
        if view is None:
            self._ticket += 1  # what is still being covered is of no use
            self._sent = None
            self.picture.emit(None, None)
            return
        if self._how is FaceCover.SHOW and not self._seats:
            self._count(view.frame)
            self.picture.emit(view.frame, view.result)
            return
        frame, found = view.frame, None
        if view.result is not None:
            frame = view.analysed or frame
            found = Found(view.result, view.left_out, view.opted_out)
        if found is None or frame is not self._sent:
            self._count(frame)
            shot = Shot(frame, found, self._how, self._seats, self._first_size, self._ticket)
            self._coverer.put(shot)

    def _count(self, frame: Frame) -> None:
        if frame is not self._sent:
            self._rate.tick(time.monotonic())
        self._sent = frame

    @Slot(object, object)
    def _on_covered(self, shot: Shot, frame: Frame) -> None:
        self._problem = ""
        now = (self._ticket, self._how, self._seats)
        if (shot.ticket, shot.how, shot.seats) == now:
            self.picture.emit(frame, None if shot.found is None else shot.found.result)

    @Slot(object)
    def _on_not_covered(self, error: Exception) -> None:
        text = unexpected(error)
        if text != self._problem:  # once, not for every picture
            self._problem = text
            self.failed.emit(text)
