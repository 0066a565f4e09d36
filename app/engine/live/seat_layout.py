"""Where the seat map draws each student: as in the room, and pushed apart until none overlaps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.engine.live.viewmodel import StudentRow

Rect = tuple[float, float, float, float]
"""x, y, width, height in pixels."""

USUAL_MARK: Final = 14.0
SMALLEST_MARK: Final = 10.0
LARGEST_MARK: Final = 20.0
_TINIEST_MARK: Final = 5.0
_SHARES: Final = (0.5, 0.35, 0.2)
"""Shares of the map that marks without texts may take, the first at which none overlap."""
_GAP: Final = 3.0
"""Pixels between a mark and its text, and between neighbours."""
_LEAST_SPAN: Final = 0.2
"""Share of the picture that the map shows at least, so that two neighbours look like it."""
_ROUNDS: Final = 120
_PUSH: Final = 0.45
"""Share of an overlap by which each of the two gives way at a time; less than a half settles."""
_FULL: Final = 0.85
"""Share of the map that cells may take; beyond it no pushing finds room for all."""
_LONGEST: Final = 12
"""Letters of a name that the map shows."""


class Style(Enum):
    """How much is written, from much to little; the first that fits is taken."""

    NAMES_BELOW = auto()
    CODES_BELOW = auto()
    CODES_BESIDE = auto()
    MARKS = auto()


@dataclass(frozen=True, slots=True)
class SeatMark:
    """One student on the map, in pixels of the widget.

    Attributes:
        row: the student.
        mark: where the shape of the expression goes.
        text: what stands at ``label``; "" where there is no room for any.
        label: where the text goes; no two labels or marks overlap while there is room for all.
    """

    row: StudentRow
    mark: Rect
    text: str
    label: Rect


class _Cells(NamedTuple):
    sizes: NDArray[np.float64]  # (n, 2) of each cell
    marks: NDArray[np.float64]  # (n,) side of each mark
    texts: list[str]


def texts_of(row: StudentRow) -> tuple[str, str]:
    """What the map may write of a student: the name, shortened, or the code; and the code."""
    return row.name[:_LONGEST] or row.code, row.code


def lay_out(
    rows: Sequence[StudentRow],
    size: tuple[float, float],
    turned: bool,
    width_of: Callable[[str], float],
    line: float,
) -> tuple[SeatMark, ...]:
    """Place everyone whose seat is known.

    Args:
        rows: the students.
        size: (width, height) in pixels to fill.
        turned: show the front of the room at the top, as on a seating plan; else at the bottom,
            as a camera at the front sees the class.
        width_of: pixels that a text takes.
        line: height of a text in pixels.
    """
    seated = [row for row in rows if row.seat is not None]
    if not seated or min(size) <= 0:
        return ()
    seats = np.array([row.seat for row in seated], np.float64)
    if turned:
        seats = 1.0 - seats
    room = np.array(size, np.float64)
    named = any(row.name for row in seated)
    for style in Style:
        if style is Style.NAMES_BELOW and not named:
            continue
        whole = _cells(seated, style, width_of, line)
        for share in _SHARES if style is Style.MARKS else (1.0,):
            cells = _shrunk(whole, share, room) if style is Style.MARKS else whole
            centres, free = _spread(_fit(seats, cells.sizes, room), cells.sizes, room)
            if free:
                break
        if free:
            break
    return tuple(
        _mark(row, style, centres[i], cells.sizes[i], float(cells.marks[i]), cells.texts[i], line)
        for i, row in enumerate(seated)
    )


def nearest(marks: Sequence[SeatMark], track_id: int, step: tuple[float, float]) -> int:
    """Whose mark comes next in a direction, for the arrow keys.

    Args:
        track_id: who is selected; nobody: the first one is the answer.
        step: (right, down), of which one is 0.

    Returns:
        A track; ``track_id`` itself where nobody is farther in that direction; 0 on an empty map.
    """
    if not marks:
        return 0
    places = {mark.row.track_id: _centre(mark.mark) for mark in marks}
    if track_id not in places:
        return marks[0].row.track_id
    here = places[track_id]
    best, shortest = track_id, np.inf
    for other, place in places.items():
        along = (place - here) @ np.array(step)
        aside = abs((place - here) @ np.array(step[::-1]))
        # Within 60 degrees of the arrow; what lies straight ahead is preferred.
        if along > 0 and aside <= 1.75 * along and along + 2 * aside < shortest:
            best, shortest = other, along + 2 * aside
    return best


def _centre(rect: Rect) -> NDArray[np.float64]:
    return np.array((rect[0] + rect[2] / 2, rect[1] + rect[3] / 2))


def _cells(
    rows: Sequence[StudentRow], style: Style, width_of: Callable[[str], float], line: float
) -> _Cells:
    """What each student needs, the gap to the neighbours included."""
    depths = np.array([row.seat_size for row in rows], np.float64)
    usual = np.nanmedian(depths) if np.isfinite(depths).any() else 1.0
    scale = np.sqrt(np.nan_to_num(depths / max(float(usual), 1e-9), nan=1.0))
    marks = np.clip(USUAL_MARK * scale, SMALLEST_MARK, LARGEST_MARK)
    if style is Style.MARKS:
        return _Cells(np.stack([marks + _GAP] * 2, axis=1), marks, [""] * len(rows))
    names = style is Style.NAMES_BELOW
    texts = [texts_of(row)[0 if names else 1] for row in rows]
    widths = np.array([width_of(text) for text in texts])
    if style is Style.CODES_BESIDE:
        marks = np.full(len(rows), SMALLEST_MARK)
        sizes = np.stack((marks + widths + 2 * _GAP, np.maximum(marks, line) + 1), axis=1)
    else:
        sizes = np.stack((np.maximum(marks, widths) + _GAP, marks + line + _GAP), axis=1)
    return _Cells(sizes, marks, texts)


def _shrunk(cells: _Cells, share: float, room: NDArray[np.float64]) -> _Cells:
    """Marks that take no more than this share of the map."""
    largest = float(np.sqrt(share * room[0] * room[1] / len(cells.marks))) - _GAP
    marks = np.minimum(cells.marks, max(largest, _TINIEST_MARK))
    return _Cells(np.stack([marks + _GAP] * 2, axis=1), marks, cells.texts)


def _fit(
    seats: NDArray[np.float64], sizes: NDArray[np.float64], room: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(n, 2) centres: the part of the picture that is in use fills the map, axis by axis."""
    low, high = seats.min(axis=0), seats.max(axis=0)
    span = np.maximum(high - low, _LEAST_SPAN)
    middle = (low + high) / 2
    free = np.maximum(room - sizes.max(axis=0), 0.0)
    return np.asarray(room / 2 + (seats - middle) / span * free)


def _spread(
    centres: NDArray[np.float64], sizes: NDArray[np.float64], room: NDArray[np.float64]
) -> tuple[NDArray[np.float64], bool]:
    """Push overlapping cells apart, each pair along the axis on which they overlap less.

    The usual iterative answer to node overlap in drawings of graphs, as in the force-scan
    algorithm of Misue et al. (1995), but for pushes in both directions. Same input, same answer.

    Returns:
        (n, 2) centres, and whether no two cells overlap.
    """
    placed, rest = centres.copy(), sizes / 2
    one, other = np.triu_indices(len(centres), 1)
    reach = rest[one] + rest[other]
    crowded = (sizes[:, 0] * sizes[:, 1]).sum() > _FULL * room[0] * room[1]
    for _ in range(0 if crowded else _ROUNDS):
        apart = placed[one] - placed[other]
        overlap = reach - np.abs(apart)
        meet = np.flatnonzero((overlap > 0.01).all(axis=1))
        if not len(meet):
            return placed, True
        share = overlap[meet] / reach[meet]
        axis = (share[:, 0] > share[:, 1]).astype(np.int64)
        side = np.where(apart[meet, axis] < 0.0, -1.0, 1.0)
        push = np.zeros((len(meet), 2))
        push[np.arange(len(meet)), axis] = _PUSH * side * overlap[meet, axis]
        np.add.at(placed, one[meet], push)
        np.add.at(placed, other[meet], -push)
        placed = np.clip(placed, rest, np.maximum(room - rest, rest))
    return placed, False


def _mark(
    row: StudentRow,
    style: Style,
    centre: NDArray[np.float64],
    cell: NDArray[np.float64],
    side: float,
    text: str,
    line: float,
) -> SeatMark:
    x, y = centre.tolist()
    width, height = cell.tolist()
    left, top = x - width / 2, y - height / 2
    if style is Style.MARKS:
        return SeatMark(row, (x - side / 2, y - side / 2, side, side), "", (x, y, 0.0, 0.0))
    if style is Style.CODES_BESIDE:
        label = (left + _GAP / 2 + side + _GAP, y - line / 2, width - side - 2 * _GAP, line)
        return SeatMark(row, (left + _GAP / 2, y - side / 2, side, side), text, label)
    label = (left + _GAP / 2, top + side + 1, width - _GAP, line)
    return SeatMark(row, (x - side / 2, top, side, side), text, label)
