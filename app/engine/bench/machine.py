"""What a figure was measured on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from app import __version__
from app.core.machine import processor, usable_cores
from app.session.environment import environment


def machine() -> dict[str, Any]:
    """Processor, cores, versions and the moment, as JSON can hold them."""
    return {
        "processor": processor(),
        "cores": usable_cores(),
        "roomread": __version__,
        "versions": environment(),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
    }
