from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app import __version__, cli
from app.engine import self_test
from tests.conftest import ROOT

Out = pytest.CaptureFixture[str]
COMMAND = [sys.executable, "-m", "app", "--self-test"]


@pytest.fixture
def bare(tmp_path: Path) -> dict[str, str]:
    """No screen, a home that can't be written, folders with other letters, an ASCII console."""
    home, temporary = tmp_path / "home", tmp_path / "Übung 教室"
    home.mkdir()
    temporary.mkdir()
    home.chmod(0o500)
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    }
    return {
        **kept,
        "HOME": str(home),
        "TMPDIR": str(temporary),
        "PYTHONIOENCODING": "ascii",
    }


def test_it_passes_wherever_it_runs(bare: dict[str, str], tmp_path: Path) -> None:
    done = subprocess.run(COMMAND, capture_output=True, text=True, check=False, cwd=ROOT, env=bare)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith(f"Roomread {__version__}")
    assert lines[-1] == "self-test passed"
    steps = [line.split("  ")[0].strip() for line in lines[1:-2]]
    assert steps == [
        *("loading", "face detector", "analysis", "files", "comparison"),
        *("reports", "formats", "video", "window", "process"),
    ]
    assert all(" s  " in line for line in lines[1:-2])
    for folder in ("home", "Übung 教室"):
        assert not list((tmp_path / folder).iterdir()), "nothing is left behind"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no such device")
def test_a_console_that_cant_print_changes_nothing(bare: dict[str, str]) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            COMMAND, stdout=full, stderr=subprocess.PIPE, check=False, cwd=ROOT, env=bare
        )
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_wrong_result_fails(monkeypatch: pytest.MonkeyPatch, capsys: Out) -> None:
    """The clip's script says something else than what is seen."""
    truth: dict[str, Any] = dict(self_test.demo_truth())
    for frame in truth["frames"]:
        for face in frame["faces"]:
            face["label"] = "anger"
    monkeypatch.setattr(self_test, "demo_truth", lambda: truth)
    assert cli.main(["--self-test"]) == 1
    said = capsys.readouterr()
    assert said.out.splitlines()[-1] == "self-test failed"
    (line,) = said.err.splitlines()
    assert line.startswith("roomread: self-test failed: ")
    assert "expressions were read as drawn" in line


def test_a_part_that_is_missing_fails(monkeypatch: pytest.MonkeyPatch, capsys: Out) -> None:
    monkeypatch.setitem(sys.modules, "app.engine.self_test", None)
    monkeypatch.delattr("app.engine.self_test", raising=False)
    assert cli.main(["--self-test"]) == 1
    said = capsys.readouterr()
    assert "can't be loaded" in said.err
    assert "passed" not in said.out


def test_the_window_is_tried_for_doctor() -> None:
    command = [sys.executable, "-m", "app", "--try-window"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip().split(".")[0] == "6"
