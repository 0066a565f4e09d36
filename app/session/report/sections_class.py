"""The sections of a report on the class over time and on each student."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from app.core.expressions import LABELS
from app.core.types import student_code
from app.session.report import charts, charts_students
from app.session.report.charts import Row
from app.session.report.data import ReportData
from app.session.report.document import Block, Paragraph, Picture, Section, Table
from app.session.report.wording import Wording, estimate_of
from app.session.statistics import Figures, StudentFigures, most_shown

_LEAST_DRAWN_S: Final = 10.0
_LEAST_DRAWN: Final = 0.01
"""Whoever is in view for fewer seconds, or for less of the recording, is listed but not drawn."""
_NAME: Final = 9
"""Characters of a name that fit beside a strip."""


def class_section(data: ReportData, say: Wording) -> Section:
    """The timeline of the class, and its shares with their intervals."""
    blocks: list[Block] = []
    if data.over_time.whole.seen.any():
        blocks += _timeline(data, say)
    whole = data.statistics.of_faces
    if whole.withheld:
        count = data.statistics.min_group
        blocks.append(Paragraph(say("class.withheld", count=count), "warning"))
    elif whole.faces_read:
        blocks += _shares(data, whole, say)
    else:
        blocks.append(Paragraph(say("headline.nothing", length=say.length(data.seconds))))
    return Section("class", say("class"), tuple(blocks))


def _timeline(data: ReportData, say: Wording) -> list[Block]:
    steps = data.over_time.whole
    shares, withheld = steps.shares, bool(steps.withheld.any())
    names = (*say.labels, say("cant_tell"), say("withheld"))
    means = np.array((*steps.labels.sum(axis=0), steps.cant_tell.sum(), steps.withheld.sum()))
    means /= steps.seen.sum()
    shown = [part for part in range(len(names)) if means[part] > 0]
    parts = ", ".join(
        say(
            "class.alt.part",
            label=names[part],
            mean=say.percent(float(means[part])),
            low=say.percent(float(np.nanmin(shares[:, part]))),
            high=say.percent(float(np.nanmax(shares[:, part]))),
        )
        for part in shown
    )
    start, end = say.clock(steps.starts[0]), say.clock(steps.end)
    caption = [say("class.caption", step=say.length(steps.step))]
    if withheld:
        caption.append(say("class.caption.withheld", count=data.statistics.min_group))
    if data.markers:
        caption.append(say("class.caption.markers"))
    rows = tuple(
        (say.clock(at), *(say.percent(float(row[part])) for part in shown))
        for at, row in zip(steps.starts.tolist(), shares, strict=True)
    )
    head = (say("column.from"), *(names[part] for part in shown))
    return [
        Picture(
            charts.class_timeline(steps, data.markers, say),
            say("class.alt", start=start, end=end, parts=parts),
            " ".join(caption),
        ),
        Table(say("class.table"), head, rows, folded=True),
    ]


def _shares(data: ReportData, whole: Figures, say: Wording) -> list[Block]:
    rows = [
        Row(k, estimate_of(whole.labels, k), estimate_of(whole.probabilities, k))
        for k in range(len(LABELS))
    ]
    cells = tuple(
        (say.labels[row.label], say.interval(row.labels), say.interval(row.probabilities))
        for row in rows
    )
    parts = ", ".join(
        say("class.shares.part", label=label, labels=labels, sums=sums)
        for label, labels, sums in cells
    )
    head = (say("column.expression"), say("column.labels"), say("column.sums"))
    sure = whole.sure and not math.isnan(whole.effective_n)
    caption = say("class.shares") + (" " + say("class.shares.lines") if sure else "")
    blocks: list[Block] = [
        Picture(charts.shares(rows, say), say("class.shares.alt", parts=parts), caption),
        Table(say("class.shares.table"), head, cells, folded=True),
    ]
    if sure:
        block = say.length(whole.block_seconds)
        count = say.number(whole.effective_n)
        blocks.append(Paragraph(say("class.basis", count=count, block=block), "note"))
    else:
        blocks.append(Paragraph(say("class.short"), "note"))
    each = data.statistics.of_students
    if each is not None and not each.withheld and np.isfinite(each.labels.values).any():
        said = ", ".join(
            f"{say.labels[k]} {say.interval(estimate_of(each.labels, k))}"
            for k in np.argsort(-each.labels.values, kind="stable")[:3].tolist()
        )
        blocks.append(Paragraph(say("class.students", parts=said), "note"))
    return blocks


def students_section(data: ReportData, say: Wording) -> Section:
    """A strip for each student, and a table of all."""
    title = say("students")
    if data.info.privacy.class_only:
        return Section("students", title, (Paragraph(say("students.class_only")),))
    everyone = data.statistics.students
    least = max(_LEAST_DRAWN_S, _LEAST_DRAWN * data.seconds)
    drawn = [one for one in everyone if one.figures.seconds_seen >= least]
    blocks: list[Block] = [Paragraph(say("students.note"), "warning")] if everyone else []
    blocks += [_strips(data, part, say) for part in _evenly(drawn)]
    if not drawn:
        blocks.append(Paragraph(say("students.none")))
    if everyone:
        head = ("student", "column.in_view", "column.coverage", "column.most")
        rows = tuple(_student_row(one, say) for one in everyone)
        blocks.append(Table(say("students.table"), tuple(map(say, head)), rows, folded=bool(drawn)))
    brief = [one.code for one in everyone if one.figures.seconds_seen < least]
    if brief and drawn:
        codes = ", ".join(brief)
        blocks.append(
            Paragraph(say("students.brief", least=say.length(least), codes=codes), "note")
        )
    return Section("students", title, tuple(blocks))


def _evenly(drawn: list[StudentFigures]) -> list[list[StudentFigures]]:
    """In as few charts as need be, of as many students each."""
    charts_needed = -(-len(drawn) // charts_students.MOST)
    each = -(-len(drawn) // max(charts_needed, 1))
    return [drawn[first : first + each] for first in range(0, len(drawn), max(each, 1))]


def _strips(data: ReportData, drawn: list[StudentFigures], say: Wording) -> Picture:
    steps = {one.student: one for one in data.over_time.students}
    lanes = [
        charts_students.Lane(_short_name(one), _lane(one.figures, say), steps[one.student])
        for one in drawn
        if one.student in steps
    ]
    covered = [one.figures.coverage.value for one in drawn]
    alt = say(
        "students.alt",
        count=len(lanes),
        first=drawn[0].code,
        last=drawn[-1].code,
        low=say.percent(float(np.nanmin(covered))),
        high=say.percent(float(np.nanmax(covered))),
    )
    figure = charts_students.students(lanes, data.over_time.whole, data.markers, say)
    step = say.length(data.over_time.whole.step)
    return Picture(figure, alt, say("students.caption", step=step))


def _short_name(one: StudentFigures) -> str:
    name = one.name if len(one.name) <= _NAME else f"{one.name[: _NAME - 1]}…"
    return f"{student_code(one.student)} {name if charts.drawable(name) else ''}".strip()


def _lane(figures: Figures, say: Wording) -> str:
    coverage, most = say.percent(figures.coverage.value), _most(figures)
    if most is None:
        return say("lane.none", coverage=coverage)
    share = say.percent(float(figures.labels.values[most]))
    return say("lane", coverage=coverage, label=say.labels[most], share=share)


def _most(figures: Figures) -> int | None:
    return most_shown(figures.labels.values)


def _student_row(one: StudentFigures, say: Wording) -> tuple[str, ...]:
    figures, most = one.figures, _most(one.figures)
    said = say("cant_tell")
    if most is not None:
        said = f"{say.labels[most]} {say.interval(estimate_of(figures.labels, most))}"
    name = f"{one.code} {one.name}".strip()
    return name, say.length(figures.seconds_seen), say.interval(figures.coverage), said
