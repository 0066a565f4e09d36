"""What the widgets are given after an edit or a zoom, read off the window's thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from app.core.privacy import FaceCover
from app.engine.review.timeline import ClassTimeline, ReviewStudent
from app.engine.review.view import strongest_rise
from app.engine.settings import Settings
from app.session.markers import Marker
from app.ui.review.timeline_paint import coverage_image, label_image, stacked

if TYPE_CHECKING:  # importing it loads OpenCV and the video library
    from app.engine.review.review import EditRow, Review
    from app.session.editor import OpenSuggestion

COLUMNS: Final = 2400
"""Of a timeline: as many as a wide screen has pixels for it."""


def stricter(one: FaceCover, other: FaceCover) -> FaceCover:
    """The one that shows less of a face."""
    return one if one.hides_more(other) else other


def heed(review: Review, settings: Settings) -> None:
    """Draw faces as the settings say; never more openly than the session does."""
    review.faces = stricter(review.info.privacy.faces, settings.privacy.faces)
    review.detector = settings.detector


@dataclass(frozen=True, slots=True)
class People:
    """All that an edit may change, read in the job that made the edit."""

    students: tuple[ReviewStudent, ...]
    log: tuple[EditRow, ...]
    suggestions: tuple[OpenSuggestion, ...]
    markers: tuple[Marker, ...]
    can_undo: bool
    can_redo: bool

    @classmethod
    def of(cls, review: Review) -> People:
        """What the session says now."""
        if review.class_only:
            return cls((), (), (), review.markers, False, False)
        return cls(
            review.students(),
            review.log(),
            review.suggestions,
            review.markers,
            review.can_undo,
            review.can_redo,
        )


@dataclass(frozen=True, slots=True, eq=False)
class TimelinesShown:
    """What is drawn over time, ready to paint.

    Attributes:
        classroom: the class.
        class_image: its stacked shares.
        coverage_image: how many of its faces were read.
        ids: students, by row; () in a class-only session.
        labels: (n, k) what each row shows, see ``timeline_paint.label_image``.
        student_image: the same as a picture.
    """

    classroom: ClassTimeline
    class_image: QImage
    coverage_image: QImage
    ids: tuple[int, ...]
    labels: NDArray[np.int8]
    student_image: QImage

    @classmethod
    def of(cls, review: Review, low: float, high: float) -> TimelinesShown:
        """From ``low`` to ``high`` seconds."""
        classroom = review.class_timeline(COLUMNS, low, high)
        images = QImage(), QImage()
        if len(classroom.shares):
            images = label_image(stacked(classroom.shares)), coverage_image(classroom.read)
        if review.class_only:
            return cls(classroom, *images, (), np.zeros((0, 0), np.int8), QImage())
        students = review.student_timeline(COLUMNS, low, high)
        labels = students.labels
        if students.change is not None:
            labels = strongest_rise(students.change, labels)
        rows = label_image(labels) if labels.size else QImage()
        return cls(classroom, *images, tuple(students.ids.tolist()), labels, rows)
