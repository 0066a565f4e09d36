"""What this process runs on, and what it may use of that."""

from __future__ import annotations

import functools
import os
import platform
import re
from pathlib import Path
from typing import Final

SHARE: Final = "ROOMREAD_CORES"
"""Variable of the environment: cores for this process, where others work beside it."""


@functools.cache
def processor() -> str:
    """Its name, as the system has it."""
    info = Path("/proc/cpuinfo")
    if info.is_file():
        found = re.search(r"^model name\s*:\s*(.+)$", info.read_text(encoding="utf-8"), re.M)
        if found:
            return " ".join(found[1].split())
    return platform.processor() or platform.machine()


def usable_cores() -> int:
    """Cores that this process may use; more threads than that only wait for one another."""
    share = os.environ.get(SHARE, "")
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    return max(1, min(cores, int(share))) if share.isdecimal() else cores


def share_of_cores(cores: int) -> dict[str, str]:
    """The environment of a process that shall calculate on so many cores, others beside it.

    It must hold before numerical libraries are loaded: they read it then.
    """
    names = (
        SHARE,
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
        "OPENCV_FOR_THREADS_NUM",
    )
    return dict.fromkeys(names, str(cores))
