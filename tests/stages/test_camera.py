from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import cv2
import cv2_enumerate_cameras
import numpy as np
import pytest

from app.core.errors import SourceError
from app.stages import camera
from app.stages.camera import Camera, CameraSource, find_camera, list_cameras
from tests.waiting import PATIENCE


class FakeClock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class FakeCapture:
    """Gives pictures whose blue channel counts, then fails; each read takes ``step`` seconds."""

    def __init__(
        self, clock: FakeClock, good: int = 5, step: float = 0.04, opened: bool = True
    ) -> None:
        self._clock, self._good, self._step, self._opened = clock, good, step, opened
        self.reads = 0
        self.released = 0
        self.asked: dict[int, float] = {}
        self.failing: set[int] = set()

    def isOpened(self) -> bool:  # noqa: N802
        return self._opened

    def read(self) -> tuple[bool, Any]:
        assert not self.released, "read after release"
        self._clock.now += self._step
        self.reads += 1
        if self.reads in self.failing or self.reads > self._good:
            return False, None
        image = np.zeros((48, 64, 3), np.uint8)
        image[..., 0] = self.reads % 256
        image[..., 2] = 200
        return True, image

    def get(self, key: int) -> float:
        return 25.0 if key == cv2.CAP_PROP_FPS else 0.0

    def set(self, key: int, value: float) -> bool:
        self.asked[key] = value
        return True

    def release(self) -> None:
        self.released += 1


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def open_fake(capture: FakeCapture, clock: FakeClock) -> CameraSource:
    return CameraSource(0, "Desk camera", open_capture=lambda *_: capture, clock=clock)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera, "_RETRY", 0.0)


class TestSource:
    def test_frames_are_rgb_with_times_from_the_first(self, clock: FakeClock) -> None:
        source = open_fake(FakeCapture(clock), clock)
        assert source.info.live
        assert source.info.size == (64, 48)
        assert source.info.fps == 25
        assert source.info.duration is None
        frames = source.frames()
        got = [next(frames) for _ in range(3)]
        assert [f.index for f in got] == [0, 1, 2]
        assert [f.timestamp for f in got] == pytest.approx([0, 0.04, 0.08])
        assert got[0].image[0, 0].tolist() == [200, 0, 2]  # the first picture was the trial
        source.close()

    def test_times_increase_even_where_the_clock_stands(self, clock: FakeClock) -> None:
        source = open_fake(FakeCapture(clock, step=0.0), clock)
        frames = source.frames()
        stamps = [next(frames).timestamp for _ in range(4)]
        assert np.diff(stamps).min() > 0

    def test_asks_for_hd(self, clock: FakeClock) -> None:
        capture = FakeCapture(clock)
        open_fake(capture, clock)
        assert capture.asked[cv2.CAP_PROP_FRAME_WIDTH] == 1280
        assert capture.asked[cv2.CAP_PROP_FRAME_HEIGHT] == 720

    def test_unplugged(self, clock: FakeClock) -> None:
        capture = FakeCapture(clock, good=4)
        source = open_fake(capture, clock)
        frames = source.frames()
        assert len([next(frames) for _ in range(3)]) == 3
        begin = clock.now
        with pytest.raises(SourceError, match="Desk camera stopped giving pictures: plug it in"):
            next(frames)
        assert 2 <= clock.now - begin < 3
        assert capture.released == 1

    def test_a_lost_picture_is_no_unplugged_camera(self, clock: FakeClock) -> None:
        capture = FakeCapture(clock, good=100)
        capture.failing = {3, 4, 5}
        frames = open_fake(capture, clock).frames()
        assert [next(frames).image[0, 0, 2] for _ in range(3)] == [2, 6, 7]

    def test_driver_error(self, clock: FakeClock) -> None:
        capture = FakeCapture(clock)
        source = open_fake(capture, clock)

        def broken() -> tuple[bool, Any]:
            raise cv2.error("driver")

        capture.read = broken  # type: ignore[method-assign]
        with pytest.raises(SourceError, match="camera Desk camera failed"):
            next(source.frames())

    def test_in_use_by_another_program(self, clock: FakeClock) -> None:
        capture = FakeCapture(clock, opened=False)
        with pytest.raises(SourceError, match="can't be opened: close other programs"):
            open_fake(capture, clock)
        assert capture.released == 1

    def test_gives_no_picture(self, clock: FakeClock) -> None:
        capture = FakeCapture(clock, good=0, step=0.5)
        with pytest.raises(SourceError, match="Desk camera"):
            open_fake(capture, clock)
        assert capture.released == 1

    def test_close_ends_the_frames_and_frees_the_device_once(self, clock: FakeClock) -> None:
        capture = FakeCapture(clock, good=10**6)
        source = open_fake(capture, clock)
        taken: list[int] = []
        thread = threading.Thread(target=lambda: taken.extend(f.index for f in source.frames()))
        thread.start()
        while len(taken) == 0 and capture.reads < 20:
            time.sleep(0.001)
        source.close()
        source.close()
        thread.join(PATIENCE)
        assert not thread.is_alive()
        assert capture.released == 1

    def test_close_while_the_driver_hangs_returns_and_frees_it_later(
        self, clock: FakeClock
    ) -> None:
        capture = FakeCapture(clock, good=10**6)
        source = open_fake(capture, clock)
        hang, inside = threading.Event(), threading.Event()
        read = capture.read

        def slow() -> tuple[bool, Any]:
            inside.set()
            hang.wait(PATIENCE)
            return read()

        capture.read = slow  # type: ignore[method-assign]
        thread = threading.Thread(target=lambda: list(source.frames()))
        thread.start()
        assert inside.wait(PATIENCE)
        begin = time.monotonic()
        source.close()
        assert time.monotonic() - begin < 2
        assert capture.released == 0
        hang.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()
        assert capture.released == 1

    def test_a_device_that_is_not_there(self, capfd: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SourceError, match="can't be opened"):
            CameraSource(97, "Ghost")
        assert capfd.readouterr().err == ""


def info(index: int, name: str | None) -> SimpleNamespace:
    return SimpleNamespace(index=index, name=name, backend=200, path="", vid=None, pid=None)


class TestList:
    @pytest.fixture
    def plugged(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[SimpleNamespace]]:
        found: list[SimpleNamespace] = []
        monkeypatch.setattr(sys, "platform", "linux")
        monkeypatch.setattr(cv2_enumerate_cameras, "supported_backends", (cv2.CAP_V4L2,))
        monkeypatch.setattr(cv2_enumerate_cameras, "enumerate_cameras", lambda _: list(found))
        return iter([found])

    def test_by_name_in_order(self, plugged: Iterator[list[SimpleNamespace]]) -> None:
        next(plugged).extend([info(2, "Room"), info(0, "Front"), info(4, None), info(6, "Room")])
        assert list_cameras() == [
            Camera(0, "Front", 200),
            Camera(2, "Room", 200),
            Camera(4, "Camera 4", 200),
            Camera(6, "Room (2)", 200),
        ]
        assert find_camera().name == "Front"
        assert find_camera("ROOM (2)").index == 6
        with pytest.raises(SourceError, match="no camera is called 'desk': choose one of Front"):
            find_camera("desk")

    def test_none(self, plugged: Iterator[list[SimpleNamespace]]) -> None:
        assert list_cameras() == []
        with pytest.raises(SourceError, match="no camera was found: plug one in"):
            find_camera()


@pytest.mark.skipif(sys.platform != "linux", reason="only that wheel of OpenCV brings its own Qt")
def test_opencv_leaves_qt_alone() -> None:
    code = (
        "import os; import app.stages.camera; "
        "print([k for k in os.environ if k.startswith('QT_QPA')])"
    )
    bare = {k: v for k, v in os.environ.items() if not k.startswith("QT_QPA")}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=bare
    )
    assert done.stdout.strip() == "[]"
