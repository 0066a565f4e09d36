"""A lesson of a drawn class, for pictures of the window: nobody in it is real.

What is read of it is made up, but as a lesson goes: quiet, then lively, then mixed. At ``MOMENT``
it is what the drawn faces show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.core.expressions import LABELS
from app.core.privacy import Privacy, Purpose
from app.core.types import STILL, Expressions, Faces, Frame, FrameResult, Quality, Suggestion
from app.engine.build import Built
from app.engine.pipeline import Pipeline
from app.engine.settings import Settings
from app.session.store import FrameCounts, Session
from app.stages.protocols import Expectation, SourceInfo, Tracked
from app.stages.video import VideoSource
from tests.classroom.film import Film, Shot
from tests.classroom.scene import Phase
from tests.classroom.script import classroom
from tests.fakes import CARD, FakeSource, write_video
from tests.session.builders import info

SIZE = (1280, 720)
SECONDS, STEP, MOMENT = 2700.0, 2.0, 1320.0
"""Of the lesson, between two readings, and of the picture, in seconds."""
PICTURES = 30.0
"""Seconds between two pictures of the recording."""
FACES = {12: (46.0, 92.0), 40: (26.0, 52.0)}
"""Pixels of the farthest and the nearest face, by the size of the class."""
MOODS = (
    (0.20, (0.78, 0.08, 0.05, 0.03, 0.02, 0.01, 0.02, 0.01)),
    (0.34, (0.52, 0.16, 0.10, 0.12, 0.04, 0.01, 0.03, 0.02)),
    (0.62, (0.34, 0.42, 0.05, 0.14, 0.01, 0.01, 0.02, 0.01)),
    (0.80, (0.56, 0.10, 0.16, 0.05, 0.02, 0.03, 0.06, 0.02)),
    (1.00, (0.46, 0.30, 0.08, 0.10, 0.02, 0.01, 0.02, 0.01)),
)
"""Up to which share of the lesson, and how often each of ``LABELS`` is seen then."""
MARKERS = ((180.0, "Introduction"), (1110.0, "Group work starts"), (1740.0, "Quiet work"))
NAMES = {1: "Ada", 2: "Bruno", 5: "Chidi"}
PURPOSE = Purpose("Pilot study on group work, 7b", "demo", "2026-03-02T07:00:00+00:00")


class DrawnLesson:
    """A class of 12 or 40 and what is read of it, every ``STEP`` seconds."""

    def __init__(self, students: int, seed: int = 6) -> None:
        self.students, self._seed = students, seed
        rng = np.random.default_rng(seed)
        steps = int(SECONDS / STEP)
        self._labels = np.zeros((steps, students), np.int64)
        for step in range(steps):
            mood = next(shares for end, shares in MOODS if step < end * steps)
            drawn = rng.choice(len(LABELS), students, p=np.array(mood) / sum(mood))
            stays = (rng.random(students) > 0.07) & (step > 0)
            self._labels[step] = np.where(stays, self._labels[step - 1], drawn)
        self._known = rng.random((steps, students)) > 0.12
        self._here = rng.random((steps, students)) > 0.02
        self._here[int(0.3 * steps) : int(0.5 * steps), 3] = False
        self._here[: int(0.42 * steps), -1] = False
        near = slice(round(MOMENT / STEP) - 4, round(MOMENT / STEP) + 5)
        self._labels[near] = self._labels[near.start]
        self._here[near] = True
        self._near = near

    @cached_property
    def shot(self) -> Shot:
        """The picture, drawn once."""
        scene = classroom(self.students, 60.0, SIZE, self._seed, events=False,
                          faces=FACES[self.students])  # fmt: skip
        shown = [LABELS[label] for label in self._labels[self._near.start]]
        students = tuple(
            replace(student, phases=(Phase(0.0, label),))
            for student, label in zip(scene.students, shown, strict=True)
        )
        film = Film(replace(scene, students=students, grain=0.0))
        shot = film.shot(2.0, np.random.default_rng(0))
        clear = [abs(face.yaw) < 32 and face.visible > 0.6 for face in shot.faces]
        self._known[self._near] = clear
        return shot

    def frame(self, index: int) -> Frame:
        """The picture as the frame of this number."""
        return Frame(self.shot.image, index, index * STEP)

    def faces(self, index: int) -> Faces:
        """Who is in view."""
        boxes = np.array([face.box for face in self.shot.faces])
        here = np.flatnonzero(self._here[index])
        return Faces.make(boxes[here], np.full(len(here), 0.9), ids=here + 1)

    def expressions(self, index: int) -> Expressions:
        """What they show."""
        here = np.flatnonzero(self._here[index])
        told = np.full((len(here), len(LABELS)), 0.03, np.float32)
        told[np.arange(len(here)), self._labels[index, here]] = 0.79
        return Expressions(told, self._known[index, here], Quality.unmeasured(len(here)))

    def results(self) -> Iterator[FrameResult]:
        """The whole lesson."""
        late = int(0.42 * SECONDS / STEP) + 1
        for index in range(int(SECONDS / STEP)):
            guess = (Suggestion(4, self.students, index * STEP, 0.81),) if index == late else ()
            faces, read = self.faces(index), self.expressions(index)
            yield FrameResult(index, index * STEP, SIZE, faces, read, {}, STILL, guess)

    def write(self, folder: Path, privacy: Privacy | None = None) -> Path:
        """Its recording and its session; returns the session file."""
        video, path = folder / "Lesson on fractions, 7b.mp4", folder / "session.roomread"
        times = np.arange(0.0, SECONDS + 1, PICTURES)
        draw = lambda _: self.shot.image  # noqa: E731
        write_video(video, times.tolist(), 1 / PICTURES, SIZE, gop=30, draw=draw)
        source = VideoSource(video)
        told = info(
            source_name=str(video), source_size=SIZE, source_fps=source.info.fps,
            source_duration=source.info.duration, created="2026-03-02T08:15:00+00:00",
            purpose=PURPOSE, privacy=privacy or Privacy(),
        )  # fmt: skip
        source.close()
        with Session.create(path, told) as session:
            for result in self.results():
                session.append(result)
            count = int(SECONDS / STEP)
            session.finish(FrameCounts(count, count, 0), complete=True)
            for seconds, text in MARKERS:
                session.markers.add(seconds, text)
            if not session.class_only:
                for student, name in NAMES.items():
                    session.set_name(student, name)
        return path


class LessonSource(FakeSource):
    """The lesson up to ``MOMENT``; then no new frame comes until it is closed.

    Args:
        lesson: what is filmed.
        live: as by a camera, which is gone at the end and waited for.
    """

    def __init__(self, lesson: DrawnLesson, live: bool = False) -> None:
        last = round(MOMENT / STEP) + 1
        super().__init__(None, 1 / STEP, live, 0.004 if live else 0.0, None, last, SIZE)
        self._lesson, self._gone = lesson, live
        name, length = ("Room camera", None) if live else ("Lesson on fractions, 7b.mp4", SECONDS)
        self.info = SourceInfo(name, live, SIZE, 1 / STEP, length, None)

    @property
    def waiting(self) -> str:
        """A camera is gone at the end."""
        gone = self._gone and self.delivered > MOMENT / STEP
        return "The camera is gone: plug it in again" if gone else ""

    def frames(self) -> Iterator[Frame]:
        """The drawn picture, again and again."""
        for frame in super().frames():
            if frame.index * STEP >= MOMENT:
                self._closed.wait(1.0)  # the class is shown anew a few times a second
            yield self._lesson.frame(frame.index)


class LessonStages:
    """Every stage of the pipeline: finds and reads what the lesson says."""

    provider = "CPU"

    def __init__(self, lesson: DrawnLesson) -> None:
        self._lesson = lesson

    def detect(self, frame: Frame, expected: NDArray[np.float64]) -> Faces:
        """Everyone in view."""
        return self._lesson.faces(frame.index)

    def expect(self, frame: Frame) -> Expectation:
        """Nothing."""
        return Expectation(np.zeros((0, 4)), STILL)

    def update(self, faces: Faces, frame: Frame) -> Tracked:
        """By their seats."""
        return Tracked(faces)

    def recognize(self, faces: Faces, frame: Frame) -> Expressions:
        """As the lesson says."""
        return self._lesson.expressions(frame.index)

    def smooth(self, faces: Faces, expressions: Expressions, timestamp: float) -> Expressions:
        """Nothing to smooth."""
        return expressions

    def reset(self) -> None:
        """Nothing is kept."""

    def close(self) -> None:
        """Nothing is open."""


def lesson_build(lesson: DrawnLesson) -> Callable[[Settings, Callable[[str], None]], Built]:
    """A stand-in for ``build_pipeline``."""
    stages = LessonStages(lesson)
    return lambda _settings, _say: Built(Pipeline(stages, stages, stages, stages), "CPU", CARD)
