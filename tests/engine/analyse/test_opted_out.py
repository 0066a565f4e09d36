from __future__ import annotations

from pathlib import Path

import pytest

from app.core.regions import Polygon
from app.engine.analyse.opted_out import opted_out_since
from app.session.editor import Editor
from app.session.edits import Exclude
from app.session.store import Session
from tests.session.builders import result, write


def around(boxes: list[list[float]], size: tuple[int, int]) -> Polygon:
    """A seat that holds these boxes."""
    left, top = min(b[0] for b in boxes), min(b[1] for b in boxes)
    right, low = max(b[0] + b[2] for b in boxes), max(b[1] + b[3] for b in boxes)
    (x, y), (x2, y2) = (left / size[0], top / size[1]), (right / size[0], low / size[1])
    return ((x, y), (x2, y), (x2, y2), (x, y2))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    frames = [result(k, k / 4, {1: "fear", 2: "neutral", 3: None}) for k in range(100)]
    return write(tmp_path / "s.roomread", frames)


def seat(path: Path, student: int) -> Polygon:
    with Session.open(path) as session:
        faces = [one.faces for one in session.results()]
        size = next(iter(session.results())).size
    boxes = [one.boxes[one.ids.tolist().index(student)].tolist() for one in faces]
    return around(boxes, size)


def test_who_sits_there(path: Path) -> None:
    there = seat(path, 2)
    with Session.open(path) as session:
        assert opted_out_since(session, ()) == []
        assert opted_out_since(session, (there,)) == [2]
        Editor(session).apply(Exclude(2))
        assert opted_out_since(session, (there,)) == []


def test_a_seat_that_was_opted_out_already_is_not_new(tmp_path: Path, path: Path) -> None:
    there = seat(path, 2)
    regions = {"opt_out": [[list(corner) for corner in there]]}
    frames = [result(k, k / 4, {1: "fear", 2: "neutral"}) for k in range(10)]
    other = write(tmp_path / "t.roomread", frames, settings={"regions": regions})
    with Session.open(other) as session:
        assert opted_out_since(session, (there,)) == []
    other = write(tmp_path / "u.roomread", frames, settings={"regions": {"new": 1}})
    with Session.open(other) as session:
        assert opted_out_since(session, (there,)) == [2]


@pytest.mark.parametrize(("frames_there", "found"), [(4, []), (60, [1])])
def test_who_passes_by_does_not_sit_there(
    tmp_path: Path, path: Path, frames_there: int, found: list[int]
) -> None:
    there = seat(path, 3)
    frames = [result(k, k / 4, {1: "fear"}) for k in range(100)]
    for one in frames[20 : 20 + frames_there]:
        one.faces.boxes[0] = result(0, 0.0, {1: None, 2: None, 3: None}).faces.boxes[2]
    walking = write(tmp_path / "w.roomread", frames)
    with Session.open(walking) as session:
        assert opted_out_since(session, (there,)) == found
