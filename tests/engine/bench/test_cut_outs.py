from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.core.errors import SourceError
from app.engine.analyse.recordings import demo_clip
from app.engine.bench import cut_outs
from app.engine.bench.cut_outs import Looked, beginning, cast_of, places_of
from app.engine.settings import Settings

TIMES = np.arange(5) / 5


def still(x: float, y: float, width: float = 20.0, height: float = 24.0) -> np.ndarray:
    return np.tile([x, y, width, height], (5, 1)).astype(np.float64)


def looked(**boxes: np.ndarray) -> Looked:
    return Looked(TIMES, {int(name[1:]): box for name, box in boxes.items()}, (200, 120))


def test_head_and_shoulders_within_the_picture() -> None:
    places = places_of(looked(s1=still(100, 40), s2=still(2, 80)))
    x, y, width, height = places[1]
    assert x < 92
    assert y < 32
    assert x + width > 128
    assert y + height > 80
    x, y, width, height = places[2]
    assert (x, y + height) == (0, 120)


def test_no_face_of_a_neighbour_is_cut_out_too() -> None:
    places = places_of(looked(s1=still(100, 40), s2=still(126, 44)))
    x, _, width, _ = places[1]
    assert 120 < x + width <= 126
    assert places[2][0] >= 120


def test_who_is_hardly_seen_or_wanders_or_overlaps_is_left_out() -> None:
    seldom = still(20, 20)
    seldom[2:] = np.nan
    wanders = still(10, 90)
    wanders[:, 0] += [0, 40, 80, 120, 160]
    assert places_of(looked(s1=seldom)) == {}
    assert places_of(looked(s1=wanders)) == {}
    assert places_of(looked(s1=still(100, 40), s2=still(110, 50))) == {}


def test_of_a_fast_clip_every_second_frame_is_used() -> None:
    with demo_clip() as clip:  # 15 frames a second
        assert [frame.index for frame in beginning(clip, 7.5, seconds=0.9)] == [
            0,
            2,
            4,
            6,
            8,
            10,
            12,
        ]
        assert len(list(beginning(clip, seconds=0.9))) == 14


def test_the_students_of_the_demo_clip() -> None:
    said: list[str] = []
    with demo_clip() as clip:
        cast = cast_of(clip, Settings(), said.append, seconds=0.5)
    assert len(cast.students) >= 6
    assert cast.fps == pytest.approx(15)
    assert cast.room.shape == (720, 1280, 3)
    for one in cast.students:
        count, height, width, _ = one.pictures.shape
        assert count == len(one.boxes) == len(one.seen) == 8
        assert 20 < one.face_width < 80
        assert (one.boxes[:, :2] >= -1).all()
        assert (one.boxes[:, 0] + one.boxes[:, 2] <= width + 1).all()
        assert (one.boxes[:, 1] + one.boxes[:, 3] <= height + 1).all()
    assert said == ["Looking for the students of demo.mp4 ..."]


def test_nobody_to_cut_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = looked()
    monkeypatch.setattr(cut_outs, "look_at", lambda *_: found)
    with pytest.raises(SourceError, match=r"nobody in empty\.mp4 can be followed"):
        cast_of(tmp_path / "empty.mp4", Settings(), print)
