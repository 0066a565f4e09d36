"""The sound of an annotated video, and how its search ends."""

from __future__ import annotations

import threading
from pathlib import Path

import av
import numpy as np
import pytest

from app.core.errors import SourceError
from app.core.privacy import FaceCover
from app.core.types import Frame
from app.session.annotate import annotate_video
from app.session.store import Session
from app.stages.scout import Sighting
from tests.session.builders import write
from tests.session.test_annotate import at, decoded, nobody, striped
from tests.stages.test_sound import nine_channels


def flashing(path: Path) -> Path:
    """Four seconds of 25 frames, dark; in every second one a flash of 0.2 s with a tone."""
    times = np.arange(4 * 48_000) / 48_000
    tone = 0.5 * np.sin(2 * np.pi * 880 * times) * (times % 1.0 >= 0.8) * (times % 2.0 >= 1.0)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"bf": "2"})
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        heard = container.add_stream("aac", rate=48_000, layout="mono")
        for index in range(100):
            bright = 220 if index % 25 >= 20 and index % 50 >= 25 else 40
            image = np.full((240, 320, 3), bright, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        for start in range(0, len(tone), 1024):
            piece = tone[None, start : start + 1024].astype(np.float32)
            frame = av.AudioFrame.from_ndarray(piece, "fltp", "mono")
            frame.sample_rate, frame.pts = 48_000, start
            container.mux(heard.encode(frame))
        container.mux(stream.encode(None))
        container.mux(heard.encode(None))
    return path


def starts(times: np.ndarray, on: np.ndarray) -> list[float]:
    """Seconds at which something begins after half a second of nothing."""
    when = times[on]
    return [float(t) for k, t in enumerate(when) if k == 0 or t - when[k - 1] > 0.5]


@pytest.mark.parametrize("first", [0, 40])
def test_the_sound_is_kept_in_step_also_with_a_stretch(tmp_path: Path, first: int) -> None:
    source = flashing(tmp_path / "in.mp4")
    results = [at(k, {1: (40, 60)}) for k in range(first, 100, 5)]
    with Session.open(write(tmp_path / "s.roomread", results)) as session:
        annotate_video(source, session, tmp_path / "out.mp4")
    with av.open(str(tmp_path / "out.mp4")) as container:
        assert container.streams.audio[0].codec_context.name == "aac"
        frames = list(container.decode(container.streams.audio[0]))
    samples = np.concatenate([frame.to_ndarray()[0] for frame in frames])
    heard = starts(frames[0].time + np.arange(len(samples)) / 48_000, np.abs(samples) > 0.1)
    times, images = decoded(tmp_path / "out.mp4")
    seen = starts(np.array(times), np.array([image[200:].mean() > 120 for image in images]))
    assert seen == pytest.approx([t - first / 25 for t in (1.8, 3.8) if t >= first / 25], abs=0.01)
    assert heard == pytest.approx(seen, abs=0.03)
    assert len(samples) / 48_000 == pytest.approx(times[-1], abs=0.1)


def test_a_video_whose_sound_can_not_be_read_is_written_without(tmp_path: Path) -> None:
    source = tmp_path / "in.avi"
    with av.open(str(source), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        heard = container.add_stream("pcm_s16le", rate=44_100, layout="mono")
        for _ in range(10):
            image = np.full((240, 320, 3), 90, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
            sound = av.AudioFrame.from_ndarray(np.zeros((1, 4410), np.int16), "s16", "mono")
            sound.sample_rate = 44_100
            container.mux(heard.encode(sound))
        container.mux(stream.encode(None))
    nine_channels(source)
    said: list[str] = []
    path = write(tmp_path / "s.roomread", [at(k, {1: (40, 60)}) for k in range(10)])
    with Session.open(path) as session:
        annotate_video(source, session, tmp_path / "out.mp4", say=said.append)
    assert len(said) == 1
    assert "in.avi" in said[0]
    with av.open(str(tmp_path / "out.mp4")) as container:
        assert not container.streams.audio
        assert len(list(container.decode(video=0))) == 10


def test_a_search_that_fails_is_told_and_leaves_no_file(tmp_path: Path) -> None:
    source = striped(tmp_path / "in.mp4", 10)
    path = write(tmp_path / "s.roomread", [at(k, {1: (40, 60)}) for k in range(10)])

    def find(frame: Frame, _: np.ndarray) -> Sighting:
        if frame.index < 5:
            return nobody(frame, _)
        raise SourceError("no more")

    with Session.open(path) as session, pytest.raises(SourceError, match="no more"):
        annotate_video(source, session, tmp_path / "out.mp4", faces=FaceCover.BLUR, find=find)
    assert not list(tmp_path.glob("*out*"))


def test_a_user_who_stops_ends_the_search_too(tmp_path: Path) -> None:
    source = striped(tmp_path / "in.mp4", 200)
    path = write(tmp_path / "s.roomread", [at(k, {1: (40, 60)}) for k in range(200)])

    class StoppedError(Exception):
        """Raised by the caller."""

    def stop(share: float) -> None:
        raise StoppedError

    with Session.open(path) as session, pytest.raises(StoppedError):
        annotate_video(source, session, tmp_path / "out.mp4", stop, FaceCover.BLUR, nobody)
    assert not [one for one in threading.enumerate() if "roomread-search" in one.name]
    assert not list(tmp_path.glob("*out*"))
