from __future__ import annotations

import errno
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from app.core.privacy import FaceCover
from app.core.regions import Polygon
from app.core.types import Expressions, Faces, Frame
from app.engine.face_coverer import Coverer, Found, Shot
from app.engine.live.picture_file import WAITING, PictureFile
from app.session.lingering import LINGER
from app.session.video_writer import VideoWriter
from app.stages.video import VideoSource
from tests.fakes import fake_results, read_picture
from tests.fakes import picture as numbered
from tests.waiting import PATIENCE

SEAT: Polygon = ((0.6, 0.6), (0.9, 0.6), (0.9, 0.9), (0.6, 0.9))
SIZE = (160, 120)
STRIPES = np.ascontiguousarray(
    np.broadcast_to(np.where(np.arange(160) // 2 % 2, 230, 20)[None, :, None], (120, 160, 3))
).astype(np.uint8)


Given = tuple[Frame, Found, tuple[Polygon, ...]]


def shots(count: int, start: float = 0.0, students: int = 3) -> list[Given]:
    return [
        (
            Frame(numbered(one.index), one.index, start + one.timestamp),
            Found(replace(one, timestamp=start + one.timestamp)),
            (),
        )
        for one in fake_results(count, students)
    ]


def write(path: Path, given: list[Given], how: FaceCover = FaceCover.SHOW) -> PictureFile:
    picture = PictureFile(path, how, 10.0)
    for shot in given:
        while len(picture._shots) >= WAITING:
            threading.Event().wait(0.001)
        picture.put(*shot)
    picture.close()
    return picture


def detail(image: NDArray[np.uint8], box: tuple[float, float, float, float]) -> float:
    """How much of a pattern of fine stripes is left within a box."""
    x, y, width, height = (round(value) for value in box)
    return float(image[max(0, y) : y + height, max(0, x) : x + width].std())


def test_pictures_keep_the_times_of_the_session(tmp_path: Path) -> None:
    picture = write(tmp_path / "a.mp4", shots(12))
    assert picture.note == ""
    frames = list(VideoSource(picture.path).frames())
    assert [read_picture(frame.image) for frame in frames] == list(range(12))
    np.testing.assert_allclose([f.timestamp for f in frames], np.arange(12) / 10, atol=1e-4)


def test_a_first_picture_that_comes_late_is_shown_from_the_start(tmp_path: Path) -> None:
    picture = write(tmp_path / "a.mp4", shots(3, start=2.5))
    frames = list(VideoSource(picture.path).frames())
    assert [read_picture(frame.image) for frame in frames] == [0, 0, 1, 2]
    assert [f.timestamp for f in frames] == pytest.approx([0.0, 2.5, 2.6, 2.7], abs=1e-4)


def test_without_a_picture_there_is_no_file(tmp_path: Path) -> None:
    write(tmp_path / "a.mp4", [])
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("how", list(FaceCover))
def test_faces_are_covered_as_the_user_says_and_opted_out_ones_always(how: FaceCover) -> None:
    (result,) = fake_results(1, students=2)
    stranger = np.array([[10.0, 85.0, 20.0, 20.0]], np.float32)
    ben = np.array([[125.0, 10.0, 20.0, 20.0]], np.float32)
    found = Found(result, np.concatenate([stranger, ben]), ben)
    image = Coverer().cover(Shot(Frame(STRIPES, 0, 0.0), found, how, (SEAT,), SIZE))
    plain = detail(STRIPES, (0, 0, 160, 120))
    for box in (*result.faces.boxes.tolist(), *stranger.tolist()):
        assert (detail(image, tuple(box)) < plain / 4) == (how is not FaceCover.SHOW)
    assert detail(image, tuple(ben[0].tolist())) < 5
    assert detail(image, (96, 72, 48, 36)) < 5
    assert detail(image, (45, 108, 30, 12)) > plain * 0.9


def test_a_face_that_is_lost_for_a_moment_stays_covered(tmp_path: Path) -> None:
    (found,) = fake_results(1, students=1)
    nobody = replace(found, faces=Faces.empty(), expressions=Expressions.unread(0))
    times = [0.0, 0.5, LINGER, LINGER + 0.5]
    given = [
        (Frame(STRIPES, k, t), Found(replace(nobody if k else found, timestamp=t)), ())
        for k, t in enumerate(times)
    ]
    picture = write(tmp_path / "a.mp4", given, FaceCover.BLOCK)
    box = tuple(found.faces.boxes[0].tolist())
    frames = list(VideoSource(picture.path).frames())
    hidden = [detail(frame.image, box) < detail(STRIPES, box) / 2 for frame in frames]
    assert hidden == [True, True, True, False]


def test_what_is_too_much_is_dropped_counted_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    plain = VideoWriter.add

    def slow(self: VideoWriter, image: NDArray[np.uint8], timestamp: float) -> None:
        gate.wait(PATIENCE)
        plain(self, image, timestamp)

    monkeypatch.setattr(VideoWriter, "add", slow)
    picture = PictureFile(tmp_path / "a.mp4", FaceCover.SHOW, 10.0)
    first, *rest = shots(WAITING + 8)
    picture.put(*first)
    while picture._shots:  # until it is being written
        threading.Event().wait(0.001)
    for shot in rest:
        picture.put(*shot)
    said = picture.note
    gate.set()
    picture.close()
    assert said.startswith(f"7 of {WAITING + 8} pictures are not in the video")
    frames = list(VideoSource(picture.path).frames())
    assert [read_picture(frame.image) for frame in frames] == list(range(WAITING + 1))


def test_a_full_disk_ends_the_video_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = VideoWriter.add

    def full(self: VideoWriter, image: NDArray[np.uint8], timestamp: float) -> None:
        if timestamp > 0.45:
            raise OSError(errno.ENOSPC, "No space left on device")
        plain(self, image, timestamp)

    monkeypatch.setattr(VideoWriter, "add", full)
    given = shots(10)
    picture = write(tmp_path / "a.mp4", given)
    assert picture.note == (
        "the video ends here, the session goes on: a.mp4 can't be written "
        "(No space left on device); make room on the disk"
    )
    picture.put(*given[-1])
    assert len(list(VideoSource(picture.path).frames())) == 5


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    picture = write(tmp_path / "gone" / "a.mp4", shots(2))
    assert "the session goes on" in picture.note
    assert "\n" not in picture.note


def test_a_stricter_cover_and_a_seat_reach_the_pictures_that_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, plain = threading.Event(), VideoWriter.add

    def slow(self: VideoWriter, image: NDArray[np.uint8], timestamp: float) -> None:
        gate.wait(PATIENCE)
        plain(self, image, timestamp)

    monkeypatch.setattr(VideoWriter, "add", slow)
    picture = PictureFile(tmp_path / "a.mp4", FaceCover.SHOW, 10.0)
    given = [
        (Frame(STRIPES, one.index, one.timestamp), Found(one), ())
        for one in fake_results(3, students=1)
    ]
    picture.put(*given[0])
    while picture._shots:  # until it is being written
        threading.Event().wait(0.001)
    for one in given[1:]:
        picture.put(*one)
    assert picture.set_cover(FaceCover.BLOCK)
    assert not picture.set_cover(FaceCover.BLUR)
    picture.hide((SEAT,))
    gate.set()
    picture.close()
    face = tuple(given[0][1].result.faces.boxes[0].tolist())
    frames = [frame.image for frame in VideoSource(picture.path).frames()]
    for box in (face, (100, 74, 40, 30)):
        left = [detail(image, box) > detail(STRIPES, box) / 2 for image in frames]
        assert left == [True, False, False]


def test_a_fault_of_our_own_ends_the_video_in_one_line(tmp_path: Path) -> None:
    (first, *_) = shots(1)
    broken = Found(first[1].result, np.zeros((1, 5), np.float32))
    picture = write(tmp_path / "a.mp4", [(first[0], broken, ())])
    assert picture.note.startswith("the video ends here, the session goes on: Roomread ran into a")
    assert "\n" not in picture.note


def test_a_picture_that_comes_with_older_seats_is_hidden_by_the_newest_too(tmp_path: Path) -> None:
    other: Polygon = ((0.1, 0.6), (0.3, 0.6), (0.3, 0.9), (0.1, 0.9))
    picture = PictureFile(tmp_path / "a.mp4", FaceCover.SHOW, 10.0)
    picture.hide((SEAT,))
    (result,) = fake_results(1, students=1)
    picture.put(Frame(STRIPES, 0, 0.0), Found(result), (other,))
    picture.close()
    (frame,) = VideoSource(picture.path).frames()
    for box in ((100, 74, 40, 30), (20, 74, 24, 30)):
        assert detail(frame.image, box) < detail(STRIPES, box) / 2
