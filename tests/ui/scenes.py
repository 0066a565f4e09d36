"""Windows in the states that people should look at, for tests and for the eye."""

from __future__ import annotations

from app.engine.viewmodel import ClassroomModel, State
from app.ui.live.status import Figures
from app.ui.main_window import MainWindow
from tests.ui.stand_ins import classroom_frame, classroom_result


def show_class(window: MainWindow, students: int, names: dict[int, str] | None = None) -> None:
    """Fill a window with a class, four minutes into a lesson, without running anything."""
    model = ClassroomModel(wall=lambda: 0.0)
    step = 0.5
    for index in range(480):
        last = classroom_result(students, index=index, timestamp=index * step)
        model.update(last)
    model.set_names(names or {})
    model.refresh()
    window.live.controls.show_source("Lesson on fractions, 7b.mp4")
    window.live.controls.show_state(State.RUNNING, live=False, exportable=True, exporting=False)
    window.live.video.show_frame(classroom_frame(last), last)
    window.live._on_class(model.view)
    window.live.status.show_activity("Analysing 3:59 of 45:00", False)
    window.live.status.show_figures(Figures(29.6, 11.8, students, 0, "CPU"))
