"""Wherever an analysis is killed, gone on with it ends as one that nobody disturbed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.core.types import Faces, FrameResult, Suggestion
from app.engine.analyse.analyze import AnalysisReport, analyze_video
from app.engine.analyse.sampling import Sampling
from app.engine.pipeline import Followed, Pipeline
from app.engine.settings import Settings
from app.session.database import Database
from app.session.editor import Editor
from app.session.edits import PICTURE, TWO_WAY, USER, Change, Exclude, Merge, Name
from app.session.store import Session
from tests.fakes import (
    FakeDetector,
    FakeRecognizer,
    FakeSmoother,
    FakeTracker,
    fake_build,
    write_video,
)

FRAMES = 120
EDITS = [(PICTURE, Exclude(3)), (TWO_WAY, Merge(2, 4))]


class Killed(BaseException):
    """The process is gone."""


class Lesson(Pipeline):
    """Two students and a picture, 3, which is proven at 40 s; student 2 is away from 30 to 60 s.

    A second life, after a break, numbers them 1 to 3 again and proves nothing.
    """

    def __init__(self, second: bool = False) -> None:
        super().__init__(FakeDetector(), FakeTracker(), FakeRecognizer(), FakeSmoother())
        self._second = second
        self.read_again: list[int] = []

    def read(self, followed: Followed) -> FrameResult:
        result = super().read(followed)
        self.read_again.append(result.index)
        if self._second:
            return result
        away, proven = 30 <= result.index < 60, result.index >= 40
        rows = [0, *([] if away else [1]), *([] if proven else [2])]
        ids = np.array([1, 4 if result.index >= 60 else 2, 3])[rows]
        back = (Suggestion(2, 4, result.timestamp, 0.9),) if result.index == 60 else ()
        faces = Faces.make(result.faces.boxes[rows], result.faces.scores[rows], ids=ids)
        return replace(
            result,
            faces=faces,
            expressions=result.expressions.select(rows),
            suggestions=back,
            pictures=(3,) if proven else (),
        )


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("video") / "lesson.mp4"
    write_video(path, FRAMES, fps=1.0, size=(64, 64), faststart=True)
    return path


def run(video: Path, out: Path, pipeline: Lesson, **more: Any) -> AnalysisReport:
    build = fake_build(pipeline)
    return analyze_video(video, out, Settings(), Sampling(), build=build, **more)


def ended(path: Path) -> tuple[bool, list[list[int]], list[tuple[str, Change]]]:
    """Whether it is complete, who is in every frame, and the edits."""
    with Session.open(path) as session:
        seen = [sorted(one.faces.ids.tolist()) for one in session.results()]
        edits = [(edit.origin, edit.change) for edit in session.log.edits()]
        return session.complete, seen, edits


def killed_at(
    monkeypatch: pytest.MonkeyPatch, video: Path, out: Path, frame: int, writes: int
) -> bool:
    """Run until so many writes after this frame was begun; whether it was killed there."""
    begun, left = False, writes

    def dying(written: str) -> None:
        nonlocal begun, left
        begun |= f"INTO frame {frame}" in written
        left -= begun
        if left < 0:
            raise Killed

    execute, insert = Database.execute, Database.insert

    def executing(self: Database, sql: str, *values: object) -> None:
        dying(f"INTO frame {values[0]}" if "INTO frame" in sql else sql)
        execute(self, sql, *values)

    def inserting(self: Database, sql: str, rows: list[object]) -> None:
        dying(sql)
        insert(self, sql, rows)

    with monkeypatch.context() as patch:
        patch.setattr(Database, "execute", executing)
        patch.setattr(Database, "insert", inserting)
        try:
            run(video, out, Lesson())
        except Killed:
            return True
    return False


def test_killed_at_any_write_of_the_end(
    video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = ended(run(video, tmp_path / "whole", Lesson()).session)
    assert whole[0]
    assert whole[1][70] == [1, 2]
    assert whole[2] == EDITS
    writes = 0
    while killed_at(monkeypatch, video, tmp_path / str(writes), FRAMES - 1, writes):
        report = run(video, tmp_path / str(writes), Lesson(second=True), resume=True)
        assert ended(report.session) == whole, f"killed at write {writes}"
        writes += 1
    assert writes >= 5  # the frame, its faces, the end and the edits


def test_killed_long_after_a_picture_was_proven(
    video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = ended(run(video, tmp_path / "whole", Lesson()).session)
    assert killed_at(monkeypatch, video, tmp_path / "out", 80, 0)
    with Session.open(tmp_path / "out" / "session.roomread") as session:
        assert session.standing.pictures == (3,)
        assert "analysis" not in session.environment
    report = run(video, tmp_path / "out", Lesson(second=True), resume=True)
    assert ended(report.session) == whole
    with Session.open(report.session) as session:
        assert session.standing.pictures == ()


def test_what_the_user_edited_before_it_went_on_holds(
    video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert killed_at(monkeypatch, video, tmp_path, 80, 0)
    with Session.open(tmp_path / "session.roomread") as session:
        Editor(session).apply(Merge(2, 4))
        session.set_name(3, "Poster Pete")
    report = run(video, tmp_path, Lesson(second=True), resume=True)
    complete, _, edits = ended(report.session)
    assert complete
    assert edits == [(USER, Merge(2, 4)), (USER, Name(3, "Poster Pete"))]


def test_a_recording_that_is_cut_off_is_not_read_again(video: Path, tmp_path: Path) -> None:
    data = video.read_bytes()
    cut = tmp_path / "lesson.mp4"
    cut.write_bytes(data[: data.index(b"mdat") + (len(data) - data.index(b"mdat")) * 3 // 4])
    first = run(cut, tmp_path / "out", Lesson())
    assert "is cut off" in first.truncated
    with Session.open(first.session) as session:
        assert [edit.origin for edit in session.log.edits()][:1] == [PICTURE]
        session.set_name(1, "Ada")
        session.markers.add(3.0, "group work")
    pipeline = Lesson(second=True)
    again = run(cut, tmp_path / "out", pipeline, resume=True, annotate=True)
    assert not pipeline.read_again
    assert "is cut off" in again.truncated
    assert (again.out / "annotated.mp4").is_file()
    with Session.open(again.session) as session:
        assert session.names() == {1: "Ada"}
        assert [one.text for one in session.markers.all()] == ["group work"]
