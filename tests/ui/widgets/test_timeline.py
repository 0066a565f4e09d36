from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.engine.live.viewmodel import ClassroomModel, ClassView, empty_view
from app.session.markers import Marker
from app.ui.widgets.timeline import RECENT, SHORTEST, Timeline
from tests.ui.stand_ins import classroom_result


@pytest.fixture
def timeline(qtbot: QtBot) -> Timeline:
    timeline = Timeline()
    qtbot.addWidget(timeline)
    timeline.resize(700, 220)
    timeline.show()
    return timeline


def columns(count: int, read: float = 0.8) -> ClassView:
    shares = np.tile([0.5, 0.25, 0.25, 0, 0, 0, 0, 0], (count, 1))
    return replace(
        empty_view(),
        starts=np.arange(count) * 5.0,
        timeline=shares,
        timeline_read=np.full(count, read),
    )


def span(timeline: Timeline) -> tuple[float, float]:
    low, high = timeline._plot.getPlotItem().getViewBox().viewRange()[0]
    return low, high


def test_columns_are_as_high_as_what_was_read_and_grey_above(timeline: Timeline) -> None:
    model = ClassroomModel(interval=5.0, wall=lambda: 0.0)
    for index in range(40):
        model.update(classroom_result(10, index=index, timestamp=index * 0.5))
    model.refresh()
    timeline.show_view(model.view)
    assert timeline._stack.currentWidget() is timeline._plot
    heights = np.array([bar.opts["height"] for bar in timeline._bars])
    assert heights.shape == (8, 4)
    np.testing.assert_allclose(heights.sum(axis=0), 0.8)
    np.testing.assert_allclose(timeline._unread.opts["y0"], 0.8)
    np.testing.assert_allclose(timeline._unread.opts["height"], 0.2)
    for lower, upper in pairwise(timeline._bars):
        np.testing.assert_allclose(lower.opts["y0"] + lower.opts["height"], upper.opts["y0"])


def test_the_last_minutes_or_all(timeline: Timeline) -> None:
    timeline.show_view(columns(3))
    assert span(timeline) == pytest.approx((0, SHORTEST))
    timeline.show_view(columns(200))
    assert span(timeline) == pytest.approx((1000 - RECENT, 1000))
    timeline.recent.click()
    assert span(timeline) == pytest.approx((0, 1000))


def test_the_pointer_is_told_what_a_column_holds(timeline: Timeline) -> None:
    timeline.show_view(replace(columns(12), markers=(Marker(1, 21.0, "Quiz"),)))
    said = timeline.describe(21.0).splitlines()
    assert said == [
        "0:20, of all faces seen: neutral 40%, happiness 20%, surprise 20%, can't tell 20%",
        "0:21 Quiz",
    ]
    assert timeline.describe(500.0) == ""


def test_where_nobody_is_in_view_it_is_blank_and_says_so(timeline: Timeline) -> None:
    model = ClassroomModel(interval=5.0, wall=lambda: 0.0)
    for index in range(40):
        students = 10 if index < 20 else 0
        model.update(classroom_result(students, index=index, timestamp=index * 0.5))
    model.refresh()
    timeline.show_view(model.view)
    np.testing.assert_allclose(timeline._unread.opts["height"], (0.2, 0.2, 0.0, 0.0), atol=1e-9)
    for bar in timeline._bars:
        np.testing.assert_array_equal(bar.opts["height"][2:], 0.0)
    assert timeline.describe(12.0) == "0:10: nobody in view"
    assert timeline._plot.accessibleDescription() == "0:15: nobody in view"
    unread = replace(columns(1, read=0.0), timeline=np.full((1, 8), np.nan), starts=np.array([0.0]))
    timeline.show_view(unread)
    assert timeline.describe(1.0) == "0:00, of all faces seen: can't tell 100%"
    np.testing.assert_allclose(timeline._unread.opts["height"], 1.0)


def test_what_is_withheld_is_blank_and_not_can_not_tell(timeline: Timeline) -> None:
    view = columns(4)
    some = view.timeline.copy()
    some[1] = np.nan
    timeline.show_view(replace(view, timeline=some))
    np.testing.assert_allclose(timeline._unread.opts["height"], (0.2, 0.0, 0.2, 0.2))
    assert timeline.describe(6.0) == "0:05: withheld"
    timeline.show_view(replace(view, timeline=np.full((4, 8), np.nan)))
    assert "withheld" in timeline._empty.text()
    assert timeline._stack.currentWidget() is timeline._empty


def test_markers_say_as_much_as_there_is_room_for(timeline: Timeline) -> None:
    markers = (
        Marker(1, 5.0, "Group work starts"),
        Marker(2, 30.0, "A marker with a text that is far too long for its place"),
        Marker(3, 44.0, "Quiz"),
        Marker(4, 45.0, "Results"),
    )
    timeline.show_view(replace(columns(12), markers=markers))
    shown = [text.toPlainText() for text in timeline._texts if text.isVisible()]
    assert shown[0] == "Group work starts"
    assert shown[1].startswith("A mark")
    assert shown[1].endswith("…")
    assert shown[2:] == ["Results"]  # a second after "Quiz", which is a line alone
    timeline.grab()  # pyqtgraph places texts when it paints
    boxes = [t.mapRectToScene(t.boundingRect()) for t in timeline._texts if t.isVisible()]
    assert all(one.right() <= other.left() for one, other in pairwise(boxes))
    assert [line.value() for line in timeline._lines] == [5.0, 30.0, 44.0, 45.0]
    timeline.show_view(replace(columns(12), markers=markers[:1]))
    assert len(timeline._lines) == len(timeline._texts) == 1
