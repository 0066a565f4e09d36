from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from app.core.errors import ExportError, SettingsError
from app.engine.bench.calibration import Speed
from app.engine.bench.live_chart import PANELS, chart, write_chart
from app.engine.bench.live_report import (
    BUSY,
    HEAD,
    NOTES,
    page_words,
    row,
    screen_words,
    stage_table,
    write_json,
)
from app.engine.bench.machine import machine
from tests.engine.bench.live_runs import figures

FACTS = {"processor": "Test 3", "cores": 2, "roomread": "0.1", "date": "2026-01-02T03:04:05"}


def test_a_row() -> None:
    assert dict(zip(HEAD, row(figures()), strict=True)) == {
        "picture": "1280x720", "faces": "10", "found": "9.0/9.5", "followed": "9", "wrong": "0.1",
        "shown/s": "29.5", "looked/s": "9.9", "reads/s": "5.1", "least": "4.2", "ms p50": "80",
        "p95": "120", "p99": "200", "never": "2", "CPU": "62%", "MB": "412", "skipped": "402",
        "lost": "3",
    }  # fmt: skip


def test_what_can_not_be_told_is_a_dash() -> None:
    nothing = (math.nan, math.nan, math.nan)
    cells = dict(zip(HEAD, row(figures(reads=math.nan, latency=nothing, memory=0)), strict=True))
    assert [cells[name] for name in ("reads/s", "ms p50", "p95", "MB")] == ["-"] * 4


def test_a_time_that_never_came() -> None:
    cells = dict(zip(HEAD, row(figures(latency=(0.08, math.inf, math.inf))), strict=True))
    assert [cells[name] for name in ("ms p50", "p95", "p99")] == ["80", "never", "never"]


def test_notes_say_who_counts_and_which_pictures_are_shown() -> None:
    assert "those who are not found too" in NOTES
    assert "opted out, only searched pictures are shown" in NOTES
    assert "never: pictures searched" in NOTES


def test_what_was_painted_on_is_said() -> None:
    assert screen_words([figures(), figures(20)]) == "Painted out of sight, on no screen."
    assert screen_words([figures(screen="xcb")]) == "Painted on a screen (xcb)."
    page = page_words([figures(screen="cocoa")], FACTS, "demo.mp4")
    assert "Painted on a screen (cocoa)." in " ".join(page.split())


def test_stages_of_all_cases() -> None:
    head, rows = stage_table([figures(), figures(20, stages={"paint": 0.01})])
    assert head == ["picture", "faces", "decode", "detector", "paint", "CPU a face", "in rounds"]
    assert rows[0][2:] == ["4.0", "20.1", "-", "2.50", "2.50"]
    assert rows[1][2:5] == ["-", "-", "10.0"]


def test_a_page() -> None:
    words = page_words([figures(), figures(20)], FACTS, "demo.mp4")
    assert words.startswith("demo.mp4, 20 s a case, on 2 cores of Test 3, model small on CPU,")
    assert "| 1280x720 | 20 | 19.0/19.5 |" in words
    assert "2026-01-02, Roomread 0.1" in " ".join(words.split())
    assert max(len(line) for line in words.splitlines() if "|" not in line) <= 100
    assert BUSY not in words
    slow = figures(speed=Speed(1000.0, 700.0, 2))
    assert BUSY in " ".join(page_words([slow], FACTS, "demo.mp4").split())


def test_json(tmp_path: Path) -> None:
    path = tmp_path / "new" / "figures.json"
    write_json(path, [figures(reads=math.nan)], machine(), {"seconds": 20.0})
    found = json.loads(path.read_text())
    assert found["cases"][0]["faces"] == 10
    assert found["cases"][0]["reads"] is None
    assert found["goal"]["reads"] == 5
    assert found["machine"]["processor"]
    assert found["machine"]["cores"] >= 1
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="the figures"):
        write_json(tmp_path / "file" / "x.json", [figures()], {}, {})


def test_a_chart_has_a_line_for_each_size_and_those_of_floor_and_goal(tmp_path: Path) -> None:
    cases = [
        figures(faces, size)
        for size in ((1280, 720), (1920, 1080))
        for faces in (30, 10)  # in no order
    ]
    drawn = chart(cases)
    shown, reads, latency = drawn.axes
    assert len(drawn.axes) == len(PANELS)
    assert shown.get_xlabel() == "students in the film"
    assert [len(one.lines) for one in (shown, reads, latency)] == [2 + 2, 4 + 2, 4 + 1]
    assert list(shown.lines[0].get_xdata()) == [10, 30]
    assert list(latency.lines[0].get_ydata()) == pytest.approx([120, 120])
    assert [one.get_text() for one in drawn.legends[0].texts] == ["1280 × 720", "1920 × 1080"]
    never = chart([figures(10), figures(30, latency=(0.08, math.inf, math.inf))]).axes[2]
    assert math.isfinite(never.get_ylim()[1])
    files = write_chart(tmp_path / "out", "live", drawn)
    assert [one.name for one in files] == ["live.svg", "live.png"]
    assert files[0].read_text().startswith("<svg")
    assert files[1].read_bytes().startswith(b"\x89PNG")
    with pytest.raises(ExportError, match="chart can't be written"):
        write_chart(files[0], "live", drawn)
