"""What is measured, written down: reports, comparisons and the reproduction of the papers."""

from __future__ import annotations

from pathlib import Path
from typing import Final

REPORTS: Final = Path("training/reports")
"""Folder of the reports, one folder each."""
