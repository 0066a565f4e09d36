from __future__ import annotations

import math
from typing import Any

import pytest

from app.engine.bench.calibration import Speed
from app.engine.bench.live_report import FLOOR, GOAL
from app.engine.bench.live_verdict import shortfalls, verdict
from tests.engine.bench.live_runs import figures

HD = (1920, 1080)
GOOD = {"shown_fps": 29.9, "reads_found": 5.0, "latency": (0.05, 0.1, 0.2)}


def test_a_computer_that_does_it_all() -> None:
    lines = verdict(
        [figures(faces, size, **GOOD) for size in ((1280, 720), HD) for faces in (9, 50)]
    )
    assert lines == [
        "Smooth (Roomread's goal, with 50 faces): 30 pictures shown a second, each face that is "
        "found read 5 times a second, its box on the screen within 150 ms in 95 of 100 pictures: "
        "in 1280 x 720 with up to 50 faces; in 1920 x 1080 with up to 50 faces.",
        "This computer keeps up in 1280 x 720 with up to 50 faces; in 1920 x 1080 with up to 50 "
        "faces: 15 or more pictures shown a second, each face that is found read 3 or more times a "
        "second (Roomread's floor: with 30 faces).",
    ]


def test_only_what_all_smaller_classes_reach_too_is_held() -> None:
    cases = [
        figures(40, HD, **GOOD),  # in no order, and by chance better than 30
        figures(30, HD, shown_fps=12.0, reads_found=2.4),
        figures(10, HD, shown_fps=28.0, reads_found=4.2),
    ]
    smooth, answer = verdict(cases)
    assert smooth.endswith("in 1920 x 1080 not with 10 (28.0 shown, a face read 4.2 times).")
    assert answer.startswith(
        "This computer keeps up in 1920 x 1080 with up to 10 faces, not with 30 (12.0 shown, a "
        "face read 2.4 times): "
    )


def test_a_computer_that_does_not_keep_up() -> None:
    *_, answer = verdict([figures(10, reads_found=1.0, speed=Speed(1000.0, 700.0, 2))])
    assert answer.startswith(
        "Busy as it is, this computer does not keep up, in 1280 x 720 not with 10 (a face read 1.0 "
        "times). To keep up is: 15 or more pictures"
    )


def test_how_many_are_not_found_is_said() -> None:
    *_, answer = verdict([figures(40, reads_least=0.0, missed=2, **GOOD)])
    assert answer.startswith(
        "This computer keeps up in 1280 x 720 with up to 40 faces (2 of them found in less than "
        "80% of the pictures): 15 or more"
    )


@pytest.mark.parametrize(
    ("others", "floor", "goal"),
    [
        ({}, [], []),
        ({"shown_fps": 29.4}, [], ["29.4 shown"]),
        ({"shown_fps": 14.4}, ["14.4 shown"], ["14.4 shown"]),
        ({"reads_found": 4.96}, [], []),
        ({"latency": (0.1, 0.15, 0.2)}, [], ["150 ms"]),
        ({"latency": (0.1, math.inf, math.inf)}, [], ["boxes never shown"]),
        ({"latency": (math.nan, math.nan, math.nan)}, [], ["- ms"]),
        ({"reads_found": math.nan, "missed": 9}, *[["nobody found for long"]] * 2),
        ({"reads_found": math.nan}, [], []),  # nobody is there
    ],
)
def test_marks(others: dict[str, Any], floor: list[str], goal: list[str]) -> None:
    case = figures(**{**GOOD, **others})
    assert shortfalls(case, FLOOR) == floor
    assert shortfalls(case, GOAL) == goal
