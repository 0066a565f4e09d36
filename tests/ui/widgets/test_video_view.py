from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.core.expressions import CANT_TELL, CANT_TELL_COLOUR, LABELS, MARKS, UNKNOWN
from app.core.types import Expressions, Faces, Frame
from app.ui.widgets import face_tags, marks, video_view
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


def test_a_reading_that_is_held_for_long_is_paler_and_says_so(view: VideoView) -> None:
    result = classroom_result(2, unread=9)
    said = result.expressions
    old = Expressions(
        said.probabilities, said.known, said.quality, np.array([0.0, 1.3], np.float32)
    )
    black = Frame(np.zeros((720, 1280, 3), np.uint8), 0, 0.0)
    view.show_frame(black, replace(result, expressions=old))
    fresh, held = view.tags()
    assert (fresh.held, held.held) == (False, True)
    assert held.text.endswith("…")
    assert "…" not in fresh.text
    assert view.describe(2).endswith("read 1.3 s ago")
    shown = pixels(view.grab().toImage()).astype(int)
    words = []
    for tag in (fresh, held):
        area = tag.plate.toRect()
        part = shown[area.top() : area.bottom(), area.left() + 20 : area.right()]
        words.append(part.min(axis=2).max())
    assert words[1] < 0.7 * words[0]


def test_a_new_picture_with_the_same_faces_places_no_label_anew(
    view: VideoView, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = classroom_result(12)
    frame = classroom_frame(result)
    view.show_frame(frame, result)
    tags = view.tags()
    view.show_frame(replace(frame, index=1), result)
    assert view.tags() is tags
    view.show_frame(Frame(frame.image[:-100], 2, 0.1), result)
    assert view.tags() is not tags


def test_labels_of_faces_that_tremble_stay_beside_them(
    view: VideoView, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = classroom_result(40)
    frame = classroom_frame(result)
    view.resize(560, 320)

    def jumps(steady: float) -> float:
        monkeypatch.setattr(video_view, "STEADY", steady)
        rng, beside = np.random.default_rng(1), []
        for k in range(19):
            boxes = result.faces.boxes + rng.normal(0, 2.0, result.faces.boxes.shape)
            faces = Faces.make(boxes, result.faces.scores, ids=result.faces.ids)
            view.show_frame(frame, replace(result, index=k, timestamp=k / 10, faces=faces))
            tags = view.tags()
            plates = [tag.plate for tag in tags if not tag.plate.isEmpty()]
            assert not any(one.intersects(two) for one, two in combinations(plates, 2))
            beside.append([(tag.plate.x() - tag.box.x(), tag.plate.width()) for tag in tags])
        return float((np.abs(np.diff(beside, axis=0)).max(axis=2) > 8).mean())

    usual = jumps(video_view.STEADY)
    assert usual < 0.5 * jumps(0.0)


def test_a_plate_is_drawn_anew_only_where_it_says_something_else(
    view: VideoView, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    draw = face_tags._draw
    monkeypatch.setattr(
        face_tags, "_draw", lambda tag, *rest: drawn.append(tag.text) or draw(tag, *rest)
    )
    result = classroom_result(4, unread=9)
    for index in range(3):
        view.show_frame(replace(classroom_frame(result), index=index), result)
        view.grab()
    assert sorted(drawn) == sorted(tag.text for tag in view.tags())
    view.set_names({2: "Bo"})
    view.grab()
    assert len(drawn) == 5
    assert "Bo" in drawn[-1]


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
