"""An opted-out student leaves no trace: not in results, tables, summary or session file."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from app.core.regions import Polygon, Regions
from app.core.types import STILL, Expressions, Faces, Frame
from app.engine.analyse.analyze import analyze_video
from app.engine.analyse.sampling import Sampling
from app.engine.build import Built
from app.engine.pipeline import Pipeline
from app.engine.settings import Settings
from app.session.store import Session
from app.stages.bytetrack import ByteTracker
from tests.fakes import CARD, FakeDetector, FakeRecognizer, FakeSmoother, write_video

SIZE, FPS, SECONDS, SIDE = (320, 240), 10, 24, 20.0
ADA, BEN, CEM, POSTER = (60.0, 90.0), (160.0, 100.0), (260.0, 90.0), (160.0, 20.0)
SEAT: Polygon = ((0.42, 0.3), (0.58, 0.3), (0.58, 0.62), (0.42, 0.62))
WALL: Polygon = ((0.0, 0.0), (1.0, 0.0), (1.0, 0.15), (0.0, 0.15))
ROOM = Regions(ignore=(WALL,), opt_out=(SEAT,))
Motion = Callable[[float], NDArray[np.float64]]


def lean(time: float) -> float:
    """Ben's way towards Cem in pixels: out and back from 4 to 7 s."""
    return 60.0 * float(np.clip(min(time - 4.0, 7.0 - time), 0.0, 1.0))


def places(time: float) -> Iterator[tuple[float, float]]:
    yield from (ADA, CEM, POSTER)
    if not 9.0 < time < 17.0:  # away for longer than the tracker waits
        yield BEN[0] + lean(time), BEN[1]


def still(_: float) -> NDArray[np.float64]:
    return STILL


def nudged(time: float) -> NDArray[np.float64]:
    """From 2 s on the picture is shifted by 50 pixels and enlarged by a tenth."""
    return STILL if time < 2.0 else np.array([[1 / 1.1, 0.0, -50.0], [0.0, 1 / 1.1, 10.0]])


class Watched(FakeRecognizer):
    """Keeps every box that it was given."""

    def __init__(self) -> None:
        self.boxes: list[NDArray[np.float32]] = []

    def recognize(self, faces: Faces, frame: Frame) -> Expressions:
        self.boxes.extend(faces.boxes)
        return super().recognize(faces, frame)


class Script(FakeDetector):
    """Finds Ada, Cem, the poster, and Ben where he is, as the camera sees them."""

    def __init__(self, motion: Motion) -> None:
        super().__init__()
        self.motion = motion
        self.expected: list[NDArray[np.float64]] = []

    def detect(self, frame: Frame, expected: NDArray[np.float64]) -> Faces:
        self.expected.extend(expected)
        camera = self.motion(frame.timestamp)
        seen = (np.array(list(places(frame.timestamp))) - camera[:, 2]) / camera[0, 0]
        side = SIDE / camera[0, 0]
        boxes = np.concatenate([seen - side / 2, np.full((len(seen), 2), side)], axis=1)
        return Faces.make(boxes, np.full(len(boxes), 0.9))


class Camera:
    """Knows how the camera moved."""

    def __init__(self, motion: Motion) -> None:
        self.motion = motion

    def update(self, frame: Frame, boxes: NDArray[np.floating]) -> NDArray[np.float64]:
        return self.motion(frame.timestamp)

    def reset(self) -> None:
        pass


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clip") / "lesson.mp4"
    write_video(path, FPS * SECONDS, FPS, SIZE)
    return path


@pytest.mark.parametrize("motion", [still, nudged])
def test_no_trace_of_an_opted_out_student(video: Path, tmp_path: Path, motion: Motion) -> None:
    recognizer = Watched()

    def build(settings: Settings, _: object) -> Built:
        stages = Script(motion), ByteTracker(motion=Camera(motion)), recognizer, FakeSmoother()
        return Built(Pipeline(*stages, regions=settings.regions), "CPU", CARD)

    settings = Settings(regions=ROOM)
    report = analyze_video(video, tmp_path / "o", settings, Sampling(), build=build)

    times = np.arange(FPS * SECONDS) / FPS
    with Session.open(report.session) as session:
        assert Regions.parse(session.info.settings["regions"]) == ROOM
        results = list(session.results())
    assert [result.timestamp for result in results] == pytest.approx(times)
    for result in results:
        camera = motion(result.timestamp)
        middles = result.faces.boxes[:, :2] + result.faces.boxes[:, 2:] / 2
        at = middles @ camera[:, :2].T + camera[:, 2]
        allowed = np.array([ADA, CEM])
        gaps = np.linalg.norm(at[:, None] - allowed[None], axis=2).min(axis=1)
        assert (gaps < 2.0).all()
    ids = {int(i) for result in results for i in result.faces.ids}
    with (report.out / "observations.csv").open(newline="", encoding="utf-8") as file:
        written = list(csv.DictReader(file))
    assert {row["student"] for row in written} == {f"S{i:02d}" for i in ids}
    assert len(recognizer.boxes) == len(written) == sum(len(r.faces) for r in results)
    assert {student.track_id for student in report.students} == ids
    assert len(ids) == 2
    assert len(written) == 2 * len(times)  # and nobody else is lost


def test_the_detector_is_not_sent_where_nobody_looks() -> None:
    look = Regions(look=(((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)),))
    detector = Script(still)
    pipeline = Pipeline(detector, ByteTracker(), FakeRecognizer(), FakeSmoother())
    blank = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    for index in range(5):
        result = pipeline.process(Frame(blank, index, index / FPS))
    assert len(result.faces) == 4
    assert np.array(detector.expected)[:, 0].max() > SIZE[0] / 2
    pipeline.set_regions(look)
    detector.expected.clear()
    result = pipeline.process(Frame(blank, 5, 5 / FPS))
    assert len(result.faces) == 1
    assert np.array(detector.expected)[:, 0].max() < SIZE[0] / 2
