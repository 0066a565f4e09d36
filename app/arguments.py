"""Types of arguments that more than one command takes."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import Final

from app.core.errors import ExportError
from app.core.privacy import BASES
from app.session.given import seconds_in
from app.session.interval import INTERVAL, check_interval

PROVIDERS: Final = ("auto", "cpu", "cuda", "tensorrt", "coreml", "directml", "openvino")
"""What ``recognizer.provider`` may be; where it is checked loads too slowly for ``--help``."""


def seconds(text: str) -> float:
    """Seconds, or minutes:seconds, or hours:minutes:seconds."""
    try:
        return seconds_in(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


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


def add_purpose(parser: argparse.ArgumentParser) -> None:
    """Add ``--purpose`` and ``--basis``."""
    parser.add_argument(
        "--purpose",
        metavar="TEXT",
        help="what the analysis is for, noted in its session; else as agreed to in the window",
    )
    parser.add_argument(
        "--basis",
        choices=list(BASES),
        help="with --purpose, by what right: "
        + "; ".join(f"{key}: {words[0].lower()}{words[1:]}" for key, words in BASES.items()),
    )


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Add ``--settings``."""
    parser.add_argument("--settings", type=Path, metavar="FILE", help="instead of your own file")


def add_provider(parser: argparse.ArgumentParser) -> None:
    """Add ``--provider``."""
    parser.add_argument(
        "--provider",
        type=_provider,
        metavar="NAME",
        help=f"run the expression model on this: {', '.join(PROVIDERS)}; else as in the settings",
    )


def _provider(text: str) -> str:
    name = text.strip().lower()
    if name not in PROVIDERS:
        raise argparse.ArgumentTypeError(f"{text!r} is none of: {', '.join(PROVIDERS)}")
    return name


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
