"""What the window runs on in tests: fake sources over the real pipeline, runner and session."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.core.errors import SourceError
from app.core.expressions import LABELS
from app.core.types import Expressions, Faces, Frame, FrameResult, Quality
from app.engine.build import Built
from app.engine.pipeline import Pipeline
from app.engine.settings import Settings
from app.stages.camera import Camera
from app.ui.services import Services
from tests.fakes import CARD, FakeSource, fake_pipeline

CAMERAS = (Camera(0, "Front camera", 0), Camera(2, "Room & board camera", 0))


class Stage:
    """Makes ``Services`` and keeps what they made.

    Change ``video``, ``camera``, ``pipeline`` or ``cameras`` before the window uses them.
    """

    def __init__(self, sessions: Path) -> None:
        self.video: Callable[[], FakeSource] = lambda: FakeSource(count=12, fps=60.0)
        self.camera: Callable[[], FakeSource] = lambda: FakeSource(
            count=None, fps=100.0, live=True, pace=0.01
        )
        self.pipeline: Callable[[], Pipeline] = lambda: fake_pipeline(students=3)
        self.cameras: Callable[[], Sequence[Camera]] = lambda: CAMERAS
        self.sources: list[FakeSource] = []
        self.asked: list[tuple[str, tuple[int, int] | None]] = []
        self.built: list[Built] = []
        self.build_threads: set[str] = set()
        self.services = Services(
            open_video=self._open_video,
            open_camera=self._open_camera,
            open_stream=self._open_stream,
            list_cameras=self._list_cameras,
            build=self._build,
            sessions=sessions,
            rooms=sessions.parent / "rooms",
            last_stream=sessions.parent / "last_stream.txt",
            queue_file=sessions.parent / "queue.json",
            analysed_file=sessions.parent / "analysed.json",
        )

    def _open_video(self, path: Path) -> FakeSource:
        if path.name == "missing.mp4":
            raise SourceError(f"{path} does not exist: check the path")
        return self._keep(self.video())

    def _open_camera(self, camera: Camera, size: tuple[int, int]) -> FakeSource:
        self.asked.append((camera.name, size))
        return self._keep(self.camera())

    def _open_stream(self, address: str) -> FakeSource:
        self.asked.append((address, None))
        return self._keep(self.camera())

    def _list_cameras(self) -> Sequence[Camera]:
        return self.cameras()

    def _keep(self, source: FakeSource) -> FakeSource:
        self.sources.append(source)
        return source

    def _build(self, settings: Settings, say: Callable[[str], None]) -> Built:
        self.build_threads.add(threading.current_thread().name)
        say("Loading the models…")
        built = Built(self.pipeline(), "CPU", CARD)
        self.built.append(built)
        return built


def classroom_result(
    students: int,
    size: tuple[int, int] = (1280, 720),
    index: int = 0,
    timestamp: float = 0.0,
    unread: int = 5,
    seed: int = 7,
) -> FrameResult:
    """A class in rows, farther rows smaller, every ``unread``-th face not read."""
    rng = np.random.default_rng(seed)
    rows = 3 if students <= 15 else 5
    columns = int(np.ceil(students / rows))
    boxes = []
    for i in range(students):
        row, column = divmod(i, columns)
        side = (36 if rows == 3 else 22) + row * (17 if rows == 3 else 8)
        x = size[0] * (0.07 + 0.86 * (column + 0.5 + 0.22 * (row % 2)) / (columns + 0.3))
        y = size[1] * (0.22 + 0.68 * row / max(1, rows - 0.5))
        jitter = rng.normal(0, 6, 2)
        boxes.append((x - side / 2 + jitter[0], y + jitter[1], side, side * 1.25))
    probabilities = np.full((students, len(LABELS)), 0.02, np.float32)
    weights = (0.42, 0.22, 0.1, 0.07, 0.06, 0.04, 0.05, 0.04)
    labels = np.random.default_rng(seed + index // 40).choice(len(LABELS), students, p=weights)
    probabilities[np.arange(students), labels] = 0.86
    known = (np.arange(students) + 1) % unread != 0
    return FrameResult(
        index,
        timestamp,
        size,
        Faces.make(np.array(boxes), np.full(students, 0.9), ids=np.arange(1, students + 1)),
        Expressions(probabilities, known, Quality(*np.full((3, students), 0.5, np.float32))),
    )


def classroom_picture(result: FrameResult, seed: int = 3) -> NDArray[np.uint8]:
    """(height, width, 3) uint8: a room with a plain head in every box of ``result``."""
    width, height = result.size
    rng = np.random.default_rng(seed)
    ramp = np.linspace(150, 90, height)[:, None, None] * np.array([1.0, 0.97, 0.9])
    image = np.broadcast_to(ramp, (height, width, 3)).copy()
    image[: height // 7] = (70, 96, 84)  # the board
    yy, xx = np.mgrid[:height, :width]
    for x, y, w, h in result.faces.boxes.tolist():
        cx, cy = x + w / 2, y + h / 2
        skin = np.array([205, 160, 130]) * rng.uniform(0.45, 1.1)
        shirt = rng.uniform(40, 200, 3)
        top, left = max(0, int(y - h)), max(0, int(x - w))
        part = np.s_[top : int(y + 3 * h), left : int(x + 2 * w)]
        py, px = yy[part], xx[part]
        body = (np.abs(px - cx) < w * 0.9) & (py > y + h * 0.95) & (py < y + h * 2.4)
        hair = ((px - cx) / (w * 0.56)) ** 2 + ((py - cy + h * 0.1) / (h * 0.6)) ** 2 < 1
        face = ((px - cx) / (w * 0.42)) ** 2 + ((py - cy - h * 0.05) / (h * 0.48)) ** 2 < 1
        image[part][body] = shirt
        image[part][hair] = rng.uniform(15, 90) * np.array([1, 0.8, 0.6])
        image[part][face] = skin
        for ex in (-0.17, 0.17):
            eye = ((px - cx - ex * w) / (w * 0.06)) ** 2 + ((py - cy) / (h * 0.04)) ** 2 < 1
            image[part][eye] = 25
        mouth = (np.abs(px - cx) < w * 0.14) & (np.abs(py - cy - h * 0.27) < h * 0.03)
        image[part][mouth] = (120, 50, 50)
    noisy = image + rng.normal(0, 4, image.shape)
    return np.ascontiguousarray(noisy.clip(0, 255).astype(np.uint8))


def classroom_frame(result: FrameResult) -> Frame:
    """The picture that ``result`` was found in."""
    return Frame(classroom_picture(result), result.index, result.timestamp)


def services_in(folder: Path) -> Services:
    """The real ones, which keep everything in ``folder``."""
    return Services(
        sessions=folder / "sessions",
        rooms=folder / "rooms",
        last_stream=folder / "stream.txt",
        settings_file=folder / "settings.toml",
        window_file=folder / "window.json",
        queue_file=folder / "queue.json",
        analysed_file=folder / "analysed.json",
        consent_file=folder / "notice.json",
    )
