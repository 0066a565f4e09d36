"""Windows in the states that people should look at, for tests and for the eye."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from app.engine.analyse.plans import PRESET_FPS, Plan, Preset
from app.engine.analyse.queue_row import QueueRow, QueueView, RowState, Step, out_folder
from app.engine.live.viewmodel import ClassroomModel, State
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


def queue_of(state: str) -> QueueView:
    """A list of recordings: few, many, class-only or with errors."""
    if state == "few":
        return _queue(_LESSONS[:6], students=12)
    if state == "many":
        return _queue(_LESSONS, students=40)
    if state == "class-only":
        return _queue(_LESSONS[:6], students=None)
    view = _queue(_LESSONS[:6], students=12)
    done, running, waiting = view.rows[0], view.rows[2], view.rows[3]
    damaged = replace(
        view.rows[1],
        state=RowState.FAILED,
        students=None,
        session=None,
        elapsed=None,
        progress=0.0,
        message=f"{view.rows[1].path} is no video that can be read: copy it again.",
    )
    refused = replace(waiting, out=_FOLDER / "results").refuse(_FOLDER / "session.roomread")
    stopped = replace(view.rows[4], state=RowState.CANCELLED, progress=0.31)
    return replace(view, rows=(done, damaged, running, refused, stopped, view.rows[5]))


_FOLDER = Path("/home/teacher/Recordings")
_LESSONS = (
    "Monday 1 Fractions 7b", "Monday 2 Poems 7b", "Monday 4 Chemistry 9a", "Tuesday 1 Biology 8c",
    "Tuesday 3 Fractions 7b", "Wednesday 1 History 9a", "Wednesday 2 English 7b",
    "Wednesday 5 Physics 10b", "Thursday 1 Art 7b", "Thursday 2 Fractions 7b",
    "Thursday 3 Geography 8c", "Friday 1 Music 7b", "Friday 2 Chemistry 9a", "Friday 4 Poems 7b",
)  # fmt: skip


def _queue(names: Sequence[str], students: int | None) -> QueueView:
    """A third is done, one runs, the others wait."""
    plan, done = Plan(PRESET_FPS[Preset.STANDARD]), len(names) // 3
    rows = []
    for place, name in enumerate(names):
        path = _FOLDER / name.split()[0] / f"{name}.mp4"
        out = out_folder(path, None, ())
        length = 2520.0 + 97.0 * (place % 5)
        row = QueueRow(place + 1, path, out, plan, length=length)
        if place < done:
            found = None if students is None else students - place % 3
            row = replace(
                row, state=RowState.DONE, students=found, elapsed=length / 3.4, progress=1.0,
                session=out / "session.roomread",
            )  # fmt: skip
        elif place == done:
            row = replace(
                row, state=RowState.RUNNING, step=Step.READING, progress=0.62, seconds_left=290.0,
                speed=3.4,
            )  # fmt: skip
        rows.append(row)
    return QueueView(tuple(rows), seconds_left=290.0 + 800.0 * (len(names) - done - 1), loaded=True)
