from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.core.types import Frame
from app.stages.changes import REST, Changes, room_for_faces, smallest_faces
from app.stages.windows import Window, plan_windows

SIZE = (640, 360)
WINDOWS = plan_windows(SIZE, 0.75, 57_000)
NOBODY = np.zeros((0, 4))
RNG = np.random.default_rng(0)
SCENE = np.repeat(np.repeat(RNG.integers(40, 180, (45, 80, 3)), 8, axis=0), 8, axis=1)


def picture(at: float, *places: tuple[int, int, int], noise: float = 3.0, light: int = 0) -> Frame:
    """A room with bright squares (x, y, side), seen by a camera with this noise."""
    image = SCENE.copy()
    for x, y, side in places:
        image[y : y + side, x : x + side] = 235
    noisy = image + light + np.random.default_rng(int(at * 100)).normal(0, noise, image.shape)
    return Frame(np.clip(noisy, 0, 255).astype(np.uint8), round(at * 100), at)


def boxes(*rows: tuple[float, float, float, float]) -> NDArray[np.float64]:
    return np.array(rows, np.float64).reshape(-1, 4)


def due(
    changes: Changes,
    frame: Frame,
    known: NDArray[np.float64] = NOBODY,
    doubted: NDArray[np.float64] = NOBODY,
) -> list[Window]:
    parts = [changes.due(number, frame, known, doubted) for number in range(len(WINDOWS))]
    return [part for part in parts if part is not None]


@pytest.fixture
def changes() -> Changes:
    made = Changes(WINDOWS)
    assert due(made, picture(0.0)) == WINDOWS
    return made


@pytest.mark.parametrize("noise", [0.0, 2.0, 4.0, 6.0])
def test_noise_is_no_news_until_all_is_searched_again(noise: float) -> None:
    changes = Changes(WINDOWS)
    times = np.arange(0, 2 * REST + 1, 2.0)
    searched = [len(due(changes, picture(at, noise=noise))) for at in times]
    whole = {0.0, REST, 2 * REST}
    assert searched == [len(WINDOWS) if at in whole else 0 for at in times]


@given(
    x=st.floats(0, 1),
    y=st.floats(0, 1),
    side=st.integers(18, 120),
    noise=st.sampled_from([2, 4, 6]),
)
@settings(max_examples=40)
def test_who_comes_lies_whole_in_a_part_that_is_searched(
    x: float, y: float, side: int, noise: float
) -> None:
    changes = Changes(WINDOWS)
    due(changes, picture(0.0, noise=noise))
    left, top = round(x * (SIZE[0] - side)), round(y * (SIZE[1] - side))
    parts = due(changes, picture(2.0, (left, top, side), noise=noise))
    corners = np.array([(left, top), (left + side, top + side)])
    assert any(part.holds(corners).all() for part in parts)


def test_a_small_change_is_searched_around_it_and_once_more(changes: Changes) -> None:
    parts = due(changes, picture(2.0, (300, 150, 24)))
    again = due(changes, picture(4.0, (300, 150, 24)))
    assert again == parts
    finest = [part for part in parts if part.level == 0]
    whole = next(window for window in WINDOWS if window.level == 0)
    assert finest
    assert all(part.width * part.height < whole.width * whole.height / 2 for part in finest)
    assert due(changes, picture(6.0, (300, 150, 24))) == []
    assert due(changes, picture(7.0))


def test_what_moves_within_a_known_face_is_no_news(changes: Changes) -> None:
    frame = picture(2.0, (300, 150, 24))
    assert due(changes, frame, known=boxes((300, 150, 24, 24))) == []
    assert due(changes, frame, known=boxes((340, 150, 24, 24)))


@pytest.mark.parametrize("light", [-25, 15, 25])
def test_light_that_changes_everywhere_is_no_news(changes: Changes, light: int) -> None:
    assert due(changes, picture(2.0, light=light)) == []
    assert due(changes, picture(4.0, (300, 150, 24), light=light))


def test_a_faint_face_in_a_dim_room_is_news_where_there_is_no_noise() -> None:
    changes = Changes(WINDOWS)
    image = np.full((SIZE[1], SIZE[0], 3), 20, np.uint8)
    due(changes, Frame(image, 0, 0.0))
    image = image.copy()
    image[150:180, 300:330] = 29
    assert due(changes, Frame(image, 1, 2.0))


def test_a_picture_that_moves_is_searched_whole(changes: Changes) -> None:
    moved = Frame(np.roll(picture(2.0).image, 12, axis=1), 2, 2.0)
    assert due(changes, moved) == WINDOWS


def test_who_is_doubted_and_who_was_not_expected_is_searched(changes: Changes) -> None:
    face = boxes((300, 150, 30, 36))
    parts = due(changes, picture(2.0), doubted=face)
    assert parts
    assert {part.level for part in parts} == {0}  # the coarser windows are for larger faces
    assert due(changes, picture(3.0)) == []
    changes.look_again(face)
    assert due(changes, picture(4.0)) == parts
    assert due(changes, picture(5.0)) == []


def test_the_faces_that_a_window_shows(changes: Changes) -> None:
    coarse = next(number for number, window in enumerate(WINDOWS) if window.level == 1)
    fine = next(number for number, window in enumerate(WINDOWS) if window.level == 0)
    faces = boxes((10, 10, 20, 20), (10, 10, 70, 70), (600, 300, 20, 20))
    assert changes.shows(fine, faces).tolist() == [True, True, False]
    assert not changes.shows(coarse, faces)[0]


def test_sizes_of_faces_meet_from_scale_to_scale() -> None:
    sizes = smallest_faces(WINDOWS)
    assert sizes[0] == pytest.approx(16)
    assert sizes[1] == pytest.approx(40 / 0.75)


def test_room_for_a_face_needs_a_share_of_its_area() -> None:
    news = np.zeros((20, 20), np.uint8)
    news[5:8, 5:8] = 1
    assert room_for_faces(news, 4.0, 0.5).any()
    assert not room_for_faces(news, 4.0, 0.6).any()
