"""Types of arguments that more than one command takes."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

from app.core.errors import ExportError
from app.session.interval import INTERVAL, check_interval


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


def above_zero(text: str) -> float:
    """A number above 0."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not (math.isfinite(value) and value > 0):
        raise argparse.ArgumentTypeError(f"{text!r}: give a number above 0")
    return value


def count(text: str) -> int:
    """A whole number of 1 or more."""
    try:
        value = int(text)
    except ValueError:
        value = 0
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text!r}: give a whole number of 1 or more")
    return value


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Add ``--settings``."""
    parser.add_argument("--settings", type=Path, metavar="FILE", help="instead of your own file")


def add_regions(parser: argparse.ArgumentParser) -> None:
    """Add ``--regions``."""
    parser.add_argument(
        "--regions",
        type=Path,
        metavar="FILE",
        help="where to look, what to ignore, who has opted out; else as drawn in the window",
    )


def add_interval(parser: argparse.ArgumentParser) -> None:
    """Add ``--interval``."""
    parser.add_argument(
        "--interval",
        type=_interval,
        default=INTERVAL,
        metavar="S",
        help=f"seconds a row of class.csv ({INTERVAL:g})",
    )


def _interval(text: str) -> float:
    value = above_zero(text)
    try:
        check_interval(value)
    except ExportError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return value
