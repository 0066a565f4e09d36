from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from app.core.expressions import CANT_TELL_COLOUR, LABELS, MARKS
from app.core.types import Frame
from app.engine.viewmodel import ClassroomModel, State, StudentRow
from app.ui import theme
from app.ui.live.class_panel import ClassPanel
from app.ui.live.student_list import NAME, StudentList
from app.ui.main_window import MainWindow
from app.ui.services import Services
from app.ui.widgets.marks import UNKNOWN, mark_icon
from app.ui.widgets.timeline import Timeline
from app.ui.widgets.video_view import VideoView
from app.ui.wording import clock
from tests.ui.scenes import show_class
from tests.ui.stand_ins import classroom_frame, classroom_result


@pytest.fixture
def view(qtbot: QtBot) -> VideoView:
    view = VideoView()
    qtbot.addWidget(view)
    view.resize(880, 500)
    view.show()
    return view


def pixels(image: QImage) -> np.ndarray:
    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    return rows[:, : rgb.width() * 3].reshape(rgb.height(), rgb.width(), 3).copy()


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
    first, fifth = view.tags()[0], view.tags()[4]
    assert view._at(first.box.center()) == first
    assert view._describe(first).startswith("S01 Mia: ")
    assert view._describe(first).endswith("86% sure")
    assert view._describe(fifth) == "S05: can't tell"


def test_panel_and_timeline_show_what_they_are_given(qtbot: QtBot) -> None:
    panel, timeline = ClassPanel(), Timeline()
    for widget in (panel, timeline):
        qtbot.addWidget(widget)
        widget.resize(500, 400)
        widget.show()
    model = ClassroomModel(interval=5.0, wall=lambda: 0.0)
    for index in range(40):
        model.update(classroom_result(10, index=index, timestamp=index * 0.5))
    model.refresh()
    panel.show_view(model.view)
    timeline.show_view(model.view)
    assert panel._count.text() == "10"
    assert "80 % of faces read" in panel._read.text()
    assert timeline._stack.currentWidget() is timeline._plot
    heights = np.array([bar.opts["height"] for bar in timeline._bars])
    assert heights.shape == (8, 4)
    np.testing.assert_allclose(heights.sum(axis=0), 1.0)
    tops = np.array([bar.opts["y0"] for bar in timeline._bars]) + heights
    np.testing.assert_allclose(tops[-1], 1.0)
    timeline.grab()


def test_the_list_changes_cells_without_losing_an_open_editor(qtbot: QtBot) -> None:
    students = StudentList()
    qtbot.addWidget(students)
    students.show()
    rows = (StudentRow(1, "S01", "", 0, True, 3.0), StudentRow(2, "S02", "Bo", -1, True, 3.0))
    students.show_students(rows)
    index = students.model.index(0, NAME)
    students.table.setCurrentIndex(index)
    students.table.edit(index)
    assert students.table.state() == students.table.State.EditingState
    later = (
        StudentRow(1, "S01", "", 3, True, 4.0),
        StudentRow(2, "S02", "Bo", -1, False, 3.0),
        StudentRow(5, "S05", "", 1, True, 0.5),
    )
    students.show_students(later)
    assert students.table.state() == students.table.State.EditingState
    assert students.model.rowCount() == 3
    texts = [[students.model.index(r, c).data() for c in range(4)] for r in range(3)]
    assert texts == [
        ["S01", "add name", "sadness", "0:04"],
        ["S02", "Bo", "out of view", "0:03"],
        ["S05", "add name", "happiness", "0:00"],
    ]
    assert not students.model.index(0, 0).flags() & Qt.ItemFlag.ItemIsEditable


def test_an_empty_name_takes_it_away_and_the_same_name_is_no_intent(qtbot: QtBot) -> None:
    students = StudentList()
    qtbot.addWidget(students)
    students.show_students((StudentRow(4, "S04", "Bo", 0, True, 3.0),))
    heard: list[tuple[int, str]] = []
    students.renamed.connect(lambda i, name: heard.append((i, name)))
    index = students.model.index(0, NAME)
    students.model.setData(index, "Bo")
    students.model.setData(index, "  Bo \n Li ")
    students.model.setData(index, "")
    assert heard == [(4, "Bo Li"), (4, "")]


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (59.99, "0:59"), (65, "1:05"), (3605, "1:00:05")]
)
def test_clock(seconds: float, text: str) -> None:
    assert clock(seconds) == text


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio."""

    def luminance(name: str) -> float:
        parts = np.array(QColor(name).getRgbF()[:3])
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        return float(linear @ (0.2126, 0.7152, 0.0722))

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [theme.LIGHT, theme.DARK])
def test_text_stands_out(scheme: theme.Colours) -> None:
    assert contrast(scheme.text, scheme.card) >= 7
    assert contrast(scheme.muted, scheme.card) >= 4.5
    assert contrast(scheme.muted, scheme.window) >= 4.5
    assert contrast(scheme.on_accent, scheme.accent) >= 4.5
    assert contrast(scheme.error, scheme.error_ground) >= 4.5
    assert contrast(scheme.text, scheme.info_ground) >= 4.5


@pytest.mark.parametrize("dark", [False, True])
def test_the_whole_window_is_drawn(
    open_window: Callable[[Services], MainWindow], tmp_path: Path, dark: bool
) -> None:
    window = open_window(Services(sessions=tmp_path))
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, dark)
    show_class(window, 40, {1: "Mia"})
    app.processEvents()
    shown = window.grab().toImage()
    assert (shown.width(), shown.height()) == (1280, 800)
    image = pixels(shown)
    ground = QColor((theme.DARK if dark else theme.LIGHT).window)
    assert tuple(image[5, 5]) == (ground.red(), ground.green(), ground.blue())
    for widget in (
        window.live.video,
        window.live.panel,
        window.live.students,
        window.live.timeline,
        window.live.status,
    ):
        corner = widget.mapTo(window, QPoint(0, 0))
        part = image[
            corner.y() : corner.y() + widget.height(), corner.x() : corner.x() + widget.width()
        ]
        assert len(np.unique(part.reshape(-1, 3), axis=0)) > 20, type(widget).__name__
        assert part.std() > 8, type(widget).__name__
    for mark in MARKS[:4]:  # bars or timeline show every colour that the class shows
        assert (np.abs(image.astype(int) - mark.colour).max(axis=2) <= 2).sum() > 100
    theme.apply(app, dark=False)


def test_nothing_is_cut_off_at_the_smallest_size(
    open_window: Callable[[Services], MainWindow], tmp_path: Path
) -> None:
    window = open_window(Services(sessions=tmp_path))
    show_class(window, 12)
    window.live.controls.show_source("a recording with a very long name " * 8 + ".mp4")
    window.live.controls.show_state(State.DONE, live=False, exportable=True, exporting=False)
    window.resize(window.minimumSize())
    QApplication.processEvents()
    controls = window.live.controls
    for button in controls.findChildren(QAbstractButton):
        assert button.width() >= button.sizeHint().width(), button.text()
        assert button.geometry().right() <= controls.width()
    bars = window.live.panel.bars
    assert bars.height() >= bars.minimumSizeHint().height()
