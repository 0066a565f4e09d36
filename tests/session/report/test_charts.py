from __future__ import annotations

import re

import numpy as np
import pytest
from matplotlib.lines import Line2D

from app.core.expressions import LABELS, MARKS
from app.session.comovement import CoMovement
from app.session.kappa import Estimate
from app.session.report import charts, charts_students
from app.session.report.over_time import ClassSteps
from app.session.report.wording import Wording

SAY = Wording("en")


def whole(seen: list[float]) -> ClassSteps:
    """Steps of 10 s, all of whose faces are neutral."""
    count = len(seen)
    labels = np.zeros((count, len(LABELS)))
    labels[:, 0] = seen
    none = np.zeros(count)
    starts = np.arange(count) * 10.0
    return ClassSteps(starts, 10.0, none + 10, np.array(seen), none, none, labels)


def test_a_step_beside_an_empty_one_is_drawn_whole() -> None:
    figure = charts.class_timeline(whole([5.0, 0.0, 5.0, 5.0]), (), SAY)
    (stack,) = figure.axes[0].collections
    spans = [(path.vertices[:, 0].min(), path.vertices[:, 0].max()) for path in stack.get_paths()]
    assert spans == [(0.0, 10.0), (20.0, 40.0)]


def test_every_expression_has_a_colour_a_hatching_and_a_mark_of_its_own() -> None:
    assert len({charts.colours()[k] for k in range(len(LABELS))}) == len(LABELS)
    assert len(set(charts.HATCHES)) == len(LABELS) == len(MARKS)
    shapes = [charts.mark(k) for k in range(len(LABELS))]
    outlines = {one if isinstance(one, str) else one.vertices.tobytes() for one in shapes}
    assert len(outlines) == len(LABELS)


@pytest.mark.parametrize("colour", charts.colours())
def test_hatching_is_seen_on_its_colour(colour: tuple[float, float, float]) -> None:
    weights = (0.3, 0.59, 0.11)
    ground, ink = np.dot(colour, weights), np.dot(charts.edge_of(colour)[:3], weights)
    assert abs(ground - ink) > 0.3


def test_a_picture_is_vector_text_and_the_same_each_time() -> None:
    steps = whole([5.0, 4.0])
    first = charts.svg(charts.coverage(steps, SAY))
    assert first.startswith("<svg")
    assert "faces in view</text>" in first
    assert first == charts.svg(charts.coverage(steps, SAY))


def test_the_legend_says_what_each_mark_is() -> None:
    figure = charts.class_timeline(whole([5.0, 4.0]), (), SAY)
    (legend,) = figure.legends
    keys = [line for line in legend.findobj(Line2D) if line.get_marker() not in ("None", "")]
    assert len(keys) == len(LABELS)
    (drawn,) = [line for line in figure.axes[0].lines if line.get_marker() == charts.mark(0)]
    assert keys[0].get_marker() == drawn.get_marker()
    assert keys[0].get_markerfacecolor() == drawn.get_markerfacecolor()
    assert [text.get_text() for text in legend.get_texts()][:2] == ["neutral", "happiness"]


def test_a_page_on_a_machine_without_the_font_has_one_without_serifs_too() -> None:
    found = charts.svg(charts.coverage(whole([5.0, 4.0]), SAY))
    families = re.findall(r"font-family: ([^;\"]+)", found)
    assert families
    assert all(family.endswith("sans-serif") for family in families)


@pytest.mark.parametrize("most", [0.03, 0.1, 0.4, 1.0])
def test_ticks_are_whole_numbers_of_percent(most: float) -> None:
    rows = [charts.Row(k, Estimate(most, 0, most), Estimate(0, 0, 0)) for k in range(8)]
    for figure in (charts.shares(rows, SAY), charts.differences(rows, SAY)):
        ticks = 100 * figure.axes[0].get_xticks()
        np.testing.assert_allclose(ticks, ticks.round(), atol=1e-9)


def test_german_charts_have_commas_and_room_before_percent() -> None:
    say, values = Wording("de"), np.array([0.11, 0.35, 0.62])
    together = CoMovement(
        starts=np.arange(3) * 30.0,
        window=30.0,
        values=values,
        low=values - 0.2,
        high=values - 0.1,
        students=np.full(3, 5),
        overall=0.3,
        overall_low=-0.1,
        overall_high=0.1,
        p_value=0.01,
        min_group=5,
        shifts=40,
    )
    rows = [charts.Row(0, Estimate(0.4, 0.3, 0.5), Estimate(0.4, 0.3, 0.5))]
    figures = (
        charts_students.co_movement(together, (0.0, 90.0), (), say),
        charts.shares(rows, say),
        charts.class_timeline(whole([5.0, 4.0]), (), say),
    )
    texts = [one for each in figures for one in re.findall(r">([^<>]*)</text>", charts.svg(each))]
    assert "0,20" in texts
    assert "100\xa0%" in texts
    assert not [one for one in texts if re.search(r"\d\.\d|\d%", one)]
