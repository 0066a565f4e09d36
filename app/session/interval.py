"""Lengths that the user may choose. Light enough for the command line to import at once."""

from __future__ import annotations

from typing import Final

from app.core.errors import ExportError

INTERVAL: Final = 5.0
"""Default length of a class interval in seconds."""
SHORTEST_INTERVAL: Final = 0.1
"""Seconds; class.csv has a row an interval, so far shorter ones would fill the disk."""

GAP: Final = 0.5
"""Default of ``episodes.Rules.gap`` in seconds."""
MINIMUM: Final = 0.5
"""Default of ``episodes.Rules.minimum`` in seconds."""


def check_interval(interval: float) -> None:
    """Raise ExportError where ``interval`` (seconds) is too short, or no number."""
    if not interval >= SHORTEST_INTERVAL:
        raise ExportError(f"interval {interval:g}: give {SHORTEST_INTERVAL:g} seconds or more")
