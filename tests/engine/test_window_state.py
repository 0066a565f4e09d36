from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.errors import SettingsError
from app.engine.analyse.plans import Plan
from app.engine.review.export_choice import ExportChoice
from app.engine.window_state import (
    Rect,
    WindowState,
    fit,
    load_window_state,
    save_window_state,
)

STATE = WindowState(
    Rect(40, 30, 1300, 820),
    True,
    "review",
    {"live.0": (500, 180)},
    Plan(2.5, interval=10.0),
    Path("/home/teacher/results"),
    ExportChoice(("csv", "elan"), 10.0, 1.0, 0.2, True, Path("/home/teacher/exports")),
)
SMALLEST = (1080, 640)
SCREEN = Rect(0, 0, 1920, 1080)


def test_what_was_kept_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "window.json"
    assert load_window_state(path) is None
    save_window_state(STATE, path)
    assert load_window_state(path) == STATE
    assert [one.name for one in path.parent.iterdir()] == ["window.json"]


def test_a_file_from_before_analyse_was_kept_has_the_usual_plan(tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    save_window_state(STATE, path)
    kept = json.loads(path.read_text())
    del kept["analyse"], kept["export"]
    path.write_text(json.dumps(kept))
    usual = replace(STATE, plan=Plan(), results=None, export=ExportChoice())
    assert load_window_state(path) == usual


def test_that_pictures_are_written_is_chosen_each_time(tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    save_window_state(replace(STATE, plan=Plan(None, annotate=True)), path)
    kept = load_window_state(path)
    assert kept is not None
    assert kept.plan == Plan(None)


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"place": [1, 2, 3]},
        {"place": [1, 2, "wide", 4]},
        {"place": [0, 0, 0, 0]},
        {"place": [0, 0, 1e9, 1e9]},
        {"splitters": {"live.0": None}},
        {"splitters": []},
        {"workspace": None, "maximised": None, "place": None},
        {"analyse": []},
        {"analyse": {"fps": "many", "interval": 5.0, "results": None}},
        {"analyse": {"fps": 0.0, "interval": 5.0, "results": None}},
        {"analyse": {"fps": 5.0, "interval": float("nan"), "results": None}},
        {"analyse": {"fps": 5.0, "interval": 5.0, "results": 7}},
        {"export": None},
        {"export": {**ExportChoice().kept(), "interval": -1.0}},
        {"export": {**ExportChoice().kept(), "gap": float("nan")}},
        {"export": {**ExportChoice().kept(), "formats": None}},
        {"export": {**ExportChoice().kept(), "folder": 7}},
    ],
)
def test_a_damaged_file_is_ignored(tmp_path: Path, change: dict[str, object]) -> None:
    path = tmp_path / "window.json"
    save_window_state(STATE, path)
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    assert load_window_state(path) is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"3", b"\xff\xfe"])
def test_anything_else_is_ignored_too(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "window.json"
    path.write_bytes(content)
    assert load_window_state(path) is None


def test_a_folder_that_can_not_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match=r"is a file and should be a folder.*: move it away"):
        save_window_state(STATE, tmp_path / "file" / "window.json")


@pytest.mark.parametrize(
    ("place", "screens", "wanted"),
    [
        (Rect(100, 80, 1280, 800), [SCREEN], Rect(100, 80, 1280, 800)),
        (Rect(1500, 700, 1280, 800), [SCREEN], Rect(640, 280, 1280, 800)),
        (Rect(-300, -50, 1280, 800), [SCREEN], Rect(0, 0, 1280, 800)),
        (Rect(0, 0, 3000, 2000), [SCREEN], SCREEN),
        (Rect(2500, 100, 1280, 800), [SCREEN], Rect(320, 140, 1280, 800)),  # its screen is gone
        (
            Rect(2500, 100, 1280, 800),
            [SCREEN, Rect(1920, 0, 1920, 1080)],
            Rect(2500, 100, 1280, 800),
        ),
        (Rect(0, 0, 1280, 800), [Rect(0, 0, 1024, 600)], Rect(0, 0, 1080, 640)),
    ],
)
def test_the_window_is_never_off_screen(place: Rect, screens: list[Rect], wanted: Rect) -> None:
    assert fit(place, screens, SMALLEST) == wanted
