from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import SettingsError
from app.core.regions import (
    Polygon,
    Regions,
    distance,
    inside,
    load_regions,
    regions_text,
    save_regions,
)

SQUARE: Polygon = ((0.2, 0.2), (0.6, 0.2), (0.6, 0.6), (0.2, 0.6))
NOTCHED: Polygon = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, 0.3), (0.0, 1.0))
corners = st.integers(0, 1000).map(lambda v: v / 1000)
polygons = st.lists(st.tuples(corners, corners), min_size=3, max_size=9)


@given(polygons, st.lists(st.tuples(corners, corners), min_size=1, max_size=20))
def test_membership_and_distance_are_those_of_opencv(
    polygon: list[tuple[float, float]], points: list[tuple[float, float]]
) -> None:
    contour = np.array(polygon, np.float32)
    signed = np.array([cv2.pointPolygonTest(contour, point, True) for point in points])
    found = inside(tuple(polygon), np.array(points))
    off_edge = np.abs(signed) > 1e-5  # on the edge either answer will do
    assert (found[off_edge] == (signed[off_edge] > 0)).all()
    gaps = distance(tuple(polygon), np.array(points))
    assert np.allclose(gaps, np.abs(signed), atol=1e-5)


def test_a_notch_is_outside() -> None:
    points = np.array([[0.5, 0.2], [0.5, 0.6], [0.2, 0.5], [1.2, 0.2]])
    assert inside(NOTCHED, points).tolist() == [True, False, True, False]


def test_everywhere_is_wanted_unless_told_otherwise() -> None:
    points = np.array([[0.4, 0.4], [0.9, 0.9], [-3.0, 0.1]])
    assert Regions().wanted(points).all()
    assert Regions(look=(SQUARE,)).wanted(points).tolist() == [True, False, False]
    assert Regions(ignore=(SQUARE,)).wanted(points).tolist() == [False, True, True]
    hole: Polygon = ((0.3, 0.3), (0.5, 0.3), (0.5, 0.5), (0.3, 0.5))
    both = Regions(look=(SQUARE,), ignore=(hole,))
    assert both.wanted(np.array([[0.4, 0.4], [0.55, 0.55]])).tolist() == [False, True]
    two = Regions(look=(SQUARE, ((0.8, 0.8), (1.0, 0.8), (1.0, 1.0))))
    assert two.wanted(np.array([[0.4, 0.4], [0.95, 0.85], [0.7, 0.7]])).tolist() == [
        True,
        True,
        False,
    ]
    assert Regions(opt_out=(SQUARE,)).wanted(points).all()


@given(st.lists(polygons, max_size=3), st.lists(polygons, max_size=3))
def test_a_file_keeps_every_corner(
    tmp_path_factory: pytest.TempPathFactory,
    look: list[list[tuple[float, float]]],
    seats: list[list[tuple[float, float]]],
) -> None:
    try:
        regions = Regions(look=tuple(map(tuple, look)), opt_out=tuple(map(tuple, seats)))
    except ValueError:  # a flat polygon
        return
    path = tmp_path_factory.mktemp("room") / "room" / "regions.toml"
    save_regions(path, regions)
    assert load_regions(path) == regions
    assert [file.name for file in path.parent.iterdir()] == ["regions.toml"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("look = [", "no valid TOML"),
        ("optout = []", "'optout' is no kind of region: use look, ignore, opt_out"),
        ("look = 3", "look: give a list"),
        ("look = [1]", "look, region 1: give a list of corners"),
        ("look = [[[0, 0], [1, 0]]]", "look, region 1: 2 corners: give three or more"),
        ("ignore = [[[0, 0], [1, 0], [1]]]", "ignore, region 1: [1] is no corner"),
        ("ignore = [[[0, 0], [1, 0], [1, true]]]", "give two numbers"),
        ("ignore = [[[0, 0], [1, 0], [1, nan]]]", "give two numbers"),
        ("opt_out = [[[0, 0], [640, 0], [640, 360]]]", "shares of the picture, 0 to 1"),
        ("opt_out = [[[0, 0], [0.5, 0.5], [1, 1]]]", "opt_out, region 1: it has no area"),
        ("schema_version = 9", "was made by a newer Roomread"),
    ],
)
def test_a_bad_file_is_one_clear_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "room.toml"
    path.write_text(text)
    with pytest.raises(SettingsError) as caught:
        load_regions(path)
    line = str(caught.value)
    assert said in line
    assert str(path) in line
    assert "\n" not in line


def test_files_that_cannot_be_read_or_written(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="does not exist"):
        load_regions(tmp_path / "none.toml")
    with pytest.raises(SettingsError, match="can't be read"):
        load_regions(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="can't be written"):
        save_regions(tmp_path / "file" / "room.toml", Regions())
    (tmp_path / "latin.toml").write_bytes(b"look = [] # \xe9")
    with pytest.raises(SettingsError, match="no valid TOML"):
        load_regions(tmp_path / "latin.toml")


def test_a_person_can_read_the_file() -> None:
    text = regions_text(Regions(opt_out=(SQUARE,)))
    assert "opt_out = [\n  [[0.2, 0.2], [0.6, 0.2]" in text
    assert "never read nor stored" in text
