"""Drawing the regions of a room: what the user does with pointer and keys, without any Qt.

Points are shares of the picture that is shown, (0, 0) its upper left corner. The regions
themselves are fixed to the room, in shares of the first picture; the camera transform of the
newest result takes one to the other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.core.regions import Polygon, Regions, distance, inside
from app.core.similarity import invert, move_points
from app.core.types import STILL, Faces

Point = tuple[float, float]

STEP: Final = 0.02
"""Share of the picture that an arrow key moves the cross by."""
_DIGITS: Final = 4
"""Of a corner: a fifth of a pixel at 1920."""
_REACH: Final = 0.012
"""Share of the picture's width within which a click means an outline or the first corner."""
_LEAST_SIDE: Final = 0.01
"""Of a drawn rectangle: less is a click."""


class Kind(StrEnum):
    """What a region is for."""

    LOOK = "look"
    IGNORE = "ignore"
    OPT_OUT = "opt_out"


@dataclass(frozen=True, slots=True)
class Outline:
    """A region as it lies in the shown picture; ``place`` is its number among its kind."""

    kind: Kind
    place: int
    points: Polygon
    selected: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """All that there is to show.

    Attributes:
        outlines: of every region.
        active: the user is drawing.
        kind: what is drawn next.
        draft: corners of the region that is being drawn.
        cursor: where the next corner would be; None: nowhere yet.
        rubber: opposite corners of the rectangle that is being dragged.
        undoable, deletable: whether ``undo`` and ``delete`` would do something.
    """

    outlines: tuple[Outline, ...] = ()
    active: bool = False
    kind: Kind = Kind.LOOK
    draft: tuple[Point, ...] = ()
    cursor: Point | None = None
    rubber: tuple[Point, Point] | None = None
    undoable: bool = False
    deletable: bool = False


class RegionEditor:
    """The regions of one source while the user draws.

    A region is drawn by dragging a rectangle, or corner by corner: ``press`` and ``release``, or
    ``move`` and ``corner`` with the keys, and ``close``. Two corners make a rectangle.

    Args:
        changed: told the new regions whenever the user changed them.
        redraw: told that ``drawing`` is new.
    """

    def __init__(
        self, changed: Callable[[Regions], None], redraw: Callable[[], None] = lambda: None
    ) -> None:
        self._changed, self._redraw = changed, redraw
        self._regions = Regions()
        self._history: list[Regions] = []
        self._active = False
        self._kind = Kind.LOOK
        self._draft: tuple[Point, ...] = ()
        self._cursor: Point | None = None
        self._grip: Point | None = None  # where the pointer went down
        self._selected: tuple[Kind, int] | None = None
        self._size = np.ones(2)
        self._camera: NDArray[np.float64] = STILL

    @property
    def regions(self) -> Regions:
        """What is drawn now."""
        return self._regions

    @property
    def drawing(self) -> Drawing:
        """What to show now."""
        outlines = tuple(
            Outline(kind, place, self._to_picture(polygon), (kind, place) == self._selected)
            for kind in Kind
            for place, polygon in enumerate(getattr(self._regions, kind))
        )
        return Drawing(
            outlines,
            self._active,
            self._kind,
            self._draft,
            self._cursor,
            (self._grip, self._cursor) if self._grip and self._cursor and not self._draft else None,
            bool(self._draft or self._history),
            self._selected is not None,
        )

    def load(self, regions: Regions) -> None:
        """Begin with the regions of another source; nothing can be undone."""
        self._regions = regions
        self._history.clear()
        self._camera = STILL
        self._drop()

    def see(self, size: tuple[int, int], camera: NDArray[np.float64]) -> None:
        """The picture shown is this large, and the camera has moved since the first one so."""
        shape = np.array(size, np.float64)
        moved = not (np.array_equal(camera, self._camera) and np.array_equal(shape, self._size))
        self._size, self._camera = shape, camera
        if moved:
            self._redraw()

    def take(self, regions: Regions) -> None:
        """Use other regions instead, as from a file; ``undo`` brings back what was."""
        self._drop()
        self._change(regions)

    def hidden(self, faces: Faces) -> frozenset[int]:
        """Ids of faces of the shown picture that were found before their seat opted out."""
        middles = (faces.boxes[:, :2] + faces.boxes[:, 2:] / 2) / self._size
        seats = (self._to_picture(seat) for seat in self._regions.opt_out)
        return frozenset(int(i) for seat in seats for i in faces.ids[inside(seat, middles)])

    def activate(self, active: bool) -> None:
        """Begin or end drawing."""
        self._active = active
        self._drop()

    def choose(self, kind: Kind) -> None:
        """Draw this kind next."""
        self._kind = kind
        self._drop()

    # Pointer

    def press(self, point: Point) -> None:
        """The pointer went down."""
        if self._active:
            self._grip = self._cursor = _clipped(point)
            self._redraw()

    def hover(self, point: Point) -> None:
        """The pointer moved, held down or not."""
        if self._active:
            self._cursor = _clipped(point)
            self._redraw()

    def release(self, point: Point) -> None:
        """The pointer went up: after a drag a rectangle is done, after a click a corner."""
        grip, self._grip = self._grip, None
        if not self._active or grip is None:
            return
        self._cursor = _clipped(point)
        far = np.abs(np.subtract(self._cursor, grip)).min() >= _LEAST_SIDE
        if far and not self._draft:
            self._draft = (grip, self._cursor)
            self.close()
        elif self._draft and len(self._draft) > 2 and self._near(self._draft[0], grip):
            self.close()
        elif self._draft or not self._select_at(grip):
            self._add(grip)

    # Keys

    def move(self, steps: tuple[float, float]) -> None:
        """Move the cross by so many steps to the right and down."""
        if self._active:
            x, y = self._cursor or (0.5, 0.5)
            self._cursor = _clipped((x + steps[0] * STEP, y + steps[1] * STEP))
            self._redraw()

    def corner(self) -> None:
        """A corner where the cross is."""
        if self._active and self._cursor is not None:
            self._add(self._cursor)

    def close(self) -> None:
        """The region that is being drawn is done; two corners make a rectangle."""
        if not self._active or len(self._draft) < 2:
            return
        corners = self._draft
        if len(corners) == 2:
            (left, top), (right, bottom) = corners
            corners = (left, top), (right, top), (right, bottom), (left, bottom)
        drawn = getattr(self._regions, self._kind)
        try:
            added = {str(self._kind): (*drawn, self._to_room(corners))}
            regions = replace(self._regions, **added)
        except ValueError:  # no area: all corners in a line
            self.cancel()
            return
        self._draft = ()
        self._selected = self._kind, len(drawn)
        self._change(regions)

    def cancel(self) -> bool:
        """Give up the region that is being drawn, else the selection; False: there was neither."""
        self._grip = None
        if not self._draft and self._selected is None:
            return False
        if self._draft:
            self._draft = ()
        else:
            self._selected = None
        self._redraw()
        return True

    def undo(self) -> None:
        """Take back the last corner, else the last change."""
        if self._draft:
            self._draft = self._draft[:-1]
            self._redraw()
        elif self._active and self._history:
            regions, self._selected = self._history.pop(), None
            self._regions = regions
            self._changed(regions)
            self._redraw()

    def delete(self) -> None:
        """Remove the selected region."""
        if self._active and self._selected is not None:
            kind, place = self._selected
            polygons = getattr(self._regions, kind)
            self._selected = None
            left = {str(kind): polygons[:place] + polygons[place + 1 :]}
            self._change(replace(self._regions, **left))

    def select_next(self, step: int = 1) -> None:
        """Select the next region, or the one before."""
        every = [(o.kind, o.place) for o in self.drawing.outlines]
        if self._active and every:
            at = every.index(self._selected) + step if self._selected in every else min(step, 0)
            self._selected = every[at % len(every)]
            self._redraw()

    def _select_at(self, point: Point) -> bool:
        """Select the region whose outline is here; whether there is one."""
        self._selected = None
        for outline in self.drawing.outlines:
            shape = tuple((x, y * self._aspect) for x, y in outline.points)
            at = np.array([(point[0], point[1] * self._aspect)])
            if distance(shape, at)[0] <= _REACH:
                self._selected = outline.kind, outline.place
        self._redraw()
        return self._selected is not None

    def _add(self, point: Point) -> None:
        self._selected = None
        self._draft = (*self._draft, point)
        self._redraw()

    def _drop(self) -> None:
        self._draft, self._cursor, self._grip, self._selected = (), None, None, None
        self._redraw()

    def _change(self, regions: Regions) -> None:
        self._history.append(self._regions)
        self._regions = regions
        self._changed(regions)
        self._redraw()

    @property
    def _aspect(self) -> float:
        return float(self._size[1] / self._size[0])

    def _near(self, a: Point, b: Point) -> bool:
        gap = np.subtract(a, b) * (1.0, self._aspect)
        return float(np.hypot(*gap)) <= _REACH

    def _to_room(self, points: tuple[Point, ...]) -> Polygon:
        pixels = np.array(points) * self._size
        placed = move_points(self._camera, pixels) / self._size
        return tuple((round(float(x), _DIGITS), round(float(y), _DIGITS)) for x, y in placed)

    def _to_picture(self, polygon: Polygon) -> Polygon:
        pixels = np.array(polygon) * self._size
        placed = move_points(invert(self._camera), pixels) / self._size
        return tuple((float(x), float(y)) for x, y in placed)


def _clipped(point: Point) -> Point:
    return min(max(point[0], 0.0), 1.0), min(max(point[1], 0.0), 1.0)
