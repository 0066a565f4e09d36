"""The picture on its way to the screen: as it is, or with its faces covered."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

from app.core.privacy import FaceCover
from app.core.regions import Polygon
from app.core.types import Frame, FrameResult
from app.engine.face_coverer import NO_BOXES, FaceCoverer, Shot
from app.engine.rate import Rate


class Pictures(QObject):
    """Keeps the newest frame and result and hands them on.

    A picture whose faces are to be covered is never shown before they are.

    Signals:
        picture: ``Frame`` as it may be shown, and the newest ``FrameResult`` (or None).
    """

    picture = Signal(object, object)
    _covered = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.frame: Frame | None = None
        self.result: FrameResult | None = None
        self._left_out = NO_BOXES
        self._how = FaceCover.SHOW
        self._seats: tuple[Polygon, ...] = ()
        self._first_size = (0, 0)
        self._ticket = 0
        self._rate = Rate()
        self._coverer = FaceCoverer(self._covered.emit)
        self._covered.connect(self._on_covered)

    def set_privacy(self, how: FaceCover, seats: tuple[Polygon, ...]) -> None:
        """How faces are drawn, and which seats have opted out, from now on."""
        if (how, seats) != (self._how, self._seats):
            self._how, self._seats = how, seats
            self._send()

    def show(
        self,
        frame: Frame | None,
        result: FrameResult | None,
        left_out: NDArray[np.float32] = NO_BOXES,
    ) -> None:
        """Show these, as ``LiveView`` has them; nothing happens where they are shown already."""
        if frame is self.frame and result is self.result:
            return
        if frame is not self.frame:
            self._rate.tick(time.monotonic())
        if self.frame is None and frame is not None:
            self._first_size = frame.size
        self.frame, self.result, self._left_out = frame, result, left_out
        self._send()

    def speed(self) -> float:
        """Pictures a second."""
        return self._rate.at(time.monotonic())

    def begin(self) -> None:
        """A new run: count pictures anew."""
        self._rate = Rate()
        self.show(self.frame, None)

    def close(self) -> None:
        """End the thread; in a job."""
        self._coverer.close()

    def _send(self) -> None:
        if self.frame is None:
            self._ticket += 1  # what is still being covered is of no use
        if self.frame is None or self._how is FaceCover.SHOW:
            self.picture.emit(self.frame, self.result)
            return
        self._coverer.put(
            Shot(
                self.frame,
                self.result,
                self._how,
                self._seats,
                self._first_size,
                self._ticket,
                self._left_out,
            )
        )

    @Slot(object, object)
    def _on_covered(self, shot: Shot, frame: Frame) -> None:
        if shot.ticket == self._ticket and shot.how is self._how:
            self.picture.emit(frame, shot.result)
