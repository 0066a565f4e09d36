from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.core.types import Expressions, Faces, FrameResult
from app.engine.viewmodel import REFRESH, ClassroomModel
from app.session.summary import frame_span, summarise_students
from tests.fakes import fake_pipeline, fake_results, grid_boxes


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def result(timestamp: float, *ids: int) -> FrameResult:
    faces = Faces.make(grid_boxes(len(ids)), np.full(len(ids), 0.9), ids=np.array(ids, np.int32))
    return FrameResult(
        round(timestamp * 100), timestamp, (160, 120), faces, Expressions.unread(len(ids))
    )


def test_nobody_seen_yet() -> None:
    view = ClassroomModel().view
    assert view.in_view == 0
    assert view.students == ()
    assert np.isnan(view.shares).all()
    assert np.isnan(view.read)


def test_a_view_is_made_no_oftener_than_people_can_read() -> None:
    clock = Clock()
    model = ClassroomModel(wall=clock)
    first, *rest = fake_results(5)
    model.update(first)
    view = model.view
    assert view.in_view == 3
    for later in rest[:3]:
        clock.now += REFRESH / 10
        model.update(later)
    assert model.view is view
    clock.now += REFRESH
    model.update(rest[3])
    assert model.view is not view


def test_what_a_view_says() -> None:
    model = ClassroomModel(interval=0.5)
    pipeline = fake_pipeline(students=4, cant_tell=(2,))
    for one in fake_results(10, students=4):
        known = ~np.isin(one.faces.ids, [2])
        read = Expressions(one.expressions.probabilities, known, one.expressions.quality)
        model.update(FrameResult(one.index, one.timestamp, one.size, one.faces, read))
    pipeline.close()
    model.refresh()
    view = model.view
    assert view.in_view == 4
    assert view.read == pytest.approx(0.75)
    np.testing.assert_allclose(view.shares, [1 / 3, 0, 1 / 3, 1 / 3, 0, 0, 0, 0])
    np.testing.assert_allclose(view.starts, [0.0, 0.5])
    assert view.timeline.shape == (2, 8)
    assert [row.code for row in view.students] == ["S01", "S02", "S03", "S04"]
    assert [row.label for row in view.students] == [0, -1, 2, 3]


def test_seconds_seen_are_those_of_the_export() -> None:
    stamps = [0.0, 0.1, 0.2, 0.3, 0.9, 4.0, 4.1, 4.2]
    results = [result(t, 1) if t < 0.85 else result(t, 1, 2) for t in stamps]
    model = ClassroomModel()
    for one in results:
        model.update(one)
    model.refresh()
    exported = summarise_students(results, frame_span(stamps))
    span = frame_span(stamps)  # the live list has not yet seen how long the last frame lasts
    for row, truth in zip(model.view.students, exported, strict=True):
        assert row.seconds == pytest.approx(truth.seconds_seen - span)


def test_a_student_out_of_view_stays_in_the_list() -> None:
    model = ClassroomModel()
    model.update(result(0.0, 1, 2))
    model.update(result(0.1, 2))
    model.refresh()
    first, second = model.view.students
    assert not first.in_view
    assert second.in_view
    assert model.view.in_view == 1


def test_names_show_at_once() -> None:
    model = ClassroomModel()
    model.update(result(0.0, 1, 2))
    model.set_names({2: "Ada"})
    assert [row.name for row in model.view.students] == ["", "Ada"]
    model.set_names({})
    assert [row.name for row in model.view.students] == ["", ""]


def test_a_picture_on_the_wall_leaves_the_list_unless_it_has_a_name() -> None:
    model = ClassroomModel()
    model.update(result(0.0, 1, 2, 3))
    model.update(replace(result(0.1, 3), pictures=(1, 2)))
    model.set_names({2: "Ada"})
    model.refresh()
    assert [row.code for row in model.view.students] == ["S02", "S03"]
    model.update(result(0.2, 1, 3))
    model.refresh()
    assert [row.code for row in model.view.students] == ["S01", "S02", "S03"]
