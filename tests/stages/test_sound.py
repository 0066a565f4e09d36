from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from av.audio.frame import AudioFrame
from numpy.typing import NDArray

from app.stages.sound import RATE, Sound, sound_of
from tests.fakes import write_video

TONE = 1.5
"""Seconds at which the tone begins, of 3."""


def recording(path: Path, codec: str, rate: int = 44_100, late: float = 0.0) -> Path:
    """Three seconds of sound, silent up to ``TONE``; its stamps begin at ``late``."""
    times = np.arange(3 * rate) / rate
    wave = np.where(times >= TONE, 0.5 * np.sin(2 * np.pi * 440 * times), 0).astype(np.float32)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, layout="mono")
        for start in range(0, len(wave), 1024):
            piece = (wave[None, start : start + 1024] * 32767).astype(np.int16)
            frame = AudioFrame.from_ndarray(piece, "s16", "mono")
            frame.sample_rate, frame.pts = rate, start + round(late * rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def nine_channels(path: Path) -> Path:
    """A recording of PCM in AVI made to say that it has nine channels, of no known layout."""
    content = bytearray(path.read_bytes())
    place = content.index(b"\x01\x00\x01\x00" + (44_100).to_bytes(4, "little"))
    content[place + 2] = 9
    path.write_bytes(content)
    return path


def heard(sound: Sound, seconds: float) -> NDArray[np.float32]:
    """The left channel up to about there."""
    frames = list(sound.until(seconds))
    assert [one.pts for one in frames] == list(np.cumsum([0, *(f.samples for f in frames[:-1])]))
    return np.concatenate([one.to_ndarray()[0] for one in frames])


def onset(samples: NDArray[np.float32]) -> float:
    """Seconds at which something is heard first."""
    return float(np.argmax(np.abs(samples) > 0.1)) / RATE


@pytest.mark.parametrize(
    ("name", "codec", "rate"),
    [("a.mov", "pcm_s16le", 44_100), ("a.mp4", "aac", 48_000), ("a.mkv", "pcm_s16le", 16_000)],
)
@pytest.mark.parametrize("start", [0.0, 0.4, 1.2])
def test_it_keeps_its_time_from_any_start_and_in_any_codec(
    tmp_path: Path, name: str, codec: str, rate: int, start: float
) -> None:
    sound = sound_of(recording(tmp_path / name, codec, rate), start)
    assert sound is not None
    samples = heard(sound, 5.0)
    sound.close()
    assert onset(samples) == pytest.approx(TONE - start, abs=0.03)
    assert len(samples) / RATE == pytest.approx(3.0 - start, abs=0.06)


def test_it_is_given_as_it_is_asked_for(tmp_path: Path) -> None:
    sound = Sound(recording(tmp_path / "a.mov", "pcm_s16le"), 0.0)
    first = [one.pts for one in sound.until(0.5)]
    assert 0.5 <= (first[-1] + 1024) / RATE < 0.53
    assert list(sound.until(0.5)) == []
    assert next(iter(sound.until(0.6))).pts == first[-1] + 1024
    sound.close()


def test_where_there_is_none_yet_it_is_silent(tmp_path: Path) -> None:
    sound = Sound(recording(tmp_path / "a.mkv", "pcm_s16le", late=0.7), 0.0)
    assert onset(heard(sound, 5.0)) == pytest.approx(TONE + 0.7, abs=0.03)
    sound.close()


def test_a_video_without_sound(tmp_path: Path) -> None:
    write_video(tmp_path / "a.mp4", 3)
    assert sound_of(tmp_path / "a.mp4", 0.0) is None


def test_sound_that_is_cut_off_ends_early(tmp_path: Path) -> None:
    path = recording(tmp_path / "a.mkv", "pcm_s16le")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    sound = Sound(path, 0.0)
    assert 1.2 < len(heard(sound, 5.0)) / RATE < 1.6
    sound.close()


def test_sound_that_can_not_be_made_stereo_is_none(tmp_path: Path) -> None:
    path = nine_channels(recording(tmp_path / "a.avi", "pcm_s16le"))
    said: list[str] = []
    assert sound_of(path, 0.0, said.append) is None
    assert said == ["The sound of a.avi can't be read, so the video has none"]
    sound = Sound(path, 0.0)
    assert list(sound.until(1.0)) == []
    sound.close()


def test_nothing_is_said_of_a_video_without_sound(tmp_path: Path) -> None:
    write_video(tmp_path / "a.mp4", 3)
    said: list[str] = []
    assert sound_of(tmp_path / "a.mp4", 0.0, said.append) is None
    assert said == []
