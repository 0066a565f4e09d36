from __future__ import annotations

import itertools
from pathlib import Path

import av
import numpy as np
import psutil
import pytest
from numpy.typing import NDArray

from app.core.errors import SourceError, TruncatedSourceError
from app.core.types import Frame
from app.stages.video import VideoSource
from tests.fakes import SIZE, picture, read_picture, write_video

FORMATS = {
    "a.mp4": "libx264",
    "a.mov": "libx264",
    "a.mkv": "libx264",
    "a.flv": "libx264",
    "a.ts": "libx264",
    "a.webm": "libvpx",
    "a.avi": "mpeg4",
}


def noisy(index: int) -> NDArray[np.uint8]:
    """A picture that does not compress, so that a file can be cut anywhere."""
    noise = np.random.default_rng(index).integers(0, 90, (SIZE[1], SIZE[0], 3), dtype=np.uint8)
    return np.asarray(picture(index) // 2 + 40 + noise, np.uint8)


def corner(_: int) -> NDArray[np.uint8]:
    """Dark but for a bright top left corner and a grey bottom left one."""
    image = np.full((SIZE[1], SIZE[0], 3), 40, np.uint8)
    image[:32, :48] = 220
    image[-32:, :16] = 130
    return image


def read(path: Path, start: float = 0.0) -> list[Frame]:
    return list(VideoSource(path, start).frames())


def read_cut(path: Path, start: float = 0.0) -> tuple[list[Frame], str]:
    """The frames that come, and the words of the error after them ("" without one)."""
    frames: list[Frame] = []
    try:
        for frame in VideoSource(path, start).frames():
            frames.append(frame)  # noqa: PERF402 - what came before an error counts
    except TruncatedSourceError as error:
        return frames, str(error)
    return frames, ""


def times(frames: list[Frame]) -> list[float]:
    return [round(frame.timestamp, 4) for frame in frames]


class TestFrames:
    def test_its_name_is_right_from_any_folder(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write_video(tmp_path / "a.mp4", 3)
        monkeypatch.chdir(tmp_path)
        assert VideoSource(Path("a.mp4")).info.name == str(tmp_path / "a.mp4")

    @pytest.mark.parametrize("name", FORMATS)
    def test_every_frame_in_order_at_its_time(self, tmp_path: Path, name: str) -> None:
        stamps = write_video(tmp_path / name, 12, codec=FORMATS[name])
        source = VideoSource(tmp_path / name)
        frames = list(source.frames())
        assert [read_picture(frame.image) for frame in frames] == list(range(12))
        assert [frame.index for frame in frames] == list(range(12))
        assert times(frames) == pytest.approx(stamps, abs=0.001)
        assert source.info.size == SIZE == frames[0].size
        assert source.info.fps == pytest.approx(10)
        assert not source.info.live
        assert source.info.frames in {12, None}
        assert source.info.duration == pytest.approx(1.2, abs=0.21)

    def test_variable_frame_rate(self, tmp_path: Path) -> None:
        stamps = [0.0, 0.04, 0.1, 0.5, 1.75, 1.8]
        for name in ("v.mp4", "v.mkv"):
            write_video(tmp_path / name, stamps)
            assert times(read(tmp_path / name)) == pytest.approx(stamps, abs=0.001)

    def test_b_frames_come_in_the_order_they_are_shown(self, tmp_path: Path) -> None:
        write_video(tmp_path / "b.mp4", 30, bframes=3, gop=12)
        frames = read(tmp_path / "b.mp4")
        assert [read_picture(frame.image) for frame in frames] == list(range(30))
        assert times(frames) == pytest.approx([i / 10 for i in range(30)])

    @pytest.mark.parametrize("name", ["late.mp4", "late.mkv", "late.ts"])
    def test_the_first_frame_is_at_zero(self, tmp_path: Path, name: str) -> None:
        write_video(tmp_path / name, [2.0, 2.1, 2.25])
        assert times(read(tmp_path / name)) == pytest.approx([0, 0.1, 0.25], abs=0.001)

    def test_pictures_are_contiguous_rgb(self, tmp_path: Path) -> None:
        red = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
        red[..., 0] = 200
        write_video(tmp_path / "red.mp4", 2, draw=lambda _: red, rotation=90)
        image = read(tmp_path / "red.mp4")[0].image
        assert image.dtype == np.uint8
        assert image.flags.c_contiguous
        r, g, b = image.reshape(-1, 3).mean(axis=0)
        assert r > 150
        assert max(g, b) < 40

    def test_memory_stays_flat(self, tmp_path: Path) -> None:
        size = (640, 480)
        write_video(tmp_path / "long.mp4", 150, size=size, draw=lambda i: picture(i, size))
        process = psutil.Process()
        early = 0
        for frame in VideoSource(tmp_path / "long.mp4").frames():
            if frame.index == 40:
                early = process.memory_info().rss
        # 110 frames more, 0.9 MB each.
        assert process.memory_info().rss - early < 30e6

    def test_may_be_read_twice(self, tmp_path: Path) -> None:
        write_video(tmp_path / "a.mp4", 5)
        source = VideoSource(tmp_path / "a.mp4")
        assert len(list(source.frames())) == len(list(source.frames())) == 5

    def test_close_ends_the_reading(self, tmp_path: Path) -> None:
        write_video(tmp_path / "a.mp4", 30)
        source = VideoSource(tmp_path / "a.mp4")
        frames = source.frames()
        next(frames)
        source.close()
        source.close()
        assert list(frames) == []


class TestTimestamps:
    def test_a_file_without_stamps_runs_at_its_nominal_rate(self, tmp_path: Path) -> None:
        write_video(tmp_path / "a.mp4", 10, fps=25.0)
        with av.open(str(tmp_path / "a.mp4")) as source, (tmp_path / "a.h264").open("wb") as raw:
            annexb = av.bitstream.BitStreamFilterContext("h264_mp4toannexb", source.streams[0])
            for packet in source.demux():
                for part in annexb.filter(packet if packet.size else None):
                    raw.write(bytes(part))
        assert times(read(tmp_path / "a.h264")) == pytest.approx([i / 25 for i in range(10)])

    def test_a_clock_that_starts_anew_goes_on(self, tmp_path: Path) -> None:
        write_video(tmp_path / "part.ts", 20)
        part = (tmp_path / "part.ts").read_bytes()
        (tmp_path / "both.ts").write_bytes(part + part)
        stamps = times(read(tmp_path / "both.ts"))
        assert len(stamps) == 40
        assert np.diff(stamps).min() > 0
        assert stamps[-1] == pytest.approx(3.9, abs=0.21)

    def test_equal_stamps_are_told_apart(self, tmp_path: Path) -> None:
        write_video(tmp_path / "same.mkv", [0.0, 0.1, 0.1, 0.1, 0.2, 0.3], codec="libvpx")
        frames = read(tmp_path / "same.mkv")
        assert times(frames) == pytest.approx([0, 0.1, 0.101, 0.102, 0.2, 0.3], abs=1e-4)


class TestRotation:
    @pytest.mark.parametrize("degrees", [0, 90, 180, 270])
    def test_turns_as_a_player_does(self, tmp_path: Path, degrees: int) -> None:
        write_video(tmp_path / "r.mp4", 2, rotation=degrees, draw=corner)
        source = VideoSource(tmp_path / "r.mp4")
        image = next(source.frames()).image
        expected = np.rot90(corner(0), degrees // 90)
        assert source.info.size == (expected.shape[1], expected.shape[0])
        assert image.shape == expected.shape
        assert np.abs(image.astype(int) - expected).mean() < 4

    def test_mirrors_as_a_player_does(self, tmp_path: Path) -> None:
        # FFmpeg's own matrices: a quarter turn, then the columns' sign turned.
        for matrix, expected in (
            ([-1, 0, 0, 0, 1, 0, 0, 0], corner(0)[:, ::-1]),
            ([1, 0, 0, 0, -1, 0, 0, 0], corner(0)[::-1]),
            ([0, -1, 0, -1, 0, 0, 0, 0], np.rot90(corner(0))[:, ::-1]),
        ):
            path = tmp_path / "m.mp4"
            with av.open(str(path), "w") as container:
                stream = container.add_stream("libx264", rate=10)
                stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
                stream.set_display_matrix([v << 16 for v in matrix] + [1 << 30])
                frame = av.VideoFrame.from_ndarray(corner(0), format="rgb24")
                container.mux(stream.encode(frame))
                container.mux(stream.encode())
            image = read(path)[0].image
            assert image.shape == expected.shape
            assert np.abs(image.astype(int) - expected).mean() < 4


class TestStart:
    @pytest.mark.parametrize(
        ("name", "bframes", "gop"),
        [
            ("s.mp4", 0, 5),
            ("s.mp4", 3, 12),
            ("s.mkv", 2, 7),
            ("s.ts", 2, 8),
            ("s.webm", 0, 9),
            ("s.avi", 0, 6),
            ("one-key.mp4", 0, 1000),
        ],
    )
    def test_gives_the_very_frames_of_the_whole_recording(
        self, tmp_path: Path, name: str, bframes: int, gop: int
    ) -> None:
        codec = FORMATS["a" + Path(name).suffix]
        write_video(tmp_path / name, 45, bframes=bframes, gop=gop, codec=codec)
        whole = read(tmp_path / name)
        for start in (0.05, 0.5, 1.0, 1.333, 2.4, 3.99, 4.4, 99.0):
            wanted = [frame for frame in whole if frame.timestamp >= start]
            got = read(tmp_path / name, start)
            assert [f.index for f in got] == [f.index for f in wanted]
            assert [f.timestamp for f in got] == [f.timestamp for f in wanted]
            for a, b in zip(got, wanted, strict=True):
                assert np.array_equal(a.image, b.image)

    def test_of_a_cut_off_recording(self, tmp_path: Path) -> None:
        path = tmp_path / "cut.mp4"
        write_video(path, 40, faststart=True, draw=noisy)
        path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
        whole, message = read_cut(path)
        late, late_message = read_cut(path, 1.0)
        assert [f.index for f in late] == [f.index for f in whole if f.timestamp >= 1.0]
        assert message == late_message != ""


class TestNoVideo:
    def bad(self, path: Path) -> str:
        with pytest.raises(SourceError) as caught:
            VideoSource(path)
        message = str(caught.value)
        assert "\n" not in message
        assert str(path) in message
        return message

    def test_missing(self, tmp_path: Path) -> None:
        assert "does not exist" in self.bad(tmp_path / "no.mp4")

    def test_folder(self, tmp_path: Path) -> None:
        assert "is a folder" in self.bad(tmp_path)

    def test_empty(self, tmp_path: Path) -> None:
        (tmp_path / "e.mp4").touch()
        assert "is empty" in self.bad(tmp_path / "e.mp4")

    @pytest.mark.parametrize("name", ["text.mp4", "text.txt", "text"])
    def test_text(self, tmp_path: Path, name: str) -> None:
        (tmp_path / name).write_text("Dear class,\n" * 200)
        assert "is no video" in self.bad(tmp_path / name)

    def test_a_list_that_points_to_another_machine(self, tmp_path: Path) -> None:
        path = tmp_path / "list.m3u8"
        path.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:9/x.ts\n")
        assert "is no video" in self.bad(path)

    def test_sound_only(self, tmp_path: Path) -> None:
        with av.open(str(tmp_path / "s.m4a"), "w") as container:
            stream = container.add_stream("aac", rate=8000)
            silence = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
            silence.sample_rate = 8000
            container.mux(stream.encode(silence))
            container.mux(stream.encode())
        assert "has no video in it" in self.bad(tmp_path / "s.m4a")

    def test_header_without_a_picture(self, tmp_path: Path) -> None:
        path = tmp_path / "h.mp4"
        write_video(path, 30, faststart=True, draw=noisy)
        data = path.read_bytes()
        path.write_bytes(data[: data.index(b"mdat") + 40])
        assert "no picture" in self.bad(path)

    def test_header_cut_off(self, tmp_path: Path) -> None:
        path = tmp_path / "h.mp4"
        write_video(path, 30, draw=noisy)
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        assert "cut off" in self.bad(path)


class TestCutOff:
    @pytest.mark.parametrize("name", ["c.mp4", "c.mov", "c.mkv", "c.webm", "c.flv", "c.avi"])
    @pytest.mark.parametrize("share", [0.4, 0.85])
    def test_every_frame_before_the_cut_then_the_error(
        self, tmp_path: Path, name: str, share: float
    ) -> None:
        path = tmp_path / name
        codec = FORMATS["a" + path.suffix]
        faststart = path.suffix in {".mp4", ".mov"}
        write_video(path, 40, codec=codec, faststart=faststart, draw=noisy)
        whole, message = read_cut(path)
        assert (len(whole), message) == (40, "")
        path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
        frames, message = read_cut(path)
        assert 3 <= len(frames) < 39
        assert "is cut off" in message
        assert "of 4.0 s" in message or path.suffix == ".flv"
        for got, wanted in itertools.islice(zip(frames, whole, strict=False), len(frames) - 1):
            assert got.timestamp == wanted.timestamp
            assert np.array_equal(got.image, wanted.image)

    def test_even_a_single_lost_frame_of_an_mp4(self, tmp_path: Path) -> None:
        path = tmp_path / "c.mp4"
        write_video(path, 30, faststart=True, draw=noisy)
        path.write_bytes(path.read_bytes()[:-10])
        frames, message = read_cut(path)
        assert len(frames) == 29
        assert "2.9 s of 3.0 s" in message

    def test_damage_in_the_middle_is_said_and_the_rest_is_read(self, tmp_path: Path) -> None:
        path = tmp_path / "d.mp4"
        write_video(path, 60, faststart=True, draw=noisy)
        data = bytearray(path.read_bytes())
        with av.open(str(path)) as container:
            entries = container.streams.video[0].index_entries
            begin, end = entries[27].pos, entries[32].pos
        data[begin:end] = bytes(end - begin)  # as a download that skipped a part
        path.write_bytes(data)
        frames, message = read_cut(path)
        assert frames[-1].timestamp == pytest.approx(5.9)
        assert 50 <= len(frames) <= 55
        assert "is damaged" in message


class TestHealthyFilesAreNotCalledCutOff:
    @pytest.mark.parametrize("name", FORMATS)
    @pytest.mark.parametrize("fps", [7.0, 29.97])
    def test_rates(self, tmp_path: Path, name: str, fps: float) -> None:
        write_video(tmp_path / name, 31, fps=fps, codec=FORMATS[name])
        frames, message = read_cut(tmp_path / name)
        assert (len(frames), message) == (31, "")

    @pytest.mark.parametrize("name", ["s.mp4", "s.mkv", "s.flv", "s.ts"])
    def test_sound_longer_than_the_picture(self, tmp_path: Path, name: str) -> None:
        write_video(tmp_path / name, 10, audio_seconds=4.0)
        frames, message = read_cut(tmp_path / name)
        assert (len(frames), message) == (10, "")

    @pytest.mark.parametrize("name", ["s.mp4", "s.mkv"])
    def test_long_gaps_between_frames(self, tmp_path: Path, name: str) -> None:
        write_video(tmp_path / name, [0.0, 0.1, 5.0, 5.1, 12.0], bframes=2)
        frames, message = read_cut(tmp_path / name)
        assert (len(frames), message) == (5, "")

    @pytest.mark.parametrize("name", ["e.mp4", "e.mov"])
    def test_edit_list(self, tmp_path: Path, name: str) -> None:
        """As a phone trims a recording: the first frames are there but not shown."""
        write_video(tmp_path / "whole.mp4", 40, bframes=2, gop=10)
        with (
            av.open(str(tmp_path / "whole.mp4")) as source,
            av.open(str(tmp_path / name), "w", options={"avoid_negative_ts": "disabled"}) as out,
        ):
            stream = out.add_stream_from_template(source.streams.video[0])
            for packet in source.demux():
                if packet.dts is not None and packet.pts is not None:
                    shift = int(1.37 / (packet.time_base or 1))
                    packet.pts, packet.dts = packet.pts - shift, packet.dts - shift
                    packet.stream = stream
                    out.mux(packet)
        frames, message = read_cut(tmp_path / name)
        assert message == ""
        assert read_picture(frames[0].image) >= 13
        assert read_picture(frames[-1].image) == 39
        assert frames[0].timestamp == 0

    def test_fragments(self, tmp_path: Path) -> None:
        write_video(tmp_path / "whole.mp4", 40)
        options = {"movflags": "frag_keyframe+empty_moov"}
        with (
            av.open(str(tmp_path / "whole.mp4")) as source,
            av.open(str(tmp_path / "f.mp4"), "w", options=options) as out,
        ):
            stream = out.add_stream_from_template(source.streams.video[0])
            for packet in source.demux():
                if packet.dts is not None:
                    packet.stream = stream
                    out.mux(packet)
        frames, message = read_cut(tmp_path / "f.mp4")
        assert (len(frames), message) == (40, "")


@pytest.mark.shared
def test_real_recording(shared: Path) -> None:
    source = VideoSource(shared / "clips" / "classroom.mp4")
    frames = list(source.frames())
    assert source.info.size == (480, 270)
    assert len(frames) == source.info.frames == 45
    assert f"{frames[0].timestamp:.3f}" == "0.000"
    assert f"{frames[-1].timestamp:.3f}" == "2.640"
