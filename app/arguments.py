"""Types of arguments that more than one command takes."""

from __future__ import annotations

import argparse
import math


def seconds(text: str) -> float:
    """Seconds, or minutes:seconds, or hours:minutes:seconds."""
    value = 0.0
    try:
        parts = [float(part) for part in text.split(":")]
    except ValueError:
        parts = [-1.0]
    for part in parts:
        value = value * 60 + part
    if len(parts) > 3 or not math.isfinite(value) or min(parts) < 0:
        raise argparse.ArgumentTypeError(f"{text!r}: give seconds (90.5) or minutes (1:30.5)")
    return value
