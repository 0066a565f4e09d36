"""Regions that the user drew while a session ran, as the session file keeps them."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import NamedTuple

from app.core.errors import SessionError
from app.core.regions import Regions
from app.session.database import DAMAGE, Database, damaged


class RegionChange(NamedTuple):
    """From the frame at ``timestamp`` (seconds) on, ``regions`` held."""

    timestamp: float
    regions: Regions


class RegionLog:
    """What held instead of the regions in the session's settings, and from when on."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, timestamp: float, regions: Regions) -> None:
        """Note that ``regions`` hold from the frame at ``timestamp`` on. Raises SessionError."""
        self._db.execute(
            "INSERT INTO region_change (timestamp, regions) VALUES (?, ?)",
            float(timestamp),
            json.dumps(asdict(regions)),
        )

    def changes(self) -> list[RegionChange]:
        """In order of time; SessionError where one is damaged."""
        if self._db.version < 3:
            return []
        rows = self._db.all("SELECT timestamp, regions FROM region_change ORDER BY number")
        try:
            return [RegionChange(float(at), Regions.parse(json.loads(text))) for at, text in rows]
        except DAMAGE as error:
            raise SessionError(damaged(self._db.path)) from error
