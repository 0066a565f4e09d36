"""Nothing that is in the folder of an analysis is lost unasked."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.core.errors import ExportError, LossError
from app.core.privacy import Privacy, Purpose
from app.core.regions import Regions
from app.engine.analyse.analyze import AnalysisReport, analyze_video
from app.engine.analyse.batch import Progress
from app.engine.analyse.sampling import Sampling
from app.engine.build import Built
from app.engine.settings import Settings, SmootherSettings, TrackerSettings
from app.session.analysis_files import SESSION_FILE
from app.session.store import Session
from tests.fakes import CARD, fake_build, fake_pipeline, write_video

WHY = Purpose("study", "ethics", "2026-11-22T10:00:00+00:00")


class Desk:
    """A recording of 3 s, the folder of its analysis, and what was said."""

    def __init__(self, folder: Path) -> None:
        self.video, self.out = folder / "lesson.mp4", folder / "out"
        write_video(self.video, 30)
        self.said: list[str] = []
        self.read = 0

    @property
    def stored(self) -> bytes:
        """The session, as it is on the disk."""
        return (self.out / SESSION_FILE).read_bytes()

    def run(
        self,
        sampling: Sampling | None = None,
        settings: Settings | None = None,
        stop_at: int = 0,
        **more: Any,
    ) -> AnalysisReport:
        """Analyse; stopped after ``stop_at`` frames, if any."""
        stop = threading.Event()
        self.said, self.read = [], 0

        def progress(_: Progress) -> None:
            self.read += 1
            if self.read == stop_at:
                stop.set()

        more.setdefault("build", fake_build())
        return analyze_video(
            more.pop("video", self.video),
            self.out,
            settings or Settings(),
            sampling or Sampling(),
            say=self.said.append,
            progress=progress,
            cancelled=stop,
            **more,
        )

    def refused(self, *asked: Any, **more: Any) -> str:
        """The line; nothing was touched."""
        before = {path: path.read_bytes() for path in self.out.rglob("*") if path.is_file()}
        with pytest.raises(LossError, match=r"choose another folder, or add --overwrite") as caught:
            self.run(*asked, **more)
        after = {path: path.read_bytes() for path in self.out.rglob("*") if path.is_file()}
        assert before == after
        assert "\n" not in str(caught.value)
        return str(caught.value)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.mark.parametrize("less", [Sampling(end=1.0), Sampling(start=1.0), Sampling(end=2.9)])
def test_more_of_the_recording_stays(desk: Desk, less: Sampling) -> None:
    desk.run()
    assert "from 0:00.0 to 0:02.9, more than is asked for now" in desk.refused(less)
    assert desk.run(less, overwrite=True).counts.analysed < 30


def test_less_of_it_is_replaced_and_said(desk: Desk) -> None:
    desk.run(Sampling(end=1.0))
    assert desk.run(Sampling(end=2.0)).counts.analysed == 20
    assert desk.said == [f"Replacing the earlier analysis of lesson.mp4 in {desk.out}"]
    assert desk.run().counts.analysed == 30


@pytest.mark.parametrize(
    ("settings", "sampling", "names"),
    [
        (Settings(tracker=TrackerSettings(max_gap=60.0)), None, "tracker.max_gap"),
        (Settings(privacy=Privacy(class_only=True)), None, "privacy.class_only"),
        (Settings(regions=Regions(ignore=(((0, 0), (1, 0), (1, 1)),))), None, "regions.ignore"),
        (None, Sampling(every=2), "frames read"),
        (
            Settings(
                smoother=SmootherSettings(time_constant=2, max_yaw=9, min_face_width=9),
                tracker=TrackerSettings(two_way=False),
            ),
            None,
            "tracker.two_way, smoother.time_constant, smoother.min_face_width, 1 more",
        ),
    ],
)
def test_other_settings(
    desk: Desk, settings: Settings | None, sampling: Sampling | None, names: str
) -> None:
    desk.run()
    assert f"with other settings ({names})" in desk.refused(sampling, settings)
    desk.run(sampling, settings, overwrite=True)


@pytest.mark.parametrize(
    "other",
    [{"appearance": {"theme": "dark"}}, {"live": {"share": 0.5}}, {"recognizer": {"threads": 1}}],
)
def test_what_changes_no_reading_is_no_other_setting(desk: Desk, other: dict[str, Any]) -> None:
    desk.run()
    desk.run(settings=Settings.model_validate(other))
    assert desk.read == 0


def test_who_opted_out_since_is_not_kept(desk: Desk) -> None:
    desk.run()
    desk.run(settings=Settings(regions=Regions(opt_out=(((0, 0), (1, 0), (1, 1)),))))
    assert desk.read == 30


def test_another_recording_of_the_same_name(desk: Desk, tmp_path: Path) -> None:
    desk.run()
    other = tmp_path / "tuesday" / "lesson.mp4"
    other.parent.mkdir()
    write_video(other, 30)
    assert "the analysis of another lesson.mp4" in desk.refused(video=other)
    desk.video.replace(other)
    desk.run(video=other)  # it was moved there
    assert desk.read == 0
    write_video(other, 40)
    assert "the analysis of another lesson.mp4" in desk.refused(video=other)


def test_the_same_again_is_not_done_again(desk: Desk) -> None:
    desk.run(annotate=True)
    before, drawn = desk.stored, (desk.out / "annotated.mp4").read_bytes()
    (desk.out / "students.csv").unlink()
    report = desk.run(Sampling(end=9.0))  # as far as the recording goes
    assert desk.read == 0
    assert desk.said == [
        "lesson.mp4 is 3.0 s long and ends before 9 s: it is analysed to its end",
        "lesson.mp4 is analysed already, with these settings: --overwrite does it anew",
    ]
    assert (report.counts.analysed, len(report.students)) == (30, 3)
    assert (desk.out / "students.csv").exists()
    assert (desk.out / "annotated.mp4").read_bytes() == drawn
    assert desk.stored == before
    desk.run(overwrite=True)
    assert desk.read == 30


def test_the_recording_was_written_since(desk: Desk) -> None:
    desk.run()
    later = time.time() + 10
    os.utime(desk.video, (later, later))
    desk.run()
    assert desk.read == 30


def test_one_that_broke_off_goes_on(desk: Desk) -> None:
    broken = fake_pipeline(fail_at=20, error=ExportError("gone"))
    with pytest.raises(ExportError, match="gone"):
        desk.run(build=fake_build(broken))
    assert "from 0:00.0 to 0:01.9, more than" in desk.refused(Sampling(end=1.0))
    assert "other settings" in desk.refused(Sampling(every=3))
    assert desk.run().counts.analysed == 30
    with Session.open(desk.out / SESSION_FILE) as session:
        assert session.complete
        assert any("interrupted" in one.text for one in session.markers.all())


def test_one_that_was_stopped_is_no_obstacle(desk: Desk) -> None:
    assert desk.run(stop_at=12).cancelled
    assert desk.run().counts.analysed == 30


def test_another_model(desk: Desk) -> None:
    desk.run()

    def other(**card: Any) -> Any:
        return lambda *_: Built(fake_pipeline(), "CPU", replace(CARD, **card))

    assert "an analysis by model fake 1, and model fake 2 reads now" in desk.refused(
        build=other(version="2")
    )
    assert "the model's file is another" in desk.refused(build=other(sha256="1" * 64))
    desk.refused(Sampling(), build=other(min_confidence=0.9))


def test_a_purpose_is_kept_and_another_one_asked_about(desk: Desk) -> None:
    desk.run(purpose=WHY)
    desk.run(purpose=replace(WHY, agreed="later"))
    assert desk.read == 0
    with Session.open(desk.out / SESSION_FILE) as session:
        assert session.info.purpose == WHY
    assert "for another purpose" in desk.refused(purpose=replace(WHY, purpose="another"))


def test_a_folder_that_cannot_be_made(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_folder(*_: object, **__: object) -> None:
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(Path, "mkdir", no_folder)
    with pytest.raises(ExportError, match="no folder can be made there: choose another folder"):
        desk.run()
