"""Nothing that is in the folder of an analysis is lost unasked."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.core.errors import ExportError, HandWorkError, LossError, SessionError
from app.core.privacy import FaceCover, Privacy, Purpose
from app.core.regions import Regions
from app.engine.analyse.analyze import AnalysisReport, analyze_video
from app.engine.analyse.batch import Progress
from app.engine.analyse.sampling import Sampling
from app.engine.build import Built
from app.engine.consent import save_purpose
from app.engine.settings import Settings, SmootherSettings, TrackerSettings
from app.session.analysis_files import SESSION_FILE
from app.session.editor import Editor
from app.session.edits import Exclude
from app.session.store import Session
from tests.engine.analyse.harm import HARMS, seat_of
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
        more.setdefault("consent", self.out / "none")
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


@pytest.mark.parametrize(
    "privacy",
    [Privacy(retention_days=7), Privacy(faces=FaceCover.BLUR), Privacy(picture=True)],
)
def test_what_loses_nothing_is_done_anew_unasked(desk: Desk, privacy: Privacy) -> None:
    desk.run()
    desk.run(settings=Settings(privacy=privacy))
    assert desk.read == 30
    with Session.open(desk.out / SESSION_FILE) as session:
        assert session.info.privacy == privacy
        Editor(session).name(1, "Ada")
    assert "you worked on" in desk.refused()


def test_who_opted_out_since_is_named(desk: Desk) -> None:
    desk.run()
    session = desk.out / SESSION_FILE
    with Session.open(session) as opened:
        Editor(opened).name(1, "Ada")
    opted_out = Settings(regions=Regions(opt_out=(seat_of(2),)))
    line = desk.refused(None, opted_out)
    assert "S02 in a seat that opted out since" in line
    assert f"leave this student out with `roomread edit {session} exclude S02`" in line
    with Session.open(session) as opened:
        Editor(opened).apply(Exclude(2))
    assert "opted out since" not in desk.refused(None, opted_out)
    with pytest.raises(HandWorkError):
        desk.run(None, opted_out)


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


def test_one_that_was_stopped_and_edited_goes_on(desk: Desk) -> None:
    desk.run(stop_at=12)
    with Session.open(desk.out / SESSION_FILE) as session:
        Editor(session).name(1, "Ada")
        Editor(session).apply(Exclude(2))
    assert "you worked on" in desk.refused(settings=Settings(tracker=TrackerSettings(max_gap=60.0)))
    assert desk.run().counts.analysed == 30
    assert desk.said == []
    with Session.open(desk.out / SESSION_FILE) as session:
        assert session.complete
        assert (session.names(), session.identities.excluded) == ({1: "Ada"}, {2})


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("resume", [False, True])
def test_one_that_cannot_be_read_stays(
    desk: Desk, harm: Callable[[Path], object], resume: bool
) -> None:
    desk.run(Sampling(end=1.0))
    session = desk.out / SESSION_FILE
    with Session.open(session) as opened:
        Editor(opened).name(1, "Ada")
    harm(session)
    line = desk.refused(resume=resume, build=_no_build)
    assert "; nothing is replaced: " in line
    newer = "made by a newer Roomread: update Roomread to open it"
    assert (f"roomread session repair {session} --out NEW" in line) != (newer in line)
    report = desk.run(resume=resume, overwrite=True)
    assert desk.said == [f"Replacing the earlier analysis of lesson.mp4 in {desk.out}"]
    assert report.counts.analysed == 30


def test_where_the_edits_cannot_be_read_it_stays(desk: Desk) -> None:
    desk.run(Sampling(end=1.0))
    with closing(sqlite3.connect(desk.out / SESSION_FILE)) as db, db:
        db.execute("DROP TABLE edit")
    assert "nothing is replaced" in desk.refused()
    assert desk.run(overwrite=True).counts.analysed == 30


def test_a_file_of_another_kind_is_never_replaced(desk: Desk) -> None:
    desk.out.mkdir()
    session = desk.out / SESSION_FILE
    session.write_text("my diary")
    for overwrite in (False, True):
        with pytest.raises(SessionError, match="is no Roomread session, so it is not replaced"):
            desk.run(overwrite=overwrite, build=_no_build)
    assert session.read_text() == "my diary"
    session.write_text("")  # nothing is in it
    assert desk.run().counts.analysed == 30


def _no_build(*_: object) -> Built:
    raise AssertionError("no model is loaded for what is refused")


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


def _purpose(desk: Desk) -> Purpose | None:
    with Session.open(desk.out / SESSION_FILE) as session:
        return session.info.purpose


def test_a_purpose_stays_where_nobody_says_another(desk: Desk, tmp_path: Path) -> None:
    desk.run(Sampling(end=1.0), purpose=WHY, stop_at=5)
    desk.run(Sampling(end=1.0))
    assert desk.said == []  # it went on
    assert _purpose(desk) == WHY
    desk.run()
    assert (desk.read, _purpose(desk)) == (30, WHY)
    told = save_purpose("another", "self", tmp_path / "notice.json")
    desk.run(overwrite=True, consent=tmp_path / "notice.json")
    assert _purpose(desk) == told


def test_the_purpose_of_another_recording_is_not_taken(desk: Desk, tmp_path: Path) -> None:
    desk.run(purpose=WHY)
    other = tmp_path / "friday.mp4"
    write_video(other, 30)
    desk.run(video=other, overwrite=True)
    assert _purpose(desk) is None


def test_a_folder_that_cannot_be_made(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_folder(*_: object, **__: object) -> None:
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(Path, "mkdir", no_folder)
    with pytest.raises(ExportError, match="no folder can be made there: choose another folder"):
        desk.run()
