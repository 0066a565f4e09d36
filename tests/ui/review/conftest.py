"""A Review workspace on its own, and small real sessions to open in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.privacy import Privacy, Purpose
from app.core.types import Suggestion
from app.engine.settings import Settings
from app.session.store import FrameCounts, Session
from app.ui import theme
from app.ui.review.workspace import ReviewWorkspace
from app.ui.services import Services
from tests.fakes import picture, write_video
from tests.session.builders import SIZE, info, result

FRAMES, FPS = 40, 10.0
PURPOSE = Purpose("pilot study", "demo", "2025-03-01T00:00:00Z")


def fill(path: Path, **changes: object) -> Path:
    """Four seconds: 1 smiles, 2 is neutral and then sad, 3 leaves when 4 comes."""
    with Session.create(path, info(source_fps=FPS, purpose=PURPOSE, **changes)) as session:
        for index in range(FRAMES):
            half = index < FRAMES // 2
            last: dict[int, str | None] = {3: None} if half else {4: "surprise"}
            students = {1: "happiness", 2: "neutral" if half else "sadness", **last}
            guess = (Suggestion(3, 4, index / FPS, 0.8),) if index == FRAMES // 2 else ()
            session.append(result(index, index / FPS, students, suggestions=guess))
        session.finish(FrameCounts(FRAMES, FRAMES, 0), True)
        session.markers.add(1.0, "group work")
    return path


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A recording of four seconds; faces are told apart from what is around them."""
    path = tmp_path_factory.mktemp("recording") / "lesson.mp4"
    ramp = np.linspace(-20, 20, SIZE[1])[:, None, None]
    write_video(
        path, FRAMES, FPS, SIZE, draw=lambda index: (picture(index, SIZE) + ramp).astype(np.uint8)
    )
    return path.read_bytes()


@pytest.fixture
def video(tmp_path: Path, recorded: bytes) -> Path:
    """The recording as a file."""
    path = tmp_path / "lesson.mp4"
    path.write_bytes(recorded)
    return path


@pytest.fixture
def with_video(tmp_path: Path, video: Path) -> Path:
    """A session whose recording is at hand."""
    return fill(tmp_path / "lesson.roomread", source_name=str(video), source_duration=4.0)


@pytest.fixture
def alone(tmp_path: Path) -> Path:
    """A session without its recording."""
    return fill(tmp_path / "alone.roomread", source_name="gone.mp4", source_duration=4.0)


@pytest.fixture
def class_only(tmp_path: Path) -> Path:
    """A session of the class as a whole."""
    return fill(tmp_path / "class.roomread", privacy=Privacy(class_only=True, min_group=2))


@pytest.fixture
def review(qtbot: QtBot, tmp_path: Path) -> Iterator[ReviewWorkspace]:
    """The workspace, shown; closed after the test, which waits for its threads."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, dark=False)
    workspace = ReviewWorkspace(Settings(), Services(sessions=tmp_path))
    workspace.resize(1180, 760)
    workspace.show()
    workspace.enter()
    qtbot.waitExposed(workspace)
    closed: list[bool] = []
    workspace.closed.connect(lambda: closed.append(True))
    yield workspace
    workspace.shut_down()
    qtbot.waitUntil(lambda: bool(closed), timeout=15_000)
    workspace.close()
    workspace.deleteLater()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
