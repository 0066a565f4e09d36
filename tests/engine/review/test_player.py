"""Playing, seeking and stepping through a recording."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.errors import SourceError
from app.core.types import Frame
from app.engine.review.player import Player, PlayerState
from app.engine.review.reel import Reel
from app.stages.protocols import Source
from app.stages.video import VideoSource
from tests.fakes import FakeSource, read_picture, write_video
from tests.waiting import left_since, until

FPS = 10.0
FRAMES = 60


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> VideoSource:
    path: Path = tmp_path_factory.mktemp("player") / "a.mp4"
    write_video(path, FRAMES, FPS, gop=25, bframes=2)
    return VideoSource(path)


def shown(player: Player) -> int:
    """The number that the frame shows, once the player has settled; -1 for none."""
    until(lambda: player.state is not PlayerState.SEEKING)
    frame = player.frame()
    return -1 if frame is None else read_picture(frame.image)


def test_a_seek_shows_the_frame_at_that_time(video: VideoSource) -> None:
    with closing(Player(video.at, 0.0, 6.0)) as player:
        assert shown(player) == 0
        for seconds in (3.14, 5.97, 0.0, 2.5, 2.4, 2.6, 0.09, 0.1):
            player.seek(seconds)
            assert shown(player) == int(seconds * FPS + 1e-6)
            assert player.position == seconds
            assert player.state is PlayerState.PAUSED


def test_of_many_seeks_the_newest_counts(video: VideoSource) -> None:
    with closing(Player(video.at, 0.0, 6.0)) as player:
        for k in range(200):
            player.seek(6.0 * (k % 37) / 37)
        player.seek(4.2)
        assert shown(player) == 42
        player.seek(99.0)
        assert shown(player) == FRAMES - 1
        assert player.position == 6.0
        player.seek(-3.0)
        assert shown(player) == 0


def test_steps_go_frame_by_frame_both_ways(video: VideoSource) -> None:
    with closing(Player(video.at, 0.0, 6.0)) as player:
        player.seek(2.55)
        assert shown(player) == 25
        for step, number in ((1, 26), (1, 27), (-1, 26), (-1, 25), (-1, 24), (-20, 4), (-9, 0)):
            player.step(step)
            assert shown(player) == number
            assert player.position == pytest.approx(number / FPS)
        player.seek(5.0)
        for _ in range(30):  # faster than it can follow: none is lost
            player.step(-1)
        assert shown(player) == 20
        player.step(500)
        assert shown(player) == FRAMES - 1


@pytest.mark.alone
def test_it_plays_in_time_at_any_speed(video: VideoSource) -> None:
    with closing(Player(video.at, 0.0, 6.0)) as player:
        for speed in (1.0, 4.0):
            player.speed = speed
            player.seek(1.0)
            assert shown(player) == 10
            player.play()
            began, seen = time.monotonic(), []
            while time.monotonic() < began + 0.8:
                frame = player.frame()
                assert frame is not None
                if not seen or frame is not seen[-1]:
                    seen.append(frame)
                    assert frame.timestamp <= player.position + 1e-3
                time.sleep(0.002)
            assert player.position - 1.0 == pytest.approx(
                speed * (time.monotonic() - began), abs=0.1
            )
            player.pause()
            assert player.state is PlayerState.PAUSED
            numbers = [read_picture(one.image) for one in seen]
            assert numbers == sorted(numbers)
            assert player.position - seen[-1].timestamp < 0.1 + 0.15 * speed
            assert len(seen) > 4  # not one jump


def test_it_ends_and_begins_again(video: VideoSource) -> None:
    with closing(Player(video.at, 0.0, 6.0)) as player:
        player.speed = 4.0
        player.seek(5.6)
        player.play()
        assert player.playing
        until(lambda: player.state is PlayerState.ENDED)
        assert player.position == 6.0
        assert not player.playing
        until(lambda: shown(player) == FRAMES - 1)
        player.play()
        until(lambda: player.state is PlayerState.PLAYING)
        assert player.position < 3.0


def test_a_seek_while_playing_plays_on(video: VideoSource) -> None:
    with closing(Player(video.at, 0.0, 6.0)) as player:
        player.play()
        player.seek(3.0)
        assert player.playing
        until(lambda: player.position > 3.1)
        frame = player.frame()
        assert frame is not None
        assert frame.timestamp >= 3.0


def test_without_a_video_time_runs_all_the_same() -> None:
    before = threading.enumerate()
    with closing(Player(None, 2.0, 4.0, step=0.5)) as player:
        assert not left_since(before)
        assert player.state is PlayerState.PAUSED
        player.step(1)
        assert player.position == 2.5
        player.step(-9)
        assert player.position == 2.0
        player.speed = 4.0
        player.play()
        assert player.state is PlayerState.PLAYING
        until(lambda: player.state is PlayerState.ENDED)
        assert (player.position, player.frame()) == (4.0, None)


def test_a_video_that_can_not_be_read_is_said_and_time_goes_on() -> None:
    problems = [SourceError("gone: look for it")]

    def open_at(_: float) -> Source:
        if problems:
            raise problems[0]
        return FakeSource(100)

    with closing(Player(open_at, 0.0, 9.0)) as player:
        until(lambda: player.state is PlayerState.FAILED)
        assert player.error == "gone: look for it"
        player.play()
        until(lambda: player.position > 0.05)
        player.pause()
        problems.clear()
        player.seek(1.0)
        assert shown(player) == 10
        assert (player.error, player.state) == ("", PlayerState.PAUSED)


@pytest.mark.alone
def test_a_decoder_that_is_too_slow_drops_frames_and_does_not_drift() -> None:
    class Slow(FakeSource):
        def __init__(self, start: float) -> None:
            super().__init__(10_000)
            self._first = start

        def frames(self) -> Iterator[Frame]:
            for frame in super().frames():
                if frame.timestamp >= self._first:
                    time.sleep(0.05)  # 20 frames a second, of 40 that are wanted
                    yield frame

    with closing(Player(Slow, 0.0, 900.0)) as player:
        player.speed = 4.0
        until(lambda: player.state is PlayerState.PAUSED)
        player.play()
        late = []
        for _ in range(60):
            time.sleep(0.05)
            frame = player.frame()
            assert frame is not None
            late.append(player.position - frame.timestamp)
        assert player.position > 11.0
        assert max(late) < 4.0  # a second of real time; it would be 6 if it fell behind
        assert min(late) > -0.05  # nor does it show what is still to come


def test_frames_are_prepared_once_and_again_on_request(video: VideoSource) -> None:
    prepared: list[float] = []

    def prepare(frame: Frame) -> Frame:
        prepared.append(frame.timestamp)
        return replace(frame, image=255 - frame.image)

    with closing(Player(video.at, 0.0, 6.0, prepare=prepare)) as player:
        assert shown(player) == 255
        player.seek(0.05)  # the same frame
        assert shown(player) == 255
        assert prepared == [0.0]
        player.refresh()
        until(lambda: len(prepared) == 2)
        assert shown(player) == 255


def test_speeds_out_of_range_are_refused() -> None:
    with closing(Player(None, 0.0, 1.0)) as player:
        for speed in (0.0, 0.1, 5.0, float("nan")):
            with pytest.raises(ValueError, match="speed"):
                player.speed = speed


def test_closing_ends_the_thread_also_while_it_is_busy() -> None:
    before = threading.enumerate()
    opened: list[FakeSource] = []

    def open_at(_: float) -> Source:
        opened.append(FakeSource(block_at=3))
        return opened[-1]

    player = Player(open_at, 0.0, 5.0)
    player.seek(4.0)
    until(lambda: bool(opened) and opened[-1].delivered == 3)
    player.close()
    player.close()
    assert player.state is PlayerState.CLOSED
    assert not left_since(before)
    assert all(source.closed for source in opened)
    player.seek(1.0)
    player.play()
    assert not player.playing


def test_a_reel_keeps_few_frames_and_opens_seldom(
    video: VideoSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.engine.review.reel.KEPT_BYTES", 1)
    opened: list[float] = []

    def open_at(seconds: float) -> Source:
        opened.append(seconds)
        return video.at(seconds)

    reel = Reel(open_at)
    for k in range(FRAMES):
        frame = reel.at(k / FPS)
        assert frame is not None
        assert read_picture(frame.image) == k
        assert len(reel._kept) <= 4
    assert len(opened) == 1
    reel.forget()
