from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.core.errors import ExportError, SourceError
from app.engine.analyse.recordings import demo_clip
from app.engine.bench import film as films
from app.engine.bench.cut_outs import Looked
from app.engine.bench.film import Reader, clip_film, crowd_film
from app.engine.settings import Settings
from tests.engine.bench.crowds import cast, film


def test_what_is_written_can_be_read_in_any_order(tmp_path: Path) -> None:
    made = film(tmp_path)
    assert (len(made), made.faces, made.size, made.fps) == (15, 4, (320, 180), 30.0)
    assert made.boxes.shape == (15, 4, 4)
    assert made.seen.all()
    with closing(Reader(made)) as reader:
        last, first = reader(14), reader(0)
        assert first.shape == last.shape == (180, 320, 3)
        x, y, width, height = made.boxes[0, -1].astype(int).tolist()
        assert first[y : y + height, x : x + width].mean() > 90
        assert np.abs(first.astype(int) - last).mean() > 1


def test_it_is_played_forth_and_back(tmp_path: Path) -> None:
    made = film(tmp_path, length=4 / 30)
    assert [made.place(number) for number in range(9)] == [0, 1, 2, 3, 2, 1, 0, 1, 2]


def test_files_that_fail(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="can't be written"):
        crowd_film(cast(), 2, (320, 180), tmp_path / "no" / "film", 0.1)
    made = film(tmp_path)
    with pytest.raises(SourceError, match="can't be read"):
        Reader(replace(made, path=tmp_path / "gone"))
    made.path.write_bytes(b"\0" * int(made.ends[-1]))
    with closing(Reader(made)) as reader, pytest.raises(SourceError, match="damaged"):
        reader(3)


def test_a_clip_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    times = np.array([0.0, 0.2, 0.4])
    boxes = np.array([[100, 50, 20, 20], [110, 50, 20, 20], [np.nan] * 4])
    found = Looked(times, {3: boxes}, (1280, 720))
    monkeypatch.setattr(films, "look_at", lambda *_: found)
    with demo_clip() as clip:
        made = clip_film(clip, Settings(), (640, 360), tmp_path / "film", print, seconds=0.5)
        own = clip_film(clip, Settings(), None, tmp_path / "own", print, seconds=0.5)
    assert (len(made), made.size, made.faces) == (8, (640, 360), 1)
    assert made.fps == pytest.approx(15)
    assert made.boxes[0, 0].tolist() == [50, 25, 10, 10]
    assert made.boxes[1, 0, 0] == pytest.approx(50 + 5 / 3)
    assert made.seen[:, 0].tolist() == [True] * 4 + [False] * 4
    assert own.size == (1280, 720)
