from __future__ import annotations

import itertools
import time
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from app.core.expressions import LABELS
from app.core.regions import Polygon, Regions
from app.core.types import STILL, Expressions, Faces, Frame
from app.engine.pipeline import Pipeline
from app.stages.protocols import Tracked
from app.stages.sweep import SweepDetector
from tests.fakes import (
    SIZE,
    FakeDetector,
    FakeRecognizer,
    FakeSmoother,
    FakeSource,
    FakeTracker,
    fake_pipeline,
)


def test_a_result_has_the_frames_place_and_each_stages_work() -> None:
    frames = list(FakeSource(3).frames())
    pipeline = fake_pipeline(students=4, cant_tell=[3])
    result = [pipeline.process(frame) for frame in frames][2]
    assert (result.index, result.timestamp, result.size) == (2, frames[2].timestamp, (160, 120))
    assert result.faces.ids.tolist() == [1, 2, 3, 4]
    assert result.expressions.labels.tolist() == [0, 1, -1, 3]
    assert LABELS[1] == "happiness"
    assert np.isclose(result.expressions.confidences[0], 0.79)


def test_stages_are_timed_one_by_one() -> None:
    ticks = itertools.accumulate([0.0, 0.0625, 0.5, 0.25, 8.0, 0.125, 1.0])
    pipeline = Pipeline(
        FakeDetector(), FakeTracker(), FakeRecognizer(), FakeSmoother(), lambda: next(ticks)
    )
    result = pipeline.process(next(FakeSource(1).frames()))
    assert result.timings == {
        "detector": 0.5,
        "tracker": 0.3125,
        "recognizer": 0.125,
        "smoother": 1.0,
    }


def test_reset_forgets_and_close_frees() -> None:
    detector, tracker = FakeDetector(), FakeTracker()
    pipeline = Pipeline(detector, tracker, FakeRecognizer(), FakeSmoother())
    frame = next(FakeSource(1).frames())
    pipeline.process(frame)
    pipeline.reset()
    pipeline.process(frame)
    assert tracker.resets == 1
    pipeline.close()
    assert detector.closed


def test_regions_stay_where_they_are_where_a_recording_is_taken_up_later() -> None:
    box = fake_pipeline(students=9).process(next(FakeSource(1).frames())).faces.boxes[0]
    x, y, w, h = (box / np.tile(SIZE, 2)).tolist()
    away = 0.4  # of the width: so far had the camera turned since the recording's first frame
    seat = ((x + away, y), (x + away + w, y), (x + away + w, y + h), (x + away, y + h))
    camera = np.array([[1.0, 0, away * SIZE[0]], [0, 1, 0]])
    pipeline = fake_pipeline(students=9)
    pipeline.set_regions(Regions(opt_out=(seat,)))
    for reset, opted_out in ((camera, True), (STILL, False)):
        pipeline.reset(reset)
        result = pipeline.process(next(FakeSource(1).frames()))
        assert (1 not in result.faces.ids) == opted_out
        np.testing.assert_array_equal(result.camera, reset)


class PosterTracker(FakeTracker):
    def update(self, faces: Faces, frame: Frame) -> Tracked:
        return replace(super().update(faces, frame), pictures=(7, 9))


def test_a_result_names_the_pictures_with_and_without_regions() -> None:
    seat = ((0.9, 0.9), (1.0, 0.9), (1.0, 1.0))
    for regions in (Regions(), Regions(opt_out=(seat,))):
        stages = FakeDetector(), PosterTracker(), FakeRecognizer(), FakeSmoother()
        pipeline = Pipeline(*stages, regions=regions)
        assert pipeline.process(next(FakeSource(1).frames())).pictures == (7, 9)


def test_faces_that_the_result_leaves_out_are_told_so_that_they_can_be_covered() -> None:
    seen = {one.index: one for one in FakeSource(2).frames()}
    plain = fake_pipeline(students=4)
    followed = plain.follow(seen[0])
    boxes = plain.read(followed).faces.boxes
    assert followed.left_out.shape == followed.opted_out.shape == (0, 4)

    def around(box: list[float]) -> tuple[tuple[float, float], ...]:
        (x, y), (w, h) = np.divide(box[:2], SIZE), np.divide(box[2:], SIZE)
        return ((x, y), (x + w, y), (x + w, y + h), (x, y + h))

    ben, poster = around(boxes[1].tolist()), around(boxes[3].tolist())
    pipeline = fake_pipeline(students=4)
    pipeline.set_regions(Regions(ignore=(poster,), opt_out=(ben,)))
    followed = pipeline.follow(seen[0])
    result = pipeline.read(followed)
    np.testing.assert_array_equal(result.faces.boxes, boxes[[0, 2]])
    np.testing.assert_array_equal(followed.left_out, boxes[[1, 3]])
    np.testing.assert_array_equal(followed.opted_out, boxes[[1]])


class ListeningRecognizer(FakeRecognizer):
    """Notes whom it read."""

    def __init__(self) -> None:
        self.read: list[list[int]] = []

    def recognize(self, faces: Faces, frame: Frame) -> Expressions:
        self.read.append(faces.ids.tolist())
        return super().recognize(faces, frame)


def test_only_the_faces_asked_for_are_read() -> None:
    recognizer = ListeningRecognizer()
    pipeline = Pipeline(FakeDetector(4), FakeTracker(), recognizer, FakeSmoother())
    frames = list(FakeSource(3).frames())
    some = pipeline.read(pipeline.follow(frames[0]), np.array([1, 3]))
    none = pipeline.read(pipeline.follow(frames[1]), np.zeros(0, int))
    everyone = pipeline.read(pipeline.follow(frames[2]))
    assert recognizer.read == [[2, 4], [], [1, 2, 3, 4]]
    assert some.faces.ids.tolist() == none.faces.ids.tolist() == [1, 2, 3, 4]
    assert some.expressions.labels.tolist() == [-1, 1, -1, 3]
    assert some.expressions.fresh.tolist() == [False, True, False, True]
    assert none.expressions.labels.tolist() == [-1] * 4
    assert everyone.expressions.fresh.all()


def test_what_was_left_out_belongs_to_the_frame_that_was_followed() -> None:
    everywhere = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
    pipeline, frames = fake_pipeline(students=2), list(FakeSource(2).frames())
    nobody = Regions(ignore=(everywhere,))
    pipeline.set_regions(nobody)
    first = pipeline.follow(frames[0])
    pipeline.set_regions(Regions())
    second = pipeline.follow(frames[1])
    assert [len(one.left_out) for one in (first, second)] == [2, 0]
    assert [one.regions for one in (first, second)] == [nobody, Regions()]
    assert len(pipeline.read(first).faces) == 0
    assert len(pipeline.read(second).faces) == 2


def _around(box: NDArray[np.float32]) -> Polygon:
    x, y, w, h = (box / np.tile(SIZE, 2)).tolist()
    return ((x, y), (x + w, y), (x + w, y + h), (x, y + h))


def test_who_opts_out_after_the_frame_was_followed_is_neither_read_nor_in_its_result() -> None:
    recognizer = ListeningRecognizer()
    pipeline = Pipeline(FakeDetector(4), FakeTracker(), recognizer, FakeSmoother())
    frames = list(FakeSource(3).frames())
    reading, waiting = pipeline.follow(frames[0]), pipeline.follow(frames[1])
    box = reading.tracked.faces.boxes[1]
    pipeline.set_regions(Regions(opt_out=(_around(box),)))
    for followed, rows in ((reading, np.array([0, 1, 3])), (waiting, None)):
        result = pipeline.read(followed, rows)
        assert result.faces.ids.tolist() == [1, 3, 4]
        told = followed.as_told(result)
        np.testing.assert_array_equal(told.opted_out, box[None])
        np.testing.assert_array_equal(told.left_out, box[None])
    assert recognizer.read == [[1, 4], [1, 3, 4]]
    later = pipeline.follow(frames[2])
    pipeline.set_regions(Regions())
    assert pipeline.read(later).faces.ids.tolist() == [1, 3, 4]  # never less than when followed
    assert later.as_told(pipeline.read(later)) is later


def test_who_opts_out_while_the_frame_is_read_is_not_in_its_result() -> None:
    class OptsOut(ListeningRecognizer):
        def recognize(self, faces: Faces, frame: Frame) -> Expressions:
            pipeline.set_regions(Regions(opt_out=(_around(faces.boxes[0]),)))
            return super().recognize(faces, frame)

    pipeline = Pipeline(FakeDetector(4), FakeTracker(), OptsOut(), FakeSmoother())
    followed = pipeline.follow(next(FakeSource(1).frames()))
    result = pipeline.read(followed)
    assert result.faces.ids.tolist() == [2, 3, 4]
    assert result.expressions.labels.tolist() == [1, 2, 3]
    assert len(followed.as_told(result).opted_out) == 1


class SweepingDetector(FakeDetector):
    period = 2.0
    swept = 0.0


class BlindNet:
    """A ``FaceNet`` that finds nothing and takes its time."""

    def detect(
        self, image: NDArray[np.uint8], min_score: float
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        end = time.thread_time() + 0.001
        while time.thread_time() < end:
            pass
        nothing = np.zeros((0, 4), np.float32)
        return nothing, nothing[:, 0], np.zeros((0, 6, 2), np.float32)

    def close(self) -> None:
        pass


def test_the_sweep_tells_what_its_search_takes() -> None:
    stages = FakeTracker(), FakeRecognizer(), FakeSmoother()
    pipeline = Pipeline(SweepDetector(BlindNet(), BlindNet()), *stages)
    sweeping = pipeline.sweeping
    assert sweeping is not None
    assert (sweeping.period, sweeping.swept) == (2.0, 0.0)
    pipeline.follow(next(FakeSource(1).frames()))
    assert sweeping.swept >= 0.001
    sweeping.period = 6.0
    assert sweeping.period == 6.0


def test_a_detector_that_sweeps_can_be_told_how_often() -> None:
    stages = FakeTracker(), FakeRecognizer(), FakeSmoother()
    sweeping = Pipeline(SweepingDetector(), *stages).sweeping
    assert sweeping is not None
    assert sweeping.period == 2.0
    assert Pipeline(FakeDetector(), *stages).sweeping is None
