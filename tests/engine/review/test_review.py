"""A session opened again: what it says, and what is changed in it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from app.core.errors import EditError, SessionError
from app.core.expressions import UNKNOWN
from app.core.privacy import Privacy
from app.core.types import ClassCounts, Suggestion
from app.engine.review.review import Review
from app.engine.review.timeline import NOT_IN_VIEW
from app.session.edits import USER, Name, Split
from app.session.resting import resting_of
from app.session.store import Session
from app.session.students import summarise_students
from app.session.summary import IntervalTally, frame_span
from tests.session.builders import result, steady, write
from tests.session.lessons import FPS, lesson, long_lesson


@pytest.fixture
def review(tmp_path: Path) -> Iterator[Review]:
    with Review.open(lesson(tmp_path / "a.roomread")) as opened:
        yield opened


def said(review: Review) -> list[object]:
    """Everything that a session says, to compare."""
    line, rows = review.class_timeline(17), review.student_timeline(17)
    shown = [review.at(seconds) for seconds in (0.3, 24.9, 25.1, 40.0)]
    return [
        [tuple(map(str, asdict(one).values())) for one in review.students()],
        *(repr(getattr(line, name)) for name in ("shares", "low", "high", "read", "students")),
        rows.ids.tolist(),
        rows.labels.tolist(),
        [one.faces.ids.tolist() for one in shown if one is not None],
        review.log(),
        review.markers,
        review.suggestions,
    ]


def test_what_it_is(review: Review) -> None:
    assert (review.start, review.end) == (0.0, 50.0)
    assert (review.class_only, review.complete, review.video) == (False, False, None)
    assert review.message
    assert review.info.source_name == "lesson.mp4"
    with pytest.raises(ValueError, match="read-only"):
        review.frame_times[0] = 1.0


def test_sessions_that_can_not_be_reviewed_are_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(SessionError, match="does not exist"):
        Review.open(tmp_path / "none.roomread")
    empty = write(tmp_path / "empty.roomread", [])
    with pytest.raises(SessionError, match="no analysed frame: choose another"):
        Review.open(empty)
    empty.rename(tmp_path / "moved")  # it is closed, also on systems that lock open files


def test_at_any_time_it_shows_the_last_analysed_frame(review: Review) -> None:
    review.merge(2, 6)
    review.exclude(4)
    with Session.open(review.path) as session:
        for kept in (False, True):
            for one in session.results(excluded=kept):
                for later in (0.0, 0.13, 0.2498):
                    found = review.at(one.timestamp + later, excluded=kept)
                    assert found is not None
                    assert found.index == one.index
                    np.testing.assert_array_equal(found.faces.ids, one.faces.ids)
                    np.testing.assert_array_equal(found.faces.boxes, one.faces.boxes)
    assert review.at(-0.01) is None
    assert review.at(49.75 + 0.49) is not None
    assert review.at(49.75 + 0.51) is None


def test_nothing_is_shown_in_a_gap(tmp_path: Path) -> None:
    times = [0.0, 2.0, 4.0, 6.0, 60.0, 62.0]
    with Review.open(write(tmp_path / "a.roomread", steady(times, {1: "fear"}))) as review:
        assert review.at(8.9) is not None  # one and a half usual spans
        assert review.at(9.1) is None
        assert review.at(59.9) is None
        labels = review.student_timeline(32).labels[0].tolist()
        assert labels[3] != NOT_IN_VIEW
        assert set(labels[6:30]) == {NOT_IN_VIEW}  # it counts for three usual spans at most


def test_the_class_timeline_is_what_is_exported(review: Review) -> None:
    review.merge(2, 6)
    review.exclude(4)
    line = review.class_timeline(10)
    tally = IntervalTally(5.0, smallest=1)
    with Session.open(review.path) as session:
        parts = [
            done
            for one in session.results()
            for done in tally.add(ClassCounts.of(one), one.faces.ids.tolist())
        ]
    parts += tally.finish(0.25)
    assert line.starts.tolist() == [one.start for one in parts]
    assert line.students.tolist() == [one.students_seen for one in parts]
    np.testing.assert_allclose(line.shares, [one.shares for one in parts])
    np.testing.assert_allclose(line.low, [one.low for one in parts])
    np.testing.assert_allclose(line.high, [one.high for one in parts])
    np.testing.assert_allclose(line.read, [one.read_share for one in parts])
    assert not line.withheld.any()


def test_students_are_what_is_exported(review: Review) -> None:
    review.merge(2, 6)
    review.name(2, "Ada")
    review.exclude(4)
    with Session.open(review.path) as session:
        span = frame_span(session.timestamps())
        wanted = summarise_students(session.results(excluded=True), span)
    found = review.students()
    assert [one.id for one in found] == [one.track_id for one in wanted]
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_allclose(one.shares, other.shares)
        assert one.seconds == pytest.approx(other.seconds_seen)
        assert one.faces_read == other.faces_read
        assert one.read_share == pytest.approx(other.faces_read / other.faces_seen)
        assert (one.seen_from, one.seen_to) == (other.seen_from, other.seen_to)
    assert [(one.code, one.name, one.excluded) for one in found if one.name or one.excluded] == [
        ("S02", "Ada", False),
        ("S04", "", True),
    ]


def test_a_student_line_has_the_commonest_expression(tmp_path: Path) -> None:
    said = ["fear", "fear", "anger", None, None, None, "anger", None]
    results = [result(k, k / 2, {1: one, 2: "neutral"}) for k, one in enumerate(said)]
    results += [result(k, k / 2, {2: "neutral"}) for k in range(8, 12)]
    path = write(tmp_path / "a.roomread", results, source_fps=2.0)
    with Review.open(path) as review:
        line = review.student_timeline(3)
        assert line.ids.tolist() == [1, 2]
        fear = review.student_timeline(100).labels[0, 0]
        assert line.labels[0].tolist() == [fear, UNKNOWN, NOT_IN_VIEW]
        assert len(set(line.labels[1])) == 1
        assert len(review.student_timeline(100).starts) == 12  # never shorter than a frame


def test_zooming_in_leaves_no_holes_between_frames_that_are_there(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    times = np.cumsum(rng.uniform(0.2, 0.3, 60)).tolist()
    with Review.open(write(tmp_path / "a.roomread", steady(times, {1: "fear"}))) as review:
        line = review.student_timeline(1000, 4.0, 9.0)
        assert (line.starts[0], line.starts[-1] + line.interval) == pytest.approx((4.0, 9.0))
        assert (line.labels >= 0).all()
        assert np.isfinite(review.class_timeline(1000, 4.0, 9.0).shares).all()


def test_a_stretch_says_what_a_session_of_it_would(review: Review, tmp_path: Path) -> None:
    with Session.open(review.path) as session:
        part = [one for one in session.results() if 10.0 <= one.timestamp < 30.0]
    review.add_marker(9.9, "before")
    inside = review.add_marker(10.0, "group work")
    found = review.stretch(30.0, 10.0)
    with Review.open(write(tmp_path / "part.roomread", part, source_fps=FPS)) as other:
        whole = other.stretch(other.start, other.end)
        assert [asdict(a) | {"shares": 0} for a in found.students] == [
            asdict(b) | {"shares": 0} for b in other.students()
        ]
    for name in ("shares", "low", "high", "read", "read_low", "read_high", "frames", "seconds"):
        np.testing.assert_allclose(getattr(found, name), getattr(whole, name))
    assert found.read_low < found.read < found.read_high
    assert found.markers == (inside,)
    nothing = review.stretch(60.0, 70.0)
    assert (nothing.frames, nothing.students) == (0, ())
    assert np.isnan(nothing.shares).all()


EDITS: list[Callable[[Review], object]] = [
    lambda review: review.name(3, "Ada"),
    lambda review: review.merge(2, 6),
    lambda review: review.split(3, 20.1),
    lambda review: review.exclude(4),
    lambda review: review.split(2, 30.0),
    lambda review: review.include(4),
    lambda review: review.undo(),
    lambda review: review.undo(3),
    lambda review: review.redo(3),
    lambda review: review.add_marker(12.0, "group work"),
]


def test_every_change_is_at_once_in_the_file_and_in_every_answer(review: Review) -> None:
    before = said(review)
    for change in EDITS:
        change(review)
        now = said(review)
        assert now != before
        with Review.open(review.path) as again:
            assert said(again) == now
        before = now


def test_the_log_tells_who_did_what_and_can_be_undone(review: Review) -> None:
    assert (review.can_undo, review.can_redo, review.log()) == (False, False, ())
    assert review.split(3, 20.0) == 7
    review.name(7, "Grace")
    assert [row.change for row in review.log()] == [Split(3, 20.0, 7), Name(7, "Grace")]
    assert {row.origin for row in review.log()} == {USER}
    undone = review.undo()
    assert (undone.number, undone.undone) == (2, True)
    assert [row.undone for row in review.log()] == [False, True]
    assert (review.can_undo, review.can_redo) == (True, True)
    assert review.redo().number == 2
    assert not review.can_redo


def test_what_can_not_be_done_is_refused_and_changes_nothing(review: Review) -> None:
    before = said(review)
    refused: list[Callable[[], object]] = [
        lambda: review.merge(1, 3),  # seen together
        lambda: review.split(3, 99.0),
        lambda: review.exclude(17),
        lambda: review.include(3),
        review.undo,
        review.redo,
        lambda: review.accept(1),
        lambda: review.add_marker(3.0, "  "),
        lambda: review.remove_marker(3),
    ]
    for edit in refused:
        with pytest.raises(EditError) as caught:
            edit()
        assert "\n" not in str(caught.value)
    assert said(review) == before


def test_suggestions_are_accepted_or_rejected(tmp_path: Path) -> None:
    results = [result(k, float(k), {1: "fear", 2: "fear"}) for k in range(5)]
    results.append(result(5, 5.0, {3: "fear"}, suggestions=(Suggestion(1, 3, 5.0, 0.8),)))
    results.append(result(6, 6.0, {3: "anger", 4: None}, suggestions=(Suggestion(2, 4, 6.0, 0.6),)))
    with Review.open(write(tmp_path / "a.roomread", results)) as review:
        assert [(s.earlier, s.later) for s in review.suggestions] == [(1, 3), (2, 4)]
        review.accept(review.suggestions[0].number)
        assert [one.id for one in review.students()] == [1, 2, 4]
        review.reject(review.suggestions[0].number)
        assert review.suggestions == ()
        review.undo()
        assert len(review.suggestions) == 1


def test_markers_are_moved_renamed_and_removed(review: Review) -> None:
    late, early = review.add_marker(20.0, "talk"), review.add_marker(10.0, "group work")
    assert review.markers == (early, late)
    review.change_marker(late.number, seconds=5.0)
    review.change_marker(early.number, text="pair work")
    assert [(one.timestamp, one.text) for one in review.markers] == [
        (5.0, "talk"),
        (10.0, "pair work"),
    ]
    review.remove_marker(late.number)
    assert [one.text for one in review.markers] == ["pair work"]


def test_the_change_against_rest_is_what_a_pass_would_find(review: Review) -> None:
    review.merge(2, 6)
    assert review.class_timeline(5).change is None
    shares: list[float] = []
    review.set_baseline(True, shares.append)
    assert review.baseline
    assert shares[-1] == 1.0
    line, rows = review.class_timeline(5), review.student_timeline(5)
    assert line.change is not None
    assert rows.change is not None
    with Session.open(review.path) as session:
        learner = resting_of(session)
        parts = [(one, learner.change(one)) for one in session.results()]
    for column in range(5):
        inside = [(o, c) for o, c in parts if column * 10 <= o.timestamp < column * 10 + 10]
        means = []
        for row, student in enumerate(rows.ids.tolist()):
            own = np.concatenate([change[one.faces.ids == student] for one, change in inside])
            own = own[np.isfinite(own).all(axis=1)]
            assert len(own) or np.isnan(rows.change[row, column]).all()
            if len(own):
                means.append(own.mean(axis=0))
                np.testing.assert_allclose(rows.change[row, column], means[-1], atol=2e-3)
        np.testing.assert_allclose(line.change[column], np.mean(means, axis=0), atol=2e-3)
    stretch = review.stretch(0.0, 10.0)
    np.testing.assert_allclose(stretch.change, line.change[0])
    review.set_baseline(False)
    assert review.student_timeline(5).change is None


def test_a_class_that_was_never_large_enough_is_withheld_whole(tmp_path: Path) -> None:
    read = [result(k, k / 2, {1: "fear", 2: "neutral"}) for k in range(4)]
    empty = [result(k, k / 2, {}) for k in range(4)]
    for results, smallest, withheld in ((read, 3, True), (read, 2, False), (empty, 3, False)):
        path = write(
            tmp_path / f"{smallest}{len(results[0].faces)}.roomread",
            results,
            source_fps=2.0,
            privacy=Privacy(min_group=smallest),
        )
        with Review.open(path) as review:
            assert review.class_withheld is withheld


def test_a_class_only_session_has_a_class_and_nobody_in_it(tmp_path: Path) -> None:
    results = [result(k, k / 2, dict.fromkeys(range(1, 4 + k % 4), "fear")) for k in range(40)]
    path = write(
        tmp_path / "a.roomread",
        results,
        source_fps=2.0,
        privacy=Privacy(class_only=True, min_group=5),
    )
    with Review.open(path) as review:
        assert review.class_only
        assert review.students() == ()
        line = review.class_timeline(40)
        assert line.withheld.tolist() == [k % 4 < 2 for k in range(40)]
        assert np.isnan(line.shares[line.withheld]).all()
        assert (line.students == [3 + k % 4 for k in range(40)]).all()
        assert not review.class_withheld  # some frames have five
        found = review.stretch(0.0, 5.0)
        assert (found.students, found.change, found.withheld) == ((), None, False)
        shown = review.at(3.0)
        assert shown is not None
        assert len(shown.faces) == 0
        review.add_marker(3.0, "group work")
        refused: list[Callable[[], object]] = [
            lambda: review.student_timeline(3),
            lambda: review.exclude(1),
            lambda: review.name(1, "Ada"),
            lambda: review.set_baseline(True),
            lambda: review.moments(3),
            review.agreement,
            lambda: review.set_video(path),
            lambda: review.export_annotated(tmp_path / "a.mp4"),
        ]
        for ask in refused:
            with pytest.raises(EditError, match="the class as a whole only"):
                ask()
        written = {one.name for one in review.export(tmp_path / "out")}
        assert written == {"class.csv", "markers.csv", "session.json", "statistics.csv"}


def test_hand_labels_say_how_far_it_can_be_trusted(review: Review) -> None:
    moments = review.moments(20)
    assert len(moments) == 20
    assert review.moments(20) == moments
    first = moments[0]
    assert review.labelled(first) is None
    review.label(first, 3)
    assert review.labelled(first) == 3
    review.label(first, None)
    assert review.labelled(first) is None
    for one in moments:  # whoever labels sees what the machine saw
        with Session.open(review.path) as session:
            frame = session.frames.one(one.frame)
        review.label(one, int(frame.expressions.labels[frame.faces.ids == one.track][0]))
    with Review.open(review.path) as again:
        assert all(again.labelled(one) is not None for one in moments)
        found = again.agreement()
    assert found.labelled == 20
    assert np.trace(found.counts) == 20


@pytest.mark.alone
def test_an_hour_of_thirty_students_is_quick(tmp_path: Path) -> None:
    path = long_lesson(tmp_path / "long.roomread")
    with Review.open(path) as review:

        def seconds(what: Callable[[int], object], times: int) -> float:
            began = time.perf_counter()
            for k in range(times):
                what(k)
            return (time.perf_counter() - began) / times

        places = np.random.default_rng(0).uniform(0, 3600, 300)
        # Several times what they take on a slow machine, and less than a user notices.
        assert seconds(lambda k: review.at(places[k]), 300) < 0.005
        assert seconds(lambda _: review.class_timeline(1000), 3) < 0.1
        assert seconds(lambda _: review.student_timeline(1000), 3) < 0.2
        assert seconds(lambda k: review.name(1, f"name {k}"), 3) < 0.3
        assert seconds(lambda k: review.merge(1 + k, 101 + k), 3) < 0.3
        assert seconds(lambda _: review.undo(), 3) < 0.3
        assert len(review.students()) == 35
