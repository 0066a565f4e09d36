"""A recording opened in its middle, through its own index."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.stages.video import VideoSource
from tests.fakes import read_picture, write_video


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.mov", "a.avi", "a.ts"])
@pytest.mark.parametrize("bframes", [0, 3])
def test_it_begins_with_the_right_frame(tmp_path: Path, name: str, bframes: int) -> None:
    path = tmp_path / name
    write_video(path, 36, gop=12, bframes=bframes)
    whole = list(VideoSource(path).frames())
    source = VideoSource(path)
    for start in (0.0, 0.05, 1.15, 1.2, 2.9, 3.55):
        wanted = [one for one in whole if one.timestamp >= start]
        found = list(source.at(start).frames())
        assert [one.timestamp for one in found] == [one.timestamp for one in wanted]
        assert [one.index for one in found] == [one.index for one in wanted]
        assert [read_picture(one.image) for one in found] == [read_picture(o.image) for o in wanted]


def test_nothing_is_past_the_end_and_the_first_source_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    write_video(path, 20)
    source = VideoSource(path)
    later = source.at(99.0)
    assert list(later.frames()) == []
    later.close()
    assert len(list(source.frames())) == 20


def test_uneven_times_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    times = [0.0, 0.1, 0.15, 0.5, 2.0, 2.01, 4.0, 4.5, 9.0]
    write_video(path, times, gop=3, bframes=1)
    found = [one.timestamp for one in VideoSource(path).at(0.16).frames()]
    assert found == pytest.approx(times[3:], abs=1e-3)


def test_frames_apart_are_those_that_come_soonest_after(tmp_path: Path) -> None:
    write_video(tmp_path / "a.mp4", 30, fps=10.0)
    frames = list(VideoSource(tmp_path / "a.mp4", start=0.45).frames(apart=0.25))
    assert [frame.index for frame in frames] == [5, 8, 11, 14, 17, 20, 23, 26, 29]
