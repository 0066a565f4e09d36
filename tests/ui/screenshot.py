"""Pictures of every workspace in the states that people should look at.

``QT_QPA_PLATFORM=offscreen python -m tests.ui.screenshot [NAME …] --out assets/screenshots``

Everything in them is real but the class: sources, sessions and rows of the queue are stand-ins,
the people are drawn. ``window.png`` is the app on the demo clip with the models that ship.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Final
from unittest import mock

import platformdirs
from PySide6.QtWidgets import QApplication

from app.core.privacy import Privacy
from app.engine.live.viewmodel import State
from app.engine.settings import Settings
from app.ui import theme
from app.ui.main_window import MainWindow
from app.ui.services import Services
from app.ui.translations import speak
from tests.conftest import ROOT
from tests.ui.drawn import MARKERS, MOMENT, NAMES, DrawnLesson, LessonSource, lesson_build
from tests.ui.palette import save_small
from tests.ui.scenes import queue_of
from tests.ui.stand_ins import services_in

SIZE: Final = (1280, 800)
CLASS_ONLY: Final = Settings(privacy=Privacy(class_only=True))
_lesson = cache(DrawnLesson)

Prepare = Callable[[MainWindow, Path], None]


def until(condition: Callable[[], bool], seconds: float = 120.0) -> None:
    """Run the window until something is so. Raises TimeoutError."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("the window did not get there")
        QApplication.processEvents()
        time.sleep(0.005)


# Live


def _class_services(folder: Path, students: int) -> Services:
    lesson = _lesson(students)
    return replace(
        services_in(folder),
        open_video=lambda _: LessonSource(lesson),
        open_stream=lambda _: LessonSource(lesson, live=True),
        build=lesson_build(lesson),
    )


def live_class(window: MainWindow, folder: Path, camera: bool = False, seats: bool = False) -> None:
    """A class in the middle of its lesson; ``seats``: with the map of the room."""
    live = window.live
    if camera:
        live.open_stream("rtsp://camera.school/room7")
    else:
        live.open_video(folder / "Lesson on fractions, 7b.mp4")
    until(lambda: live.controller.state is State.READY)
    live.controller.start(fast=True)
    until(lambda: live.controller.state is State.RUNNING)
    for seconds, text in MARKERS:
        if seconds < MOMENT:
            live.controller.work.add_marker(text, seconds)
    if not live.controller.class_only:
        until(lambda: live.students.model.rowCount() > 0)
        for student, name in NAMES.items():
            live.controller.work.rename(student, name)
    until(lambda: live.controller.moment >= MOMENT)
    if seats:
        live.people.tabs.setCurrentWidget(live.seats)
    settle()


def live_demo(window: MainWindow, _: Path) -> None:
    """The demo clip, 9.5 seconds after its start, with the real models."""
    live, moment = window.live, 9.5
    shown = [0.0]
    live.controller.picture.connect(
        lambda frame, _: shown.append(frame.timestamp if frame is not None else 0.0)
    )
    live.open_video(ROOT / "assets" / "demo.mp4")
    until(lambda: live.controller.state is State.READY)
    live.controller.start(fast=True)
    until(lambda: shown[-1] >= moment, 300.0)
    live.controller.pause_or_resume()
    until(lambda: live.controller.state is State.PAUSED)
    settle()


# Analyse


def analyse(window: MainWindow, folder: Path, state: str) -> None:
    """A list of recordings."""
    page = window.analyse
    window.show_workspace(page)
    until(lambda: page._view.loaded)
    if state != "empty":
        view = queue_of(state)
        page.page.show_view(view)
        chosen = view.rows[1].number if state == "error" else view.rows[0].number
        page.page.table.choose((chosen,), chosen)
    if state == "error":
        plan = folder / "seating plan.pdf"
        plan.touch()
        page.add([plan])
        until(window.messages.isVisible)
    settle()


# Review


@cache
def _session(folder: Path, students: int, class_only: bool) -> Path:
    made = folder / f"{students}-{class_only}"
    made.mkdir()
    return _lesson(students).write(made, Privacy(class_only=class_only))


def review_class(
    window: MainWindow, folder: Path, students: int, stretch: bool = False, closed: bool = False
) -> None:
    """A session with its recording; ``closed``: a class-only one."""
    review = window.review
    window.show_workspace(review)
    review.open_session(_session(folder.parent, students, closed))
    until(lambda: review.timelines._class is not None)
    review.transport.seek_wanted.emit(MOMENT)
    if not closed:
        until(lambda: review.video._result is not None and review.video._result.timestamp == MOMENT)
    if stretch or closed:
        review.timelines.stretch_wanted.emit(MARKERS[1][0], MARKERS[2][0])
        until(lambda: review.stretch._stack.currentIndex() == 1)
    else:
        review.students.select(frozenset({5}))
    settle()


def review_error(window: MainWindow, folder: Path) -> None:
    """A file that is no session."""
    path = folder / "Lesson on fractions, 7b.roomread"
    path.write_text("no session")
    window.show_workspace(window.review)
    window.review.open_session(path)
    until(window.messages.isVisible)
    settle()


def empty(window: MainWindow, _: Path, page: str) -> None:
    """A workspace before anything was opened."""
    window.show_workspace(getattr(window, page))
    settle()


def settle() -> None:
    """Let what was asked for be drawn, with the keyboard nowhere."""
    end = time.monotonic() + 0.5
    until(lambda: time.monotonic() > end)
    focused = QApplication.focusWidget()
    if focused is not None:
        focused.clearFocus()


SCENES: Final[dict[str, tuple[Prepare, int, Settings]]] = {
    "live-empty": (partial(empty, page="live"), 0, Settings()),
    "live-12": (live_class, 12, Settings()),
    "live-40": (partial(live_class, seats=True), 40, Settings()),
    "live-class-only": (live_class, 12, CLASS_ONLY),
    "live-error": (partial(live_class, camera=True), 12, Settings()),
    "analyse-empty": (partial(analyse, state="empty"), 0, Settings()),
    "analyse-12": (partial(analyse, state="few"), 0, Settings()),
    "analyse-40": (partial(analyse, state="many"), 0, Settings()),
    "analyse-class-only": (partial(analyse, state="class-only"), 0, CLASS_ONLY),
    "analyse-error": (partial(analyse, state="error"), 0, Settings()),
    "review-empty": (partial(empty, page="review"), 0, Settings()),
    "review-12": (partial(review_class, students=12), 0, Settings()),
    "review-40": (partial(review_class, students=40, stretch=True), 0, Settings()),
    "review-class-only": (partial(review_class, students=12, closed=True), 0, Settings()),
    "review-error": (review_error, 0, Settings()),
    "window": (live_demo, 0, Settings()),
}
"""How to get there, students of a fake pipeline (0: the real one), and the settings."""

DARK: Final = ("live-12", "analyse-12", "review-12")
"""Those that are drawn dark too, with ``-dark`` at the end of the name."""


@contextmanager
def scene(name: str, dark: bool, folder: Path) -> Iterator[MainWindow]:
    """The window in one of ``SCENES``; ``folder`` is for its files and outlives it."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.apply(app, dark)
    speak(app, "en")
    prepare, students, settings = SCENES[name]
    own = folder / (f"{name}-dark" if dark else name)
    own.mkdir()
    services = _class_services(own, students) if students else services_in(own)
    with (
        mock.patch.object(platformdirs, "user_config_dir", return_value=str(own)),
        mock.patch.object(platformdirs, "user_data_dir", return_value=str(own)),
    ):
        window = MainWindow(settings, services)
        window.resize(*SIZE)
        window.show()
        try:
            prepare(window, own)
            yield window
        finally:
            window.close()
            until(lambda: not window.isVisible())
            window.deleteLater()


def main() -> None:
    """Draw all, or those that are named."""
    parser = argparse.ArgumentParser(prog="python -m tests.ui.screenshot", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"of {', '.join(SCENES)}; -dark for a dark one")
    parser.add_argument("--out", type=Path, required=True, help="folder")
    given = parser.parse_args()
    everything = [*SCENES, *(f"{name}-dark" for name in DARK)]
    with tempfile.TemporaryDirectory() as folder:
        for name in given.names or everything:
            dark = name.endswith("-dark")
            with scene(name.removesuffix("-dark"), dark, Path(folder)) as window:
                save_small(window.grab().toImage(), given.out / f"{name}.png")


if __name__ == "__main__":
    main()
