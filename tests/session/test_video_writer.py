from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from app.session.video_writer import GROWING, VideoWriter
from app.stages.video import VideoSource
from tests.fakes import picture, read_picture

TIMES = [k / 10 + (0.03 if k % 2 else 0.0) for k in range(45)]
KILLED = """
import os, signal, sys
from pathlib import Path
from app.session.video_writer import GROWING, VideoWriter
from tests.fakes import picture
from tests.session.test_video_writer import TIMES
video = VideoWriter(Path(sys.argv[1]), (160, 120), 10.0, GROWING, growing=True)
for index, time in enumerate(TIMES):
    video.add(picture(index), time)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("growing", [False, True])
@pytest.mark.parametrize("size", [(160, 120), (161, 121)])
def test_every_picture_at_its_time(tmp_path: Path, growing: bool, size: tuple[int, int]) -> None:
    path = tmp_path / "a.mp4"
    with VideoWriter(path, size, 10.0, growing=growing) as video:
        for index, time in enumerate(TIMES):
            video.add(picture(index, size), time)
    source = VideoSource(path)
    assert source.info.size == (size[0] + size[0] % 2, size[1] + size[1] % 2)
    assert source.info.frames == len(TIMES)
    assert source.info.duration == pytest.approx(TIMES[-1], abs=0.15)
    frames = list(source.frames())
    assert [read_picture(frame.image) for frame in frames] == list(range(len(TIMES)))
    np.testing.assert_allclose([frame.timestamp for frame in frames], TIMES, atol=1e-4)


def test_a_picture_of_another_size_is_scaled(tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "a.mp4", (160, 120), 10.0) as video:
        video.add(picture(1), 0.0)
        video.add(picture(2, (320, 240)), 0.1)
    frames = list(VideoSource(tmp_path / "a.mp4").frames())
    assert [read_picture(frame.image) for frame in frames] == [1, 2]


@pytest.mark.skipif(sys.platform == "win32", reason="kills with a signal")
def test_a_program_that_is_killed_leaves_a_video_that_plays(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False)
    frames = list(VideoSource(path).frames())
    assert len(frames) >= len(TIMES) - 11, "no more than the last second is lost"
    assert [read_picture(frame.image) for frame in frames] == list(range(len(frames)))
    begun = next(VideoSource(path, start=2.0).frames())
    assert begun.timestamp == pytest.approx(2.0, abs=1e-3)


def test_options_of_a_growing_video_hold_no_picture_back(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    video = VideoWriter(path, (160, 120), 10.0, GROWING, growing=True)
    for index in range(12):
        video.add(picture(index), index / 10)
    early = list(VideoSource(path).frames())
    video.close()
    assert len(early) >= 10
