"""Regions of a room that the user draws: where to look, what to ignore, who has opted out.

A polygon is a tuple of (x, y) corners, shares of the first picture's width and height: 0, 0 is
its upper left corner, 1, 1 the lower right one. What lies beyond is allowed, since a camera that
moves shows it.
"""

from __future__ import annotations

import math
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.core.errors import SettingsError

Polygon = tuple[tuple[float, float], ...]

SCHEMA: Final = 1
_LOWEST, _HIGHEST = -1.0, 2.0
"""Of a corner: half a room to each side; beyond, somebody wrote pixels."""
_LEAST_AREA: Final = 1e-6
"""Of a region, as a share of the picture: a pixel of 720p."""


@dataclass(frozen=True, slots=True)
class Regions:
    """Where faces are looked for and whose are never read.

    Attributes:
        look: faces are looked for in these only; none: everywhere.
        ignore: faces in these are dropped.
        opt_out: seats; whoever sits there is never read nor stored.

    Raises:
        ValueError: a polygon has under three corners, no area, or corners far off the picture.
    """

    look: tuple[Polygon, ...] = ()
    ignore: tuple[Polygon, ...] = ()
    opt_out: tuple[Polygon, ...] = ()

    def __post_init__(self) -> None:
        for name in KINDS:
            for number, polygon in enumerate(getattr(self, name), 1):
                problem = _problem(polygon)
                if problem:
                    raise ValueError(f"{name}, region {number}: {problem}")

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Regions:
        """Regions of lists of corners by kind, as TOML and JSON give them.

        Raises ValueError that names what is wrong.
        """
        unknown = sorted(set(raw) - set(KINDS))
        if unknown:
            raise ValueError(f"{unknown[0]!r} is no kind of region: use {', '.join(KINDS)}")
        return cls(**{name: _polygons(name, raw[name]) for name in raw})

    def wanted(self, points: NDArray[np.floating]) -> NDArray[np.bool_]:
        """(n,) whether faces at ``points`` (n, 2), in the polygons' unit, count at all."""
        wanted = np.ones(len(points), bool)
        if self.look:
            wanted = np.logical_or.reduce([inside(polygon, points) for polygon in self.look])
        for polygon in self.ignore:
            wanted &= ~inside(polygon, points)
        return wanted


KINDS: Final = tuple(field.name for field in fields(Regions))


def inside(polygon: Polygon, points: NDArray[np.floating]) -> NDArray[np.bool_]:
    """(n,) which of the ``points`` (n, 2) lie in the polygon; either way on its very edge.

    Even-odd rule (Shimrat, 1962): a ray to the right crosses the outline an odd number of times.
    """
    x, y = points[:, :1].astype(np.float64), points[:, 1:].astype(np.float64)
    start = np.array(polygon, np.float64)
    end = np.roll(start, -1, axis=0)
    rise = end[:, 1] - start[:, 1]
    crosses = (start[:, 1] > y) != (end[:, 1] > y)
    slope = np.divide(end[:, 0] - start[:, 0], rise, out=np.zeros_like(rise), where=rise != 0)
    at = start[:, 0] + (y - start[:, 1]) * slope
    return np.asarray((crosses & (x < at)).sum(axis=1) % 2 == 1)


def distance(polygon: Polygon, points: NDArray[np.floating]) -> NDArray[np.float64]:
    """(n,) distance of the ``points`` (n, 2) to the polygon's outline, in the unit of both."""
    start = np.array(polygon, np.float64)
    edge = np.roll(start, -1, axis=0) - start
    length = np.maximum((edge**2).sum(axis=1), 1e-300)
    way = points[:, None].astype(np.float64) - start
    along = np.clip((way * edge).sum(axis=2) / length, 0.0, 1.0)
    gaps = np.linalg.norm(way - along[..., None] * edge, axis=2)
    return np.asarray(gaps.min(axis=1, initial=np.inf))


def load_regions(path: Path) -> Regions:
    """Read a room's file, as ``save_regions`` writes it.

    Raises:
        SettingsError: it is missing or can't be read, or something in it is off.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SettingsError(f"regions file {path} does not exist: check the path") from error
    except OSError as error:
        raise SettingsError(f"regions file {path} can't be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"regions file {path} is no valid TOML: {error}") from error
    version = raw.pop("schema_version", SCHEMA)
    if not isinstance(version, int) or version < 1:
        raise SettingsError(f"regions file {path}: schema_version: take this line away")
    if version != SCHEMA:
        raise SettingsError(
            f"regions file {path} was made by a newer Roomread: update Roomread, or draw the "
            "regions again"
        )
    try:
        return Regions.parse(raw)
    except ValueError as error:
        raise SettingsError(f"regions file {path}: {error}") from error


def save_regions(path: Path, regions: Regions) -> None:
    """Write a room's file; an earlier one stays whole until the new one is.

    Raises:
        SettingsError: it can't be written.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(regions_text(regions), encoding="utf-8")
        os.replace(part, path)
    except OSError as error:
        raise SettingsError(
            f"regions file {path} can't be written ({error.strerror}): check the folder"
        ) from error


def regions_text(regions: Regions) -> str:
    """The TOML text of a room's file."""
    lines = [
        "# Regions of a room: corners are shares of the picture's width and height.",
        "# look: faces are looked for here only (empty: everywhere). ignore: never here.",
        "# opt_out: seats whose students are never read nor stored.",
        f"schema_version = {SCHEMA}",
    ]
    for name in KINDS:
        polygons = [
            "  [" + ", ".join(f"[{float(x)!r}, {float(y)!r}]" for x, y in polygon) + "],"
            for polygon in getattr(regions, name)
        ]
        lines += [f"{name} = [", *polygons, "]"] if polygons else [f"{name} = []"]
    return "\n".join(lines) + "\n"


def _problem(polygon: Polygon) -> str:
    """What is wrong with a polygon, "" where nothing is."""
    if len(polygon) < 3:
        return f"{len(polygon)} corners: give three or more"
    corners = np.array(polygon, np.float64)
    if not (np.isfinite(corners).all() and _LOWEST <= corners.min() <= corners.max() <= _HIGHEST):
        return "corners are shares of the picture, 0 to 1"
    x, y = corners.T
    area = abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2
    return "" if area >= _LEAST_AREA else "it has no area"


def _polygons(name: str, raw: object) -> tuple[Polygon, ...]:
    if not isinstance(raw, list | tuple):
        raise ValueError(f"{name}: give a list of regions")
    return tuple(_polygon(f"{name}, region {number}", one) for number, one in enumerate(raw, 1))


def _polygon(where: str, raw: object) -> Polygon:
    if not isinstance(raw, list | tuple):
        raise ValueError(f"{where}: give a list of corners, each [x, y]")
    corners = []
    for corner in raw:
        if not (isinstance(corner, list | tuple) and len(corner) == 2):
            raise ValueError(f"{where}: {corner!r} is no corner: give [x, y]")
        if not all(_is_number(value) for value in corner):
            raise ValueError(f"{where}: {corner!r} is no corner: give two numbers")
        corners.append((float(corner[0]), float(corner[1])))
    return tuple(corners)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
