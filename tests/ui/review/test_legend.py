from __future__ import annotations

from itertools import pairwise

import pytest
from pytestqt.qtbot import QtBot

from app.ui.review.legend import ROW, Legend


@pytest.mark.parametrize("width", [300, 480, 560])
def test_no_row_of_the_legend_is_nearly_empty(qtbot: QtBot, width: int) -> None:
    legend = Legend()
    qtbot.addWidget(legend)
    legend.show()
    legend.resize(width, 100)
    places = legend._places()
    rows = [[x for _, x, y in places if y == row * ROW] for row in range(9)]
    counts = [len(row) for row in rows if row]
    assert sum(counts) == 9
    assert min(counts) > 1
    assert legend.height() == len(counts) * ROW
    assert all(x < later for row in rows for x, later in pairwise(row))


def test_entries_stand_closer_where_that_saves_a_row(qtbot: QtBot) -> None:
    legend = Legend()
    qtbot.addWidget(legend)
    legend.show()
    widths = range(500, 900, 4)
    needed = next(width for width in widths if _height(legend, width) == ROW)
    close = [x for _, x, _ in legend._places()]
    _height(legend, needed + 40)
    assert [x for _, x, _ in legend._places()][-1] > close[-1]


def _height(legend: Legend, width: int) -> int:
    legend.resize(width, 100)
    return legend.height()
