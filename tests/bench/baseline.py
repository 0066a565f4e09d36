"""The committed figures and how far a run may fall behind them."""

from __future__ import annotations

import json
import math
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

PATH = Path(__file__).parent / "baseline.json"

TOLERANCE = {
    "idf1": -0.5,
    "HOTA": -0.7,
    "recall": -0.7,
    "switches a student-hour": 0.5,
    "false faces a minute": 0.3,
    "returns kept": -1.0,
    "ratio": 0.3,
}
"""How far each figure may move to the worse; below 0 where more is better. The simulation is the
same everywhere but for the last digits of floating point, which may tip an assignment."""

SPARE_SWITCHES = 2
"""More than before, whatever the length of the clip."""

COMMAND = (
    "python -m tests.bench --peers PYTHON --yunet FILE --faces --write-baseline, then with --quick"
)

LIBRARIES = ("numpy", "scipy", "opencv-contrib-python", "motmetrics", "ai-edge-litert", "mediapipe")


def load(path: Path = PATH) -> dict[str, Any]:
    """The committed figures."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def save(figures: Mapping[str, Any], path: Path = PATH) -> None:
    """Write figures; those of an older file that were not run this time stay."""
    old = load(path) if path.exists() else {}
    versions = {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}}
    merged = {**old.get("figures", {}), **figures}
    content = {
        "command": COMMAND, "versions": versions, "tolerance": TOLERANCE, "figures": merged
    }  # fmt: skip
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def regressions(found: Mapping[str, Any], baseline: Mapping[str, Any]) -> list[str]:
    """One line for each figure that is worse than the baseline by more than its tolerance."""
    lines = []
    for row, figures in found.items():
        for name, slack in TOLERANCE.items():
            then, now = baseline["figures"].get(row, {}).get(name), figures.get(name)
            if then is None or now is None:
                continue
            spare = abs(slack)
            if name.startswith("switches") and figures.get("student-hours"):
                spare += SPARE_SWITCHES / figures["student-hours"]
            if math.copysign(1.0, slack) * (now - then) > spare:
                lines.append(f"{row}: {name} is {now:g}, was {then:g}")
    return lines
