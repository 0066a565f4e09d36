"""How much of every face is seen, from simple outlines of what is before it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.core.types import STILL
from tests.classroom.raster import Array
from tests.classroom.scene import Scene
from tests.classroom.staging import Desk, Held, Item, Person

_BODY_Y = [0.5, 0.7, 1.9, 2.05, 2.2, 2.4, 2.65, 3.0, 3.6, 7.0, 40.0]
_BODY_X = [0.0, 0.55, 0.6, 0.86, 1.18, 1.72, 2.06, 2.24, 2.32, 2.36, 2.1]
"""Half the width of neck, shoulders and body by y, in half face widths."""


def _disc() -> Array:
    """(n, 2) points spread evenly over the unit disc."""
    steps = np.arange(48) + 0.5
    radius, angle = np.sqrt(steps / 48.0), steps * np.pi * (3.0 - 5.0**0.5)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


_DISC = _disc()


def seen_shares(scene: Scene, items: list[Item], look: NDArray[np.float64]) -> dict[int, float]:
    """By student, the share of the face that is in the picture and has nothing before it."""
    faces = [(i, p) for i, p in enumerate(items) if isinstance(p, Person) and p.student]
    if not faces:
        return {}
    index = np.array([i for i, _ in faces])
    middles = np.array([p.middle for _, p in faces])
    halves = np.array([p.face_width for _, p in faces])[:, None] * (0.47, 0.55)
    low, high = middles - halves, middles + halves
    bounds = _bounds(scene, items)
    before = (bounds[None, :, :2] < high[:, None]).all(axis=2)
    before &= (bounds[None, :, 2:] > low[:, None]).all(axis=2)
    before &= np.arange(len(items)) > index[:, None]
    whole = (low >= 0.0).all(axis=1) & (high <= scene.size).all(axis=1) & (look == STILL).all()
    shares = {}
    for row, (_, person) in enumerate(faces):
        if whole[row] and not before[row].any():
            shares[person.student] = 1.0
            continue
        points = middles[row] + _DISC * halves[row]
        seen = _inside(scene, points, look)
        for j in np.flatnonzero(before[row]):
            seen &= ~_covers(scene, items[j], points)
        shares[person.student] = float(seen.mean())
    return shares


def _bounds(scene: Scene, items: list[Item]) -> Array:
    """(n, 4) left, top, right, bottom of every item."""
    found = []
    for item in items:
        if isinstance(item, Desk):
            found.append((0.0, scene.rows[item.row].far, scene.size[0], scene.size[1]))
            continue
        unit = item.face_width / 2.0
        if isinstance(item, Person):
            wide, top = 2.5 * unit, item.middle[1] - 2.0 * unit
            found.append((item.x - wide, top, item.x + wide, item.y + item.bottom * unit))
        else:
            found.append((item.x - 2.2 * unit, item.y - 1.3 * unit, item.x + 2.2 * unit,
                          item.bottom))  # fmt: skip
    return np.array(found, np.float64)


def _inside(scene: Scene, points: Array, look: NDArray[np.float64]) -> NDArray[np.bool_]:
    at = points @ look[:, :2].T + look[:, 2]
    return np.asarray(((at >= 0) & (at < scene.size)).all(axis=1))


def _covers(scene: Scene, item: Item, points: Array) -> NDArray[np.bool_]:
    """Which of the (n, 2) points lie behind ``item``."""
    if isinstance(item, Desk):
        return np.asarray(points[:, 1] >= scene.rows[item.row].far)
    unit = item.face_width / 2.0
    x, y = (points[:, 0] - item.x) / unit, (points[:, 1] - item.y) / unit
    if isinstance(item, Held):
        return _held(item, x, y, points)
    body = np.abs(x) < np.interp(y, _BODY_Y, _BODY_X)
    middle = item.middle
    hx, hy = (points - middle).T / unit
    head = (hx / 1.12) ** 2 + ((hy + 0.35) / 1.62) ** 2 < 1.0
    return np.asarray((body | head) & (y < item.bottom))


def _held(item: Held, x: Array, y: Array, points: Array) -> NDArray[np.bool_]:
    if item.kind == "book":
        shape = (np.abs(x) < 1.65) & (y > 0.0) & (y < 3.0)
    elif item.kind == "hand":
        shape = ((x / 0.9) ** 2 + ((y + 0.1) / 1.1) ** 2 < 1.0) | (np.abs(x) < 0.4) & (y > 0.8)
    else:
        shape = (np.abs(x) < 1.9) & (np.abs(y) < 0.4)
    return np.asarray(shape & (points[:, 1] < item.bottom))
