"""The sections of a report: what was recorded, how well it could be read, and what it can't say."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np

from app import __version__
from app.core.expressions import LABELS
from app.core.privacy import BASES
from app.session.kappa import Estimate
from app.session.report import charts
from app.session.report.data import ReportData
from app.session.report.document import (
    Block,
    Bullets,
    Document,
    Facts,
    Paragraph,
    Picture,
    Section,
    Table,
    Tile,
    Tiles,
)
from app.session.report.legibility import REASONS
from app.session.report.sections_class import class_section, students_section
from app.session.report.sections_more import compare_section, markers_section, together_section
from app.session.report.wording import Wording, estimate_of

_WEAK: Final = 60.0
"""Percent of the test faces of an expression; a lower figure is told among the limits."""


def write_document(data: ReportData, say: Wording, session_name: str) -> Document:
    """The whole report, in the order in which it should be read.

    Args:
        data: what it tells.
        say: in what language.
        session_name: of the session file.
    """
    sections = [
        recorded_section(data, say),
        quality_section(data, say),
        class_section(data, say),
        students_section(data, say),
        markers_section(data, say),
        together_section(data, say),
    ]
    if data.other is not None:
        sections.append(compare_section(data.other, say))
    sections.append(limits_section(data, say))
    now = datetime.now(UTC).isoformat(timespec="seconds")
    name = data.info.recording
    return Document(
        language=say.language,
        title=say("title", name=name),
        heading=name,
        subheading=say(
            "subheading", when=say.moment(data.info.created), length=say.length(data.seconds)
        ),
        opening=_opening(data, say),
        sections=tuple(sections),
        closing=say("closing", version=__version__, when=say.moment(now), session=session_name),
        numbers=say("numbers"),
    )


def _opening(data: ReportData, say: Wording) -> tuple[Block, ...]:
    """The headline, and the main figures in large type."""
    whole = data.statistics.of_faces
    length, coverage = say.length(data.seconds), say.interval(whole.coverage)
    if not whole.faces_seen:
        return (Paragraph(say("headline.nobody"), "lead"),)
    values = {"length": length, "coverage": coverage, "count": data.statistics.min_group}
    if not whole.faces_read:
        key, values["most"] = "headline.nothing", ""
    elif whole.withheld:
        key = "headline.withheld"
    else:
        order = np.argsort(-whole.labels.values, kind="stable")[:2]
        said = [
            say(
                "headline.most",
                label=say.labels[k],
                share=say.interval(estimate_of(whole.labels, k)),
            )
            for k in order.tolist()
            if whole.labels.values[k] > 0
        ]
        most = say("headline.then", first=said[0], second=said[1]) if len(said) > 1 else said[0]
        key, values["most"] = "headline", most
    note = "headline.unsure" if math.isnan(whole.coverage.low) else "headline.note"
    return (
        Paragraph(say(key, **values), "lead"),
        _tiles(data, say),
        Paragraph(say(note), "note"),
    )


def _tiles(data: ReportData, say: Wording) -> Tiles:
    whole, labels = data.statistics.of_faces, data.statistics.of_faces.labels
    people = "tile.people" if data.info.privacy.class_only else "tile.students"
    tiles = [
        Tile(say.number(_people(data)), say(people)),
        Tile(say.percent(whole.coverage.value), say("tile.coverage")),
        Tile(say.percent(whole.cant_tell.value), say("tile.cant_tell")),
    ]
    if np.isfinite(labels.values).any():
        most = int(np.nanargmax(labels.values))
        share = say.percent(float(labels.values[most]))
        tiles.append(Tile(share, say("tile.most", label=say.labels[most])))
    return Tiles(tuple(tiles))


def _people(data: ReportData) -> int:
    """Students; of a class-only session, faces at a time in its fullest step."""
    if not data.info.privacy.class_only:
        return len(data.statistics.students)
    steps = data.over_time.whole
    at_a_time = np.divide(
        steps.seen, steps.looked, out=np.zeros(len(steps.seen)), where=steps.looked > 0
    )
    return round(float(at_a_time.max(initial=0.0)))


def recorded_section(data: ReportData, say: Wording) -> Section:
    """What was recorded, when, why and by what right."""
    info, privacy, purpose = data.info, data.info.privacy, data.info.purpose
    name, unsaid = info.recording, say("recorded.unsaid")
    width, height = info.source_size
    fps = say.number(info.source_fps, 0 if info.source_fps == round(info.source_fps) else 1)
    source = say("recorded.file", name=name, width=width, height=height, fps=fps)
    stretch = say.length(data.seconds)
    if data.stretch is not None:
        ends = {"start": say.clock(data.statistics.start), "end": say.clock(data.statistics.end)}
        stretch = say("recorded.stretch", length=stretch, **ends)
    basis = unsaid
    if purpose is not None:
        basis = say(f"basis.{purpose.basis}") if purpose.basis in BASES else purpose.basis
    kind = say("recorded.kind.class" if privacy.class_only else "recorded.kind.students")
    if data.names:
        kind += "; " + say.count("recorded.names", len(data.names))
    cover = say(f"recorded.faces.{privacy.faces.value}")
    kept = privacy.keeps_picture and info.source_live
    days = privacy.retention_days
    kept_for = (
        say("recorded.retention.ever")
        if days is None
        else say.count("recorded.retention.days", days)
    )
    rows = (
        (say("recorded.source"), say("recorded.camera", name=name) if info.source_live else source),
        (say("recorded.created"), say.moment(info.created)),
        (say("recorded.length"), stretch),
        (say("recorded.purpose"), (purpose.purpose if purpose else "") or unsaid),
        (say("recorded.basis"), basis),
        (say("recorded.agreed"), say.moment(purpose.agreed) if purpose else unsaid),
        (say("recorded.kind"), kind),
        (say("recorded.group"), say("recorded.group.says", count=privacy.min_group)),
        (
            say("recorded.faces"),
            f"{cover}; {say('recorded.picture' if kept else 'recorded.no_picture')}",
        ),
        (say("recorded.retention"), kept_for),
    )
    blocks: list[Block] = [Facts(rows)]
    if data.message and not data.complete:
        warning = say("recorded.incomplete", message=say.known("message", data.message))
        blocks.insert(0, Paragraph(warning, "warning"))
    return Section("recorded", say("recorded"), tuple(blocks))


def quality_section(data: ReportData, say: Wording) -> Section:
    """How much could be read, why not the rest, and how well the model is known to read."""
    whole = data.statistics.of_faces
    rows = [
        (say("quality.time"), say.length(float(data.over_time.whole.seen.sum()))),
        (say("quality.coverage"), say.interval(whole.coverage)),
        (say("quality.cant_tell"), say.interval(whole.cant_tell)),
    ]
    if whole.faces_withheld:
        share = say.percent(whole.faces_withheld / whole.faces_read)
        rows.append((say("quality.withheld"), say("quality.withheld.says", share=share)))
    rate = data.counts.analysed / data.seconds if data.seconds > 0 else math.nan
    sampling = say(
        "quality.sampling.says",
        analysed=say.number(data.counts.analysed),
        read=say.number(data.counts.read),
        rate=say.number(rate, 1),
    )
    rows.append((say("quality.sampling"), sampling))
    rows += _width_row(data, say)
    rows += _model_rows(data, say)
    blocks = [Paragraph(say("quality.lead")), *_coverage_blocks(data, say), Facts(tuple(rows))]
    if _below_tests(data):
        least = _figures(data)[-1]["pixels"]
        blocks.append(Paragraph(say("quality.accuracy.below", pixels=least), "warning"))
    blocks += _reasons(data, say)
    return Section("quality", say("quality"), tuple(blocks))


def _width_row(data: ReportData, say: Wording) -> list[tuple[str, str]]:
    found = data.over_time.legibility
    if found is None or math.isnan(found.widths[1]):
        return []
    low, middle, high = (say.number(one) for one in found.widths)
    said = say("quality.width.says", low=low, middle=middle, high=high)
    return [(say("quality.width"), said)]


def _model_rows(data: ReportData, say: Wording) -> list[tuple[str, str]]:
    info = data.info
    model = say(
        "quality.model.says",
        name=info.model_name,
        version=info.model_version,
        checksum=f"{info.model_sha256[:12]}…",
        provider=info.provider,
    )
    return [
        (say("quality.model"), model),
        (say("quality.accuracy"), _accuracy(data, say)),
        (say("quality.agreement"), _agreement(data, say)),
    ]


def _accuracy(data: ReportData, say: Wording) -> str:
    figure = tested_at(data)
    if figure is None:
        return say("quality.accuracy.none")
    share, pixels = figure["wa"] / 100, figure["pixels"]
    if data.over_time.legibility is None:
        last = _figures(data)[-1]
        worst = {"worst": say.percent(last["wa"] / 100), "least": last["pixels"]}
        return say("quality.accuracy.unsized", share=say.percent(share), pixels=pixels, **worst)
    low, high = figure.get("wa_interval", (math.nan, math.nan))
    found = say.range(Estimate(share, low / 100, high / 100))
    return say("quality.accuracy.says", share=say.percent(share), pixels=pixels, range=found)


def _agreement(data: ReportData, say: Wording) -> str:
    agreed = data.agreement
    if agreed is None:
        return say("quality.agreement.none")
    kappa = say.number(agreed.kappa.value, 2)
    if not math.isnan(agreed.kappa.low):
        low, high = say.number(agreed.kappa.low, 2), say.number(agreed.kappa.high, 2)
        kappa += f" ({say('range', low=low, high=high)})"
    share = say.interval(agreed.share)
    faces = say.number(agreed.labelled)
    return say("quality.agreement.says", faces=faces, share=share, kappa=kappa)


def _figures(data: ReportData) -> list[dict[str, Any]]:
    """The card's figures, the largest faces first."""
    figures = [] if data.card is None else data.card.raw.get("figures", [])
    return sorted(figures, key=lambda one: -float(one["pixels"]))


def tested_at(data: ReportData) -> dict[str, Any] | None:
    """The card's figures of the largest test faces that are no wider than the middle one here.

    Those of the smallest test faces where all are wider, of the largest where no width is known.
    """
    figures, found = _figures(data), data.over_time.legibility
    if not figures:
        return None
    width = math.inf if found is None or math.isnan(found.widths[1]) else found.widths[1]
    return next((one for one in figures if float(one["pixels"]) <= width), figures[-1])


def _below_tests(data: ReportData) -> bool:
    figures, found = _figures(data), data.over_time.legibility
    return bool(figures) and found is not None and found.widths[1] < float(figures[-1]["pixels"])


def _coverage_blocks(data: ReportData, say: Wording) -> list[Block]:
    steps = data.over_time.whole
    if not steps.seen.any():
        return []
    looked = np.where(steps.looked > 0, steps.looked, np.nan)
    seen, read = steps.seen / looked, (steps.seen - steps.cant_tell) / looked
    share = np.where(steps.seen > 0, 1 - steps.cant_tell / np.maximum(steps.seen, 1e-9), np.nan)
    alt = say(
        "coverage.alt",
        start=say.clock(steps.starts[0]),
        end=say.clock(steps.end),
        seen=say.number(float(steps.seen.sum() / steps.looked.sum()), 1),
        read=say.percent(1 - float(steps.cant_tell.sum() / steps.seen.sum())),
        step=say.length(steps.step),
        worst=say.percent(float(np.nanmin(share))),
        best=say.percent(float(np.nanmax(share))),
    )
    rows = tuple(
        (say.clock(start), say.number(one, 1), say.number(other, 1))
        for start, one, other in zip(
            steps.starts.tolist(), seen.tolist(), read.tolist(), strict=True
        )
    )
    head = (say("column.from"), say("column.seen"), say("column.read"))
    return [
        Picture(charts.coverage(steps, say), alt, say("coverage.caption")),
        Table(say("coverage.table"), head, rows, folded=True),
    ]


def _reasons(data: ReportData, say: Wording) -> list[Block]:
    found = data.over_time.legibility
    if found is None or not found.reasons.sum() > 0:
        return []
    if not found.known:
        return [Paragraph(say("reasons.unknown"), "note")]
    shares = found.reasons / found.reasons.sum()
    rows = tuple(
        (say(f"reason.{reason}"), say.percent(share))
        for reason, share in zip(REASONS, shares.tolist(), strict=True)
        if share > 0
    )
    return [Table(say("reasons"), (say("reasons.reason"), say("reasons.share")), rows)]


def limits_section(data: ReportData, say: Wording) -> Section:
    """What must not be read into the figures."""
    figure, items = tested_at(data), [say("limits.feelings"), say("limits.attention")]
    items += [say("limits.decisions"), say("limits.law")]
    if figure is not None:
        wrong = say.percent(1 - figure["wa"] / 100)
        items.append(say("limits.accuracy", pixels=figure["pixels"], wrong=wrong))
        weak = [
            say("limits.weak.part", label=say(label), share=say.percent(share / 100))
            for label, share in sorted(figure["by_class"].items(), key=lambda one: one[1])
            if label in LABELS and share < _WEAK
        ]
        if weak:
            items.append(say("limits.weak", parts=", ".join(weak)))
    items += _weak_spots(data, say)
    missed = data.statistics.of_faces.cant_tell
    if not math.isnan(missed.value):
        items.append(say("limits.cant_tell", share=say.percent(missed.value)))
    items.append(say("limits.one"))
    return Section("limits", say("limits"), (Bullets(tuple(items)),))


def _weak_spots(data: ReportData, say: Wording) -> list[str]:
    """The card's own, in the report's language where it is known; its figures are told above."""
    if data.card is None:
        return [say("weak.unknown")]
    spots = [str(one) for one in data.card.raw.get("weak_spots", ())]
    spots = [one for one in spots if "% of the test faces" not in one]
    return [say.known("weak", one) for one in spots]
