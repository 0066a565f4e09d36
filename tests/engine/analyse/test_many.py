"""What is done, done again, left alone and said; the works are done right here, one by one."""

from __future__ import annotations

import csv
import os
import random
import threading
import time
from pathlib import Path
from typing import Any

import polars
import pytest

from app.core.errors import ExportError, RoomreadError
from app.core.privacy import Privacy
from app.core.regions import Regions
from app.engine.analyse import many
from app.engine.analyse.analysed import analysed_sessions
from app.engine.analyse.joined import partition
from app.engine.analyse.manifest import MANIFEST, held
from app.engine.analyse.many import How, ManyReport, ManyView, analyze_many
from app.engine.analyse.queue_row import RowState
from app.engine.analyse.queue_run import Tools
from app.engine.analyse.sampling import Sampling
from app.engine.analyse.work import Begun, Ended, Tell, Work, do
from app.engine.consent import purpose_now, save_purpose
from app.engine.rooms import recording_room
from app.engine.settings import Settings
from app.session.editor import Editor
from app.session.edits import Exclude
from app.session.store import Session
from tests.fakes import fake_build, fake_pipeline, write_video

DONE, FAILED, WAITING = RowState.DONE, RowState.FAILED, RowState.WAITING


class Killed(BaseException):
    """As if by kill -9."""


class Here:
    """Does works in this thread; notes which, and dies at event number ``dies_at``."""

    def __init__(self, dies_at: float = float("inf")) -> None:
        self.done: list[str] = []
        self._left = dies_at

    def __call__(self, works: list[Work], tell: Tell, stopped: threading.Event) -> None:
        def mortal(event: Any) -> None:
            self._left -= 1
            if self._left < 0:
                raise Killed
            tell(event)

        for work in works:
            if stopped.is_set():
                return
            self.done.append(work.name + (": tables" if work.only_tables else ""))
            mortal(Begun(work.name))
            mortal(Ended(work.name, do(work, mortal, stopped, stopped)))


class Lab:
    """Recordings a and b, and what is done with them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.out = folder, folder / "out"
        self.videos = [folder / "a.mp4", folder / "b.mp4"]
        for video in self.videos:
            write_video(video, 30, fps=2.0)
        self.said: list[str] = []
        self.done: list[str] = []

    def run(self, *videos: Path, dies_at: float = float("inf"), **how: Any) -> ManyReport:
        """One run, over all recordings where none are named."""
        here, self.said = Here(dies_at), []
        tools = Tools(
            build=how.pop("build", lambda *_: fake_build()(None, None)),
            rooms=self.folder / "rooms",
            analysed=self.folder / "analysed.json",
            consent=self.folder / "notice.json",
        )
        settings, sampling = how.pop("settings", Settings()), how.pop("sampling", Sampling())
        more = {name: how.pop(name) for name in ("shown", "stopped") if name in how}
        told = How(settings, sampling, tools=tools, **how)
        given = videos or self.videos
        try:
            return analyze_many(given, self.out, told, here, self.said.append, **more)
        finally:
            self.done = here.done

    def table(self, name: str) -> list[dict[str, str]]:
        with (self.out / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


def test_each_its_results_and_one_table_of_all(lab: Lab) -> None:
    save_purpose("study", "ethics", lab.folder / "notice.json")
    report = lab.run()
    assert [row.state for row in report.rows] == [DONE, DONE]
    assert {one["recording"] for one in lab.table("students.csv")} == {"a", "b"}
    assert [one["students"] for one in lab.table("recordings.csv")] == ["3", "3"]
    sessions = [lab.out / name / "session.roomread" for name in "ab"]
    assert analysed_sessions(lab.folder / "analysed.json") == sessions
    with Session.open(sessions[0]) as session:
        assert session.info.purpose is not None
        assert session.info.purpose.purpose == "study"
    lab.run(overwrite=True, sampling=Sampling(every=2), purpose=purpose_now("another", "self"))
    with Session.open(sessions[1]) as session:
        assert session.info.purpose is not None
        assert (session.info.purpose.purpose, session.info.purpose.basis) == ("another", "self")
    assert not list(lab.out.rglob("session.roomread.lock"))


def test_nothing_is_done_twice(lab: Lab) -> None:
    lab.run()
    assert lab.done == ["a", "b"]
    report = lab.run()
    assert (lab.done, lab.said, report.before) == ([], [], 2)
    write_video(lab.folder / "c.mp4", 10)
    lab.run(lab.folder / "c.mp4")
    assert lab.done == ["c"]
    assert {one["recording"] for one in lab.table("class.csv")} == {"a", "b", "c"}


def test_what_changed_is_done_anew_and_said(lab: Lab) -> None:
    lab.run()
    later = time.time() + 10.0
    os.utime(lab.videos[0], (later, later))
    lab.run()
    assert lab.done == ["a"]
    assert "a: the recording changed since it was analysed" in lab.said
    assert f"a: Replacing the earlier analysis of a.mp4 in {lab.out / 'a'}" in lab.said
    lab.run(sampling=Sampling(every=2), overwrite=True)
    assert lab.done == ["a", "b"]
    assert "b: the settings changed since it was analysed" in lab.said
    assert [one["frames_analysed"] for one in lab.table("recordings.csv")] == ["15", "15"]


@pytest.mark.parametrize("less", [Sampling(every=2), Sampling(end=5.0)])
def test_nothing_is_replaced_by_less_or_by_other_settings_unasked(lab: Lab, less: Sampling) -> None:
    lab.run()
    before = (lab.out / "a" / "session.roomread").read_bytes()
    for _ in range(2):
        report = lab.run(sampling=less)
        assert [row.state for row in report.rows] == [DONE, DONE]
        assert [kept.by_hand for kept in report.kept.values()] == [False, False]
        assert "--overwrite" in report.kept["a"].reason
        assert [one["frames_analysed"] for one in lab.table("recordings.csv")] == ["30", "30"]
        assert (lab.out / "a" / "session.roomread").read_bytes() == before
    report = lab.run()  # as it was
    assert (lab.done, report.kept, report.before) == ([], {}, 2)
    (lab.out / MANIFEST).unlink()
    assert list(lab.run(sampling=less).kept) == ["a", "b"]
    (lab.out / "a" / "analysis.json").unlink()
    (lab.out / MANIFEST).unlink()
    for _ in range(2):  # nobody knows what it is of
        assert list(lab.run(sampling=less).kept) == ["a", "b"]


def test_half_an_analysis_of_other_settings_is_no_result(lab: Lab) -> None:
    build = fake_build(fake_pipeline(fail_at=20, error=ExportError("the disk is full")))
    lab.run(lab.videos[0], build=build)
    report = lab.run(lab.videos[0], sampling=Sampling(every=2))
    assert (report.rows[0].state, report.kept) == (FAILED, {})
    assert "other settings (frames read)" in report.rows[0].message
    assert lab.run(lab.videos[0]).rows[0].state is DONE


def test_regions_of_each_recording(lab: Lab) -> None:
    lab.run()
    room = recording_room(lab.videos[1], lab.folder / "rooms")
    room.parent.mkdir()
    room.write_text("opt_out = [[[0.0, 0.0], [0.5, 0.0], [0.5, 1.0]]]")
    lab.run()
    assert lab.done == ["b"]
    assert f"b: Using the regions in {room}" in lab.said
    with Session.open(lab.out / "b" / "session.roomread") as session:
        assert session.info.settings["regions"]["opt_out"]
    room.write_text("opt_out = 7")
    report = lab.run()
    assert lab.done == []
    assert [row.state for row in report.rows] == [DONE, FAILED]
    assert "opt_out" in report.rows[1].message


def test_tables_follow_the_interval_and_the_edits(lab: Lab) -> None:
    lab.run()
    lab.run(interval=1.0)
    assert lab.done == ["a: tables", "b: tables"]
    assert len(lab.table("class.csv")) == 30
    with Session.open(lab.out / "a" / "session.roomread") as session:
        session.set_name(1, "Ada")
    lab.videos[0].unlink()  # it is not needed for that
    lab.run(interval=1.0)
    assert lab.done == ["a: tables"]
    assert [one["name"] for one in lab.table("students.csv")] == ["Ada", "", "", "", "", ""]
    partition(lab.out, "b").unlink()
    lab.run(interval=1.0)
    assert lab.done == ["b: tables"]
    assert partition(lab.out, "b").exists()


def test_work_by_hand_is_not_replaced_unasked(lab: Lab) -> None:
    lab.run()
    with Session.open(lab.out / "a" / "session.roomread") as session:
        Editor(session).name(1, "Ada")
        Editor(session).apply(Exclude(2))
    later = time.time() + 10.0
    for video in lab.videos:
        os.utime(video, (later, later))
    for _ in range(2):
        report = lab.run()
        assert [row.state for row in report.rows] == [DONE, DONE]
        assert list(report.kept) == ["a"]
        assert report.kept["a"].by_hand
        assert "you worked on" in report.kept["a"].reason
        assert "--overwrite" in next(line for line in lab.said if "a: stays as it is" in line)
        students = [(one["recording"], one["name"]) for one in lab.table("students.csv")]
        assert students == [("a", "Ada"), ("a", ""), *[("b", "")] * 3]
        assert polars.read_parquet(partition(lab.out, "a"))["student"].n_unique() == 2
    with Session.open(lab.out / "a" / "session.roomread") as session:
        assert session.names() == {1: "Ada"}
    report = lab.run(overwrite=True)
    assert (report.rows[0].state, report.kept) == (DONE, {})
    assert {one["name"] for one in lab.table("students.csv")} == {""}


def test_failures_are_listed_and_tried_again(lab: Lab) -> None:
    bad, no = lab.folder / "bad.mp4", lab.folder / "no.mp4"
    bad.write_text("x")
    report = lab.run(bad, lab.videos[0], no)
    assert [row.state for row in report.rows] == [FAILED, DONE, FAILED]
    assert "is no video" in report.rows[0].message
    assert "no.mp4 does not exist" in report.rows[2].message
    assert not (lab.out / "bad").exists()
    bad.unlink()
    write_video(bad, 10)
    report = lab.run(bad, lab.videos[0])
    assert lab.done == ["bad"]
    assert report.rows[0].attempts == 2
    assert report.rows[0].message == ""


def test_a_fault_of_ours_is_one_line(lab: Lab) -> None:
    build = fake_build(fake_pipeline(fail_at=4, error=ZeroDivisionError("a\nb")))
    report = lab.run(lab.videos[0], build=build)
    assert "a fault of its own (ZeroDivisionError: a b)" in report.rows[0].message
    assert lab.run(lab.videos[0]).rows[0].state is DONE


def test_results_that_are_gone_are_made_again(lab: Lab) -> None:
    lab.run()
    (lab.out / "a" / "session.roomread").unlink()
    lab.run()
    assert lab.done == ["a"]
    (lab.out / MANIFEST).write_text("{")
    lab.run()  # it does not know what is done, but the folders do
    assert any("was damaged" in line for line in lab.said)
    assert lab.done == ["a", "b"]
    assert not any("Replacing" in line for line in lab.said)


def test_the_annotated_video_can_come_later(lab: Lab) -> None:
    lab.run()
    lab.run(annotate=True)
    assert (lab.out / "a" / "annotated.mp4").exists()
    lab.run(annotate=True)
    lab.run()
    assert lab.done == []


def test_the_annotated_video_follows_the_session(lab: Lab) -> None:
    lab.run(annotate=True)
    drawn, session = lab.out / "a" / "annotated.mp4", lab.out / "a" / "session.roomread"
    lab.run(annotate=True)
    assert lab.done == []
    first = drawn.read_bytes()
    drawn.unlink()
    lab.run(annotate=True)
    assert lab.done == ["a: tables"]
    assert drawn.read_bytes() == first
    with Session.open(session) as opened:  # as the window does it
        Editor(opened).apply(Exclude(1))
    lab.run()
    assert "a: annotated.mp4 shows what held before your last edits: --annotate draws it again" in (
        lab.said
    )
    lab.run(annotate=True)
    assert lab.done == ["a: tables"]
    excluded = drawn.read_bytes()
    assert excluded != first
    with Session.open(session) as opened:
        opened.regions.add(1.0, Regions(opt_out=(((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)),)))
    lab.run(annotate=True)
    assert lab.done == ["a: tables"]
    assert drawn.read_bytes() != excluded
    with Session.open(session) as opened:
        opened.set_name(2, "Ada")  # is not in the picture
    lab.run()
    lab.run(annotate=True)
    assert lab.done == []
    drawn.unlink()
    lab.videos[0].unlink()
    report = lab.run(annotate=True)
    assert report.rows[0].state is DONE
    assert f"a: annotated.mp4 is missing: {lab.videos[0]} is needed to draw it" in lab.said


def test_stopped_in_the_middle(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped = threading.Event()
    views: list[ManyView] = []

    def shown(view: ManyView) -> None:
        views.append(view)
        if view.now and view.now[0][1]:
            stopped.set()

    monkeypatch.setattr(many, "_EVERY", 0.0)
    report = lab.run(shown=shown, stopped=stopped)
    assert report.stopped
    assert [row.state for row in report.rows] == [WAITING, WAITING]
    assert (views[0].total, views[0].over) == (2, 0)
    assert [row.state for row in lab.run().rows] == [DONE, DONE]


@pytest.mark.parametrize("seed", range(3))
def test_killed_at_random_moments(lab: Lab, tmp_path: Path, seed: int) -> None:
    rng, undisturbed = random.Random(seed), tmp_path / "calm"
    undisturbed.mkdir()
    while True:
        try:
            report = lab.run(dies_at=rng.randrange(60))
        except Killed:
            continue
        break
    assert [row.state for row in report.rows] == [DONE, DONE]
    calm = Lab(undisturbed)
    calm.run()
    for name in ("students.csv", "class.csv", "a/observations.csv", "b/observations.csv"):
        assert (lab.out / name).read_bytes() == (calm.out / name).read_bytes()


class TestRefused:
    def test_beside_a_single_analysis(self, lab: Lab) -> None:
        lab.out.mkdir()
        (lab.out / "session.roomread").touch()
        with pytest.raises(RoomreadError, match="choose another folder"):
            lab.run()

    def test_beside_another_run(self, lab: Lab) -> None:
        with held(lab.out), pytest.raises(RoomreadError, match="is at work"):
            lab.run()

    def test_an_annotated_video_of_the_class_only(self, lab: Lab) -> None:
        settings = Settings(privacy=Privacy(class_only=True))
        with pytest.raises(RoomreadError):
            lab.run(settings=settings, annotate=True)
        assert [row.found.students for row in lab.run(settings=settings).rows if row.found] == [
            None,
            None,
        ]
        assert not (lab.out / "students.csv").exists()
        assert lab.done == ["a", "b"]
        lab.run(settings=settings)
        assert lab.done == []


def test_without_pyarrow(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.engine.analyse.joined.importlib.util.find_spec", lambda _: None)
    lab.run()
    assert any("pip install 'roomread[parquet]'" in line for line in lab.said)
    assert not (lab.out / "observations").exists()
    monkeypatch.undo()
    lab.run()
    assert lab.done == ["a: tables", "b: tables"]
    assert partition(lab.out, "a").exists()
