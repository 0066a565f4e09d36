"""The recording of a session under review: found, checked, covered, cut and played."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from app.core.errors import EditError, ExportError, SourceError
from app.core.privacy import FaceCover, Privacy
from app.core.types import Frame, FrameResult
from app.engine.analyse.analyze import analyze_video
from app.engine.analyse.recordings import demo_clip
from app.engine.analyse.sampling import Sampling
from app.engine.review.player import Player, PlayerState
from app.engine.review.review import Review
from app.engine.review.video import CROP
from app.engine.settings import Settings
from app.session.agreement import Moment
from app.session.annotate import SEARCH
from app.session.video_writer import GROWING, VideoWriter
from app.stages.video import VideoSource
from tests.fakes import FakeDetector, read_picture, write_video
from tests.session.builders import SIZE, result, write
from tests.waiting import until

FPS = 10.0
FRAMES = 40


def results() -> list[FrameResult]:
    """Every second frame; student 2 only in the first half."""
    there = ({1: "fear", 2: None}, {1: "fear"})
    return [result(k, k / FPS, there[k // 20]) for k in range(0, FRAMES, 2)]


def recorded(folder: Path, name: str = "lesson.mp4", **changes: object) -> Path:
    about = {"source_name": name, "source_duration": FRAMES / FPS}
    return write(folder / "a.roomread", results(), **{**about, **changes})


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("review") / "lesson.mp4"
    write_video(path, FRAMES, FPS, SIZE, gop=20)
    return path


@pytest.fixture
def video(written: Path, tmp_path: Path) -> Path:
    """A copy, so that a test may move it."""
    return Path(shutil.copy(written, tmp_path))


@pytest.fixture
def review(video: Path) -> Iterator[Review]:
    with Review.open(recorded(video.parent, str(video))) as opened:
        yield opened


@pytest.mark.parametrize("stored", ["/gone/lesson.mp4", "C:\\gone\\lesson.mp4", "lesson.mp4"])
@pytest.mark.parametrize("folder", [".", "lesson-roomread"])
def test_a_recording_that_moved_with_its_session_is_found(
    video: Path, stored: str, folder: str
) -> None:
    with Review.open(recorded(video.parent / folder, stored)) as review:
        assert review.video is not None
        assert review.video.samefile(video)
    video.unlink()
    with Review.open(recorded(video.parent / folder, stored)) as review:
        assert review.video is None
        with pytest.raises(SourceError, match="not at hand"):
            review.open_at(0.0)
        with pytest.raises(SourceError, match="not at hand"):
            review.export_annotated(video.parent / "out.mp4")


def test_the_clip_that_comes_along_is_found_after_an_upgrade_moved_it(tmp_path: Path) -> None:
    with demo_clip() as clip:
        info = VideoSource(clip).info
        about = {"source_size": info.size, "source_fps": info.fps}
        path = recorded(tmp_path, "/gone/assets/demo.mp4", source_duration=info.duration, **about)
        with Review.open(path) as review:
            assert review.video is not None
            assert review.video.samefile(clip)
    with Review.open(recorded(tmp_path, "/gone/assets/demo.mp4")) as review:
        assert review.video is None, "another recording of that name"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"source_size": (1280, 720)}, "its pictures are 640x480, not 1280x720"),
        ({"source_fps": 25.0}, "it has 10 frames a second, not 25"),
        ({"source_duration": 61.0}, "it is 0:04.0 long, not 1:01.0"),
    ],
)
def test_another_recording_is_refused(video: Path, changes: dict[str, object], why: str) -> None:
    with Review.open(recorded(video.parent, **changes)) as review:
        assert review.video is None
        with pytest.raises(SourceError, match=f"{why}; choose another file"):
            review.set_video(video)
        assert review.video is None


def test_a_recording_may_be_shown_where_it_is(video: Path, tmp_path: Path) -> None:
    other = video.rename(tmp_path / "other.mp4")
    with Review.open(recorded(tmp_path)) as review:
        assert review.video is None
        review.set_video(other)
        assert review.video == other
        with pytest.raises(SourceError, match="does not exist"):
            review.set_video(video)
        assert review.video == other


def test_it_is_opened_at_any_time_also_past_its_end(review: Review) -> None:
    for seconds, first in ((0.0, 0), (2.31, 24), (3.45, 35), (99.0, 35)):
        frame = next(iter(review.open_at(seconds).frames()))
        assert read_picture(frame.image) == first


def test_the_player_shows_the_frame_that_was_analysed(review: Review) -> None:
    with closing(
        Player(review.open_at, review.start, review.end, prepare=review.covered)
    ) as player:
        for one in results()[::5]:
            player.seek(one.timestamp)
            until(lambda: player.state is not PlayerState.SEEKING)
            frame = player.frame()
            assert frame is not None
            assert read_picture(frame.image) == one.index
            found = review.at(frame.timestamp)
            assert found is not None
            assert found.index == one.index


def test_faces_are_covered_wherever_they_may_be(review: Review) -> None:
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 255, (480, 640, 3), dtype=np.uint8)
    frame = Frame(noise, 17, 1.7)
    assert review.covered(frame).image is noise
    review.faces = FaceCover.BLOCK
    review.exclude(1)  # left out of the tables, not left uncovered
    shown = review.covered(frame).image
    for left in (10, 50):  # both are still there at 1.8 s
        assert shown[104:120, left + 4 : left + 16].std(axis=(0, 1)).max() < 1
    assert (shown[300:] == noise[300:]).all()
    lost = review.covered(Frame(noise, 31, 3.1)).image
    assert lost[104:120, 54:66].std() < 50  # student 2 was there a moment ago
    later = review.covered(Frame(noise, 39, 3.9)).image
    assert later[104:120, 54:66].std() > 50  # student 2 has left


def test_where_nobody_looked_the_whole_picture_is_made_coarse(video: Path) -> None:
    path = write(video.parent / "a.roomread", [results()[0], result(300, 30.0, {1: "fear"})])
    noise = np.random.default_rng(0).integers(0, 255, (480, 640, 3), dtype=np.uint8)
    with Review.open(path) as review:
        review.faces = FaceCover.BLUR
        shown = review.covered(Frame(noise, 150, 15.0)).image
    fine = np.abs(np.diff(shown.astype(int), axis=1))
    assert fine.max() <= 30  # no edge is left


def test_opted_out_seats_are_always_covered(video: Path) -> None:
    seat = [[0.5, 0.5], [0.7, 0.5], [0.7, 0.7], [0.5, 0.7]]
    settings = {"regions": {"opt_out": [seat]}}
    noise = np.random.default_rng(0).integers(0, 255, (480, 640, 3), dtype=np.uint8)
    with Review.open(recorded(video.parent, settings=settings)) as review:
        shown = review.covered(Frame(noise, 4, 0.4)).image
    assert shown[250:330, 330:440].std(axis=(0, 1)).max() < 1
    assert (shown[:100] == noise[:100]).all()


def moment(seconds: float, track: int = 1) -> Moment:
    return Moment(round(seconds * FPS), seconds, track, (10.0, 100.0, 20.0, 24.0), 1.0)


def test_a_face_is_cut_out_where_it_is(tmp_path: Path) -> None:
    def draw(k: int) -> np.ndarray:
        picture = np.full((480, 640, 3), 40, np.uint8)
        picture[200:224, 100 + 8 * k : 120 + 8 * k] = 220
        return picture

    write_video(tmp_path / "lesson.mp4", FRAMES, FPS, SIZE, draw=draw)
    moving = []
    for one in results():
        one.faces.boxes[0] = (100 + 8 * one.index, 200, 20, 24)
        moving.append(one)
    path = write(tmp_path / "a.roomread", moving, source_duration=FRAMES / FPS)
    with Review.open(path) as review:
        shots = review.moment_picture(moment(2.0))
        assert [one.timestamp for one in shots] == pytest.approx(np.arange(10, 31) / FPS)
        middle = slice(CROP // 2 - 20, CROP // 2 + 20)
        for one in shots:
            assert one.image.shape == (CROP, CROP, 3)
            assert one.image[middle, middle].mean() > 200
            assert one.image[:30, :30].mean() < 60
        assert [path.name for path in tmp_path.iterdir() if "mp4" not in path.name] == [
            "a.roomread"
        ]
        start = review.moment_picture(moment(0.0), seconds=1.0)
        assert start[0].timestamp == 0.0
        review.faces = FaceCover.BLUR
        with pytest.raises(EditError, match="faces are covered"):
            review.moment_picture(moment(2.0))


def test_a_face_that_is_lost_for_some_frames_stays_covered(video: Path) -> None:
    lost = [result(k, k / FPS, {} if k in {12, 14} else {1: "fear"}) for k in range(0, FRAMES, 2)]
    path = write(video.parent / "a.roomread", lost)
    noise = np.random.default_rng(0).integers(0, 255, (480, 640, 3), dtype=np.uint8)
    with Review.open(path) as review:
        review.faces = FaceCover.BLOCK
        for index in range(10, 18):
            shown = review.covered(Frame(noise, index, index / FPS)).image
            assert shown[104:120, 14:26].std(axis=(0, 1)).max() < 1


def test_an_annotated_video_with_covered_faces_asks_the_detector(
    review: Review, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    detector = FakeDetector(students=1)
    monkeypatch.setattr("app.engine.detectors.build_detector", lambda *_: detector)
    assert review.export_annotated(tmp_path / "shown.mp4")
    assert detector.seen == []
    review.faces = FaceCover.BLOCK
    assert review.export_annotated(tmp_path / "covered.mp4")
    assert detector.seen[0] == 0
    assert detector.seen[-1] == 38
    step = int(np.ceil(SEARCH * review.info.source_fps))
    assert set(np.diff(detector.seen)) <= set(range(1, step + 1))
    assert len(detector.seen) < 39
    assert detector.closed
    for name, hard in (("shown.mp4", True), ("covered.mp4", False)):
        image = list(VideoSource(tmp_path / name).frames())[-1].image
        # The bars that fake pictures are made of have an edge here; a cover leaves soft blots.
        face = image[200:300, 120:360, 0].astype(int)
        assert (np.abs(np.diff(face, axis=1)).max() > 100) == hard


def test_an_annotated_video_is_written_or_cancelled(review: Review, tmp_path: Path) -> None:
    out, shares = tmp_path / "out" / "marked.mp4", list[float]()
    assert not review.export_annotated(out, shares.append, lambda: len(shares) > 5)
    assert list(out.parent.iterdir()) == []
    assert review.export_annotated(out, shares.append)
    assert shares[-1] == 1.0
    marked = list(VideoSource(out).frames())
    assert len(marked) == 39  # from the first to the last analysed frame
    with pytest.raises(ExportError, match="the recording itself"):
        review.export_annotated(tmp_path / "lesson.mp4")
    assert {path.name for path in review.export(tmp_path / "tables")} >= {"class.csv", "change.csv"}


def test_the_kept_video_of_a_live_session_plays_and_is_annotated(tmp_path: Path) -> None:
    camera = [result(7 * k + 3, 0.5 + 0.3 * k, {1: "fear"}) for k in range(12)]
    path = write(
        tmp_path / "a.roomread", camera, source_name="a camera", source_live=True,
        source_duration=None, privacy=Privacy(picture=True),
    )  # fmt: skip
    grey = np.full((480, 640, 3), 90, np.uint8)
    with VideoWriter(tmp_path / "a.mp4", SIZE, 30.0, GROWING, growing=True) as writer:
        writer.add(grey, 0.0)
        for one in camera[:4] + camera[6:]:  # two were dropped
            writer.add(grey, one.timestamp)
    with Review.open(path) as review:
        assert review.video == tmp_path / "a.mp4"
        times = [one.timestamp for one in review.open_at(0.45).frames()]
        found = [review.at(seconds) for seconds in times]
        wanted = [one.index for one in camera[:4] + camera[6:]]
        assert [one.index for one in found if one is not None] == wanted
        assert review.export_annotated(tmp_path / "out.mp4")
    marked = list(VideoSource(tmp_path / "out.mp4").frames())
    assert len(marked) == 10
    for frame in marked:
        assert (np.abs(frame.image.astype(int) - 90) > 30).mean() > 0.002


@pytest.mark.shared
def test_the_real_classroom_is_reviewed(shared: Path, tmp_path: Path) -> None:
    clip = shared / "clips" / "classroom.mp4"
    analyze_video(clip, tmp_path, Settings(), Sampling(fps=5.0))
    with Review.open(tmp_path / "session.roomread") as review:
        assert review.video is not None
        assert review.video.samefile(clip)
        assert sum(one.seconds > 2.0 for one in review.students()) == 4
        widest = max(review.students(), key=lambda one: one.faces_read)
        shots = review.moment_picture(next(m for m in review.moments(9) if m.track == widest.id))
        assert len(shots) > 10
        assert min(one.image.std() for one in shots) > 15  # a face, not a wall
        with closing(Player(review.open_at, review.start, review.end)) as player:
            player.seek(1.5)
            until(lambda: player.state is not PlayerState.SEEKING)
            frame = player.frame()
            assert frame is not None
            assert 0 <= 1.5 - frame.timestamp < 0.07
            assert review.at(frame.timestamp) is not None
