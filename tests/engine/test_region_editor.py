from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.regions import Regions, inside
from app.core.types import STILL
from app.engine.region_editor import STEP, Kind, RegionEditor

SQUARE = ((0.2, 0.2), (0.6, 0.2), (0.6, 0.6), (0.2, 0.6))
TRIANGLE = ((0.5, 0.5), (0.9, 0.5), (0.9, 0.9))


class Desk:
    """An editor, what it said, and a hand."""

    def __init__(self, kind: Kind = Kind.LOOK) -> None:
        self.changes: list[Regions] = []
        self.redraws = 0
        self.editor = RegionEditor(self.changes.append, self.count)
        self.editor.see((1280, 720), STILL)
        self.editor.activate(True)
        self.editor.choose(kind)

    def count(self) -> None:
        self.redraws += 1

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        self.editor.press(start)
        self.editor.hover(end)
        self.editor.release(end)

    def click(self, *points: tuple[float, float]) -> None:
        for point in points:
            self.drag(point, point)


def test_a_drag_is_a_rectangle() -> None:
    desk = Desk()
    desk.editor.press((0.6, 0.2))
    desk.editor.hover((0.3, 0.5))
    assert desk.editor.drawing.rubber == ((0.6, 0.2), (0.3, 0.5))
    assert desk.changes == []
    desk.editor.release((0.2, 0.6))
    (regions,) = desk.changes
    assert regions == desk.editor.regions
    assert set(regions.look[0]) == set(SQUARE)
    assert desk.editor.drawing.rubber is None
    assert desk.editor.drawing.outlines[0].selected


def test_clicks_are_corners_and_the_first_one_ends_it() -> None:
    desk = Desk(Kind.IGNORE)
    desk.click(*TRIANGLE)
    assert desk.editor.drawing.draft == TRIANGLE
    assert desk.changes == []
    desk.click((0.501, 0.502))
    assert desk.changes == [Regions(ignore=(TRIANGLE,))]
    assert desk.editor.drawing.draft == ()


def test_keys_alone_draw() -> None:
    desk = Desk(Kind.OPT_OUT)
    editor = desk.editor
    editor.corner()
    assert editor.drawing.draft == ()  # there is no cross yet
    editor.move((0, 0))
    editor.corner()
    editor.move((5, 0))
    editor.move((0, 10))
    editor.corner()
    editor.close()
    ends = (0.5, 0.5), (0.5 + 5 * STEP, 0.5 + 10 * STEP)
    assert desk.changes[0].opt_out[0][0] == pytest.approx(ends[0])
    assert desk.changes[0].opt_out[0][2] == pytest.approx(ends[1])
    editor.move((-1000, 1000))
    assert editor.drawing.cursor == (0.0, 1.0)


def test_what_has_no_area_is_no_region() -> None:
    desk = Desk()
    desk.editor.close()
    desk.click((0.1, 0.1))
    desk.editor.close()
    assert desk.editor.drawing.draft == ((0.1, 0.1),)
    desk.click((0.1, 0.5), (0.1, 0.9))
    desk.editor.close()
    assert desk.changes == []
    assert desk.editor.drawing.draft == ()


def test_undo_takes_back_corners_then_changes() -> None:
    desk = Desk()
    editor = desk.editor
    assert not editor.drawing.undoable
    desk.drag((0.2, 0.2), (0.6, 0.6))
    desk.click((0.9, 0.9), (0.8, 0.7))
    editor.undo()
    assert editor.drawing.draft == ((0.9, 0.9),)
    editor.undo()
    assert len(editor.regions.look) == 1
    editor.undo()
    assert editor.regions == Regions() == desk.changes[-1]
    assert not editor.drawing.undoable
    editor.undo()
    assert len(desk.changes) == 2


def test_regions_are_selected_and_deleted() -> None:
    desk = Desk()
    editor = desk.editor
    editor.delete()
    desk.drag((0.1, 0.1), (0.3, 0.3))
    editor.choose(Kind.OPT_OUT)
    desk.drag((0.5, 0.5), (0.7, 0.7))
    editor.choose(Kind.LOOK)
    assert not editor.drawing.deletable
    desk.click((0.2, 0.1))  # its outline
    assert [o.selected for o in editor.drawing.outlines] == [True, False]
    editor.select_next()
    assert [o.selected for o in editor.drawing.outlines] == [False, True]
    editor.select_next()
    editor.select_next(-1)
    assert [o.selected for o in editor.drawing.outlines] == [False, True]
    editor.delete()
    assert editor.regions.opt_out == ()
    assert len(editor.regions.look) == 1
    editor.undo()
    assert len(editor.regions.opt_out) == 1
    assert editor.drawing.draft == ()


@pytest.mark.parametrize(("step", "kind"), [(1, Kind.LOOK), (-1, Kind.IGNORE)])
def test_selecting_begins_at_either_end(step: int, kind: Kind) -> None:
    desk = Desk()
    desk.editor.load(Regions(look=(SQUARE,), ignore=(TRIANGLE,)))
    desk.editor.select_next(step)
    assert [o.kind for o in desk.editor.drawing.outlines if o.selected] == [kind]


def test_a_click_inside_a_region_draws_another_in_it() -> None:
    desk = Desk(Kind.OPT_OUT)
    desk.editor.load(Regions(look=(SQUARE,)))
    desk.editor.choose(Kind.OPT_OUT)
    desk.click((0.4, 0.4))
    assert desk.editor.drawing.draft == ((0.4, 0.4),)


def test_cancel_gives_up_one_thing_at_a_time() -> None:
    desk = Desk()
    desk.drag((0.2, 0.2), (0.6, 0.6))
    desk.click((0.9, 0.9))
    desk.editor.press((0.8, 0.8))
    assert desk.editor.cancel()
    desk.editor.release((0.7, 0.7))
    assert desk.editor.drawing.draft == ()
    desk.editor.select_next()
    assert desk.editor.cancel()
    assert not desk.editor.drawing.deletable
    assert not desk.editor.cancel()
    assert len(desk.editor.regions.look) == 1


def test_nothing_happens_while_the_user_does_not_draw() -> None:
    desk = Desk()
    desk.editor.activate(False)
    desk.drag((0.2, 0.2), (0.6, 0.6))
    desk.editor.move((1, 1))
    desk.editor.corner()
    desk.editor.close()
    desk.editor.select_next()
    desk.editor.delete()
    assert desk.changes == []
    assert desk.editor.drawing.cursor is None


def test_another_source_begins_afresh() -> None:
    desk = Desk()
    desk.drag((0.2, 0.2), (0.6, 0.6))
    desk.editor.load(Regions(ignore=(TRIANGLE,)))
    assert [o.kind for o in desk.editor.drawing.outlines] == [Kind.IGNORE]
    assert not desk.editor.drawing.undoable
    assert len(desk.changes) == 1


def test_the_regions_of_a_file_can_be_undone() -> None:
    desk = Desk()
    desk.drag((0.2, 0.2), (0.6, 0.6))
    before = desk.editor.regions
    desk.editor.take(Regions(ignore=(TRIANGLE,)))
    assert desk.changes[-1] == Regions(ignore=(TRIANGLE,))
    desk.editor.undo()
    assert desk.changes[-1] == before


@given(
    st.floats(0.6, 1.6), st.floats(-0.3, 0.3), st.floats(-200, 200), st.floats(-100, 100),
    st.tuples(st.floats(0, 1), st.floats(0, 1)),
)  # fmt: skip
def test_regions_stay_with_the_room_when_the_camera_moves(
    zoom: float, turn: float, right: float, down: float, point: tuple[float, float]
) -> None:
    cos, sin = zoom * np.cos(turn), zoom * np.sin(turn)
    camera = np.array([[cos, -sin, right], [sin, cos, down]])
    desk = Desk()
    desk.drag((0.2, 0.2), (0.6, 0.6))
    redraws = desk.redraws
    desk.editor.see((1280, 720), camera)
    assert desk.redraws == redraws + (not np.array_equal(camera, STILL))
    shown = desk.editor.drawing.outlines[0].points
    # What lies in the outline on the moved picture lies in the region in the room.
    size = np.array([1280, 720])
    place = (camera[:, :2] @ (np.array(point) * size) + camera[:, 2]) / size
    if np.abs(place - 0.2).min() > 1e-3 and np.abs(place - 0.6).min() > 1e-3:
        expected = bool(((place > 0.2) & (place < 0.6)).all())
        assert bool(inside(shown, np.array([point]))[0]) is expected


def test_what_is_drawn_on_a_moved_picture_is_there_again() -> None:
    desk = Desk(Kind.OPT_OUT)
    desk.editor.see((1280, 720), np.array([[1.0, 0.0, -128.0], [0.0, 1.0, 72.0]]))
    desk.drag((0.2, 0.2), (0.6, 0.6))
    assert desk.editor.regions.opt_out[0][0] == pytest.approx((0.1, 0.3))
    assert np.allclose(desk.editor.drawing.outlines[0].points, SQUARE, atol=1e-4)
