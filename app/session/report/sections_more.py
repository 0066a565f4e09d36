"""The sections of a report on markers and edits, changing together, and another session."""

from __future__ import annotations

from typing import Final

import numpy as np

from app.core.expressions import LABELS
from app.core.types import student_code
from app.session.bootstrap import ShareEstimates
from app.session.comovement import CoMovement
from app.session.compare import Comparison
from app.session.edits import Change, Edit, Exclude, Include, Merge, Name, Reject, Split
from app.session.report import charts, charts_students
from app.session.report.charts import Row
from app.session.report.data import Other, ReportData
from app.session.report.document import Block, Paragraph, Picture, Section, Table
from app.session.report.wording import Wording, estimate_of

_EDITS: Final = 40
"""Changes that are listed, the newest."""


def markers_section(data: ReportData, say: Wording) -> Section:
    """What the user marked, and who was said to be who."""
    blocks: list[Block] = []
    if data.markers:
        head = (say("column.number"), say("column.time"), say("column.text"))
        rows = tuple(
            (str(number), say.clock(one.timestamp), one.text)
            for number, one in enumerate(data.markers, 1)
        )
        blocks.append(Table(say("markers.table"), head, rows))
    else:
        blocks.append(Paragraph(say("markers.none")))
    if not data.info.privacy.class_only:
        blocks += _edits(data.edits, say)
    return Section("markers", say("markers"), tuple(blocks))


def _edits(edits: tuple[Edit, ...], say: Wording) -> list[Block]:
    if not edits:
        return [Paragraph(say("edits.none"))]
    head = (say("column.change"), say("column.when"), say("column.by"))
    rows = tuple(
        (
            change_words(one.change, say),
            say.moment(one.time),
            say.known("by", one.origin),
        )
        for one in edits[-_EDITS:]
    )
    blocks: list[Block] = [
        Paragraph(say("edits.lead")),
        Table(say("edits.table"), head, rows),
    ]
    if len(edits) > _EDITS:
        blocks.append(Paragraph(say("edits.more", count=len(edits) - _EDITS), "note"))
    return blocks


def change_words(change: Change, say: Wording) -> str:
    """What an edit did, in the report's language."""
    match change:
        case Name(student, text):
            code = student_code(student)
            key = "edit.name" if text else "edit.unname"
            return say(key, student=code, text=text)
        case Merge(into, student):
            return say("edit.merge", student=student_code(student), into=student_code(into))
        case Split(student, at, new):
            codes = {"student": student_code(student), "new": student_code(new)}
            return say("edit.split", at=say.clock(at), **codes)
        case Exclude(student):
            return say("edit.exclude", student=student_code(student))
        case Include(student):
            return say("edit.include", student=student_code(student))
        case Reject(suggestion):
            return say("edit.reject", suggestion=suggestion)


def together_section(data: ReportData, say: Wording) -> Section:
    """How much the class changed together."""
    title, found = say("together"), data.co_movement
    if found is None:
        return Section("together", title, (Paragraph(say("together.class_only")),))
    window = say.length(found.window)
    if not np.isfinite(found.values).any():
        return Section("together", title, (Paragraph(say("together.none", window=window)),))
    ends = {"low": say.number(found.overall_low, 2), "high": say.number(found.overall_high, 2)}
    value = say.number(found.overall, 2)
    verdict = say("together.yes" if found.overall > found.overall_high else "together.no")
    start, end = _ends(data, found)
    told = np.isfinite(found.values)
    alt = say(
        "together.alt",
        start=say.clock(start),
        end=say.clock(end),
        window=window,
        overall=value,
        above=int(found.above[told].sum()),
        count=int(told.sum()),
        **ends,
    )
    figure = charts_students.co_movement(found, (start, end), data.markers, say)
    blocks: tuple[Block, ...] = (
        Paragraph(say("together.lead", window=window)),
        Paragraph(say("together.overall", value=value, verdict=verdict, **ends)),
        Picture(figure, alt, say("together.caption")),
        _together_table(found, say),
    )
    return Section("together", title, blocks)


def _ends(data: ReportData, found: CoMovement) -> tuple[float, float]:
    steps = data.over_time.whole
    if len(steps.starts):
        return float(steps.starts[0]), steps.end
    return float(found.starts[0]), float(found.starts[-1] + found.window)


def _together_table(found: CoMovement, say: Wording) -> Table:
    head = ("column.from", "column.value", "column.chance", "column.compared")
    columns = (found.starts, found.values, found.low, found.high, found.students)
    rows = tuple(
        (
            say.clock(start),
            say.number(value, 2),
            say("range", low=say.number(low, 2), high=say.number(high, 2)),
            str(students),
        )
        for start, value, low, high, students in zip(
            *(column.tolist() for column in columns), strict=True
        )
    )
    return Table(say("together.table"), tuple(map(say, head)), rows, folded=True)


def compare_section(other: Other, say: Wording) -> Section:
    """The later of two sessions less the earlier one."""
    found = other.found
    lead = say(
        "compare.lead",
        first=other.first.recording,
        first_when=say.moment(other.first.created),
        second=other.second.recording,
        second_when=say.moment(other.second.created),
    )
    blocks: list[Block] = [Paragraph(lead)]
    if found.reasons:
        reasons = " ".join(map(say.reason, found.reasons))
        blocks.append(Paragraph(say("compare.care", reasons=reasons), "warning"))
    change = found.of_faces
    if np.isfinite(change.labels.values).any():
        blocks += _differences(found, say)
    else:
        blocks.append(Paragraph(say("compare.none")))
    if found.students:
        blocks.append(_named(found, say))
    return Section("compare", say("compare"), tuple(blocks))


def _differences(found: Comparison, say: Wording) -> list[Block]:
    change = found.of_faces
    rows = [
        Row(k, estimate_of(change.labels, k), estimate_of(change.probabilities, k))
        for k in range(len(LABELS))
    ]
    parts = ", ".join(
        say(
            "compare.part",
            label=say.labels[row.label],
            difference=say.points_interval(row.labels),
        )
        for row in rows
    )
    clear = [
        f"{say.labels[row.label]} {say.points_interval(row.labels)}"
        for row in rows
        if row.labels.low > 0 or row.labels.high < 0
    ]
    said = say("compare.unclear" if change.sure else "compare.short")
    if clear:
        said = say("compare.clear", parts=", ".join(clear))
    before, after = change.first, change.second
    cells = [
        (
            say("compare.coverage"),
            say.interval(before.coverage),
            say.interval(after.coverage),
            say.points_interval(change.coverage),
        )
    ]
    cells += [
        (
            say.labels[row.label],
            say.interval(estimate_of(before.labels, row.label)),
            say.interval(estimate_of(after.labels, row.label)),
            say.points_interval(row.labels),
        )
        for row in rows
    ]
    head = ("column.expression", "column.earlier", "column.later", "column.difference")
    return [
        Paragraph(said),
        Picture(
            charts.differences(rows, say), say("compare.alt", parts=parts), say("compare.caption")
        ),
        Table(say("compare.table"), tuple(map(say, head)), tuple(cells)),
    ]


def _named(found: Comparison, say: Wording) -> Table:
    rows = tuple(
        (one.name, *_most_changed(one.change.first.labels, one.change.labels, say))
        for one in found.students
    )
    head = (say("student"), say("column.expression"), say("column.difference"))
    return Table(say("compare.students"), head, rows)


def _most_changed(first: ShareEstimates, change: ShareEstimates, say: Wording) -> tuple[str, str]:
    if not np.isfinite(first.values).any():
        return say("cant_tell"), say.points(float("nan"))
    most = int(np.nanargmax(first.values))
    return say.labels[most], say.points_interval(estimate_of(change, most))
