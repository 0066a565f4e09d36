from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.core.expressions import CANT_TELL, CANT_TELL_COLOUR, LABELS, MARKS, UNKNOWN
from app.core.types import Frame
from app.ui.widgets import marks
from app.ui.widgets.marks import mark_icon
from app.ui.widgets.video_view import VideoView
from tests.ui.stand_ins import classroom_frame, classroom_result
from tests.ui.test_widgets import pixels


@pytest.fixture
def view(qtbot: QtBot) -> VideoView:
    view = VideoView()
    qtbot.addWidget(view)
    view.resize(880, 500)
    view.show()
    return view


@pytest.mark.parametrize("students", [1, 4, 12, 24, 40])
def test_no_plate_covers_a_face_of_another_or_another_plate(view: VideoView, students: int) -> None:
    result = classroom_result(students)
    view.set_names({1: "A name that is longer than its box", 2: "Bo"})
    view.show_frame(classroom_frame(result), result)
    tags = view.tags()
    assert len(tags) == students
    assert all(not tag.plate.isEmpty() for tag in tags)
    inside = view.picture_rect().adjusted(-1, -1, 1, 1)
    for tag in tags:
        assert inside.contains(tag.plate)
        assert str(tag.track_id) in tag.text
    for one, other in combinations(tags, 2):
        assert not one.plate.intersects(other.plate)
        assert not one.plate.intersects(other.box.adjusted(1, 1, -1, -1))
        assert not other.plate.intersects(one.box.adjusted(1, 1, -1, -1))


def test_plates_say_the_expression_where_there_is_room(view: VideoView) -> None:
    few, many = classroom_result(12), classroom_result(40)
    view.show_frame(classroom_frame(few), few)
    assert all("·" in tag.text for tag in view.tags())
    view.show_frame(classroom_frame(many), many)
    assert [tag.text for tag in view.tags()] == [f"S{i:02d}" for i in range(1, 41)]


def test_faces_too_close_for_any_word_keep_their_box(view: VideoView) -> None:
    result = classroom_result(40, size=(1280, 720))
    squeezed = classroom_result(40)
    squeezed.faces.boxes[:, :2] = result.faces.boxes[:, :2] * 0.15
    view.show_frame(classroom_frame(result), squeezed)
    tags = view.tags()
    assert len(tags) == 40
    plates = [tag.plate for tag in tags if not tag.plate.isEmpty()]
    assert not any(one.intersects(other) for one, other in combinations(plates, 2))
    view.grab()


def test_the_picture_is_shown_as_it_is_and_keeps_its_shape(view: VideoView) -> None:
    image = np.zeros((100, 300, 3), np.uint8)
    image[:, :150] = (200, 10, 20)
    image[:, 150:] = (10, 20, 200)
    view.show_frame(Frame(image[:, ::1], 0, 0.0), None)
    area = view.picture_rect()
    assert area.width() / area.height() == pytest.approx(3.0, rel=0.01)
    shown = view.grab().toImage()
    left = shown.pixelColor(QPoint(int(area.left() + 40), int(area.center().y())))
    right = shown.pixelColor(QPoint(int(area.right() - 40), int(area.center().y())))
    assert (left.red(), left.green(), left.blue()) == (200, 10, 20)
    assert (right.red(), right.green(), right.blue()) == (10, 20, 200)


def test_a_picture_that_is_a_slice_of_another_is_shown_right(view: VideoView) -> None:
    wide = np.zeros((90, 320, 3), np.uint8)
    wide[:, ::2] = (0, 180, 0)
    view.show_frame(Frame(wide[:, ::2], 0, 0.0), None)
    centre = view.grab().toImage().pixelColor(view.rect().center())
    assert (centre.red(), centre.green(), centre.blue()) == (0, 180, 0)


def test_boxes_have_the_colour_of_their_expression(view: VideoView) -> None:
    result = classroom_result(4, unread=4)
    black = np.zeros((720, 1280, 3), np.uint8)
    view.show_frame(Frame(black, 0, 0.0), result)
    shown = pixels(view.grab().toImage()).reshape(-1, 3)
    for label in result.expressions.labels.tolist():
        wanted = CANT_TELL_COLOUR if label == UNKNOWN else MARKS[label].colour
        assert (np.abs(shown.astype(int) - wanted).max(axis=1) <= 8).sum() > 30


def test_marks_differ_in_shape_not_only_in_colour(qtbot: QtBot) -> None:
    masks = {}
    for label in (UNKNOWN, *range(len(LABELS))):
        image = mark_icon(label).pixmap(32, 32).toImage()
        alpha = image.convertToFormat(QImage.Format.Format_Alpha8)
        bits = np.frombuffer(alpha.constBits(), np.uint8).reshape(alpha.height(), -1)
        masks[label] = bits[:, : alpha.width()] > 127
    for one, other in combinations(masks, 2):
        union = (masks[one] | masks[other]).sum()
        assert (masks[one] & masks[other]).sum() / union < 0.93, (one, other)


def test_hovering_says_who_and_how_sure(view: VideoView) -> None:
    result = classroom_result(12)
    view.set_names({1: "Mia"})
    view.show_frame(classroom_frame(result), result)
    first = view.tags()[0]
    assert view._at(first.box.center()) == first
    assert view.describe(1).startswith("S01 Mia: ")
    assert view.describe(1).endswith("86% sure")
    assert view.describe(5) == "S05: can't tell"
    view.set_details({5: "read 4.8 times a second"})
    assert view.describe(5) == "S05: can't tell\nread 4.8 times a second"


def test_no_face_is_told_apart_where_the_class_only_is_shown(view: VideoView) -> None:
    result = classroom_result(12)
    view.show_frame(classroom_frame(result), result)
    assert len(view.tags()) == 12
    view.show_faces(False)
    assert not view.tags()


def test_a_picture_that_waits_is_grey_and_says_why(view: VideoView) -> None:
    white = np.full((90, 160, 3), 250, np.uint8)
    view.show_frame(Frame(white, 0, 0.0), None)
    corner = view.picture_rect().topLeft().toPoint() + QPoint(30, 30)
    before = view.grab().toImage().pixelColor(corner).lightness()
    view.show_waiting("Camera unplugged")
    greyed = view.grab().toImage()
    assert greyed.pixelColor(corner).lightness() < before / 2
    assert len(np.unique(pixels(greyed).reshape(-1, 3), axis=0)) > 20  # the words
    view.show_waiting("")
    assert view.grab().toImage().pixelColor(corner).lightness() == before


def test_every_word_of_an_expression_is_known_to_the_translators() -> None:
    assert (*LABELS, CANT_TELL) == marks._TEXTS
