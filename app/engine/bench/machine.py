"""What a figure was measured on."""

from __future__ import annotations

import platform
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app import __version__
from app.core.machine import usable_cores
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


def processor() -> str:
    """Its name, as the system has it."""
    info = Path("/proc/cpuinfo")
    if info.is_file():
        found = re.search(r"^model name\s*:\s*(.+)$", info.read_text(encoding="utf-8"), re.M)
        if found:
            return " ".join(found[1].split())
    return platform.processor() or platform.machine()
