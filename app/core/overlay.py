"""Where the labels of many faces go, so that none lies on a neighbour's face.

Placing as few overlaps as possible is NP-hard in general (Marks & Shieber, 1991); this is the
usual greedy answer with candidate positions (Imhof, 1975; Christensen, Marks & Shieber, 1995):
each face in turn takes the best of a few places around it that is still free.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

GAP: Final = 2.0
"""Pixels between a face box and a label beside it."""

_RINGS: Final = (0.0, 0.6, 1.3)
"""Distances of the places from the box, in label heights."""
_TOUCH: Final = 0.5
"""How far a label that is slid along its box still reaches over it, in label heights."""


def place_labels(
    boxes: NDArray[np.floating],
    label_sizes: NDArray[np.floating],
    frame_size: tuple[int, int],
    gap: float = GAP,
    margin: float = 0.0,
    before: NDArray[np.floating] | None = None,
) -> NDArray[np.float64]:
    """Top left corners of the labels of n faces.

    A label lies above its face if it can, else below, right or left of it, else a little further
    away, else on part of its own face. It never covers a neighbour's face or another label and
    never leaves the frame. Earlier rows choose first; the same input gives the same places.

    Args:
        boxes: (n, 4) face boxes: x, y, width, height in pixels; may hang over the frame's edge.
        label_sizes: (n, 2) width and height of each label in pixels.
        frame_size: (width, height) in pixels.
        gap: pixels between a box and a label that lies beside it.
        margin: how far around a neighbour's box its face is kept free too, in shares of the box;
            a box ends at brows and chin, and in a small picture hair and jaw tell who it is.
        before: (n, 2) top left corners that are kept where they still are free, so that labels do
            not jump as faces move a little; NaN where there is none. Also faster.

    Returns:
        (n, 2) x, y; a row of NaN where there is no such place: draw no label, or a smaller one.
    """
    n = len(boxes)
    places = np.full((n, 2), np.nan)
    if n == 0:
        return places
    boxes64 = np.asarray(boxes, np.float64)
    sizes = np.asarray(label_sizes, np.float64)
    room = np.array(frame_size, np.float64) - sizes
    around = np.concatenate((-boxes64[:, 2:] * margin, 2 * boxes64[:, 2:] * margin), axis=1)
    faces = boxes64 + around
    if before is not None:
        kept = _still_free(before.astype(np.float64), boxes64, faces, sizes, room)
        places[kept] = before[kept]
    _place_rest(places, boxes64, faces, sizes, room, gap)
    return places


def _place_rest(
    places: NDArray[np.float64],
    boxes: NDArray[np.float64],
    faces: NDArray[np.float64],
    sizes: NDArray[np.float64],
    room: NDArray[np.float64],
    gap: float,
) -> None:
    """Fill in the rows of ``places`` (n, 2) that are NaN, around those that are not."""
    n = len(places)
    rest = np.flatnonzero(np.isnan(places[:, 0]))
    corners = np.clip(
        _candidates(boxes[rest], sizes[rest], gap), 0.0, np.maximum(room[rest], 0.0)[:, None, :]
    )
    sized = np.broadcast_to(sizes[rest][:, None], corners.shape)
    plates = np.concatenate((corners, sized), axis=2)

    on_face = _meet(plates[:, :, None], faces[None, None])
    on_face[np.arange(len(rest)), :, rest] = False
    fits = np.asarray((room[rest] >= 0.0).all(axis=1))
    allowed = ~on_face.any(axis=2) & fits[:, None]
    covered = _covered(plates, boxes[rest])
    # A place on its own face comes after every free one, the less it covers the sooner.
    costs = np.arange(plates.shape[1]) + np.where(covered > 0.0, 1e3 + 1e3 * covered, 0.0)
    costs[~allowed] = np.inf

    count = n - len(rest)
    taken = np.zeros((n, 4))
    there = np.isfinite(places[:, 0])
    taken[:count] = np.concatenate((places[there], sizes[there]), axis=1)
    for at, row in enumerate(rest.tolist()):
        clash = _meet(plates[at][:, None], taken[None, :count]).any(axis=1)
        cost = np.where(clash, np.inf, costs[at])
        best = int(np.argmin(cost))
        if np.isfinite(cost[best]):
            places[row] = corners[at, best]
            taken[count] = plates[at, best]
            count += 1


def _still_free(
    corners: NDArray[np.float64],
    boxes: NDArray[np.float64],
    faces: NDArray[np.float64],
    sizes: NDArray[np.float64],
    room: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """(n,) which labels may stay at ``corners`` (n, 2): on no face, their own too; NaN may not."""
    plates = np.concatenate((corners, sizes), axis=1)
    on_face = _meet(plates[:, None], faces[None])
    np.fill_diagonal(on_face, False)
    on_own = _meet(plates, boxes)
    inside = ((corners >= 0.0) & (corners <= room)).all(axis=1)  # NaN is not
    free = np.asarray(inside & ~on_own & ~on_face.any(axis=1))
    clash = np.tril(_meet(plates[:, None], plates[None]) & free[None], -1)
    return np.asarray(free & ~clash.any(axis=1))


def _candidates(
    boxes: NDArray[np.float64], sizes: NDArray[np.float64], gap: float
) -> NDArray[np.float64]:
    """(n, c, 2) top left corners to try, best first."""
    x, y, w, h = (boxes[:, k] for k in range(4))
    label_w, label_h = sizes[:, 0], sizes[:, 1]
    reach = np.minimum(label_w, label_h) * _TOUCH
    # Along the top or bottom edge: left aligned, centred, right aligned, then slid outwards.
    along = (x, x + (w - label_w) / 2, x + w - label_w, x + w - reach, x + reach - label_w)
    # Along a side: centred, at the top, at the bottom.
    beside = (y + (h - label_h) / 2, y, y + h - label_h)
    found: list[tuple[NDArray[np.float64], NDArray[np.float64]]] = []
    for ring in _RINGS:
        away = gap + ring * label_h
        above, below = y - away - label_h, y + h + away
        right, left = x + w + away, x - away - label_w
        edges = along if ring == 0.0 else (*along, right, left)
        found += [(across, above) for across in edges]
        found += [(across, below) for across in edges]
        found += [(right, down) for down in beside]
        found += [(left, down) for down in beside]
    found += [(x, y), (x, y + h - label_h)]
    return np.stack([np.stack(place, axis=1) for place in found], axis=1)


def _meet(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether rectangles x, y, width, height of ``a`` and ``b`` overlap, broadcast."""
    ax, ay, aw, ah = (a[..., k] for k in range(4))
    bx, by, bw, bh = (b[..., k] for k in range(4))
    return np.asarray((ax < bx + bw) & (bx < ax + aw) & (ay < by + bh) & (by < ay + ah))


def _covered(plates: NDArray[np.float64], boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, c) share of box i that each of its plates (n, c, 4) lies on."""
    box = boxes[:, None]
    low = np.maximum(plates[..., :2], box[..., :2])
    high = np.minimum(plates[..., :2] + plates[..., 2:], box[..., :2] + box[..., 2:])
    sides = np.clip(high - low, 0.0, None)
    return np.asarray(sides[..., 0] * sides[..., 1] / (box[..., 2] * box[..., 3]))


def crowded(
    boxes: NDArray[np.floating], label_size: tuple[float, float], was_crowded: bool
) -> bool:
    """Whether full labels above these boxes (n, 4) would lie on neighbours.

    ``label_size`` is (width, height) in the units of the boxes. The answer is sticky: labels
    that were short stay short until there is clearly room again, so they do not flicker.
    """
    n = len(boxes)
    if n < 2:
        return False
    width, height = label_size
    x = boxes[:, 0] + boxes[:, 2] / 2 - width / 2
    y = boxes[:, 1] - height
    meet_x = np.abs(x[:, None] - x[None, :]) < width
    meet_y = np.abs(y[:, None] - y[None, :]) < height
    on_label = meet_x & meet_y
    on_face = (
        (x[:, None] < boxes[None, :, 0] + boxes[None, :, 2])
        & (boxes[None, :, 0] < x[:, None] + width)
        & (y[:, None] < boxes[None, :, 1] + boxes[None, :, 3])
        & (boxes[None, :, 1] < y[:, None] + height)
    )
    hit = on_label | on_face
    np.fill_diagonal(hit, False)
    share = float(hit.any(axis=1).mean())
    return share > (0.05 if was_crowded else 0.25)
