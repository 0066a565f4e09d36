"""Nothing that the user reads in Review is left out of the translation files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from app.ui.review.bar import day
from app.ui.review.workspace import ReviewWorkspace
from tests.ui.pseudo import forgotten, pseudo_language, untranslated
from tests.ui.review.steps import open_session, settled, spot

NAMES = ("lesson.roomread", "lesson.mp4", "class.roomread", "pilot study", "group work", "Ada")


@pytest.fixture
def brackets(qapp: QApplication) -> Iterator[None]:
    """Widgets made in a test are in brackets."""
    with pseudo_language(qapp):
        yield


def test_an_empty_page(brackets: None, review: ReviewWorkspace) -> None:
    review.bar.recents.aboutToShow.emit()
    assert untranslated(review, NAMES) == []


def test_a_session_is_open(
    brackets: None, review: ReviewWorkspace, qtbot: QtBot, with_video: Path
) -> None:
    open_session(qtbot, review, with_video)
    change = review.controller.change
    change(lambda one: one.name(1, "Ada"))
    change(lambda one: one.split(2, 1.0))
    change(lambda one: one.exclude(3))
    settled(qtbot, review)
    review._on_stretch_wanted(0.5, 3.0)
    review._select(frozenset({3}))
    review.bar.baseline.click()
    settled(qtbot, review)
    qtbot.waitUntil(lambda: review.stretch._stack.currentIndex() == 1)
    names = (*_names(review), str(with_video), str(with_video.with_suffix(".mp4")))
    assert review.edits.log.count() == 3
    assert untranslated(review, names) == []
    menu = QMenu()
    review.markers.choose(1)
    review.markers.fill(menu)
    review.students.fill(menu)
    assert untranslated(menu) == []
    for row in (-1, 0, 2):
        said = review.timelines.describe(QPointF(spot(review, 2.0, row)))
        assert said
        assert not forgotten(said, names)


def test_a_class_only_session_is_open(
    brackets: None, review: ReviewWorkspace, qtbot: QtBot, class_only: Path
) -> None:
    open_session(qtbot, review, class_only)
    review._on_stretch_wanted(0.5, 3.0)
    qtbot.waitUntil(lambda: review.stretch._stack.currentIndex() == 1)
    assert untranslated(review, (*_names(review), str(class_only))) == []


def _names(review: ReviewWorkspace) -> tuple[str, ...]:
    assert review.controller.review is not None
    info = review.controller.review.info
    return *NAMES, info.source_name, day(info.created)
