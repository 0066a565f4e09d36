"""An analysis that was interrupted goes on in the session that it left."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from app.core.privacy import Privacy
from app.core.types import STILL, Faces, Frame, FrameResult, Suggestion
from app.engine.analyse.analysed import analysed_sessions
from app.engine.analyse.analyze import AnalysisReport, analyze_video
from app.engine.analyse.batch import Progress
from app.engine.analyse.resume import BREAK
from app.engine.analyse.sampling import Sampling
from app.engine.pipeline import Followed, Pipeline
from app.engine.settings import Settings, TrackerSettings
from app.session.editor import Editor
from app.session.edits import TWO_WAY, Merge, Name
from app.session.store import FrameCounts, Session
from app.stages.protocols import Expectation
from tests.fakes import (
    FakeDetector,
    FakeRecognizer,
    FakeSmoother,
    FakeTracker,
    fake_build,
    fake_pipeline,
    write_video,
)

FRAMES = 60
NO_EDITS = Settings(tracker=TrackerSettings(two_way=False))


class Shuffled:
    """A pipeline whose second life numbers the same students otherwise, and finds one more."""

    def __init__(self, shift: int) -> None:
        self._inner, self._shift = fake_pipeline(students=3), shift
        self.seen: list[int] = []

    def follow(self, frame: Frame) -> Followed:
        self.seen.append(frame.index)
        return self._inner.follow(frame)

    def read(self, followed: Followed) -> FrameResult:
        frame, result = followed.frame, self._inner.read(followed)
        ids = np.roll(result.faces.ids, self._shift)
        camera = np.array([[1.0, 0, 2.0 * self._shift], [0, 1, 0]])
        told = ()
        if self._shift and frame.index == FRAMES - 1:
            told = (Suggestion(1, 2, frame.timestamp, 0.5), Suggestion(2, 3, frame.timestamp, 0.6))
        faces = Faces.make(result.faces.boxes, result.faces.scores, ids=ids)
        return replace(result, faces=faces, camera=camera, suggestions=told)

    def reset(self, camera: NDArray[np.float64] = STILL) -> None:
        self._inner.reset(camera)

    def close(self) -> None:
        self._inner.close()


@pytest.fixture
def video(tmp_path: Path) -> Path:
    write_video(tmp_path / "lesson.mp4", FRAMES, fps=5.0)
    return tmp_path / "lesson.mp4"


def run(
    video: Path,
    stop: int | None = None,
    *,
    shift: int = 0,
    sampling: Sampling | None = None,
    settings: Settings = NO_EDITS,
    resume: bool = False,
    pipeline: Shuffled | Pipeline | None = None,
    **more: object,
) -> AnalysisReport:
    cancelled, abandoned = threading.Event(), threading.Event()

    def watch(now: Progress) -> None:
        if stop is not None and now.read >= stop:
            abandoned.set()
            cancelled.set()

    return analyze_video(
        video,
        video.parent / "out",
        settings,
        sampling or Sampling(),
        progress=watch,
        cancelled=cancelled,
        abandoned=abandoned,
        overwrite=True,
        resume=resume,
        build=fake_build(pipeline or Shuffled(shift)),  # type: ignore[arg-type]
        **more,  # type: ignore[arg-type]
    )


def held(path: Path) -> list[tuple[int, list[int]]]:
    with Session.open(path) as session:
        return [(one.index, one.faces.ids.tolist()) for one in session.raw_results()]


def test_it_goes_on_after_the_last_frame_with_the_same_numbers(video: Path) -> None:
    first = run(video, stop=50)
    assert held(first.session) == [(i, [1, 2, 3]) for i in range(50)]
    pipeline = Shuffled(1)
    second = run(video, shift=1, resume=True, pipeline=pipeline)
    assert pipeline.seen[0] >= 24, "not read from the beginning again"
    assert held(second.session) == [(i, [1, 2, 3]) for i in range(FRAMES)]
    assert second.counts == FrameCounts(FRAMES, FRAMES, 0)
    with Session.open(second.session) as session:
        assert session.complete
        assert not session.message
        (marker,) = session.markers.all()
        assert (marker.text, marker.timestamp) == (BREAK, pytest.approx(10.0))
        results = list(session.raw_results())
    assert (second.out / "class.csv").exists()
    # The tracker's 1 and 2 are the session's 2 and 3; its 3 is 1, which is no later one.
    assert [(s.earlier, s.later) for s in results[-1].suggestions] == [(2, 3)]


def test_a_killed_process_too(video: Path, tmp_path: Path) -> None:
    first = run(video, stop=50)
    with Session.open(first.session) as session:
        session._db.execute("UPDATE session SET read=NULL, analysed=NULL, skipped=NULL")
    assert run(video, resume=True).counts.analysed == FRAMES


@pytest.mark.parametrize("sampling", [Sampling(every=3), Sampling(fps=2.0), Sampling(start=1.0)])
def test_the_same_frames_are_chosen_as_without_a_break(video: Path, sampling: Sampling) -> None:
    whole = held(run(video, sampling=sampling).session)
    run(video, stop=41, sampling=sampling)
    report = run(video, sampling=sampling, resume=True)
    assert held(report.session) == whole
    assert report.counts.read == FRAMES - (5 if sampling.start else 0)


def test_whoever_is_not_known_gets_a_new_number(video: Path) -> None:
    class Elsewhere(Shuffled):
        def read(self, followed: Followed) -> FrameResult:
            result = super().read(followed)
            boxes = result.faces.boxes + np.array([0, 40 if result.index > 20 else 0, 0, 0])
            ids = result.faces.ids
            faces = Faces.make(boxes[:2], result.faces.scores[:2], ids=ids[:2])
            return replace(result, faces=faces, expressions=result.expressions.select([0, 1]))

    first = run(video, stop=50)
    report = run(video, resume=True, pipeline=Elsewhere(0))
    assert held(report.session)[49:51] == [(49, [1, 2, 3]), (50, [4, 5])]
    assert report.session == first.session


class Panned(FakeTracker):
    """The camera turns until frame 40; as any tracker, this one goes by the first that it saw."""

    def expect(self, frame: Frame) -> Expectation:
        turned = float(min(frame.index, 40))
        if self._last == -np.inf:
            self._before = turned
        super().expect(frame)
        camera = np.array([[1.0, 0, turned - self._before], [0, 1, 0]])
        return Expectation(np.zeros((0, 4)), camera)


@pytest.mark.parametrize("class_only", [False, True])
def test_a_camera_that_moved_shortly_before_the_break(video: Path, class_only: bool) -> None:
    settings = NO_EDITS.model_copy(update={"privacy": Privacy(class_only=class_only)})
    for stop in (50, None):
        stages = FakeDetector(), Panned(), FakeRecognizer(), FakeSmoother()
        report = run(video, stop, pipeline=Pipeline(*stages), resume=True, settings=settings)
    with Session.open(report.session) as session:
        shifts = [one.camera[0, 2] for one in session.raw_results()]
    assert shifts == [min(index, 40) for index in range(FRAMES)]


class Leaving(Shuffled):
    """Student 2 is out of sight from frame 30 to 60, over a break at 50."""

    def __init__(self, later: int) -> None:
        super().__init__(0)
        self._ids = [1, later, 3]

    def read(self, followed: Followed) -> FrameResult:
        result = super().read(followed)
        rows = [0, 2] if 30 <= result.index < 60 else [0, 1, 2]
        boxes, scores = result.faces.boxes[rows], result.faces.scores[rows]
        faces = Faces.make(boxes, scores, ids=np.array(self._ids)[rows])
        return replace(result, faces=faces, expressions=result.expressions.select(rows))


@pytest.mark.parametrize("two_way", [True, False])
def test_whoever_was_out_of_sight_at_the_break_is_suggested(tmp_path: Path, two_way: bool) -> None:
    video = tmp_path / "lesson.mp4"
    write_video(video, 120, fps=1.0, size=(64, 64))
    settings = Settings(tracker=TrackerSettings(two_way=two_way))
    run(video, stop=50, pipeline=Leaving(2), settings=settings)
    report = run(video, pipeline=Leaving(7), settings=settings, resume=True)
    with Session.open(report.session) as session:
        (told,) = [one for result in session.raw_results() for one in result.suggestions]
        assert (told.earlier, told.later, told.timestamp) == (2, 4, 60.0)
        assert 0.7 < told.confidence <= 0.9
        left = [(one.earlier, one.later) for one in Editor(session).suggestions()]
        changes = [(one.origin, one.change) for one in session.log.edits()]
        last = sorted(list(session.results())[-1].faces.ids.tolist())
    if two_way:
        assert (left, changes, last) == ([], [(TWO_WAY, Merge(2, 4))], [1, 2, 3])
    else:
        assert (left, changes, last) == ([(2, 4)], [], [1, 3, 4])


def test_a_class_only_session_goes_on(video: Path) -> None:
    settings = Settings(privacy=Privacy(class_only=True))
    run(video, stop=50, settings=settings)
    report = run(video, settings=settings, resume=True)
    with Session.open(report.session) as session:
        assert len(list(session.class_counts())) == FRAMES


def test_it_begins_anew_where_it_does_not_fit(video: Path) -> None:
    run(video, stop=50)
    other = NO_EDITS.model_copy(update={"privacy": Privacy(min_group=7)})
    pipeline = Shuffled(0)
    run(video, resume=True, settings=other, pipeline=pipeline)
    assert pipeline.seen[0] == 0
    (video.parent / "out" / "session.roomread").unlink()
    assert run(video, resume=True).counts.analysed == FRAMES


def test_it_begins_anew_after_the_app_put_it_right(video: Path) -> None:
    first = run(video, stop=50)
    with Session.open(first.session) as session, session.log.writing():
        session.log.add(Name(1, "Ann"), TWO_WAY)
    pipeline = Shuffled(0)
    run(video, resume=True, pipeline=pipeline)
    assert pipeline.seen[0] == 0


def test_names_stay_and_what_was_read_whole_is_not_read_again(video: Path) -> None:
    first = run(video)
    with Session.open(first.session) as session:
        session.set_name(2, "Ann")
    (first.out / "class.csv").unlink()
    pipeline = Shuffled(0)
    report = run(video, resume=True, pipeline=pipeline)
    assert pipeline.seen == []
    assert (report.out / "class.csv").exists()
    with Session.open(report.session) as session:
        assert session.names() == {2: "Ann"}


def test_the_session_is_put_on_the_list(video: Path, tmp_path: Path) -> None:
    report = run(video, listed=tmp_path / "user" / "analysed.json")
    assert analysed_sessions(tmp_path / "user" / "analysed.json") == [report.session]


@pytest.mark.parametrize(
    ("stored", "goes_on"),
    [("lesson.mp4", True), ("../lesson.mp4", True), ("other.mp4", False), ("/b/lesson.mp4", False)],
)
def test_a_recording_that_an_older_version_kept_by_a_relative_path(
    video: Path, stored: str, goes_on: bool
) -> None:
    first = run(video, stop=50)
    with closing(sqlite3.connect(first.session)) as db, db:
        db.execute("UPDATE session SET info = json_set(info, '$.source_name', ?)", (stored,))
    pipeline = Shuffled(0)
    run(video, resume=True, pipeline=pipeline)
    assert (pipeline.seen[0] >= 24) == goes_on
