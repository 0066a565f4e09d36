from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from app.engine.live.seat_layout import Rect, SeatMark, lay_out, nearest
from app.engine.live.viewmodel import StudentRow


def row(track_id: int, seat: tuple[float, float] | None, name: str = "") -> StudentRow:
    return StudentRow(track_id, f"S{track_id:02d}", name, 0, True, 3.0, seat=seat, seat_size=0.03)


def classroom(students: int, seed: int = 1) -> list[StudentRow]:
    """Rows that come together towards the back, as a camera sees them."""
    rng = np.random.default_rng(seed)
    columns = 8
    seats = []
    for i in range(students):
        line, column = divmod(i, columns)
        x = 0.5 + (column - columns / 2 + 0.5) * (0.06 + 0.012 * line) + rng.normal(0, 0.006)
        seats.append((x, 0.3 + 0.02 * line + 0.025 * line**1.6 + rng.normal(0, 0.004)))
    return [row(i + 1, seat) for i, seat in enumerate(seats)]


def place(
    rows: list[StudentRow], size: tuple[float, float], turned: bool = False
) -> tuple[SeatMark, ...]:
    return lay_out(rows, size, turned, lambda text: 7.0 * len(text), 14.0)


def meet(one: Rect, other: Rect) -> bool:
    return all(
        one[k] < other[k] + other[k + 2] - 0.02 and other[k] < one[k] + one[k + 2] - 0.02
        for k in (0, 1)
    )


def parts(mark: SeatMark) -> list[Rect]:
    return [mark.mark, mark.label] if mark.text else [mark.mark]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("students", [1, 2, 12, 24, 40])
@pytest.mark.parametrize("size", [(300.0, 40.0), (300.0, 95.0), (330.0, 240.0)])
def test_nothing_overlaps_and_nothing_is_outside(
    students: int, size: tuple[float, float], seed: int
) -> None:
    marks = place(classroom(students, seed), size)
    assert len(marks) == students
    for mark in marks:
        for x, y, w, h in parts(mark):
            assert -0.01 <= x <= x + w <= size[0] + 0.01
            assert -0.01 <= y <= y + h <= size[1] + 0.01
    for one, other in combinations(marks, 2):
        assert not any(meet(a, b) for a in parts(one) for b in parts(other))


def test_there_is_a_code_for_everyone_where_there_is_room() -> None:
    assert [mark.text for mark in place(classroom(40), (330.0, 240.0))] == [
        f"S{i:02d}" for i in range(1, 41)
    ]


def test_with_no_room_for_words_there_are_marks() -> None:
    marks = place(classroom(40), (200.0, 60.0))
    assert {mark.text for mark in marks} == {""}


def test_a_name_stands_for_the_code() -> None:
    marks = place([row(1, (0.2, 0.5), "Mia"), row(2, (0.8, 0.5))], (300.0, 100.0))
    assert [mark.text for mark in marks] == ["Mia", "S02"]


def test_whose_seat_is_not_known_is_not_on_the_map() -> None:
    marks = place([row(1, None), row(2, (0.8, 0.5))], (300.0, 100.0))
    assert [mark.row.track_id for mark in marks] == [2]
    assert place([row(1, None)], (300.0, 100.0)) == ()


def test_neighbours_stay_where_they_are_in_the_room_and_turning_turns_both_ways() -> None:
    rows = [row(1, (0.3, 0.3)), row(2, (0.7, 0.3)), row(3, (0.3, 0.8)), row(4, (0.7, 0.8))]
    usual = place(rows, (300.0, 200.0))
    turned = place(rows, (300.0, 200.0), turned=True)
    assert usual[0].mark[0] < usual[1].mark[0]
    assert usual[0].mark[1] < usual[2].mark[1]
    assert turned[0].mark[0] > turned[1].mark[0]
    assert turned[0].mark[1] > turned[2].mark[1]


def test_who_sits_nearer_has_a_larger_mark() -> None:
    far = StudentRow(1, "S01", "", 0, True, 3.0, seat=(0.3, 0.3), seat_size=0.02)
    near = StudentRow(2, "S02", "", 0, True, 3.0, seat=(0.7, 0.8), seat_size=0.05)
    marks = place([far, near], (300.0, 200.0))
    assert marks[0].mark[2] < marks[1].mark[2]


def test_arrows_go_to_the_next_seat() -> None:
    rows = [row(1, (0.2, 0.2)), row(2, (0.8, 0.2)), row(3, (0.2, 0.8)), row(4, (0.8, 0.8))]
    marks = place(rows, (300.0, 200.0))
    assert nearest(marks, 0, (1.0, 0.0)) == 1
    assert nearest(marks, 1, (1.0, 0.0)) == 2
    assert nearest(marks, 2, (0.0, 1.0)) == 4
    assert nearest(marks, 4, (-1.0, 0.0)) == 3
    assert nearest(marks, 3, (0.0, 1.0)) == 3
    assert nearest((), 1, (1.0, 0.0)) == 0
