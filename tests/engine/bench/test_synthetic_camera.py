from __future__ import annotations

from contextlib import closing
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from app.engine.bench.film import Film, Reader
from app.engine.bench.synthetic_camera import FilmCapture, SyntheticCamera
from tests.engine.bench.crowds import film


class Time:
    """A clock that goes on only while somebody waits."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def made(tmp_path: Path) -> Film:
    return film(tmp_path)


def test_pictures_come_by_the_clock(made: Film) -> None:
    time = Time()
    capture = FilmCapture(made, time, time.sleep)
    for _ in range(5):
        good, picture = capture.read()
        assert good
    assert [one.number for one in capture.taken] == [0, 1, 2, 3, 4]
    assert [one.due for one in capture.taken] == pytest.approx([100 + n / 30 for n in range(5)])
    assert time.now == pytest.approx(100 + 4 / 30)
    with closing(Reader(made)) as reader:
        assert np.array_equal(np.asarray(picture), reader(4))
    capture.release()
    assert not capture.isOpened()
    assert capture.read() == (False, None)


def test_who_is_late_gets_the_newest_and_has_lost_the_others(made: Film) -> None:
    time = Time()
    capture = FilmCapture(made, time, time.sleep)
    capture.read()
    time.now += 0.25  # seven and a half pictures
    capture.read()
    capture.read()
    assert [one.number for one in capture.taken] == [0, 7, 8]
    assert capture.taken[1].due == pytest.approx(100 + 7 / 30)  # taken before it was asked for
    capture.release()


def test_the_app_opens_it_as_it_opens_a_webcam(made: Film) -> None:
    camera = SyntheticCamera(made)
    source = camera.open()
    assert source.info.live
    assert (source.info.size, source.info.fps) == ((320, 180), 30.0)
    frames = list(islice(source.frames(), 3))
    taken = camera.capture.taken
    with closing(Reader(made)) as reader:
        for frame in frames:
            picture = reader(made.place(taken[frame.index + 1].number))
            assert np.array_equal(frame.image, picture[:, :, ::-1])
    source.close()
    assert not camera.capture.isOpened()
    camera.open().close()
    assert camera.capture.taken is not taken
