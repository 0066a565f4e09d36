from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from pytestqt.qtbot import QtBot

from app.core.expressions import MARKS
from app.engine.live.seat_layout import SeatMark, lay_out
from app.engine.live.viewmodel import StudentRow
from app.ui.jobs import Jobs
from app.ui.live.hover import details
from app.ui.live.seat_map import SeatMap
from app.ui.main_window import MainWindow
from tests.ui.steps import run_to_end
from tests.ui.test_widgets import pixels

ROWS = tuple(
    StudentRow(
        i, f"S{i:02d}", "", label, i != 4, 3.0, seat=(0.2 * i, 0.3 + 0.1 * (i % 2)), seat_size=0.03
    )
    for i, label in ((1, 0), (2, 4), (3, -1), (4, -1))
)


@pytest.fixture
def seats(qtbot: QtBot) -> Iterator[SeatMap]:
    jobs = Jobs()
    seats = SeatMap(lambda track_id: f"student {track_id}", jobs)
    qtbot.addWidget(seats)
    seats.resize(330, 220)
    seats.show()
    seats.show_students(ROWS)
    qtbot.waitUntil(lambda: len(seats.canvas.marks()) == len(ROWS))
    yield seats
    seats.canvas.rest()
    qtbot.waitUntil(lambda: not jobs.running)


def middle(seats: SeatMap, track_id: int) -> QPoint:
    canvas = seats.canvas
    (mark,) = [m for m in canvas.marks() if m.row.track_id == track_id]
    return (QRectF(*mark.mark).center() + canvas._area().topLeft()).toPoint()


def test_marks_have_the_colour_of_the_expression_and_are_hollow_out_of_view(
    qtbot: QtBot, seats: SeatMap
) -> None:
    image = pixels(seats.canvas.grab().toImage()).astype(int)
    for track_id, wanted in ((1, MARKS[0].colour), (2, MARKS[4].colour)):
        point = middle(seats, track_id)
        assert np.abs(image[point.y(), point.x()] - wanted).max() <= 3
    ground = image[12, 12]  # within the frame of the focus
    for track_id in (3, 4):  # a ring and a dotted circle
        point = middle(seats, track_id)
        assert np.abs(image[point.y(), point.x()] - ground).max() <= 3
    ring, dots = (middle(seats, track_id) for track_id in (3, 4))
    parts = [image[p.y() - 9 : p.y() + 10, p.x() - 9 : p.x() + 10] for p in (ring, dots)]
    inked = [(np.abs(part - ground).max(axis=2) > 40).sum() for part in parts]
    assert inked[0] > inked[1] > 5


def test_a_click_picks_and_arrows_go_on(qtbot: QtBot, seats: SeatMap) -> None:
    heard: list[int] = []
    seats.picked.connect(heard.append)
    seats.picked.connect(seats.select)
    qtbot.mouseClick(seats.canvas, Qt.MouseButton.LeftButton, pos=middle(seats, 2))
    qtbot.keyClick(seats.canvas, Qt.Key.Key_Right)
    assert "student 4" in seats.canvas.accessibleDescription()
    qtbot.keyClick(seats.canvas, Qt.Key.Key_Escape)
    assert heard == [2, 4, 0]  # straight ahead comes before what lies aside


def test_turning_the_room_puts_the_front_at_the_top(qtbot: QtBot, seats: SeatMap) -> None:
    half = seats.canvas.width() / 2
    assert middle(seats, 1).x() < half
    seats.turn.click()
    qtbot.waitUntil(lambda: middle(seats, 1).x() > half)


def test_a_new_expression_shows_without_a_new_layout(qtbot: QtBot, seats: SeatMap) -> None:
    laid = seats.canvas.marks()
    nudged = replace(ROWS[0], label=3, seat=(0.2001, 0.4))  # by a hair
    seats.show_students((nudged, *ROWS[1:]))
    qtbot.wait(50)
    assert seats.canvas.marks() is laid
    point = middle(seats, 1)
    image = pixels(seats.canvas.grab().toImage()).astype(int)
    assert np.abs(image[point.y(), point.x()] - MARKS[3].colour).max() <= 3


def test_places_are_found_off_the_windows_thread(
    qtbot: QtBot, seats: SeatMap, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[str] = []

    def watched(*given: Any) -> tuple[SeatMark, ...]:
        threads.append(threading.current_thread().name)
        return lay_out(*given)

    monkeypatch.setattr("app.ui.live.seat_map.lay_out", watched)
    moved = tuple(replace(row, seat=(0.5, 0.2 * row.track_id)) for row in ROWS)
    for width in (330, 350, 370):  # as a window that is being made larger
        seats.resize(width, 220)
        seats.show_students(moved)
        seats.grab()
    qtbot.waitUntil(lambda: abs(middle(seats, 1).x() - middle(seats, 2).x()) < 20)
    qtbot.waitUntil(lambda: not seats.canvas._busy)
    assert set(threads) == {"roomread-seats"}
    seats.hide()
    before = len(threads)
    seats.show_students(ROWS)
    qtbot.wait(50)
    assert len(threads) == before, "nobody looks"


def test_whoever_opts_out_goes_at_once(qtbot: QtBot, seats: SeatMap) -> None:
    seats.show_students(ROWS[1:])
    assert [mark.row.track_id for mark in seats.canvas.marks()] == [2, 3, 4]
    seats.grab()
    qtbot.waitUntil(lambda: not seats.canvas._busy)
    assert [mark.row.track_id for mark in seats.canvas.marks()] == [2, 3, 4]


def test_a_student_is_picked_everywhere(qtbot: QtBot, window: MainWindow) -> None:
    run_to_end(qtbot, window)
    live = window.live
    live.people.tabs.setCurrentWidget(live.seats)
    qtbot.waitUntil(lambda: len(live.seats.canvas.marks()) == 3)
    point = middle(live.seats, 2)
    qtbot.mouseClick(live.seats.canvas, Qt.MouseButton.LeftButton, pos=point)
    assert live.video._selected == 2
    assert live.students.table.currentIndex().row() == 1
    assert "read" in live.video.describe(2)
    assert "times a second" in live.video.describe(2)


def test_details_say_how_often_and_what_changed() -> None:
    change = np.array([-0.2, 0.17, 0.02, 0.01, 0, 0, 0, 0])
    row = replace(ROWS[0], refresh=4.83, change=change)
    assert details(row) == (
        "read 4.8 times a second\nagainst rest: neutral -20, happiness +17 points"
    )
    assert details(replace(row, change=change / 10)).endswith("as at rest")
    assert details(ROWS[3]) == "out of view"
    assert details(ROWS[0]) == ""
