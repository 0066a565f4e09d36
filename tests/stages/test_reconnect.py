from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
import pytest

from app.core.errors import SourceError
from app.core.types import Frame
from app.stages.camera import Camera, open_camera
from app.stages.protocols import PatientSource
from app.stages.reconnect import ReconnectingSource
from tests.fakes import SIZE, FakeSource, read_picture
from tests.waiting import PATIENCE

GONE = SourceError("unplugged")


def unplugged(count: int = 3, **more: object) -> FakeSource:
    """A camera that gives ``count`` frames and is unplugged then."""
    return FakeSource(count, live=True, error=GONE, **more)  # type: ignore[arg-type]


class Clock:
    """Ten seconds more at every look."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        self.now += 10.0
        return self.now


def patient(
    first: FakeSource, later: Callable[[], FakeSource], clock: Callable[[], float] | None = None
) -> ReconnectingSource:
    return ReconnectingSource(first, later, clock or Clock(), backoff=(0.0,))


def test_a_camera_that_comes_back_goes_on() -> None:
    sources = [unplugged(2), FakeSource(2, live=True)]
    source = patient(unplugged(3), lambda: sources.pop(0))
    frames = list(source.frames())
    assert [frame.index for frame in frames] == list(range(7))
    assert [read_picture(frame.image) for frame in frames] == [0, 1, 2, 0, 1, 0, 1]
    # The clock is looked at once a connection: time away counts.
    expected = [0.0, 0.1, 0.2, 10.0, 10.1, 20.0, 20.1]
    np.testing.assert_allclose([frame.timestamp for frame in frames], expected)
    assert source.info.name == "fake camera"
    assert not sources


def test_timestamps_increase_where_the_clock_stands_still() -> None:
    sources = [FakeSource(2, live=True)]
    source = patient(unplugged(3), lambda: sources.pop(0), lambda: 5.0)
    stamps = [frame.timestamp for frame in source.frames()]
    assert (np.diff(stamps) > 0).all()


def test_it_tries_until_the_camera_is_there_and_says_so() -> None:
    said: list[str] = []
    source: ReconnectingSource

    def again() -> FakeSource:
        said.append(source.waiting)
        if len(said) < 4:
            raise SourceError("not there")
        return FakeSource(1, live=True)

    source = patient(unplugged(1), again)
    seen = [source.waiting for _ in source.frames()]
    assert said == ["fake camera is gone: waiting for it to come back"] * 4
    assert seen == ["", ""]
    assert isinstance(source, PatientSource)


def test_it_waits_longer_and_longer() -> None:
    waited: list[float] = []

    class Event(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            waited.append(timeout or 0.0)
            return len(waited) == 6

    def again() -> FakeSource:
        raise SourceError("not there")

    source = ReconnectingSource(unplugged(1), again)
    source._closed = Event()
    assert len(list(source.frames())) == 1
    assert waited == [0.5, 1.0, 2.0, 3.0, 3.0, 3.0]


def test_closing_ends_the_wait() -> None:
    first = unplugged(1)
    source = ReconnectingSource(first, lambda: unplugged(1), backoff=(60.0,))
    frames: list[Frame] = []
    thread = threading.Thread(target=lambda: frames.extend(source.frames()))
    thread.start()
    while not source.waiting:
        pass
    source.close()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    assert len(frames) == 1
    assert first.closed
    assert source.waiting == ""


def test_a_camera_that_comes_back_after_the_end_is_freed() -> None:
    late = FakeSource(1, live=True)
    source: ReconnectingSource

    def again() -> FakeSource:
        source.close()
        return late

    source = patient(unplugged(1), again)
    assert len(list(source.frames())) == 1
    assert late.closed


def test_a_source_that_ends_by_itself_has_ended() -> None:
    source = patient(FakeSource(2, live=True), lambda: pytest.fail("opened again"))
    assert len(list(source.frames())) == 2


def test_a_mistake_of_ours_is_not_waited_for() -> None:
    broken = FakeSource(1, live=True, error=ValueError("a bug"))
    source = patient(broken, lambda: pytest.fail("opened again"))
    with pytest.raises(ValueError, match="a bug"):
        list(source.frames())


@pytest.mark.parametrize("size", [(320, 240), (160, 90), (90, 160)])
def test_pictures_of_another_size_are_fitted(size: tuple[int, int]) -> None:
    sources = [FakeSource(2, live=True, size=size)]
    source = patient(unplugged(1), lambda: sources.pop(0))
    frames = list(source.frames())
    assert {frame.size for frame in frames} == {SIZE}
    left = (SIZE[0] - round(size[0] * min(SIZE[0] / size[0], SIZE[1] / size[1]))) // 2
    assert (frames[2].image[:, :left] == 0).all()
    assert read_picture(frames[2].image[:, left : SIZE[0] - left]) == 1


class TestOpenCamera:
    @pytest.fixture(autouse=True)
    def _fakes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.opened: list[tuple[object, ...]] = []
        self.plugged = [Camera(4, "Front camera", 200)]

        class Fake(FakeSource):
            def __init__(fake, *given: object) -> None:  # noqa: N805
                self.opened.append(given)
                if given[0] == 99:
                    raise SourceError("camera Gone can't be opened")
                super().__init__(1, live=True, error=GONE if len(self.opened) < 2 else None)

        monkeypatch.setattr("app.stages.camera.CameraSource", Fake)
        monkeypatch.setattr("app.stages.camera.list_cameras", lambda: self.plugged)

    def test_one_that_was_never_there_fails_at_once(self) -> None:
        with pytest.raises(SourceError, match="can't be opened"):
            open_camera(Camera(99, "Gone", 200))

    def test_it_is_found_by_its_name_at_another_port(self) -> None:
        source = open_camera(Camera(2, "Front camera", 200), (640, 480))
        source._backoff = (0.0,)
        assert len(list(source.frames())) == 2
        assert self.opened == [
            (2, "Front camera", 200, (640, 480)),
            (4, "Front camera", 200, (640, 480)),
        ]
