"""Keeps the pipeline to the regions that the user drew; opted-out students go no further."""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.core.geometry import centres
from app.core.regions import Polygon, Regions, distance, inside
from app.core.similarity import move_boxes, move_points
from app.core.types import STILL, Faces, Frame
from app.stages.protocols import Tracked

SETTLE_S: Final = 20.0
"""Time constant of where a track mostly is: who came in and has sat at an opted-out seat for 14 s
belongs there; a neighbour or teacher who bends over it for a moment does not."""


@dataclass(slots=True)
class _Seat:
    """An opted-out seat.

    ``members`` are the tracks that belong to it, for good; ``shares`` tells of every other track
    which share of its recent time it was in the seat, and when it was seen last.
    """

    members: set[int] = field(default_factory=set)
    shares: dict[int, tuple[float, float]] = field(default_factory=dict)

    def note(self, track_id: int, here: bool, now: float) -> None:
        """A track is in the seat now, or elsewhere."""
        if track_id in self.members:
            return
        share, seen = self.shares.get(track_id, (float(here), now))
        share += (here - share) * (1.0 - math.exp((seen - now) / SETTLE_S))
        self.shares[track_id] = share, now
        if share > 0.5:
            self.join(track_id)

    def join(self, track_id: int) -> None:
        """The track belongs here from now on."""
        self.members.add(track_id)
        self.shares.pop(track_id, None)


class RegionFilter:
    """Says which faces count, frame by frame: ``begin``, then ``wanted``, then ``withhold``.

    Regions are fixed to the room: places are taken to the first frame by the tracker's camera
    transform before they are compared, so a nudge or zoom does not shift them.

    Opted-out seats err on the side of silence. A face is withheld while its middle is in such a
    seat or within ``margin`` of it; and a track is withheld wherever it goes once it was first
    seen in the seat, was mostly there lately, or may be the return of one that belongs to it.

    ``withhold_since`` and ``change`` may be called from any thread, all else from one.

    Args:
        regions: at the start.
        margin: by which an opted-out seat reaches farther than drawn, in face sizes.
    """

    def __init__(self, regions: Regions | None = None, margin: float = 0.5) -> None:
        self._next = regions or Regions()
        self._margin = margin
        self._lock = threading.Lock()  # guards ``_seats``
        self.reset()

    def reset(self) -> None:
        """Forget everyone and the first frame, as for a new recording."""
        self._regions = Regions()
        with self._lock:
            self._seats: dict[Polygon, _Seat] = {}
        self._size: tuple[int, int] | None = None
        self._camera: NDArray[np.float64] = STILL
        self._now = -math.inf

    def change(self, regions: Regions) -> None:
        """Other regions from the next ``begin`` on; may be called from any thread."""
        self._next = regions

    @property
    def current(self) -> Regions:
        """Those of the frame that was taken up last."""
        return self._regions

    def begin(self, frame: Frame, camera: NDArray[np.float64]) -> None:
        """Take up a frame; ``camera`` as ``Expectation.camera``."""
        self._regions = self._next
        opt_out = self._regions.opt_out
        with self._lock:
            self._seats = {polygon: self._seats.get(polygon) or _Seat() for polygon in opt_out}
        self._size = self._size or frame.size
        self._camera, self._now = camera, frame.timestamp

    def wanted(self, boxes: NDArray[np.floating]) -> NDArray[np.bool_]:
        """(n,) boxes (n, 4) of this frame that lie where the user wants to look."""
        return self._regions.wanted(self._places(boxes) / np.array(self._size or (1, 1)))

    def withhold(self, tracked: Tracked) -> Tracked:
        """Without the faces and suggestions of opted-out students."""
        with self._lock:
            if not self._seats:
                return tracked
            for polygon, seat in self._seats.items():
                here = self._in_seat(polygon, tracked.faces, self._camera)
                ids = tracked.faces.ids.tolist()
                for track_id, is_here in zip(ids, here.tolist(), strict=True):
                    seat.note(track_id, is_here, self._now)
            return self._without(tracked, self._seats, self._camera)

    def withhold_since(
        self, tracked: Tracked, camera: NDArray[np.float64], regions: Regions
    ) -> Tracked:
        """The same for an earlier frame, by the seats that were drawn after it.

        Args:
            tracked: as ``withhold`` gave it for that frame.
            camera: of that frame, as for ``begin``.
            regions: ``current`` at that frame. Its seats are left alone: what frames show does
                not depend on how late they are read.
        """
        drawn = [one for one in self._next.opt_out if one not in regions.opt_out]
        if not drawn:
            return tracked
        with self._lock:
            seats = {polygon: self._seats.setdefault(polygon, _Seat()) for polygon in drawn}
            for polygon, seat in seats.items():
                here = self._in_seat(polygon, tracked.faces, camera)
                for track_id in tracked.faces.ids[here].tolist():
                    seat.join(track_id)
            return self._without(tracked, seats, camera)

    def _without(
        self, tracked: Tracked, seats: dict[Polygon, _Seat], camera: NDArray[np.float64]
    ) -> Tracked:
        """Without those who are in one of the seats or belong there."""
        faces = tracked.faces
        hidden = np.zeros(len(faces), bool)
        for polygon, seat in seats.items():
            for guess in tracked.suggestions:
                if guess.earlier in seat.members:
                    seat.join(guess.later)
            here = self._in_seat(polygon, faces, camera)
            hidden |= here | np.isin(faces.ids, list(seat.members))
        members = set().union(*(seat.members for seat in seats.values()))
        suggestions = tuple(s for s in tracked.suggestions if not members & {s.earlier, s.later})
        return Tracked(faces.select(~hidden), suggestions, tracked.pictures)

    def _in_seat(
        self, polygon: Polygon, faces: Faces, camera: NDArray[np.float64]
    ) -> NDArray[np.bool_]:
        """(n,) faces with their middle in the seat, or not farther from it than the margin."""
        width, height = self._size or (1, 1)
        outline = tuple((x * width, y * height) for x, y in polygon)
        boxes = move_boxes(camera, faces.boxes)
        sizes, places = np.sqrt(boxes[:, 2] * boxes[:, 3]), centres(boxes)
        near = distance(outline, places) <= self._margin * sizes
        return np.asarray(inside(outline, places) | near)

    def _places(self, boxes: NDArray[np.floating]) -> NDArray[np.float64]:
        """(n, 2) middles in pixels of the first frame."""
        return move_points(self._camera, centres(boxes))
