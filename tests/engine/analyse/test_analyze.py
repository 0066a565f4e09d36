from __future__ import annotations

import csv
import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from app.core.errors import (
    ExportError,
    ModelError,
    RoomreadError,
    SessionError,
    SourceError,
)
from app.core.types import Faces, Frame, Suggestion
from app.engine.analyse.analyze import AnalysisReport, analyze_video
from app.engine.analyse.batch import Progress
from app.engine.analyse.sampling import Sampling
from app.engine.pipeline import Pipeline
from app.engine.settings import Settings, TrackerSettings
from app.session.editor import Editor
from app.session.edits import Exclude, Merge
from app.session.store import FrameCounts, Session
from app.stages.protocols import Tracked
from tests.fakes import (
    FakeDetector,
    FakeRecognizer,
    FakeSmoother,
    FakeTracker,
    fake_build,
    fake_pipeline,
    write_video,
)

Analyze = Callable[..., AnalysisReport]


@pytest.fixture
def video(tmp_path: Path) -> Path:
    write_video(tmp_path / "lesson.mp4", 30)
    return tmp_path / "lesson.mp4"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "results" / "lesson"


def analyze(video: Path, out: Path, sampling: Sampling | None = None, **more: object) -> object:
    more.setdefault("build", fake_build())
    return analyze_video(video, out, Settings(), sampling or Sampling(), **more)  # type: ignore[arg-type]


def run(video: Path, out: Path, sampling: Sampling | None = None, **more: object) -> AnalysisReport:
    report = analyze(video, out, sampling, **more)
    assert isinstance(report, AnalysisReport)
    return report


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def about(out: Path) -> dict[str, object]:
    read: dict[str, object] = json.loads((out / "session.json").read_text(encoding="utf-8"))
    return read


class TestWholeRecording:
    def test_files_and_report(self, video: Path, out: Path) -> None:
        said: list[str] = []
        report = run(video, out, say=said.append)
        assert report.counts == FrameCounts(30, 30, 0)
        assert report.span == pytest.approx((0.0, 2.9))
        assert [s.track_id for s in report.students] == [1, 2, 3]
        assert (report.truncated, report.cancelled) == ("", False)
        assert all(path.is_file() for path in report.files)
        observations = rows(out / "observations.csv")
        assert len(observations) == 90
        assert (observations[0]["timestamp"], observations[-1]["timestamp"]) == ("0.000", "2.900")
        assert [row["student"] for row in rows(out / "students.csv")] == ["S01", "S02", "S03"]
        assert len(rows(out / "students" / "S02.csv")) == 30
        assert about(out)["complete"] is True
        assert not (out / "annotated.mp4").exists()

    def test_sampling_shows_in_the_counts(self, video: Path, out: Path) -> None:
        report = run(video, out, Sampling(every=5, start=1.0, end=2.5))
        assert report.counts == FrameCounts(15, 3, 12)
        times = [r["timestamp"] for r in rows(out / "observations.csv") if r["student"] == "S01"]
        assert times == ["1.000", "1.500", "2.000"]
        assert about(out)["frames"] == {"read": 15, "analysed": 3, "skipped": 12}

    def test_annotated(self, video: Path, out: Path) -> None:
        shares: list[float] = []
        report = run(video, out, annotate=True, annotating=shares.append)
        assert out / "annotated.mp4" in report.files
        with av.open(str(out / "annotated.mp4")) as container:
            assert sum(1 for _ in container.decode(video=0)) == 30
        assert shares[-1] == pytest.approx(1.0)

    def test_interval(self, video: Path, out: Path) -> None:
        run(video, out, interval=1.0)
        assert len(rows(out / "class.csv")) == 3

    def test_interval_too_short_is_refused_before_the_work(self, video: Path, out: Path) -> None:
        with pytest.raises(ExportError, match="seconds or more"):
            analyze(video, out, interval=0.01)
        assert not out.exists()

    def test_pipeline_is_closed(self, video: Path, out: Path) -> None:
        detector = FakeDetector()
        run(video, out, build=fake_build(fake_pipeline(detector=detector)))
        assert detector.closed

    def test_progress(self, video: Path, out: Path) -> None:
        seen: list[Progress] = []
        run(video, out, progress=seen.append)
        assert len(seen) == 30
        assert seen[-1].fraction == pytest.approx(1.0)


class TestInterrupted:
    def test_cut_off_recording_is_exported_and_said(self, tmp_path: Path, out: Path) -> None:
        path = tmp_path / "cut.mp4"
        write_video(path, 60, faststart=True, gop=1)
        data = path.read_bytes()
        path.write_bytes(data[: data.index(b"mdat") + (len(data) - data.index(b"mdat")) // 2])
        report = run(path, out, annotate=True)
        assert "is cut off" in report.truncated
        assert 20 < report.counts.analysed < 40
        assert len(rows(out / "observations.csv")) == 3 * report.counts.analysed
        assert about(out)["complete"] is False
        assert report.truncated.endswith(about(out)["message"])
        assert (out / "annotated.mp4").is_file()

    def test_cancelled_run_is_exported_and_not_drawn(self, video: Path, out: Path) -> None:
        stop = threading.Event()

        def progress(now: Progress) -> None:
            if now.read == 12:
                stop.set()

        report = run(video, out, annotate=True, progress=progress, cancelled=stop)
        assert report.cancelled
        assert report.counts == FrameCounts(12, 12, 0)
        assert len(rows(out / "observations.csv")) == 36
        assert about(out)["complete"] is False
        assert "stopped by the user" in str(about(out)["message"])
        assert not (out / "annotated.mp4").exists()

    def test_cancelled_while_drawing(self, video: Path, out: Path) -> None:
        stop = threading.Event()
        report = run(video, out, annotate=True, annotating=lambda _: stop.set(), cancelled=stop)
        assert report.cancelled
        assert about(out)["complete"] is True
        assert [p.name for p in out.iterdir() if "annotated" in p.name] == []

    def test_cancelled_before_the_first_frame(self, video: Path, out: Path) -> None:
        stop = threading.Event()
        stop.set()
        report = run(video, out, annotate=True, cancelled=stop)
        assert report.counts == FrameCounts(0, 0, 0)
        assert report.span is None

    def test_interrupt_in_the_middle_keeps_what_was_stored(self, video: Path, out: Path) -> None:
        pipeline = fake_pipeline(fail_at=9, error=KeyboardInterrupt())  # type: ignore[arg-type]
        with pytest.raises(KeyboardInterrupt):
            analyze(video, out, build=fake_build(pipeline))
        assert len(rows(out / "observations.csv")) == 27
        assert about(out)["complete"] is False

    def test_failing_stage_keeps_and_exports_what_was_stored(self, video: Path, out: Path) -> None:
        pipeline = fake_pipeline(fail_at=9, error=ModelError("the model broke"))
        with pytest.raises(ModelError, match="the model broke"):
            analyze(video, out, build=fake_build(pipeline))
        assert len(rows(out / "observations.csv")) == 27
        assert about(out)["message"] == "the model broke"

    def test_full_disk_is_one_line(
        self, video: Path, out: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        append = Session.append

        def full(self: Session, result: object) -> None:
            if result.index == 5:  # type: ignore[attr-defined]
                raise SessionError("the disk is full: free some space")
            append(self, result)  # type: ignore[arg-type]

        monkeypatch.setattr(Session, "append", full)
        with pytest.raises(SessionError, match="the disk is full"):
            analyze(video, out)
        with Session.open(out / "session.roomread") as session:
            assert session.counts.analysed == 5
            assert not session.complete


class TestRefused:
    """Before any model is loaded."""

    def refused(self, video: Path, out: Path, sampling: Sampling | None = None) -> str:
        def build(*_: object) -> object:
            raise AssertionError("the models were loaded")

        with pytest.raises(RoomreadError) as caught:
            analyze(video, out, sampling, build=build)
        assert "\n" not in str(caught.value)
        return str(caught.value)

    def test_no_such_video(self, tmp_path: Path, out: Path) -> None:
        assert "does not exist" in self.refused(tmp_path / "no.mp4", out)
        assert not out.exists()

    def test_start_after_the_end(self, video: Path, out: Path) -> None:
        message = self.refused(video, out, Sampling(start=3.5))
        assert "no frame after 3.5 s, it is 3.0 s long" in message

    def test_out_is_a_file(self, video: Path, tmp_path: Path) -> None:
        (tmp_path / "taken").touch()
        assert "there is a file of that name" in self.refused(video, tmp_path / "taken")
        assert "choose a folder" in self.refused(video, tmp_path / "taken" / "below")

    def test_out_cannot_be_written(
        self, video: Path, out: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def denied(**_: object) -> object:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr("app.engine.analyse.folder.tempfile.TemporaryFile", denied)
        assert "you may not write there" in self.refused(video, out)

    def test_another_videos_analysis_is_not_replaced(self, video: Path, out: Path) -> None:
        run(video, out)
        other = video.with_name("other.mp4")
        video.rename(other)
        message = self.refused(other, out)
        assert "holds the analysis of lesson.mp4" in message
        assert "--overwrite" in message
        report = run(other, out, overwrite=True)
        assert report.counts.analysed == 30


class TestAgain:
    def test_a_newer_video_replaces_its_results_and_says_so(self, video: Path, out: Path) -> None:
        run(video, out, annotate=True)
        said: list[str] = []
        pipeline = fake_pipeline(students=1)
        later = time.time() + 10.0
        os.utime(video, (later, later))
        run(video, out, build=fake_build(pipeline), say=said.append)
        assert said == [f"Replacing the earlier analysis of lesson.mp4 in {out}"]
        assert [path.name for path in (out / "students").iterdir()] == ["S01.csv"]
        assert not (out / "annotated.mp4").exists()

    def test_the_recording_itself_is_never_replaced(self, video: Path) -> None:
        lesson = video.rename(video.with_name("annotated.mp4"))
        before = lesson.read_bytes()
        with pytest.raises(ExportError, match="choose another folder"):
            run(lesson, lesson.parent, annotate=True, overwrite=True)
        assert lesson.read_bytes() == before

    def test_other_files_in_the_folder_stay(self, video: Path, out: Path) -> None:
        out.mkdir(parents=True)
        (out / "notes.txt").write_text("mine")
        run(video, out)
        assert (out / "notes.txt").read_text() == "mine"

    def test_a_foreign_file_where_the_session_goes(self, video: Path, out: Path) -> None:
        out.mkdir(parents=True)
        (out / "session.roomread").write_text("mine")
        with pytest.raises(SessionError, match="no Roomread session"):
            analyze(video, out)
        assert (out / "session.roomread").read_text() == "mine"


class AbsentMindedTracker(FakeTracker):
    """Student 1 is away from 20 to 35 s, and comes back as 4 with a suggestion who it may be."""

    def update(self, faces: Faces, frame: Frame) -> Tracked:
        ids, now = np.array([1, 2, 3]), frame.timestamp
        if now >= 35:
            ids = np.array([4, 2, 3])
        here = faces.select(~((ids == 1) & (now >= 20)))
        ids = ids[~((ids == 1) & (now >= 20))]
        told = (Suggestion(1, 4, now, 0.8),) if now == 35 else ()
        return Tracked(Faces.make(here.boxes, here.scores, here.keypoints, ids), told)


class TestLookingBothWays:
    def analysed(self, tmp_path: Path, two_way: bool = True) -> tuple[AnalysisReport, list[str]]:
        write_video(tmp_path / "long.mp4", 110, fps=1.0)
        stages = (FakeDetector(), AbsentMindedTracker(), FakeRecognizer(), FakeSmoother())
        said: list[str] = []
        settings = Settings(tracker=TrackerSettings(two_way=two_way))
        report = analyze_video(
            tmp_path / "long.mp4",
            tmp_path / "out",
            settings,
            Sampling(),
            say=said.append,
            build=fake_build(Pipeline(*stages)),
        )
        return report, said

    def test_a_student_who_came_back_is_one_again(self, tmp_path: Path) -> None:
        report, said = self.analysed(tmp_path)
        assert [one.track_id for one in report.students] == [1, 2, 3]
        assert report.students[0].faces_seen == 95
        assert len(rows(tmp_path / "out" / "students" / "S01.csv")) == 95
        assert said == [
            "Looking both ways in time: 1 edit of who is who; "
            f"`roomread edit {report.session} list` shows them"
        ]
        with Session.open(report.session) as session:
            (edit,) = session.log.edits()
            assert (edit.change, edit.origin) == (Merge(1, 4), "two-way pass")
            Editor(session).undo()
            students = {track for one in session.results() for track in one.faces.ids.tolist()}
            assert students == {1, 2, 3, 4}

    def test_not_where_the_settings_say_so(self, tmp_path: Path) -> None:
        report, said = self.analysed(tmp_path, two_way=False)
        assert [one.track_id for one in report.students] == [1, 2, 3, 4]
        assert said == []


class PosterTracker(AbsentMindedTracker):
    """Student 1, who is away for a while, is a poster, which is known from 40 s on."""

    def update(self, faces: Faces, frame: Frame) -> Tracked:
        told = super().update(faces, frame)
        if frame.timestamp < 40:
            return told
        return Tracked(told.faces.select(told.faces.ids != 4), told.suggestions, (1, 4))


class TestPictures:
    def analysed(self, tmp_path: Path) -> tuple[AnalysisReport, list[str]]:
        write_video(tmp_path / "long.mp4", 110, fps=1.0)
        stages = (FakeDetector(), PosterTracker(), FakeRecognizer(), FakeSmoother())
        said: list[str] = []
        report = analyze_video(
            tmp_path / "long.mp4",
            tmp_path / "out",
            Settings(),
            Sampling(),
            say=said.append,
            build=fake_build(Pipeline(*stages)),
        )
        return report, said

    def test_they_are_left_out_from_the_start_and_joined_to_nobody(self, tmp_path: Path) -> None:
        report, said = self.analysed(tmp_path)
        assert [one.track_id for one in report.students] == [2, 3]
        assert not (tmp_path / "out" / "students" / "S01.csv").exists()
        assert said == [
            "Left out as pictures on the wall: S01, S04; "
            f"`roomread edit {report.session} list` shows them, and undo takes them in again"
        ]

    def test_every_one_can_be_taken_in_again(self, tmp_path: Path) -> None:
        report, _ = self.analysed(tmp_path)
        with Session.open(report.session) as session:
            first, second = session.log.edits()
            assert (first.change, first.origin) == (Exclude(1), "a picture on the wall")
            assert second.change == Exclude(4)
            Editor(session).undo(first.number)
            seen = [one.faces.ids.tolist() for one in session.results()]
            assert seen[:20] == [[1, 2, 3]] * 20
            assert seen[20:] == [[2, 3]] * 90


def test_errors_are_of_the_right_kind(tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        analyze(tmp_path / "no.mp4", tmp_path / "o")
    write_video(tmp_path / "a.mp4", 3)
    (tmp_path / "f").touch()
    with pytest.raises(ExportError):
        analyze(tmp_path / "a.mp4", tmp_path / "f")
