from __future__ import annotations

import csv
import errno
import json
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from app.core.errors import EditError, SessionError, SourceError
from app.core.privacy import FaceCover, Privacy
from app.core.regions import Polygon, Regions
from app.core.types import Expressions, Faces, Frame
from app.engine.build import Built
from app.engine.live.picture_file import PictureFile
from app.engine.live.runner import LiveState
from app.engine.live.session import LiveSession
from app.engine.pipeline import Pipeline
from app.engine.settings import Settings
from app.session.edits import Exclude
from app.session.store import Session
from app.session.video_writer import VideoWriter
from app.stages.protocols import Source, Tracked
from app.stages.reconnect import ReconnectingSource
from app.stages.video import VideoSource
from tests.fakes import (
    CARD,
    FakeDetector,
    FakeRecognizer,
    FakeSmoother,
    FakeSource,
    FakeTracker,
    fake_pipeline,
    grid_boxes,
    read_picture,
)
from tests.waiting import until


def begin(
    source: Source, folder: Path, privacy: Privacy | None = None, **pipeline: object
) -> LiveSession:
    built = Built(fake_pipeline(**pipeline), "CPU", CARD)  # type: ignore[arg-type]
    settings = Settings(privacy=privacy or Privacy())
    live = LiveSession(source, built, settings, folder, realtime=False)
    live.start()
    return live


def camera(**more: object) -> FakeSource:
    return FakeSource(**{"count": None, "live": True, "pace": 0.01, **more})  # type: ignore[arg-type]


def test_a_recording_to_its_end(tmp_path: Path) -> None:
    live = begin(FakeSource(count=20), tmp_path / "new" / "sessions")
    until(lambda: live.stats().finished)
    live.rename(2, "Ada")
    outcome = live.stop()
    assert (outcome.analysed, outcome.complete, outcome.failed) == (20, True, False)
    assert live.stop() is outcome
    assert live.view.in_view == 3
    assert live.view.students[1].name == "Ada"
    live.export(tmp_path / "out")
    with (tmp_path / "out" / "students.csv").open(newline="", encoding="utf-8") as file:
        assert [row["name"] for row in csv.DictReader(file)] == ["", "Ada", ""]
    live.close()
    with Session.open(live.path) as session:
        assert session.complete
        assert session.info.provider == "CPU"
        assert len(list(session.results())) == 20


def test_a_recording_stopped_early_says_so(tmp_path: Path) -> None:
    live = begin(FakeSource(count=None), tmp_path)
    until(lambda: live.stats().analysed > 2)
    outcome = live.stop()
    assert not outcome.complete
    assert not outcome.failed
    assert "stopped before the end" in outcome.message
    live.close()
    with Session.open(live.path) as session:
        assert not session.complete
        counts = session.counts
        assert counts.analysed == outcome.analysed
        assert counts.skipped == counts.read - counts.analysed


def test_an_error_keeps_what_was_read(tmp_path: Path) -> None:
    live = begin(FakeSource(count=20), tmp_path, fail_at=7)
    until(lambda: live.stats().state is LiveState.FAILED)
    outcome = live.stop()
    assert outcome.failed
    assert outcome.analysed == 7
    assert "the fake detector failed" in outcome.message
    live.close()
    with Session.open(live.path) as session:
        assert [r.index for r in session.results()] == list(range(7))


def test_regions_drawn_meanwhile_are_noted_with_the_first_frame_for_which_they_hold(
    tmp_path: Path,
) -> None:
    live = begin(FakeSource(count=None, pace=0.002), tmp_path)
    until(lambda: live.stats().analysed > 2)
    nobody = Regions(ignore=(((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)),))
    for regions in (nobody, Regions()):
        live.set_regions(regions)
        before = live.stats().analysed
        until(lambda before=before: live.stats().analysed > before + 2)  # type: ignore[misc]
    live.stop()
    live.export(tmp_path / "out")
    live.close()
    with Session.open(live.path) as session:
        first, second = session.regions.changes()
        results = list(session.results())
    assert (first.regions, second.regions) == (nobody, Regions())
    empty = [one.timestamp for one in results if not len(one.faces)]
    assert empty == [
        one.timestamp for one in results if first.timestamp <= one.timestamp < second.timestamp
    ]
    assert len(empty) > 1
    about = json.loads((tmp_path / "out" / "session.json").read_text(encoding="utf-8"))
    assert [one["from"] for one in about["region_changes"]] == pytest.approx(
        [first.timestamp, second.timestamp], abs=1e-3
    )
    assert about["region_changes"][0]["ignore"] == [[[0, 0], [1, 0], [1, 1], [0, 1]]]


def test_regions_that_stay_as_they_were_are_not_noted(tmp_path: Path) -> None:
    live = begin(FakeSource(count=10), tmp_path)
    live.set_regions(Settings().regions)
    until(lambda: live.stats().finished)
    live.close()
    with Session.open(live.path) as session:
        assert session.regions.changes() == []


def test_no_frame_no_file(tmp_path: Path) -> None:
    live = begin(FakeSource(count=20), tmp_path, fail_at=0)
    until(lambda: live.stats().state is LiveState.FAILED)
    live.close()
    assert list(tmp_path.iterdir()) == []


def test_two_sessions_in_one_second_have_two_files(tmp_path: Path) -> None:
    sessions = [begin(FakeSource(count=3), tmp_path) for _ in range(3)]
    for live in sessions:
        until(lambda live=live: live.stats().finished)  # type: ignore[misc]
        live.close()
    assert len({live.path for live in sessions}) == 3
    assert len(list(tmp_path.glob("*.roomread"))) == 3


def test_a_folder_that_can_not_be_written_closes_the_source(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    source = FakeSource(count=3)
    with pytest.raises(SessionError):
        begin(source, blocked)
    assert source.closed


class PosterTracker(FakeTracker):
    """Student 2 is a poster, which is known from frame 10 on."""

    def update(self, faces: Faces, frame: Frame) -> Tracked:
        told = super().update(faces, frame)
        if frame.index < 10:
            return told
        return Tracked(told.faces.select(told.faces.ids != 2), (), (2,))


def test_a_picture_on_the_wall_is_left_out_of_the_session_from_the_start(tmp_path: Path) -> None:
    pipeline = Pipeline(FakeDetector(), PosterTracker(), FakeRecognizer(), FakeSmoother())
    source = FakeSource(count=20)
    built = Built(pipeline, "CPU", CARD)
    live = LiveSession(source, built, Settings(), tmp_path, realtime=False)
    live.start()
    until(lambda: live.stats().finished)
    live.stop()
    live.close()
    with Session.open(live.path) as session:
        assert [one.faces.ids.tolist() for one in session.results()] == [[1, 3]] * 20
        assert [edit.change for edit in session.log.edits()] == [Exclude(2)]


def test_no_picture_is_kept_unless_the_user_asks_for_it(tmp_path: Path) -> None:
    live = begin(camera(), tmp_path)
    until(lambda: live.stats().analysed > 3)
    outcome = live.stop()
    live.close()
    assert live.picture is None
    assert outcome.picture == live.stats().picture == ""
    assert list(tmp_path.iterdir()) == [live.path]


def test_a_recording_needs_no_second_picture(tmp_path: Path) -> None:
    live = begin(FakeSource(count=5), tmp_path, Privacy(picture=True))
    until(lambda: live.stats().finished)
    live.close()
    assert list(tmp_path.iterdir()) == [live.path]


def test_the_picture_of_a_camera_holds_every_analysed_frame_at_its_time(tmp_path: Path) -> None:
    live = begin(camera(), tmp_path, Privacy(picture=True))
    until(lambda: live.stats().analysed > 8)
    video = live.path.with_suffix(".mp4")
    assert live.picture == video
    live.close()
    assert sorted(tmp_path.iterdir()) == [video, live.path]
    frames = list(VideoSource(video).frames())
    with Session.open(live.path) as session:
        results = list(session.results())
    kept = {one.index for one in results}
    assert [read_picture(frame.image) for frame in frames if frame.index] == [
        one.index for one in results[1:]
    ]
    assert [frame.timestamp for frame in frames] == pytest.approx(
        [one.timestamp for one in results], abs=1e-3
    )
    assert len(kept) == len(results) > 8


class GatedRecognizer(FakeRecognizer):
    """Reads a frame for each release of ``gate``."""

    def __init__(self) -> None:
        self.gate, self.begun = threading.Semaphore(0), 0

    def recognize(self, faces: Faces, frame: Frame) -> Expressions:
        self.begun += 1
        self.gate.acquire()
        return super().recognize(faces, frame)


def test_who_opts_out_is_hidden_also_in_frames_that_were_followed_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden: list[tuple[Polygon, ...]] = []
    monkeypatch.setattr(PictureFile, "put", lambda _, frame, found, seats: hidden.append(seats))
    recognizer = GatedRecognizer()
    pipeline = Pipeline(FakeDetector(), FakeTracker(), recognizer, FakeSmoother())
    settings = Settings(privacy=Privacy(picture=True))
    live = LiveSession(camera(), Built(pipeline, "CPU", CARD), settings, tmp_path)
    live.start()
    until(lambda: recognizer.begun == 1)
    seat = ((0.0, 0.0), (0.3, 0.0), (0.3, 0.3), (0.0, 0.3))
    live.set_regions(Regions(opt_out=(seat,)))
    recognizer.gate.release(1000)
    until(lambda: len(hidden) >= 3)
    live.stop()
    assert set(hidden) == {(seat,)}
    live.close()
    with Session.open(live.path) as session:
        (change,) = session.regions.changes()
        results = list(session.results())
    # In the session it holds from the frame on that was being read.
    assert change.timestamp == results[0].timestamp
    assert change.regions.opt_out == (seat,)
    assert all(1 not in one.faces.ids for one in results)


def test_a_class_only_session_keeps_no_picture(tmp_path: Path) -> None:
    live = begin(camera(), tmp_path, Privacy(class_only=True, picture=True), students=1)
    until(lambda: live.stats().analysed > 3)
    assert live.picture is None
    live.close()
    assert live.view.students == ()
    assert list(tmp_path.iterdir()) == [live.path]


def test_a_stricter_cover_reaches_the_video_that_is_being_written(tmp_path: Path) -> None:
    live = begin(camera(), tmp_path, Privacy(picture=True), students=1)
    until(lambda: live.stats().analysed > 3)
    assert live.set_faces(FaceCover.BLOCK)
    assert not live.set_faces(FaceCover.BLUR)
    assert not live.set_faces(FaceCover.SHOW)
    before = live.stats().analysed
    until(lambda: live.stats().analysed > before + 8)
    live.close()
    (x, y, w, h) = grid_boxes(1)[0].astype(int).tolist()
    shown = [one.image for one in VideoSource(live.path.with_suffix(".mp4")).frames()]
    for image, hard in ((shown[2], True), (shown[-1], False)):
        # The bars that fake pictures are made of have hard edges; a cover leaves soft blots.
        edges = np.abs(np.diff(image[..., 0].astype(int), axis=1))
        assert edges[:2].max() > 100
        assert (edges[y + h // 2, x : x + w].max() > 100) == hard


def test_a_full_disk_ends_the_video_and_not_the_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(VideoWriter, "add", full)
    live = begin(camera(), tmp_path, Privacy(picture=True))
    until(lambda: live.stats().picture != "")
    before = live.stats().analysed
    until(lambda: live.stats().analysed > before + 3)
    outcome = live.stop()
    live.close()
    assert outcome.complete
    assert "the session goes on" in outcome.picture
    assert "No space left on device" in outcome.picture


def test_markers_are_in_the_view_and_in_the_file(tmp_path: Path) -> None:
    live = begin(camera(), tmp_path)
    until(lambda: live.latest() is not None)
    before = live.latest()
    first = live.add_marker("  group work\nstarts ")
    after = live.latest()
    second = live.add_marker("quiet reading")
    assert first.text == "group work starts"
    assert before is not None
    assert after is not None
    assert before.frame.timestamp <= first.timestamp <= after.frame.timestamp
    assert live.view.markers == (first, second)
    with pytest.raises(EditError, match="needs a text"):
        live.add_marker("  ")
    live.remove_marker(first.number)
    assert live.view.markers == (second,)
    with pytest.raises(EditError, match="no marker"):
        live.remove_marker(first.number)
    until(lambda: live.stats().analysed > 2)
    live.close()
    with Session.open(live.path) as session:
        assert session.markers.all() == (second,)


def test_a_recording_is_marked_where_its_analysis_is(tmp_path: Path) -> None:
    live = begin(FakeSource(count=10), tmp_path)
    until(lambda: live.stats().finished)
    assert live.add_marker("the end").timestamp == pytest.approx(0.9)
    live.close()


def test_a_camera_that_is_unplugged_is_waited_for_and_the_session_goes_on(tmp_path: Path) -> None:
    plugged = threading.Event()

    def again() -> Source:
        if not plugged.is_set():
            raise SourceError("not there")
        return camera()

    first = camera(count=5, error=SourceError("unplugged"))
    live = begin(ReconnectingSource(first, again, backoff=(0.02,)), tmp_path)
    until(lambda: live.stats().waiting != "")
    stats = live.stats()
    assert stats.state is LiveState.RUNNING
    assert stats.error is None
    marker = live.add_marker("the cable")
    assert marker.timestamp == pytest.approx(0.4)
    time.sleep(0.1)
    plugged.set()
    until(lambda: live.stats().captured > 10)
    assert live.stats().waiting == ""
    outcome = live.stop()
    live.close()
    assert outcome.complete
    with Session.open(live.path) as session:
        stamps = [one.timestamp for one in session.results()]
        indices = [one.index for one in session.results()]
    assert max(np.diff(stamps)) > 0.1
    assert indices == sorted(set(indices))


@pytest.mark.alone
def test_a_camera_that_stays_away_can_be_stopped(tmp_path: Path) -> None:
    def never() -> Source:
        raise SourceError("not there")

    first = camera(count=5, error=SourceError("unplugged"))
    live = begin(ReconnectingSource(first, never), tmp_path)
    until(lambda: live.stats().waiting != "" and live.stats().analysed > 0)
    begun = time.monotonic()
    assert live.stop().complete
    assert time.monotonic() - begun < 1.0
    live.close()
