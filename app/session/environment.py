"""Which versions of what made a session: part of how a figure can be made again."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Final

PACKAGES: Final = (
    "ai-edge-litert",
    "av",
    "lapx",
    "mediapipe",
    "numpy",
    "onnxruntime",
    "onnxruntime-gpu",
    "opencv-contrib-python",
    "opencv-python-headless",
)
"""Packages whose version can change a result."""


def environment() -> dict[str, str]:
    """Versions of Python, the platform and every package of ``PACKAGES`` that is installed."""
    found = {"python": platform.python_version(), "platform": platform.platform()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
