from __future__ import annotations

import numpy as np
import pytest

from app.core.expressions import LABELS, MARKS
from app.session.report import charts
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
