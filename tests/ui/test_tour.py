"""A user's way through the app, from a recording to tables, with the models that ship."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.core.errors import ModelError
from app.stages.fetch import detector_models
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def models() -> None:
    """The face detectors' models, in the folder of whoever runs this."""
    try:
        detector_models()
    except ModelError as error:
        pytest.skip(str(error))


def take(clip: Path, folder: Path, *options: str) -> Path:
    """Take the tour in a process of its own, on a virtual screen where there is one; its tables."""
    tour = [sys.executable, "-m", "tests.ui.tour", str(clip), str(folder), *options]
    screen = shutil.which("xvfb-run")
    ways = [("offscreen", tour)] if screen is None else [("xcb", [screen, "-a", *tour])]
    done = _run(*ways[0])
    if "no Qt platform plugin could be initialized" in done.stderr:  # libraries of X are missing
        done = _run("offscreen", tour)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert "Traceback" not in done.stderr, done.stderr
    return folder / "tables"


def _run(platform: str, command: list[str]) -> subprocess.CompletedProcess[str]:
    where = {**os.environ, "QT_QPA_PLATFORM": platform}
    return subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=ROOT, env=where, timeout=120
    )


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def check(tables: Path, students: int) -> None:
    """What the user did stands in the tables: a name, a split, a marker, three labels."""
    told = json.loads((tables / "session.json").read_text(encoding="utf-8"))
    assert told["agreement"]["labelled"] == 3
    assert [row["marker"] for row in rows(tables / "markers.csv")] == ["group work"]
    known = rows(tables / "students.csv")
    assert len(known) == students + 1
    assert known[0]["name"] == "Ada"
    assert {path.stem for path in (tables / "students").iterdir()} == {
        row["student"] for row in known
    }
    seen = {row["student"] for row in rows(tables / "observations.csv")}
    assert seen == {row["student"] for row in known}
    assert len(rows(tables / "class.csv")) > 0


def test_the_tour_on_the_demo_clip(models: None, tmp_path: Path) -> None:
    check(take(ROOT / "assets" / "demo.mp4", tmp_path, "--fast"), students=16)


@pytest.mark.shared
def test_the_tour_on_the_real_classroom(models: None, shared: Path, tmp_path: Path) -> None:
    clip = shared / "clips" / "classroom.mp4"
    check(take(clip, tmp_path, "--seconds", "1"), students=4)
