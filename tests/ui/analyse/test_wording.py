from __future__ import annotations

from pathlib import Path

import pytest

from app.engine.analyse.plans import Plan, Preset
from app.engine.analyse.queue_row import QueueRow, QueueView, RowState, Step
from app.ui.analyse.wording import (
    left_out_text,
    plan_details,
    plan_text,
    preset_text,
    progress_text,
    second_line,
    state_text,
    summary_text,
    time_text,
)

PATH = Path("/lessons/a.mp4")


def row(state: RowState, **more: object) -> QueueRow:
    return QueueRow(1, PATH, PATH.parent / "a-roomread", Plan(), state, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        *((None, "…"), (0.0, "about 10 s left"), (44.0, "about 40 s left")),
        *((55.0, "about 1 min left"), (740.0, "about 12 min left"), (5340.0, "about 89 min left")),
        *((7200.0, "about 2 h left"), (8000.0, "about 2 h 15 min left")),
    ],
)
def test_time_left(seconds: float | None, text: str) -> None:
    assert time_text(seconds) == text


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (row(RowState.WAITING), ""),
        (row(RowState.RUNNING), "Loading the models…"),
        (row(RowState.RUNNING, message="Fetching a model, 3 MB"), "Fetching a model, 3 MB"),
        (row(RowState.RUNNING, step=Step.READING, progress=0.014), "1% · …"),
        (
            row(RowState.PAUSED, step=Step.READING, progress=0.5, seconds_left=70.0, speed=2.04),
            "50% · about 1 min left · 2.0×",
        ),
        (row(RowState.RUNNING, step=Step.READING, progress=None), "…"),
        (row(RowState.RUNNING, step=Step.WRITING, progress=1.0), "Writing the tables…"),
        (row(RowState.RUNNING, step=Step.DRAWING, progress=0.999), "Drawing the video… 99%"),
        (row(RowState.DONE, students=24, elapsed=151.0), "Students: 24 · took 2:31"),
        (row(RowState.DONE, elapsed=151.0), "took 2:31"),
        (row(RowState.CANCELLED, progress=0.31), "stopped at 31%"),
        (row(RowState.FAILED, progress=0.0), ""),
    ],
)
def test_progress(shown: QueueRow, text: str) -> None:
    assert progress_text(shown) == text


def test_the_line_below_the_name() -> None:
    assert second_line(row(RowState.WAITING, length=65.0)) == f"1:05 · {PATH.parent}"
    assert second_line(row(RowState.FAILED, message=f"{PATH} is no video")) == "is no video"
    assert second_line(row(RowState.RUNNING, message="Fetching")) == str(PATH.parent)


def test_states() -> None:
    assert state_text(row(RowState.FAILED)) == "Failed"
    assert state_text(row(RowState.FAILED, refused=True)) == "Not started"


def test_plans() -> None:
    assert preset_text(Preset.QUICK) == "Quick look, 2 a second"
    assert preset_text(Preset.EVERY) == "Every frame"
    assert plan_text(Plan(annotate=True)) == "Standard with video"
    assert plan_text(Plan(2.5)) == "2.5 a second"
    assert plan_text(Plan(None, interval=1.0)) == "Custom"
    assert plan_details(Plan(None, True)) == (
        "Every frame is analysed; class.csv has a row every 5 s; an annotated video is written too"
    )
    assert plan_details(Plan()).startswith(
        "5 frames a second are read; where much moves, faces are followed up to 15 times a second; "
    )
    assert plan_details(Plan(2.0)).startswith("2 frames a second are analysed; ")


def test_the_summary() -> None:
    rows = (row(RowState.DONE), row(RowState.RUNNING), row(RowState.WAITING))
    assert summary_text(QueueView()) == ""
    assert summary_text(QueueView(rows)) == "1 of 3 done, …"
    assert summary_text(QueueView(rows, seconds_left=720.0)) == "1 of 3 done, about 12 min left"
    assert summary_text(QueueView(rows, paused=True, held=True)) == "1 of 3 done, paused"
    assert summary_text(QueueView(rows, held=True)).startswith("1 of 3 done, waiting while Live")
    over = (row(RowState.DONE), row(RowState.FAILED))
    assert summary_text(QueueView(over)) == "1 of 2 done, with a problem: 1"
    assert summary_text(QueueView(over[:1])) == "1 of 1 done"


def test_what_is_left_out() -> None:
    assert left_out_text((Path("/a/notes.txt"),)).endswith("no video in it: notes.txt.")
    assert left_out_text((Path("/a/notes.txt"), Path("b"))).endswith("notes.txt and 1 more.")
