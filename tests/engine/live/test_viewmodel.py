from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.core.privacy import Privacy
from app.core.regions import Regions
from app.core.types import Expressions, Faces, FrameResult
from app.engine.live.viewmodel import REFRESH, ClassroomModel
from app.session.confidence import share_band
from app.session.markers import Marker
from app.session.resting import RestingLearner
from app.session.students import summarise_students
from app.session.summary import frame_span
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


def test_bands_lie_around_the_shares_and_rest_on_students() -> None:
    few, many = ClassroomModel(), ClassroomModel()
    for model, students in ((few, 8), (many, 40)):
        for one in fake_results(30, students):
            model.update(one)
        model.refresh()
    low, high = share_band(np.full(8, 1 / 8), 8)
    np.testing.assert_allclose(few.view.low, low)
    np.testing.assert_allclose(few.view.high, high)
    assert (many.view.high - many.view.low < few.view.high - few.view.low).all()
    assert (many.view.low < many.view.shares).all()
    assert (many.view.shares < many.view.high).all()
    assert few.view.read == few.view.read_high == 1.0
    assert few.view.read_low == pytest.approx(float(share_band(1.0, 8)[0]))
    assert few.view.read_low < many.view.read_low < 1.0


def test_how_much_was_read_over_time() -> None:
    model = ClassroomModel(interval=0.5)
    for one in fake_results(10, students=4):
        known = np.full(4, one.timestamp < 0.45)
        known[0] = True
        read = Expressions(one.expressions.probabilities, known, one.expressions.quality)
        model.update(replace(one, expressions=read))
    model.refresh()
    np.testing.assert_allclose(model.view.timeline_read, [1.0, 0.25])
    assert model.view.timeline.shape == (2, 8)


def test_refresh_and_seat_of_every_student() -> None:
    model = ClassroomModel()
    for one in fake_results(30, students=4):
        model.update(
            one
            if one.index < 25
            else replace(
                one,
                faces=one.faces.select(np.arange(3)),
                expressions=one.expressions.select(np.arange(3)),
            )
        )
    model.refresh()
    rows = model.view.students
    assert [row.refresh for row in rows] == pytest.approx([10.0] * 3 + [np.nan], nan_ok=True)
    boxes = grid_boxes(4)
    for row, (x, y, width, height) in zip(rows, boxes.tolist(), strict=True):
        assert row.seat == pytest.approx(((x + width / 2) / 160, (y + height / 2) / 120))
        assert row.seat_size == pytest.approx(width / 160)


def test_whoever_opts_out_leaves_list_and_map() -> None:
    model = ClassroomModel()
    for one in fake_results(3, students=4):
        model.update(one)
    model.refresh()
    x, y = model.view.students[1].seat or (0.0, 0.0)
    seat = ((x - 0.1, y - 0.1), (x + 0.1, y - 0.1), (x + 0.1, y + 0.1), (x - 0.1, y + 0.1))
    model.set_regions(Regions(opt_out=(seat,)))
    assert [row.track_id for row in model.view.students] == [1, 3, 4]
    model.set_regions(Regions())
    assert [row.track_id for row in model.view.students] == [1, 2, 3, 4]


def test_a_class_only_view_holds_nobody() -> None:
    model = ClassroomModel(privacy=Privacy(class_only=True, min_group=5))
    assert model.view.class_only
    model.set_baseline(True)
    for one in fake_results(10, students=6):
        model.update(one)
    model.set_names({1: "Ada"})
    model.refresh()
    view = model.view
    assert view.students == ()
    assert view.in_view == 6
    assert not view.withheld
    assert view.shares.sum() == pytest.approx(1.0)
    assert np.isnan(view.change).all()


def test_a_small_group_is_withheld() -> None:
    model = ClassroomModel(privacy=Privacy(class_only=True, min_group=5))
    for one in fake_results(10, students=4):
        model.update(one)
    model.refresh()
    view = model.view
    assert view.withheld
    assert view.in_view == 4
    assert view.read == 1.0
    for hidden in (view.shares, view.low, view.high, view.timeline):
        assert np.isnan(hidden).all()


def test_markers_show_at_once_and_stay() -> None:
    model = ClassroomModel()
    markers = (Marker(1, 2.5, "group work"),)
    model.set_markers(markers)
    assert model.view.markers == markers
    for one in fake_results(3):
        model.update(one)
    model.refresh()
    assert model.view.markers == markers


def test_change_against_rest_is_learnt_always_and_said_when_asked() -> None:
    model, learner = ClassroomModel(), RestingLearner()
    results = fake_results(60, students=3, fps=2.0)
    odd = results[-1].expressions.probabilities[::-1].copy()
    last = replace(
        results[-1],
        expressions=replace(results[-1].expressions, probabilities=odd),
    )
    for one in (*results[:-1], last):
        model.update(one)
        learner.add(one)
    model.refresh()
    assert np.isnan(model.view.change).all()
    assert np.isnan(model.view.students[0].change).all()
    model.set_baseline(True)
    recent = [learner.change(one) for one in (*results[-10:-1], last)]  # 5 s
    np.testing.assert_allclose(model.view.change, np.mean(recent, axis=(0, 1)), atol=1e-6)
    for row, change in zip(model.view.students, learner.change(last), strict=True):
        np.testing.assert_allclose(row.change, change)
    assert model.view.students[0].change.max() == pytest.approx(0.76, abs=0.01)
    model.set_baseline(False)
    assert np.isnan(model.view.change).all()
