"""What the list of recordings says of a row and of the whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from app.engine.analyse.plans import PRESET_FPS, Plan, Preset
from app.engine.analyse.queue_row import QueueRow, QueueView, RowState, Step
from app.engine.analyse.sampling import MOST_FPS
from app.ui.wording import clock, decimal, percent

if TYPE_CHECKING:
    from app.engine.analyse.user_work import UserWork

translate = QCoreApplication.translate

_STATES = {
    RowState.WAITING: str(QT_TRANSLATE_NOOP("analyse", "Waiting")),
    RowState.RUNNING: str(QT_TRANSLATE_NOOP("analyse", "Analysing")),
    RowState.PAUSED: str(QT_TRANSLATE_NOOP("analyse", "Paused")),
    RowState.DONE: str(QT_TRANSLATE_NOOP("analyse", "Done")),
    RowState.FAILED: str(QT_TRANSLATE_NOOP("analyse", "Failed")),
    RowState.CANCELLED: str(QT_TRANSLATE_NOOP("analyse", "Stopped")),
}
_PRESETS = {
    Preset.QUICK: str(QT_TRANSLATE_NOOP("analyse", "Quick look")),
    Preset.STANDARD: str(QT_TRANSLATE_NOOP("analyse", "Standard")),
    Preset.EVERY: str(QT_TRANSLATE_NOOP("analyse", "Every frame")),
    Preset.CUSTOM: str(QT_TRANSLATE_NOOP("analyse", "Custom")),
}
_PURPOSES = {
    Preset.QUICK: str(
        QT_TRANSLATE_NOOP("analyse", "For an overview: short expressions are missed")
    ),
    Preset.STANDARD: str(
        QT_TRANSLATE_NOOP(
            "analyse", "For most lessons: expressions usually last half a second or longer"
        )
    ),
    Preset.EVERY: str(
        QT_TRANSLATE_NOOP("analyse", "For research on single moments; takes several times as long")
    ),
    Preset.CUSTOM: str(QT_TRANSLATE_NOOP("analyse", "Your own frames a second and intervals")),
}
_STEPS = {
    Step.PREPARING: str(QT_TRANSLATE_NOOP("analyse", "Loading the models…")),
    Step.WRITING: str(QT_TRANSLATE_NOOP("analyse", "Writing the tables…")),
    Step.DRAWING: str(QT_TRANSLATE_NOOP("analyse", "Drawing the video…")),
}


def state_text(row: QueueRow) -> str:
    """Where the recording is on its way."""
    if row.refused:
        return translate("analyse", "Not started")
    return translate("analyse", _STATES[row.state])


def preset_purpose(preset: Preset) -> str:
    """What a preset is good for."""
    return translate("analyse", _PURPOSES[preset])


def preset_text(preset: Preset) -> str:
    """A preset's name with its frames a second."""
    name = translate("analyse", _PRESETS[preset])
    fps = PRESET_FPS.get(preset)
    return (
        name
        if fps is None
        else translate("analyse", "{name}, {fps:g} a second").format(name=name, fps=fps)
    )


def plan_name(plan: Plan) -> str:
    """Which frames are analysed, in a word or two."""
    if plan.preset is Preset.CUSTOM and plan.fps is not None:
        return translate("analyse", "{fps:g} a second").format(fps=plan.fps)
    return translate("analyse", _PRESETS[plan.preset])


def plan_extra(plan: Plan) -> str:
    """What is written besides the tables; "" for nothing."""
    return translate("analyse", "with video") if plan.annotate else ""


def plan_text(plan: Plan) -> str:
    """How a recording is analysed, in one line."""
    return " ".join(part for part in (plan_name(plan), plan_extra(plan)) if part)


def plan_details(plan: Plan) -> str:
    """How a recording is analysed, in full."""
    if plan.fps is None:
        frames = translate("analyse", "Every frame is analysed")
    elif plan.sampling.adaptive:
        frames = translate(
            "analyse",
            "{fps:g} frames a second are read; where much moves, faces are followed up to {most:g} "
            "times a second",
        ).format(fps=plan.fps, most=MOST_FPS)
    else:
        frames = translate("analyse", "{fps:g} frames a second are analysed").format(fps=plan.fps)
    table = translate("analyse", "class.csv has a row every {seconds:g} s").format(
        seconds=plan.interval
    )
    lines = [frames, table]
    if plan.annotate:
        lines.append(translate("analyse", "an annotated video is written too"))
    return "; ".join(lines)


def time_text(seconds: float | None) -> str:
    """Time left, no more precise than it is known."""
    if seconds is None:
        return "…"
    if seconds < 50:
        tens = max(10, 10 * round(seconds / 10))
        return translate("analyse", "about {n} s left").format(n=tens)
    minutes = max(1, round(seconds / 60))
    if minutes < 90:
        return translate("analyse", "about {n} min left").format(n=minutes)
    hours, rest = divmod(5 * round(minutes / 5), 60)
    if not rest:
        return translate("analyse", "about {h} h left").format(h=hours)
    return translate("analyse", "about {h} h {m} min left").format(h=hours, m=rest)


def work_done(share: float) -> str:
    """A share of the work; never 100 before it is done."""
    return percent(min(99, int(share * 100)) / 100)


def progress_text(row: QueueRow) -> str:
    """The line below a row's bar."""
    share = "" if row.progress is None else work_done(row.progress)
    if not row.state.active:
        return _over_text(row, share)
    if row.step is Step.PREPARING:
        return row.message or translate("analyse", _STEPS[row.step])
    if row.step is Step.WRITING:
        return translate("analyse", _STEPS[row.step])
    if row.step is Step.DRAWING:
        return f"{translate('analyse', _STEPS[row.step])} {share}"
    parts = [share, time_text(row.seconds_left)]
    if row.speed is not None:
        parts.append(f"{decimal(row.speed)}×" if row.speed < 10 else f"{row.speed:.0f}×")
    return " · ".join(part for part in parts if part)


def _over_text(row: QueueRow, share: str) -> str:
    if row.state is RowState.CANCELLED and row.progress:
        return translate("analyse", "stopped at {share}").format(share=share)
    parts = []
    if row.students is not None:
        parts.append(translate("analyse", "Students: {n}").format(n=row.students))
    if row.elapsed is not None:
        parts.append(translate("analyse", "took {time}").format(time=clock(row.elapsed)))
    return " · ".join(parts)


def second_line(row: QueueRow) -> str:
    """What stands below a recording's name: what went wrong, or length and place."""
    if row.message and not row.state.active:
        return row.message.removeprefix(f"{row.path} ")  # the name stands above already
    length = "" if row.length is None else clock(row.length)
    return " · ".join(part for part in (length, str(row.path.parent)) if part)


def summary_text(view: QueueView) -> str:
    """The whole list in one line."""
    if not view.rows:
        return ""
    done, total = view.count(RowState.DONE), len(view.rows)
    text = translate("analyse", "{done} of {total} done").format(done=done, total=total)
    if not view.unfinished:
        wrong = view.count(RowState.FAILED)
        more = translate("analyse", "with a problem: {n}").format(n=wrong)
        return f"{text}, {more}" if wrong else text
    if view.paused:
        return translate("analyse", "{text}, paused").format(text=text)
    if view.held:
        wait = translate("analyse", "waiting while Live analyses; it goes on by itself")
        return f"{text}, {wait}"
    return f"{text}, {time_text(view.seconds_left)}"


def work_text(work: UserWork) -> str:
    """What the user did by hand in a session, counted."""
    counts = (
        (work.edits, translate("analyse", "edits of who is who: {n}")),
        (work.names, translate("analyse", "names: {n}")),
        (work.markers, translate("analyse", "markers: {n}")),
        (work.labels, translate("analyse", "faces labelled by hand: {n}")),
    )
    return ", ".join(text.format(n=n) for n, text in counts if n)


def left_out_text(others: tuple[Path, ...]) -> str:
    """One line on what was given and is no recording."""
    first = others[0].name or str(others[0])
    if len(others) == 1:
        return translate("analyse", "Left out, since there is no video in it: {name}.").format(
            name=first
        )
    return translate(
        "analyse", "Left out, since there is no video in them: {name} and {n} more."
    ).format(name=first, n=len(others) - 1)
